"""What an actor sees when it decides: arrays that can be cut down to one patron, client or bloc.

The engine decides for everybody at once on the whole view; a Mesa agent decides for itself on its own slice.
Every rule below works row by row, so both give the same bits.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

from ..world.arrays import Array


def seen(axes: str) -> Any:
    """A dataclass field whose array has these axes after the run axis (length one means: the same for all)."""
    return field(metadata={"axes": axes})


@dataclass(frozen=True)
class View:
    """Base of all views."""

    def only(self, letter: str, index: int) -> Self:
        """The view of one actor: every axis `letter` cut to `index`, kept with length one."""
        changes: dict[str, Array] = {}
        for f in fields(self):
            axes: str = f.metadata.get("axes", "")
            if letter in axes:
                array: Array = getattr(self, f.name)
                axis = 1 + axes.index(letter)
                if array.shape[axis] > 1:
                    cut = (slice(None),) * axis + (slice(index, index + 1),)
                    changes[f.name] = array[cut]
        return replace(self, **changes)


@dataclass(frozen=True)
class CourtView(View):
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


@dataclass(frozen=True)
class BidView(View):
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
    rivalry: Array = seen("P*")
    """[R,P,H]: the bidder's rivalry with each possible holder H."""


@dataclass(frozen=True)
class Offers(View):
    """What lies on a client's table, dyad by dyad. MUSD a year."""

    price: Array = seen("PC")
    """Selectorate price of the concession."""
    denial: Array = seen("PC")
    """Sum of the rivals' denial bids."""
    consent: Array = seen("PC")
    """Price of allies' consent, 0 where none is needed."""
    value: Array = seen("PC")
    """The would-be holder's value."""
    influence: Array = seen("PC")
    """Shares of influence."""
    surplus_share: Array = seen("PC")
    belief: Array = seen("PC")
    """What the client believes the base to be worth to its holder: the value without this quarter's luck."""
    insists: Array = seen("PC")
    """bool: the client names the rent of a contract in force, to be taken or left."""


@dataclass(frozen=True)
class Answer:
    """A client's answer to offers, [R,P,C] each."""

    price: Array
    floor: Array
    rent: Array
    accept: Array


@dataclass(frozen=True)
class GrievanceView(View):
    """Before retaliating."""

    campaign_chance: Array = seen("PC")
    campaign_draw: Array = seen("PC")
    sanction_chance: Array = seen("PC")
    sanction_draw: Array = seen("PC")
    grievance: Array = seen("PC")


@dataclass(frozen=True)
class AdmissionView(View):
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


@dataclass(frozen=True)
class ConsentView(View):
    """A bloc asked whether an outsider may have a base in a member state."""

    required: Array = seen("BPC")
    """bool: this bloc must be asked about p in c."""
    objects: Array = seen("BPCM")
    """bool [R,B,P,C,M]: member m objects."""
    prices: Array = seen("BPCM")
    """Price of m's consent, MUSD a year ([R,1,P,1,M])."""
    voters: Array = seen("BC")
    """Number of votes in a ballot about client c."""
    votes: Array = seen("BPCM")
    """bool: member m has a vote ([R,B,1,C,M])."""
    stance: Array = seen("BPCM")
    """How much farther p stands from m than the leader: positive for those who object ([R,B,P,1,M])."""
    capability: Array = seen("BPCM")
    """GDP of m, MUSD a year ([R,1,1,1,M])."""
    salience: Array = seen("BPCM")
    """σ behind m's price ([R,1,P,1,M])."""
    rule: Array = seen("B")
    """Vote rule: index into names."""


@dataclass(frozen=True)
class ForceView(View):
    """A bloc deciding on its joint force. MUSD a year."""

    able: Array = seen("B")
    """bool: the bloc has a joint force and a member to protect."""
    income: Array = seen("BN")
    """[R,B,N] yearly GDP of contributors: client members, the leader last; 0 for others."""
    preference: Array = seen("BN")
    """[R,B,N] β."""
    cohesion: Array = seen("B")
    threshold: Array = seen("B")
    consent_left: Array = seen("B")
    vote_cost: Array = seen("B")
    purse: Array = seen("B")
