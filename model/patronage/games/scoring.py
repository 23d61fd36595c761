"""The aims of a seat, taken from the outcomes of the scenario, and how well a game met them beside a hundred games of the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from patronage import compiling
from patronage.decisions.views import Answer, BidView, CourtView, Offers
from patronage.driving import Ensemble, prepare
from patronage.results.recorder import Recorder
from patronage.scenario import Scenario
from patronage.scenario.conditions import MeasureCall
from patronage.world.arrays import Array
from patronage.world.codes import ISOLATIONIST
from patronage.world.parameters import Parameters
from patronage.world.structure import Structure

from .foresight import YEAR, Ordered
from .hosting import danger, receipts
from .orders import Decision

GAMES = 100
LEAN = 0.5
"""Standard deviation of the logarithm of what a model player makes of the model's offers and bids, client by client: an
assumption, wide enough for players to differ by a factor of two."""
AIMED_AT = ("base", "share", "influence")
"""Measures of a patron and a client of which more is better for the patron, and less for every other one."""
GOOD_FOR_CLIENTS = {
    "autonomy": 1, "legitimacy": 1, "gdp": 1, "growth": 1, "rent": 1, "rent_paid": 1, "delivered": 1, "relief": 1, "promised": 1,
    "arms_promised": 1, "arms_delivered": 1, "overthrow": -1, "coup": -1, "insecurity": -1, "debt": -1, "campaign": -1,
    "campaigns": -1, "sanction": -1,
}  # fmt: skip
"""Measures about a client of which more is better (1) or worse (-1) for it; whether a base stands is neither."""
MOST_AIMS = 3
MEAN_SHARE, MEAN_RECEIPTS, MEAN_DANGER = "mean share", "mean receipts", "mean danger"
MEANS = (MEAN_SHARE, MEAN_RECEIPTS, MEAN_DANGER)
"""Aims that are means over the whole game, whatever the scenario asks: a patron's, and two of a client's."""
History = Sequence[tuple[int, Decision]]
"""Quarter and the order in force from it on."""


@dataclass(frozen=True)
class Objective:
    """Something that a seat is there to bring about."""

    outcome: str
    """Of the scenario; or one of `MEANS`."""
    measure: str
    patron: str
    """Code; nothing where the measure is of a client alone."""
    client: str
    wants: int
    """1: more of it; -1: less."""


def aims(scenario: Scenario, seat: str) -> tuple[Objective, ...]:
    """The aims of a patron: its mean share, then outcomes about it, those that answer the question first, then about others.

    Those of a client: what it receives, that its regime is not overthrown, then outcomes of which it is plain what a client wants.
    """
    if seat not in scenario.patrons:
        return _client_aims(scenario, seat)
    found: dict[tuple[str, str, str], Objective] = {}
    for name, asked in _asked(scenario):
        if isinstance(asked, MeasureCall) and asked.name in AIMED_AT and asked.args[0] in scenario.patrons:
            patron, client = asked.args
            if client != seat:
                wants = 1 if patron == seat else -1
                found.setdefault((asked.name, patron, client), Objective(name, asked.name, patron, client, wants))
    ordered = sorted(found.values(), key=lambda aim: aim.wants < 0)
    return (Objective(MEAN_SHARE, "share", seat, "", 1), *ordered[:MOST_AIMS])


def _asked(scenario: Scenario) -> list[tuple[str, object]]:
    """Outcomes with what they ask, those that answer the question first."""
    return [(name, o.expression) for name, o in sorted(scenario.outcomes.items(), key=lambda item: not item[1].answers)]


def _client_aims(scenario: Scenario, seat: str) -> tuple[Objective, ...]:
    found: dict[tuple[str, ...], Objective] = {}
    for name, asked in _asked(scenario):
        if isinstance(asked, MeasureCall) and asked.name in GOOD_FOR_CLIENTS and asked.args[-1] == seat:
            patron = asked.args[0] if len(asked.args) > 1 else ""
            found.setdefault((asked.name, patron), Objective(name, asked.name, patron, seat, GOOD_FOR_CLIENTS[asked.name]))
    always = (Objective(MEAN_RECEIPTS, "delivered", "", seat, 1), Objective(MEAN_DANGER, "overthrow", "", seat, -1))
    return (*always, *list(found.values())[:MOST_AIMS])


class Leaning(Ordered):
    """Model players in one seat: each leans what the model offers, bids or asks its own way; the first does as the model would."""

    def __init__(self, structure: Structure, seat: str, games: int, orders: Mapping[str, Sequence[Decision]]) -> None:
        super().__init__(structure, orders)
        luck = np.random.default_rng(20_20)  # the same players for everybody
        self.seat = structure.patrons.index(seat) if seat in structure.patrons else -1
        self.host = structure.clients.index(seat) if self.seat < 0 else -1
        kinds, others = (3, structure.clients) if self.host < 0 else (1, structure.patrons)
        self.lean = np.exp(LEAN * luck.standard_normal((kinds, games, len(others))))
        self.lean[:, 0] = 1.0

    def court(self, view: CourtView, p: Parameters) -> tuple[Array, Array]:
        effort, mode = super().court(view, p)
        if self.seat < 0:
            return effort, mode
        usual = effort[:, self.seat]
        leant = usual * self.lean[0]
        total = leant.sum(axis=-1, keepdims=True)
        kept = usual.sum(axis=-1, keepdims=True)  # they spend what the model spends, on others
        effort[:, self.seat] = np.where(total > 0, leant * kept / np.maximum(total, 1e-300), usual)
        effort[0, self.seat] = usual[0]
        return effort, mode

    def bid(self, view: BidView, p: Parameters) -> tuple[Array, Array]:
        value, denial = super().bid(view, p)
        if self.seat >= 0:
            value[:, self.seat] *= self.lean[1]
            denial[:, self.seat] *= self.lean[2][:, None]
        return value, denial

    def respond(self, offers: Offers, p: Parameters) -> Answer:
        answer = super().respond(offers, p)
        if self.host < 0:
            return answer
        j = self.host
        floor, rent, accept = (x.copy() for x in (answer.floor, answer.rent, answer.accept))
        factor = np.where(floor[..., j] > 0.0, self.lean[0], 1.0)  # who would pay for it pays what the model pays
        floor[..., j] *= factor
        rent[..., j] *= factor
        least = np.where(offers.insists | (offers.hold > 0.0), rent, floor)[..., j]
        sells = (p["policy"] != ISOLATIONIST)[:, j, None]
        agrees = (offers.value[..., j] >= least) & (offers.value[..., j] > 0.0) & ~offers.closed[..., j] & sells
        accept[..., j] = np.where(factor == 1.0, accept[..., j], agrees)
        return replace(answer, floor=floor, rent=rent, accept=accept)


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
        self.aims, self._scenario, self._done = wanted, scenario, 0
        self._sums = {aim.outcome: np.zeros(len(numbers)) for aim in wanted if aim.outcome in MEANS}
        self._record = Recorder(scenario, Structure.of(scenario), seed, numbers, scenario.end, "outcomes")
        self._record.begin(0, len(numbers))

    def add(self, runs: Ensemble, happened: object) -> None:
        """Take note of a quarter."""
        self._record.add(runs, happened)  # type: ignore[arg-type]  # a Happened
        for aim in self.aims:
            if aim.outcome in MEANS:
                self._sums[aim.outcome] += present(runs, aim)
        self._done += 1

    def values(self, runs: Ensemble) -> Array:
        """Of every run, [R, aims]."""
        found = self._record.so_far(runs.world.quarter)
        columns, names = [], list(self._scenario.outcomes)
        for aim in self.aims:
            if aim.outcome in MEANS:
                columns.append(self._sums[aim.outcome] / max(1, self._done))
                continue
            read = found[:, names.index(aim.outcome)]
            codes = (aim.patron, aim.client) if aim.patron else (aim.client,)
            columns.append(np.where(np.isfinite(read), read, runs.measure(aim.measure, *codes)))
        return np.stack(columns, axis=1)


def present(runs: Ensemble, aim: Objective) -> Array:
    """[R] what an aim that is a mean is the mean of: a share, MUSD a year, or the chance of a quarter."""
    if aim.outcome == MEAN_RECEIPTS:
        return YEAR * receipts(runs, aim.client)
    if aim.outcome == MEAN_DANGER:
        return danger(runs, aim.client)
    return np.asarray(runs.world.share[:, runs.start.structure.patrons.index(aim.patron)].mean(axis=-1))


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
    """A game of one seat beside games of the model in its seat, all with the same luck.

    Args:
        scenario: as it was played, debt forgiven included.
        without: the same without what the seat itself made happen.
        seed: of the experiment.
        replication: number of the run, with the seed its luck.
        seat: the patron or client.
        until: the last quarter that was played.
        orders: of all seats; those of the other seats stand in the model's games too.
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
