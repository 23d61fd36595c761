"""Figures of an ensemble. The only part of the package that imports matplotlib; nothing here imports pyplot."""

from __future__ import annotations

from patronage.figures.album import FIGURES, Plate, plot, plot_pair

__all__ = ["FIGURES", "Plate", "plot", "plot_pair"]
