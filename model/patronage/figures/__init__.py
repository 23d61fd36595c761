"""Figures of an ensemble. The only part of the package that imports matplotlib; nothing here imports pyplot.

Its names are loaded when first used: reports, and the page that answers with them, need no matplotlib before they draw.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .album import FIGURES, Plate, figure, plot, plot_pair
    from .lettering import scenario_texts, undrawn

__all__ = ["FIGURES", "Plate", "figure", "plot", "plot_pair", "scenario_texts", "undrawn"]


def __getattr__(name: str) -> Any:  # whatever the name stands for
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{'lettering' if name in ('scenario_texts', 'undrawn') else 'album'}"), name)
