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
                w.traded[p] = traded(w, n, s, p, c) * w.real_gdp[c] * uncut(w, p, c)
                w.tiv_sum[p] = of_ten_years(w, p, c)
            trade += w.traded[p]
            arms += w.tiv_sum[p]
        total = 0.0
        for p in range(s.P):
            if s.other[p, c]:
                measure(w, n, s, p, c, trade, arms)
            else:
                measure_nothing(w, n, p, c)
            total += w.influence[p, c]
        for p in range(s.P):
            w.share[p, c] = w.influence[p, c] / (total + n.influence_autonomy)


def measure(w: Run, n: Inputs, s: Places, p: int, c: int, trade: float, arms: float) -> None:
    """Influence of a patron in a client, and the index, from all the client's trade and all its arms of ten years."""
    volume = w.deflator * w.real_gdp[c]
    own, tiv = w.traded[p], w.tiv_sum[p]
    wide_market = n.influence_trade_bandwidth * log_beyond(own) + n.unexplained_economic_bandwidth[p, c]
    deep_market = dependence_on_trade(n, own, trade, w.real_gdp[c]) + n.unexplained_economic_dependence[p, c]
    wide_arms = n.influence_arms_bandwidth * log_beyond(tiv / n.influence_arms_unit) + n.unexplained_security_bandwidth[p, c]
    deep_arms = dependence_on_arms(n, tiv, arms) + n.unexplained_security_dependence[p, c]
    wide_ties = n.with_institutions * ties(w, n, s, p, c)
    aid = n.influence_aid * log_beyond(w.aid[p, c] / (n.influence_aid_unit * w.real_gdp[c]))
    capital = log_beyond(100.0 * w.capital[p, c] / volume)
    debt = log_beyond(100.0 * w.debt[p, c] / volume)
    deep_capital, deep_debt = aid + n.influence_pure_lending * capital, n.influence_pure_lending * debt
    wide_presence, deep_presence = 0.0, 0.0
    wide = max(0.0, wide_market + wide_ties + wide_arms)
    deep = max(0.0, deep_market + deep_arms + deep_capital + deep_debt)
    w.fbic[p, c] = n.influence_scale * wide * deep
    remember(w, n, p, c, wide, deep)
    if n.influence_pure <= 0.5:
        there = w.presence[p, c] / (w.presence[p, c] + n.influence_presence_half)
        wide_presence, deep_presence = n.influence_presence_bandwidth * there, n.influence_presence_dependence * there
        deep_capital, deep_debt = aid + n.influence_lending_capital * capital, n.influence_lending_debt * debt
        wide = max(0.0, wide_market + wide_ties + wide_arms + wide_presence)
        deep = max(0.0, deep_market + deep_arms + deep_capital + deep_debt + deep_presence)
    w.influence[p, c] = n.influence_scale * wide * deep
    half = 0.5 * n.influence_scale if w.influence[p, c] > 0.0 else 0.0  # half of every cross term: the Shapley value of a product
    w.channel[p, c, BY_MARKET] = half * (wide_market * deep + wide * deep_market)
    w.channel[p, c, BY_INSTITUTIONS] = half * (wide_ties * deep)
    w.channel[p, c, BY_ARMS] = half * (wide_arms * deep + wide * deep_arms)
    w.channel[p, c, BY_CAPITAL] = half * (wide * deep_capital)
    w.channel[p, c, BY_DEBT] = half * (wide * deep_debt)
    w.channel[p, c, BY_PRESENCE] = half * (wide_presence * deep + wide * deep_presence)


def measure_nothing(w: Run, n: Inputs, p: int, c: int) -> None:
    """Nothing passes between a state and itself."""
    w.influence[p, c], w.fbic[p, c] = 0.0, 0.0
    for k in range(CHANNEL_COUNT):
        w.channel[p, c, k] = 0.0
    remember(w, n, p, c, 0.0, 0.0)


def log_beyond(x: float) -> float:
    """ln(1 + x), for x >= 0."""
    return log(1.0 + x) if x > 0.0 else 0.0


def of_ten_years(w: Run, p: int, c: int) -> float:
    """Major arms delivered in this year and the nine before."""
    even, odd = 0.0, 0.0  # two sums side by side take half the time of one
    for i in range(0, YEARS, 2):
        even += w.tiv[p, c, i]
        odd += w.tiv[p, c, i + 1]
    return even + odd


def dependence_on_trade(n: Inputs, own: float, everyone: float, gdp: float) -> float:
    """Logarithms of the patron's part in all trade, and of its trade over GDP."""
    if own <= 0.0:
        return 0.0
    return n.influence_trade_share * log(1.0 + 100.0 * own / everyone) + n.influence_trade_gdp * log(1.0 + 100.0 * own / gdp)


def dependence_on_arms(n: Inputs, own: float, everyone: float) -> float:
    """The patron's part in all major arms, as of a supplier beside others."""
    if own <= 0.0:
        return 0.0
    return n.influence_arms_monopoly * own / (own + n.influence_arms_others * everyone + n.influence_arms_floor)


def ties(w: Run, n: Inputs, s: Places, p: int, c: int) -> float:
    """Treaties, diplomatic ties and pledges: bandwidth that multiplies every dependence."""
    return treaty_of(w, n, s, p, c) + n.tie[p, c] + pledged(w, n, s, p, c) + n.unexplained_political_bandwidth[p, c]


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
