"""What systems do differently: locks that end with their process, how much memory a process has used, how many processors it has."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, SoftFileLock, Timeout

SOFT = issubclass(FileLock, SoftFileLock)
"""Whether this system knows no locks of open files, so that a file that exists is the lock."""


class LockedError(OSError):
    """Another process holds the lock."""


@contextmanager
def held(lock: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock file; it is given up at the end, as at the end of the process, however that comes about.

    Raises LockedError at once if somebody holds it, unless it is to wait.
    """
    # A lock of an open file leaves the file behind, which must not count where the file itself is the lock.
    guard = FileLock(f"{lock}.held" if SOFT else lock, timeout=-1 if wait else 0)
    try:
        guard.acquire()
    except Timeout:
        raise LockedError(f"{lock} is held by another process") from None
    try:
        yield
    finally:
        guard.release()


def peak_memory() -> float:
    """Largest memory of this process so far, in bytes; NaN where the system does not tell (Windows)."""
    try:
        import resource
    except ImportError:
        return math.nan
    unit = 1 if sys.platform == "darwin" else 1024
    return float(unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def all_processors() -> int:
    """Processors this process may use."""
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
