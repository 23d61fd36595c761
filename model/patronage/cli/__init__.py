"""The command `patronage`: the only room that prints."""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Entry point of the command."""
    from .app import app

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            readable(stream)
    app(prog_name="patronage")


def readable(stream: io.TextIOWrapper) -> None:
    """Let a stream take whatever is said: what it cannot hold is escaped, and nothing is lost for a minus sign.

    Windows gives files and pipes the encoding of its region, which has none. Whoever has asked for an encoding keeps it.
    """
    asked = os.environ.get("PYTHONIOENCODING", "").partition(":")[0]
    stream.reconfigure(encoding=stream.encoding if asked else "utf-8", errors="backslashreplace")
