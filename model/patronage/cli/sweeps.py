"""Commands about experiments: sweep, and single runs of a sweep."""

from __future__ import annotations

import math
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .needs import amount, announce, duration
from .options import Json, refuse_existing
from .output import REFUSED, RefusalError, echo, echo_json, kept, note, plainly, throughput_bar

if TYPE_CHECKING:
    from patronage.experiments import Experiment, SweepFolder
    from patronage.experiments.estimate import Estimate
    from patronage.runs.store import RunFolder

HOME = Path("runs")
FAILED = 3
"""Exit code of a sweep that is done but for points that failed."""


@plainly
def sweep(
    experiment: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="A built-in name or a file.", show_default=False)
    ],
    workers: Annotated[
        int, typer.Option(min=1, max=256, help="Processes of this machine; the results do not depend on it.")
    ] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="A Dask scheduler, such as tcp://host:8786, in a network you trust.",
                     show_default=False),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder to make or to go on in. Default: one in runs/.",
                     show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Measure a sample and say what the sweep would take.")
    ] = False,
    runs_per_chunk: Annotated[
        int | None, typer.Option(min=1, help="Runs that are simulated together.", show_default="by size")
    ] = None,
    extend: Annotated[
        list[str] | None,
        typer.Option(metavar="WHAT", help="Add to a sweep: replications=40, points=1024 (Sobol) or points (grid, list).",
                     show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Simulate an experiment into a folder; the same command again goes on where it stopped."""
    from patronage.experiments import load_experiment

    loaded = load_experiment(experiment)
    if dry_run:
        forecast(loaded, workers, scheduler, runs_per_chunk)
        return
    folder = out or HOME / f"{loaded.name}-seed{loaded.seed}"
    command = repeat(experiment, workers, scheduler, out, runs_per_chunk, extend)
    if scheduler is None and not (folder / "plan.json").exists():  # a sweep that goes on has said it before
        report_needs(loaded, folder, workers, runs_per_chunk)
    finished = simulate(
        loaded, folder, command, workers=workers, scheduler=scheduler, runs_per_chunk=runs_per_chunk,
        extend=extensions(extend or []),
    )  # fmt: skip
    if as_json:
        from patronage.reports.json_answers import sweep_json

        echo_json(sweep_json(finished))
    else:
        echo(sweep_text(finished, folder))
    if finished.manifest["failed_points"]:
        raise typer.Exit(FAILED)


def repeat(
    experiment: str, workers: int, scheduler: str | None, out: Path | None, size: int | None, extend: list[str] | None
) -> str:
    """The command line as it was given."""
    words = ["patronage", "sweep", experiment]
    for name, value in (("workers", workers if workers > 1 else None), ("scheduler", scheduler), ("out", out),
                        ("runs-per-chunk", size)):  # fmt: skip
        words += [f"--{name}", str(value)] if value is not None else []
    for one in extend or []:
        words += ["--extend", one]
    return shlex.join(words)


def extensions(given: list[str]) -> dict[str, int | None]:
    """`replications=40` texts as a mapping."""
    found: dict[str, int | None] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if name not in ("replications", "points") or (sign and not value.isdigit()) or (name == "replications" and not sign):
            raise RefusalError(f"--extend {text}: write replications=40, points=1024 (Sobol) or points (grid, list)")
        found[name] = int(value) if sign else None
    return found


def simulate(loaded: Experiment, folder: Path, command: str, **how: Any) -> SweepFolder:
    """The finished sweep, with progress; whatever stops it is said in a line, with how to go on."""
    from patronage.batch.executors import NoClusterError
    from patronage.experiments import MissingError
    from patronage.experiments import sweep as make

    try:
        with kept(folder, command), throughput_bar(loaded.name, "runs") as advance:
            return make(loaded, folder, progress=advance, command=command, notice=note, **how)
    except (NoClusterError, MissingError) as error:
        raise RefusalError(f"{error}.") from None


def report_needs(loaded: Experiment, folder: Path, workers: int, size: int | None) -> None:
    """Say roughly what the sweep will take, if that is much."""
    from patronage.experiments import MissingError
    from patronage.experiments.estimate import rough

    try:
        found = rough(loaded, workers=workers, runs_per_chunk=size)
    except MissingError as error:
        raise RefusalError(f"{error}.") from None
    if found is not None:
        announce(
            found.seconds, found.disk, found.memory * min(workers, found.chunks), folder, processes=workers,
            sample=found.sample_runs, fewer="fewer points or replications, or record: outcomes, take less",
        )  # fmt: skip


def forecast(loaded: Experiment, workers: int, scheduler: str | None, size: int | None) -> None:
    """Say what the sweep would take."""
    from patronage.batch.executors import LostError, NoClusterError
    from patronage.experiments import MissingError
    from patronage.experiments.estimate import estimate

    try:
        found = estimate(loaded, workers=workers, scheduler=scheduler, runs_per_chunk=size)
    except (LostError, NoClusterError, MissingError) as error:
        raise RefusalError(f"{error}.") from None
    echo(forecast_text(loaded, found))


def forecast_text(e: Experiment, found: Estimate) -> str:
    """Points, runs, time, disk, memory."""
    d = e.design
    sizes = ", ".join(f"{k} {v}" for k, v in d.sizes.items())
    who = count(found.workers, "process")
    most = f"; up to {e.precision.most} where {e.precision.outcome} is not known to ±{e.precision.ci:g}" if e.precision else ""
    sample = f"measured: {found.sample_runs} runs in {found.sample_seconds:.1f} s"
    theories = f", {count(len(e.theories), 'theory')}" if e.theories else ""
    scenarios = f"{count(len(e.scenarios), 'scenario')}, " if e.scenarios else ""
    varied = f"{scenarios}{count(len(e.levers), 'lever')}{theories} and {count(len(e.uncertainties), 'uncertainty')}"
    return "\n".join([
        f"{e.title}: {varied} of {e.scenario_name}",
        f"Points   {found.points:,} ({d.kind}{': ' + sizes if sizes else ''})",
        f"Runs     {found.runs:,} in {count(found.chunks, 'chunk')}, {e.replications} a point{most}",
        f"Time     about {duration(found.seconds)} with {who} ({sample})",
        f"Disk     about {amount(found.disk)}",
        f"Memory   {'about ' if found.memory >= 0 else ''}{amount(found.memory)} a process",
    ])  # fmt: skip


def count(number: int, what: str) -> str:
    """A number of things."""
    plural = {"uncertainty": "uncertainties", "theory": "theories", "process": "processes"}.get(what, f"{what}s")
    return f"{number:,} {what if number == 1 else plural}"


def sweep_text(found: SweepFolder, folder: Path) -> str:
    """What a sweep holds, and what to know about it."""
    m = found.manifest
    lines = [f"{m['experiment']['title']}: {count(m['points'], 'point')}, {count(m['runs'], 'run')}."]
    if len(found.outcomes):
        import numpy as np

        values = found.outcomes.where(np.isfinite(found.outcomes.astype(float)))
        means, known = values.groupby("point").mean(), values.count()
        width = max(len(name) for name in means)
        lines.append("Outcomes, mean over all runs (of the lowest and the highest point):")
        asked = found.experiment.scenario.outcomes

        def there(name: str) -> str:
            return f"in which {given} is true" if (given := asked[name].given) else "in which it exists"

        lines += [
            f"  {name:<{width}}  {values[name].mean():.4g} ({means[name].min():.4g} to {means[name].max():.4g})"
            + (f", among the {known[name]} of {count(len(values), 'run')} {there(name)}" if known[name] < len(values) else "")
            if known[name]
            else f"  {name:<{width}}  exists in none of them"
            for name in means
        ]
    for name in found.unmoved or ():
        lines.append(f"{name} moved no outcome: changed alone, it made no difference to any run.")
    failed = m["failed_points"]
    if failed:
        runs = count(int(m["runs_failed"]), "run")
        first = f"{count(len(failed), 'point')} failed ({runs}), and {folder / 'failures.parquet'} says why. The first: "
        lines.append(first + str(found.failures["error"][0]))
    return "\n".join([*lines, f"Folder   {folder}"])


# --- single runs ---


def run_row(folder: Path, row: str, make: Callable[..., RunFolder], out: Path | None) -> Path:
    """Simulate one run of a sweep again, by `make`; the folder written. Refused if it comes out otherwise."""
    from patronage.batch.identity import changed, versions
    from patronage.experiments import FolderError, read_sweep

    try:
        held = read_sweep(folder)
        point, run = held.row(row)
    except (FolderError, ValueError) as error:
        raise RefusalError(f"{error}.") from None
    for name, then, now in changed(held.manifest["identity"]["versions"], versions()):
        note(f"The sweep was simulated with {name} {then}, and this is {now}.")
    target = out or free(folder / "rows" / f"{point}-{run}")
    if out is not None:
        refuse_existing(out, "choose another folder with --out, or remove it first")
    command = shlex.join(["patronage", "run", "--from", str(folder.absolute()), "--row", f"{point}:{run}"])
    made = make(held.scenario_at(point), runs=1, seed=held.seed, first=run, out=target, command=command)
    if (point, run) in held.outcomes.index:
        wrong = [
            name
            for name in held.outcomes.columns
            if not _same(float(made.outcomes[name].iloc[0]), float(held.outcomes.loc[(point, run), name]))
        ]
        if wrong:
            note(f"{', '.join(wrong)} came out otherwise than in {folder}; this run lies in {target}.")
            raise typer.Exit(REFUSED)
        echo(f"Run {run} of point {point}: the same outcomes as in {folder}, to the last bit.")
    return target


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def free(wanted: Path) -> Path:
    """The folder, or the first of -2, -3, … that does not exist."""
    found, number = wanted, 2
    while found.exists():
        found, number = wanted.with_name(f"{wanted.name}-{number}"), number + 1
    return found


COMMANDS = (sweep,)
