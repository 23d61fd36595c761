"""The command that forecasts the past: hindcast."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import load, read_known, refuse_existing
from .output import INTERRUPTED, RefusalError, echo, echo_json, note, plainly, progress_bar
from .worldwide import chosen, hindcast_regions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patronage.data.tables import Tables
    from patronage.hindcast.cache import Cache, Summaries
    from patronage.hindcast.hindcast import Hindcast, HindcastPlan
    from patronage.hindcast.world import WorldPlan


@plainly
def hindcast(
    data: Annotated[
        Path,
        typer.Option(
            "--data", metavar="DIR", help="Folder with country_year and dyad_year tables.", show_default=False
        ),
    ],
    start: Annotated[
        int,
        typer.Option(
            "--from", metavar="YEAR", help="First origin: what is known at its end is used.", show_default=False
        ),
    ],
    last: Annotated[int, typer.Option("--to", metavar="YEAR", help="Last year scored.", show_default=False)],
    scenario: Annotated[
        str | None, typer.Argument(metavar="[SCENARIO]", help="A built-in name or a file; none with --regions.", show_default=False)
    ] = None,
    regions: Annotated[
        str | None,
        typer.Option("--regions", metavar="NAMES", help="world, or some of its regions with commas.", show_default=False),
    ] = None,
    origins: Annotated[
        str | None, typer.Option(metavar="YEARS", help="Origins with commas.", show_default="every year from the first")
    ] = None,
    horizons: Annotated[str, typer.Option(metavar="YEARS", help="Years ahead, with commas.")] = "1,3,5,10,15",
    training: Annotated[int, typer.Option(metavar="YEAR", help="First year of the training window.")] = 1996,
    runs: Annotated[
        int, typer.Option(min=2, max=10_000, help="Runs an origin, each with its own draw of all assumptions.")
    ] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Names the experiment.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write report, figures and tables there.", show_default=False),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes for --regions; the result does not depend on it.")] = 2,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Forecast the past from what was known then, and score it against history and naive forecasts."""
    if (scenario is None) == (regions is None):
        raise RefusalError("Name a scenario, or --regions world; not both.")
    if regions is not None:
        hindcast_regions(everywhere(regions, data, start, last, origins, horizons, training, runs, seed), out, workers, as_json)
        return
    from patronage.data.tables import DataError
    from patronage.hindcast.cache import Cache, files, identity
    from patronage.hindcast.hindcast import hindcast as forecast_all
    from patronage.hindcast.scores import library

    if out is not None:
        refuse_existing(out, "choose another folder with --out, or remove it first")
    try:
        plan = planned(scenario or "", data, start, last, origins, horizons, training, runs, seed)
        plan.check()
        library()
    except DataError as error:
        raise RefusalError(f"{error}") from None
    read = files(data)
    cache = Cache.beside(out, identity(plan, read))
    if len(cache):
        note(f"Going on: {len(cache)} of {2 * len(plan.begun)} ensembles are there.")
    try:
        ensembles = simulated(plan, cache)
        with progress_bar(f"Forecasts from {len(plan.origins)} origins") as advance:
            found = forecast_all(plan, ensembles, advance)
    except DataError as error:
        raise RefusalError(f"{error}") from None
    except KeyboardInterrupt:
        if not len(cache):
            raise
        note(
            f"\nInterrupted: {len(cache)} of {2 * len(plan.begun)} ensembles are kept; the same command goes on from there."
        )
        raise typer.Exit(INTERRUPTED) from None
    answer(found, plan, out, as_json, read)
    cache.clear()


def planned(
    scenario: str,
    data: Path,
    start: int,
    last: int,
    origins: str | None,
    horizons: str,
    training: int,
    runs: int,
    seed: int,
) -> HindcastPlan:
    """The plan of a command line. All that is wrong with its words is said before any table is read."""
    from patronage.hindcast.hindcast import HindcastPlan

    loaded = load(scenario)
    when, ahead = years(start, last, origins, horizons)
    tables, bases = read_known(data)
    refuse_unknown(data, tables, (*loaded.patrons, *loaded.clients), last)
    return HindcastPlan(loaded, tables, bases, when, last, ahead, training, runs, seed)


def everywhere(
    regions: str, data: Path, start: int, last: int, origins: str | None, horizons: str, training: int, runs: int, seed: int
) -> WorldPlan:
    """The same with --regions."""
    from patronage.data.tables import DataError
    from patronage.hindcast.regions import REGIONS
    from patronage.hindcast.scores import library
    from patronage.hindcast.world import WorldPlan, plan_of

    names = chosen(regions)
    when, ahead = years(start, last, origins, horizons)
    tables, _ = read_known(data)
    everybody = [code for name in names for code in (*REGIONS[name].patrons, *REGIONS[name].clients)]
    refuse_unknown(data, tables.until(training), everybody, min(training, tables.known))
    refuse_unknown(data, tables, (), last)
    plan = WorldPlan(str(data.resolve()), names, when, last, ahead, training, runs, seed)
    try:
        plan_of(plan, names[0]).check()
        library()
    except DataError as error:
        raise RefusalError(f"{error}") from None
    return plan


def years(start: int, last: int, origins: str | None, horizons: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Origins and horizons as they were written."""
    wrong = []
    if not start < last:
        wrong.append(f"--from {start} --to {last}: the first origin must come before the last year scored")
    when = numbers(origins) if origins else tuple(range(start, last))
    if start < last and not (when and start <= min(when) <= max(when) < last):
        wrong.append(f"--origins {origins}: write years from {start} to {last - 1} with commas, such as {start},{last - 1}")
    ahead = numbers(horizons)
    if not (ahead and 1 <= min(ahead) <= max(ahead) <= 40):
        wrong.append(f"--horizons {horizons}: write years from 1 to 40 with commas, such as 5,10")
    if wrong:
        raise RefusalError("\n".join(wrong))
    return when, ahead


def refuse_unknown(data: Path, tables: Tables, codes: Sequence[str], last: int) -> None:
    """Everybody must have rows, and the last year too."""
    wrong = []
    absent = sorted(set(codes) - set(tables.states))
    if absent:
        wrong.append(f"--data {data}: country_year has no rows for {', '.join(absent)}")
    if last > tables.known:
        wrong.append(f"--to {last}: the tables end in {tables.known}")
    if wrong:
        raise RefusalError("\n".join(wrong))


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers with commas, sorted; none if they are not."""
    try:
        return tuple(sorted({int(x) for x in text.split(",") if x.strip()}))
    except ValueError:
        return ()


def simulated(plan: HindcastPlan, cache: Cache) -> dict[tuple[int, str], Summaries]:
    """All ensembles, those that are kept read and the others simulated."""
    from patronage.commands import ensembles

    with progress_bar(f"{len(plan.begun)} origins, {plan.runs} runs each, twice") as advance:
        return ensembles(plan, cache, advance)


def answer(found: Hindcast, plan: HindcastPlan, out: Path | None, as_json: bool, read: dict[str, str]) -> None:
    """Say it, and write the folder."""
    from patronage.hindcast.text import text

    if out is not None:
        from patronage.reports.hindcast import hindcast_folder

        hindcast_folder(found, plan, out, shlex.join(["patronage", *sys.argv[1:]]), read)
    if as_json:
        skills = found.skills.astype(object).where(found.skills.notna(), None)
        covered = found.coverage.astype(object).where(found.coverage.notna(), None)
        links = found.links.astype(object).where(found.links.notna(), None)
        echo_json({
            "skills": skills.to_dict("records"), "coverage": covered.to_dict("records"), "links": links.to_dict("records"),
            "unscored": found.unscored.to_dict("records"),
        })  # fmt: skip
    else:
        echo(text(found, plan))
    if out is not None:
        note(f"Report, figures and tables: {out}")


COMMANDS = (hindcast,)
