"""The measures that conditions are written in, read from the world as it stands at the end of the last quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patronage.scenario.structure import REGIMES

from .formulas import distance
from .theories import stake

if TYPE_CHECKING:
    from .model import ReferenceModel

BY_DYAD = (
    "share",
    "influence",
    "fbic",
    "fbic_index",
    "debt",
    "arms",
    "capital",
    "presence",
    "effort",
    "grievance",
    "reputation",
    "drift",
)
BY_CLIENT = ("openness", "coalition", "legitimacy", "threat", "insecurity", "gdp")


def measure(model: ReferenceModel, name: str, codes: tuple[str, ...]) -> float | bool:
    """The value of a measure about these actors."""
    s, n = model.state, model.inputs
    if name == "happened":
        return happened(model, *codes)
    if not codes:
        return of_region(model, name)
    first, second = codes[0], codes[-1]
    if name in ("member", "members", "cohesion", "force", "bloc_sanction"):
        return of_bloc(model, name, first, second)
    if name in ("concession", "fee"):
        p, c, j = codes
        return s["standing"][p][c][j] if name == "concession" else -s["rent"][p][c][j]
    if len(codes) == 2 and name != "position":
        return of_dyad(model, name, first, second)
    found: dict[str, float | bool] = {}
    if first in model.client:
        c = first
        found |= {by_client: s[by_client][c] for by_client in BY_CLIENT}
        found |= {
            "growth": model.client[c].growth,
            "autonomy": 1.0 - sum(s["share"][p][c] for p in model.patron),
            "campaigns": float(sum(model.flows["campaigns"][p][c] for p in model.patron)),
            "overthrow": s["overthrow"][c],
            "turnover": s["turnover"][c],
            "coup": model.client[c].fell_to == "coup",
            "junta": model.client[c].military,
            "regime": float(REGIMES.index(s["regime"][c])),
            "position": s["position"][c].get(second, 0.0),
        }
    if first in model.patron:
        p = first
        efforts = s["effort"][p].values()
        total = sum(efforts)
        found |= {
            "mission": n.mission[p],
            "budget": model.patron[p].budget,
            "spent": model.flows["spent"][p],
            "unspent": model.flows["unspent"][p],
            "mode": float(s["mode"][p]),
            "concentration": sum((e / total) ** 2 for e in efforts) if total > 0.0 else 0.0,
            "bases": float(sum(contracts["base"] for contracts in s["standing"][p].values())),
        }
    return found[name]


def happened(model: ReferenceModel, row: str, patron: str, client: str, kind: str = "any") -> bool:
    """Whether the ledger of the quarter before has such a row."""
    asked = {"patron": patron, "client": client, "concession": kind}
    return any(
        entry["quarter"] == model.quarter - 1
        and entry["kind"] == row
        and all(word in ("any", entry[role]) for role, word in asked.items())
        for entry in model.ledger
    )


def of_dyad(model: ReferenceModel, name: str, p: str, c: str) -> float | bool:
    """A measure about a patron and a client."""
    s, flows = model.state, model.flows
    if name in BY_DYAD:
        return s[name][p][c]
    if name in ("campaign", "sanction"):
        return s[name][p][c] > 0
    if name == "base":
        return s["standing"][p][c]["base"]
    if name in ("rent", "notice"):
        return s[name][p][c]["base"]
    promised, delivered = flows["promised"][p][c], flows["delivered"][p][c]
    other = {
        "distance": lambda: model.client[c].distance(p),
        "sentiment": lambda: s["opinion"][p][c],
        "anger": lambda: model.client[c].anger(p),
        "stake": lambda: stake(model.patron[p], model.client[c]),
        "closed": lambda: model.closed(p, c),
        "pending": lambda: sum(sum(s[stock][p][c]["loans"].values()) for stock in ("due", "stuck")),
        "debt_part": lambda: debt_part(s, p, c),
        "pledge": lambda: max(max(s["pledge"][p][rival][c].values()) for rival in model.patron),
    }
    if name in other:
        return other[name]()
    return {
        "rent_paid": flows["rent_paid"][p][c],
        "promised": sum(promised.values()),
        "delivered": sum(delivered.values()),
        "relief": delivered["debt_relief"],
        "arms_promised": promised["arms"],
        "arms_delivered": delivered["arms"],
        "loans_promised": promised["loans"],
        "loans_delivered": delivered["loans"],
    }[name]


def debt_part(s: dict[str, Any], p: str, c: str) -> float:
    """What the client owes the patron, of all it owes."""
    owed = s["other_debt"][c] + sum(of_all[c] for of_all in s["debt"].values())
    return s["debt"][p][c] / owed if owed > 0.0 else 0.0


def of_bloc(model: ReferenceModel, name: str, bloc: str, client: str) -> float | bool:
    """A measure about a bloc."""
    if name == "member":
        return model.state["member"][bloc][client]
    if name == "bloc_sanction":
        return model.state["bloc_sanction"][bloc][client] > 0
    if name == "members":
        return float(len(model.bloc[bloc].client_members()))
    return model.bloc[bloc].cohesion if name == "cohesion" else model.state["force"][bloc]


def of_region(model: ReferenceModel, name: str) -> float:
    """A measure about nobody in particular."""
    if name in ("frustration", "polarisation"):
        return of_landscape(model, name)
    return model.inputs.instability if name == "instability" else float(model.quarter // 4)


def of_landscape(model: ReferenceModel, name: str) -> float:
    """How well the alignment fits what draws actors together and apart (equations §14)."""
    actors = sorted({*model.patron, *model.client})
    whole = unsatisfied = enmity = 0.0
    for a in actors:
        for b in actors:
            if a != b:
                bond = propensity(model, a, b)
                apart = on_minus_side(model, a) != on_minus_side(model, b)
                whole += abs(bond)
                if apart == (bond > 0.0):
                    unsatisfied += abs(bond)
                elif apart:
                    enmity += abs(bond)
    if whole == 0.0:
        return 0.0
    return (unsatisfied if name == "frustration" else enmity) / whole


def orientation(model: ReferenceModel, actor: str) -> list[float]:
    """Where an actor stands: as a client, if it is one."""
    return (model.client[actor] if actor in model.client else model.patron[actor]).orientation()


def on_minus_side(model: ReferenceModel, actor: str) -> bool:
    """Which side an actor is on; without axes all are on one."""
    place = orientation(model, actor)
    return bool(place) and place[0] < 0.0


def propensity(model: ReferenceModel, a: str, b: str) -> float:
    """What draws two actors together, less what drives them apart."""
    s, n = model.state, model.inputs
    bond = 1.0 - 2.0 * (distance(here, orientation(model, b)) if (here := orientation(model, a)) else 0.0)
    for bloc in model.bloc.values():
        members = {*bloc.client_members(), *bloc.affiliates, *((bloc.leader,) if bloc.leader else ())}
        if {a, b} <= members:
            bond += 0.5
            break
    for p, c in ((a, b), (b, a)):
        if p in model.patron and c in model.client:
            bond += s["share"][p][c] - min(1.0, s["grievance"][p][c])
            bond -= 0.5 * (s["campaign"][p][c] > 0) + 0.5 * (s["sanction"][p][c] > 0)
    if a in model.patron and b in model.patron:
        bond += 0.5 * (frozenset((a, b)) in n.allies) - (n.rivalry[a][b] + n.rivalry[b][a]) / 2.0
    return bond
