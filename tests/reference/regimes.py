"""A client's politics: what its public thinks of patrons, how regimes stand and fall (equations §11)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .countries import Country
from .formulas import clip, logistic
from .theories import Support, defence, estrangement

if TYPE_CHECKING:
    from .clients import Client


class Regime(Country):
    """A country with a public and a regime."""

    fell_to = ""
    """How the regime fell last quarter: "coup", "revolt" or not at all."""

    def income(self) -> float:
        """Grants, loans and rents from patrons this quarter, per unit of GDP."""
        flows, c = self.model.flows, self.code
        received = sum(
            flows["delivered"][p][c]["grants"] + flows["delivered"][p][c]["loans"] + flows["rent_paid"][p][c]
            for p in self.model.patron
        )
        return received / self.model.state["gdp"][c]

    # Opinion.

    def usual_opinion(self, patron: str) -> float:
        """What its public thinks of a patron in the long run."""
        n = self.model.inputs
        if patron == self.code:
            return 0.0
        near = n.sentiment_affinity * (n.regimes_unpopular - self.distance(patron))
        return clip(n.tie_sentiment[patron][self.code] + near, -1.0, 1.0)

    def begin_opinion(self) -> None:
        """What it thinks and where it stands at the start."""
        n, s, c = self.model.inputs, self.model.state, self.code
        for p, patron in self.model.patron.items():
            s["opinion"][p][c] = self.usual_opinion(p) if n.with_sentiment else 0.0
            s["distance_mean"][p][c] = estrangement(patron, self)

    def think(self) -> None:
        """Opinion of every patron."""
        n, s, c = self.model.inputs, self.model.state, self.code
        for p in self.model.patron:
            change = self.words_about(p) + self.change_of_opinion(p)
            if n.with_sentiment and p != c:
                s["opinion"][p][c] = clip(s["opinion"][p][c] + change, -1.0, 1.0)

    def words_about(self, p: str) -> float:
        """What others say of a patron, and what comes to light."""
        model, c, heard = self.model, self.code, 0.0
        for q in model.patron:
            for _ in model.told("campaign", **{"from": q, "to": c, "against": p}):
                heard -= model.inputs.sentiment_campaign
                model.note("smear", q, c, counterpart=p)
        scandal = sum(act["change"] for act in model.told("scandal", **{"from": p, "to": c}))
        if model.inputs.with_sentiment and scandal != 0.0:
            model.note("scandal", p, c)
        return heard + scandal

    def change_of_opinion(self, p: str) -> float:
        """What a quarter does to the opinion of a patron."""
        model, n, s, c, flows = self.model, self.model.inputs, self.model.state, self.code, self.model.flows
        stays = model.patron[p].stays(c)
        failed = max(0.0, s["threat"][c] - s["threat_mean"][c])
        return (
            n.sentiment_recovery * (self.usual_opinion(p) - s["opinion"][p][c])
            - n.sentiment_fatigue * stays
            - n.sentiment_failure * stays * failed
            + n.sentiment_aid * flows["delivered"][p][c]["grants"] / s["gdp"][c]
            - n.sentiment_rent * self.openness * max(0.0, flows["rent_paid"][p][c]) / s["gdp"][c]
            - n.sentiment_sanction * (s["sanction"][p][c] > 0)
            + n.sentiment_noise * model.patron[p].noise("sentiment", c)
        )

    def anger(self, patron: str) -> float:
        """By how much opinion of a patron is worse than what is borne."""
        return max(0.0, -self.model.state["opinion"][patron][self.code] - self.model.inputs.sentiment_tolerance)

    def outrage(self) -> float:
        """ℓ, what anger does to legitimacy."""
        n = self.model.inputs
        return n.sentiment_legitimacy * (1.0 + n.sentiment_junta * self.military)

    # Legitimacy and overthrow.

    def judge(self) -> None:
        """How legitimacy moves."""
        n, s, c, flows, model = self.model.inputs, self.model.state, self.code, self.model.flows, self.model
        unpopular = sum(
            max(0.0, flows["rent_paid"][p][c]) for p in model.patron if self.distance(p) > n.regimes_unpopular
        )  # fmt: skip
        angry = sum(self.outrage() * self.anger(p) for p, patron in model.patron.items() if patron.stays(c))
        change = (
            n.regimes_recovery * (n.regimes_mean - s["legitimacy"][c])
            + n.regimes_growth * self.excess
            + n.regimes_income * min(self.income(), n.regimes_income_cap)
            - (1.0 - n.with_sentiment) * n.regimes_publicity * self.openness * unpopular / s["gdp"][c]
            - n.with_sentiment * angry
            - n.interference_cost * sum(flows["campaigns"][p][c] for p in model.patron)
            + n.regimes_noise * self.noise("legitimacy")
        )
        s["legitimacy"][c] = clip(s["legitimacy"][c] + change, 0.0, 1.0)

    def meddlers(self) -> list[str]:
        """Patrons that campaign against the regime."""
        return [p for p in self.model.patron if self.model.state["campaign"][p][self.code] > 0]

    def largest(self, attribute: str) -> float:
        """The largest of what the contracts that stand here bring, of a kind's guards or trains."""
        n, s, c = self.model.inputs, self.model.state, self.code
        return max(
            (n[attribute][j] for p in self.model.patron for j in n.kinds if s["standing"][p][c][j]), default=0.0
        )  # fmt: skip

    def logit(self) -> float:
        """Λ0, the logit of an overthrow, guards apart."""
        n, s, c = self.model.inputs, self.model.state, self.code
        others = [m for other, m in s["contagion"].items() if other != c]
        near = sum(others) / len(others) if others else 0.0
        return (
            n.regimes_hazard
            + n.regimes_hazard_legitimacy * (n.regimes_mean - s["legitimacy"][c])
            + n.regimes_hazard_openness * self.contested
            + n.regimes_hazard_growth * max(0.0, -self.excess)
            + n.regimes_hazard_campaign * len(self.meddlers())
            + n.regimes_hazard_threat * s["threat"][c]
            + n.with_coups * (n[f"regimes_hazard_{s['regime'][c]}"] + n.regimes_contagion * near)
            - defence(self)
            + Support(self).logit
        )

    def falls(self, logit: float) -> str:
        """Whether the regime falls, and to whom: "coup", "revolt" or nobody."""
        n, model, c = self.model.inputs, self.model, self.code
        army = n.with_coups * n.army[c]
        coup = army * logistic(logit + self.largest("kind_trains"))
        both = coup + (1.0 - army) * logistic(logit)
        told = {kind: bool(model.told(kind, state=c)) for kind in ("overthrow", "coup")}
        if not (self.luck("overthrow") < n.with_regime_change * both or any(told.values())):
            return ""
        if (told["coup"] and n.with_coups) or self.luck("coup") * both < coup:
            return "coup"
        return "revolt"

    def fall(self, manner: str) -> None:
        """A new regime: trusted, near to the patron that helped it, forgiven."""
        n, s, c = self.model.inputs, self.model.state, self.code
        s["legitimacy"][c] = n.regimes_mean
        for p in self.model.patron:
            s["grievance"][p][c] *= n.regimes_appeased
        if manner == "coup":
            self.take_over()
        elif n.with_coups:
            s["regime"][c] = "elected"
        shares = self.model.shares_before(c)
        sponsor = max(self.meddlers(), key=lambda p: shares[p], default="")
        if sponsor:
            self.move(n.regimes_sponsor, sponsor)
        self.model.note("overthrow", sponsor, c)
        if manner == "coup":
            self.model.note("coup", "", c)

    def take_over(self) -> None:
        """Soldiers rule; those who stood by the old regime are blamed, and the country turns."""
        n, s, c = self.model.inputs, self.model.state, self.code
        s["regime"][c], s["contagion"][c] = "military", 1.0
        helpers = self.meddlers()
        for p, patron in self.model.patron.items():
            if patron.stays(c) and p not in helpers:
                s["opinion"][p][c] = max(-1.0, s["opinion"][p][c] - n.with_sentiment * n.coup_blame)
        draw = {p: n.weight[p][c] * math.exp(n.coup_taste * s["opinion"][p][c]) for p in self.model.patron}
        whole = sum(draw.values())
        if whole > 0.0:
            for axis in self.model.axes:
                goal = sum(w * n.patron_position[p][axis] for p, w in draw.items()) / whole
                shift = s["anchor_shift"][c]
                shift[axis] += n.coup_turn * (goal - n.anchor[c][axis] - shift[axis])

    # Openness.

    def open_up(self, manner: str, support: Support, openness: float) -> None:
        """Openness and coalition, from what openness was before."""
        n, s, c, model = self.model.inputs, self.model.state, self.code, self.model
        mean, back, now = n.openness[c], n.regimes_openness_return, openness
        if self.military:
            mean, back = min(mean, n.regimes_junta_openness), n.regimes_junta_return
        mean = mean * support.factor + support.pull
        if not support.plain:
            mean = clip(mean, 0.01, 0.99)
        if manner == "coup":
            now = min(now, n.regimes_junta_openness)
        rents = sum(max(0.0, model.flows["rent_paid"][p][c]) for p in model.patron)
        drift = (
            back * (mean - now)
            - n.regimes_openness_rent * now * rents / s["gdp"][c]
            - n.regimes_openness_campaign * len(self.meddlers())
            + n.regimes_openness_overthrow * (manner == "revolt")
        )
        s["openness"][c] = clip(now + drift, 0.01, 0.99)
        wider = n.regimes_coalition_slope * (s["openness"][c] - n.openness[c])
        s["coalition"][c] = n.regimes_junta_coalition if self.military else clip(n.coalition[c] + wider, 0.01, 1.0)

    def reopen(self, manner: str) -> None:
        """Doors open again to those who are liked again; a coup is forgotten."""
        n, s, c = self.model.inputs, self.model.state, self.code
        for p in self.model.patron:
            if s["opinion"][p][c] > n.refusal_readmit and s["sanction"][p][c] == 0:
                s["shut"][p][c] = False
        if manner != "coup":
            s["contagion"][c] *= n.coup_memory


def live_politics(clients: list[Client]) -> None:
    """§11 for all clients; each step is done by all before the next."""
    for client in clients:
        client.think()
        client.judge()
    logits = {client.code: client.logit() - client.largest("kind_guards") for client in clients}
    for client in clients:
        model, n, s, c = client.model, client.model.inputs, client.model.state, client.code
        support, openness = Support(client), client.openness
        manner = client.falls(logits[c])
        s["overthrow"][c], client.fell_to = bool(manner), manner
        if manner:
            client.fall(manner)
        handed = False
        if n.with_coups and client.military and not manner and client.luck("handover") < n.regimes_handover:
            handed, s["regime"][c] = True, "elected"
        chance = n.regimes_turnover + n.regimes_turnover_openness * openness
        voted = client.luck("turnover") < chance or bool(model.told("turnover", state=c))
        s["turnover"][c] = not manner and (voted or handed)
        if s["turnover"][c]:
            model.note("handover" if handed else "turnover", "", c)
        client.open_up(manner, support, openness)
        client.reopen(manner)
