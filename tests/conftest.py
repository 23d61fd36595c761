"""Settings of all tests."""

from __future__ import annotations

import signal

import pytest
from hypothesis import HealthCheck, settings

# A shell that runs something in the background makes it deaf to Ctrl-C, and what it starts in turn.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Examples are drawn from the test's own name and nothing else, so that a green day is green tomorrow.
settings.register_profile(
    "quiet",
    derandomize=True,
    deadline=None,
    max_examples=30,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("quiet")


@pytest.fixture(scope="module")
def browser():
    """A browser of this machine."""
    from browser_tools import launched, needed

    needed()
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """The address of the page with us-withdrawal, served for a module of tests."""
    from browser_tools import needed, served

    needed()
    with served(tmp_path_factory.mktemp("server"), "us-withdrawal") as address:
        yield address
