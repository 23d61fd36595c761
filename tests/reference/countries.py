"""A client as a country: its threat, economy, patrons' influence and orientation (equations §1, §2, §7 and §8)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from patronage.scenario.catalogue import CHANNELS

from .formulas import clip, distance, normal_quantile, selectorate_price
from .influence import Volumes, by_channel

if TYPE_CHECKING:
    from .model import ReferenceModel


class Country(mesa.Agent):
    """A state that receives, without its politics; everything that lasts stands in `model.state`, by its code."""

    model: ReferenceModel

    def __init__(self, model: ReferenceModel, code: str) -> None:
        super().__init__(model)
        self.code = code
        self.growth = 0.0
        self.excess = 0.0
        self.channels: dict[str, dict[str, float]] = {}
        """Influence of every patron, by channel."""

    # What others ask about it.

    def luck(self, decision: str) -> float:
        """Its uniform number of the quarter for a decision."""
        return self.model.luck.uniform(decision, self.model.quarter, self.code)

    def noise(self, decision: str) -> float:
        """Its standard normal number of the quarter for a decision."""
        return normal_quantile(self.luck(decision))

    @property
    def gdp_year(self) -> float:
        """Its yearly GDP, MUSD/yr."""
        return 4.0 * self.model.state["gdp"][self.code]

    @property
    def revenue_year(self) -> float:
        """4M, its free revenue, MUSD/yr."""
        return self.model.inputs.economy_revenue * self.gdp_year

    @property
    def military(self) -> bool:
        """Whether soldiers rule."""
        return self.model.state["regime"][self.code] == "military"

    @property
    def openness(self) -> float:
        """Its openness D."""
        return self.model.state["openness"][self.code]

    @property
    def contested(self) -> float:
        """4D(1−D): half-open regimes are the contested ones."""
        return 4.0 * self.openness * (1.0 - self.openness)

    def gap(self, patron: str) -> float:
        """How much freer a patron is, where that is known."""
        return max(0.0, self.freedom_of(patron, self.openness))

    def freedom_of(self, patron: str, than: float) -> float:
        """How much freer a patron is than some openness; 0 where its own is not stated (below 0)."""
        free = self.model.inputs.patron_openness[patron]
        return free - than if free >= 0.0 else 0.0

    def orientation(self) -> list[float]:
        """Its position on the declared axes."""
        position = self.model.state["position"][self.code]
        return [position[axis] for axis in self.model.axes]

    def distance(self, patron: str) -> float:
        """Its distance in orientation to a patron."""
        return distance(self.orientation(), self.model.patron[patron].orientation())

    def move(self, part: float, patron: str) -> None:
        """Move part of the way towards a patron's orientation."""
        self.move_to(part, self.model.patron[patron].orientation())

    def move_to(self, part: float, goal: list[float]) -> None:
        """Move part of the way towards an orientation."""
        position = self.model.state["position"][self.code]
        for axis, there in zip(self.model.axes, goal, strict=True):
            position[axis] += part * (there - position[axis])

    def price(self, salience: float) -> float:
        """What a concession of that salience costs a patron at least, MUSD/yr."""
        n, s = self.model.inputs, self.model.state
        if not n.with_selectorate_price:
            return 0.0
        revenue = n.economy_revenue * s["gdp"][self.code]
        return n.with_selectorate_price * selectorate_price(salience, revenue, s["coalition"][self.code])

    def salience(self, scale: float, patron: str) -> float:
        """Salience of a concession to a patron: higher if it is far away and if the public matters."""
        return self.salience_at(scale, self.distance(patron))

    def salience_at(self, scale: float, away: float) -> float:
        """Salience of a concession at that distance in orientation."""
        n = self.model.inputs
        far = n.bargaining_salience_distance + away
        return scale * far * (1.0 + n.bargaining_salience_openness * self.openness)

    def base_salience(self, patron: str) -> float:
        """Salience of that patron's base."""
        n = self.model.inputs
        s, c, hurt = self.model.state, self.code, 0.0
        if s["sanction"][patron][c] > 0:
            full = n.bargaining_sanction_full
            hurt = min(1.0, s["sanction_loss"][patron][c] / full) if full > 0.0 else 1.0
        sanctioned = (1.0 - n.with_refusal) * n.bargaining_salience_sanction * hurt
        return self.salience(n.bargaining_salience, patron) * (1.0 + sanctioned)

    def trade(self, patron: str) -> float:
        """x, its trade of a year with a patron over its real GDP, as if nothing were cut."""
        n, s, c = self.model.inputs, self.model.state, self.code
        brought = sum(n.kind_market[j] * s["standing"][patron][c][j] for j in n.kinds)
        return n.trade[patron][c] * s["gravity"][patron][c] + brought

    def access(self, patron: str) -> float:
        """What it has to lose in trade and remittances, share of GDP."""
        return self.trade(patron) + self.model.inputs.remittances[patron][self.code]

    def cut(self, patron: str) -> float:
        """The part of that which a sanction in force takes away."""
        s, c = self.model.state, self.code
        return s["sanction_cut"][patron][c] if s["sanction"][patron][c] > 0 else 0.0

    def treaty(self, patron: str) -> float:
        """Treaties with a patron, those of its blocs and concessions included."""
        n, s, c = self.model.inputs, self.model.state, self.code
        if patron == c:
            return 0.0
        led = self.model.patron[patron].led()
        ties = n.treaty[patron][c] + sum(n.bloc_treaty[b.code] for b in led if s["member"][b.code][c])
        return ties + sum(n.kind_institutions[j] * s["standing"][patron][c][j] for j in n.kinds)

    def pact(self, patron: str) -> float:
        """The strongest pledge between it and a patron, be it by a bloc; pledges do not add."""
        n, s, c = self.model.inputs, self.model.state, self.code
        if patron == c:
            return 0.0
        led = self.model.patron[patron].led()
        return max([n.pact[patron][c], *(n.bloc_pact[b.code] for b in led if s["member"][b.code][c])])

    # §1 and §2.

    def drift_threat(self) -> None:
        """§1: militants near by, kept out by foreign presence, arms and joint forces."""
        n, s, c = self.model.inputs, self.model.state, self.code
        troops = max(0.0, sum(n.effect[p][c] * s["presence"][p][c] for p in self.model.patron))
        shield = n.threat_shield * troops / (troops + n.threat_presence_scale) if troops > 0.0 else 0.0
        x = n.threat_gain * n.instability * n.proximity[c] * (1.0 - shield) + n.threat_noise * self.noise("threat")
        x += n.threat_local * s["threat"][c] * (1.0 - s["threat"][c])
        s["threat_mean"][c] += (s["threat"][c] - s["threat_mean"][c]) / n.sentiment_memory
        stays = n.threat_persistence
        threat = n.with_threat * (stays * s["threat"][c] + (1.0 - stays) * clip(x, 0.0, 1.0))
        s["threat"][c] = threat
        armour = sum(s["arms"][p][c] for p in self.model.patron) / (n.threat_arms_scale * self.gdp_year)
        for bloc in self.model.bloc.values():
            if s["member"][bloc.code][c]:
                protected = sum(self.model.client[m].gdp_year for m in bloc.client_members())
                armour += s["force"][bloc.code] / (n.threat_arms_scale * protected)
        s["insecurity"][c] = threat * math.exp(-armour)

    def grow(self) -> None:
        """§2: trend, patrons' shocks through remittances, aid-financed capital, luck."""
        n, s, c = self.model.inputs, self.model.state, self.code
        remitted = sum(
            n.remittances[p][c] * n.economy_passthrough * n.economy_elasticity * n.shock[p] for p in self.model.patron
        )
        capital = sum(s["capital"][p][c] for p in self.model.patron)
        self.growth = (
            n.growth[c]
            + n.with_remittances * remitted
            + n.economy_capital_effect * n.economy_capital_return * capital / s["gdp"][c]
            + n.economy_noise * self.noise("growth")
        )
        self.excess = self.growth - n.growth[c]
        s["gdp"][c] *= math.exp(self.growth)
        s["other_debt"][c] *= math.exp(n.other_debt_growth[c])
        s["real_gdp"][c] *= math.exp(n.real_growth[c] + self.excess)

    # §7 and §8.

    def feel_influence(self, quarter: int) -> dict[str, tuple[float, float]]:
        """§7: influence of every patron over it, and their shares; returns the bandwidth and the dependence that the
        published index would count."""
        n, s, c = self.model.inputs, self.model.state, self.code
        volumes, kappa = Volumes(self.model, c, quarter), n.influence_scale
        counted = dict.fromkeys(self.model.patron, (0.0, 0.0))
        for p in self.model.patron:
            s["influence"][p][c] = s["fbic"][p][c] = 0.0
            self.channels[p] = dict.fromkeys(CHANNELS, 0.0)
        for p in volumes.patrons:
            index = volumes.bandwidth(p, pure=True), volumes.dependence(p, pure=True)
            b, d = counted[p] = tuple(max(0.0, sum(part.values())) for part in index)
            s["fbic"][p][c] = kappa * b * d
            if n.influence_pure <= 0.5:
                index = volumes.bandwidth(p, pure=False), volumes.dependence(p, pure=False)
                b, d = (max(0.0, sum(part.values())) for part in index)
            s["influence"][p][c] = kappa * b * d
            self.channels[p] = by_channel(kappa, *index)
        whole = sum(s["influence"][p][c] for p in volumes.patrons) + n.influence_autonomy
        for p in self.model.patron:
            s["share"][p][c] = s["influence"][p][c] / whole
        return counted

    def begin_index(self, quarter: int) -> None:
        """The trailing means of the index, as if the initial quarter had lasted three years."""
        s, c = self.model.state, self.code
        for p, (b, d) in self.feel_influence(quarter).items():
            s["bandwidth_past"][p][c], s["dependence_past"][p][c] = [b] * 12, [d] * 12
            self.average_index(p)

    def follow_index(self) -> None:
        """A quarter more in the trailing means."""
        s, c = self.model.state, self.code
        for p, news in self.feel_influence(self.model.quarter).items():
            for past, new in zip(("bandwidth_past", "dependence_past"), news, strict=True):
                s[past][p][c] = [new, *s[past][p][c][:-1]]
            self.average_index(p)

    def average_index(self, patron: str) -> None:
        """fbic_index, from three years of bandwidth and of dependence."""
        s, c = self.model.state, self.code
        b, d = (sum(s[past][patron][c]) / 12.0 for past in ("bandwidth_past", "dependence_past"))
        s["fbic_index"][patron][c] = self.model.inputs.influence_scale * b * d

    def drift_position(self) -> None:
        """§8: drawn to patrons that are near and have a share, and back to its anchor."""
        n, s, c = self.model.inputs, self.model.state, self.code
        for axis, z in s["position"][c].items():
            pull = 0.0
            for p, share in self.model.shares_before(c).items():
                gap = n.patron_position[p][axis] - z
                pull += share * math.exp(-abs(gap) / n.alignment_reach) * gap
            if axis == "unga":
                back = n.alignment_anchor_unga
                anchor = n.alignment_anchor_base + n.alignment_anchor_slope * self.openness
            else:
                back, anchor = n.alignment_anchor_orientation, n.anchor[c][axis] + s["anchor_shift"][c][axis]
            noise = n.alignment_noise * self.noise(f"alignment.{axis}")
            new = z + n.alignment_pull * pull + back * (anchor - z) + noise
            s["position"][c][axis] = new if axis == "unga" else clip(new, -1.0, 1.0)
