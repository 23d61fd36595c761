"""The command that calibrates a scenario on what was observed."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from .needs import duration
from .options import Json, ScenarioName, load, read_known
from .output import RefusalError, echo, echo_json, kept, plainly, throughput_bar
from .transferring import learn_rules, planned

if TYPE_CHECKING:
    import pandas as pd

    from patronage.calibration import Calibration, CalibrationPlan, OwnTargets
    from patronage.scenario import Scenario

    Observed: TypeAlias = pd.DataFrame | OwnTargets

HOME = Path("runs")
USUAL = 2012
"""Last year of yearly series that is read."""


@plainly
def calibrate(
    scenario: ScenarioName,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Folder with country_year and dyad_year tables.", show_default=False)
    ] = None,
    targets: Annotated[
        Path | None,
        typer.Option("--targets", metavar="FILE", help="Table of observations of your own, in place of --data.", show_default=False),
    ] = None,
    to: Annotated[
        int | None,
        typer.Option(min=1900, max=2200, help="Last year that is used.", show_default="2012; that of the table of --targets"),
    ] = None,
    simulations: Annotated[int, typer.Option(min=500, max=10_000_000, help="Simulations drawn from the priors.")] = 20_000,
    regions: Annotated[
        str | None,
        typer.Option(metavar="NAMES", help="Learn rules on the world, or on some of its regions with commas.", show_default=False),
    ] = None,
    points: Annotated[int, typer.Option(min=8, max=10_000, help="Values of the rules that are tried, with --regions.")] = 64,
    runs: Annotated[int, typer.Option(min=2, max=1000, help="Runs of each in each region, with --regions.")] = 12,
    folds: Annotated[int, typer.Option(min=2, max=25, help="Groups of regions that are left out in turn, with --regions.")] = 5,
    parameters: Annotated[
        int | None,
        typer.Option(min=1, max=20, help="Parameters at most; the screen chooses them.", show_default="10; 8 with --regions"),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH", help="Calibrate this parameter, without a screen; may be given several times.", show_default=False
        ),
    ] = None,
    correlations: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Rank correlations of priors, with --only: '[[one, other, 0.6]]'.", show_default=False),
    ] = None,
    persistence: Annotated[
        float, typer.Option(min=0, max=1000, help="Years over which the model stays off in the same way, with --targets.")
    ] = 5.0,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="TARGET", help="Show this target, but do not use it; may be given several times.", show_default=False),
    ] = None,
    trajectories: Annotated[int, typer.Option(min=4, max=100, help="Morris trajectories of the screen.")] = 4,
    workers: Annotated[int, typer.Option(min=1, max=256, help="Processes; the result does not depend on it.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="Names the luck.")] = 1,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Folder to make or to go on in. Default: one in runs/.", show_default=False),
    ] = None,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Draw figures.")] = True,
    as_json: Json = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would take, and simulate nothing.")] = False,
) -> None:  # fmt: skip
    """Find which values of the assumptions agree with what was observed up to a year, and write them as a layer.

    What was observed are tables of yearly series, or a table of your own (docs/calibration.md):
    patronage calibrate central-asia --targets mine.csv --out found

    With --regions rules that all regions share are learned on many, each tested with what the others taught, and written as a layer
    over SCENARIO: patronage calibrate central-asia --regions world --data data --out learned
    """
    loaded = load(scenario)
    if (data is None) == (targets is None):
        raise RefusalError("What was observed: give either --data DIR (yearly series) or --targets FILE (a table of your own).")
    if regions is not None:
        if data is None:
            raise RefusalError("--regions learns on yearly series: give --data DIR in place of --targets.")
        last = USUAL if to is None else to
        rules = planned(regions, data, last, points, runs, parameters or 8, only or [], folds, seed, loaded)
        learn_rules(rules, loaded, scenario, out or HOME / f"{loaded.name}-learned-{last}", workers, as_json, dry_run)
        return
    from patronage.calibration import CalibrationPlan

    picked = known_paths(loaded, only or [])
    together = known_correlations(correlations, picked)
    own = None if targets is None else own_targets(targets, loaded, to, persistence)
    last = to if to is not None else USUAL if own is None else own.last
    if own is None and not loaded.start // 4 + 2 <= last:
        raise RefusalError(f"--to {last}: the scenario starts in {loaded.start // 4}; a window has three years at least")
    left = known_targets(without or [], None if own is None else own.words)
    plan = CalibrationPlan(last, simulations, most=parameters or 10, only=picked, without=left, trajectories=trajectories, seed=seed,
                           correlations=together)  # fmt: skip
    observed = own if own is not None else series(data or Path(), loaded, last)
    folder = out or HOME / f"{loaded.name}-calibrated-{last}"
    given = ("--data", str(data)) if own is None else ("--targets", str(targets), "--persistence", f"{persistence:g}")
    if dry_run:
        echo(told_ahead(loaded, observed, plan, workers))
        return
    command = repeat(scenario, given, plan, out, workers)
    answer(calibrated(loaded, scenario, observed, plan, folder, command, workers, figures), folder, command, as_json)


def calibrated(
    loaded: Scenario, name: str, observed: Observed, plan: CalibrationPlan, folder: Path, command: str, workers: int, figures: bool
) -> Calibration:
    """What is found, written to its folder where it was not there."""
    from patronage.answers import MissingExtraError
    from patronage.calibration import calibrate as find
    from patronage.calibration.calibrate import NothingMovesError, OtherCalibrationError
    from patronage.calibration.posterior import TooFewError
    from patronage.calibration.statistics import NothingToCompareError
    from patronage.reports.calibration import write_calibration

    finished = (folder / "manifest.json").is_file()
    try:
        with kept(folder, command), throughput_bar("calibration", "runs") as advance:
            found = find(loaded, observed, plan, folder, workers, advance)
        if not finished:
            write_calibration(found, folder, name, figures, command)
    except (NothingMovesError, NothingToCompareError, OtherCalibrationError, TooFewError) as error:
        raise RefusalError(f"{error}.") from None
    except MissingExtraError as error:
        raise RefusalError(str(error)[:1].upper() + str(error)[1:]) from None
    return found


def answer(found: Calibration, folder: Path, command: str, as_json: bool) -> None:
    """The findings on standard output."""
    from patronage.reports.calibration import LAYER
    from patronage.reports.folders import SUMMARY
    from patronage.reports.json_results import records

    if as_json:
        rows = {"parameters": records(found.table()), "statistics": records(found.checks()), "fit": records(found.fit())}
        echo_json({"folder": str(folder), "layer": str(folder / LAYER), "command": command, **rows})
        return
    echo((folder / SUMMARY).read_text("utf-8"))
    echo(f"Layer    {folder / LAYER}\nReport   {folder / 'report.html'}")


def told_ahead(loaded: Scenario, observed: Observed, plan: CalibrationPlan, workers: int) -> str:
    """Runs and time, before anything is simulated that counts."""
    from patronage.answers import MissingExtraError
    from patronage.calibration.calibrate import forecast
    from patronage.calibration.statistics import NothingToCompareError

    try:
        runs, seconds = forecast(loaded, observed, plan)
    except NothingToCompareError as error:
        raise RefusalError(f"{error}.") from None
    except MissingExtraError as error:
        raise RefusalError(str(error)[:1].upper() + str(error)[1:]) from None
    who = f"{workers} process{'' if workers == 1 else 'es'}"
    screened = runs - plan.simulations - 2 * plan.checked
    screen = f"{screened:,} of the screen, " if screened else ""
    number = len(plan.only) or plan.most
    return "\n".join([
        f"{loaded.title}: calibration to {plan.last}, {'' if plan.only else 'at most '}{number} parameter{'' if number == 1 else 's'}",
        f"Runs     {runs:,}: {screen}{plan.simulations:,} from the priors, {2 * plan.checked:,} to check",
        f"Time     about {duration(seconds / workers)} with {who} (measured on a few runs). Nothing was written.",
    ])  # fmt: skip


def own_targets(table: Path, scenario: Scenario, to: int | None, persistence: float) -> OwnTargets:
    """Observations of a table; all that is wrong with it is said at once."""
    from patronage.calibration import OwnTargets, read_observations
    from patronage.data.tables import DataError

    try:
        found = OwnTargets.of_rows(read_observations(table, scenario), to, persistence)
    except DataError as error:
        raise RefusalError(str(error)) from None
    if not found.counted.any():
        raise RefusalError(f"{table}: no row has a weight and ends by {found.last}: there is nothing to calibrate on")
    return found


def known_correlations(text: str | None, picked: tuple[str, ...]) -> tuple[tuple[str, str, float], ...]:
    """Correlations of priors, written as in the design of an experiment."""
    if text is None:
        return ()
    from patronage.experiments.design_reading import read_correlations
    from patronage.scenario.problems import Problems
    from patronage.scenario.reading import parse

    if not picked:
        raise RefusalError("--correlations: name the parameters that go together with --only, too; a screen takes each for itself.")
    problems = Problems()
    node = parse(text, "--correlations", problems)
    problems.stop()
    assert node is not None
    found = read_correlations(node, picked, problems, "parameter of --only", "parameters")
    problems.stop()
    return found


def series(data: Path, scenario: Scenario, to: int) -> pd.DataFrame:
    """What was observed of the scenario's patrons and clients; nothing later than `to` is kept."""
    from patronage.hindcast.targets import observed

    tables, bases = read_known(data)
    return observed(tables.until(to), scenario.patrons, scenario.clients, bases.until(to))


def known_paths(scenario: Scenario, paths: list[str]) -> tuple[str, ...]:
    """Paths of parameters that have a range; all that have none are named at once."""
    from patronage.calibration.priors import candidates
    from patronage.scenario.problems import nearest, shown

    allowed = [p.path for p in candidates(scenario)] if paths else []
    wrong = [f"--only {p}: {shown(p)} is no figure with a range. {nearest(p, allowed, 5)}." for p in paths if p not in allowed]
    if wrong:
        raise RefusalError("\n".join(wrong))
    return tuple(dict.fromkeys(paths))


def known_targets(names: list[str], words: Collection[str] | None) -> tuple[str, ...]:
    """Targets that the model can be compared with, or measures of one's own table; all that are none are named at once."""
    from patronage.calibration.statistics import OBSERVABLES
    from patronage.scenario.problems import nearest, shown

    allowed, what = (OBSERVABLES, "no target") if words is None else (words, "no measure of the table")
    wrong = [f"--without {n}: {shown(n)} is {what}. {nearest(n, allowed)}." for n in names if n not in allowed]
    if wrong:
        raise RefusalError("\n".join(wrong))
    return tuple(dict.fromkeys(names))


def repeat(scenario: str, given: Sequence[str], plan: CalibrationPlan, out: Path | None, workers: int) -> str:
    """The command that repeats it."""
    words = ["patronage", "calibrate", scenario, *given, "--to", str(plan.last), "--simulations", str(plan.simulations)]
    words += [w for path in plan.only for w in ("--only", path)] + [w for name in plan.without for w in ("--without", name)]
    if plan.correlations:
        words += ["--correlations", "[" + ", ".join(f"[{a}, {b}, {rank:g}]" for a, b, rank in plan.correlations) + "]"]
    for name, value, usual in (("parameters", plan.most, 10), ("trajectories", plan.trajectories, 4), ("seed", plan.seed, 1),
                               ("workers", workers, 1)):  # fmt: skip
        words += [f"--{name}", str(value)] if value != usual else []
    return shlex.join([*words, *(["--out", str(out)] if out is not None else [])])


COMMANDS = (calibrate,)
