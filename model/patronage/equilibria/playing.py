"""Playing a game: every profile simulated, contested ones again, and what follows from it as frames."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..batch.sweepstore import SweepStore
from ..results.ensemble import mean_interval
from . import solving
from .evidence import GameEvidence, ResponseRow
from .file import GameFile, Profile
from .profiles import Profiles, Progress
from .reading import load_game

Floats = npt.NDArray[np.float64]
MIXED_DRAWS = 200
"""Draws in which it is looked whether a mixed equilibrium is still there."""
WORTH = 0.05
"""Share of draws from which a profile that is no equilibrium of the means is told as one that may be."""
RESOLVED = "game.yaml"


@dataclass(frozen=True)
class SolvedGame:
    """What a game says. Payoffs are MUSD a year."""

    file: GameFile
    evidence: GameEvidence
    payoffs: pd.DataFrame
    """A row a profile and player: a column a player with its choice, `player`, `payoff` with its 95 % interval (`low`, `high`),
    `spent`, `runs`."""
    terms: pd.DataFrame
    """A row a profile, player and term of its payoff: `measure` (mean), `worth` (times its weight; of money, what is taken off)."""
    responses: pd.DataFrame
    """A row a player, the others' choices and its own: `behind` the best by so much, with its paired 95 % interval (`low`, `high`);
    `best`; `tells` (it is known not to be the best); `futures`: share of runs in which nothing gives more; `draws`: share of draws in
    which it is best on average; `runs`."""
    dominance: pd.DataFrame
    """A row a dominated choice: `player`, `choice`, `by`, `kind` (strictly, weakly, equal), `smallest` difference over what the
    others do."""
    equilibria: pd.DataFrame
    """A row an equilibrium of the means: `kind` (pure, mixed), what every player does, its payoff, `draws` in which it is one."""
    stability: pd.DataFrame
    """A row a profile: share of `draws` in which it is a pure equilibrium."""
    without: float
    """Share of draws in which there is no pure equilibrium."""

    @property
    def contested(self) -> list[ResponseRow]:
        """Rows in which the best choice is not known after all runs."""
        return [row for row in self.evidence.rows if row.contested(self.file.least)]

    def choices(self, profile: Profile) -> dict[str, str]:
        """Player → choice."""
        return self.file.names(profile)


def game(
    source: GameFile | str | Path,
    *,
    out: str | Path | None = None,
    workers: int = 1,
    progress: Progress | None = None,
) -> SolvedGame:
    """Simulate every profile of a game with the same luck, and say who does best with what.

    Args:
        source: a game, or the name or file of one.
        out: a folder to keep the runs in and to go on from; None: only in memory.
        workers: processes.
        progress: told (run-quarters done, in all so far known).

    Raises:
        ScenarioError: the file is wrong; it names every place.
        GameError: a profile that cannot be simulated, or a payoff that does not exist in some run.
        FolderError: `out` holds something else.
        MissingExtraError: two players, and nashpy is not installed.
    """
    loaded = source if isinstance(source, GameFile) else load_game(source)
    solving.check_solver(loaded.shape)
    profiles = Profiles(loaded, Path(out) if out is not None else None, workers, progress)
    with SweepStore(out).alone() if out is not None else nullcontext():
        profiles.begin()
        evidence = GameEvidence(loaded, profiles.values())
        while more := evidence.wanted():
            profiles.add(more, "contested")
            evidence = GameEvidence(loaded, profiles.values())
    return solved(loaded, evidence)


def solved(file: GameFile, evidence: GameEvidence) -> SolvedGame:
    """Everything that follows from payoffs."""
    means, drawn = evidence.means(), evidence.drawn()
    best = solving.best(drawn)
    each = np.logical_and.reduce(best)
    share = each.mean(axis=0)
    best_draws = [b.mean(axis=0) for b in best]
    stability = pd.DataFrame([{**file.names(p), "draws": float(share[p])} for p in file.profiles])
    return SolvedGame(
        file, evidence, _payoffs(file, evidence), _terms(file, evidence), _responses(file, evidence, best_draws),
        _dominance(file, evidence), _equilibria(file, means, drawn, share), stability,
        float(1 - each.reshape(len(each), -1).any(axis=1).mean()),
    )  # fmt: skip


def _each(file: GameFile) -> Iterator[tuple[int, Profile, dict[str, str]]]:
    for number, profile in enumerate(file.profiles):
        yield number, profile, file.names(profile)


def _payoffs(file: GameFile, evidence: GameEvidence) -> pd.DataFrame:
    rows = []
    for number, _, names in _each(file):
        runs = int(evidence.counts[number])
        for i, player in enumerate(file.players):
            mean, low, high = (float(x) for x in mean_interval(evidence.payoffs[i][number, :runs]))
            spent = float(evidence.spent(i)[number, :runs].mean())
            rows.append({**names, "player": player.code, "payoff": mean, "low": low, "high": high, "spent": spent, "runs": runs})
    return pd.DataFrame(rows)


def _terms(file: GameFile, evidence: GameEvidence) -> pd.DataFrame:
    rows = []
    for number, _, names in _each(file):
        runs = int(evidence.counts[number])
        for i, player in enumerate(file.players):
            found = [(t.name, t.weight, evidence.outcomes[t.outcome][number, :runs]) for t in player.terms]
            if player.spending:
                found.append(("money", -player.money, evidence.spent(i)[number, :runs]))
            rows += [
                {**names, "player": player.code, "term": name, "measure": float(v.mean()), "worth": float(weight * v.mean())}
                for name, weight, v in found
            ]
    return pd.DataFrame(rows)


def _responses(file: GameFile, evidence: GameEvidence, best_draws: list[Floats]) -> pd.DataFrame:
    rows = []
    for row in evidence.rows:
        code, leader = file.players[row.player].code, row.leader
        for k, profile in enumerate(row.profiles):
            names = file.names(profile)
            mine = names.pop(code)
            behind, low, high = row.difference(leader, k) if k != leader else (0.0, 0.0, 0.0)
            tells = k != leader and row.better(leader, k, file.least)
            rows.append({
                "player": code, **{p.code: names.get(p.code, "") for p in file.players}, "choice": mine, "payoff": row.means[k],
                "behind": behind, "low": low, "high": high, "best": k == leader, "tells": tells,
                "futures": float(row.best_in_runs[k]), "draws": float(best_draws[row.player][profile]), "runs": row.runs,
            })  # fmt: skip
    return pd.DataFrame(rows)


def _dominance(file: GameFile, evidence: GameEvidence) -> pd.DataFrame:
    """What is dominated, as far as intervals tell it. All rows must tell, so that the claim as a whole has 5 % of each."""
    rows = []
    for i, player in enumerate(file.players):
        mine = [row for row in evidence.rows if row.player == i]
        for a, b in permutations(range(len(player.options)), 2):
            better = [row.better(a, b, file.least) for row in mine]
            ties = [row.tie(a, b, file.least) for row in mine]
            if all(better):
                kind = "strictly"
            elif any(better) and all(x or y for x, y in zip(better, ties, strict=True)):
                kind = "weakly"
            elif all(ties) and a < b:
                kind = "equal"
            else:
                continue
            smallest = min(row.difference(a, b)[0] for row in mine)
            rows.append((player.code, player.options[b].name, player.options[a].name, kind, smallest))
    return pd.DataFrame(rows, columns=["player", "choice", "by", "kind", "smallest"])


def _equilibria(file: GameFile, means: list[Floats], drawn: list[Floats], share: Floats) -> pd.DataFrame:
    codes = [p.code for p in file.players]
    rows = []
    for profile in solving.pure_equilibria(means):
        payoffs = {f"payoff_{c}": float(own[profile]) for c, own in zip(codes, means, strict=True)}
        rows.append({"kind": "pure", **file.names(profile), **payoffs, "draws": float(share[profile])})
    for mixed in solving.mixed_equilibria(means):
        there = np.mean([solving.holds([own[d] for own in drawn], mixed.supports) for d in range(MIXED_DRAWS)])
        payoffs = dict(zip((f"payoff_{c}" for c in codes), solving.value(means, mixed), strict=True))
        does = {c: _chances(file, i, mixed.chances[i]) for i, c in enumerate(codes)}
        rows.append({"kind": "mixed", **does, **payoffs, "draws": float(there)})
    columns = ["kind", *codes, *(f"payoff_{c}" for c in codes), "draws"]
    return pd.DataFrame(rows, columns=columns)


def _chances(file: GameFile, player: int, chances: tuple[float, ...]) -> str:
    """A mixture in words: `sphere 40 %, client_state 60 %`."""
    options = file.players[player].options
    return " or ".join(f"{o.name} {100 * x:.0f} %" for o, x in zip(options, chances, strict=True) if x > 0)
