"""Pages served by `solara run`: they ask nothing of the network. In a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from browser_server import ROOT, free_port, needed

pytestmark = [pytest.mark.browser, pytest.mark.browser_long]


def up(address):
    """Whether something answers, if only to refuse."""
    try:
        urllib.request.urlopen(address, timeout=5)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@pytest.mark.parametrize(("app", "shows"), [
    ("examples/mesa_page.py", "hosts one patron at a time"), ("model/patronage/browser/app.py", "Controls"),
])  # fmt: skip
def test_a_page_of_solara_run_asks_nothing_of_other_machines(browser, app, shows):
    needed()
    port = free_port()
    command = [sys.executable, "-m", "solara", "run", str(ROOT / app), "--host", "localhost", "--port", str(port), "--no-open"]
    paths = os.pathsep.join(str(ROOT / p) for p in ("model", "examples"))
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": paths}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            end = time.monotonic() + 120
            while not up(f"http://localhost:{port}/") and time.monotonic() < end:
                time.sleep(0.2)
            context = browser.new_context()
            page, asked = context.new_page(), []
            page.on("request", lambda r: asked.append(r.url))
            page.goto(f"http://localhost:{port}/")
            page.get_by_text(shows).first.wait_for(timeout=120_000)
            page.wait_for_timeout(1500)
            context.close()
        finally:
            process.terminate()
    assert any(f"localhost:{port}" in url for url in asked)
    assert [url for url in asked if not url.startswith((f"http://localhost:{port}/", "data:", "blob:"))] == []
