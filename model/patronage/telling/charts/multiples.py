"""Small maps, one a patron: its share in every client, or how far that is from the run compared with."""

from __future__ import annotations

import json
from functools import lru_cache

from patronage.results.worth import PURE, least
from patronage.telling.charts.base import INK, PAPER, Option, inert, number
from patronage.telling.charts.compare import common
from patronage.telling.charts.marks import framed, halo
from patronage.telling.charts.region import MapRegion, pointed
from patronage.telling.history import Story
from patronage.telling.tiles import signed

MORE, LESS = (27, 138, 90), (198, 40, 40)
"""Red, green and blue of a difference, as in the table of differences."""
LEAST_SCALE = 5.0
"""Points at which a colour is full at least, so that small differences look small."""


def outline(region: MapRegion) -> tuple[str, str]:
    """Name and geometry of the map of the clients alone: an eighth of its points, since it is drawn once a patron."""
    return f"{region.name} in small", _clients(region.geojson)


@lru_cache(maxsize=8)
def _clients(geojson: str) -> str:
    whole = json.loads(geojson)
    moving = [f for f in whole["features"] if f["properties"].get("moves")]
    return json.dumps({"type": whole["type"], "features": moving}, separators=(",", ":"))


def shares(story: Story, when: int, patron: str) -> dict[str, float]:
    """Share of a patron by client, per cent."""
    row = story.at("share", when)[story.patrons.index(patron)]
    return {c: 100 * float(row[j]) for j, c in enumerate(story.clients) if c != patron}


def moved(story: Story, twin: Story, when: int, patron: str) -> dict[str, float]:
    """The run less the other, points of share, by client that both have."""
    if patron not in twin.patrons:
        return {}
    last = common(story, twin, when)
    mine, other = shares(story, last, patron), shares(twin, last, patron)
    return {c: mine[c] - other[c] for c in mine if c in other}


def largest(story: Story, twin: Story, when: int) -> float:
    """Points at which the colours of all maps of differences are full."""
    return max((abs(x) for p in story.patrons for x in moved(story, twin, when, p).values()), default=0.0)


def share_map(story: Story, when: int, region: MapRegion, patron: str) -> Option:
    """The patron's colour, the stronger the larger its share."""
    red, green, blue = (int(story.looks[patron].colour[i : i + 2], 16) for i in (1, 3, 5))
    found = shares(story, when, patron)
    fills = {c: f"rgba({red},{green},{blue},{0.06 + 0.9 * x / 100:.2f})" for c, x in found.items()}
    words = {c: f"{x:.0f}" for c, x in found.items()}
    return _map(story, region, found, fills, words, patron, f"% of influence of {story.name(patron)}")


def difference_map(story: Story, twin: Story, when: int, region: MapRegion, patron: str) -> Option:
    """Green where the patron has more than in the run compared with, red where less; one scale for all patrons."""
    found, full = moved(story, twin, when, patron), max(LEAST_SCALE, largest(story, twin, when))
    fills = {}
    for client, points in found.items():
        strength = min(1.0, abs(points) / full) if abs(points) >= 100 * least(PURE) else 0.0
        red, green, blue = MORE if points > 0 else LESS
        fills[client] = f"rgba({red},{green},{blue},{0.85 * strength:.2f})"
    words = {c: signed(x) for c, x in found.items()}
    return _map(story, region, found, fills, words, patron, f"points of {story.name(patron)}'s share")


def _map(
    story: Story, region: MapRegion, found: dict[str, float], fills: dict[str, str], words: dict[str, str], patron: str, what: str
) -> Option:
    west, south, east, north = region.window
    regions = [
        {
            "name": c, "ask": f"share({patron}, {c})", "itemStyle": {"areaColor": fills[c], "borderColor": INK, "borderWidth": 0.7},
            "emphasis": pointed(fills[c]),
            "tooltip": {"formatter": f"<b>{inert(story.name(c))}</b><br>{number(x, 2)} {inert(what)}"},
        }
        for c, x in found.items()
    ]  # fmt: skip
    labels = [
        {
            "name": c, "value": [*region.places[c], round(x, 2)],
            "label": {"formatter": f"{{v|{words[c]}}}", "rich": {"v": halo(11, "bold")}},
        }
        for c, x in found.items()
    ]  # fmt: skip
    geo = {
        "map": outline(region)[0], "roam": False, "aspectScale": 1, "boundingCoords": [[west, north], [east, south]],
        "left": 0, "right": 0, "top": 0, "bottom": 0, "label": {"show": False}, "regions": regions, "selectedMode": False,
        "itemStyle": {"areaColor": PAPER, "borderColor": INK, "borderWidth": 0.5}, "tooltip": {"show": True},
        "emphasis": pointed(PAPER),
    }  # fmt: skip
    names = {
        "type": "scatter", "name": "values", "coordinateSystem": "geo", "z": 13, "symbolSize": 1, "silent": True, "data": labels,
        "itemStyle": {"color": "transparent"}, "label": {"show": True, "position": "inside"},
    }  # fmt: skip
    return framed([names]) | {"geo": geo}
