"""Runs to look about in on the page: which they are, how they come there, and the limits within which somebody looks."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from patronage.batch.folders import MANIFEST, FolderError
from patronage.batch.manifests import read_manifest
from patronage.batch.points import WHICH, Points
from patronage.batch.sweepstore import PLAN
from patronage.runs.store import SCENARIO
from patronage.scenario import Scenario, ScenarioError
from patronage.visitors.allowed_folders import inside

from .checked import whole, words
from .jobs import Job
from .levers import Lever, lever_words
from .reach import NobodyWantsItError, strongest
from .replays import open_folder
from .setup import MOST_RUNS, Setup, too_many

if TYPE_CHECKING:
    from patronage.reports.explorer import ColumnOfRuns, Explored

    from .answering import Levels
    from .workspace import Desk

SIZES = (100, 200, 500, 1000)
"""Runs whose levers are moved."""
MOST_SHOWN = 5_000
"""Runs that a page holds; of more, as many at even distances."""
MOST_VALUES = 100_000
"""Numbers that a page holds: runs x columns."""
MOST_READ = 200_000
"""Runs of a folder that a page reads."""
DIGITS = 4
"""Of a moved lever: as many as the line that repeats a run has."""
MOST_LIMITS = 60
NEWS = 0.5
"""Seconds between two words about how far it is."""
Box = Mapping[str, tuple[float, float]]
"""Limits by column, from and to."""


@dataclass(frozen=True)
class ShownRuns:
    """What the tab shows."""

    found: Explored
    setup: Callable[[int], Setup]
    """Of a run by its place: what opens it on the page."""
    of: Setup | None = None
    """The setup that was in force; none of a folder."""
    folder: str = ""
    replays: bool = False
    """The runs of a run folder, which the page replays."""


def of_answer(setup: Setup, scenario: Scenario, levels: Levels) -> ShownRuns:
    """The runs behind the answer, a column an outcome."""
    import pandas as pd

    from patronage.reports.explorer import explored_runs

    frame = pd.DataFrame({line.name: line.values for line in levels.lines})
    found = explored_runs(scenario, frame, _command(setup))
    return ShownRuns(found, lambda row: replace(setup, replication=row), setup)


def _command(setup: Setup, moved: Sequence[str] = ()) -> list[str]:
    start = ["patronage", "run", setup.source, "--seed", str(setup.seed), "--first", "{}", "--runs", "1"]
    kept = [f"{path}={value}" for path, value in setup.changes if path not in moved]
    return [*start, *(w for one in [*kept, *(f"{path}={{{path}}}" for path in moved)] for w in ("--set", one))]


class MovedJob(Job):
    """Runs in each of which the levers that matter stand elsewhere: a Latin hypercube over their ranges, each with its own luck."""

    def __init__(self, setup: Setup, moved: Sequence[Lever], runs: int, notify: Callable[[], None]) -> None:
        super().__init__(runs, notify)
        self.setup, self.moved, self.runs = setup, tuple(moved), runs
        self.found: ShownRuns | None = None
        self.simulated = 0.0
        """The part that is done."""
        self._noted = time.monotonic()

    def work(self) -> None:
        import numpy as np
        from scipy.stats import qmc

        from patronage.reports.explorer import explored_runs
        from patronage.simulation import simulate

        setup, names = self.setup, [lever.path for lever in self.moved]
        scenario = setup.load()
        if refused := too_many(scenario, self.runs):
            raise ValueError(refused)
        place = qmc.LatinHypercube(len(names), seed=np.random.default_rng(setup.seed)).random(self.runs)
        rows = [[_rounded(v, u) for v, u in zip(self.moved, row, strict=True)] for row in place]
        points = Points(scenario.resolved())
        worlds = []
        for row in rows:
            if self.stopped:
                return
            worlds.append(points.at(dict(zip(names, row, strict=True))))
        try:
            result = simulate(scenario, self.runs, setup.seed, record="lean", variants=worlds, progress=self._go_on)
        except NobodyWantsItError:
            return
        columns = [_column(scenario, v, [row[i] for row in rows]) for i, v in enumerate(self.moved)]

        def at(run: int) -> Setup:
            own = {p: v for p, v in setup.changes if p not in names}
            return replace(setup, changes=(*own.items(), *zip(names, (f"{x:.6g}" for x in rows[run]), strict=True)), replication=run)

        self.found = ShownRuns(explored_runs(scenario, result.outcomes, _command(setup, names), columns), at, setup)
        self.done = self.total

    def _go_on(self, done: int) -> None:
        scenario = self.setup.load()
        self.simulated += done / (self.runs * (scenario.end - scenario.start + 1))
        if self.stopped:
            raise NobodyWantsItError
        if time.monotonic() - self._noted > NEWS:
            self._noted = time.monotonic()
            self.notify_now()


def _rounded(lever: Lever, place: float) -> float:
    value = float(f"{lever.low + place * (lever.high - lever.low):.{DIGITS}g}")
    return min(max(value, lever.low), lever.high)


def _column(scenario: Scenario, lever: Lever, values: list[float]) -> ColumnOfRuns:
    from patronage.reports.explorer import ColumnOfRuns

    unit = "" if lever.unit == "1" else lever.unit
    return ColumnOfRuns(lever.path, lever_words(scenario, lever.path)[0], unit, "lever", "number", values)


class FolderJob(Job):
    """The runs of a sweep, finished or not, or of a run folder: what `patronage explore` shows, of fewer where they are many."""

    def __init__(self, path: str, notify: Callable[[], None]) -> None:
        super().__init__(1, notify)
        self.path = path
        self.found: ShownRuns | None = None

    def work(self) -> None:
        try:
            self.found = read_folder(self.path)
            self.done = self.total
        except (FolderError, ScenarioError, OSError) as error:
            self.failed = str(error)


def read_folder(path: str) -> ShownRuns:
    """The runs of a folder that the page may open. Raises FolderError, or ScenarioError for what lies in it."""
    from patronage.reports.explorer import explored

    folder = inside(path)
    if not any((folder / name).is_file() for name in (MANIFEST, PLAN)):
        raise FolderError(f"{path} is no folder of a sweep or of a run")
    for file in folder.iterdir():
        inside(str(file))  # also where it leads
    kept = read_manifest(folder) if (folder / MANIFEST).is_file() else {}
    if int(kept.get("runs", 0)) > MOST_READ:
        raise FolderError(f"{path} holds {kept['runs']:,} runs, too many for the page: patronage explore shows them")
    found = explored(folder, most=MOST_SHOWN)
    if len(found.rows) * len(found.columns) > MOST_VALUES:
        found = explored(folder, most=max(1, MOST_VALUES // len(found.columns)))
    replays = kept.get("kind") == "run"
    return ShownRuns(found, (_of_run if replays else _of_sweep)(folder, found), None, path, replays)


def _of_run(folder: Path, found: Explored) -> Callable[[int], Setup]:
    seed = int(read_manifest(folder)["seed"])
    return lambda row: Setup(str(folder / SCENARIO), None, (), seed, int(found.rows[row]))


def _of_sweep(folder: Path, found: Explored) -> Callable[[int], Setup]:
    """What opens a run of a sweep: the scenario that its folder holds, with what its point sets."""

    def at(row: int) -> Setup:
        from patronage.experiments import read_any

        held = read_any(folder)
        point, run = map(int, found.rows[row].split(":"))
        settings = {path: str(value) for path, value in held.settings(point).items()}
        names = list(held.experiment.scenarios)
        which = settings.pop(WHICH, "")
        file = list(held.experiment.files)[names.index(which) if which else 0]
        return Setup(str(folder / file), None, tuple(settings.items()), held.experiment.seed, run)

    return at


class Brushing:
    """Of one desk: one set of runs at a time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.job: MovedJob | FolderJob | None = None
        self.shown: ShownRuns | None = None
        self.box: Box = {}
        self.revision = 0
        """Raised whenever the tab must begin anew: other runs, or limits that did not come from it."""
        self.data = self.body = ""
        """What the script is given, and the markup that it fills."""
        self._levels: Levels | None = None
        """The answer whose runs are shown."""

    # --- which runs ---------------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """Show the runs of the answer, unless they are shown, or others are being computed."""
        desk, job = self._desk, self._desk.answer
        levels = job.found if job is not None else None
        if levels is None or levels is self._levels or self.job is not None:
            return
        self._show(of_answer(replace(desk.setup, replication=0), desk.model.value.scenario, levels), keep=self._levels is not None)
        self._levels = levels

    def back_to_answer(self) -> None:
        """Leave what was computed or read."""
        self.drop()
        self._levels = None
        self.answer()
        self._desk.notify()

    def move(self, runs: object) -> None:
        """Begin to simulate runs with the levers that matter moved."""
        desk, number = self._desk, whole(runs, 1, MOST_RUNS)
        moved = [lever for lever in strongest(desk) if lever.kind == "number"]
        if desk.closed or number is None or not moved:
            return
        self.drop()
        self.job = MovedJob(desk.setup, moved, number, desk.notify)
        self.job.start()
        desk.notify()

    def open_folder(self, path: str) -> None:
        """Begin to read a folder of this machine."""
        self.drop()
        if not self._desk.closed:
            self.job = FolderJob(words(path, 600), self._desk.notify)
            self.job.start()
        self._desk.notify()

    def drop(self) -> None:
        """Give up what is computed or read; what is shown stays until there is something else."""
        if self.job is not None:
            self.job.stop()
            self.job = None
            self._desk.notify()

    def collect(self) -> None:
        """Show what has been found, if it is not shown."""
        found = self.job.found if self.job is not None else None
        if found is not None and found is not self.shown:
            self._show(found)
            self._levels = None

    def _show(self, shown: ShownRuns, *, keep: bool = False) -> None:
        """`keep` the limits of before, as far as there are such columns."""
        from patronage.reports.explorer import explorer_body, explorer_data

        known = {c.name for c in shown.found.columns}
        self.box = {n: ends for n, ends in self.box.items() if n in known} if keep or self.shown is None else {}
        self.shown, self.revision = shown, self.revision + 1
        self.data, self.body = explorer_data(shown.found), explorer_body(shown.found, "h3")

    # --- what the browser sends ----------------------------------------------------------------------------------------

    def limit(self, sent: object) -> None:
        """Limits that were drawn or typed."""
        known = {c.name for c in self.shown.found.columns} if self.shown is not None else set()
        box = read_box(sent, known)
        if box is not None and box != self.box:
            self.box = box
            self._desk.notify()

    def open(self, row: object) -> None:
        """Open a run on the page: its figures, seed and number; nobody's game is ended for it."""
        desk = self._desk
        number = whole(row, 0, len(self.shown.found.rows) - 1) if self.shown is not None else None
        if self.shown is None or number is None:
            return
        if desk.player is not None or desk.room is not None:
            desk.refuse("A game is being played on this page: leave the seat or the room first")
            return
        try:
            setup = self.shown.setup(number)
            if self.shown.folder:
                inside(setup.source)
        except (FolderError, ScenarioError, OSError, KeyError) as error:
            desk.refuse(str(error))
            return
        desk.lasting.note()
        if self.shown.replays:
            open_folder(desk, self.shown.folder)
        if desk.open(setup, keep=True) and "Overview" in desk.tabs:
            desk.tab.value = desk.tabs.index("Overview")

    def stop(self) -> None:
        """Nobody looks any more."""
        if self.job is not None:
            self.job.stop()
        self.shown, self.data, self.body = None, "", ""


def read_box(sent: object, known: set[str]) -> Box | None:
    """Limits as a browser sends them, a JSON text; None for whatever else it is."""
    try:
        given: Any = json.loads(sent) if isinstance(sent, str) and len(sent) < 20_000 else None
    except ValueError:
        return None
    if not isinstance(given, dict) or len(given) > MOST_LIMITS or not given.keys() <= known:
        return None
    found = {}
    for name, ends in given.items():
        numbers = isinstance(ends, list) and len(ends) == 2 and all(type(x) in (int, float) and math.isfinite(x) for x in ends)
        if not numbers:
            return None
        found[name] = (float(ends[0]), float(ends[1]))
    return found
