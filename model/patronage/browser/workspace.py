"""What one visitor's session holds: the run, what is looked at, what waits for Reset, and the work beside it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

import solara

from patronage.runs.store import RunFolder
from patronage.scenario import ScenarioError, quarter_name
from patronage.visitors.backpressure import Pace

from .answering import AnswerJob, interesting
from .checked import whole
from .clock import Clock
from .futures import Ahead
from .game import Game, look_from
from .jobs import Bands, Job, PairedRun
from .lasting import Lasting
from .links import sources
from .model import PageModel, forget
from .pairing import PairsJob
from .pending import pending, wanted
from .reach import LeverTrials
from .rivals import NOTHING, OTHER, OWN, PLAIN, known, likeliest, rival_scenario, side
from .sessions import tidy_up_soon
from .setup import MOST_RUNS, PERIOD_END, Setup, too_many, whole_number
from .states import Doing, PageState, allowed
from .tour import Tour

if TYPE_CHECKING:
    from patronage.telling.history import Story

    from .room import Room


MOST_CHANGES = 500
"""Of one run, events fired included."""


class Desk:
    """One per session; made inside a component, never shared."""

    leads = False
    """Whether a new run is brought to the quarter that decides its question."""
    given_up = 0
    """Runs of bands that an event, a Reset or another run took away."""

    def __init__(self, first: Setup, *, held: bool = False) -> None:
        self.closed = self._begun = False
        self._held = held
        """Whether the run compared with waits for `begin`."""
        self.setup = first
        """In force."""
        self.problem = solara.reactive("")
        """What was refused, in lines as the command says them."""
        self.wanted: solara.Reactive[dict[str, str]] = solara.reactive(dict(first.changes))
        """Changes that the next Reset applies."""
        self.epoch = solara.reactive(0)
        """Raised whenever the controls must begin anew."""
        self._news, self.ticks = itertools.count(1), solara.reactive(0)
        """Raised by work beside the page."""
        self.quarter: solara.Reactive[int | None] = solara.reactive(None)
        """The time looked at; None follows the run."""
        self.client, self.patron = solara.reactive(""), solara.reactive("")
        self.tab = solara.reactive(0)
        self.tabs: tuple[str, ...] = ()
        """Names of the tabs, in their order."""
        self.sources = sources(first)
        """Scenarios that a link may name."""
        self.rival = solara.reactive("")
        """What the run is compared with: a key of `counterparts`."""
        self.picked = False
        """Whether the visitor chose it."""
        self.twin: PairedRun | None = None
        self.pairs: PairsJob | None = None
        """Both ensembles run by run, once somebody looks at the comparison."""
        self.answer: AnswerJob | None = None
        """What many runs of the scenario say, once the page has been sent."""
        self.bands: Bands | None = None
        self.folder: RunFolder | None = None
        """An opened run folder whose runs are replayed."""
        self.player: Game | None = None
        """The visitor in a seat."""
        self.room: Room | None = None
        """Where the visitor plays with others: the run is the room's."""
        self.model: solara.Reactive[PageModel] = solara.reactive(None)
        self.pace = Pace()
        self.batch: AbstractContextManager[object] = nullcontext()
        """While it is entered nothing is drawn; several changes are drawn as one."""
        self.unseen: Callable[[], bool] = lambda: False
        """Whether the browser has gone."""
        self.clock = Clock(self)
        self.tour, self.trials, self.ahead, self.lasting = Tour(self), LeverTrials(self), Ahead(self), Lasting(self)
        """Where somebody stands in the story; the levers with most reach, and what moving them would do; futures from here;
        what is kept beyond the run under way."""
        self.seed, self.number, self.retyped = solara.reactive(""), solara.reactive(""), solara.reactive(0)
        """What is typed into the fields of seed and number of the run, for Reset; how often they were set to what is in force."""
        self.model.value = PageModel(first)
        self._settle()

    # --- setups ---------------------------------------------------------------------------------------------------

    def refuse(self, message: str) -> None:
        """Something cannot be done; everything stays as it is."""
        self.problem.value = message

    def open(self, setup: Setup, until: int = 0, *, keep: bool = False, player: Game | None = None) -> bool:
        """Begin anew with another setup, watched or in a seat; False and a message if it cannot be used.

        `until`: a quarter to bring the run to before it is shown; `keep` what it is compared with.
        """
        try:
            fresh = PageModel(setup, player)
        except (ScenarioError, ValueError, OSError) as error:
            self.refuse(str(error))
            return False
        while fresh.running and fresh.world.quarter < until:
            if player is not None:
                player.recall(quarter_name(fresh.world.quarter + 1))
            fresh.step()
        with self.batch:  # no control of the old run can be pressed once the new one is seen
            if player is not None:
                self.lasting.put_aside()
            self.clock.stop(Doing.IDLE if fresh.running else Doing.ENDED)
            old, self.model.value = self.model.value, fresh
            self._let_go(old)
            self.room = None
            self.setup, self.player, self.problem.value = setup, player, ""
            self.picked = keep and self.picked
            self.wanted.value = dict(setup.changes)
            self.epoch.value += 1
            self._settle()
        return True

    def join(self, room: Room) -> None:
        """Look at the run of a room from now on, which its facilitator moves."""
        with self.batch:
            self.lasting.put_aside()
            self.clock.stop(Doing.HELD)
            old, self.model.value = self.model.value, room.model
            self._let_go(old)
            self.room, self.setup, self.player, self.problem.value = room, room.setup, None, ""
            self.wanted.value = dict(room.setup.changes)
            self.epoch.value += 1
            self._settle()

    def follow(self, setup: Setup) -> None:
        """Take over what the run of a room has had; what waits on this page goes on waiting."""
        waits, other, self.setup = self.waiting, setup != self.setup, setup
        self.wanted.value = wanted(setup.changes, waits)
        if other:
            self._ask_anew()

    def _ask_anew(self) -> None:
        """What many runs said is of figures that are no more."""
        self.stop_bands()
        self._stop_pairs()
        self._ask()
        self.trials.moved()

    def _let_go(self, old: PageModel) -> None:
        """Stop a run that nobody looks at any more; that of a room is not this page's to stop."""
        if self.room is None or old is not self.room.model:
            old.running = False
            forget(old)

    def reset(self) -> bool:
        """Begin anew with what has been changed and typed; in a seat, a new game. False and a message if it cannot be."""
        if not allowed(self.state, "reset"):
            return False
        played = self.player.orders_of_debt if self.player is not None else frozenset()
        changes = tuple((path, value) for path, value in self.wanted.value.items() if path not in played)
        try:
            seed, number = whole_number(self.seed.value, "Seed"), whole_number(self.number.value, "Number of the run")
        except ValueError as error:
            self.refuse(str(error))
            self._type()
            return False
        setup = replace(self.setup, changes=changes, seed=seed, replication=number)
        self.lasting.note()
        return self.open(setup, keep=True, player=Game(self.player.code) if self.player is not None else None)

    def extend(self, quarters: int) -> None:
        """Go on beyond the end of the period: the same setup with a longer one, brought to where the run was."""
        model, waits = self.model.value, self.waiting
        setup = self.setup.with_changes(dict(self.setup.changes) | {PERIOD_END: quarter_name(model.scenario.end + quarters)})
        if allowed(self.state, "extend"):
            self.lasting.undoing.note()
            if self.open(setup, model.world.quarter, keep=True, player=self.player):
                self.wanted.value = wanted(setup.changes, waits)
                self.trials.moved()

    def _type(self) -> None:
        """Let the fields show the run that is on the page."""
        self.seed.value, self.number.value = str(self.setup.seed), str(self.setup.replication)
        self.retyped.value += 1

    def _settle(self) -> None:
        """After another model has come: nothing of the old one is looked at or computed any more."""
        self.quarter.value = None
        self._type()
        self.lasting.settled()
        self.patron.value, self.client.value = self.pair()
        self.tour.leave()
        self._ask_anew()
        if self.player is not None or not self.picked:
            self.compare(OWN if self.player is not None else likeliest(self.model.value.setup))
        else:
            self.compare(self.rival.value)
        self.notify()

    def sit(self, code: str) -> None:
        """Begin anew in the seat of a patron or client; without a code, leave it."""
        scenario = self.model.value.scenario
        if code and code not in (*scenario.patrons, *scenario.clients):
            return
        self.open(self.setup.plain, player=Game(code) if code else None)
        look_from(self, code)

    # --- the clock ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> PageState:
        """What the page does, as the table of `states` names it."""
        return PageState(self.clock.run, self.player is not None, self.quarter.value is not None, self.bands is not None)

    def play(self) -> None:
        """Let quarter follow quarter; the latest one is looked at."""
        if allowed(self.state, "play"):
            self.quarter.value, self.problem.value = None, ""
            self.clock.play()
            self.notify()

    def pause(self) -> None:
        """Hold the run where it is."""
        if allowed(self.state, "pause"):
            self.clock.stop()
            self.notify()

    def step(self, quarters: int = 0) -> None:
        """One quarter, or a turn of some; the latest one is looked at."""
        if allowed(self.state, "step"):
            self.quarter.value, self.problem.value = None, ""
            self.clock.step(self.model.value, quarters)
            self.notify()

    def pair(self) -> tuple[str, str]:
        """The patron and the client looked at; those of the scenario in force while another one is coming."""
        scenario = self.model.value.scenario
        patron, client = interesting(scenario)
        return (
            self.patron.value if self.patron.value in scenario.patrons else patron,
            self.client.value if self.client.value in scenario.clients else client,
        )

    @property
    def waiting(self) -> dict[str, str]:
        """Changes that Reset would make."""
        return pending(self.wanted.value, self.setup.changes)

    def change(self, path: str, value: str | None) -> None:
        """Note a change for the next Reset; None takes one back."""
        self.lasting.note(path)
        rest = {k: v for k, v in self.wanted.value.items() if k != path}
        self.wanted.value = rest if value is None else rest | {path: value}
        self.trials.moved()

    def take_back(self) -> None:
        """No change waits for Reset any more."""
        self.lasting.note()
        self.wanted.value = dict(self.setup.changes)
        self.trials.moved()

    def fire(self, name: str, event: str) -> bool:
        """Add an event, dated from the next quarter on, to the run under way, which pauses."""
        if not allowed(self.state, "fire"):
            return False
        self.pause()
        if len(self.setup.changes) >= MOST_CHANGES:
            self.refuse(f"More than {MOST_CHANGES} changes of one run: begin anew")
            return False
        setup = replace(self.setup, changes=(*self.setup.changes, (f"events.{name}", event)))
        try:
            self.model.value.go_on(setup)
        except (ScenarioError, ValueError) as error:
            self.refuse(str(error))
            return False
        self.lasting.note()
        self.setup, self.problem.value = setup, ""
        self.lasting.settled()
        self.wanted.value = self.wanted.value | {f"events.{name}": event}
        self._ask_anew()
        if self.player is None and self.rival.value != PLAIN and len(setup.changes) == 1:
            self.compare(PLAIN)
        self.notify()
        return True

    # --- work beside the run ----------------------------------------------------------------------------------------

    def notify(self) -> None:
        """Something has got further: draw it. Threads come together here, and none may take the news of another."""
        self.ticks.value = next(self._news)

    def pick(self, key: str) -> bool:
        """Compare with what the visitor chose, also after a Reset; False where there is no such run."""
        if not known(key, self.setup):
            return False
        self.picked = True
        self.compare(key)
        return True

    def compare(self, key: str) -> None:
        """Compare with another run of the same luck from now on."""
        self.rival.value = key
        self._stop_pairs()
        if self.twin is not None:
            self.twin.stop()
            self.twin = None
        model = self.model.value
        if key != NOTHING:
            setup = model.setup
            self.twin = PairedRun(lambda: rival_scenario(setup, key), setup.seed, setup.replication, model.scenario, self.notify)
            if not self._held and not self.closed:
                self.twin.start()

    def begin(self) -> None:
        """The page has been sent: what would have delayed it begins."""
        self._held, self._begun = False, True
        self._ask()
        if self.twin is not None and not self.closed:
            self.twin.start()

    def pair_up(self) -> None:
        """Compare many runs with as many of the other side, unless that is done or cannot be."""
        key, setup = self.rival.value, self.setup
        if self.pairs is not None or self.closed or key in (NOTHING, OWN):
            return
        names = (setup.source, key.removeprefix(OTHER)) if key.startswith(OTHER) else ("this", side(key, setup))
        self.pairs = PairsJob(
            self.model.value.scenario, lambda: rival_scenario(setup, key), names, setup.seed, self.notify
        )  # fmt: skip
        self.pairs.start()

    def _stop_pairs(self) -> None:
        if self.pairs is not None:
            self.pairs.stop()
            self.pairs = None

    def _ask(self) -> None:
        """Ask many runs, unless they have been asked the same."""
        scenario, seed, job = self.model.value.scenario, self.setup.seed, self.answer
        if not self._begun or self.closed or (job and (job.scenario.digest, job.seed) == (scenario.digest, seed)):
            return
        if job is not None:
            job.stop()
        self.answer = AnswerJob(scenario, seed, self.notify)
        self.answer.start()
        self.trials.screen()

    def twin_story(self) -> Story | None:
        """The run compared with, as far as it has come."""
        return self.twin.story() if self.twin is not None else None

    def ensemble(self, runs: int) -> None:
        """Begin to compute bands from an ensemble of the same scenario."""
        self.stop_bands()
        number = whole(runs, 1, MOST_RUNS)
        if self.closed or number is None:
            return
        if refused := too_many(self.model.value.scenario, number):
            self.refuse(refused)
            return
        self.bands = Bands(self.model.value.scenario, self.setup.seed, number, self.notify)
        self.bands.start()
        self.given_up = 0
        self.notify()

    def stop_bands(self) -> None:
        """Give up bands, finished or not."""
        if self.bands is not None:
            self.bands.stop()
            self.given_up = self.bands.runs
            self.bands = None

    def close(self) -> None:
        """The session ends, and what it computes."""
        self.closed = True
        self.clock.stop(Doing.ENDED)
        for beside in (self.trials, self.ahead, self.lasting):
            beside.stop()
        for job in (self.twin, self.bands, self.answer, self.pairs):
            if isinstance(job, Job):
                job.stop()
        self._let_go(self.model.value)
        tidy_up_soon()
