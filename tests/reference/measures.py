"""The measures that conditions are written in, read from the world as it stands at the end of the last quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .model import ReferenceModel

BY_DYAD = ("share", "influence", "debt", "arms", "capital", "presence", "effort", "grievance", "reputation", "notice")
BY_CLIENT = ("openness", "coalition", "legitimacy", "threat", "insecurity", "gdp")


def measure(model: ReferenceModel, name: str, codes: tuple[str, ...]) -> float | bool:
    """The value of a measure about these actors."""
    s, n = model.state, model.inputs
    if name == "instability":
        return n.instability
    if name == "year":
        return float(model.quarter // 4)
    first, second = codes[0], codes[-1]
    if name in ("member", "members", "cohesion", "force"):
        return of_bloc(model, name, first, second)
    if name in BY_CLIENT:
        return s[name][first]
    if len(codes) == 2 and name != "position":
        return of_dyad(model, name, first, second)
    found: dict[str, float | bool] = {}
    if first in model.client:
        c = first
        found |= {
            "growth": model.client[c].growth,
            "autonomy": 1.0 - sum(s["share"][p][c] for p in model.patron),
            "campaigns": float(sum(model.flows["campaigns"][p][c] for p in model.patron)),
            "overthrow": s["overthrow"][c],
            "turnover": s["turnover"][c],
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
            "bases": float(sum(s["base"][p].values())),
        }
    return found[name]


def of_dyad(model: ReferenceModel, name: str, p: str, c: str) -> float | bool:
    """A measure about a patron and a client."""
    s, flows = model.state, model.flows
    if name in BY_DYAD:
        return s[name][p][c]
    if name in ("base", "campaign", "sanction"):
        return s[name][p][c] > 0
    if name == "rent":
        return s["rent"][p][c] if s["base"][p][c] else 0.0
    promised, delivered = flows["promised"][p][c], flows["delivered"][p][c]
    other = {
        "distance": lambda: model.client[c].distance(p),
        "pledge": lambda: max(s["pledge"][p][rival][c] for rival in model.patron),
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
    }[name]


def of_bloc(model: ReferenceModel, name: str, bloc: str, client: str) -> float | bool:
    """A measure about a bloc."""
    if name == "member":
        return model.state["member"][bloc][client]
    if name == "members":
        return float(len(model.bloc[bloc].client_members()))
    return model.bloc[bloc].cohesion if name == "cohesion" else model.state["force"][bloc]
