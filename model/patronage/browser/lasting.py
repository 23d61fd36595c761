"""What a visitor keeps or takes away beyond the run under way: what was changed, tried, noted and looked about in, a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patronage.telling.notes import options

from .attempts import Attempts
from .brushing import Brushing
from .noting import Notes
from .reporting import SIZES, ReportJob
from .rivals import NOTHING, OTHER, PLAIN, WITHOUT, known
from .setup import PERIOD_END
from .undoing import Undoing

if TYPE_CHECKING:
    from .workspace import Desk


class Lasting:
    """Of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.report: ReportJob | None = None
        self.undoing, self.attempts, self.notes = Undoing(desk), Attempts(desk), Notes(desk)
        self.brushing = Brushing(desk)
        self.aside = 0
        """Changes that were put aside for the seat or room that somebody is in."""
        self.awaiting = ""
        """A link that was followed here and waits for its file."""

    def note(self, lever: str = "") -> None:
        """A change is about to be made; a place of the levers whose answer was seen has been tried."""
        desk = self._desk
        trial = desk.trials.trial
        if trial is not None and trial.finished and not trial.failed and desk.waiting:
            self.attempts.add(trial.setup.changes)
        self.undoing.note(lever)

    @property
    def changed(self) -> int:
        """Changes in force or waiting: what a seat or a room does without."""
        desk = self._desk
        return len({path for path, _ in desk.setup.changes if path != PERIOD_END} | set(desk.waiting))

    def put_aside(self) -> None:
        """Somebody takes a seat or joins a room, who plays another run: once that is left, Undo brings back what was changed."""
        if self._desk.player is None and self._desk.room is None:
            self.aside = self.changed
            self.note()

    def settled(self) -> None:
        """Another setup is in force."""
        self.notes.settle()
        if self._desk.player is not None or self._desk.room is not None:
            return
        before = self.attempts.source
        self.attempts.add(self._desk.setup.changes)
        if before != self.attempts.source:
            self.undoing.forget()

    @property
    def against(self) -> str:
        """What a report can compare the run with: what it is compared with on the page, where a command can say it."""
        desk = self._desk
        own, chosen = desk.setup.changes != desk.setup.longer, desk.rival.value
        if chosen.startswith((OTHER, WITHOUT)) or (chosen == PLAIN and own):
            return chosen
        return PLAIN if own else NOTHING

    def make_report(self, key: str, runs: int) -> None:
        """Begin to make the report of the what-if under way, against what `key` names; not of a run that somebody plays."""
        desk = self._desk
        if desk.closed or desk.player is not None or desk.room is not None or runs not in SIZES or not known(key, desk.setup):
            return
        self.drop_report()
        self.report = ReportJob(desk.setup, key, runs, desk.notify, self.notes.sentences, options(self.notes.list))
        self.report.start()
        desk.notify()

    def drop_report(self) -> None:
        """Give the report up, finished or not."""
        if self.report is not None:
            self.report.stop()
            self.report = None
            self._desk.notify()

    def stop(self) -> None:
        """Nobody looks any more."""
        self.attempts.stop()
        self.brushing.stop()
        if self.report is not None:
            self.report.stop()
