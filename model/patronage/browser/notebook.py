"""The page beside a notebook: a server of its own in the background, and a link to it."""

from __future__ import annotations

import atexit
import html
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

PATIENCE = 120.0
"""Seconds that a server may take to answer."""
ADDRESS = re.compile(r"The page is at (\S+)")


class ServedPage:
    """A page served in the background until it is closed, or this process ends. In a notebook it shows a link.

    It is a link and no frame, since the page lets nobody frame it.
    """

    def __init__(self, process: subprocess.Popen[bytes], address: str) -> None:
        self._process, self.address = process, address

    def close(self) -> None:
        """End the server."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"The page is at {self.address}"

    def _repr_html_(self) -> str:
        return f'<a href="{html.escape(self.address)}" target="_blank" rel="noopener">Open the page</a>'


def page(scenario: str | Path = "us-withdrawal", port: int | None = None) -> ServedPage:
    """Serve the page about a scenario in the background, for this machine alone, as `patronage view` does.

    Args:
        scenario: a built-in name, or a file.
        port: to serve on; the usual one or a free one if none is named.

    Returns:
        Where it is; `close()` ends it, as the end of a `with` does.

    Raises:
        RuntimeError: it does not start; the message is what `patronage view` says.
    """
    words = [sys.executable, "-m", "patronage", "view", str(scenario), "--no-open"]
    if port is not None:
        words += ["--port", str(port)]
    with tempfile.TemporaryFile() as log:
        here = str(Path(__file__).parents[2])  # the other process takes this package, however it was found here
        known = os.pathsep.join([here, *filter(None, [os.environ.get("PYTHONPATH", "")])])
        process = subprocess.Popen(  # noqa: S603  # this Python and this package, no shell
            words, stdout=log, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONPATH": known}
        )
        end = time.monotonic() + PATIENCE
        while True:
            log.seek(0)
            output = log.read().decode("utf-8", "replace")
            found = ADDRESS.search(output)
            if found:
                served = ServedPage(process, found[1])
                atexit.register(served.close)
                return served
            if process.poll() is not None or time.monotonic() > end:
                process.kill()
                process.wait()
                raise RuntimeError(output.strip() or "the page does not answer")
            time.sleep(0.1)
