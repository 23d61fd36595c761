"""Work beside the page: the counterfactual run, and an ensemble behind the single run. Both can be stopped."""

from __future__ import annotations

import os
import threading
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, ClassVar

import numpy as np

from patronage.driving import prepare, quarters
from patronage.results.recorder import Recorder
from patronage.scenario import Scenario
from patronage.telling.charts.spread import PARTS, parts_of
from patronage.telling.history import Story, first_readings, snapshot
from patronage.telling.loading import reports_loaded
from patronage.world.arrays import Array
from patronage.world.structure import Structure

MOST_COUNTS = 10_000_000
"""Numbers of runs by their share that bands keep, of two bytes each."""
SHOWN = 20
"""Runs of an ensemble that are shown one by one."""
PAUSE = 0.002
"""Seconds given to the page between two quarters."""
MOST = max(2, os.cpu_count() or 1)
"""Computations that run at a time, of all pages together; the others wait."""
WAITING = f"Waiting: {MOST} computations are running, as many as this server takes at a time."
_places = threading.BoundedSemaphore(MOST)
MOST_ANSWERS = 32
"""Results that are kept for pages which ask the same."""
_lock = threading.Lock()
_answers: OrderedDict[Hashable, dict[str, Any]] = OrderedDict()
"""By what was asked: how far its answer has come, and the answer."""
_asked: set[Hashable] = set()
"""What is being worked on."""


class Job(ABC):
    """Something computed quarter by quarter in a thread; `done` of `total` quarters can be read at any time."""

    def __init__(self, total: int, notify: Callable[[], None]) -> None:
        self.done, self.total, self.failed = 0, total, ""
        self.waiting = True
        """For a place among the computations that run."""
        self._notify, self._stop = notify, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End as soon as the quarter under way is done."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    @property
    def finished(self) -> bool:
        return self.done >= self.total or bool(self.failed)

    def wait(self, seconds: float = 60.0) -> None:
        """Wait for the end (tests do)."""
        self._thread.join(seconds)

    @abstractmethod
    def work(self) -> None:
        """What is done; calls `advance` after every quarter."""

    def advance(self) -> bool:
        """Note a quarter; whether to go on."""
        self.done += 1
        if self.stopped:
            return False
        time.sleep(PAUSE)
        return True

    def notify_now(self) -> None:
        """Let the page draw what is new, unless nobody wants it any more."""
        if not self.stopped:
            self._notify()

    def _begins(self) -> bool:
        """Wait for a place; False where nothing is to be done any more."""
        while not _places.acquire(timeout=0.1):
            if self.stopped:
                return False
        return True

    def _run(self) -> None:
        if not self._begins():
            return
        try:
            self.waiting = False
            reports_loaded()
            if not self.stopped:
                self.work()
        except MemoryError:
            self.failed = "It needs more memory than there is: choose fewer runs"
        except Exception as error:  # noqa: BLE001  # whatever goes wrong beside the page is told on it
            self.failed = f"{type(error).__name__}: {error}"
        finally:
            _places.release()
        self.notify_now()


class SharedJob(Job):
    """What every page that asks the same may be told: done once in a process, by the page that asks first; the others follow it.

    Where that page goes before the end, another one begins anew. What failed is not kept.
    """

    ANSWER: ClassVar[tuple[str, ...]] = ()
    """Attributes that are the answer; they are set anew, never changed."""

    def __init__(self, question: Hashable, total: int, notify: Callable[[], None]) -> None:
        super().__init__(total, notify)
        self._question = (type(self), question)
        self._leads = False

    def notify_now(self) -> None:
        """Let this page and those that follow it draw what is new."""
        if not self.stopped and not self.failed:
            with _lock:
                _answers[self._question] = {name: getattr(self, name) for name in ("done", "total", *self.ANSWER)}
                _answers.move_to_end(self._question)
                while len(_answers) > MOST_ANSWERS:
                    _answers.popitem(last=False)
        super().notify_now()

    def _begins(self) -> bool:
        heard: dict[str, Any] | None = None
        while not self.stopped:
            with _lock:
                answer = _answers.get(self._question)
                over = answer is not None and answer["done"] >= answer["total"]
                if not over and self._question not in _asked and _places.acquire(blocking=False):
                    _asked.add(self._question)
                    self._leads, self.done = True, 0
                    return True
            if answer is not None and answer is not heard:
                heard = answer
                self.__dict__.update(answer)
                self.waiting = False
                Job.notify_now(self)
            if over:
                return False
            time.sleep(0.1)
        return False

    def _run(self) -> None:
        try:
            super()._run()
        finally:
            if self._leads:
                with _lock:
                    _asked.discard(self._question)


class PairedRun(Job):
    """Another run with the same luck, as long as the run it is compared with."""

    def __init__(
        self, load: Callable[[], Scenario], seed: int, replication: int, beside: Scenario, notify: Callable[[], None]
    ) -> None:
        super().__init__(beside.end - beside.start + 1, notify)
        self._load, self._seed, self._replication, self._beside = load, seed, replication, beside
        self._moments: list[dict[str, Array]] = []
        self._outcomes: list[Array] = []
        self._parts: tuple[Scenario, Structure, Recorder, dict[str, Array]] | None = None

    def work(self) -> None:
        scenario = self._load()
        if scenario.start != self._beside.start:
            raise ValueError(f"{scenario.name} begins at another time")
        last = min(scenario.end, self._beside.end)
        run = prepare(scenario, [self._replication], self._seed).ensemble()
        structure = Structure.of(scenario)
        record = Recorder(scenario, structure, self._seed, np.array([self._replication]), last, "full")
        record.begin(0, 1)
        self.total = last - scenario.start + 1
        self._moments.append(snapshot(run.world, run.parameters))
        self._outcomes.append(np.full(len(scenario.outcomes), np.nan))
        self._parts = (scenario, structure, record, first_readings(run))
        while run.world.quarter < last:
            record.add(run, run.step())
            self._moments.append(snapshot(run.world, run.parameters))
            self._outcomes.append(record.so_far(run.world.quarter)[0])
            if not self.advance():
                return

    def story(self) -> Story | None:
        """As far as it has come; None before it has begun."""
        if self._parts is None:
            return None
        scenario, structure, record, first = self._parts
        return Story(scenario, structure, record, first, self.done, self._moments, outcomes=self._outcomes)


class Bands(Job):
    """Quantiles over an ensemble of the same scenario: 5 %, 50 % and 95 % of shares and legitimacy; shares of runs."""

    def __init__(self, scenario: Scenario, seed: int, runs: int, notify: Callable[[], None]) -> None:
        reports_loaded()
        from patronage.results.ensemble import LEVELS

        super().__init__(scenario.end - scenario.start + 1, notify)
        self._levels = LEVELS
        self.scenario, self.seed, self.runs = scenario, seed, runs
        s = Structure.of(scenario)
        length = self.total + 1
        self.share = np.zeros((length, len(LEVELS), len(s.patrons), len(s.clients)))
        self.legitimacy = np.zeros((length, len(LEVELS), len(s.clients)))
        self.base = np.zeros((length, len(s.patrons), len(s.clients)))
        """Share of runs in which the base stands."""
        self.first = np.zeros((length, min(runs, SHOWN), len(s.patrons), len(s.clients)), np.float32)
        """Shares in each of the first runs."""
        self.lead = np.zeros((length, len(s.patrons), len(s.clients)))
        """Share of runs in which the patron leads."""
        kept = length if self.lead.size * PARTS <= MOST_COUNTS else 0
        self.spread = np.zeros((kept, PARTS, len(s.patrons), len(s.clients)), np.uint16)
        """Runs by their share, in equal parts of the scale; nothing where that would be too many numbers."""

    def _keep(self, at: int, world: object) -> None:
        share: Array = world.share  # type: ignore[attr-defined]  # a World
        self.share[at] = np.quantile(share, self._levels, axis=0)
        self.first[at] = share[: self.first.shape[1]]
        self.legitimacy[at] = np.quantile(world.legitimacy, self._levels, axis=0)  # type: ignore[attr-defined]
        self.base[at] = world.base.mean(axis=0)  # type: ignore[attr-defined]
        leading = share.argmax(axis=1)[:, None, :] == np.arange(share.shape[1])[None, :, None]
        self.lead[at] = leading.mean(axis=0)
        if len(self.spread):
            self.spread[at] = parts_of(share)

    def work(self) -> None:
        notify = time.monotonic()
        start = prepare(self.scenario, np.arange(self.runs), self.seed)
        self._keep(0, start.world)
        for world, _ in quarters(start, self.scenario.end):
            self._keep(self.done + 1, world)
            if not self.advance():
                return
            if time.monotonic() - notify > 0.4:
                notify = time.monotonic()
                self.notify_now()
