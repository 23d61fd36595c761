"""Theories that other packages register: when a patron campaigns against a regime, and what patrons' support does to one.

Subclass `Interference` or `Support` and name the class in the entry-point group `patronage.interference` or `patronage.support`.
All runs pass through at once; a row of the answer may depend on the same row of the view only.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from typing import ClassVar

import numpy as np

from ..world.arrays import Array
from ..world.codes import NAMES
from ..world.parameters import Parameters
from .registered import played
from .views import GrievanceView, SupportView


class Interference:
    """A theory of why patrons campaign against regimes."""

    name: ClassVar[str]

    def chance(self, view: GrievanceView) -> Array:
        """Chance of a campaign this quarter [R,P,C] in a half-open regime; what the view calls `able` is applied to it."""
        raise TypeError(f"{type(self).__name__} must define chance()")


class Support:
    """A theory of what patrons' support does to a regime."""

    name: ClassVar[str]

    def hazard(self, view: SupportView) -> Array:
        """Change of the logit of an overthrow [R,C]."""
        return np.zeros_like(view.openness)

    def pull(self, view: SupportView) -> Array:
        """Addition to the mean to which openness returns [R,C]."""
        return np.zeros_like(view.openness)


@cache
def interferences() -> dict[str, Interference]:
    """Theories of group `patronage.interference`, by name."""
    return {e.name: e.load()() for e in entry_points(group="patronage.interference") if e.name not in NAMES}


@cache
def supports() -> dict[str, Support]:
    """Theories of group `patronage.support`, by name."""
    return {e.name: e.load()() for e in entry_points(group="patronage.support") if e.name not in NAMES}


def campaigns_of(view: GrievanceView, n: Parameters) -> GrievanceView:
    """The view with what registered theories of interference lead to."""
    for theory, holds in played(n, "interference", interferences()):
        chance = np.where(holds[:, :, None], view.able * theory.chance(view), view.campaign_chance)
        launched = np.where(holds[:, :, None], view.campaign_draw < chance, view.usual_campaigns)
        view = replace(view, campaign_chance=chance, usual_campaigns=launched)
    return view


def support_of(view: SupportView, n: Parameters) -> tuple[Array, Array]:
    """[R,C] what registered theories of support do to the logit of an overthrow and to mean openness; 0 where none is told of."""
    hazard, pull = np.zeros_like(view.openness), np.zeros_like(view.openness)
    for theory, holds in played(n, "support", supports()):
        hazard = np.where(holds, theory.hazard(view), hazard)
        pull = np.where(holds, theory.pull(view), pull)
    return hazard, pull
