"""A client: how its regime answers those who coerce it (equations §10)."""

from __future__ import annotations

from .regimes import Regime


class Client(Regime):
    """A country with a regime that is asked for things."""

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
        for p, (cut, loss, quarters) in threats.items():
            if n.coercion_enforcement * loss * self.revenue_year > prices[p]:
                self.move(n.coercion_submission, p)
                s["grievance"][p][c] *= n.regimes_appeased
                self.model.note(
                    "complied", p, c, value=n.coercion_enforcement * loss * self.revenue_year, price=prices[p]
                )
            else:
                s["sanction"][p][c], s["sanction_cut"][p][c], s["sanction_loss"][p][c] = quarters, cut, loss
                self.defy(p, loss)
                self.model.note(
                    "sanction", p, c, value=n.coercion_enforcement * loss * self.revenue_year, price=prices[p]
                )

    def age_sanctions(self) -> None:
        """Sanctions in force come a quarter nearer to their end."""
        s, c = self.model.state, self.code
        for p in self.model.patron:
            s["sanction"][p][c] = max(0, s["sanction"][p][c] - 1)
            if s["sanction"][p][c] == 0:
                s["sanction_cut"][p][c] = s["sanction_loss"][p][c] = 0.0

    def defy(self, sender: str, loss: float) -> None:
        """Bear the loss and turn to the black knight, the strongest other patron."""
        s, c = self.model.state, self.code
        others = {q: share for q, share in self.model.shares_before(c).items() if q != sender}
        knight = max(others, key=lambda q: others[q], default=None)
        support = others[knight] if knight is not None else 0.0
        s["legitimacy"][c] = max(0.0, s["legitimacy"][c] - loss * (1.0 - support))
        if knight is not None:
            self.move(self.model.inputs.coercion_resentment * support, knight)
