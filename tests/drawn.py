"""Worlds drawn by lot: scenarios with every part of the model in them, and plausible states to begin a quarter in.

World number i is the same today and tomorrow: all of it follows from i.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from patronage.scenario import Scenario
from patronage.scenario.catalogue import FIELDS, INSTRUMENTS
from patronage.scenario.structure import REGIMES, VOTES, interferences, supports
from patronage.world.codes import AUCTIONEER, CONSENSUS, NAMES
from patronage.world.layout import PURPOSES
from worlds import scenario

PATRONS = ("CHN", "EUU", "KAZ", "RUS", "TUR", "USA")
CLIENTS = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
STRATEGIES, POLICIES = NAMES[:AUCTIONEER], NAMES[AUCTIONEER:CONSENSUS]
INTERFERENCES, SUPPORTS = interferences(), supports()
KINDS = ("guard", "mine", "port", "training")
AXES = ("economic", "security")
WHOLE = ("notice", "pledge", "quarters", "consent_quarters")
"""Rules that are numbers of quarters and whole."""


class Lot:
    """Throws of one drawn world."""

    def __init__(self, number: int) -> None:
        self.rng = np.random.default_rng([20, 12, number])

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def real(self, low: float, high: float) -> float:
        value = float(self.rng.uniform(low, high))
        return value if abs(value) >= 1e-4 else 0.0  # no powers of ten in YAML

    def some(self, pool: tuple[str, ...], low: int, high: int) -> list[str]:
        count = int(self.rng.integers(low, min(high, len(pool)) + 1))
        return sorted(self.rng.choice(pool, count, replace=False).tolist())

    def one(self, pool: Any) -> Any:
        return pool[int(self.rng.integers(len(pool)))]

    def maybe(self, p: float, low: float, high: float) -> float:
        """A number between the bounds, but 0 in a part 1 − p of the cases."""
        return self.real(low, high) if self.chance(p) else 0.0


def drawn_scenario(number: int, vote: str = "") -> Scenario:
    """The scenario of `drawn_document`. `vote`: the rule of all its blocs, instead of one drawn for each."""
    doc = drawn_document(number)
    for bloc in doc["blocs"].values() if vote else ():
        bloc["vote"] = vote
    return scenario(json.dumps({key: block for key, block in doc.items() if block}, indent=1))


def drawn_document(number: int) -> dict[str, Any]:
    """Two to four patrons, one to four clients (a state may be both), blocs, axes, bases, acts and events.

    As a file would say it; some of its blocks may be empty.
    """
    lot = Lot(number)
    patrons, clients = lot.some(PATRONS, 1 if number % 17 == 0 else 2, 4), lot.some(CLIENTS, 1, 4)
    axes = lot.some(AXES, 1, 2) if lot.chance(0.9) else []
    kinds = _kinds(lot) if lot.chance(0.6) else {}
    doc: dict[str, Any] = {
        "title": f"Drawn world {number}",
        "period": {"start": "2009Q1", "end": "2010Q4"},
        "axes": {axis: {"plus": patrons[0], "minus": patrons[-1]} for axis in axes if len(patrons) > 1},
        "region": {"instability": lot.real(0, 1)},
        "rules": _rules(lot),
        "mechanisms": {f.path.split(".")[1]: "off" for f in FIELDS if f.name.startswith("with_") and lot.chance(0.06)},
        "concessions": kinds,
        "patrons": {p: _patron(lot, kinds) for p in patrons},
        "states": {
            s: _state(lot, s in clients, [p for p in patrons if p != s], axes if len(patrons) > 1 else [])
            for s in sorted({*patrons, *clients})
        },
        "ties": {p: {c: _tie(lot, kinds) for c in clients if c != p} for p in patrons},
        "rivalry": {q: {p: lot.maybe(0.8, 0, 1.5) for p in patrons if p != q} for q in patrons},
        "blocs": {b: _bloc(lot, patrons, clients) for b in ("CSTO", "EAEU")[: int(lot.rng.integers(3))]},
        "bases": _bases(lot, patrons, clients),
        "contracts": _contracts(lot, patrons, clients, kinds),
    }
    if len(patrons) > 2 and lot.chance(0.5):
        one, other = lot.some(tuple(patrons), 2, 2)
        doc["allies"] = {one: [other]}
    doc["events"] = _events(lot, doc, patrons, clients)
    return doc


def _rules(lot: Lot) -> dict[str, dict[str, float]]:
    rules: dict[str, dict[str, float]] = {}
    for field in FIELDS:
        if not field.path.startswith("rules."):
            continue
        group, name = field.path.split(".")[1:]
        low, high = field.plausible or (field.default, field.default)
        value = round(lot.real(float(low or 0), float(high or 0)), 4) or field.default
        rules.setdefault(group, {})[name] = round(value) if name in WHOLE else value
    # Campaigns and sanctions are rare; here they should be seen.
    rules["interference"]["intercept"] = lot.real(-7, 0)
    rules["interference"]["retain_b0"], rules["interference"]["leverage_c0"] = lot.real(-7, 0), lot.real(-7, 0)
    rules["coercion"]["propensity"] = lot.real(0, 1)
    rules["regimes"]["hazard"], rules["regimes"]["handover"] = lot.real(-9, -2), lot.real(0, 0.6)
    rules["arms"]["enter"] = lot.real(0, 1)
    rules["influence"]["pure"] = int(lot.chance(0.1))
    rules["influence"]["pure_lending"] = lot.real(0, 0.1)
    rules["bargaining"]["seek"], rules["bargaining"]["seek_idle"] = lot.real(0.2, 1), lot.real(0, 0.6)
    rules["blocs"]["join"], rules["blocs"]["leave"] = lot.real(0, 1), lot.real(0, 1)
    return rules


def _kinds(lot: Lot) -> dict[str, Any]:
    """One to three kinds of concessions besides bases, some of which require another."""
    kinds: dict[str, Any] = {}
    names = lot.some(KINDS, 1, 3)
    lot.rng.shuffle(names)  # declared in any order
    for name in names:
        kinds[str(name)] = {
            "salience": lot.real(0, 2),
            "answers": lot.real(0, 1),
            "mission": "on" if lot.chance(0.5) else "off",
            "exclusive": "on" if lot.chance(0.4) else "off",
            "denied": lot.maybe(0.7, 0, 1),
            "guards": lot.maybe(0.5, 0, 2.5),
            "trains": lot.maybe(0.4, 0, 0.7),
            "presence": lot.maybe(0.6, 0, 1),
            "capital": lot.maybe(0.4, 0, 10),
            "market": lot.maybe(0.4, 0, 5),
            "institutions": lot.maybe(0.4, 0, 0.5),
        }
    ranked = ["base", *kinds]
    lot.rng.shuffle(ranked)
    for place, name in enumerate(ranked):
        if place and name != "base" and lot.chance(0.4):
            kinds[str(name)]["requires"] = str(ranked[place - 1])
    return kinds


def _of_kinds(lot: Lot, kinds: dict[str, Any], p: float, low: float, high: float) -> dict[str, float]:
    return {j: lot.maybe(p, low, high) for j in ("base", *kinds)}


def _patron(lot: Lot, kinds: dict[str, Any]) -> dict[str, Any]:
    def each(low: float, high: float, p: float = 1.0) -> dict[str, float]:
        return {k: lot.maybe(p, low, high) for k in INSTRUMENTS}

    return {
        "strategy": lot.one(STRATEGIES),
        "strategy_share": lot.real(0, 1),
        "budget": lot.maybe(0.95, 10, 2000),
        "budget_growth": lot.real(-5, 15),
        "budget_mission": lot.real(0, 1),
        "mission": lot.maybe(0.8, 0, 1),
        "need": _of_kinds(lot, kinds, 0.9, 10, 600),
        "fixed": _of_kinds(lot, kinds, 0.6, 0, 60),
        "interference": lot.one(INTERFERENCES),
        "withhold": {"coup": lot.maybe(0.5, 0, 1), "rival": lot.maybe(0.5, 0, 1)},
        "coup_proofing": lot.maybe(0.5, 0, 1),
        **({"openness": lot.real(0, 1)} if lot.chance(0.7) else {}),
        "shock": lot.maybe(0.3, -0.2, 0.1),
        "surplus": lot.real(0, 100),
        "gdp": lot.maybe(0.8, 1e4, 1e7),
        "real_gdp": lot.real(1e4, 1e7),
        "real_growth": lot.real(-2, 10),
        "supply": lot.maybe(0.8, 0.1, 40),
        "unit_cost": each(0.2, 1.5),
        "delivery": each(0.1, 1.0)
        | {"projects": lot.real(0.05, 1.0)}
        | ({"debt_relief": 1} if lot.chance(0.5) else {}),
        "licence": each(0, 1, 0.7),
        "licence_mission": each(0, 0.6, 0.3),
        "package": each(0, 1, 0.7),
    }


def _state(lot: Lot, client: bool, patrons: list[str], doc_axes: list[str]) -> dict[str, Any]:
    out: dict[str, Any] = {"position": {"unga": lot.real(-1, 3)} | {axis: lot.real(-1, 1) for axis in doc_axes}}
    if client:
        out |= {
            "gdp": float(np.exp(lot.real(6.5, 12))),
            "growth": lot.real(-3, 10),
            "real_gdp": float(np.exp(lot.real(6.5, 12))),
            "real_growth": lot.real(-3, 10),
            "other_trade": lot.maybe(0.9, 5, 150),
            "other_arms": lot.maybe(0.7, 0, 400),
            "population": float(np.exp(lot.real(14, 17.5))),
            "openness": lot.real(0.05, 0.9),
            "coalition": lot.real(0.02, 0.9),
            "proximity": lot.real(0, 1),
            "other_debt": lot.maybe(0.7, 0, 5000),
            "other_debt_growth": lot.real(0, 8),
            "policy": lot.one(POLICIES),
            "army": lot.real(0, 1),
            "regime": lot.one(REGIMES),
            "support": lot.one(SUPPORTS),
            "closed_to": [p for p in patrons if lot.chance(0.1)],
            "anchor": {axis: lot.real(-1, 1) for axis in doc_axes},
        }
    return out


def _tie(lot: Lot, kinds: dict[str, Any]) -> dict[str, Any]:
    parts = (
        "economic_bandwidth",
        "political_bandwidth",
        "security_bandwidth",
        "economic_dependence",
        "security_dependence",
    )
    return {
        "weight": lot.maybe(0.85, 0, 2),
        "fit": _of_kinds(lot, kinds, 0.8, 0, 2),
        "mission": lot.maybe(0.9, 0.2, 1) if lot.chance(0.6) else 1,
        "effect": lot.real(-1, 1.5),
        "sentiment": lot.real(-1, 1),
        "trade": lot.maybe(0.8, 0, 60),
        "treaty": lot.maybe(0.5, 0, 1.2),
        "tie": lot.maybe(0.9, 0.04, 0.25),
        "pact": lot.maybe(0.5, 0, 0.434),
        "aid": lot.maybe(0.7, 0, 200),
        "arms_year": {f"y{i}": lot.maybe(0.5, 0, 60) for i in range(1, 11)} if lot.chance(0.7) else {"y1": 0},
        "unexplained": {part: lot.real(-0.4, 0.4) for part in parts} if lot.chance(0.4) else {},
        "remittances": lot.maybe(0.4, 0, 40),
        "term": int(lot.rng.integers(1, 30)),
        "in_kind": int(lot.chance(0.3)),
        "sites": int(lot.rng.integers(1, 5)),
        "base_size": lot.maybe(0.5, 0, 3),
    }


def _bloc(lot: Lot, patrons: list[str], clients: list[str]) -> dict[str, Any]:
    leader = lot.one([p for p in patrons if p not in clients] or patrons)
    inside = [s for s in sorted({*patrons, *clients}) if s != leader and lot.chance(0.5)]
    led = lot.chance(0.8)
    return {
        "kind": "security",
        **({"leader": leader} if led else {}),
        "members": sorted([*([leader] if led else []), *inside]),
        "denial": lot.maybe(0.5, 0, 1),
        "benefit": {"threat": lot.maybe(0.8, 1, 3.5)},
        "vote": lot.one(VOTES),
        "treaty": lot.maybe(0.7, 0, 1.2),
        "pact": lot.maybe(0.7, 0, 0.434),
        "disputes": lot.real(0, 2),
        "open": int(lot.chance(0.85)),
        "third_party_consent": int(lot.chance(0.6)),
        "joint_force": int(lot.chance(0.7)),
    }


def _bases(lot: Lot, patrons: list[str], clients: list[str]) -> dict[str, Any]:
    pairs = [(p, c) for p in patrons for c in clients if p != c and lot.chance(0.4)]
    return {
        f"base_{p}_{c}": {"holder": p, "host": c, "rent": lot.real(0, 80), "term": int(lot.rng.integers(0, 12))}
        for p, c in pairs
    }


def _contracts(lot: Lot, patrons: list[str], clients: list[str], kinds: dict[str, Any]) -> dict[str, Any]:
    """Contracts of other kinds; some of them the client pays for."""
    contracts: dict[str, Any] = {}
    for c in clients:
        for j, kind in kinds.items():
            holders = [p for p in patrons if p != c and lot.chance(0.25)]
            for p in holders[:1] if kind["exclusive"] == "on" else holders:
                terms = {"rent": lot.real(-60, 60), "term": int(lot.rng.integers(0, 12))}
                contracts[f"{j}_{p}_{c}"] = {"holder": p, "host": c, "kind": j} | terms
    return contracts


_ACTS: dict[str, dict[str, Any]] = {
    "transfer": {"who": ("from", "to"), "amount": (1, 80)},
    "forgive": {"who": ("from", "to"), "amount": (1, 300)},
    "overthrow": {"who": ("state",)},
    "turnover": {"who": ("state",)},
    "review": {"who": ("holder", "host")},
    "evict": {"who": ("holder", "host")},
    "close_base": {"who": ("holder", "host")},
    "open_base": {"who": ("holder", "host"), "rent": (0, 80), "term": (1, 40)},
    "merge": {"who": ("holder", "host"), "term": (1, 40)},
    "host_demand": {"who": ("holder", "host"), "multiple": (0, 2)},
    "campaign": {"who": ("from", "to")},
    "sanction": {"who": ("from", "to"), "cut": (0, 1), "loss": (0, 1)},
    "join": {"who": ("bloc", "state")},
    "leave": {"who": ("bloc", "state")},
    "promise": {"who": ("from", "to"), "arms": (1, 300), "debt_relief": (1, 300)},
    "offer": {"who": ("against", "to"), "grants": (1, 900), "loans": (1, 2000)},
    "ban": {"who": ("holder", "host")},
    "admit": {"who": ("holder", "host")},
    "coup": {"who": ("state",)},
    "scandal": {"who": ("from", "to"), "change": (-1, 1)},
}


def _events(lot: Lot, doc: dict[str, Any], patrons: list[str], clients: list[str]) -> dict[str, Any]:
    """One act of some kinds, each on a pair of its own, and a few changes: dated, random and conditional."""
    pairs = [(p, c) for p in patrons for c in clients if p != c]
    lot.rng.shuffle(pairs)
    events: dict[str, Any] = {}
    for kind, shape in _ACTS.items():
        if not lot.chance(0.3) or not pairs or not _possible(kind, events, doc, patrons):
            continue
        if shape["who"] == ("state",):
            act: dict[str, Any] = {"state": lot.one(clients)}
        elif shape["who"][0] == "bloc":
            act = {"bloc": lot.one(list(doc["blocs"])), "state": lot.one(clients)}
        else:
            about = _about(lot, kind, shape["who"], pairs, doc)
            if about is None:
                continue
            act = about
            used = tuple(act[role] for role in shape["who"])
            pairs = [pair for pair in pairs if tuple(pair) != used] if len(pairs) > 1 else pairs
        for name, span in shape.items():
            if name != "who":
                act[name] = int(lot.real(*span)) if name == "term" else lot.real(*span)
        if kind == "offer":
            act["from"] = lot.one([p for p in patrons if p not in act.values()])
        later = kind not in ("merge", "forgive", "open_base") and lot.chance(0.3)
        events[f"act_{kind}"] = {"at": "2009Q3" if later else "2009Q1", kind: act}
        if kind == "ban" and lot.chance(0.5):
            events["act_ban"]["for"] = 3
        if kind == "forgive":
            doc["ties"][act["from"]][act["to"]]["debt"] = 900  # no more is forgiven than is owed
    return events | _more_acts(lot, doc, patrons, clients) | _changes(lot, patrons, clients, pairs)


def _possible(kind: str, events: dict[str, Any], doc: dict[str, Any], patrons: list[str]) -> bool:
    """Of contradictory orders the equations say nothing; an offer needs a rival."""
    against = {"leave": "act_join", "open_base": "act_close_base", "ban": "act_open_base", "admit": "act_ban"}
    if kind in ("join", "leave") and not doc["blocs"]:
        return False
    return against.get(kind, "") not in events and not (kind == "offer" and len(patrons) < 3)


def _about(lot: Lot, kind: str, who: tuple[str, ...], pairs: list[Any], doc: dict[str, Any]) -> dict[str, Any] | None:
    """Whom an act on a pair is about, and which concession of theirs; none if there is no such."""
    if who[0] == "from" or kind in ("ban", "admit"):
        return dict(zip(who, map(str, pairs[0]), strict=True))
    bases = [(b["holder"], b["host"], "base") for b in doc["bases"].values()]
    held = {*bases, *((b["holder"], b["host"], b["kind"]) for b in doc["contracts"].values())}
    j = lot.one(("base", *doc["concessions"])) if lot.chance(0.5) else "base"
    fitting = [pair for pair in pairs if ((*map(str, pair), j) in held) == (kind != "open_base")]
    if not fitting:
        return None
    about = dict(zip(who, map(str, fitting[0]), strict=True))
    return about | ({"kind": j} if j != "base" else {})


def _more_acts(lot: Lot, doc: dict[str, Any], patrons: list[str], clients: list[str]) -> dict[str, Any]:
    """What blocs do to clients, and patrons to each other's good name; several acts of a kind in one event."""
    events: dict[str, Any] = {}
    if doc["blocs"] and lot.chance(0.4):
        orders = [
            {"from": b, "to": c, "loss": lot.real(0, 0.3), "quarters": int(lot.rng.integers(1, 5))}
            for b in doc["blocs"]
            for c in lot.some(tuple(clients), 1, 2)
        ]
        events["isolated"] = {"at": lot.one(("2009Q1", "2009Q2")), "sanction": orders}
    pairs = [(q, p, c) for q in patrons for p in patrons for c in clients if q != p and c not in (p, q)]
    if pairs and lot.chance(0.4):
        words = [dict(zip(("from", "against", "to"), lot.one(pairs), strict=True)) for _ in range(2)]
        events["smeared"] = {"at": "2009Q1", "campaign": words[0] if words[0] == words[1] else words}
    return events


def _changes(lot: Lot, patrons: list[str], clients: list[str], pairs: list[Any]) -> dict[str, Any]:
    """What is set, for good or for a time: dated, at random or on a condition."""
    p, c = lot.one(patrons), lot.one(clients)
    events: dict[str, Any] = {
        "mission": {"at": "2009Q2", "over": 3, "set": {f"patrons.{p}.mission": lot.maybe(0.5, 0, 1)}},
        "boom": {"hazard": 40, "for": 2, "set": {f"states.{c}.growth": 12, f"patrons.{p}.strategy": "sphere"}},
        "watch": {
            "when": f"openness({c}) > {lot.real(0, 0.6):.3f} for 2 quarters",
            "set": {"region.instability": 1},
        }
        | ({"again": "on", "for": 1} if lot.chance(0.5) else {}),
    }
    if pairs:
        (q, d), lasting = lot.one(pairs), lot.chance(0.5)
        trade = {"set": {f"ties.{q}.{d}.trade": lot.real(0, 80)}}
        events["trade"] = {"at": "2009Q2", "over": 2} | trade | ({"for": 3} if lasting else {})
        if lot.chance(0.5):  # after an event that lasts, or in the midst of it
            again = {f"ties.{q}.{d}.trade": lot.real(0, 80)} if lot.chance(0.5) else {"region.instability": 0.5}
            events["barter"] = {"at": lot.one(("2009Q3", "2009Q4", "2010Q2")), "repeal": ["trade"], "set": again}
    if lot.chance(0.3):
        events["dear"] = {"at": "2009Q3", "set": {"rules.economy.deflator_growth": 6}}
    if lot.chance(0.5):
        events["calm"] = {"at": "2010Q1", "repeal": ["boom", "mission"], "set": {f"states.{c}.policy": "hedger"}}
    if lot.chance(0.3):
        words = {f"states.{c}.support": lot.one(SUPPORTS), f"patrons.{p}.interference": lot.one(INTERFERENCES)}
        events["otherwise"] = {"at": "2009Q2", "for": 2, "set": words}
    return events


# --- states ---


def drawn_state(number: int, scene: Scenario) -> dict[str, Any]:
    """A state in the middle of things, as nested dictionaries by code: what the reference model calls its state."""
    lot = Lot(1_000_000 + number)
    patrons, clients, blocs, axes = scene.patrons, scene.clients, scene.blocs, ("unga", *scene.axes)

    def by_client(low: float, high: float) -> dict[str, float]:
        return {c: lot.real(low, high) for c in clients}

    def dyads(p: float, low: float, high: float) -> dict[str, dict[str, float]]:
        return {q: {c: 0.0 if q == c else lot.maybe(p, low, high) for c in clients} for q in patrons}

    def lists(length: int, p: float, low: float, high: float) -> dict[str, dict[str, list[float]]]:
        return {
            q: {c: [0.0 if q == c else lot.maybe(p, low, high) for _ in range(length)] for c in clients}
            for q in patrons
        }

    def whole(p: float, high: int) -> dict[str, dict[str, float]]:
        return {
            q: {c: 0.0 if q == c else float(lot.chance(p) * lot.rng.integers(1, high)) for c in clients}
            for q in patrons
        }

    def pipeline(p: float) -> dict[str, Any]:
        return {
            q: {
                c: {k: {u: 0.0 if q == c else lot.maybe(p, 0, 60) for u in PURPOSES} for k in INSTRUMENTS}
                for c in clients
            }
            for q in patrons
        }

    acts = [act for event in scene.events for act in event.acts]
    told = {(a.kind, *(a.actors.get(role, "base") for role in ("holder", "host", "kind"))) for a in acts}
    forgiven = {(a.actors["from"], a.actors["to"]) for a in acts if a.kind == "forgive"}

    def stands(p: str, c: str, j: str) -> bool:
        """A contract opens where there is none, and is merged where there is one."""
        drawn = lot.chance(0.45 if j == "base" else 0.3) or ("merge", p, c, j) in told
        return p != c and drawn and ("open_base", p, c, j) not in told

    standing = {p: {c: {j: stands(p, c, j) for j in scene.kinds} for c in clients} for p in patrons}
    debt = dyads(0.8, 0, 900)
    for p in patrons:  # no more is forgiven than is owed
        debt[p] |= {c: 900.0 for c in clients if (p, c) in forgiven}

    def contracts(draw: Any, always: bool = False) -> dict[str, dict[str, dict[str, float]]]:
        """A number for every contract that stands, or for all."""
        return {
            p: {c: {j: draw() if always or standing[p][c][j] else 0.0 for j in scene.kinds} for c in clients}
            for p in patrons
        }

    local = {p: {c: scene.number("tie_mission", p, c) for c in clients} for p in patrons}
    mission = {p: {c: scene.number("mission", p) * local[p][c] for c in clients} for p in patrons}
    sanction = whole(0.25, 5)
    bloc_sanction = {b: {c: float(lot.chance(0.25) * lot.rng.integers(1, 5)) for c in clients} for b in blocs}
    share = {c: lot.rng.dirichlet(np.ones(len(patrons) + 1)) for c in clients}
    notice = contracts(lambda: float(lot.chance(0.4) * lot.rng.integers(1, 4)))
    return {
        "gdp": {c: scene.number("gdp", c) * lot.real(0.7, 1.5) for c in clients},
        "real_gdp": {c: scene.number("real_gdp", c) * lot.real(0.7, 1.5) for c in clients},
        "patron_real_gdp": {p: scene.number("patron_real_gdp", p) * lot.real(0.7, 1.5) for p in patrons},
        "gravity": {p: by_client(0.6, 1.5) for p in patrons},
        "tiv": lists(10, 0.5, 0, 60),
        "idle": {q: {c: 10.0 if q == c else float(lot.one((0, 0, 3, 9, 10))) for c in clients} for q in patrons},
        "contract": dyads(0.4, 0, 60),
        "aid": dyads(0.7, 0, 200),
        "bandwidth_past": lists(12, 1.0, 0, 2),
        "dependence_past": lists(12, 1.0, 0, 2),
        "openness": by_client(0.02, 0.95),
        "coalition": by_client(0.02, 1),
        "legitimacy": by_client(0.2, 0.9),
        "threat": by_client(0, 0.9),
        "insecurity": by_client(0, 0.9),
        "position": {c: {a: lot.real(-1, 1) for a in axes} for c in clients},
        "arms": dyads(0.8, 0, 300),
        "capital": dyads(0.8, 0, 800),
        "debt": debt,
        "presence": dyads(0.8, 0, 300),
        "other_debt": by_client(0, 3000),
        "standing": standing,
        "rent": contracts(lambda: lot.maybe(0.95, -30, 90)),
        "term_left": contracts(lambda: float(lot.chance(0.7) * lot.rng.integers(1, 12))),
        "notice": notice,
        "route": {
            p: {
                c: {j: int(left > 0) * int(lot.rng.integers(1, 9)) for j, left in row.items()}
                for c, row in of_p.items()
            }
            for p, of_p in notice.items()
        },
        "sites": contracts(lambda: float(lot.rng.integers(1, 5)), always=True),
        "age": {
            p: {c: {j: 0.0 if p == c else float(lot.rng.integers(0, 40)) for j in scene.kinds} for c in clients}
            for p in patrons
        },
        "closed": {
            p: {c: 0.0 if p == c else lot.one((0.0, 0.0, 0.0, 0.0, 1.0, 2.0, math.inf)) for c in clients}
            for p in patrons
        },
        "shut": {p: {c: p != c and lot.chance(0.15) for c in clients} for p in patrons},
        "opinion": dyads(1.0, -1, 1),
        "threat_mean": by_client(0, 0.9),
        "distance_mean": {p: by_client(0, 2) for p in patrons},
        "drift": {p: by_client(0, 0.5) for p in patrons},
        "regime": {c: lot.one(REGIMES) for c in clients},
        "anchor_shift": {c: {a: 0.0 if a == "unga" else lot.real(-0.5, 0.5) for a in axes} for c in clients},
        "contagion": by_client(0, 1),
        "pledge": {
            q: {
                p: {
                    c: {
                        j: 0.0 if p == q or c in (p, q) else float(lot.chance(0.4) * lot.rng.integers(1, 20))
                        for j in scene.kinds
                    }
                    for c in clients
                }
                for p in patrons
            }
            for q in patrons
        },
        "due": pipeline(0.5),
        "stuck": pipeline(0.5),
        "effort": dyads(0.9, 0, 60),
        "mode": {p: int(lot.chance(0.4)) for p in patrons},
        "budget_level": {p: scene.number("budget", p) * lot.real(0.8, 1.2) for p in patrons},
        "shock_sum": {p: lot.real(-0.2, 0.1) for p in patrons},
        "mission_before": {
            p: {c: lot.one((mission[p][c], 0.0, min(1.0, mission[p][c] + 0.2))) for c in clients} for p in patrons
        },
        "tie_mission_before": {
            p: {c: lot.one((local[p][c], 0.0, min(1.0, local[p][c] + 0.2))) for c in clients} for p in patrons
        },
        "patron_gdp": {p: scene.number("patron_gdp", p) for p in patrons},
        "surplus": {p: lot.real(0, 60) for p in patrons},
        "reputation": dyads(1.0, 0.05, 1),
        "grievance": dyads(0.5, 0, 1.5),
        "sting": {
            p: {c: [0.0 if p == c else lot.maybe(0.4, 0, 0.3) for _ in range(3)] for c in clients} for p in patrons
        },
        "campaign": whole(0.25, 4),
        "sanction": sanction,
        "sanction_cut": {p: {c: lot.real(0, 0.5) * (sanction[p][c] > 0) for c in clients} for p in patrons},
        "sanction_loss": {p: {c: lot.real(0, 0.1) * (sanction[p][c] > 0) for c in clients} for p in patrons},
        "bloc_sanction": bloc_sanction,
        "bloc_loss": {b: {c: lot.real(0, 0.1) * (bloc_sanction[b][c] > 0) for c in clients} for b in blocs},
        "turnover": {c: lot.chance(0.2) for c in clients},
        "overthrow": {c: lot.chance(0.2) for c in clients},
        "member": {b: {c: lot.chance(0.6) for c in clients} for b in blocs},
        "force": {b: lot.maybe(0.5, 0, 200) for b in blocs},
        "consent_left": {b: float(lot.rng.integers(0, 3)) for b in blocs},
        "influence": dyads(1.0, 0, 0.5),
        "fbic": dyads(1.0, 0, 0.5),
        "fbic_index": dyads(1.0, 0, 0.5),
        "share": {p: {c: float(share[c][i]) * (p != c) for c in clients} for i, p in enumerate(patrons)},
    }
