"""Saying what something will take of time, disk and memory before it begins, and refusing what this machine has not."""

from __future__ import annotations

import math
import os
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

import typer

from .output import REFUSED, RefusalError, note

MINUTE = 60.0
ENOUGH = 10.0
"""Seconds after which the speed so far tells how long the rest will take."""


def announce(
    seconds: float, disk: float, memory: float, place: Path, *, processes: int, sample: int, fewer: str
) -> None:
    """Say what it takes if that is more than a minute; refuse, or ask who can be asked, where disk or memory do not do.

    `place` is where it will be written, `fewer` how to need less.
    """
    short = lacking(disk, memory, place)
    if seconds <= MINUTE and not short:
        return
    who = "1 process" if processes == 1 else f"{processes} processes"
    lines = (
        f"This takes about {duration(seconds)} with {who}, {amount(disk)} of disk and {amount(memory)} of memory "
        f"(measured on {sample} runs)."
    )
    if not short:
        note(lines)
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise RefusalError(f"{lines} {short}: {fewer}.")
    note(f"{lines} {short}: {fewer}.")
    if not typer.confirm("Begin all the same?", err=True):
        raise typer.Exit(REFUSED)


def foretold(what: str) -> Callable[[float, int], None]:
    """What to call with (done, in all) where nobody watches a bar: says once how long it will take, if that is long."""
    first: list[tuple[float, float]] = []

    def advance(done: float, total: int) -> None:
        now = time.monotonic()
        if not first:
            first.append((now, done))  # what an earlier call has done says nothing about the speed of this one
        (begun, before), spoken = first[0], len(first) > 1
        if spoken or now - begun < ENOUGH or done <= before:
            return
        first.append((now, done))
        left = (total - done) * (now - begun) / (done - before)
        if left > MINUTE:
            note(f"{what}: about {duration(left)} more ({100 * done / total:.0f} % is done).")

    return advance


def lacking(disk: float, memory: float, place: Path) -> str:
    """What there is too little of; empty if there is enough."""
    found = []
    if disk > (free := free_disk(place)):
        found.append(f"only {amount(free)} of disk are free")
    if (there := free_memory()) is not None and memory > there:
        found.append(f"only {amount(there)} of memory are free")
    text = " and ".join(found)
    return text[:1].upper() + text[1:]


def free_disk(place: Path) -> float:
    """Bytes that are free where a folder will be made."""
    at = place.absolute()
    while not at.exists():
        at = at.parent
    return float(shutil.disk_usage(at).free)


def free_memory() -> float | None:
    """Bytes that programs can still have; None where the system does not tell."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        pass
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, OSError, ValueError):
        return None


def duration(seconds: float) -> str:
    """Seconds in words."""
    if seconds < 100:
        return f"{seconds:.2g} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = seconds / 60
    return (
        f"{minutes:.0f} min"
        if minutes < 100
        else f"{minutes / 60:.1f} h"
        if minutes < 6000
        else f"{minutes / 1440:.0f} days"
    )


def amount(size: float) -> str:
    """Bytes in words; NaN is what the system does not tell."""
    if math.isnan(size):
        return "an unknown amount"
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"
