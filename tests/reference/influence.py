"""Influence over a client: how much passes between it and a patron, and how far it depends on it (equations §7)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from patronage.scenario.catalogue import CHANNELS

from .formulas import ratio

if TYPE_CHECKING:
    from .model import ReferenceModel

Channels = dict[str, float]
"""A number for each channel."""


class Volumes:
    """What a client has with every patron at the end of a quarter, freed of prices: MUSD of 2015 a year, or TIV."""

    def __init__(self, model: ReferenceModel, client: str, quarter: int) -> None:
        s, n, c = model.state, model.inputs, client
        self.model, self.client = model, client
        self.patrons = [p for p in model.patron if p != c]
        self.gdp = s["real_gdp"][c]
        country, prices = model.client[c], model.deflator(quarter)
        self.trade = {p: country.trade(p) * self.gdp * (1.0 - country.cut(p)) for p in self.patrons}
        self.other_trade = n.other_trade[c] * self.gdp
        self.arms = {p: sum(s["tiv"][p][c]) for p in self.patrons}
        self.other_arms = n.other_arms[c]
        self.aid = {p: s["aid"][p][c] for p in self.patrons}
        self.capital = {p: s["capital"][p][c] / prices for p in self.patrons}
        self.debt = {p: s["debt"][p][c] / prices for p in self.patrons}
        self.presence = {p: s["presence"][p][c] for p in self.patrons}

    def bandwidth(self, p: str, pure: bool) -> Channels:
        """B_n: how much passes between them. `pure`: only what the published index counts."""
        n, c = self.model.inputs, self.client
        country = self.model.client[c]
        return {
            "market": n.influence_trade_bandwidth * math.log1p(self.trade[p]) + n.unexplained_economic_bandwidth[p][c],
            "institutions": n.with_institutions
            * (country.treaty(p) + n.tie[p][c] + country.pact(p) + n.unexplained_political_bandwidth[p][c]),
            "arms": n.influence_arms_bandwidth * math.log1p(self.arms[p] / n.influence_arms_unit)
            + n.unexplained_security_bandwidth[p][c],
            "economic": 0.0,
            "debt": 0.0,
            "presence": 0.0 if pure else n.influence_presence_bandwidth * self.foothold(p),
        }

    def dependence(self, p: str, pure: bool) -> Channels:
        """D_n: how far the client depends on the patron."""
        n, c, gdp = self.model.inputs, self.client, self.gdp
        capital, debt = n.influence_lending_capital, n.influence_lending_debt
        if pure:
            capital = debt = n.influence_pure_lending
        whole = sum(self.trade.values()) + self.other_trade
        return {
            "market": n.influence_trade_share * per_cent(self.trade[p], whole)
            + n.influence_trade_gdp * per_cent(self.trade[p], gdp)
            + n.unexplained_economic_dependence[p][c],
            "institutions": 0.0,
            "arms": self.monopoly(p) + n.unexplained_security_dependence[p][c],
            "economic": n.influence_aid * math.log1p(ratio(self.aid[p], n.influence_aid_unit * gdp))
            + capital * per_cent(self.capital[p], gdp),
            "debt": debt * per_cent(self.debt[p], gdp),
            "presence": 0.0 if pure else n.influence_presence_dependence * self.foothold(p),
        }

    def monopoly(self, p: str) -> float:
        """Dependence on a supplier of major arms."""
        n, own = self.model.inputs, self.arms[p]
        if own == 0.0:
            return 0.0
        market = sum(self.arms.values()) + self.other_arms
        return n.influence_arms_monopoly * own / (own + n.influence_arms_others * market + n.influence_arms_floor)

    def foothold(self, p: str) -> float:
        """X/(X + half) of its presence."""
        return ratio(self.presence[p], self.presence[p] + self.model.inputs.influence_presence_half)


def per_cent(part: float, whole: float) -> float:
    """ln(1 + part as a percentage of the whole)."""
    return math.log1p(100.0 * ratio(part, whole))


def by_channel(scale: float, bandwidth: Channels, dependence: Channels) -> Channels:
    """I_n, what each channel adds to the product κ·B·D; half of every cross term goes to each of the two."""
    b, d = sum(bandwidth.values()), sum(dependence.values())
    if b <= 0.0 or d <= 0.0:
        return dict.fromkeys(CHANNELS, 0.0)
    return {n: 0.5 * scale * (bandwidth[n] * d + b * dependence[n]) for n in CHANNELS}
