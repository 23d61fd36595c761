"""The region as a ring: what takes the place of a map for invented actors, or where no geometry was collected."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

from patronage.telling.charts.base import INK, PAPER, Option
from patronage.telling.charts.marks import Place, arrows, badges, bases, framed, halo, plain
from patronage.telling.charts.region import fill, tooltip
from patronage.telling.history import Story

CROWD = 24
"""Clients beyond which circles are small and names appear on pointing only."""
COMPANY = 8
"""Clients up to which there is room for large circles with their names below."""


def ring(story: Story, when: int, chosen: str) -> Option:
    """Patrons on an outer ring, clients on an inner one: the same fills, arrows and stars without geometry."""
    few, crowded = len(story.clients) <= COMPANY, len(story.clients) > CROWD
    outer, inner = (100.0, 58.0) if few else (106.0, 72.0)

    def around(codes: tuple[str, ...], radius: float, turn: float) -> dict[str, Place]:
        n = max(1, len(codes))
        return {
            c: (1.6 * radius * cos(pi / 2 + turn - 2 * pi * k / n), radius * sin(pi / 2 + turn - 2 * pi * k / n))
            for k, c in enumerate(codes)
        }

    clients = around(story.clients, inner, 0.0 if len(story.clients) != 1 else pi / 2)
    if len(story.clients) == 1:
        clients = {story.clients[0]: (0.0, 0.0)}
    patrons = around(tuple(p for p in story.patrons if p not in story.clients), outer, pi / max(2, len(story.patrons)))
    places = clients | patrons
    leaders = dict(zip(story.clients, story.leaders(when), strict=True))
    size = 62.0 if few else 9.0 if crowded else 38.0
    nodes = [
        {
            "name": c, "id": c, "value": list(clients[c]), "ask": f"share({leaders[c][0]}, {c})",
            "tooltip": {"formatter": tooltip(story, when, c)},
            "itemStyle": {
                "color": _within(fill(story, when, c), size), "borderColor": INK if c == chosen else PAPER,
                "borderWidth": 3 if c == chosen else 1.5,
            },
            "label": {
                "position": "bottom" if few else _beside(clients[c]),
                "formatter": f"{{n|{plain(story.name(c))}}}" + (_leading(story, *leaders[c][:2]) if few else ""),
                "rich": {"n": halo(13, "bold"), "s": halo(11, "normal")},
            },
        }
        for c in story.clients
    ]  # fmt: skip
    circles = {
        "type": "scatter", "name": "clients", "symbolSize": size, "z": 12, "cursor": "pointer",
        "label": {"show": not crowded, "distance": 4}, "data": nodes,
    }  # fmt: skip
    several = dict(zip(story.clients, story.at("base", when).sum(axis=0) > 1, strict=True))
    stars = bases(story, when, clients, {c: (6.0 if crowded else 13.0) * several[c] for c in story.clients}, "cartesian2d")
    option = framed([
        arrows(story, when, places, "cartesian2d"), circles,
        stars | {"symbolSize": 8} if crowded else stars, badges(story, when, patrons, "cartesian2d"),
    ])  # fmt: skip
    hidden = {"type": "value", "show": False}
    return option | {
        "grid": {"left": 10, "right": 10, "top": 10, "bottom": 10},
        "xAxis": hidden | {"min": -190, "max": 190},
        "yAxis": hidden | {"min": -118, "max": 118},
    }


def _within(colour: Any, size: float) -> Any:
    """Stripes as wide as on a map: a circle is drawn small and made larger with all that is in it."""
    return colour | {"size": size} if isinstance(colour, dict) else colour


def _leading(story: Story, patron: str, share: float) -> str:
    """A second line below a client's name."""
    return f"\n{{s|{plain(story.name(patron))} {100 * share:.0f}%}}"


def _beside(place: Place) -> str:
    """The side of a circle on which its name runs into nobody: patrons stand to the left and right of the ring."""
    across, up = place
    if abs(across) > 70.0:
        return "left" if across > 0 else "right"
    return "top" if up > 0 else "bottom"
