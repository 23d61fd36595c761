"""Colours of the page: those of Okabe and Ito, as in the figures, each with a pattern and a marker of its own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import cycle
from typing import Any

VERMILLION, BLUE, GREEN, ORANGE = "#D55E00", "#0072B2", "#009E73", "#E69F00"
PURPLE, SKY, BLACK, YELLOW = "#CC79A7", "#56B4E9", "#000000", "#F0E442"
REST = (GREEN, ORANGE, PURPLE, SKY, YELLOW, BLACK)
PATTERNS = ("plain", "stripes", "dots", "counter", "cross", "grid", "bars", "rings")
MARKERS = ("circle", "rect", "triangle", "diamond", "roundRect", "arrow", "emptyCircle", "emptyRect")


@dataclass(frozen=True, slots=True)
class Look:
    """How one patron is drawn everywhere on the page."""

    colour: str
    pattern: str
    marker: str
    ink: str
    """Text upon the colour."""

    @property
    def fill(self) -> dict[str, Any]:
        """The colour with its pattern, as the chart component understands it."""
        return {"$pattern": self.pattern, "colour": self.colour}


def luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, 0 to 1 (WCAG 2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on a colour."""
    return max(("#FFFFFF", "#111111"), key=lambda ink: contrast(ink, colour))


def looks(scenario: Any) -> dict[str, Look]:
    """A look for each patron; the poles of the first orientation axis get the strongest contrast."""
    patrons = list(scenario.patrons)
    poles = [p for axis in scenario.axes[:1] for p in scenario.poles[axis] if p in patrons]
    chosen: dict[str, str] = dict(zip(poles, (VERMILLION, BLUE), strict=False))
    free = cycle([c for c in (*REST, VERMILLION, BLUE) if c not in chosen.values()])
    chosen |= {p: next(free) for p in patrons if p not in chosen}
    order = [*poles, *(p for p in patrons if p not in poles)]
    return {
        p: Look(chosen[p], PATTERNS[i % len(PATTERNS)], MARKERS[i % len(MARKERS)], ink_on(chosen[p]))
        for i, p in enumerate(order)
    }
