"""What a sweep consists of: runs by point, in stages, and how they are cut into chunks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from patronage.batch.checksums import digest, intact, sealed
from patronage.batch.chunks import Cells, Task
from patronage.batch.points import Settings

LAYOUT = 3
ROUNDS = (1, 2, 4, 8)
"""Eighths of the runs of every point, after each round."""


class DamagedPlanError(ValueError):
    """What stands there was never written as a plan."""


class OtherLayoutError(ValueError):
    """The plan of another version."""


@dataclass(frozen=True)
class Stage:
    """Runs that were asked for at one time: cells of (point, first run, run after the last)."""

    cells: Cells
    why: str = ""

    @property
    def runs(self) -> int:
        return sum(last - first for _, first, last in self.cells)

    def plain(self) -> dict[str, Any]:
        """As JSON: a block where all points get the same runs, else a list."""
        points = [c[0] for c in self.cells]
        first, last = self.cells[0][1:] if self.cells else (0, 0)
        same = all(c[1:] == (first, last) for c in self.cells)
        if points and same and points == list(range(points[0], points[-1] + 1)):
            return {"why": self.why, "points": [points[0], points[-1] + 1], "runs": [first, last]}
        return {"why": self.why, "cells": [list(c) for c in self.cells]}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Stage:
        """From JSON."""
        if "cells" in plain:
            return cls(tuple((int(p), int(a), int(b)) for p, a, b in plain["cells"]), plain["why"])
        (start, stop), (first, last) = plain["points"], plain["runs"]
        return cls(tuple((p, first, last) for p in range(start, stop)), plain["why"])


@dataclass(frozen=True)
class SweepPlan:
    """What is to be done."""

    identity: Mapping[str, Any]
    """What must agree for results to be of one kind: hashes, versions."""
    stages: tuple[Stage, ...]
    per_chunk: int
    points: str = ""
    """Hash of the points' values."""

    @property
    def runs(self) -> int:
        return sum(stage.runs for stage in self.stages)

    @property
    def size(self) -> int:
        """Number of points."""
        return max((c[0] + 1 for stage in self.stages for c in stage.cells), default=0)

    def counts(self) -> list[int]:
        """Runs planned of every point."""
        have = [0] * self.size
        for stage in self.stages:
            for point, _, last in stage.cells:
                have[point] = max(have[point], last)
        return have

    def cuts(self, group_of: Sequence[int]) -> list[Cells]:
        """Cells of every chunk, in order. A chunk holds points of one group (see `mould`) of one stage.

        A stage goes over all its points several times, with more and more runs: an interrupted sweep is a look at the whole.
        """
        out: list[Cells] = []
        for stage in self.stages:
            names = sorted({group_of[c[0]] for c in stage.cells})
            for cells in rounds(stage.cells) if stage.runs > self.per_chunk else [stage.cells]:
                for group in names:
                    out += list(cut([c for c in cells if group_of[c[0]] == group], self.per_chunk))
        return out

    def tasks(self, group_of: Sequence[int], settings: Sequence[Settings]) -> list[Task]:
        """All chunks."""
        return [
            Task(number, cells, tuple(settings[point] for point, _, _ in cells))
            for number, cells in enumerate(self.cuts(group_of))
        ]

    def mark(self, task: Task) -> dict[str, Any]:
        """What a chunk of this plan is known by: the sweep, apart from how its points are chosen, and its own runs."""
        kind = {k: v for k, v in self.identity.items() if k != "design"}
        return {"chunk": task.number, "sweep": digest(kind), "runs": digest([task.cells, task.settings])}

    def text(self) -> bytes:
        """As a file."""
        plain = {
            "layout": LAYOUT,
            "identity": dict(self.identity),
            "points": self.points,
            "runs_per_chunk": self.per_chunk,
            "stages": [stage.plain() for stage in self.stages],
        }
        return (json.dumps(sealed(plain), indent=1, ensure_ascii=False) + "\n").encode()

    @classmethod
    def of(cls, text: bytes) -> SweepPlan:
        """From a file. Raises OtherLayoutError, DamagedPlanError."""
        try:
            plain = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise DamagedPlanError(str(error)) from None
        if not isinstance(plain, dict):
            raise DamagedPlanError("it is no mapping")
        if plain.get("layout") != LAYOUT and (intact(plain) or plain.get("layout") == 1):
            raise OtherLayoutError
        if not intact(plain):
            raise DamagedPlanError("its contents do not agree with its seal")
        return cls(plain["identity"], tuple(map(Stage.of, plain["stages"])), plain["runs_per_chunk"], plain["points"])


def rounds(cells: Cells) -> list[Cells]:
    """Cells in rounds over all points: an eighth of the runs of each, then up to a quarter, a half, and all.

    Not replication by replication: the rows of a point would lie in as many chunks, and putting tables in order take as much memory.
    """
    out: list[Cells] = []
    for before, until in pairwise((0, *ROUNDS)):
        found = []
        for point, first, last in cells:
            runs = last - first
            start, stop = (first + -(-runs * part // ROUNDS[-1]) for part in (before, until))
            if stop > start:
                found.append((point, start, stop))
        if found:
            out.append(tuple(found))
    return out


def cut(cells: Sequence[tuple[int, int, int]], most: int) -> Iterator[Cells]:
    """Cells cut into parts of at most `most` runs. ValueError if that is less than one."""
    if most < 1:
        raise ValueError(f"a chunk holds one run or more, not {most}")
    held: list[tuple[int, int, int]] = []
    room = most
    for point, first, last in cells:
        at = first
        while at < last:
            stop = min(last, at + room)
            held.append((point, at, stop))
            room -= stop - at
            at = stop
            if not room:
                yield tuple(held)
                held, room = [], most
    if held:
        yield tuple(held)
