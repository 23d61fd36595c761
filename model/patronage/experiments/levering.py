"""Which of many levers move what is asked, one at a time: each stands at the ends of its range, with the same luck as without.

First every lever, over few runs. Then those that seem to move most, over more runs with luck of their own: what is told comes from
these, so that a lever which was lucky in the first look does not stay so. An effect is told from nothing by an interval that holds
for all levers and outcomes of the second look together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import stats

from patronage.batch.points import Value, draft_of, shortcut
from patronage.driving import prepare
from patronage.results.ensemble import CONFIDENCE, mean_interval
from patronage.results.recorder import Recorder
from patronage.results.worth import kind_of_outcome, least, stated_of, tells
from patronage.scenario import Outcome, Scenario, ScenarioError, conditions
from patronage.simulation import play
from patronage.world.structure import Structure

from .screening import asked

Floats = npt.NDArray[np.float64]
Load = Callable[[str, Value], Scenario]
"""The scenario with a path set, by its loader."""
Progress = Callable[[float], None]
"""Told the part of all runs that is done, 0 to 1."""

WORK, MOST_WORK = 9_000_000, 24_000_000
"""Dyad-quarters of the first look: about five seconds of one processor; it is not begun where it would take more than so many."""
FEW_RUNS, MOST_RUNS = 2, 4
"""Of every setting in the first look."""
PAIRS, FEW_PAIRS = 50, 8
"""Runs of every setting in the second look, and the fewest where runs take long."""
SECOND_WORK = 8_000_000
FINALISTS, OTHERS = 16, 8
"""Levers of the second look: by what is asked, and by other outcomes."""
AT_ONCE = 32
"""Settings laid out together: about half a second, after which a page that plays may go first."""


@dataclass(frozen=True)
class Range:
    """A lever, and where it can stand."""

    path: str
    ends: tuple[Value, ...]
    """As `--set` takes them."""
    ordered: bool
    """Whether the ends are compared with each other too, as those of a range are."""


@dataclass(frozen=True)
class Effect:
    """What a lever does to one outcome."""

    outcome: str
    mean: float
    """Change of its mean, in its unit."""
    low: float
    high: float
    """An interval that holds for all levers and outcomes of the second look together, with 95 %."""
    reach: float
    """Size over the spread of the outcome across runs, or over the smallest difference worth telling where that is more."""
    smallest: float
    """The smallest difference worth telling."""
    tells: bool


@dataclass(frozen=True)
class LeverReach:
    """A lever of the second look."""

    path: str
    was: Value | None
    """Where it stood; None: where the scenario has it."""
    becomes: Value
    effects: tuple[Effect, ...]
    """On every outcome of `questions`, in their order."""
    best: Effect
    """Of what is asked the one it moves most; of the other outcomes where it is told to move one of these alone."""


def questions(scenario: Scenario, client: str) -> tuple[Scenario, int]:
    """The scenario with its outcomes in another order, shares of influence in a client at the end among them.

    First those that answer the question, then the shares: of so many, the second value, the first look asks before all others.
    """
    leading = {name: scenario.outcomes[name] for name in asked(scenario)}
    for patron in scenario.patrons:
        text = f"share({patron}, {client})"
        if patron != client and text not in {o.text for o in leading.values()}:
            name = f"share_{patron}_{client}"
            leading[name] = Outcome(name, conditions.parse(text)[0], text, scenario.end, scenario.end)
    rest = {n: o for n, o in scenario.outcomes.items() if n not in leading}
    return replace(scenario, outcomes={**leading, **rest}), len(leading)


class Screening:
    """One search for the levers that move most."""

    def __init__(self, scenario: Scenario, leading: int, seed: int, load: Load, progress: Progress) -> None:
        """`scenario` and `leading` as `questions` gives them."""
        self.scenario, self.leading, self.seed, self._load, self._progress = scenario, leading, seed, load, progress
        self._structure = Structure.of(scenario)
        self._each = len(scenario.patrons) * len(scenario.clients) * (scenario.end - scenario.start + 1)
        """Dyad-quarters of a run."""
        self._parts = (0.0, 1.0)

    def is_too_much(self, levers: Sequence[Range]) -> bool:
        """Whether the first look would take too long."""
        return FEW_RUNS * self._each * sum(len(lever.ends) for lever in levers) > MOST_WORK

    def found(self, levers: Sequence[Range]) -> list[LeverReach]:
        """The levers of the second look, those that are told before the others, the strongest first."""
        looked = self.first_look(levers)
        return self.second_look(looked) if looked else []

    def first_look(self, levers: Sequence[Range]) -> list[tuple[Range, Value | None, Value]]:
        """The levers that seem to move most, each with the two places between which it does."""
        places = [(lever, end) for lever in levers for end in lever.ends]
        runs = int(np.clip(WORK // (self._each * max(1, len(places))), FEW_RUNS, MOST_RUNS))
        self._parts = (0.0, 0.7)
        worlds = list(self._worlds(places))
        values = self._simulate([self.scenario, *(w for _, w in worlds)], 0, runs)
        spread, _ = self._scale(values)
        at = {place: row for (place, _), row in zip(worlds, values[1:], strict=True)}
        scores: list[tuple[Range, Value | None, Value]] = []
        size: list[Floats] = []
        for lever in levers:
            ends = [end for end in lever.ends if (lever.path, end) in at]
            pairs = [(None, end) for end in ends] + (list(combinations(ends, 2)) if lever.ordered else [])
            if pairs:
                gaps = [at[lever.path, b] - (values[0] if a is None else at[lever.path, a]) for a, b in pairs]
                reach = np.array([_sure(gap) for gap in gaps]) / spread
                scores.append((lever, *pairs[int(np.argmax(reach[:, : self.leading].max(axis=1)))]))
                size.append(reach.max(axis=0))
        if not scores:
            return []
        table = np.array(size)
        first = np.argsort(-table[:, : self.leading].max(axis=1), kind="stable")[:FINALISTS]
        rest = table[:, self.leading :].max(axis=1) if table.shape[1] > self.leading else np.zeros(len(table))
        rest[first] = -1.0
        others = [i for i in np.argsort(-rest, kind="stable")[:OTHERS] if rest[i] > 0]
        return [scores[i] for i in (*first, *others)]

    def second_look(self, looked: Sequence[tuple[Range, Value | None, Value]]) -> list[LeverReach]:
        """What these levers do, over runs with luck of their own."""
        places = list(dict.fromkeys((lever, end) for lever, a, b in looked for end in (a, b) if end is not None))
        pairs = int(np.clip(SECOND_WORK // (self._each * (1 + len(places))), FEW_PAIRS, PAIRS))
        self._parts = (0.7, 1.0)
        worlds = list(self._worlds(places))
        values = self._simulate([self.scenario, *(w for _, w in worlds)], MOST_RUNS, pairs)
        scale = self._scale(values)
        at = {place: row for (place, _), row in zip(worlds, values[1:], strict=True)}
        tests = len(looked) * values.shape[2]
        moved = []
        for lever, a, b in looked:
            gap = at[lever.path, b] - (values[0] if a is None else at[lever.path, a])
            effects = self._effects(gap, *scale, tests)
            moved.append(LeverReach(lever.path, a, b, effects, self._best(effects)))
        names = [effect.outcome for effect in moved[0].effects[: self.leading]]
        return sorted(moved, key=lambda m: (not m.best.tells, m.best.outcome not in names, -m.best.reach))

    def _best(self, effects: Sequence[Effect]) -> Effect:
        leading = effects[: self.leading]
        sure = [e for e in leading if e.tells] or [e for e in effects if e.tells] or leading
        return max(sure, key=lambda e: e.reach)

    def _effects(self, gap: Floats, spread: Floats, smallest: Floats, tests: int) -> tuple[Effect, ...]:
        """Of paired differences [pair, outcome]; `tests` are judged together (Bonferroni)."""
        mean, low, high = mean_interval(gap)
        known = np.maximum(np.isfinite(gap).sum(axis=0), 2)
        wider = stats.t.ppf(1 - (1 - CONFIDENCE) / 2 / tests, known - 1) / stats.t.ppf((1 + CONFIDENCE) / 2, known - 1)
        low, high = mean - (mean - low) * wider, mean + (high - mean) * wider
        reach = np.where(np.isfinite(mean), np.abs(mean) / spread, 0.0)
        sure = tells(mean, low, high, smallest)
        columns = (x.tolist() for x in (mean, low, high, reach, smallest, sure))
        return tuple(Effect(*row) for row in zip(self.scenario.outcomes, *columns, strict=True))

    def _scale(self, values: Floats) -> tuple[Floats, Floats]:
        """Spread of every outcome over all runs [variant, run, outcome], and its smallest difference worth telling."""
        flat = values.reshape(-1, values.shape[2])
        sizes = np.abs(np.where(np.isfinite(flat), flat, 0.0)).max(axis=0)
        outcomes = list(self.scenario.outcomes.values())
        kinds = [kind_of_outcome(o, x) for o, x in zip(outcomes, flat.T, strict=True)]
        smallest = np.array([least(k, x, stated_of(o)) for o, k, x in zip(outcomes, kinds, sizes, strict=True)])
        spread = np.array([x[np.isfinite(x)].std() if np.isfinite(x).any() else 0.0 for x in flat.T])
        return np.maximum(spread, np.maximum(smallest, 1e-9)), smallest

    def _worlds(self, places: Sequence[tuple[Range, Value]]) -> Iterator[tuple[tuple[str, Value], Scenario]]:
        """The scenario with a lever at each place; places that it refuses are left out."""
        for lever, end in places:
            put = shortcut(self.scenario, lever.path)
            try:
                if put is None:
                    self._progress(self._parts[0])  # the loader takes its time
                    yield (lever.path, end), replace(self._load(lever.path, end), outcomes=self.scenario.outcomes)
                else:
                    draft = draft_of(self.scenario)
                    put(draft, end)
                    yield (lever.path, end), draft.scenario(self.scenario)
            except ScenarioError:
                continue

    def _simulate(self, worlds: Sequence[Scenario], first: int, runs: int) -> Floats:
        """Outcomes [variant, run, outcome] of runs numbered from `first`, the same in every variant; NaN where one has no value."""
        found, last = [], self.scenario.end
        for at in range(0, len(worlds), AT_ONCE):
            part = worlds[at : at + AT_ONCE]
            numbers = np.tile(np.arange(first, first + runs), len(part))
            which = np.repeat(np.arange(len(part)), runs)
            record = Recorder(self.scenario, self._structure, self.seed, numbers, last, "outcomes")
            play(prepare(self.scenario, numbers, self.seed, part, which), record, last)
            values = np.stack([record.outcomes[name] for name in self.scenario.outcomes], axis=1)
            values[list(record.lost)] = np.nan
            found.append(np.where(np.isfinite(values), values, np.nan).reshape(len(part), runs, -1))
            begun, ended = self._parts
            self._progress(begun + (ended - begun) * min(1.0, (at + AT_ONCE) / len(worlds)))
        return np.concatenate(found)


def _sure(gap: Floats) -> Floats:
    """How far differences [run, outcome] go at least: their mean less its standard error; 0 where nothing is left or known."""
    known = np.isfinite(gap)
    count = known.sum(axis=0)
    x = np.where(known, gap, 0.0)
    mean = x.sum(axis=0) / np.maximum(count, 1)
    squares = (np.where(known, gap - mean, 0.0) ** 2).sum(axis=0)
    error = np.sqrt(squares / np.maximum(count - 1, 1) / np.maximum(count, 1))
    return np.where(count > 1, np.maximum(np.abs(mean) - error, 0.0), 0.0)
