"""A landscape of one's own: actors, sizes and propensities from a CSV file.

    actor,size,side,US,RU,SY
    US,10,west,,-1,-1
    RU,10,east,,,1
    SY,50,east,,,

`size` (default 1) and `side` (two words, how the actors stand now) may be left out. A propensity stands in the upper or
the lower half or, the same, in both; the diagonal is empty or 0. `neutral` is the number that means indifference.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from patronage.runs.landscape import LandscapeInput
from patronage.scenario.numerals import is_number, meanings
from patronage.scenario.problems import Place, Problems, nearest, shown
from patronage.scenario.rows import WIDER, check_head, read_rows
from patronage.theory.landscape import MOST_ACTORS

OWN = ("actor", "size", "side")
MOST_BYTES = 256 * 1024


def read_matrix(path: Path, neutral: float = 0.0) -> LandscapeInput:
    """The region of a file. Raises ScenarioError with everything that is wrong with it."""
    problems = Problems()
    rows = _rows(path, problems)
    table = _Matrix(str(path), rows, problems) if rows else None
    problems.stop()
    assert table is not None
    return table.region(neutral)


def _rows(path: Path, problems: Problems) -> list[tuple[int, list[str]]]:
    rows = read_rows(path, str(path), problems, MOST_BYTES)
    if rows is None:
        return []
    if not rows:
        problems.add(Place(str(path)), "the table is empty", "It begins with actor,size,side and the actors")
    return rows


class _Matrix:
    """The cells of a matrix, checked one by one."""

    def __init__(self, label: str, rows: list[tuple[int, list[str]]], problems: Problems) -> None:
        self.label, self.problems = label, problems
        self.line, self.head = rows[0]
        self.actors: list[str] = []
        self.lines: list[int] = []
        self.cells: list[dict[str, tuple[int, str]]] = []
        if self.headed():
            for line, row in rows[1:]:
                if self.fits(line, row):
                    self.row(line, row)
            self.columns()
        self.size = [self.number(i, "size", 1.0) for i in range(len(self.actors))]
        self.check_sizes()
        self.side = self.sides()
        self.propensity = self.pairs()

    def fits(self, line: int, row: list[str]) -> bool:
        if len(row) == len(self.head):
            return True
        hint = WIDER if len(row) > len(self.head) else ""
        self.problems.add(Place(self.label, line), f"{len(row)} cells in a table of {len(self.head)} columns", hint)
        return False

    def headed(self) -> bool:
        """The first row names the columns, each once."""
        for i, name in enumerate(self.head):
            if name in self.head[:i]:
                self.problems.add(Place(self.label, self.line, i + 1), f"two columns are called {shown(name)}")
        return check_head(Place(self.label, self.line), self.head, ("actor",), "", self.problems)

    def row(self, line: int, row: list[str]) -> None:
        column = self.head.index("actor")
        name = row[column]
        place = Place(self.label, line, column + 1)
        if not name or name in OWN:
            self.problems.add(place, f"{shown(name)} cannot be the name of an actor")
        elif name in self.actors:
            self.problems.add(place, f"{shown(name)} stands in line {self.lines[self.actors.index(name)]} already")
        else:
            self.actors.append(name)
            self.lines.append(line)
            self.cells.append({n: (i + 1, row[i]) for i, n in enumerate(self.head)})

    def columns(self) -> None:
        """Every other column is an actor's, and every actor has one."""
        for i, name in enumerate(self.head):
            if name not in (*OWN, *self.actors):
                place = Place(self.label, self.line, i + 1)
                self.problems.add(place, f"{shown(name)} has a column but no row", nearest(name, (*OWN, *self.actors)))
        for line, name in zip(self.lines, self.actors, strict=True):
            if name not in self.head:
                self.problems.add(Place(self.label, line), f"{shown(name)} has a row but no column")
        if not 2 <= len(self.actors) <= MOST_ACTORS:
            what = f"a landscape has 2 to {MOST_ACTORS} actors, and here are {len(self.actors)}"
            self.problems.add(Place(self.label, self.line), what)

    def number(self, i: int, column: str, empty: float) -> float:
        """A cell as a number; `empty` where nothing stands in it, NaN where nonsense does."""
        at, text = self.cells[i].get(column, (1, ""))
        if not text:
            return empty
        if is_number(text) and math.isfinite(float(text)):
            return float(text)
        numbers, behind = ([], "") if is_number(text) else meanings(text)
        hint = f"Write {' or '.join(numbers)}" if numbers and not behind else "Write it as 10 or -1.5"
        self.problems.add(Place(self.label, self.lines[i], at), f"{shown(text)} is no number", hint)
        return math.nan

    def check_sizes(self) -> None:
        for i, size in enumerate(self.size):
            if size < 0:
                place = Place(self.label, self.lines[i], self.cells[i]["size"][0])
                self.problems.add(place, f"a size cannot be negative: {size:g}")

    def sides(self) -> list[bool] | None:
        """How the actors stand, if it is said: for all, in two words."""
        if "side" not in self.head:
            return None
        words: list[str] = []
        for i, cells in enumerate(self.cells):
            at, word = cells["side"]
            place = Place(self.label, self.lines[i], at)
            if not word:
                self.problems.add(
                    place, f"{shown(self.actors[i])} has no side", "Give all of them one, or leave the column out"
                )
            elif word not in words and len(words) == 2:
                self.problems.unknown(place, "side", word, words)
            elif word not in words:
                words.append(word)
        return [cells["side"][1] != (words or [""])[0] for cells in self.cells]

    def pairs(self) -> np.ndarray:
        """[A, A] propensities as written, symmetric; NaN on the diagonal."""
        count = len(self.actors)
        out = np.full((count, count), math.nan)
        for i, one in enumerate(self.actors):
            if self.number(i, one, 0.0) not in (0.0, math.nan) and not math.isnan(self.number(i, one, 0.0)):
                place = Place(self.label, self.lines[i], self.cells[i][one][0])
                self.problems.add(place, f"{shown(one)} has no propensity to itself", "Leave the diagonal empty")
            for j in range(i):
                out[i, j] = out[j, i] = self.pair(i, j)
        return out

    def pair(self, i: int, j: int) -> float:
        """One propensity, from either half or both (`j` stands before `i`)."""
        one, other = self.actors[j], self.actors[i]
        cells = ((j, other), (i, one))
        given = [(a, name) for a, name in cells if self.cells[a].get(name, (0, ""))[1]]
        values = [self.number(a, name, math.nan) for a, name in given]
        if not given and one in self.head and other in self.head:
            place = Place(self.label, self.lines[j], self.cells[j][other][0])
            self.problems.add(
                place, f"no propensity of {one} and {other}", "Every pair needs one, above or below the diagonal"
            )
        elif len(values) == 2 and values[0] != values[1] and not any(map(math.isnan, values)):
            place = Place(self.label, self.lines[i], self.cells[i][one][0])
            what = (
                f"{one} and {other} have two propensities, {values[1]:g} here and {values[0]:g} in line {self.lines[j]}"
            )
            self.problems.add(place, what, "They are mutual")
        return values[0] if values else math.nan

    def region(self, neutral: float) -> LandscapeInput:
        """What was read, with indifference at 0."""
        p = self.propensity - neutral
        np.fill_diagonal(p, 0.0)
        side = None if self.side is None else np.array([self.side])
        return LandscapeInput(Path(self.label).name, tuple(self.actors), p[None], np.array([self.size]), side)
