"""Reports, and the statistics below them, are loaded when they are first needed: no page should wait for them before it is sent."""

from __future__ import annotations

import threading

_lock = threading.Lock()


def reports_loaded() -> None:
    """Load them, one thread after the other; once they are there this costs nothing.

    Threads that load parts of one package at once can find each other's half made, and both fail: Python gives way where
    imports wait for each other in a circle. So whatever may be in a thread calls this before it imports a part.
    """
    with _lock:
        import patronage.reports
        import patronage.simulation  # noqa: F401
