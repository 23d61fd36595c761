"""What verify does with a scenario: the board of dated facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from .options import load
from .output import RefusalError, echo, echo_json, note, progress_bar

if TYPE_CHECKING:
    import pandas as pd

    from patronage.facts.kinds import Fact, Facts
    from patronage.scenario import Scenario


NO_TABLES = """Signs and ranks of influence, alignment and the order of neighbours are not scored: no tables of the published
index are given (--data DIR, docs/build.md)."""


def show_board(
    source: str, facts: Path | None, runs: int, seed: int, form: str, out: Path | None, data: Path | None = None
) -> None:
    """Simulate a scenario, score it on facts and, with `data`, on what is published of influence; print it and write tables."""
    from patronage.facts.board import board
    from patronage.facts.fitting import check
    from patronage.facts.shipped import pool
    from patronage.facts.text import as_json, text
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
        parts.append(NO_TABLES if compared is None else index_board.text(compared))
        echo("\n\n".join(parts))


def show_absurd(
    source: str, facts: Path | None, data: Path | None, draws: int | None, runs: int | None, seed: int, form: str, out: Path | None
) -> None:
    """Score absurd regions beside the scenario, and say whether the boards can tell them from it."""
    from patronage.patterns import absurd

    from .options import read_series

    scenario, tables = load(source), None if data is None else read_series(data)
    listed = _scored(scenario, facts, needed=tables is None)
    about = absurd.plan()
    draws, runs = draws or about.draws, runs or about.runs
    with progress_bar(f"Absurd regions of {scenario.name}: {draws} draws, {runs} runs each") as advance:
        rows = absurd.absurd(scenario, listed, tables, draws=draws, runs=runs, seed=seed, progress=advance)
    if rows.empty:
        raise RefusalError(f"{scenario.name}: nothing of it can be scored, so no region can be told from it")
    report = absurd.text(rows, scenario.name, runs, seed)
    _show("absurd", rows, form, out, report if tables else f"{report}\n\n{NO_TABLES}")


def show_ablations(source: str, facts: Path | None, runs: int, seed: int, form: str, out: Path | None) -> None:
    """What the outcomes and facts of a scenario owe to each mechanism."""
    from patronage.patterns import any_scenario

    scenario = load(source)
    listed = _scored(scenario, facts, needed=False)
    with progress_bar(f"{scenario.name} without each mechanism, {runs} runs") as advance:
        rows = any_scenario.ablations(scenario, listed, runs, seed, progress=advance)
    if rows.empty:
        raise RefusalError(f"{scenario.name} has no numeric outcomes and no facts: there is nothing to measure")
    _show("ablations", rows, form, out, any_scenario.ablations_text(rows, scenario.name, runs, seed))


def show_fragility(source: str, facts: Path | None, draws: int, runs: int, seed: int, form: str, out: Path | None) -> None:
    """How far the outcomes and facts of a scenario move over all its ranges at once."""
    from patronage.patterns import any_scenario

    scenario = load(source)
    listed = _scored(scenario, facts, needed=False)
    with progress_bar(f"{scenario.name}: {draws} draws, {runs} runs each") as advance:
        try:
            rows = any_scenario.fragility(scenario, listed, draws, runs, seed, progress=advance)
        except any_scenario.NothingToDrawError as error:
            raise RefusalError(f"{error}.") from None
    if rows.empty:
        raise RefusalError(f"{scenario.name} has no numeric outcomes and no facts: there is nothing to measure")
    _show("fragility", rows, form, out, any_scenario.fragility_text(rows, scenario.name, draws, runs, seed))


def _scored(scenario: Scenario, path: Path | None, needed: bool) -> list[Fact]:
    """The facts that the scenario can be asked and does not decide; none where there is no list."""
    from patronage.facts.fitting import check
    from patronage.patterns.absurd import scored

    listed = _facts(scenario, path, needed)
    if listed is None:
        return []
    check(listed, scenario)
    return scored(listed.facts, scenario)


def _show(name: str, rows: pd.DataFrame, form: str, out: Path | None, text: str) -> None:
    """A table in the form asked for, and into a folder."""
    if out is not None:
        _write(out, {name: rows})
    if form == "json":
        echo_json(json.loads(rows.to_json(orient="records")))
    else:
        echo(rows.to_csv(index=False) if form == "csv" else text)


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
