"""States and blocs as Mesa agents. Subclass one and override what it decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import mesa
import numpy as np

from ..decisions.views import AdmissionView, Answer, BidView, ConsentView, CourtView, ForceView, GrievanceView, Offers
from ..world.arrays import Array, total

if TYPE_CHECKING:
    from .model import InfluenceModel


class Actor(mesa.Agent):  # type: ignore[misc]  # mesa ships no types
    """Someone with a code and a name."""

    model: InfluenceModel

    def __init__(self, model: InfluenceModel, code: str) -> None:
        super().__init__(model)
        self.code = code
        self.name = model.scenario.names.get(code, code)

    def measure(self, name: str, *codes: str) -> float:
        """A named measure of the world as it stands, for instance `state.measure("share", "RUS", state.code)`."""
        return self.model.measure(name, *codes)


class State(Actor):
    """A state: a patron, a client, or both. Views and answers keep a run axis of length one.

    `court` and `bid` and `retaliate` are asked of patrons, `respond` of clients, all simultaneously: no agent sees what
    another decides in the same quarter.
    """

    def __init__(self, model: InfluenceModel, code: str) -> None:
        super().__init__(model, code)
        s = model.parameters.structure
        self.patron = s.patrons.index(code) if code in s.patrons else None
        self.client = s.clients.index(code) if code in s.clients else None

    @property
    def is_patron(self) -> bool:
        return self.patron is not None

    @property
    def is_client(self) -> bool:
        return self.client is not None

    def court(self, view: CourtView) -> tuple[Array, Array]:
        """Divide the budget: effort [1,1,C] (MUSD a quarter) and mode [1,1]. Default: the scenario's strategy."""
        return view.usual_effort, view.usual_mode

    def bid(self, view: BidView) -> tuple[Array, Array]:
        """Value of each possible base [1,1,C] and denial bids against others' bases [1,1,P,C], MUSD a year."""
        return view.usual_value, view.usual_bids

    def respond(self, offers: Offers) -> Answer:
        """Answer offers [1,P,1], MUSD a year. Default: the scenario's policy."""
        return offers.usual

    def retaliate(self, view: GrievanceView) -> tuple[Array, Array]:
        """Launch campaigns and sanctions: bool [1,1,C] each."""
        return view.usual_campaigns, view.usual_sanctions

    @property
    def legitimacy(self) -> float:
        """Legitimacy, 0-1; NaN for a state that is no client."""
        return self._own("legitimacy")

    @property
    def openness(self) -> float:
        """Political openness, 0-1; NaN for a state that is no client."""
        return self._own("openness")

    @property
    def bases(self) -> int:
        """Bases held abroad plus bases hosted."""
        base = self.model.world.base[0]
        held = int(base[self.patron].sum()) if self.is_patron else 0
        return held + (int(base[:, self.client].sum()) if self.is_client else 0)

    def _own(self, name: str) -> float:
        return float(getattr(self.model.world, name)[0, self.client]) if self.is_client else float(np.nan)


class Bloc(Actor):
    """A bloc that admits members, consents to outsiders' bases and raises a joint force."""

    def __init__(self, model: InfluenceModel, code: str) -> None:
        super().__init__(model, code)
        self.place = model.parameters.structure.blocs.index(code)

    @property
    def members(self) -> tuple[str, ...]:
        """Codes of the client members."""
        inside = self.model.world.member[0, self.place]
        return tuple(c for c, m in zip(self.model.parameters.structure.clients, inside, strict=True) if m)

    def admit(self, view: AdmissionView) -> tuple[Array, Array]:
        """Who joins and who leaves: bool [1,1,C] each."""
        return view.usual_joins, view.usual_leaves

    def consent(self, view: ConsentView) -> Array:
        """Price of consent to each outsider's base in each member state [1,P,C], MUSD a year."""
        return total(view.usual_cost, 1)

    def contribute(self, view: ForceView) -> tuple[Array, Array, Array]:
        """Joint force supplied [1,1] (MUSD a year), whether it acts, whether the leader buys consent."""
        return view.usual_supply, view.usual_acts, view.usual_buys
