"""Runs to look about in on the page: which they are, how they come there, and the limits within which somebody looks."""

from __future__ import annotations

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
from patronage.visitors.allowed_folders import LONGEST, from_here, inside

from .brushed import Box, Brush, based_on, changed, read_box
from .checked import whole, words
from .jobs import Job
from .levers import Lever, lever_words, levers
from .reach import NobodyWantsItError, figures
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
MOST_KEPT = 4
"""Sets of runs with levers moved that are kept for Back and Undo."""
NEWS = 0.5
"""Seconds between two words about how far it is."""


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
    return lambda row: Setup(from_here(folder / SCENARIO), None, (), seed, int(found.rows[row]))


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
        self.asked = Brush()
        """Which runs are to be shown, without limits; begun once the tab is looked at."""
        self.kind = ""
        """What the list of kinds of runs shows, where it is not what is asked for."""
        self._keep = False
        """Whether the limits are for runs that are yet to come."""
        self._made: dict[tuple[Setup, Brush], MovedJob] = {}
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
        self._ask(Brush())
        self.answer()

    def move(self, runs: object) -> None:
        """Begin to simulate runs with the levers that matter moved."""
        desk, number = self._desk, whole(runs, 1, MOST_RUNS)
        moved = tuple(lever.path for lever in figures(desk))
        if desk.closed or number is None or not moved:
            return
        self._made.pop((based_on(desk.setup, Brush(moved=moved)), Brush(number, moved)), None)  # who asks anew gets it anew
        self._ask(Brush(number, moved))
        self.attend()

    def open_folder(self, path: str) -> None:
        """Begin to read a folder of this machine."""
        self._ask(Brush(folder=words(path, LONGEST)))
        self.attend()

    def drop(self) -> None:
        """Give up what is computed or read; what is shown stays until there is something else."""
        self.asked = Brush()
        self._leave()
        self._desk.notify()

    def _ask(self, brush: Brush) -> None:
        if brush != self.asked:
            self._desk.lasting.undoing.note()
        self.asked, self.kind, self._keep, self._levels = brush, "", False, None
        self._leave()
        self._desk.notify()

    def _leave(self) -> None:
        if self.job is not None:
            self.job.stop()
            self.job = None

    def attend(self) -> None:
        """The tab is looked at: begin what was asked for, show what has been found."""
        if self.job is None and self.asked != Brush() and not self._desk.closed:
            self._begin()
        self.collect()
        self.answer()

    def _begin(self) -> None:
        desk, asked = self._desk, self.asked
        if asked.folder:
            self.job = FolderJob(asked.folder, desk.notify)
            self.job.start()
            return
        known = {lever.path: lever for lever in levers(desk.setup.plain.load()) if lever.kind == "number"}
        if not known.keys() >= set(asked.moved):  # of a scenario that has come since
            self.asked = Brush()
            return
        key = based_on(desk.setup, asked), asked
        made = self._made.pop(key, None)
        if made is None or made.failed or made.found is None:
            made = MovedJob(desk.setup, [known[path] for path in asked.moved], asked.runs, desk.notify)
            made.start()
        self._made = dict([*self._made.items(), (key, made)][-MOST_KEPT:])
        self.job = made

    def collect(self) -> None:
        """Show what has been found, if it is not shown."""
        found = self.job.found if self.job is not None else None
        if found is not None and found is not self.shown:
            self._show(found)
            self._levels = None

    @property
    def brush(self) -> Brush:
        """What is looked about in, as an address says it; nothing where the runs are not those of the run on the page."""
        job, box = self.job, self.box
        if self._of_another_setup:
            return Brush()
        if job is not None and job.found is not self.shown and not self._keep:
            box = {}  # of the runs before
        return replace(self.asked, limits=tuple(sorted((name, *ends) for name, ends in box.items())))

    @property
    def _of_another_setup(self) -> bool:
        """Whether levers were moved in a setup that is not that of the page any more."""
        job = self.job
        return isinstance(job, MovedJob) and based_on(job.setup, self.asked) != based_on(self._desk.setup, self.asked)

    def bring(self, brush: Brush) -> None:
        """Look about where a link or an undone step says; the runs come once the tab is looked at."""
        if brush == self.brush:
            return
        if brush.plain != self.asked or self._of_another_setup:
            self.asked, self.kind, self._levels = brush.plain, "", None
            self._leave()
        self.box, self._keep = {name: (low, high) for name, low, high in brush.limits}, True
        if self.shown is not None and self.job is not None and self.job.found is self.shown:
            self._show(self.shown)
        elif self.job is None:
            self._levels = None  # the answer is shown anew
        self._desk.notify()

    def _show(self, shown: ShownRuns, *, keep: bool = False) -> None:
        """`keep` the limits of before, as far as there are such columns."""
        from patronage.reports.explorer import explorer_body, explorer_data

        known = {c.name for c in shown.found.columns}
        kept = keep or self._keep or self.shown is None
        self.box, self._keep = {n: ends for n, ends in self.box.items() if kept and n in known}, False
        self.shown, self.revision = shown, self.revision + 1
        self.data, self.body = explorer_data(shown.found), explorer_body(shown.found, "h3")

    # --- what the browser sends ----------------------------------------------------------------------------------------

    def receive_limits(self, event: object) -> None:
        """What a browser sends: limits, and of which revision they are. Those of one before were taken back meanwhile."""
        given: Mapping[Any, Any] = event if isinstance(event, Mapping) else {}
        if whole(given.get("revision"), 0, self.revision) == self.revision:
            self.limit(given.get("limits"))

    def limit(self, sent: object) -> None:
        """Limits that were drawn or typed."""
        known = {c.name for c in self.shown.found.columns} if self.shown is not None else set()
        box = read_box(sent, known)
        if box is not None and box != self.box:
            self._desk.lasting.undoing.note("limits " + changed(box, self.box))
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
