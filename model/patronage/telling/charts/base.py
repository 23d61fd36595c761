"""What all charts share: axes over the whole period, tooltips with inert text, colours that follow the theme."""

from __future__ import annotations

import html
from collections.abc import Sequence
from math import isfinite
from typing import Any

from patronage.telling.history import Story
from patronage.world.arrays import Array

Option = dict[str, Any]
INK, MUTED, GRID, PAPER = "$ink", "$muted", "$grid", "$paper"
GOOD, WARN, BAD = "$good", "$warn", "$bad"
FONT = {"fontFamily": "Roboto, Helvetica, Arial, sans-serif", "color": INK}


def inert(text: object) -> str:
    """User text that neither a browser nor ECharts reads as anything but text."""
    return html.escape(str(text)).replace("{", "&#123;").replace("}", "&#125;")


def points(values: Array, scale: float = 100.0, digits: int = 2) -> list[float | None]:
    """Numbers of a series, scaled and rounded; None for what is not a number."""
    return [round(float(v) * scale, digits) if isfinite(v) else None for v in values]


def start(**parts: Any) -> Option:
    """An option with fonts, no animation and a tooltip."""
    return {
        "animation": False,
        "textStyle": FONT,
        "tooltip": {
            "trigger": "axis", "confine": True, "backgroundColor": PAPER, "borderColor": GRID,
            "textStyle": {"color": INK, "fontSize": 12}, "axisPointer": {"lineStyle": {"color": MUTED}},
        },
        **parts,
    }  # fmt: skip


def time_axis(story: Story, **parts: Any) -> Option:
    """Quarters of the whole period, labelled by years."""
    quarters = story.quarters
    years = max(1, len(quarters) // 4)
    step = 4 * max(1, round(years / 8))
    first = next((i for i, q in enumerate(quarters) if q.endswith("Q1")), 0)
    return {
        "type": "category", "data": quarters, "boundaryGap": False,
        "axisLine": {"lineStyle": {"color": GRID}}, "axisTick": {"show": False},
        "axisLabel": {
            "color": MUTED, "fontSize": 11, "hideOverlap": True,
            "customValues": list(range(first, len(quarters), step)), "formatter": "$year",
        },
        **parts,
    }  # fmt: skip


def value_axis(unit: str = "", **parts: Any) -> Option:
    """A numeric axis with light lines."""
    return {
        "type": "value", "axisLine": {"show": False}, "axisTick": {"show": False},
        "splitLine": {"lineStyle": {"color": GRID}},
        "axisLabel": {"color": MUTED, "fontSize": 11, "formatter": "{value}" + unit},
        **parts,
    }  # fmt: skip


def now_line(story: Story, when: int) -> Option:
    """A vertical line at the quarter looked at."""
    return {
        "silent": True, "symbol": "none", "animation": False,
        "lineStyle": {"color": MUTED, "type": "dashed", "width": 1},
        "label": {"show": False},
        "data": [{"xAxis": story.quarters[when]}],
    }  # fmt: skip


def legend(names: Sequence[Any], **parts: Any) -> Option:
    """A legend in one row above the chart."""
    return {
        "type": "plain", "top": 0, "left": 0, "itemWidth": 14, "itemHeight": 10, "itemGap": 9,
        "textStyle": {"color": INK, "fontSize": 11}, "data": list(names),
        **parts,
    }  # fmt: skip


def number(value: float, digits: int = 1) -> str:
    """A number for people: thousands apart, a true minus sign."""
    return f"{value:,.{digits}f}".replace("-", "−").replace(",", "\u202f")
