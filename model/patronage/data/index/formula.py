"""The index of influence, part by part, from what it is made of.

The Formal Bilateral Influence Capacity index (FBIC; Moyer, Sweijs, Burrows & Van Manen 2018; Moyer et al. 2021) is the product of two
sums, bandwidth and dependence:

    FBIC = .1333 (EB + PB + SB) (ED + SD)

    EB economic bandwidth    .0424 ln(1 + T) + treaty
    PB political bandwidth   .16, or what is published
    SB security bandwidth    .107 ln(1 + A_both/2) + pledges
    ED economic dependence   .18 ln(1 + 100 T/T_all) + .25 ln(1 + 100 T/Y) + .09 ln(1 + a/(.0003 Y)) + .045 ln(1 + 100 K/Y)
    SD security dependence   .865 A/(A + .147 A_all + 1)

T trade both ways and T_all with everybody, Y real GDP, a aid a year, K what was lent in 15 years, all in MUSD of 2015 (a year); A
major arms that the patron delivered in ten years, A_both with those it got from the client, A_all those of all suppliers, in TIV.
Published parts are means of the last three years. The constants were measured on the published parts of Russia and China over all
states up to 2012.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from patronage.world.arrays import Array

PARTS = ("EB", "PB", "SB", "ED", "SD")
SMOOTHED = 3
"""Years of which a published part is the mean."""
ARMS_YEARS, LENDING_YEARS = 10, 15
"""Years for which a delivery and a loan count."""


@dataclass(frozen=True)
class Constants:
    """Of the formula; all measured. The engine's rules of influence are the same numbers, which a test compares."""

    scale: float = 0.1333
    trade_bandwidth: float = 0.0424
    arms_bandwidth: float = 0.107
    arms_unit: float = 2.0
    """TIV."""
    trade_share: float = 0.18
    trade_gdp: float = 0.25
    aid: float = 0.09
    aid_unit: float = 0.0003
    """Share of GDP."""
    lending: float = 0.045
    arms_monopoly: float = 0.865
    arms_others: float = 0.147
    arms_floor: float = 1.0
    """TIV."""
    tie: float = 0.16
    """Political bandwidth of full diplomatic relations, where it is not published; .04 without an embassy."""


@dataclass(frozen=True)
class Pledges:
    """Security bandwidth of each pledge of an alliance, additive."""

    defence: float = 0.296
    consultation: float = 0.079
    neutrality: float = 0.039
    nonaggression: float = 0.020


FORMULA, PLEDGES = Constants(), Pledges()


def logged(part: Array, whole: Array, times: float = 100.0) -> Array:
    """ln(1 + times part/whole); 0 where the whole is 0, unknown where either is."""
    share = np.divide(times * part, whole, out=np.zeros_like(part + whole), where=np.asarray(whole != 0))
    return np.asarray(np.log1p(np.maximum(share, 0.0)))


def economic_bandwidth(trade: Array, treaty: Array, c: Constants = FORMULA) -> Array:
    """Of trade, MUSD of 2015 a year, and of the treaties in force."""
    return np.asarray(c.trade_bandwidth * np.log1p(trade) + treaty)


def pledged(defence: Array, consultation: Array, neutrality: Array, nonaggression: Array, p: Pledges = PLEDGES) -> Array:
    """Security bandwidth of the pledges in force, each 0 or 1."""
    return np.asarray(
        p.defence * defence + p.consultation * consultation + p.neutrality * neutrality + p.nonaggression * nonaggression
    )


def security_bandwidth(arms: Array, pact: Array, c: Constants = FORMULA) -> Array:
    """Of arms of ten years, TIV both ways, and of the pledges in force."""
    return np.asarray(c.arms_bandwidth * np.log1p(arms / c.arms_unit) + pact)


def economic_dependence(
    trade: Array, all_trade: Array, gdp: Array, aid: Array, lending: Array, c: Constants = FORMULA
) -> Array:
    """Of trade in all trade and in GDP, and of aid and lending in GDP; all in MUSD of 2015 (a year)."""
    return np.asarray(
        c.trade_share * logged(trade, all_trade)
        + c.trade_gdp * logged(trade, gdp)
        + c.aid * logged(aid, c.aid_unit * gdp, 1.0)
        + c.lending * logged(lending, gdp)
    )


def security_dependence(arms: Array, all_arms: Array, c: Constants = FORMULA) -> Array:
    """Of arms among those of all suppliers, TIV of ten years; `all_arms` includes `arms`."""
    return np.asarray(c.arms_monopoly * arms / (arms + c.arms_others * np.maximum(all_arms, arms) + c.arms_floor))


def index(eb: Array, pb: Array, sb: Array, ed: Array, sd: Array, c: Constants = FORMULA) -> Array:
    """The index from its parts."""
    return np.asarray(c.scale * (eb + pb + sb) * (ed + sd))
