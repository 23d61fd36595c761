"""Theories by name: why patrons interfere (equations §9), and what keeps regimes up (equations §11)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .formulas import logistic, ratio

if TYPE_CHECKING:
    from .clients import Client
    from .patrons import Patron


def stake(patron: Patron, client: Client) -> float:
    """What a patron has to lose in a client, of half as much as it could have."""
    s, n, c = patron.model.state, patron.model.inputs, client.code
    held = sum(s[stock][patron.code][c] for stock in ("arms", "capital", "presence"))
    return ratio(held, held + n.interference_retain_half * client.gdp_year)


def estrangement(patron: Patron, client: Client) -> float:
    """u, how far a client stands from a patron."""
    host = patron.model.inputs.interference_retain_host
    return client.distance(patron.code) + host * patron.hosted(client.code)


def stray(patron: Patron, client: Client) -> None:
    """How far a client drifts away from where it used to stand."""
    s, p, c = patron.model.state, patron.code, client.code
    away = estrangement(patron, client) - s["distance_mean"][p][c]
    s["drift"][p][c] = max(0.0, away)
    s["distance_mean"][p][c] += away / patron.model.inputs.interference_retain_memory


def interference(patron: Patron, client: Client, grievance: float) -> float:
    """The chance of a campaign by the patron's theory, if it is able to mount one."""
    model, n, p, c = patron.model, patron.model.inputs, patron.code, client.code
    theory, share = n.interference[p], model.before["share"][p][c]
    if theory == "none":
        return 0.0
    if theory == "revenge":
        if grievance <= n.interference_min_grievance:
            return 0.0
        heat = grievance * share**n.interference_exponent
        return logistic(n.interference_intercept + n.interference_slope * heat)
    if theory == "retain":
        away = max(0.0, estrangement(patron, client) - model.state["distance_mean"][p][c])
        loss = stake(patron, client) * away
        return logistic(n.interference_retain_b0 + n.interference_retain_b1 * loss) if loss > 0.0 else 0.0
    if theory == "leverage":
        rivals = [s for q, s in model.shares_before(c).items() if q != p]
        free = max(0.0, -client.freedom_of(p, client.openness))
        lever = share * (1.0 - max(rivals, default=0.0)) * free
        return logistic(n.interference_leverage_c0 + n.interference_leverage_c1 * lever) if lever > 0.0 else 0.0
    raise ValueError(f"no such theory of interference: {theory}")


def defence(client: Client) -> float:
    """What patrons that want to retain a loyal client do for its regime."""
    model, n, c = client.model, client.model.inputs, client.code
    loyal = [0.0]
    for p, patron in model.patron.items():
        if n.interference[p] == "retain" and model.before["share"][p][c] > n.interference_min_share:
            loyal.append(stake(patron, client) * max(0.0, 1.0 - model.state["drift"][p][c] / 0.2))
    return n.with_interference * n.interference_retain_defend * max(loyal)


class Support:
    """What a client's theory of support makes of its ties: a change of the logit of overthrow and of mean openness."""

    def __init__(self, client: Client) -> None:
        self.logit = 0.0
        self.factor = 1.0
        self.pull = 0.0
        self.plain = client.model.inputs.support[client.code] == "plain"
        theory = client.model.inputs.support[client.code]
        if theory == "repression":
            self.repress(client)
        elif theory == "linkage":
            self.link(client)
        elif theory != "plain":
            raise ValueError(f"no such theory of support: {theory}")

    def repress(self, client: Client) -> None:
        """Arms and presence of patrons that proof against coups."""
        model, n, s, c = client.model, client.model.inputs, client.model.state, client.code
        proof = sum(
            n.coup_proofing[p] * (s["arms"][p][c] + s["presence"][p][c]) for p in model.patron if p != c
        )  # fmt: skip
        rho = 1.0 - math.exp(-proof / (n.support_repression_scale * client.gdp_year))
        self.logit = -n.support_repression_hazard * rho
        self.factor = 1.0 - n.support_repression_openness * rho

    def link(self, client: Client) -> None:
        """Trade, migrants and treaties tie a polity to others like or unlike it."""
        model, n, c = client.model, client.model.inputs, client.code
        for p in model.patron:
            if p != c:
                tied = client.access(p) * (1.0 - client.cut(p)) + n.with_institutions * client.treaty(p) / 4.0
                linkage = tied / (tied + 0.3)
                self.logit -= n.support_linkage_hazard * linkage * -client.freedom_of(p, 1.0)
                pull = ratio(n.support_linkage_pull, n.regimes_openness_return)
                self.pull += pull * linkage * client.freedom_of(p, client.openness)
