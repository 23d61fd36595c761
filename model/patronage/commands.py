"""Commands as functions: the same words, checked alike, the same folders; what comes back are frames."""

from __future__ import annotations

import shlex
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from patronage.answers import Answers
from patronage.batch.folders import MANIFEST
from patronage.calibration import Calibration, CalibrationPlan, OwnTargets, read_observations
from patronage.calibration import calibrate as calibrating
from patronage.calibration.priors import candidates
from patronage.data.bases import read_known
from patronage.data.commission import Request, beside, commissioned, put, refuse_place
from patronage.experiments import Experiment, SweepFolder, load_experiment
from patronage.experiments import sweep as sweep_into
from patronage.experiments.correlations import possible
from patronage.hindcast import hindcast as forecasting
from patronage.hindcast.cache import Cache, Summaries, files, identity
from patronage.hindcast.hindcast import COLUMNS, Hindcast, HindcastPlan
from patronage.hindcast.targets import observed as yearly
from patronage.reports.calibration import write_calibration
from patronage.reports.hindcast import hindcast_folder
from patronage.reports.sweeps import analyse_sweep
from patronage.scenario import Scenario, load_scenario
from patronage.scenario.problems import nearest

HOME = Path("runs")
"""Where folders go that nobody has named."""
HORIZONS = (1, 3, 5, 10, 15)
Steps = Callable[[float, int], None]
"""Called with how much is done, and how much there is."""


def sweep(
    experiment: Experiment | str | Path,
    out: str | Path | None = None,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    runs_per_chunk: int | None = None,
    extend: Mapping[str, int | None] | None = None,
    progress: Steps | None = None,
) -> SweepFolder:
    """Simulate an experiment into a folder, or go on where an earlier call stopped: `patronage sweep`.

    Args:
        experiment: the experiment, or the name or file of one.
        out: the folder; if not given, one in runs/ with the experiment's name and seed.
        workers: processes of this machine; no number depends on it.
        scheduler: address of a Dask scheduler whose workers do the work instead.
        runs_per_chunk: runs that are simulated together.
        extend: {"replications": 40}, {"points": 1024} (Sobol) or {"points": None} (grid and list: those of the file).
        progress: called with (runs done, runs in all so far known).

    Raises:
        ScenarioError: a file that is no experiment.
        FolderError: `out` holds something else.
    """
    loaded = experiment if isinstance(experiment, Experiment) else load_experiment(experiment)
    folder = Path(out) if out is not None else HOME / f"{loaded.name}-seed{loaded.seed}"
    command = "" if isinstance(experiment, Experiment) else shlex.join(["patronage", "sweep", str(experiment), "--out", str(folder)])
    return sweep_into(
        loaded, folder, workers=workers, scheduler=scheduler, runs_per_chunk=runs_per_chunk, extend=extend, progress=progress,
        command=command,
    )  # fmt: skip


def analyse(
    folder: str | Path | SweepFolder,
    *,
    outcome: Sequence[str] = (),
    methods: Sequence[str] = (),
    good: Sequence[str] = (),
    low: Sequence[str] = (),
    out: str | Path | None = None,
    figures: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Answers:
    """Say what drives the outcomes of a sweep, under which conditions they hold, which choice does well: `patronage analyse`.

    Args:
        folder: a sweep, finished or not, or its folder.
        outcome: only these.
        methods: only these (`patronage.answers.METHODS`); those the experiment asks for, or all that fit its design, if none is given.
        good: when an outcome counts, such as "manas_open >= 0.5".
        low: outcomes of which less is better, for regret.
        out: a folder to make with tables, figures, report and summary; None: nothing is written.
        figures: draw them.
        progress: called with (done, in all).

    Raises:
        FolderError: no sweep, or a damaged one.
        AnalysisError: unknown names, or nothing to analyse.
        MissingExtraError: a library of the extra `analysis` is not installed.
        FileExistsError: `out` is taken.
    """
    place = folder.path if isinstance(folder, SweepFolder) else Path(folder)
    return analyse_sweep(
        place, out, outcomes=outcome, methods=methods, good=good, low=low, plates=figures, progress=progress,
        command=analysis_command(place, outcome, methods, good, low),
    )  # fmt: skip


def analysis_command(folder: Path, outcome: Sequence[str], methods: Sequence[str], good: Sequence[str], low: Sequence[str]) -> str:
    """The command that repeats an analysis, to be given beside the sweep."""
    words = ["patronage", "analyse", folder.name]
    words += [w for name in outcome for w in ("--outcome", name)]
    words += ["--methods", ",".join(methods)] if methods else []
    words += [w for text in good for w in ("--good", text)] + [w for name in low for w in ("--low", name)]
    return shlex.join([*words, "--out", "repeated"])


def calibrate(
    scenario: Scenario | str | Path,
    *,
    targets: str | Path | pd.DataFrame | None = None,
    data: str | Path | None = None,
    to: int | None = None,
    simulations: int = 20_000,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    correlations: Sequence[tuple[str, str, float]] = (),
    persistence: float = 5.0,
    parameters: int = 10,
    seed: int = 1,
    workers: int = 1,
    out: str | Path | None = None,
    figures: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> Calibration:
    """Find which values of the assumptions agree with what was observed, and write them as a layer: `patronage calibrate`.

    Args:
        scenario: a scenario, or the name or file of one.
        targets: a table of one's own observations, a file or a frame (docs/calibration.md); or
        data: folder with the tables country_year and dyad_year.
        to: last year that is used; of the table if not given, 2012 of `data`.
        simulations: drawn from the priors.
        only: paths of the parameters; if none is named, a screen chooses.
        without: targets, or measures of the table, that are shown and not used.
        correlations: (one, other, rank correlation) of priors of `only`.
        persistence: years over which the model stays off in the same way, for `targets`.
        parameters: how many a screen chooses at most.
        seed: names the luck.
        workers: processes; no number depends on it.
        out: a folder to make or to go on in, with layer, tables, figures and report; None: nothing is kept.
        figures: draw them.
        progress: called with (runs done, in all).

    Raises:
        TableError: rows of `targets` that cannot be used; all of them, each with its place.
        DataError: the tables of `data` do not do.
        ValueError: unknown paths, correlations that cannot hold, nothing that can be compared.
    """
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    if (targets is None) == (data is None):
        raise ValueError("what was observed: give either targets or data")
    check_parameters(loaded, only, correlations)
    if targets is not None:
        observed: OwnTargets | pd.DataFrame = OwnTargets.of_rows(read_observations(targets, loaded), to, persistence)
    else:
        tables, bases = read_known(Path(str(data)))
        last = 2012 if to is None else to
        observed = yearly(tables.until(last), loaded.patrons, loaded.clients, bases.until(last))
    last = observed.last if isinstance(observed, OwnTargets) else last
    plan = CalibrationPlan(last, simulations, most=parameters, only=tuple(only), without=tuple(without), seed=seed,
                           correlations=tuple((one, other, float(rank)) for one, other, rank in correlations))  # fmt: skip
    with TemporaryDirectory() as place:
        folder = Path(place) / "calibration" if out is None else Path(out)
        found = calibrating(loaded, observed, plan, folder, workers, progress)
        if out is not None and not (folder / MANIFEST).is_file():
            write_calibration(found, folder, "scenario.yaml" if isinstance(scenario, Scenario) else str(scenario), figures)
    return found


def check_parameters(scenario: Scenario, only: Sequence[str], correlations: Sequence[tuple[str, str, float]]) -> None:
    """Refuse paths without a range, and correlations of others than those or that cannot hold together. Raises ValueError."""
    known = [p.path for p in candidates(scenario)]
    for path in (*only, *(name for one, other, _ in correlations for name in (one, other))):
        if path not in known:
            raise ValueError(f"{path} is no figure with a range. {nearest(path, known, 5)}")
        if path not in only:
            raise ValueError(f"{path} has a correlated prior: name it in only, too")
    if not all(-1 < rank < 1 and one != other for one, other, rank in correlations) or not possible(list(only), correlations):
        raise ValueError("correlations: nothing can go together like that")


def hindcast(
    scenario: Scenario | str | Path,
    *,
    data: str | Path,
    start: int,
    last: int,
    origins: Sequence[int] | None = None,
    horizons: Sequence[int] = HORIZONS,
    training: int = 1996,
    runs: int = 100,
    seed: int = 1,
    out: str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Hindcast:
    """Forecast the past from what was known then, and score it against history and naive forecasts: `patronage hindcast`.

    Args:
        scenario: a scenario, or the name or file of one.
        data: folder with the tables country_year and dyad_year (docs/build.md).
        start: first origin: what is known at its end is used (`--from`).
        last: last year scored (`--to`).
        origins: the origins; every year from `start`, if not given.
        horizons: years ahead.
        training: first year of the training window.
        runs: runs an origin, each with its own draw of all assumptions.
        seed: names the experiment.
        out: a folder to make with report, figures and tables, in which an interrupted call goes on; None: nothing is written.
        progress: called with (run-quarters done, in all).

    Raises:
        DataError: the tables do not do for what is asked.
        FileExistsError: `out` is taken.
    """
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    tables, lists = read_known(data)
    when = tuple(sorted(set(origins if origins is not None else range(start, last))))
    if not when or not start <= when[0] <= when[-1] < last:
        raise ValueError(f"origins: years from {start} to {last - 1}")
    plan = HindcastPlan(loaded, tables, lists, when, last, tuple(sorted(set(horizons))), training, runs, seed)
    plan.check()
    place, read = None if out is None else Path(out), files(Path(data))
    cache = Cache.beside(place, identity(plan, read))
    found = forecasting.hindcast(plan, ensembles(plan, cache, progress))
    if place is not None:
        named = "scenario.yaml" if isinstance(scenario, Scenario) else str(scenario)
        hindcast_folder(found, plan, place, hindcast_command(named, Path(data), plan, start), read)
        cache.clear()
    return found


def hindcast_command(scenario: str, data: Path, plan: HindcastPlan, start: int) -> str:
    """The command that repeats a hindcast."""
    years = {"origins": plan.origins, "horizons": plan.horizons}
    numbers = {"from": start, "to": plan.last, "training": plan.first, "runs": plan.runs, "seed": plan.seed}
    words = [w for k, v in years.items() for w in (f"--{k}", ",".join(map(str, v)))]
    words += [w for k, n in numbers.items() for w in (f"--{k}", str(n))]
    return shlex.join(["patronage", "hindcast", scenario, "--data", str(data), *words, "--out", "repeated"])


def ensembles(
    plan: HindcastPlan, cache: Cache, progress: Callable[[int, int], None] | None = None
) -> dict[tuple[int, str], Summaries]:
    """All ensembles of a hindcast by origin and column, those that are kept read and the others simulated."""
    out, done = {}, 0
    for origin in plan.begun:
        for column in COLUMNS:
            found = cache.get(origin, column)
            if found is None:
                before = done

                def step(count: int, before: int = before) -> None:
                    nonlocal done
                    done += count
                    if progress is not None:
                        progress(done, plan.size)

                found = forecasting.ensemble(plan, origin, column, step)
                cache.put(origin, column, found)
                done = before
            done += 4 * plan.years(origin) * plan.runs
            out[origin, column] = found
    return out


def build(
    *,
    clients: str | Sequence[str],
    patrons: str | Sequence[str],
    start: int,
    data: str | Path,
    out: str | Path | None = None,
    end: int | None = None,
    known: int | None = None,
    base: Sequence[str] = (),
    axis: str | None = None,
    paths: bool = True,
) -> Scenario:
    """A whole scenario of any region from real series: `patronage build`.

    Args:
        clients: codes, one by one or in a text with commas.
        patrons: the same, two or more.
        start: first year.
        data: folder with the tables country_year and dyad_year (docs/build.md).
        out: the file to write; None: nothing is written.
        end: last year; if not given, the last one the tables know.
        known: read nothing later than this year.
        base: bases at the start, "HOLDER:HOST", with rent in MUSD a year and last year after further colons where known.
        axis: "PLUS:MINUS", the two poles, patrons both; if not given, those between whom the clients differ most.
        paths: let growth, trade and violence follow their known paths.

    Warns of what was noticed in the tables. Raises RegionError and DataError (both ValueErrors), which say everything that is wrong.
    """
    asked = Request(clients, patrons, start, end, known, tuple(base), axis, paths)
    if out is not None:
        refuse_place(Path(out))
    tables, lists = read_known(data)
    for line in tables.remarks:
        warnings.warn(line, stacklevel=2)
    with TemporaryDirectory() as place:
        target = Path(out) if out is not None else Path(place) / "region.yaml"
        return put(target, commissioned(asked, tables, lists, beside(target).name).written)
