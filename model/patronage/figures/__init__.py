"""Figures of an ensemble. The only part of the package that imports matplotlib; nothing here imports pyplot."""

from __future__ import annotations

from patronage.figures.album import FIGURES, Plate, figure, plot, plot_pair
from patronage.figures.lettering import scenario_texts, undrawn

__all__ = ["FIGURES", "Plate", "figure", "plot", "plot_pair", "scenario_texts", "undrawn"]
