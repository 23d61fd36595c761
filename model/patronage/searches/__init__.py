"""Searches: the packages of levers that no other beats, over many futures, and what each would cost."""

# ruff: noqa: TC004  imported for type checkers alone, and loaded when they are used
from __future__ import annotations

from typing import TYPE_CHECKING

from ..moved import loaded_when_used

if TYPE_CHECKING:
    from .goals import Constraint, Goal, PricedLever, Search
    from .optimisers import MissingOptimiserError
    from .reading import list_searches, load_search, search_names
    from .searching import SearchResult, search

__all__ = [
    "Constraint",
    "Goal",
    "MissingOptimiserError",
    "PricedLever",
    "Search",
    "SearchResult",
    "list_searches",
    "load_search",
    "search",
    "search_names",
]  # fmt: skip

_HOMES = {
    "Constraint": ".goals",
    "Goal": ".goals",
    "PricedLever": ".goals",
    "MissingOptimiserError": ".optimisers",
    "Search": ".goals",
    "SearchResult": ".searching",
    "list_searches": ".reading",
    "load_search": ".reading",
    "search": ".searching",
    "search_names": ".reading",
}

loaded_when_used(__name__, _HOMES)
