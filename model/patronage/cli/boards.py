"""What verify does with a scenario: the board of dated facts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .options import load
from .output import RefusalError, echo, echo_json, note, progress_bar

if TYPE_CHECKING:
    from patronage.facts.kinds import Facts
    from patronage.scenario import Scenario


def show_board(source: str, facts: Path | None, runs: int, seed: int, form: str, out: Path | None) -> None:
    """Simulate a scenario, score it on facts, print the board and write its tables."""
    from patronage.facts.board import board
    from patronage.facts.fitting import check
    from patronage.facts.shipped import pool
    from patronage.facts.text import as_json, text
    from patronage.simulation import simulate

    scenario = load(source)
    listed = _facts(scenario, facts)
    check(listed, scenario)
    with progress_bar(f"{len(listed.facts)} facts, {runs} runs of {scenario.name}") as advance:
        result = simulate(scenario, runs, seed, progress=_counted(advance, (scenario.end - scenario.start + 1) * runs))
    found = board(listed, result, scenario, pool(), seed)
    if out is not None:
        from patronage.batch.folders import new_folder

        with new_folder(out) as place:
            for name, table in (("facts", found.rows), ("groups", found.slices)):
                table.to_csv(place / f"{name}.csv", index=False, lineterminator="\n", float_format="%.6g")
        note(f"Tables facts and groups lie in {out}.")
    if form == "json":
        echo_json(as_json(found, scenario.name, seed))
    else:
        echo(found.rows.to_csv(index=False) if form == "csv" else text(found, scenario.name, seed))


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


def _facts(scenario: Scenario, path: Path | None) -> Facts:
    """The facts of a file, or those that come with the package."""
    from patronage.facts.reading import read_facts
    from patronage.facts.shipped import for_scenario

    if path is not None:
        return read_facts(path)
    found = for_scenario(scenario)
    if found is None:
        raise RefusalError(
            f"{scenario.name}: no facts of this region come with the package; give your own with --facts FILE (docs/facts.md)"
        )
    return found
