"""How a client prices a concession: small classes with one method, over arrays.

Add one by subclassing `Policy` and naming it in the entry-point group `patronage.policies`.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from ..world.arrays import Array, total
from .views import Answer, Offers


class Policy:
    """A way to sell. The default sells to whoever pays more than refusing would."""

    name: ClassVar[str]

    def respond(self, offers: Offers) -> Answer:
        """Prices, floors, rents (MUSD a year) and acceptance [R,P,C] for every dyad on the table."""
        asked = offers.price * self.factor(offers)
        floor = asked + offers.denial + offers.consent
        rent = floor + offers.surplus_share * (offers.value - floor)
        rent = np.where(offers.insists, np.maximum(floor, offers.belief), rent)
        worth = offers.value >= np.where(offers.insists, rent, floor)
        return Answer(asked, floor, rent, worth & (offers.value > 0))

    def factor(self, offers: Offers) -> Array:
        """Factor on the price of conceding to each patron."""
        return np.ones_like(offers.price)


def _lead(offers: Offers) -> Array:
    """Share of influence above the patrons' mean."""
    patrons = offers.influence.shape[1]
    return np.asarray(offers.influence - (total(offers.influence, 1) / patrons)[:, None, :])


class Auctioneer(Policy):
    """Common agency (Bernheim & Whinston 1986): price plus the denial bids forgone."""

    name = "auctioneer"


class Hedger(Policy):
    """Asks more from the influential, less from the weak."""

    name = "hedger"

    def factor(self, offers: Offers) -> Array:
        return np.exp(2.0 * _lead(offers))


class Bandwagoner(Policy):
    """Sells cheaply to the influential."""

    name = "bandwagoner"

    def factor(self, offers: Offers) -> Array:
        return np.exp(-2.0 * _lead(offers))


class Balancer(Policy):
    """Asks more from the leading patron alone."""

    name = "balancer"

    def factor(self, offers: Offers) -> Array:
        patrons = np.arange(offers.influence.shape[1])[None, :, None]
        leading = np.argmax(offers.influence, axis=1)[:, None, :] == patrons
        return np.where(leading, np.exp(2.0), 1.0)


class Isolationist(Policy):
    """Sells to nobody."""

    name = "isolationist"

    def respond(self, offers: Offers) -> Answer:
        answer = super().respond(offers)
        return Answer(answer.price, answer.floor, answer.rent, np.zeros_like(answer.accept))
