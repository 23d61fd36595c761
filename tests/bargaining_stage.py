"""What becomes of bases, pledges and packages (equations §4), worked out by hand.

The stage: a base of USA in KGZ is worth V = 120 a year. The host's price is k = 10.3125, Russia's bid N = 8 (or 128),
the floor F = 18.3125 (or 138.3125), and the rent F + 0.1 · (V − F) = 28.48125.
"""

from __future__ import annotations

import pytest

from patronage.phases.bargaining import ask_allies, bargain, name_terms, open_table
from patronage.phases.packages import settle
from patronage.world.records import Inputs, Places, Run
from patronage.world.terms import relief_room, work_out_needs
from worlds import TWO, Scene

STAGE = {
    "patrons.USA.mission": 1,
    "patrons.USA.need": 120,
    "ties.USA.KGZ.geography": 1,
    "rivalry.RUS.USA": 0.5,
    "ties.RUS.KGZ.weight": 0.8,
    "patrons.RUS.package.grants": 1,
    "patrons.RUS.delivery.grants": 0.5,
}
RICH = {"patrons.RUS.budget": 6400}
"""Russia bids 0.5 · 0.8 · 0.25 · 6400 · 0.4 · 0.5 = 128."""
IN_KIND = {
    "ties.USA.KGZ.in_kind": "on",
    "patrons.USA.package.loans": 1,
    "patrons.USA.delivery.projects": 0.5,
    "patrons.USA.unit_cost.loans": 2,
}
MANAS = ("USA", "KGZ")




def needs(w: Run, n: Inputs, s: Places) -> None:
    """What clients need, which courtship works out before anybody talks."""
    for c in range(s.C):
        work_out_needs(w, n, s, c)
        for p in range(s.P):
            w.relief_room[p, c] = relief_room(w, p, c)


TALKS = (needs, open_table, ask_allies, name_terms, bargain, settle)
"""All that is negotiated in a quarter."""


def near(value: object) -> object:
    return pytest.approx(value, rel=1e-9, abs=1e-12)


def stage(overrides: dict | None = None, dice: dict | None = None, text: str = TWO, **put: object) -> Scene:
    scene = Scene(text, STAGE | (overrides or {}), {"review": 0.999, "rebid": 0.999} | (dice or {}))
    scene.put(share={("RUS", "KGZ"): 0.4}, reputation={("RUS", "KGZ"): 0.5}, mission_before={"USA": 1.0}, sites=1)
    return scene.put(**put)


def standing(rent: float = 20, term: float = 5, **more: object) -> dict:
    return {"base": {MANAS: True}, "rent": {MANAS: rent}, "term_left": {MANAS: term}} | more


def told(scene: Scene) -> list[tuple[str, str, str]]:
    return [(row["kind"], row["patron"], row["cause"]) for row in scene.rows(*KINDS)]


KINDS = ("opened", "renewed", "kept", "refused", "notice", "closed", "renege", "package", "demand_met", "merged")
