"""The map of a region: who leads where, what flows, who holds a base."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, sin
from typing import Any

from patronage.telling.charts.base import INK, PAPER, Option, inert, number
from patronage.telling.charts.marks import Place, arrows, badges, bases, framed, halo, plain
from patronage.telling.deals import contracts
from patronage.telling.history import CONTESTED, Story


@dataclass(frozen=True)
class MapRegion:
    """What the map of a scenario draws; kilometres east and north of the centre."""

    name: str
    geojson: str
    """Features with `name`, and `moves` for those whose fill follows the run."""
    window: tuple[float, float, float, float]
    """West, south, east, north."""
    places: dict[str, tuple[float, float]]
    """Where an actor's name and arrows belong, clients and patrons that can be seen."""
    sizes: dict[str, float]
    """Diameter of a client's main land, km."""
    edges: dict[str, tuple[float, float]]
    """Badges at the edge for patrons beyond it."""


def tooltip(story: Story, when: int, client: str) -> str:
    """A client in a few lines of HTML: every patron's share and what it delivered, the concessions, the lead."""
    c = story.clients.index(client)
    share, delivered = story.at("share", when)[:, c], story.at("delivered", when)[:, c, :3].sum(axis=-1)
    lead = story.leaders(when)[c][2]
    order = sorted(range(len(story.patrons)), key=lambda p: -share[p])
    rows = "".join(
        f"<tr data-ask='share({story.patrons[p]}, {client})'>"
        f"<td>{_swatch(story, story.patrons[p])}{inert(story.name(story.patrons[p]))}</td>"
        f"<td class='n'><b>{number(100 * share[p])}\u202f%</b></td><td class='n'>{number(delivered[p])}</td></tr>"
        for p in order
    )
    mine = [x for x in contracts(story, when) if x["client"] == client]
    held = ", ".join(
        f"{inert(x['name'])} ({number(x['rent'])} MUSD/yr)" for p in order for x in mine if x["patron"] == story.patrons[p]
    )
    contested = ", contested" if lead < CONTESTED else ""
    return (
        f"<div class='pg-tip'><b>{inert(story.name(client))}</b>"
        f"<div class='m'>legitimacy {number(100 * story.at('legitimacy', when)[c], 0)} · "
        f"lead {number(100 * lead)} points{contested}</div>"
        f"<table><tr class='m'><td>patron</td><td class='n'>share</td><td class='n'>MUSD in the quarter, rents apart</td></tr>"
        f"{rows}</table><div class='m'>Concessions: {held or 'none'}</div></div>"
    )


def _swatch(story: Story, patron: str) -> str:
    return f"<i class='s' style='background:{story.looks[patron].colour}'></i>"


def fill(story: Story, when: int, client: str) -> Any:
    """The leader's colour, the stronger the larger its share; stripes of two colours where the lead is small."""
    c = story.clients.index(client)
    share = story.at("share", when)[:, c]
    order = sorted(range(len(story.patrons)), key=lambda p: -share[p])
    first = tint(story.looks[story.patrons[order[0]]].colour, float(share[order[0]]))
    if len(order) > 1 and story.leaders(when)[c][2] < CONTESTED:
        second = tint(story.looks[story.patrons[order[1]]].colour, float(share[order[1]]))
        return {"$pattern": "half", "colour": first, "ink": second, "wide": 1.5}
    return first


def pointed(colour: Any) -> Option:
    """How a land looks under the pointer: its own colour, which says who leads, with an edge; ECharts would paint it yellow."""
    return {"label": {"show": False}, "itemStyle": {"areaColor": colour, "borderColor": INK, "borderWidth": 1.5}}


def tint(colour: str, share: float) -> str:
    """A colour the stronger, the larger the share."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{0.3 + 0.5 * min(1.0, share):.2f})"


def region_map(story: Story, when: int, region: MapRegion, chosen: str) -> Option:
    """The map. Series: countries (fill, tooltip, click), arrows, bases, names."""
    west, south, east, north = region.window
    places = region.places | region.edges
    regions = [
        {
            "name": c, "ask": f"share({story.leaders(when)[story.clients.index(c)][0]}, {c})",
            "tooltip": {"formatter": tooltip(story, when, c)},
            "itemStyle": {"areaColor": fill(story, when, c), "borderColor": PAPER, "borderWidth": 1},
            "selected": c == chosen,  # drawn above its neighbours, so that all of its outline is seen
            "emphasis": pointed(fill(story, when, c)),
            "select": {
                "itemStyle": {"areaColor": fill(story, when, c), "borderColor": INK, "borderWidth": 2.5},
                "label": {"show": False},
            },
        }
        for c in story.clients
    ]
    regions += [
        {
            "name": p, "tooltip": {"show": False}, "itemStyle": {"areaColor": tint(story.looks[p].colour, -0.25)},
            "emphasis": pointed(tint(story.looks[p].colour, -0.25)),
        }
        for p in story.patrons
        if p not in story.clients
    ]
    geo = {
        "map": region.name, "roam": "move", "scaleLimit": {"min": 1, "max": 8}, "aspectScale": 1,
        "boundingCoords": [[west, north], [east, south]], "left": 0, "right": 0, "top": 0, "bottom": 0,
        "itemStyle": {"areaColor": "$land", "borderColor": "$border", "borderWidth": 0.5},
        "emphasis": pointed("$land"),
        "selectedMode": "single", "label": {"show": False}, "regions": regions, "silent": False,
        "tooltip": {"show": True},
    }  # fmt: skip
    drawn = [
        arrows(story, when, places, "geo"),
        bases(story, when, region.places, _reach(region), "geo"),
        _names(story, when, region, chosen),
        badges(story, when, {p: places[p] for p in story.patrons if p in places and p not in story.clients}, "geo", (west + east) / 2),
    ]
    return framed(drawn) | {"geo": geo}


ROOMY, ABOVE, BESIDE = 75, 36, 18
"""In thousandths of the width: from which size on a land holds its name, and how far stars stand from its middle."""


def _reach(region: MapRegion) -> dict[str, float]:
    """How far stars stand from the middle of a land: above the name that stands there, beside it where the name stands outside."""
    unit = (region.window[2] - region.window[0]) / 1000
    return {c: (ABOVE if region.sizes.get(c, 0.0) >= ROOMY * unit else BESIDE) * unit for c in region.places}


def _names(story: Story, when: int, region: MapRegion, chosen: str) -> Option:
    """Names with leader and share; small countries carry theirs outside, on a line."""
    width = region.window[2] - region.window[0]
    taken: list[tuple[float, float, float, float]] = []
    data = []
    order = sorted(story.clients, key=lambda c: -region.sizes.get(c, 0.0))
    for client in order:
        c = story.clients.index(client)
        leader, share, _ = story.leaders(when)[c]
        name = story.name(client)
        half_w, half_h = width * (0.0042 * max(len(name), len(story.name(leader)) + 5) + 0.004), width * 0.019
        dx, dy = _free_spot(region.places[client], half_w, half_h, taken, region.sizes.get(client, 0.0) < 0.075 * width)
        x, y = region.places[client]
        taken.append((x + dx - half_w, y + dy - half_h, x + dx + half_w, y + dy + half_h))
        data.append(
            {
                "name": client,
                "value": [x + dx, y + dy],
                "label": {
                    "formatter": f"{{n|{plain(name)}}}\n{{s|{plain(story.name(leader))} {100 * share:.0f}%}}",
                    "rich": {"n": halo(13, "bold"), "s": halo(11, "normal")},
                },
            }
        )
    return {
        "type": "scatter", "name": "names", "coordinateSystem": "geo", "z": 13, "symbolSize": 1, "silent": True,
        "itemStyle": {"color": "transparent"}, "label": {"show": True, "position": "inside"}, "data": data,
    }  # fmt: skip


def _free_spot(
    place: Place, half_w: float, half_h: float, taken: list[tuple[float, float, float, float]], small: bool
) -> tuple[float, float]:
    """The first of some offsets where a label hides no other."""
    rings = (0.0, 1.4, 2.4, 3.4) if not small else (1.2, 2.2, 3.2)
    for r in rings:
        for a in (270, 90, 0, 180, 315, 225, 45, 135):
            dx, dy = r * half_w * cos(a * pi / 180) * 0.9, r * half_h * sin(a * pi / 180) * 1.3
            box = (place[0] + dx - half_w, place[1] + dy - half_h, place[0] + dx + half_w, place[1] + dy + half_h)
            if not any(box[0] < t[2] and t[0] < box[2] and box[1] < t[3] and t[1] < box[3] for t in taken):
                return dx, dy
            if r == 0.0:
                break
    return 0.0, 0.0
