"""The command that looks for the packages of levers that no other beats: what it would cost."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .needs import amount, announce, duration
from .options import Json
from .output import RefusalError, echo, echo_json, kept, note, plainly, throughput_bar
from .results import HOME

if TYPE_CHECKING:
    from patronage.searches import Search, SearchResult

SAMPLE = 256
"""Runs that are simulated to measure what a run costs."""
BYTES = 12.0
"""On the disk, a run and outcome, at most: numbers are packed."""


@plainly
def search(
    what: Annotated[str, typer.Argument(metavar="SEARCH", help="A built-in name or a file.", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder to make or to go on in. Default: one in runs/.", show_default=False),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes of this machine; no number depends on it.")] = 1,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures, or leave them out.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Measure a sample and say what the search would take.")] = False,
    as_json: Json = False,
) -> None:
    """Look for the cheapest packages of levers that bring what is wanted, over many futures; the same command again goes on.

    For example: patronage search keep-manas --workers 2
    """
    from patronage.searches import MissingOptimiserError, load_search
    from patronage.searches.optimisers import library

    loaded = load_search(what)
    try:
        library()
    except MissingOptimiserError as error:
        raise RefusalError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
    folder = out or HOME / f"search-{loaded.name}-seed{loaded.experiment.seed}"
    if dry_run:
        echo(forecast(loaded, workers))
        return
    options = (("--workers", workers if workers > 1 else None), ("--out", out))
    command = shlex.join(["patronage", "search", what, *(w for k, v in options if v is not None for w in (k, str(v)))])
    if not (folder / "search.json").exists():  # one that goes on has said it before
        seconds, disk = needs(loaded)
        fewer = "fewer generations, futures or replications take less"
        announce(seconds / workers, disk, 0.0, folder, processes=workers, sample=SAMPLE, fewer=fewer)
    found = _simulated(loaded, folder, command, workers)
    from patronage.reports.search import search_json, search_text, search_to_folder

    search_to_folder(found, folder, command, figures)
    if as_json:
        echo_json(search_json(found, folder, command))
        return
    echo(search_text(found))
    echo(places(folder))


def places(folder: Path) -> str:
    """Where everything lies."""
    found = [("Report", folder / "report.html"), ("Figures", folder / "figures"), ("Folder", folder)]
    return "\n".join(f"{what:<8} {place}" for what, place in found if place.exists())


def _simulated(loaded: Search, folder: Path, command: str, workers: int) -> SearchResult:
    """What was found, with progress; whatever stops it is said in a line, with how to go on."""
    from patronage.searches import search as find

    with kept(folder, command), throughput_bar(loaded.name, "runs") as advance:
        return find(loaded, folder, workers=workers, progress=advance, notice=note)


def needs(loaded: Search) -> tuple[float, float]:
    """Seconds of one process and bytes of disk, at most, from a sample that is simulated now."""
    from patronage.searches.searching import all_runs, pace

    runs = all_runs(loaded)
    return pace(loaded, SAMPLE) * runs, BYTES * runs * len(loaded.experiment.outcomes)


def forecast(loaded: Search, workers: int) -> str:
    """Packages, runs, time, disk."""
    e, (seconds, disk) = loaded.experiment, needs(loaded)
    levers = ", ".join(x.name for x in loaded.levers)
    futures, who = len(loaded.futures), f"{workers} process{'' if workers == 1 else 'es'}"
    runs = f"{loaded.evaluations * loaded.runs_each:,}, {loaded.runs_each:,} of each"
    chosen = f"at most {loaded.candidates} packages with {loaded.divided(loaded.validate) * futures:,} runs of a second luck"
    third = f"the front with {loaded.divided(loaded.confirm) * futures:,} each of a {'third' if loaded.validate else 'second'}"
    again = [*([chosen] if loaded.validate else []), *([third] if loaded.confirm else [])]
    return "\n".join([
        f"{e.title}: {levers} in {e.scenario_name}",
        f"Packages at most {loaded.evaluations:,} ({loaded.generations} generations of {loaded.population})",
        f"Runs     {runs} ({futures} future{'' if futures == 1 else 's'} × {e.replications})",
        *([f"Again    {'; '.join(again)}"] if again else []),
        f"Time     about {duration(seconds / workers)} with {who} (measured: {SAMPLE} runs)",
        f"Disk     at most {amount(disk)}",
    ])  # fmt: skip


COMMANDS = (search,)
