"""What verify does with a scenario: the board of dated facts."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .options import load
from .output import RefusalError, echo, echo_json, note, progress_bar

if TYPE_CHECKING:
    import pandas as pd

    from patronage.facts.kinds import Facts
    from patronage.scenario import Scenario


NO_TABLES = (
    "Signs and ranks of influence, alignment and the order of neighbours are not scored: no tables of the published index are "
    "given (--data DIR, docs/build.md)."
)


def show_board(
    source: str, facts: Path | None, runs: int, seed: int, form: str, out: Path | None, data: Path | None = None
) -> None:
    """Simulate a scenario, score it on facts and, with `data`, on what is published of influence; print it and write tables."""
    from patronage.facts.board import board
    from patronage.facts.fitting import check
    from patronage.facts.shipped import pool
    from patronage.facts.text import WIDTH, as_json, text
    from patronage.patterns import index_board
    from patronage.simulation import simulate

    from .options import read_series

    scenario = load(source)
    tables = None if data is None else read_series(data)
    listed = _facts(scenario, facts, needed=tables is None)
    if listed is not None:
        check(listed, scenario)
    asked = "the published index" if listed is None else f"{len(listed.facts)} facts"
    with progress_bar(f"{asked}, {runs} runs of {scenario.name}") as advance:
        result = simulate(scenario, runs, seed, progress=_counted(advance, (scenario.end - scenario.start + 1) * runs))
    found = None if listed is None else board(listed, result, scenario, pool(), seed)
    compared = None if tables is None else index_board.index_board(result, scenario, tables, seed)
    frames = {} if found is None else {"facts": found.rows, "groups": found.slices}
    frames |= {} if compared is None else {"signs": compared.slices, "ranks": compared.ranks}
    if out is not None:
        _write(out, frames)
    if form == "json":
        content = {} if found is None else as_json(found, scenario.name, seed)
        echo_json(content | ({} if compared is None else index_board.as_json(compared)))
    elif form == "csv":
        echo(next(iter(frames.values())).to_csv(index=False))
    else:
        parts = [] if found is None else [text(found, scenario.name, seed)]
        parts.append("\n".join(textwrap.wrap(NO_TABLES, WIDTH)) if compared is None else index_board.text(compared))
        echo("\n\n".join(parts))


def _write(out: Path, frames: dict[str, pd.DataFrame]) -> None:
    """Tables into a new folder."""
    from patronage.batch.folders import new_folder

    with new_folder(out) as place:
        for name, frame in frames.items():
            frame.to_csv(place / f"{name}.csv", index=False, lineterminator="\n", float_format="%.6g")
    note(f"Tables {' and '.join(frames)} lie in {out}.")


def _counted(advance: Callable[[int, int], None] | None, total: int) -> Callable[[int], None] | None:
    """What turns steps into what is done and what there is in all."""
    if advance is None:
        return None
    done = 0

    def add(step: int) -> None:
        nonlocal done
        done += step
        advance(done, total)

    return add


def _facts(scenario: Scenario, path: Path | None, needed: bool) -> Facts | None:
    """The facts of a file, or those that come with the package; refuse where there are none and they are needed."""
    from patronage.facts.reading import read_facts
    from patronage.facts.shipped import for_scenario

    if path is not None:
        return read_facts(path)
    found = for_scenario(scenario)
    if found is None and needed:
        raise RefusalError(
            f"{scenario.name}: no facts of this region come with the package; give your own with --facts FILE (docs/facts.md)"
        )
    return found
