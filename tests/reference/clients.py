"""A client: what its regime decides and suffers (equations §10 and §11)."""

from __future__ import annotations

from .countries import Country
from .formulas import clip, logistic


class Client(Country):
    """A country with a regime."""

    def income(self) -> float:
        """Grants, loans and rents from patrons this quarter, per unit of GDP."""
        flows, c = self.model.flows, self.code
        received = sum(
            flows["delivered"][p][c]["grants"] + flows["delivered"][p][c]["loans"] + flows["rent_paid"][p][c]
            for p in self.model.patron
        )
        return received / self.model.state["gdp"][c]

    # §10.

    def answer_sanctions(self) -> None:
        """Comply with each new sanction, or defy it and turn to the strongest other patron."""
        n, s, c = self.model.inputs, self.model.state, self.code
        threats = {p: t for p, patron in self.model.patron.items() if (t := patron.sanction(c)) is not None}
        if not threats:
            self.age_sanctions()
            return
        prices = {p: self.price(self.base_salience(p)) for p in threats}
        self.age_sanctions()
        revenue_year = 4.0 * n.economy_revenue * s["gdp"][c]
        for p, (cut, loss, quarters) in threats.items():
            if n.coercion_enforcement * loss * revenue_year > prices[p]:
                self.move(n.coercion_submission, p)
                s["grievance"][p][c] *= n.regimes_appeased
                self.model.note("complied", p, c, value=n.coercion_enforcement * loss * revenue_year, price=prices[p])
            else:
                s["sanction"][p][c], s["sanction_cut"][p][c] = quarters, cut
                self.defy(p, loss)
                self.model.note("sanction", p, c, value=n.coercion_enforcement * loss * revenue_year, price=prices[p])

    def age_sanctions(self) -> None:
        """Sanctions in force come a quarter nearer to their end."""
        s, c = self.model.state, self.code
        for p in self.model.patron:
            s["sanction"][p][c] = max(0, s["sanction"][p][c] - 1)
            if s["sanction"][p][c] == 0:
                s["sanction_cut"][p][c] = 0.0

    def defy(self, sender: str, loss: float) -> None:
        """Bear the loss and turn to the black knight, the strongest other patron."""
        s, c = self.model.state, self.code
        others = {q: share for q, share in self.model.shares_before(c).items() if q != sender}
        knight = max(others, key=lambda q: others[q], default=None)
        support = others[knight] if knight is not None else 0.0
        s["legitimacy"][c] = max(0.0, s["legitimacy"][c] - loss * (1.0 - support))
        if knight is not None:
            self.move(self.model.inputs.coercion_resentment * support, knight)

    # §11.

    def live_politics(self) -> None:
        """Legitimacy, overthrow or turnover, then openness and coalition."""
        n, s, c, model = self.model.inputs, self.model.state, self.code, self.model
        openness = self.openness
        self.judge(openness)
        meddlers = [p for p in model.patron if s["campaign"][p][c] > 0]
        fallen = self.luck("overthrow") < self.overthrow_chance(len(meddlers)) or bool(model.told("overthrow", state=c))
        chance = n.regimes_turnover + n.regimes_turnover_openness * openness
        changed = not fallen and (self.luck("turnover") < chance or bool(model.told("turnover", state=c)))
        s["overthrow"][c], s["turnover"][c] = fallen, changed
        if fallen:
            self.overthrow(meddlers)
        if changed:
            model.note("turnover", "", c)
        rents = sum(model.flows["rent_paid"][p][c] for p in model.patron)
        drift = (
            n.regimes_openness_return * (n.openness[c] - openness)
            - n.regimes_openness_rent * openness * rents / s["gdp"][c]
            - n.regimes_openness_campaign * len(meddlers)
            + n.regimes_openness_overthrow * fallen
        )
        s["openness"][c] = clip(openness + drift, 0.01, 0.99)
        wider = n.regimes_coalition_slope * (s["openness"][c] - n.openness[c])
        s["coalition"][c] = clip(n.coalition[c] + wider, 0.01, 1.0)

    def judge(self, openness: float) -> None:
        """How legitimacy moves."""
        n, s, c, flows = self.model.inputs, self.model.state, self.code, self.model.flows
        unpopular = sum(flows["rent_paid"][p][c] for p in self.model.patron if self.distance(p) > n.regimes_unpopular)
        change = (
            n.regimes_recovery * (n.regimes_mean - s["legitimacy"][c])
            + n.regimes_growth * self.excess
            + n.regimes_income * min(self.income(), n.regimes_income_cap)
            - n.regimes_publicity * openness * unpopular / s["gdp"][c]
            - n.interference_cost * sum(flows["campaigns"][p][c] for p in self.model.patron)
            + n.regimes_noise * self.noise("legitimacy")
        )
        s["legitimacy"][c] = clip(s["legitimacy"][c] + change, 0.0, 1.0)

    def overthrow_chance(self, campaigns: int) -> float:
        """Chance of an overthrow this quarter, with that many campaigns against the regime."""
        n, s, c = self.model.inputs, self.model.state, self.code
        return n.with_regime_change * logistic(
            n.regimes_hazard
            + n.regimes_hazard_legitimacy * (n.regimes_mean - s["legitimacy"][c])
            + n.regimes_hazard_openness * self.contested
            + n.regimes_hazard_growth * max(0.0, -self.excess)
            + n.regimes_hazard_campaign * campaigns
            + n.regimes_hazard_threat * s["threat"][c]
        )

    def overthrow(self, meddlers: list[str]) -> None:
        """A new regime: trusted, near to the patron that helped it, forgiven."""
        n, s, c = self.model.inputs, self.model.state, self.code
        shares = self.model.shares_before(c)
        sponsor = max(meddlers, key=lambda p: shares[p], default="")
        s["legitimacy"][c] = n.regimes_mean
        if sponsor:
            self.move(n.regimes_sponsor, sponsor)
        for p in self.model.patron:
            s["grievance"][p][c] *= n.regimes_appeased
        self.model.note("overthrow", sponsor, c)
