"""What drives the clock: an ensemble laid out once, then advanced run by run, or all runs together where somebody looks or decides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from . import asking, compiling
from .decisions.registered import VALUED
from .scenario import conditions
from .scenario.catalogue import CHANNELS, INSTRUMENTS
from .scenario.quarters import quarter_name
from .scenario.vocabulary import MEASURES
from .world import layout, plan
from .world.arrays import Array
from .world.codes import BLOCS_AND_CLIENTS, CLIENTS, COURT, PATRONS, WHOLE
from .world.fields import STATE
from .world.laid import laid_out, laid_out_anew
from .world.layout import Bucket, Records
from .world.limits import LARGEST, LEAST
from .world.loose import loosened
from .world.parameters import Parameters
from .world.plan import Names, Timetable, check_alike
from .world.recording import Variable, numbers_of
from .world.state import World
from .world.structure import Structure
from .world.writing import Writer

if TYPE_CHECKING:
    from .decisions.decider import Decider
    from .scenario import Scenario

ROOM = 4_096
"""Rows of the ledger that a buffer holds at first."""


@dataclass(frozen=True)
class Happened:
    """What a quarter leaves behind besides the world."""

    rows: Records
    """[n] rows of the ledger."""
    events: Records
    """[m] events that fired or ended; `run` is the place of the run in both."""
    parameters: Parameters
    """Inputs that were in force."""


@dataclass(frozen=True)
class Start:
    """Everything a simulation begins with. V variants, R runs."""

    scenario: Scenario
    structure: Structure
    bucket: Bucket
    names: Names
    seed: int
    places: Records
    inputs: Records
    """[V]"""
    worlds: Records
    """[V] before the first quarter, but for what follows from inputs."""
    tables: Array
    timetable: Timetable
    replications: Array
    """[R] uint64"""
    which: Array
    """[R] the variant that each run takes."""

    @property
    def dyads(self) -> int:
        return len(self.structure.patrons) * len(self.structure.clients)

    @property
    def lengths(self) -> dict[str, int]:
        """Of all axes by letter."""
        return {**self.structure.lengths, "K": len(INSTRUMENTS), "N": len(CHANNELS)}

    def width(self, wanted: tuple[Variable, ...]) -> int:
        """How many numbers a quarter of some variables is."""
        return sum(int(np.prod([self.lengths[letter] for letter in v.axes])) for v in wanted)

    def part(self, at: int, count: int) -> Start:
        """Some of its runs."""
        return replace(self, replications=self.replications[at : at + count], which=self.which[at : at + count])

    def ensemble(self) -> Ensemble:
        """All runs before the first quarter, to be advanced together."""
        return Ensemble(self)

    @property
    def world(self) -> World:
        """All runs before the first quarter."""
        return Ensemble(self).world

    @property
    def parameters(self) -> Parameters:
        """Inputs at the start, a row per run."""
        return Parameters(self.inputs[self.which], self.structure, self.names)


def prepare(
    scenario: Scenario,
    replications: Sequence[int] | Array,
    seed: int,
    variants: Sequence[Scenario] = (),
    which: Sequence[int] | Array | None = None,
    series: Mapping[str, conditions.Expression] | None = None,
) -> Start:
    """Lay out runs numbered `replications`.

    With `variants`, run i takes variants[which[i]]; without `which`, variants[i]. They differ in numbers, dates and choices; who plays
    and what happens at all is the same (else ValueError). `series`: expressions that are wanted for every quarter.
    """
    check_alike(scenario, variants)
    worlds = list(variants) or [scenario]
    count = len(np.asarray(replications))
    index = np.arange(count) if which is None and variants else np.zeros(count) if which is None else np.asarray(which)
    laid = laid_out_anew(worlds, int(seed)) if variants else laid_out(scenario, int(seed))
    timetable = laid.timetable
    if series:
        timetable = plan.timetable(worlds, laid.structure, laid.bucket, laid.names, int(seed), series.values())
    return Start(
        scenario, laid.structure, laid.bucket, laid.names, int(seed), laid.places, laid.inputs, laid.worlds, laid.tables, timetable,
        np.asarray(replications).astype(np.uint64), index.astype(np.int64),
    )  # fmt: skip


class Ensemble:
    """All runs of a start at one moment, advanced in step. Rows are those of the latest quarter."""

    def __init__(self, start: Start) -> None:
        self.start = start
        runs = len(start.replications)
        self.worlds = start.worlds[start.which]
        self.worlds["number"], self.worlds["replication"] = np.arange(runs), start.replications
        self.inputs = start.inputs[start.which]
        events, changes = start.timetable.events.shape[1], start.timetable.changes.shape[1]
        self.standing = np.zeros((runs, events), layout.STANDING)
        self.standing["fired"] = -1
        self.origins = np.zeros((runs, changes))
        self.places = start.places.copy()
        self.ledger = np.zeros(ROOM, layout.ROW)
        self.log = np.zeros(ROOM, layout.HAPPENING)
        self.tables = start.tables
        self._loose: dict[int, tuple[Any, Array]] = {}
        self._call("set_up_runs", self.worlds, self.inputs, self.places)

    @property
    def world(self) -> World:
        """The world of all runs; it changes as they are advanced."""
        return World(self.worlds, self.start.structure)

    @property
    def parameters(self) -> Parameters:
        """Inputs in force."""
        return Parameters(self.inputs, self.start.structure, self.start.names)

    @property
    def cells(self) -> Array:
        """[R, n] the inputs in force, by their flat numbers."""
        return self.inputs.view(np.float64).reshape(len(self.inputs), -1)

    def copy(self) -> Ensemble:
        """The same runs at the same moment, to be advanced for themselves."""
        out = object.__new__(Ensemble)
        out.__dict__ |= {k: v.copy() if isinstance(v, np.ndarray) else v for k, v in self.__getstate__().items()}
        return out

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_loose": {}}

    def __deepcopy__(self, memo: object) -> Ensemble:
        return self.copy()

    # --- what is seen between the parts of a quarter

    def luck(self, decision: int, axes: int) -> Array:
        """Uniforms of a decision this quarter: [R,P], [R,C], [R,P,C] or [R,B,C]; numbers as in `world.codes`."""
        s = self.start.structure
        rows = len(s.blocs) if axes == BLOCS_AND_CLIENTS else 1 if axes == CLIENTS else len(s.patrons)
        out = np.empty((len(self.worlds), rows, 1 if axes == PATRONS else len(s.clients)))
        self._call("draws_of_runs", self.worlds, self.places, decision, axes, out)
        return out[:, :, 0] if axes == PATRONS else out[:, 0] if axes == CLIENTS else out

    def seen(self, what: str, *shape: int) -> Array:
        """What an entry of the engine tells of every run ("portfolios", "distances", "voices" or "contributors"), [R, *shape]."""
        rows = np.zeros((len(self.worlds), int(np.prod(shape[:-1])), shape[-1]))
        self._call(f"{what}_of_runs", self.worlds, self.inputs, self.places, rows)
        return rows.reshape(len(self.worlds), *shape)

    def divide_by(self, strategy: FunctionType, code: int) -> None:
        """Have everyone who plays a registered function divide its budget. Raises ValueError for efforts that cannot be."""
        wrong = self._ask("divide_budgets", strategy, code)
        if wrong == asking.SPENDS_TOO_MUCH:
            raise ValueError(f"a strategy spends more than its patron has: {asking.located(strategy)}")
        if wrong:
            raise ValueError(f"a strategy spends less than nothing: {asking.located(strategy)}")

    def sell_by(self, policy: FunctionType | None, code: int, kind: int, how: int = VALUED) -> None:
        """Have clients that sell by a registered function, or by no known one, name terms of a kind, or of every one."""
        self._ask("name_terms", policy, code, kind, how)

    def value_bases_for(self, code: int) -> None:
        """What bases are worth in clients that sell by a registered policy, once the terms of what rests on them are others."""
        self._ask("value_bases", None, code)

    def _ask(self, loop: str, function: FunctionType | None, *more: int) -> Any:
        fast = compiling.compiled(self.start.bucket, len(self.worlds) * self.start.dyads)
        arguments = (self.worlds, self.inputs, self.places)
        return asking.call(loop, function, (*(arguments if fast else map(self._loosened, arguments)), *more), fast=fast)

    def _call(self, name: str, *arguments: Any, quarters: int = 1) -> Any:
        fast = compiling.compiled(self.start.bucket, len(self.worlds) * self.start.dyads * quarters)
        return compiling.call(name, arguments if fast else tuple(map(self._loosened, arguments)), fast=fast)

    def _loosened(self, argument: Any) -> Any:
        """Records as ordinary Python takes them, made once: there are hundreds of fields, and a quarter is small work."""
        if not any(argument is own for own in (self.worlds, self.inputs, self.places, self.standing, self.ledger, self.log)):
            return argument
        if id(argument) not in self._loose:
            self._loose[id(argument)] = loosened(argument), argument  # kept, so that no other takes its place in memory
        return self._loose[id(argument)][0]

    def read(self, expression: conditions.Expression, world: World | None = None) -> Array:
        """The value of an expression in every run, [R], now or in a world kept from earlier; a truth is 1 or 0."""
        writer = Writer(self.start.structure)
        writer.write(expression)
        out = np.zeros(len(self.worlds))
        worlds = self.worlds if world is None else world.records
        self._call("read_runs", worlds, self.inputs, self.places, writer.records(), out)
        return out

    def measure(self, name: str, *codes: str, world: World | None = None) -> Array:
        """A named measure in every run, [R]. KeyError for an unknown one."""
        if name not in MEASURES:
            raise KeyError(name)
        return self.read(conditions.MeasureCall(name, codes), world)

    def bonds(self) -> Array:
        """Propensities of all actors towards each other, [R, A, A]. docs/equations.md section 14."""
        actors = len(self.start.structure.actors)
        out = np.zeros((len(self.worlds), actors, actors))
        self._call("bonds_of_runs", self.worlds, self.inputs, self.places, out, quarters=10)
        return out

    def begin(self) -> None:
        """Forget the rows of the last quarter."""
        self.worlds["rows"], self.worlds["happenings"] = 0, 0

    def play(self, first: int = COURT, last: int = WHOLE) -> None:
        """Advance all runs by the parts of a quarter from `first` to before `last`."""
        plan_, done = self.start.timetable, 0
        while done < len(self.worlds):
            done = self._call(
                "advance", self.worlds, self.inputs, self.cells, self.places, self.tables, plan_.events, plan_.changes, plan_.acts,
                plan_.repeals, plan_.code, self.start.which, self.standing, self.origins, self.ledger, self.log, first, last, done,
            )  # fmt: skip
            if done < len(self.worlds):  # more room
                self._loose.clear()
                self.ledger = np.concatenate([self.ledger, np.zeros_like(self.ledger)])
                self.log = np.concatenate([self.log, np.zeros_like(self.log)])

    def lost(self) -> list[Unlimited]:
        """Runs that have left the numbers, by their place."""
        return [unlimited(World(self.worlds, self.start.structure), int(r), int(r)) for r in np.flatnonzero(self.worlds["lost"])]

    def happened(self) -> Happened:
        """What the quarter left behind."""
        rows, events = int(self.worlds["rows"][-1]), int(self.worlds["happenings"][-1])
        return Happened(self.ledger[:rows].copy(), self.log[:events].copy(), self.parameters)

    def step(self, decide: Decider | None = None) -> Happened:
        """A quarter, in which `decide` decides instead of the model where it is given."""
        from .decisions.decider import decided_quarter, needs_python, written_quarter
        from .decisions.registered import are_functions

        self.begin()
        if decide is None and not needs_python(self.start):
            self.play()
        elif decide is None and are_functions(self.start.names):
            written_quarter(self)
        else:
            decided_quarter(self, decide)
        return self.happened()


def quarters(start: Start, until: int, decide: Decider | None = None) -> Iterator[tuple[World, Happened]]:
    """Worlds quarter by quarter, to `until` inclusive. The world is the same object with new contents every time."""
    ensemble = start.ensemble()
    world = ensemble.world
    for _ in range(start.scenario.start, until + 1):
        happened = ensemble.step(decide)
        yield world, happened


@dataclass(frozen=True)
class Unlimited:
    """A run that left the numbers: its place among the runs, when, and in what."""

    run: int
    quarter: int
    variable: str

    def __str__(self) -> str:
        return f"{self.variable} is not finite in {quarter_name(self.quarter)}: noise, rates or money behind it are out of proportion"


def unlimited(world: World, run: int, place: int) -> Unlimited:
    """In which variable a run [`run` of the world, number `place` of its batch] has left the numbers; the first of the list."""
    wrong = "a number"
    for field in STATE:
        values = getattr(world, field.name)[run]
        none_left = field.name == "gdp" and (values <= LEAST).any()
        if field.name == "closed":  # a ban without end lasts for ever
            continue
        if values.dtype.kind == "f" and (none_left or not (np.abs(values) <= LARGEST).all()):
            wrong = field.name.replace("_", " ")
            break
    return Unlimited(place, world.quarter, wrong)


@dataclass
class Runs:
    """Whole runs as they come from the driver: [R, T, n] kept, [R, outcomes], [R, T, series], and rows in order of run and quarter."""

    recorded: Array
    outcomes: Array
    series: Array
    rows: Records
    events: Records
    lost: list[Unlimited]
    """Runs that left the numbers; what is kept of them means nothing."""


def room_for(runs: int, quarters: int) -> tuple[int, int]:
    """Rows of the ledger and of the log that whole runs are given at first: nearly always enough."""
    return runs * quarters * 4 + 512, runs * 64 + 64


def whole_runs(start: Start, until: int, wanted: tuple[Variable, ...], at: int, count: int, *, deals: bool = True) -> Runs:
    """Simulate runs `at` to `at + count` from their beginning to `until`, keeping the wanted variables and, maybe, deals."""
    time, width = until - start.scenario.start + 1, start.width(wanted)
    plan_ = start.timetable
    recorded = np.zeros((count, time if width else 0, width))
    found = np.full((count, len(plan_.outcomes)), np.nan)
    series = np.zeros((count, time if len(plan_.spans) else 0, len(plan_.spans)))
    room, in_force = np.zeros_like(start.worlds[:1]), np.zeros_like(start.inputs[:1])
    cells = in_force.view(np.float64).reshape(1, -1)
    standing, origins = np.zeros((1, plan_.events.shape[1]), layout.STANDING), np.zeros((1, plan_.changes.shape[1]))
    fast = compiling.compiled(start.bucket, count * time * start.dyads)
    rows_left, events_left = room_for(count, time) if deals else (1, 1)
    ledger, log = np.zeros(rows_left, layout.ROW), np.zeros(events_left, layout.HAPPENING)
    used = np.zeros(2, np.int64)
    numbers, which = start.replications[at : at + count].copy(), start.which[at : at + count].copy()
    done, rows, events, lost = 0, [], [], []
    while done < count:
        used[:] = 0
        last = compiling.call(
            "simulate_runs",
            (room, start.worlds, in_force, start.inputs, cells, start.places, start.tables, plan_.events, plan_.changes, plan_.acts,
             plan_.repeals, plan_.code, plan_.outcomes, numbers, which, standing, origins, ledger, log, until, int(deals),
             numbers_of(wanted), recorded, found, plan_.spans, series, used, at, done),
            fast=fast,
        )  # fmt: skip
        rows.append(ledger[: used[0]].copy())
        events.append(log[: used[1]].copy())
        if last < count and room["lost"][0]:
            lost.append(unlimited(World(room, start.structure), 0, at + last))
            last += 1
        elif last < count and last == done:  # it did not even fit alone, and begins again in more room
            ledger, log = np.zeros(2 * len(ledger), layout.ROW), np.zeros(2 * len(log), layout.HAPPENING)
        done = last
    return Runs(
        recorded, found, series,
        np.concatenate(rows), np.concatenate(events), lost,
    )  # fmt: skip
