"""The world: all that changes, in one frozen struct. The run axis leads; arrays are read-only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from .arrays import Array, Lens, freeze


@dataclass(frozen=True)
class World:
    """State of all runs at one moment. R run, P patron (Q rival), C client, K instrument, U purpose, N channel."""

    quarter: int
    """Number of the quarter the world is in: 4*year + (q - 1)."""
    # --- clients ------------------------------------------------------------------------------------------------
    gdp: Array = field(metadata={"axes": "C"})  # MUSD a quarter
    growth: Array = field(metadata={"axes": "C"})  # log change of GDP in the quarter
    excess: Array = field(metadata={"axes": "C"})  # growth beyond the trend
    openness: Array = field(metadata={"axes": "C"})  # D, 0-1
    coalition: Array = field(metadata={"axes": "C"})  # W, 0-1
    legitimacy: Array = field(metadata={"axes": "C"})  # L, 0-1
    threat: Array = field(metadata={"axes": "C"})  # H, 0-1
    insecurity: Array = field(metadata={"axes": "C"})  # H left after arms and joint forces, 0-1
    other_debt: Array = field(metadata={"axes": "C"})  # MUSD owed to others than the patrons
    income: Array = field(metadata={"axes": "C"})  # cash from patrons per GDP in the quarter
    turnover: Array = field(metadata={"axes": "C"})  # bool: constitutional turnover last quarter
    overthrow: Array = field(metadata={"axes": "C"})  # bool: overthrow last quarter
    position: Array = field(metadata={"axes": "CO"})  # UNGA ideal point, then orientations
    # --- patrons ------------------------------------------------------------------------------------------------
    budget_level: Array = field(metadata={"axes": "P"})  # MUSD a quarter, before mission and shocks
    budget: Array = field(metadata={"axes": "P"})  # MUSD a quarter, of this quarter
    available: Array = field(metadata={"axes": "P"})  # what packages due leave for courtship
    unspent: Array = field(metadata={"axes": "P"})  # MUSD a quarter
    shock_sum: Array = field(metadata={"axes": "P"})  # cumulated log shock to income
    mission_before: Array = field(metadata={"axes": "P"})  # 0-1
    patron_gdp: Array = field(metadata={"axes": "P"})  # MUSD a quarter
    surplus: Array = field(metadata={"axes": "P"})  # MUSD of surplus equipment left
    mode: Array = field(metadata={"axes": "P"})  # 0 sphere of influence, 1 client state
    # --- dyads --------------------------------------------------------------------------------------------------
    arms: Array = field(metadata={"axes": "PC"})  # MUSD
    capital: Array = field(metadata={"axes": "PC"})  # MUSD
    debt: Array = field(metadata={"axes": "PC"})  # MUSD
    presence: Array = field(metadata={"axes": "PC"})  # MUSD
    base: Array = field(metadata={"axes": "PC"})  # bool
    rent: Array = field(metadata={"axes": "PC"})  # MUSD a year agreed, also where paid in kind
    term_left: Array = field(metadata={"axes": "PC"})  # quarters
    notice: Array = field(metadata={"axes": "PC"})  # quarters left, 0 none
    route: Array = field(metadata={"axes": "PC"})  # why notice was given: index into ROUTES
    sites: Array = field(metadata={"axes": "PC"})  # separately agreed sites
    effort: Array = field(metadata={"axes": "PC"})  # MUSD a quarter of courtship
    offered: Array = field(metadata={"axes": "PCK"})  # MUSD of face value promised in courtship this quarter
    packaged: Array = field(metadata={"axes": "PCK"})  # MUSD of face value promised in packages this quarter
    arriving: Array = field(metadata={"axes": "PCK"})  # MUSD of packages on their way this quarter
    expected: Array = field(metadata={"axes": "PCK"})  # MUSD the client counts on this quarter
    delivered: Array = field(metadata={"axes": "PCK"})  # MUSD of face value handed over this quarter
    transferred: Array = field(metadata={"axes": "PC"})  # MUSD of surplus equipment handed over, transfer value
    rent_paid: Array = field(metadata={"axes": "PC"})  # MUSD of cash rent this quarter
    due: Array = field(metadata={"axes": "PCKU"})  # MUSD promised in packages that will come
    stuck: Array = field(metadata={"axes": "PCKU"})  # MUSD promised in packages that will not, until cancelled
    reputation: Array = field(metadata={"axes": "PC"})  # q, 0-1
    grievance: Array = field(metadata={"axes": "PC"})  # G of the patron at the client
    sting: Array = field(metadata={"axes": "PC3"})  # grievance to come in this and the next two quarters
    campaign: Array = field(metadata={"axes": "PC"})  # quarters a media campaign still weighs
    launched: Array = field(metadata={"axes": "PC"})  # bool: campaign begun this quarter
    sanction: Array = field(metadata={"axes": "PC"})  # quarters left
    sanction_cut: Array = field(metadata={"axes": "PC"})  # part of market access cut
    influence: Array = field(metadata={"axes": "PC"})  # I, 0-1
    share: Array = field(metadata={"axes": "PC"})  # s, 0-1
    channel: Array = field(metadata={"axes": "PCN"})  # influence by channel, weights included
    pledge: Array = field(metadata={"axes": "QPC"})  # quarters the client is pledged to q not to host p
    # --- blocs --------------------------------------------------------------------------------------------------
    member: Array = field(metadata={"axes": "BC"})  # bool
    cohesion: Array = field(metadata={"axes": "B"})  # C, 1 for members of one orientation without disputes
    force: Array = field(metadata={"axes": "B"})  # MUSD a year of a joint force that acts
    consent_left: Array = field(metadata={"axes": "B"})  # quarters of bought consent
    # --- events -------------------------------------------------------------------------------------------------
    events: EventState
    settings: Mapping[str, Array]
    """Fields that events have changed, [R, *axes]."""
    before: Before | None = None
    """Shares, reputation and grievance at the end of the last quarter."""

    def evolve(self, **changes: Any) -> World:
        """The world with some arrays replaced by new, read-only ones."""
        for value in changes.values():
            if isinstance(value, np.ndarray):
                freeze(value)
        return replace(self, **changes)

    @property
    def runs(self) -> int:
        return int(self.gdp.shape[0])

    @cached_property
    def dyad(self) -> Lens:
        """Arrays shaped to broadcast on [R,P,C]."""
        return Lens(self, AXES, "PC")

    @cached_property
    def past(self) -> Before:
        """Last quarter's shares, reputation and grievance."""
        if self.before is None:
            raise ValueError("a quarter has not begun")
        return self.before


@dataclass(frozen=True)
class Before:
    """What phases read of the last quarter, so that nothing loops inside a step."""

    share: Array  # [R,P,C]
    reputation: Array  # [R,P,C]
    grievance: Array  # [R,P,C]


@dataclass(frozen=True)
class EventState:
    """Where each event stands. E: events in file order."""

    fired: Array  # [R,E] quarter of the latest firing, -1 never
    active: Array  # [R,E] bool: in force
    held: Array  # [R,E] quarters running for which the condition has held
    origin: Mapping[tuple[int, int], Array]  # (event, change) -> [R] value before the firing


AXES: dict[str, str] = {f.name: f.metadata["axes"] for f in fields(World) if "axes" in f.metadata}

ROUTES = ("", "mission", "rival", "overthrow", "event", "demand", "price")
"""Why a base closes: mission ended; rival outbid; overthrow; decree; demand above its value; the host's own price."""
