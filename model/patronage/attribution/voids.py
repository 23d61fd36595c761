"""Deals that are void: rows of the ledger that do not come about, addressed by patron, client and kind, in any runs of an ensemble.

The engine is stopped between the parts of a quarter and what is void is taken out before anything comes of it: courtship before it
is delivered, packages before they are due, events' gifts before they are made, contracts before they are struck. Luck is the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..driving import Ensemble, Happened, Start
from ..results.recorder import Recorder
from ..simulation import RUNS_IN_CACHE, portions
from ..world.arrays import Array, total
from ..world.codes import ARMS, BASE, BID, CANCELLED, CONSENT, COURT, GOVERN, LOANS, PACKAGE, RELIEF, RETALIATE, WHOLE

PROMISES = (PACKAGE, CANCELLED, CONSENT)
"""Rows that tell of gifts promised; all others about gifts come of orders, which are void before they are carried out."""
DECIDED = 2
"""What `known` says of a contract whose terms are settled this quarter, so that nobody works them out."""


@dataclass(frozen=True)
class Voids:
    """What is void, bool, a row per run."""

    gifts: Array
    """[R, P, C, K] promises and deliveries of an instrument."""
    openings: Array
    """[R, P, C, J] new contracts of a kind."""
    renewals: Array
    """[R, P, C, J] contracts of a kind that are renewed or kept: they end with their first review."""

    def part(self, rows: slice | Array) -> Voids:
        """Some of its rows."""
        return Voids(self.gifts[rows], self.openings[rows], self.renewals[rows])


def play_without(
    start: Start, recorder: Recorder, until: int, void: Voids, progress: Callable[[int], None] | None = None
) -> None:
    """Simulate all runs of a start without what is void for them; without voids as `simulation.play` does, to the last bit."""
    width = len(start.worlds.tobytes()) // 8 // len(start.worlds)
    for at, count in portions(start, len(start.replications), 1, width, RUNS_IN_CACHE):
        runs = Ensemble(start.part(at, count))
        without = Without(runs, void.part(slice(at, at + count)))
        recorder.begin(at, count)
        for _ in range(start.scenario.start, until + 1):
            recorder.add(runs, without.step())
            if progress is not None:
                progress(count)


class Without:
    """Runs under way in which some deals are void."""

    def __init__(self, runs: Ensemble, void: Voids) -> None:
        self.runs, self.void, self.world, self.inputs = runs, void, runs.world, runs.parameters
        self.noted = self.world.work("noted")

    def step(self) -> Happened:
        """A quarter."""
        runs, w = self.runs, self.world
        runs.begin()
        noted = self.noted[:, list(PROMISES)].copy()
        runs.play(COURT, BID)
        self.take_back_orders()
        expected = w.expected.copy()
        runs.play(BID, RETALIATE)
        self.take_back_courtship(expected)
        fit = self.close_talks()
        runs.play(RETALIATE, GOVERN)
        self.inputs["fit"][:] = fit
        self.take_back_packages()
        runs.play(GOVERN, WHOLE)
        self.take_back_packages()
        return self.without_rows(runs.happened(), noted)

    def take_back_orders(self) -> None:
        """Gifts and contracts that events order; what they promise is taken back with all packages."""
        w, gifts = self.world, self.void.gifts
        w.work("ordered_transfer")[gifts[..., ARMS]] = 0.0
        w.work("ordered_forgive")[gifts[..., RELIEF]] = 0.0
        offers = w.work("ordered_offer")
        offers[np.broadcast_to(gifts[:, :, None, :, :, None], offers.shape)] = 0.0
        w.work("ordered_open_base")[self.void.openings & ~w.standing] = 0.0

    def take_back_courtship(self, expected: Array) -> None:
        """What was offered is not, nobody counts on it, and its money stays unspent. `expected` [R, P, C, K]: without courtship."""
        w, gifts = self.world, self.void.gifts
        money = total(np.where(gifts, self.inputs["cost"][:, :, None] * w.offered, 0.0), 3)
        w.effort[:] = np.maximum(0.0, w.effort - money)
        w.unspent[:] += total(money, 2)
        w.offered[gifts] = 0.0
        w.expected[gifts] = expected[gifts]

    def close_talks(self) -> Array:
        """Nobody seeks what cannot open, and every review of what cannot be renewed fails. Returns `fit` as it was, [R, P, C, J]."""
        w, fit = self.world, self.inputs["fit"]
        before = fit.copy()
        fit[self.void.openings & ~w.standing] = 0.0
        ends = self.void.renewals & w.standing
        for name in ("value", "denial", "price", "survival", "floor", "hold", "asked", "insists", "accepts"):
            w.work(name)[ends] = 0
        w.work("known")[ends] = DECIDED
        return before

    def take_back_packages(self) -> None:
        """Packages promised since."""
        w, gifts = self.world, self.void.gifts
        w.due[gifts], w.stuck[gifts], w.packaged[gifts] = 0.0, 0.0, 0.0

    def without_rows(self, happened: Happened, noted: Array) -> Happened:
        """The quarter without rows about what is void, also for conditions that ask for them. `noted`: as it was before."""
        rows = happened.rows
        about = np.isin(rows["kind"], PROMISES) & (rows["patron"] >= 0) & (rows["client"] >= 0)
        instrument = np.where(rows["kind"] == CANCELLED, LOANS, rows["instrument"])
        gone = about & (instrument >= 0) & self.void.gifts[rows["run"], rows["patron"], rows["client"], instrument]
        for i, kind in enumerate(PROMISES):
            off, left = (rows[chosen & (rows["kind"] == kind)] for chosen in (gone, about & ~gone))
            place = off["run"], off["patron"], off["client"]
            self.noted[place[0], kind, place[1], place[2], BASE] = noted[place[0], i, place[1], place[2], BASE]
            self.noted[left["run"], kind, left["patron"], left["client"], BASE] = left["quarter"]
        return Happened(rows[~gone], happened.events, happened.parameters)
