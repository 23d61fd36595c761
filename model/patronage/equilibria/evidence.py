"""What runs say of payoffs: means within rows, paired differences, what is contested, and payoffs drawn anew.

A *row* of a player are the profiles that differ in its own choice alone. Everything that decides a game (which answer is best, what is
dominated, what is an equilibrium) compares payoffs within rows, so a row is read over the runs that all of its profiles have: the
luck is the same in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ..results.ensemble import mean_interval
from .file import GameError, GameFile, Profile

Floats = npt.NDArray[np.float64]
DRAWS = 1000
"""Times payoffs are drawn anew."""
SLACK = 1e-9
"""MUSD a year by which payoffs that are equal may differ: sums of the same numbers in another order."""


@dataclass(frozen=True)
class ResponseRow:
    """What a player may do, everybody else's choices given."""

    player: int
    profiles: tuple[Profile, ...]
    """Choice k of the player is in profile k."""
    values: Floats
    """[choices, runs] payoff, run by run, of the runs that all of them have."""

    @property
    def runs(self) -> int:
        return self.values.shape[1]

    @cached_property
    def means(self) -> Floats:
        """Of every choice."""
        return np.asarray(self.values.mean(axis=1))

    @property
    def leader(self) -> int:
        """The choice with the highest mean."""
        return int(np.argmax(self.means))

    def difference(self, a: int, b: int) -> tuple[float, float, float]:
        """Choice a less choice b, run by run: mean and 95 % interval."""
        mean, low, high = (float(x) for x in mean_interval(self.values[a] - self.values[b]))
        return mean, low, high

    def tie(self, a: int, b: int, least: float) -> bool:
        """Whether the two are known to differ by nothing worth telling."""
        _, low, high = self.difference(a, b)
        return max(abs(low), abs(high)) <= max(least, SLACK)

    def better(self, a: int, b: int, least: float) -> bool:
        """Whether a is known to be better than b, by enough to be worth telling."""
        mean, low, _ = self.difference(a, b)
        return low > 0 and mean >= least

    def contested(self, least: float) -> bool:
        """Whether these runs cannot tell the best choice from another one, nor that it hardly matters."""
        best = self.leader
        return any(
            self.difference(best, k)[1] <= 0 and not self.tie(best, k, least) for k in range(len(self.profiles)) if k != best
        )

    @cached_property
    def best_in_runs(self) -> Floats:
        """Share of runs in which nothing would have given more, per choice."""
        return np.asarray((self.values >= self.values.max(axis=0) - SLACK).mean(axis=1))


class GameEvidence:
    """The payoffs of a game, from what was simulated."""

    def __init__(self, game: GameFile, outcomes: Mapping[str, Floats]) -> None:
        """`outcomes`: name → [profiles, runs], NaN where a profile has no such run. GameError for one that does not exist in a run."""
        self.game, self.outcomes = game, outcomes
        there = np.isfinite(next(iter(outcomes.values())))
        for values in outcomes.values():
            there |= np.isfinite(values)
        self.counts = there.sum(axis=1)
        for player in game.players:
            for term in player.terms:
                self._refuse_missing(f"{term.name} of {player.code}", outcomes[term.outcome])
        self.payoffs = [self._payoff(i) for i in range(len(game.players))]
        """Per player: [profiles, runs]."""

    def _refuse_missing(self, what: str, values: Floats) -> None:
        wrong = np.isnan(values) & (np.arange(values.shape[1]) < self.counts[:, None])
        if wrong.any():
            profile, run = (int(x) for x in np.argwhere(wrong)[0])
            raise GameError(
                f"the payoff term {what} does not exist in run {run} with {self.game.words(self.game.profiles[profile])}: "
                "a payoff needs a measure that always exists"
            )

    def spent(self, player: int) -> Floats:
        """[profiles, runs] MUSD a year that a player spends."""
        names = self.game.players[player].spending
        shape = next(iter(self.outcomes.values())).shape
        return np.sum([self.outcomes[n] for n in names], axis=0) if names else np.zeros(shape)

    def _payoff(self, player: int) -> Floats:
        p = self.game.players[player]
        worth = [t.weight * self.outcomes[t.outcome] for t in p.terms]
        return np.asarray(np.sum(worth, axis=0) - p.money * self.spent(player))

    @cached_property
    def rows(self) -> tuple[ResponseRow, ...]:
        """All rows of all players."""
        found = []
        for i, own in enumerate(self.payoffs):
            for profiles in self.game.rows(i):
                at = [self.game.number(p) for p in profiles]
                found.append(ResponseRow(i, profiles, own[at][:, : int(self.counts[at].min())]))
        return tuple(found)

    def means(self) -> list[Floats]:
        """Per player: mean payoffs, an axis a player, each row over the runs that all of it has."""
        found = [np.zeros(self.game.shape) for _ in self.game.players]
        for row in self.rows:
            for k, profile in enumerate(row.profiles):
                found[row.player][profile] = row.means[k]
        return found

    def drawn(self, draws: int = DRAWS) -> list[Floats]:
        """The same with runs weighted anew: [draws, *shape] per player.

        A Bayesian bootstrap (Rubin 1981): every run has an exponential weight, the same in all profiles, so that what profiles share
        stays shared. It draws what another sample of as many runs might have said.
        """
        luck = np.random.default_rng([self.game.seed, 815])
        weights = luck.exponential(size=(draws, int(self.counts.max())))
        found = [np.zeros((draws, *self.game.shape)) for _ in self.game.players]
        for row in self.rows:
            mine = weights[:, : row.runs]
            means = mine @ row.values.T / mine.sum(axis=1, keepdims=True)
            for k, profile in enumerate(row.profiles):
                every: tuple[slice | int, ...] = (slice(None), *profile)
                found[row.player][every] = means[:, k]
        return found

    def wanted(self) -> list[tuple[int, int]]:
        """More runs: (number of a profile, runs it shall have), for the rows that are contested; twice as many, at most `most`."""
        more: dict[int, int] = {}
        for row in self.rows:
            runs = min(self.game.most, 2 * row.runs)
            if runs > row.runs and row.contested(self.game.least):
                for profile in row.profiles:
                    number = self.game.number(profile)
                    more[number] = max(more.get(number, 0), runs)
        return sorted((p, n) for p, n in more.items() if n > self.counts[p])
