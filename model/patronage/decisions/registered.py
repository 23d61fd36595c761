"""Strategies and policies that other packages register: classes with one method over arrays, asked for those who play them.

Subclass `Strategy` or `Policy` and name the class in the entry-point group `patronage.strategies` or `patronage.policies`.
All runs pass through at once; a row of the answer may depend on the same row of the view only. Or name a function of one run there,
marked with `compiled`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from types import FunctionType
from typing import Any, ClassVar, TypeVar

import numpy as np

from ..world.arrays import Array, share_of, total
from ..world.codes import CONTROLS_FEW, COURTS_EVERYONE, NAMES
from ..world.parameters import Parameters
from ..world.plan import Names
from .views import Answer, CourtView, Offers

SPHERE, CLIENT_STATE = COURTS_EVERYONE, CONTROLS_FEW
"""Modes of a patron: court everyone by weight, or pick clients and control them."""


Written = TypeVar("Written", bound=Callable[..., Any])
EVERY_KIND = -1
"""In place of a kind of concession: all that are on the table, those that others rest on last."""
VALUED, PRICED, ANSWERED = range(3)
"""What of a kind's terms is worked out anew: all, what it is worth included; prices and answers; answers alone."""
STRATEGY_ARGUMENTS, POLICY_ARGUMENTS = ("w", "n", "s", "p"), ("w", "n", "s", "p", "c", "j")
"""What a function of one run is called with: its world, the inputs in force, who is who, and the actors and the kind by number."""


def compiled(function: Written) -> Written:
    """Mark a function of one run as a strategy or a policy that is compiled like the model itself.

    A strategy `(w, n, s, p)` writes the effort of patron p into `w.effort[p, c]`, MUSD a quarter, and returns its mode. A policy
    `(w, n, s, p, c, j)` returns the factor on the price at which client c sells concessions of kind j to patron p.

    Raises TypeError for what is no function of a module.
    """
    if not isinstance(function, FunctionType) or function.__closure__:
        raise TypeError(f"only a function of a module can be compiled, and {function!r} is none: write it at the top level")
    function.compiled = True  # type: ignore[attr-defined]
    return function


class Strategy:
    """A way to divide a budget among clients."""

    name: ClassVar[str]
    mode: ClassVar[int] = SPHERE
    """What the strategy counts as, where it does not choose."""

    def court(self, view: CourtView) -> tuple[Array, Array]:
        """Effort [R,P,C] (MUSD a quarter, summing to at most what is available) and mode [R,P]."""
        effort = self.effort(view)
        return effort, np.full(effort.shape[:2], self.mode, dtype=np.int8)

    def effort(self, view: CourtView) -> Array:
        """Effort [R,P,C] of a strategy that does not choose its mode."""
        raise TypeError(f"{type(self).__name__} must define effort() or court()")

    def denial(self, share: Array) -> Array:
        """Factor on denial bids [R,P], given the strategy's parameter."""
        return np.ones_like(share)


class Policy:
    """A way to sell. The default sells to whoever pays more than refusing would."""

    name: ClassVar[str]

    def respond(self, offers: Offers) -> Answer:
        """Prices, floors, rents (MUSD a year) and acceptance [R,P,C] for every dyad on the table."""
        asked = offers.price * self.factor(offers)
        floor = np.maximum(asked + offers.survival + offers.denial + offers.consent, -offers.purse)
        rent = floor + offers.surplus_share * (offers.value - floor) + offers.hold * np.maximum(offers.belief - floor, 0.0)
        rent = np.where(offers.insists, np.maximum(floor, offers.belief), rent)
        worth_it = offers.value >= np.where(offers.insists | (offers.hold > 0.0), rent, floor)
        return Answer(asked, floor, rent, worth_it & ((offers.value > 0.0) | (floor < 0.0)) & ~offers.closed)

    def factor(self, offers: Offers) -> Array:
        """Factor on the price of conceding to each patron."""
        return np.ones_like(offers.price)


# --- what a strategy may want ---------------------------------------------------------------------------------------


def spread_by(weight: Array, available: Array) -> Array:
    """Money [R,P] in proportion to weight [R,P,C]."""
    return share_of(available[:, :, None] * weight, total(weight, 2)[:, :, None])


# --- asking them ----------------------------------------------------------------------------------------------------


@cache
def strategies() -> dict[str, Strategy | FunctionType]:
    """Patron strategies of group `patronage.strategies`, by name."""
    return {e.name: loaded(e.load(), STRATEGY_ARGUMENTS) for e in entry_points(group="patronage.strategies") if e.name not in NAMES}


@cache
def policies() -> dict[str, Policy | FunctionType]:
    """Client policies of group `patronage.policies`, by name."""
    return {e.name: loaded(e.load(), POLICY_ARGUMENTS) for e in entry_points(group="patronage.policies") if e.name not in NAMES}


def loaded(found: Any, arguments: tuple[str, ...]) -> Any:
    """What an entry point names: a function marked to be compiled, or what a class makes. Raises TypeError for other arguments."""
    if not getattr(found, "compiled", False):
        return found()
    if found.__code__.co_argcount != len(arguments):
        raise TypeError(f"{found.__module__}.{found.__name__} must take {', '.join(arguments)}: it takes {found.__code__.co_argcount}")
    return found


def are_functions(names: Names) -> bool:
    """Whether all registered ways that these words name are functions of one run."""
    found = [known[word] for word in names.words[len(NAMES) :] for known in (strategies(), policies()) if word in known]
    return len(found) >= len(names.words) - len(NAMES) and all(isinstance(way, FunctionType) for way in found)


def played(n: Parameters, choice: str, known: dict[str, Any]) -> Iterator[tuple[Any, Array]]:
    """Registered ways that somebody plays, with who does: bool [R,P] or [R,C]."""
    for code, way in coded(n, choice, known):
        yield way, n[choice] == code


def coded(n: Parameters, choice: str, known: dict[str, Any]) -> Iterator[tuple[int, Any]]:
    """Registered ways that somebody plays, with what stands for each among the inputs."""
    amount = n[choice]
    for code in np.unique(amount[amount >= len(NAMES)]):
        yield int(code), known[n.names[int(code)]]


def efforts_of(view: CourtView, n: Parameters) -> CourtView:
    """The view with what registered strategies would do."""
    for strategy, plays in played(n, "strategy", strategies()):
        if isinstance(strategy, FunctionType):  # it was asked before
            continue
        effort, mode = strategy.court(view)
        view = replace(
            view,
            usual_effort=np.where(plays[:, :, None], effort, view.usual_effort),
            usual_mode=np.where(plays, mode, view.usual_mode),
        )
    return view


def boldness_of(n: Parameters) -> Array:
    """[R,P] what registered strategies make of denial bids; 1 for who plays another."""
    out = np.ones(n["strategy"].shape)
    for strategy, plays in played(n, "strategy", strategies()):
        if isinstance(strategy, FunctionType):
            continue
        out = np.where(plays, strategy.denial(n["strategy_share"]), out)
    return out


def answers_of(offers: Offers, n: Parameters) -> Offers:
    """The offers with what registered policies would answer."""
    for policy, sells in played(n, "policy", policies()):
        if not isinstance(policy, FunctionType):  # else it was asked before
            offers = answered(offers, policy, sells[:, None, :])
    return offers


def answered(offers: Offers, policy: Policy, here: Array) -> Offers:
    """The offers with what a policy would answer, where it sells: bool [R,1,C]."""
    answer = policy.respond(offers)
    return replace(
        offers,
        usual_price=np.where(here, answer.price, offers.usual_price),
        usual_floor=np.where(here, answer.floor, offers.usual_floor),
        usual_rent=np.where(here, answer.rent, offers.usual_rent),
        usual_accept=np.where(here, answer.accept, offers.usual_accept),
    )
