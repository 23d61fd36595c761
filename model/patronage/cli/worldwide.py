"""What `patronage hindcast --regions` does: the same protocol in regions that cover the world of the tables."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .options import refuse_existing
from .output import INTERRUPTED, RefusalError, echo, echo_json, note, progress_bar

if TYPE_CHECKING:
    from collections.abc import Callable

    from patronage.hindcast.world import WorldPlan

WORLD = "world"


def chosen(text: str) -> tuple[str, ...]:
    """Regions by name, in the order of the list; all that are wrong are named at once."""
    from patronage.hindcast.regions import REGIONS
    from patronage.scenario.problems import nearest

    given = [word.strip() for word in text.split(",") if word.strip()]
    if given == [WORLD]:
        return tuple(REGIONS)
    wrong = [f"--regions: there is no {word!r}. {nearest(word, (WORLD, *REGIONS))}." for word in given if word not in REGIONS]
    if wrong or not given:
        raise RefusalError("\n".join(wrong) or f"--regions: write {WORLD}, or names with commas: {', '.join(REGIONS)}")
    return tuple(name for name in REGIONS if name in given)


def hindcast_regions(plan: WorldPlan, out: Path | None, workers: int, as_json: bool) -> None:
    """Forecast all regions of a plan, going on where an earlier call stopped, and write the folder."""
    from patronage.batch.executors import LostError, executor
    from patronage.data.tables import DataError
    from patronage.hindcast.cache import files
    from patronage.hindcast.world import compute, identity

    if out is None:
        raise RefusalError("--regions takes long and keeps its work beside the folder to come: name it with --out DIR")
    refuse_existing(out, "choose another folder with --out, or remove it first")
    read = files(Path(plan.data))
    place = out.parent / f".{out.name}.world-{identity(plan, read)[:16]}"
    if place.is_dir():
        note("Going on with what is there already.")
    try:
        with executor(workers) as doer, progress_bar(f"{len(plan.regions)} regions, {len(plan.begun)} origins each") as advance:
            compute(plan, place, doer, reporter(advance))
        answer(plan, place, out, as_json, read)
    except (DataError, LostError) as error:
        raise RefusalError(f"{error}") from None
    except KeyboardInterrupt:
        note("\nInterrupted: what is done is kept; the same command goes on from there.")
        raise typer.Exit(INTERRUPTED) from None
    shutil.rmtree(place, ignore_errors=True)


def reporter(advance: Callable[[int, int], None] | None) -> Callable[[int, int, str], None]:
    """A bar where somebody looks, a line for every twentieth elsewhere."""

    def step(done: int, whole: int, what: str) -> None:
        if advance is not None:
            advance(done, whole)
        elif 20 * done // whole > 20 * (done - 1) // whole:
            note(f"{done} of {whole}: {what}")

    return step


def answer(plan: WorldPlan, place: Path, out: Path, as_json: bool, read: dict[str, str]) -> None:
    """Score, say it, and write the folder."""
    from patronage.hindcast import board
    from patronage.hindcast.world import gathered
    from patronage.hindcast.world_text import text
    from patronage.reports.world import world_folder

    rows = gathered(plan, place, "forecasts")
    tables = {
        "skills": board.skills(rows, plan.last), "coverage": board.coverage(rows), "links": gathered(plan, place, "links"),
        "forecasts": rows,
    }  # fmt: skip
    summary = text(tables["skills"], tables["coverage"], plan)
    world_folder(plan, tables, summary, out, shlex.join(["patronage", *sys.argv[1:]]), read)
    if as_json:
        echo_json({name: tables[name].astype(object).where(tables[name].notna(), None).to_dict("records")
                   for name in ("skills", "coverage", "links")})  # fmt: skip
    else:
        echo(summary)
    note(f"Figure and tables: {out}")
