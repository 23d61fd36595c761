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


def pytest_sessionstart(session: pytest.Session) -> None:
    """The one bucket that everyday tests need is compiled once, before workers start; afterwards it lies in the cache."""
    from patronage import compiling
    from patronage.world.layout import bucket_for

    bucket, config = bucket_for(1, 1, 1, 1), session.config
    idle = hasattr(config, "workerinput") or config.option.collectonly or compiling.way() == "never"
    if not idle and compiling.available() and not compiling.is_ready(bucket):
        compiling.wait_for(bucket)


@pytest.fixture(scope="session")
def browser():
    """A browser of this machine."""
    from browser_server import launched, needed

    needed()
    with launched() as found:
        yield found


@pytest.fixture(scope="session")
def url(tmp_path_factory):
    """The address of the page with us-withdrawal, served for all tests that need no server of their own."""
    from browser_server import needed, served

    needed()
    with served(tmp_path_factory.mktemp("server"), "us-withdrawal") as address:
        yield address


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """Where the server of `two_patrons` runs; run folders may be put there."""
    return tmp_path_factory.mktemp("two-patrons")


@pytest.fixture(scope="session")
def two_patrons(place):
    """The address of the page with two-patrons, served for all tests that need no server of their own."""
    from browser_server import needed, served

    needed()
    with served(place, "two-patrons", "--runs-root", ".") as address:
        yield address
