"""The command that calibrates a scenario on what was observed."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Json, ScenarioName, load, read_known
from .output import RefusalError, echo, echo_json, kept, plainly, throughput_bar
from .transferring import learn_rules, planned

if TYPE_CHECKING:
    import pandas as pd

    from patronage.calibration import CalibrationPlan
    from patronage.scenario import Scenario

HOME = Path("runs")


@plainly
def calibrate(
    scenario: ScenarioName,
    data: Annotated[
        Path, typer.Option("--data", metavar="DIR", help="Folder with country_year and dyad_year tables.", show_default=False)
    ],
    to: Annotated[int, typer.Option(min=1900, max=2200, help="Last year that is read.")] = 2012,
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
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what --regions would take.")] = False,
) -> None:  # fmt: skip
    """Find which values of the assumptions agree with what was observed up to a year, and write them as a layer.

    With --regions rules that all regions share are learned on many, each tested with what the others taught, and written as a layer
    over SCENARIO: patronage calibrate central-asia --regions world --data data --out learned
    """
    if regions is not None:
        loaded = load(scenario)
        rules = planned(regions, data, to, points, runs, parameters or 8, only or [], folds, seed, loaded)
        learn_rules(rules, loaded, scenario, out or HOME / f"{loaded.name}-learned-{to}", workers, as_json, dry_run)
        return
    if dry_run:
        raise RefusalError("--dry-run goes with --regions; a calibration of one scenario says how far it is as it goes.")
    from patronage.answers import MissingExtraError
    from patronage.calibration import CalibrationPlan
    from patronage.calibration import calibrate as find
    from patronage.calibration.calibrate import NothingMovesError, OtherCalibrationError
    from patronage.calibration.posterior import TooFewError
    from patronage.calibration.statistics import NothingToCompareError
    from patronage.reports.calibration import LAYER, write_calibration

    loaded = load(scenario)
    if not loaded.start // 4 + 2 <= to:
        raise RefusalError(f"--to {to}: the scenario starts in {loaded.start // 4}; a window has three years at least")
    picked = known_paths(loaded, only or [])
    left = known_targets(without or [])
    plan = CalibrationPlan(to, simulations, most=parameters or 10, only=picked, without=left, trajectories=trajectories, seed=seed)
    folder = out or HOME / f"{loaded.name}-calibrated-{to}"
    command = repeat(scenario, data, plan, out, workers)
    finished = (folder / "manifest.json").is_file()
    try:
        with kept(folder, command), throughput_bar("calibration", "runs") as advance:
            found = find(loaded, targets(data, loaded, to), plan, folder, workers, advance)
        if not finished:
            write_calibration(found, folder, scenario, figures, command)
    except (NothingMovesError, NothingToCompareError, OtherCalibrationError, TooFewError) as error:
        raise RefusalError(f"{error}.") from None
    except MissingExtraError as error:
        raise RefusalError(str(error)[:1].upper() + str(error)[1:]) from None
    if as_json:
        from patronage.reports.json_results import records

        rows = {"parameters": records(found.table()), "statistics": records(found.checks()), "fit": records(found.fit())}
        echo_json({"folder": str(folder), "layer": str(folder / LAYER), "command": command, **rows})
        return
    echo((folder / "summary.txt").read_text("utf-8"))
    echo(f"Layer    {folder / LAYER}\nReport   {folder / 'report.html'}")


def targets(data: Path, scenario: Scenario, to: int) -> pd.DataFrame:
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


def known_targets(names: list[str]) -> tuple[str, ...]:
    """Targets that the model can be compared with; all that are none are named at once."""
    from patronage.calibration.statistics import OBSERVABLES
    from patronage.scenario.problems import nearest, shown

    wrong = [f"--without {n}: {shown(n)} is no target. {nearest(n, OBSERVABLES)}." for n in names if n not in OBSERVABLES]
    if wrong:
        raise RefusalError("\n".join(wrong))
    return tuple(dict.fromkeys(names))


def repeat(scenario: str, data: Path, plan: CalibrationPlan, out: Path | None, workers: int) -> str:
    """The command that repeats it."""
    words = ["patronage", "calibrate", scenario, "--data", str(data), "--to", str(plan.last), "--simulations", str(plan.simulations)]
    words += [w for path in plan.only for w in ("--only", path)] + [w for name in plan.without for w in ("--without", name)]
    for name, value, usual in (("parameters", plan.most, 10), ("trajectories", plan.trajectories, 4), ("seed", plan.seed, 1),
                               ("workers", workers, 1)):  # fmt: skip
        words += [f"--{name}", str(value)] if value != usual else []
    return shlex.join([*words, *(["--out", str(out)] if out is not None else [])])


COMMANDS = (calibrate,)
