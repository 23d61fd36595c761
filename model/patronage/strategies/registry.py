"""Strategies and policies by name: the built-in ones, and those that other packages register."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points

from . import clients, patrons
from .clients import Policy
from .patrons import Strategy

_STRATEGIES: tuple[type[Strategy], ...] = (
    patrons.Sphere,
    patrons.ClientState,
    patrons.Portfolio,
    patrons.Mixture,
    patrons.DenialFirst,
    patrons.TitForTat,
    patrons.Retrench,
)
_POLICIES: tuple[type[Policy], ...] = (
    clients.Auctioneer,
    clients.Hedger,
    clients.Bandwagoner,
    clients.Balancer,
    clients.Isolationist,
)


@cache
def strategies() -> dict[str, Strategy]:
    """All patron strategies; group `patronage.strategies` adds to the built-in ones."""
    found = {cls.name: cls() for cls in _STRATEGIES}
    for entry in entry_points(group="patronage.strategies"):
        found.setdefault(entry.name, entry.load()())
    return found


@cache
def policies() -> dict[str, Policy]:
    """All client policies; group `patronage.policies` adds to the built-in ones."""
    found = {cls.name: cls() for cls in _POLICIES}
    for entry in entry_points(group="patronage.policies"):
        found.setdefault(entry.name, entry.load()())
    return found
