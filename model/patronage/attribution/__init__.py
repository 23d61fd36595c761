"""Attribution: what of an outcome, or of a difference between two scenarios, which parts are responsible for (Shapley values)."""

from __future__ import annotations

from .dividing import Attribution, attribute
from .parts import AttributionError
from .shapley import shapley_values

__all__ = ["Attribution", "AttributionError", "attribute", "shapley_values"]
