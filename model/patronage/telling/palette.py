"""How patrons and channels are drawn on the page: the colours of the figures, each with a pattern and a marker of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from patronage.looks import CHANNELS, colour_of, nth, patron_places

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
    """A look for each patron, the same in every scenario for those that are known; the poles of the first axis come first."""
    places = patron_places(scenario.patrons, scenario.axes, scenario.poles)
    return {p: Look(colour_of(i), nth(PATTERNS, i), nth(MARKERS, i), ink_on(colour_of(i))) for p, i in places.items()}


CHANNEL_LOOKS = {name: Look(c.page, c.pattern, c.symbol, ink_on(c.page)) for name, c in CHANNELS.items()}
