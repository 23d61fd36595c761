"""Comparisons beyond one pair: all sides in one table, and pairs in which something is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from patronage.reports.outcomes import difference_cell
from patronage.reports.summary import answering, outcome_table, subjects
from patronage.reports.words import FEW, Subject, number, percent, plural
from patronage.results.comparison import Comparison, outcomes_given, outcomes_of
from patronage.results.ensemble import Statistics
from patronage.results.pairs import Pair


def common_table(sides: Sequence[Statistics], names: Sequence[str]) -> pd.DataFrame:
    """A row an outcome and side (`side`), as in the tables of pairs: `first` the mean in the first scenario, `second` in the side."""
    pairs = [outcomes_of(Pair(sides[0], one)) for one in sides[1:]]
    frame = pd.concat([found.assign(side=name) for name, found in zip(names[1:], pairs, strict=True)], ignore_index=True)
    order = {name: i for i, name in enumerate(own_first(sides[0], list(dict.fromkeys(frame["outcome"]))))}
    return frame.sort_values("outcome", key=lambda column: column.map(order), kind="stable", ignore_index=True)


def own_first(s: Statistics, outcomes: Sequence[str]) -> list[str]:
    """Outcomes that answer the question, then the others."""
    own = answering(s)
    return [*(n for n in outcomes if n in own), *(n for n in outcomes if n not in own)]


def common_text(first: Statistics, table: pd.DataFrame, names: Sequence[str]) -> str:
    """All sides beside each other: the mean of every outcome, and how far the first lies above each of the others."""
    words = {about.name: about for about, _ in subjects(first)}
    head = ["outcome", "1", *(cell for i in range(2, len(names) + 1) for cell in (str(i), f"1 − {i} [95 % interval]"))]
    cells = [head]
    for name, part in table.groupby("outcome", sort=False):
        about, rows = words[str(name)], {r.side: r for r in part.itertuples()}
        line = [str(name), ""]
        for side in names[1:]:
            row = rows.get(side)
            line += ["", ""] if row is None else [_level(about, row.second), difference_cell(about, row)]
            line[1] = line[1] or ("" if row is None else _level(about, row.first))
        cells.append(line)
    wide = [max(len(line[i]) for line in cells) for i in range(len(head))]
    return "\n".join([
        f"{len(names)} sides, {plural(first.runs, 'run')} each with the same luck, seed {first.ensemble.seed}:",
        *(f"  {i}  {name}" for i, name in enumerate(names, 1)),
        "",
        *("  ".join(text.ljust(w) for text, w in zip(line, wide, strict=True)).rstrip() for line in cells),
    ])  # fmt: skip


def _level(about: Subject, value: float) -> str:
    return percent(value) if about.truth else number(value)


def given_lines(a: Statistics, b: Statistics, found: Comparison, names: tuple[str, str], given: str) -> list[str]:
    """The table of outcomes in those pairs alone in which an outcome is true in the first."""
    true = int(np.sum(a.ensemble.outcomes[given].to_numpy(dtype=float) > 0))
    few = ": too few to rely on" if 0 < true < FEW else ""
    lines = ["", f"Given {given} in {names[0]}: {true} of {plural(a.runs, 'pair')}{few}"]
    if not true:
        return lines
    return [*lines, *outcome_table(a, replace(found, outcomes=outcomes_given(a, b, given)), names)]
