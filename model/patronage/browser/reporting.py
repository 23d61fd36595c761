"""The report of the what-if on the page: the file that `patronage run` or `compare` writes, made in a process of its own."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from patronage.runs.sides import SEPARATOR, named_side
from patronage.scenario import Scenario

from .jobs import Job
from .rivals import NOTHING, OTHER, OWN, PLAIN, WITHOUT
from .setup import Setup, too_many

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

SIZES = (50, 100, 200, 500)
"""Runs that can be asked for."""
NEWS = 0.4
"""Seconds between two drawings of how far it is."""
DIED = "the process that made it was ended, or ran out of memory: choose fewer runs"


@dataclass(frozen=True)
class ReportRequest:
    """What a report is to be about."""

    scenarios: tuple[Scenario, ...]
    """One, or two to be compared with the same luck."""
    runs: int
    seed: int
    command: str
    """The command that writes the same report."""
    notes: tuple[str, ...] = ()
    """Of the visitor, a line each."""


Changes = tuple[tuple[str, str], ...]


def asked(setup: Setup, key: str, runs: int) -> ReportRequest:
    """A report of what is on the page against what `key` names, or alone.

    Raises:
        ScenarioError: a side cannot be had.
        ValueError: no command can say it, or it is too much for the page.
    """
    refused = too_many(setup.load(), runs)
    if refused:
        raise ValueError(refused)
    if key in (NOTHING, OWN):
        return ReportRequest((setup.load(),), runs, setup.seed, _line("run", [setup.source], setup.changes, runs, setup.seed))
    both = tuple(c for c in setup.changes if c in setup.longer)
    own = tuple(c for c in setup.changes if c not in both)
    if key.startswith(OTHER):
        other = replace(setup, source=key.removeprefix(OTHER), text=None, tables=(), changes=both)
        if not own:
            names = [setup.source, other.source]
            return ReportRequest((setup.load(), other.load()), runs, setup.seed, _line("compare", names, both, runs, setup.seed))
        return _varied(other, setup, both, own, runs)
    if key.startswith(WITHOUT):
        gone = ((f"events.{key.removeprefix(WITHOUT)}", "~"),)
        kept = tuple(c for c in setup.changes if c[0] != gone[0][0])
        return _varied(replace(setup, changes=kept), replace(setup, changes=(*kept, *gone)), kept, gone, runs)
    if not own:
        raise ValueError("Nothing was changed that the run could be compared without")
    return _varied(replace(setup, changes=both), setup, both, own, runs)


def turned(setup: Setup, key: str) -> bool:
    """Whether `asked` puts the other side first, as `--against` does what was changed: differences have the other sign then."""
    own = any(c not in setup.longer for c in setup.changes)
    return own and (key == PLAIN or key.startswith(OTHER))


def _varied(first: Setup, second: Setup, both: Changes, own: Changes, runs: int) -> ReportRequest:
    """A comparison with a side of its own settings, as `--against` makes it."""
    parts = [f"{path}={value}" for path, value in own]
    if any(SEPARATOR in part for part in parts):
        raise ValueError(f"A change holds a {SEPARATOR!r}, which separates changes in the command: it cannot be compared")
    if first.source != second.source:
        parts.insert(0, second.source)
    line = _line("compare", [first.source, "--against", f"{SEPARATOR} ".join(parts)], both, runs, first.seed)
    base = replace(second, changes=both).load()
    return ReportRequest((first.load(), named_side(base, second.load(), dict(own))), runs, first.seed, line)


def _line(verb: str, words: list[str], changes: Changes, runs: int, seed: int) -> str:
    options = [w for path, value in changes for w in ("--set", f"{path}={value}")]
    return shlex.join(["patronage", verb, *words, *options, "--runs", str(runs), "--seed", str(seed)])


def write(asked: ReportRequest, folder: Path, progress: Callable[[int, int], None]) -> Path:
    """Make the folder of a run or a comparison; its report."""
    from patronage.reports import compare_to_folder, run_to_folder
    from patronage.reports.folders import REPORT

    common: dict[str, Any] = {
        "runs": asked.runs, "seed": asked.seed, "out": folder, "progress": progress, "command": asked.command, "notes": asked.notes,
    }  # fmt: skip
    if len(asked.scenarios) == 1:
        run_to_folder(asked.scenarios[0], **common)
    else:
        compare_to_folder(asked.scenarios, **common)
    return folder / REPORT


def _work(asked: ReportRequest, folder: Path, news: Connection) -> None:
    """In the other process: shares of the simulation that are done, then the path of the report; or what went wrong."""
    try:
        news.send(str(write(asked, folder, lambda done, total: news.send(done / total))))
    except Exception as error:  # noqa: BLE001  # whatever goes wrong is told on the page
        news.send(error if isinstance(error, ValueError) else RuntimeError(f"{type(error).__name__}: {error}"))
    finally:
        news.close()


class ReportJob(Job):
    """One report; `page` is the file once it is there."""

    def __init__(
        self, setup: Setup, key: str, runs: int, notify: Callable[[], None], notes: tuple[str, ...] = (), options: str = ""
    ) -> None:
        """`notes`: of the visitor, a line each; `options`: what the command says of them."""
        super().__init__(1, notify)
        self.setup, self.key, self.runs, self.notes, self.options = setup, key, runs, notes, options
        self.command = ""
        self.simulated = 0.0
        """Share of the simulation that is done; figures are drawn after it."""
        self.page = b""

    @property
    def name(self) -> str:
        """Of the file."""
        stem = Path(self.setup.source).stem
        return f"{stem}-seed{self.setup.seed}-{'report' if self.key == NOTHING else 'comparison'}.html"

    def work(self) -> None:
        found = asked(self.setup, self.key, self.runs)
        found = replace(found, command=found.command + self.options, notes=self.notes)
        self.command = found.command
        self.notify_now()
        context = get_context("spawn")
        with TemporaryDirectory() as place:
            here, there = context.Pipe(duplex=False)
            process = context.Process(target=_work, args=(found, Path(place) / "folder", there), daemon=True)
            process.start()
            there.close()
            try:
                report = self._follow(here)
                if report is not None:
                    self.page = report.read_bytes()
                    self.done = self.total
            finally:
                _end(process)
                here.close()

    def _follow(self, news: Connection) -> Path | None:
        """Wait for the report; None once nobody wants it any more."""
        drawn = time.monotonic()
        while not self.stopped:
            if not news.poll(0.1):
                continue
            try:
                message = news.recv()
            except EOFError:
                raise RuntimeError(DIED) from None
            if isinstance(message, Exception):
                raise message
            if isinstance(message, str):
                return Path(message)
            self.simulated = message
            if time.monotonic() - drawn > NEWS:
                drawn = time.monotonic()
                self.notify_now()
        return None


def _end(process: BaseProcess) -> None:
    """End a process that has done its work, or whose work nobody wants."""
    process.terminate()
    process.join(5)
    if process.is_alive():
        process.kill()
        process.join()
