"""Many mutants: which kind a number is, what became of it, and the counts."""

from __future__ import annotations

import math
import re
import signal
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pace
from patronage.scenario import load_text
from patronage.system import peak_memory
from patronage.world import plan

from . import data, experiments, folders, page, scenarios
from .mutate import Lot

LONGEST = 45.0
"""Plain works of processor time (`pace`: whatever the machine) that one mutant may take; what is in order takes 22 at most."""
LONGER = dict.fromkeys(folders.KINDS, 200.0)
"""A run of a sweep made again, with the screening of its assumptions, takes 97."""
HANGS = 300
"""Seconds after which a mutant is given up: for what never ends, and nothing slow comes near."""
MEGABYTES = 150
"""By which one mutant may raise what the process holds."""
KINDS = {**scenarios.KINDS, **experiments.KINDS, **data.KINDS, **folders.KINDS, **page.KINDS}
WITHIN = tuple(k for k in KINDS if k.startswith("within"))
OTHERS = tuple(k for k in KINDS if not k.startswith("within"))


class HangError(Exception):
    """A mutant took for ever."""


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant."""

    number: int
    kind: str
    became: str
    """used, refused, stopped or wrong."""
    reason: str = ""
    seconds: float = 0.0
    grown: float = 0.0
    """Megabytes that the process held more at its peak than before."""
    peak: float = 0.0
    """Megabytes of the process at that peak."""

    def __str__(self) -> str:
        again = f"PYTHONPATH=model:tests python -m fuzz {self.number}"
        return f"{self.number} ({self.kind}): {self.became} {self.reason}\n    again: {again}"


def kind_of(number: int) -> str:
    """Every second mutant lies within bounds; the others take turns."""
    if number % 2:
        return OTHERS[number // 2 % len(OTHERS)]
    return WITHIN[0] if number % 10 else WITHIN[1 + number // 10 % (len(WITHIN) - 1)]


def attack(number: int, kind: str = "") -> Verdict:
    """One mutant, judged; what took long takes long twice, or it was the machine."""
    kind = kind or kind_of(number)
    warm(kind)
    verdict, most = once(number, kind), LONGER.get(kind, LONGEST)
    if verdict.became == "wrong" or verdict.seconds <= most * pace.usual():
        return verdict
    least = math.inf
    for _ in range(2):
        plan.quantiles.cache_clear()  # what the first time left there would make the second quick
        before = pace.plain_work()
        least = min(least, once(number, kind).seconds / max(before, pace.plain_work()))
        if least <= most:
            return verdict
    return replace(verdict, became="wrong", reason=f"as much processor time as {least:.0f} plain works")


def once(number: int, kind: str) -> Verdict:
    """A mutant, judged by all but its time."""
    with tempfile.TemporaryDirectory(prefix="fuzz-") as place:
        lot, began, before = Lot(number), time.thread_time(), held()
        try:
            with given_up():
                became, reason = KINDS[kind](lot, number, Path(place)), ""
        except Exception as error:  # noqa: BLE001  # whatever comes out is a fault
            became, reason = "wrong", cause(error)
        seconds, most = time.thread_time() - began, megabytes()
    grown = most - before
    if became != "wrong" and grown > MEGABYTES:
        became, reason = "wrong", f"{grown:.0f} MB more"
    return Verdict(number, kind, became, reason, seconds, grown, most)


@cache
def warm(kind: str) -> None:
    """Have everything loaded and made that only the first mutant of a kind would wait for."""
    load_text(scenarios.as_text(scenarios.SMALL)).resolved()
    if kind in folders.KINDS:
        folders.originals()
    elif kind in page.KINDS:
        with page.opened():
            pass


def cause(error: BaseException) -> str:
    """A fault in a line: what was raised, where in the program."""
    root = error
    while root.__cause__ is not None and not isinstance(root.__cause__, SystemExit):
        root = root.__cause__
    frames = [f for f in traceback.extract_tb(root.__traceback__) if "/patronage/" in f.filename]
    where = f" [{frames[-1].filename.rpartition('/patronage/')[2]}:{frames[-1].lineno}]" if frames else ""
    return f"{type(error).__name__}: {str(error)[:400]}{where}"


@contextmanager
def given_up() -> Iterator[None]:
    """Nothing takes for ever, where the system has an alarm clock; Windows has none."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def late(*_: Any) -> None:
        raise HangError(f"no answer within {HANGS} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, HANGS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def megabytes() -> float:
    """Peak of this process: since `held` was asked, where the system can forget (Linux), or ever."""
    with suppress(OSError):
        if found := re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text(encoding="ascii")):
            return int(found[1]) / 1024
    return peak_memory() / 2**20


def held() -> float:
    """What this process holds, its peak forgotten: what came before a mutant would hide what it takes."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return megabytes()


def table(verdicts: Iterable[Verdict]) -> str:
    """Counts by kind, as the documentation shows them."""
    counts: Counter[tuple[str, str]] = Counter()
    slowest: dict[str, float] = {}
    for v in verdicts:
        counts[v.kind, v.became] += 1
        slowest[v.kind] = max(slowest.get(v.kind, 0.0), v.seconds)
    columns = ("used", "refused", "stopped", "wrong")
    rows = [(k, *(counts[k, c] for c in columns), f"{slowest[k]:.2f}") for k in KINDS if k in slowest]
    whole = ("all", *(sum(counts[k, c] for k in KINDS) for c in columns), f"{max(slowest.values(), default=0):.2f}")
    head = ("mutants", *columns, "slowest, s")
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, ("---",) * 6, *rows, whole)) + "\n"
