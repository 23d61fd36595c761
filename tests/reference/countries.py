"""A client as a country: its threat, economy, patrons' influence and orientation (equations §1, §2, §7 and §8)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from patronage.scenario.catalogue import CHANNELS

from .formulas import channel_influence, clip, distance, normal_quantile, selectorate_price

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
    def openness(self) -> float:
        """Its openness D."""
        return self.model.state["openness"][self.code]

    @property
    def contested(self) -> float:
        """4D(1−D): half-open regimes are the contested ones."""
        return 4.0 * self.openness * (1.0 - self.openness)

    def orientation(self) -> list[float]:
        """Its position on the declared axes."""
        position = self.model.state["position"][self.code]
        return [position[axis] for axis in self.model.axes]

    def distance(self, patron: str) -> float:
        """Its distance in orientation to a patron."""
        return distance(self.orientation(), self.model.patron[patron].orientation())

    def move(self, part: float, patron: str) -> None:
        """Move part of the way towards a patron's orientation."""
        position, goal = self.model.state["position"][self.code], self.model.inputs.patron_position[patron]
        for axis in self.model.axes:
            position[axis] += part * (goal[axis] - position[axis])

    def price(self, salience: float) -> float:
        """What a concession of that salience costs a patron at least, MUSD/yr."""
        n, s = self.model.inputs, self.model.state
        if not n.with_selectorate_price:
            return 0.0
        revenue = n.economy_revenue * s["gdp"][self.code]
        return n.with_selectorate_price * selectorate_price(salience, revenue, s["coalition"][self.code])

    def salience(self, scale: float, patron: str) -> float:
        """Salience of a concession to a patron: higher if it is far away and if the public matters."""
        n = self.model.inputs
        far = n.bargaining_salience_distance + self.distance(patron)
        return scale * far * (1.0 + n.bargaining_salience_openness * self.openness)

    def base_salience(self, patron: str) -> float:
        """Salience of that patron's base."""
        n = self.model.inputs
        sanctioned = self.model.state["sanction"][patron][self.code] > 0
        return self.salience(n.bargaining_salience, patron) * (1.0 + n.bargaining_salience_sanction * sanctioned)

    def access(self, patron: str) -> float:
        """Market access to a patron that sanctions leave, share of GDP."""
        s, c = self.model.state, self.code
        cut = s["sanction_cut"][patron][c] if s["sanction"][patron][c] > 0 else 0.0
        return self.model.inputs.access[patron][c] * (1.0 - cut)

    # §1 and §2.

    def drift_threat(self) -> None:
        """§1: militants near by, kept out by foreign presence, arms and joint forces."""
        n, s, c = self.model.inputs, self.model.state, self.code
        troops = sum(s["presence"][p][c] for p in self.model.patron)
        shield = n.threat_shield * troops / (troops + n.threat_presence_scale) if troops > 0.0 else 0.0
        x = n.threat_gain * n.instability * n.proximity[c] * (1.0 - shield) + n.threat_noise * self.noise("threat")
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

    # §7 and §8.

    def feel_influence(self) -> None:
        """§7: influence of every patron over it, channel by channel, and their shares."""
        n, s, c = self.model.inputs, self.model.state, self.code
        volume = {p: self.channels(p) for p in self.model.patron}
        influence = dict.fromkeys(volume, 0.0)
        for channel in CHANNELS:
            total = sum(v[channel] for v in volume.values())
            if channel == "debt":
                total += s["other_debt"][c]
            omega, cap, other = (n[f"influence_{part}_{channel}"] for part in ("weight", "cap", "other"))
            for p, v in volume.items():
                influence[p] += omega * channel_influence(v[channel], total, cap, other, self.gdp_year)
        whole = sum(influence.values()) + n.influence_autonomy
        for p, i in influence.items():
            s["influence"][p][c] = i
            s["share"][p][c] = i / whole

    def channels(self, patron: str) -> dict[str, float]:
        """What a patron has in each channel, MUSD."""
        n, s, c = self.model.inputs, self.model.state, self.code
        if patron == c:
            return dict.fromkeys(CHANNELS, 0.0)
        depth = n.institutions[patron][c]
        for bloc in self.model.patron[patron].led():
            if s["member"][bloc.code][c]:
                depth += n.bloc_depth[bloc.code]
        return {
            "arms": s["arms"][patron][c],
            "economic": s["capital"][patron][c],
            "debt": s["debt"][patron][c],
            "presence": s["presence"][patron][c],
            "market": self.access(patron) * self.gdp_year,
            "institutions": n.with_institutions * depth * self.gdp_year,
        }

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
                back, anchor = n.alignment_anchor_orientation, n.anchor[c][axis]
            noise = n.alignment_noise * self.noise(f"alignment.{axis}")
            new = z + n.alignment_pull * pull + back * (anchor - z) + noise
            s["position"][c][axis] = new if axis == "unga" else clip(new, -1.0, 1.0)
