"""The index of influence, rebuilt from public tables for any patron, state and year. docs/measure.md."""

from .parts import Indexed, measure
from .treaties import Treaties, read_treaties, shipped_treaties

__all__ = ["Indexed", "Treaties", "measure", "read_treaties", "shipped_treaties"]
