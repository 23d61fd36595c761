"""The world of many runs as Python sees it: labelled views of the records that a quarter writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

import numpy as np

from . import fields
from .arrays import Array
from .fields import AXES, ROUTES
from .layout import Records

if TYPE_CHECKING:
    from .structure import Structure

__all__ = ["AXES", "ROUTES", "View", "World"]


class View:
    """An array of all runs, [R, *axes] without the padding; a flag as bool. It is the memory itself, not a copy."""

    def __init__(self, name: str, axes: str, *, flag: bool = False) -> None:
        self.name, self.axes, self.flag = name, axes, flag

    @overload
    def __get__(self, world: None, owner: type) -> View: ...
    @overload
    def __get__(self, world: World, owner: type) -> Array: ...
    def __get__(self, world: World | None, owner: type) -> View | Array:
        if world is None:
            return self
        return cut(world.records[self.name], world.structure, self.axes, flag=self.flag)


def cut(array: Array, structure: Structure, axes: str, *, flag: bool = False) -> Array:
    """An array [R, padded...] without its padding."""
    lengths = structure.lengths
    out = array[(slice(None), *(slice(0, lengths.get(letter)) for letter in axes))]
    return out.view(np.bool_) if flag else out


class OfBases:
    """The first kind alone of an array that has one for each kind of concession: [R, ...]."""

    def __init__(self, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, world: None, owner: type) -> OfBases: ...
    @overload
    def __get__(self, world: World, owner: type) -> Array: ...
    def __get__(self, world: World | None, owner: type) -> OfBases | Array:
        return self if world is None else getattr(world, self.name)[..., 0]


class World:
    """State of all runs at one moment. What the engine goes on with it changes too: copy what is to be kept."""

    def __init__(self, records: Records, structure: Structure) -> None:
        self.records, self.structure = records, structure

    @property
    def quarter(self) -> int:
        """Number of the quarter the world is in: 4*year + (q - 1). A run that has left the numbers stays behind."""
        return int(self.records["quarter"].max())

    @property
    def runs(self) -> int:
        return len(self.records)

    def copy(self) -> World:
        """The world as it is now, whatever happens next."""
        return World(self.records.copy(), self.structure)

    def work(self, name: str) -> Array:
        """An array that one part of the quarter left for the next, or what events order; see `fields.WORK` and `fields.ORDERS`."""
        field = next(f for f in (*fields.WORK, *fields.ORDERS) if f.name == name)
        return cut(self.records[name], self.structure, field.axes, flag=field.kind == "flag")

    base = OfBases("standing")
    """bool [R,P,C]: a base stands."""

    # --- one line a field of `fields.STATE`; a test holds the two together
    gdp = View("gdp", "C")
    growth = View("growth", "C")
    excess = View("excess", "C")
    openness = View("openness", "C")
    coalition = View("coalition", "C")
    legitimacy = View("legitimacy", "C")
    threat = View("threat", "C")
    insecurity = View("insecurity", "C")
    other_debt = View("other_debt", "C")
    income = View("income", "C")
    turnover = View("turnover", "C", flag=True)
    overthrow = View("overthrow", "C", flag=True)
    position = View("position", "CO")
    threat_mean = View("threat_mean", "C")
    regime = View("regime", "C")
    coup = View("coup", "C", flag=True)
    anchor_shift = View("anchor_shift", "CO")
    contagion = View("contagion", "C")
    real_gdp = View("real_gdp", "C")
    patron_real_gdp = View("patron_real_gdp", "P")
    budget_level = View("budget_level", "P")
    budget = View("budget", "P")
    available = View("available", "P")
    unspent = View("unspent", "P")
    shock_sum = View("shock_sum", "P")
    patron_gdp = View("patron_gdp", "P")
    surplus = View("surplus", "P")
    mode = View("mode", "P")
    arms = View("arms", "PC")
    capital = View("capital", "PC")
    debt = View("debt", "PC")
    presence = View("presence", "PC")
    standing = View("standing", "PCJ", flag=True)
    rent = View("rent", "PCJ")
    term_left = View("term_left", "PCJ")
    notice = View("notice", "PCJ")
    route = View("route", "PCJ")
    sites = View("sites", "PCJ")
    age = View("age", "PCJ")
    closed = View("closed", "PC")
    shut = View("shut", "PC", flag=True)
    mission_before = View("mission_before", "PC")
    tie_mission_before = View("tie_mission_before", "PC")
    effort = View("effort", "PC")
    offered = View("offered", "PCK")
    packaged = View("packaged", "PCK")
    arriving = View("arriving", "PCK")
    expected = View("expected", "PCK")
    delivered = View("delivered", "PCK")
    transferred = View("transferred", "PC")
    rent_paid = View("rent_paid", "PC")
    due = View("due", "PCKU")
    stuck = View("stuck", "PCKU")
    reputation = View("reputation", "PC")
    grievance = View("grievance", "PC")
    sting = View("sting", "PC3")
    campaign = View("campaign", "PC")
    launched = View("launched", "PC", flag=True)
    sanction = View("sanction", "PC")
    sanction_cut = View("sanction_cut", "PC")
    sanction_loss = View("sanction_loss", "PC")
    opinion = View("opinion", "PC")
    distance_mean = View("distance_mean", "PC")
    drift = View("drift", "PC")
    gravity = View("gravity", "PC")
    tiv = View("tiv", "PCY")
    idle = View("idle", "PC")
    contract = View("contract", "PC")
    aid = View("aid", "PC")
    bandwidth_past = View("bandwidth_past", "PCM")
    dependence_past = View("dependence_past", "PCM")
    fbic = View("fbic", "PC")
    fbic_index = View("fbic_index", "PC")
    influence = View("influence", "PC")
    share = View("share", "PC")
    channel = View("channel", "PCN")
    pledge = View("pledge", "QPCJ")
    member = View("member", "BC", flag=True)
    cohesion = View("cohesion", "B")
    force = View("force", "B")
    consent_left = View("consent_left", "B")
    bloc_sanction = View("bloc_sanction", "BC")
    bloc_loss = View("bloc_loss", "BC")
    deflator = View("deflator", "")
    share_before = View("share_before", "PC")
    reputation_before = View("reputation_before", "PC")
    grievance_before = View("grievance_before", "PC")
