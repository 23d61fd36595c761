"""The aims of a seat, taken from the outcomes of the scenario, and how well a game met them beside a hundred games of the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from patronage import compiling
from patronage.decisions.views import BidView, CourtView
from patronage.driving import Ensemble, prepare
from patronage.results.recorder import Recorder
from patronage.scenario import Scenario
from patronage.scenario.conditions import MeasureCall
from patronage.world.arrays import Array
from patronage.world.parameters import Parameters
from patronage.world.structure import Structure

from .foresight import Ordered
from .orders import Decision

GAMES = 100
LEAN = 0.5
"""Standard deviation of the logarithm of what a model player makes of the model's offers and bids, client by client: an
assumption, wide enough for players to differ by a factor of two."""
AIMED_AT = ("base", "share", "influence")
"""Measures of a patron and a client of which more is better for the patron, and less for every other one."""
MOST_AIMS = 3
MEAN_SHARE = "mean share"
History = Sequence[tuple[int, Decision]]
"""Quarter and the order in force from it on."""


@dataclass(frozen=True)
class Objective:
    """Something that a seat is there to bring about."""

    outcome: str
    """Of the scenario; or `MEAN_SHARE`."""
    measure: str
    patron: str
    client: str
    wants: int
    """1: more of it; -1: less."""


def aims(scenario: Scenario, seat: str) -> tuple[Objective, ...]:
    """The aims of a patron: its mean share, then outcomes about it, those that answer the question first, then about others."""
    found: dict[tuple[str, str, str], Objective] = {}
    for name, outcome in sorted(scenario.outcomes.items(), key=lambda item: not item[1].answers):
        asked = outcome.expression
        if isinstance(asked, MeasureCall) and asked.name in AIMED_AT and asked.args[0] in scenario.patrons:
            patron, client = asked.args
            if client != seat:
                wants = 1 if patron == seat else -1
                found.setdefault((asked.name, patron, client), Objective(name, asked.name, patron, client, wants))
    ordered = sorted(found.values(), key=lambda aim: aim.wants < 0)
    return (Objective(MEAN_SHARE, "share", seat, "", 1), *ordered[:MOST_AIMS])


class Leaning(Ordered):
    """Model players in one seat: each leans the model's offers and bids its own way; the first does as the model would."""

    def __init__(self, structure: Structure, seat: str, games: int, orders: Mapping[str, Sequence[Decision]]) -> None:
        super().__init__(structure, orders)
        self.seat = structure.patrons.index(seat)
        luck = np.random.default_rng(20_20)  # the same players for everybody
        lean = np.exp(LEAN * luck.standard_normal((3, games, len(structure.clients))))
        lean[:, 0] = 1.0
        self.offers, self.bids, self.denials = lean

    def court(self, view: CourtView, p: Parameters) -> tuple[Array, Array]:
        effort, mode = super().court(view, p)
        usual = effort[:, self.seat]
        leant = usual * self.offers
        total = leant.sum(axis=-1, keepdims=True)
        kept = usual.sum(axis=-1, keepdims=True)  # they spend what the model spends, on others
        effort[:, self.seat] = np.where(total > 0, leant * kept / np.maximum(total, 1e-300), usual)
        effort[0, self.seat] = usual[0]
        return effort, mode

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        value, denial = super().bid(view, p)
        value[:, self.seat] *= self.bids
        denial[:, self.seat] *= self.denials[:, None]
        return value, denial


@dataclass(frozen=True)
class GameScore:
    """How a game stands: values of the aims, [aims], and of the model's games, [games, aims]."""

    aims: tuple[Objective, ...]
    mine: Array
    games: Array

    @property
    def percentiles(self) -> Array:
        """[aims] per cent of the model's games that a game does better than; equals count half."""
        return self._beats(self.mine)

    @property
    def score(self) -> float:
        """The mean percentile over all aims, as a percentile among the same mean of the model's games; 0 to 100."""
        return percentile(float(self.percentiles.mean()), np.array([self._beats(game).mean() for game in self.games]))

    def _beats(self, game: Array) -> Array:
        wants = [aim.wants for aim in self.aims]
        return np.array([percentile(w * v, w * g) for w, v, g in zip(wants, game, self.games.T, strict=True)])

    @property
    def model(self) -> Array:
        """[aims] what the model as it is comes to in the seat."""
        return np.asarray(self.games[0])


def percentile(value: float, among: Array) -> float:
    """Per cent of values below, equals counted half."""
    return float(100 * ((among < value - 1e-9).mean() + 0.5 * (np.abs(among - value) <= 1e-9).mean()))


class Tally:
    """Values of aims while runs go on: outcomes once they can be read, the measure as it stands before, means for the mean share."""

    def __init__(self, scenario: Scenario, seed: int, numbers: Array, wanted: tuple[Objective, ...]) -> None:
        self.aims, self._scenario, self._sum, self._done = wanted, scenario, np.zeros(len(numbers)), 0
        self._record = Recorder(scenario, Structure.of(scenario), seed, numbers, scenario.end, "outcomes")
        self._record.begin(0, len(numbers))

    def add(self, runs: Ensemble, happened: object) -> None:
        """Take note of a quarter."""
        self._record.add(runs, happened)  # type: ignore[arg-type]  # a Happened
        i = runs.start.structure.patrons.index(self.aims[0].patron)
        self._sum += runs.world.share[:, i].mean(axis=-1)
        self._done += 1

    def values(self, runs: Ensemble) -> Array:
        """Of every run, [R, aims]."""
        found = self._record.so_far(runs.world.quarter)
        columns = [self._sum / max(1, self._done)]
        names = list(self._scenario.outcomes)
        for aim in self.aims[1:]:
            read = found[:, names.index(aim.outcome)]
            columns.append(np.where(np.isfinite(read), read, runs.measure(aim.measure, aim.patron, aim.client)))
        return np.stack(columns, axis=1)


def played_out(
    scenario: Scenario, seed: int, replication: int, decide: Callable[[int], Ordered], runs: int, until: int,
    wanted: tuple[Objective, ...], go_on: Callable[[], bool] = lambda: True,
) -> Array:
    """[runs, aims] runs of one luck from the beginning to a quarter, `decide(quarter)` deciding."""
    numbers = np.full(runs, replication)
    now = prepare(scenario, numbers, seed).ensemble()
    compiling.compiled(now.start.bucket, runs * now.start.dyads * (until - scenario.start + 1))
    kept = Tally(scenario, seed, numbers, wanted)
    for quarter in range(scenario.start, until + 1):
        if not go_on():
            break
        kept.add(now, now.step(decide(quarter)))
    return kept.values(now)


def in_force(history: History, quarter: int) -> Decision:
    """The order that stands in a quarter."""
    return next((d for at, d in reversed(history) if at <= quarter), Decision())


def standing(
    scenario: Scenario, without: Scenario, seed: int, replication: int, seat: str, until: int,
    orders: Mapping[str, History], games: int = GAMES, go_on: Callable[[], bool] = lambda: True,
) -> GameScore:
    """A game of one patron beside games of the model in its seat, all with the same luck.

    Args:
        scenario: as it was played, debt forgiven included.
        without: the same without what the seat itself made happen.
        seed: of the experiment.
        replication: number of the run, with the seed its luck.
        seat: the patron.
        until: the last quarter that was played.
        orders: of all seats of patrons; those of the other seats stand in the model's games too.
        games: how many model players.
        go_on: asked every quarter.
    """
    wanted = aims(scenario, seat)
    structure = Structure.of(scenario)

    def as_played(quarter: int) -> Ordered:
        return Ordered(structure, {code: [in_force(history, quarter)] for code, history in orders.items()})

    others = {code: history for code, history in orders.items() if code != seat}

    def by_model(quarter: int) -> Ordered:
        return Leaning(structure, seat, games, {code: [in_force(history, quarter)] for code, history in others.items()})

    mine = played_out(scenario, seed, replication, as_played, 1, until, wanted, go_on)[0]
    return GameScore(wanted, mine, played_out(without, seed, replication, by_model, games, until, wanted, go_on))
