"""Phase 7: influence as bandwidth times dependence, each a sum over channels. docs/equations.md section 7.

After the Formal Bilateral Influence Capacity index (Moyer, Sweijs, Burrows & Van Manen 2018; Moyer et al. 2021).
"""

from __future__ import annotations

from ..scenario.catalogue import CHANNELS
from ..world.arithmetic import log
from ..world.codes import CHANNEL_COUNT
from ..world.layout import PAST, YEARS
from ..world.records import Inputs, Places, Run
from ..world.terms import pledged, traded, treaty_of, uncut

BY_ARMS, BY_CAPITAL, BY_DEBT, BY_PRESENCE, BY_MARKET, BY_INSTITUTIONS = range(len(CHANNELS))


def influence(w: Run, n: Inputs, s: Places) -> None:
    """I_pc, its parts by channel, what the published index would say, and shares s with Σ_p s < 1; the rest is autonomy."""
    for c in range(s.C):
        trade, arms = n.other_trade[c] * w.real_gdp[c], n.other_arms[c]
        for p in range(s.P):
            w.traded[p], w.tiv_sum[p] = 0.0, 0.0
            if s.other[p, c]:
                w.traded[p] = traded(w, n, p, c) * w.real_gdp[c] * uncut(w, p, c)
                for i in range(YEARS):
                    w.tiv_sum[p] += w.tiv[p, c, i]
            trade += w.traded[p]
            arms += w.tiv_sum[p]
        total = 0.0
        for p in range(s.P):
            measure(w, n, s, p, c, trade, arms)
            total += w.influence[p, c]
        for p in range(s.P):
            w.share[p, c] = w.influence[p, c] / (total + n.influence_autonomy)


def measure(w: Run, n: Inputs, s: Places, p: int, c: int, trade: float, arms: float) -> None:
    """Influence of a patron in a client, and the index, from all the client's trade and all its arms of ten years."""
    w.influence[p, c], w.fbic[p, c] = 0.0, 0.0
    for k in range(CHANNEL_COUNT):
        w.channel[p, c, k], w.bandwidth[k], w.dependence[k] = 0.0, 0.0, 0.0
    if not s.other[p, c]:
        remember(w, n, p, c, 0.0, 0.0)
        return
    fill_trade(w, n, p, c, trade)
    fill_pledges(w, n, s, p, c)
    fill_arms(w, n, p, c, arms)
    aid = n.influence_aid * log(1.0 + w.aid[p, c] / (n.influence_aid_unit * w.real_gdp[c]))
    capital = log(1.0 + 100.0 * w.capital[p, c] / w.deflator / w.real_gdp[c])
    debt = log(1.0 + 100.0 * w.debt[p, c] / w.deflator / w.real_gdp[c])
    w.dependence[BY_CAPITAL] = aid + n.influence_pure_lending * capital
    w.dependence[BY_DEBT] = n.influence_pure_lending * debt
    bandwidth, dependence = together(w)
    w.fbic[p, c] = n.influence_scale * bandwidth * dependence
    remember(w, n, p, c, bandwidth, dependence)
    if n.influence_pure <= 0.5:
        there = w.presence[p, c] / (w.presence[p, c] + n.influence_presence_half)
        w.bandwidth[BY_PRESENCE] = n.influence_presence_bandwidth * there
        w.dependence[BY_PRESENCE] = n.influence_presence_dependence * there
        w.dependence[BY_CAPITAL] = aid + n.influence_lending_capital * capital
        w.dependence[BY_DEBT] = n.influence_lending_debt * debt
        bandwidth, dependence = together(w)
    w.influence[p, c] = n.influence_scale * bandwidth * dependence
    if w.influence[p, c] > 0.0:
        for k in range(CHANNEL_COUNT):
            w.channel[p, c, k] = 0.5 * n.influence_scale * (w.bandwidth[k] * dependence + bandwidth * w.dependence[k])


def fill_trade(w: Run, n: Inputs, p: int, c: int, everyone: float) -> None:
    """The market: a logarithm of trade, and of its part of all trade and of GDP."""
    if w.traded[p] > 0.0:
        part, of_gdp = 100.0 * w.traded[p] / everyone, 100.0 * w.traded[p] / w.real_gdp[c]
        w.bandwidth[BY_MARKET] = n.influence_trade_bandwidth * log(1.0 + w.traded[p])
        w.dependence[BY_MARKET] = n.influence_trade_share * log(1.0 + part) + n.influence_trade_gdp * log(1.0 + of_gdp)
    w.bandwidth[BY_MARKET] += n.unexplained_economic_bandwidth[p, c]
    w.dependence[BY_MARKET] += n.unexplained_economic_dependence[p, c]


def fill_pledges(w: Run, n: Inputs, s: Places, p: int, c: int) -> None:
    """Treaties, diplomatic ties and pledges: bandwidth that multiplies every dependence."""
    all_ties = treaty_of(w, n, s, p, c) + n.tie[p, c] + pledged(w, n, s, p, c) + n.unexplained_political_bandwidth[p, c]
    w.bandwidth[BY_INSTITUTIONS] = n.with_institutions * all_ties


def fill_arms(w: Run, n: Inputs, p: int, c: int, everyone: float) -> None:
    """Major arms of ten years: a logarithm of them, and the patron's part of all."""
    arms = w.tiv_sum[p]
    if arms > 0.0:
        w.bandwidth[BY_ARMS] = n.influence_arms_bandwidth * log(1.0 + arms / n.influence_arms_unit)
        w.dependence[BY_ARMS] = n.influence_arms_monopoly * arms / (arms + n.influence_arms_others * everyone + n.influence_arms_floor)
    w.bandwidth[BY_ARMS] += n.unexplained_security_bandwidth[p, c]
    w.dependence[BY_ARMS] += n.unexplained_security_dependence[p, c]


def together(w: Run) -> tuple[float, float]:
    """Bandwidth and dependence of all channels; residuals may not take them below 0."""
    bandwidth, dependence = 0.0, 0.0
    for k in range(CHANNEL_COUNT):
        bandwidth += w.bandwidth[k]
        dependence += w.dependence[k]
    return max(0.0, bandwidth), max(0.0, dependence)


def remember(w: Run, n: Inputs, p: int, c: int, bandwidth: float, dependence: float) -> None:
    """The index takes means of twelve quarters, the newest first."""
    wide, deep = bandwidth, dependence
    for i in range(PAST - 1, 0, -1):
        w.bandwidth_past[p, c, i] = w.bandwidth_past[p, c, i - 1]
        w.dependence_past[p, c, i] = w.dependence_past[p, c, i - 1]
        wide += w.bandwidth_past[p, c, i]
        deep += w.dependence_past[p, c, i]
    w.bandwidth_past[p, c, 0], w.dependence_past[p, c, 0] = bandwidth, dependence
    w.fbic_index[p, c] = n.influence_scale * (wide / PAST) * (deep / PAST)


def begin_index(w: Run, s: Places) -> None:
    """Before the first quarter the parts have always been what they are."""
    for p in range(s.P):
        for c in range(s.C):
            for i in range(1, PAST):
                w.bandwidth_past[p, c, i] = w.bandwidth_past[p, c, 0]
                w.dependence_past[p, c, i] = w.dependence_past[p, c, 0]
            w.fbic_index[p, c] = w.fbic[p, c]
