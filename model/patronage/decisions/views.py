"""What an actor sees when it decides, and what the model would decide for it: arrays that can be cut down to one actor.

Fields called `usual_…` hold the model's own decision: the strategy, policy or rule that the scenario names. Who changes part of a
decision begins with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any, Self

import numpy as np

from ..world.arrays import Array


def cut(array: Array, axis: int, index: int) -> Array:
    """One place of an axis, kept with length one; an axis of length one is the same for all."""
    if array.shape[axis] == 1:
        return array
    return array[(slice(None),) * axis + (slice(index, index + 1),)]


class Late:
    """An array that is worked out when somebody first looks at it."""

    def __init__(self, work: Callable[[], Array]) -> None:
        self._work = work

    @cached_property
    def array(self) -> Array:
        """The array."""
        return self._work()

    def only(self, axis: int, index: int) -> Late:
        """One place of an axis."""
        return Late(lambda: cut(self.array, axis, index))


def seen(axes: str) -> Any:
    """A dataclass field whose array has these axes after the run axis (length one means: the same for all)."""
    return field(metadata={"axes": axes})


@dataclass(frozen=True)
class ActorView:
    """Base of all views."""

    def only(self, letter: str, index: int) -> Self:
        """The view of one actor: every axis `letter` cut to `index`, kept with length one."""
        changes: dict[str, Any] = {}
        for f in fields(self):
            axes: str = f.metadata.get("axes", "")
            if letter in axes:
                axis, value = 1 + axes.index(letter), getattr(self, f.name)
                changes[f.name] = value.only(axis, index) if isinstance(value, Late) else cut(value, axis, index)
        return replace(self, **changes)


@dataclass(frozen=True)
class CourtView(ActorView):
    """Before dividing a budget. MUSD a quarter."""

    available: Array = seen("P")
    """What packages due leave to spend."""
    weight: Array = seen("PC")
    """w': how much influence over the client is worth now."""
    rivals: Array = seen("PC")
    """Effort of all others in the client last quarter."""
    floor: Array = seen("PC")
    """Effort that leaves a contest at one half against nobody ([R,1,C])."""
    reputation: Array = seen("PC")
    distance: Array = seen("PC")
    hosted: Array = seen("PC")
    """Rivalry-weighted bases of others in the client."""
    holds: Array = seen("PC")
    """bool: the patron holds a base there."""
    follows: Array = seen("PC")
    """bool: the client is a member of a bloc the patron leads."""
    mode: Array = seen("P")
    share: Array = seen("P")
    """The strategy's own parameter, 0-1."""
    draw: Array = seen("P")
    margin: Array = seen("PC")
    affinity: Array = seen("PC")
    premium: Array = seen("PC")
    steepness: Array = seen("PC")
    slope: Array = seen("P")
    revisit: Array = seen("P")
    usual_effort: Array = seen("PC")
    """MUSD a quarter."""
    usual_mode: Array = seen("P")
    portfolios: Late = seen("PKC")
    """[R,P,2,C] what follows, side by side."""

    @property
    def by_weight(self) -> Array:
        """[R,P,C] effort of who courts everyone in proportion to weight, MUSD a quarter."""
        return self.portfolios.array[:, :, 0]

    @property
    def by_control(self) -> Array:
        """[R,P,C] effort of who picks clients and pays for control of them, MUSD a quarter."""
        return self.portfolios.array[:, :, 1]


@dataclass(frozen=True)
class BidView(ActorView):
    """What a base is worth to its holder, and its absence to a rival. MUSD a year."""

    mission: Array = seen("PC")
    need: Array = seen("PC")
    geography: Array = seen("PC")
    luck: Array = seen("PC")
    """Lognormal factor of the value."""
    alternatives: Array = seen("PC")
    substitution: Array = seen("PC")
    denial_scale: Array = seen("PC")
    weight: Array = seen("PC")
    """w, of the bidder as a rival."""
    budget: Array = seen("PC")
    """The bidder's yearly budget ([R,P,1])."""
    influence: Array = seen("PC")
    """The bidder's share of influence."""
    reputation: Array = seen("PC")
    factor: Array = seen("PC")
    """What the bidder's strategy makes of denial ([R,P,1])."""
    open: Array = seen("PC")
    """bool: the client is open to the bidder, whose bids count."""
    given: Array = seen("PC")
    """What part of its help the bidder does not withhold from the client's regime."""
    denied: Array = seen("PC")
    """Factor on bids to deny a base ([R,1,1])."""
    further: Array = seen("PC")
    """What rests on a base there, less its fixed cost; luck does not touch it."""
    rivalry: Array = seen("PH")
    """[R,P,H]: the bidder's rivalry with each possible holder H."""
    usual_value: Array = seen("PC")
    """V, what each base is worth to the bidder as its holder."""
    usual_bids: Array = seen("PHC")
    """[R,P,H,C]: N, what the bidder offers for H not having a base in C."""


@dataclass(frozen=True)
class Offers(ActorView):
    """What lies on a client's table, dyad by dyad. MUSD a year."""

    kind: str = seen("")
    """The kind of concession: "base", or a further one."""
    price: Array = seen("PC")
    """Selectorate price of the concession."""
    survival: Array = seen("PC")
    """What hosting does to the regime's chance to survive; negative where it protects."""
    denial: Array = seen("PC")
    """Sum of the rivals' denial bids, or what a rival would pay to have it alone."""
    consent: Array = seen("PC")
    """Price of allies' consent, 0 where none is needed."""
    purse: Array = seen("PC")
    """The most that the client could pay for the base itself."""
    closed: Array = seen("PC")
    """bool: the client is closed to the patron."""
    value: Array = seen("PC")
    """The would-be holder's value."""
    influence: Array = seen("PC")
    """Shares of influence."""
    surplus_share: Array = seen("PC")
    hold: Array = seen("PC")
    """What of the surplus the client has learned to ask, where the holder has nowhere else to go."""
    belief: Array = seen("PC")
    """What the client believes the base to be worth to its holder: the value without this quarter's luck."""
    insists: Array = seen("PC")
    """bool: the client names the rent of a contract in force, to be taken or left."""
    usual_price: Array = seen("PC")
    """`price` times the factor of the client's policy."""
    usual_floor: Array = seen("PC")
    """The least that the client takes."""
    usual_rent: Array = seen("PC")
    usual_accept: Array = seen("PC")
    """bool: the client would agree."""

    @property
    def usual(self) -> Answer:
        """What the client's policy answers."""
        return Answer(self.usual_price, self.usual_floor, self.usual_rent, self.usual_accept)


@dataclass(frozen=True)
class Answer:
    """A client's answer to offers, [R,P,C] each."""

    price: Array
    floor: Array
    rent: Array
    accept: Array


@dataclass(frozen=True)
class GrievanceView(ActorView):
    """Before retaliating."""

    able: Array = seen("PC")
    """Largest chance of a campaign: 0 for who has no voice there or runs one already, most in half-open regimes."""
    share: Array = seen("PC")
    """Shares of influence."""
    stake: Array = seen("PC")
    """What the patron has put into the client, against its GDP, 0-1."""
    drift: Array = seen("PC")
    """How much farther from the patron the client stands than it used to."""
    gap: Array = seen("PC")
    """How far the patron's openness stands above the client's, 0 where it does not or is not stated."""
    campaign_chance: Array = seen("PC")
    campaign_draw: Array = seen("PC")
    sanction_chance: Array = seen("PC")
    sanction_draw: Array = seen("PC")
    grievance: Array = seen("PC")
    usual_campaigns: Array = seen("PC")
    """bool: launched."""
    usual_sanctions: Array = seen("PC")
    """bool: begun."""


@dataclass(frozen=True)
class SupportView(ActorView):
    """What patrons are to a regime, before its fall is weighed. C is the client in all of it."""

    openness: Array = seen("C")
    gdp: Array = seen("C")
    """MUSD a year."""
    arms: Array = seen("PC")
    """Stocks, MUSD."""
    capital: Array = seen("PC")
    presence: Array = seen("PC")
    share: Array = seen("PC")
    """Shares of influence."""
    access: Array = seen("PC")
    """Trade and remittances over GDP, less what sanctions cut."""
    treaty: Array = seen("PC")
    """Economic bandwidth of treaties, blocs included; 0 where institutions are switched off."""
    above: Array = seen("PC")
    """The patron's openness less the client's, 0 where the patron's is not stated."""
    coup_proofing: Array = seen("PC")
    """How far the patron's arms protect against the army ([R,P,1])."""


@dataclass(frozen=True)
class AdmissionView(ActorView):
    """A bloc before it opens its door."""

    benefit: Array = seen("BC")
    """Benefit of membership to each client."""
    member: Array = seen("BC")
    candidate: Array = seen("BC")
    """bool: may join, and the bloc is open."""
    open: Array = seen("B")
    vote_cost: Array = seen("BC")
    """What a yes to the candidate would cost the leader, MUSD a year."""
    purse: Array = seen("B")
    """What the leader would pay for consent, MUSD a year."""
    draw: Array = seen("BC")
    join: Array = seen("BC")
    leave: Array = seen("BC")
    slope: Array = seen("BC")
    hysteresis: Array = seen("BC")
    usual_joins: Array = seen("BC")
    """bool."""
    usual_leaves: Array = seen("BC")
    """bool."""


@dataclass(frozen=True)
class ConsentView(ActorView):
    """A bloc asked whether an outsider may have a base in a member state.

    What each member says is worked out when it is first looked at. M is a member.
    """

    required: Array = seen("BPC")
    """bool: this bloc must be asked about p in c."""
    voters: Array = seen("BC")
    """Number of votes in a ballot about client c."""
    rule: Array = seen("B")
    """Vote rule: index into names."""
    usual_cost: Array = seen("BPC")
    """Price of the bloc's consent by its rule, MUSD a year; 0 where a base stands already."""
    voices: Late = seen("BPCM")
    """[R,B,P,C,M,6] what follows, side by side."""

    @property
    def votes(self) -> Array:
        """[R,B,P,C,M] bool: member m has a vote. All that follows is 0 for who has none."""
        return np.asarray(self.voices.array[..., 0] > 0)

    @property
    def objects(self) -> Array:
        """[R,B,P,C,M] bool: member m objects."""
        return np.asarray(self.voices.array[..., 1] > 0)

    @property
    def stance(self) -> Array:
        """[R,B,P,C,M] how much farther p stands from m than the leader: positive for those who object."""
        return self.voices.array[..., 2]

    @property
    def prices(self) -> Array:
        """[R,B,P,C,M] price of m's consent, MUSD a year."""
        return self.voices.array[..., 3]

    @property
    def salience(self) -> Array:
        """[R,B,P,C,M] σ behind m's price, sqrt(MUSD a quarter)."""
        return self.voices.array[..., 4]

    @property
    def capability(self) -> Array:
        """[R,B,P,C,M] GDP of m, MUSD a year."""
        return self.voices.array[..., 5]


@dataclass(frozen=True)
class ForceView(ActorView):
    """A bloc deciding on its joint force. MUSD a year. N are contributors: client members, the leader last."""

    able: Array = seen("B")
    """bool: the bloc has a joint force and a member to protect."""
    cohesion: Array = seen("B")
    threshold: Array = seen("B")
    consent_left: Array = seen("B")
    vote_cost: Array = seen("B")
    purse: Array = seen("B")
    usual_supply: Array = seen("B")
    usual_acts: Array = seen("B")
    """bool."""
    usual_buys: Array = seen("B")
    """bool: the leader buys consent."""
    contributors: Late = seen("BN")
    """[R,B,N,2] what follows, side by side."""

    @property
    def income(self) -> Array:
        """[R,B,N] yearly GDP of contributors; 0 for others."""
        return self.contributors.array[..., 0]

    @property
    def preference(self) -> Array:
        """[R,B,N] β, taste for the joint force."""
        return self.contributors.array[..., 1]
