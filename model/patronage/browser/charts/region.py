"""The region: who leads where, what flows, who holds a base; as a map, or as a ring where there is no geometry."""

from __future__ import annotations

from math import cos, pi, sin
from typing import Any

from patronage.browser.atlas import Region
from patronage.browser.charts.base import FONT, GRID, INK, PAPER, Option, inert, number
from patronage.browser.story import CONTESTED, Story

STAR = "path://M10 1l2.7 6 6.6.6-5 4.3 1.5 6.5L10 15l-5.8 3.4 1.5-6.5-5-4.3 6.6-.6z"
FLOWS = 10
"""Largest flows drawn as arrows."""
LEAST_FLOW = 0.02
"""Flows below this part of the largest are left out."""
Place = tuple[float, float]


def tooltip(story: Story, when: int, client: str) -> str:
    """A client in a few lines of HTML: every patron's share and what it delivered, the bases, the lead."""
    c = story.clients.index(client)
    share, delivered = story.at("share", when)[:, c], story.at("delivered", when)[:, c, :3].sum(axis=-1)
    base, rent = story.at("base", when)[:, c], story.at("rent", when)[:, c]
    lead = story.leaders(when)[c][2]
    order = sorted(range(len(story.patrons)), key=lambda p: -share[p])
    rows = "".join(
        f"<tr><td>{_swatch(story, story.patrons[p])}{inert(story.name(story.patrons[p]))}</td>"
        f"<td class='n'><b>{number(100 * share[p])}\u202f%</b></td><td class='n'>{number(delivered[p])}</td></tr>"
        for p in order
    )
    bases = ", ".join(
        f"{inert(story.base_name(story.patrons[p], client))} ({number(rent[p])} MUSD/yr)" for p in order if base[p]
    )
    contested = ", contested" if lead < CONTESTED else ""
    return (
        f"<div class='pg-tip'><b>{inert(story.name(client))}</b>"
        f"<div class='m'>legitimacy {number(100 * story.at('legitimacy', when)[c], 0)} · "
        f"lead {number(100 * lead)} points{contested}</div>"
        f"<table><tr class='m'><td>patron</td><td class='n'>share</td><td class='n'>MUSD in the quarter</td></tr>"
        f"{rows}</table><div class='m'>Bases: {bases or 'none'}</div></div>"
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


def tint(colour: str, share: float) -> str:
    """A colour the stronger, the larger the share."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{0.3 + 0.5 * min(1.0, share):.2f})"


def flows(story: Story, when: int) -> list[tuple[str, str, float]]:
    """The largest deliveries of the quarter, with rents: patron, client, MUSD."""
    money = story.at("delivered", when)[..., :3].sum(axis=-1) + story.at("rent_paid", when)
    found = [
        (p, c, float(money[i, j]))
        for i, p in enumerate(story.patrons)
        for j, c in enumerate(story.clients)
        if p != c and money[i, j] > 0
    ]
    found.sort(key=lambda f: -f[2])
    return [f for f in found[:FLOWS] if f[2] >= LEAST_FLOW * found[0][2]]


def region_map(story: Story, when: int, region: Region, chosen: str) -> Option:
    """The map. Series: countries (fill, tooltip, click), arrows, bases, names."""
    west, south, east, north = region.window
    places = region.places | region.edges
    regions = [
        {
            "name": c,
            "tooltip": {"formatter": tooltip(story, when, c)},
            "itemStyle": {
                "areaColor": fill(story, when, c),
                "borderColor": INK if c == chosen else PAPER,
                "borderWidth": 2.5 if c == chosen else 1,
            },
        }
        for c in story.clients
    ]
    regions.sort(key=lambda r: r["name"] == chosen)
    regions += [
        {"name": p, "tooltip": {"show": False}, "itemStyle": {"areaColor": tint(story.looks[p].colour, -0.25)}}
        for p in story.patrons
        if p not in story.clients
    ]
    geo = {
        "map": region.name, "roam": True, "scaleLimit": {"min": 1, "max": 8}, "aspectScale": 1,
        "boundingCoords": [[west, north], [east, south]], "left": 0, "right": 0, "top": 0, "bottom": 0,
        "itemStyle": {"areaColor": "$land", "borderColor": "$border", "borderWidth": 0.5},
        "emphasis": {"label": {"show": False}, "itemStyle": {"areaColor": None}},
        "select": {"disabled": True}, "label": {"show": False}, "regions": regions, "silent": False,
        "tooltip": {"show": True},
    }  # fmt: skip
    drawn = [
        _arrows(story, when, places, "geo"),
        _bases(story, when, region.places, region.sizes, "geo", (east - west) / 1000),
        _names(story, when, region, chosen),
        _badges(story, {p: places[p] for p in story.patrons if p in places and p not in story.clients}, "geo", (west + east) / 2),
    ]
    return _framed(drawn) | {"geo": geo}


def _framed(series: list[Option]) -> Option:
    return {
        "animation": False,
        "textStyle": FONT,
        "tooltip": {
            "trigger": "item", "confine": True, "backgroundColor": PAPER, "borderColor": GRID, "padding": 10,
            "textStyle": {"color": INK, "fontSize": 12},
        },
        "series": series,
    }  # fmt: skip


def _arrows(story: Story, when: int, places: dict[str, Place], system: str) -> Option:
    """Lines from patrons to clients, as wide as the money is much."""
    found = [f for f in flows(story, when) if f[0] in places and f[1] in places]
    most = max((f[2] for f in found), default=1.0)
    data = [
        {
            "coords": [places[p], places[c]],
            "name": f"{p}-{c}",
            "lineStyle": {"color": story.looks[p].colour, "width": round(1.2 + 4.2 * (money / most) ** 0.5, 2)},
            "tooltip": {
                "formatter": f"{inert(story.name(p))} → {inert(story.name(c))}<br><b>{number(money)} MUSD</b> in the quarter"
            },
        }
        for p, c, money in found
    ]
    return {
        "type": "lines", "name": "flows", "coordinateSystem": system, "zlevel": 1, "symbol": ["none", "arrow"],
        "symbolSize": 9, "lineStyle": {"curveness": 0.22, "opacity": 0.8}, "data": data,
    }  # fmt: skip


def _bases(
    story: Story, when: int, places: dict[str, Place], sizes: dict[str, float], system: str, unit: float
) -> Option:
    """A star per base, beside the middle of its host."""
    base, rent, notice = story.at("base", when), story.at("rent", when), story.at("notice", when)
    data = []
    for j, c in enumerate(story.clients):
        held = [i for i in range(len(story.patrons)) if base[i, j]]
        for k, i in enumerate(held):
            p = story.patrons[i]
            reach = max(0.22 * sizes.get(c, 0.0), 18 * unit)
            angle = pi / 2 + 0.9 * (k - (len(held) - 1) / 2)
            x, y = places[c][0] + reach * cos(angle), places[c][1] + reach * sin(angle)
            words = f"{number(rent[i, j])} MUSD/yr" + (f", notice: {int(notice[i, j])} quarters left" if notice[i, j] else "")
            data.append(
                {
                    "name": c, "id": f"{p}-{c}", "value": [x, y],
                    "itemStyle": {"color": story.looks[p].colour, "opacity": 0.55 if notice[i, j] else 1},
                    "tooltip": {"formatter": f"★ <b>{inert(story.base_name(p, c))}</b><br>{inert(story.name(p))}, {words}"},
                }
            )  # fmt: skip
    return {
        "type": "scatter", "name": "bases", "coordinateSystem": system, "zlevel": 2, "symbol": STAR, "symbolSize": 19,
        "itemStyle": {"borderColor": "#ffffff", "borderWidth": 1.2}, "data": data,
    }  # fmt: skip


def _names(story: Story, when: int, region: Region, chosen: str) -> Option:
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
                    "formatter": f"{{n|{_plain(name)}}}\n{{s|{_plain(story.name(leader))} {100 * share:.0f}%}}",
                    "rich": {"n": _halo(13, "bold"), "s": _halo(11, "normal")},
                },
            }
        )
    return {
        "type": "scatter", "name": "names", "coordinateSystem": "geo", "zlevel": 3, "symbolSize": 1, "silent": True,
        "itemStyle": {"color": "transparent"}, "label": {"show": True, "position": "inside"}, "data": data,
    }  # fmt: skip


def _plain(text: str) -> str:
    """Text without the signs that rich labels give a meaning."""
    return text.replace("{", "(").replace("}", ")").replace("|", "/")


def _halo(size: int, weight: str) -> Option:
    return {
        "fontSize": size, "fontWeight": weight, "color": INK, "textBorderColor": PAPER, "textBorderWidth": 3,
        "align": "center", "lineHeight": size + 3,
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


def _badges(story: Story, places: dict[str, Place], system: str, middle: float = 0.0) -> Option:
    """Patrons by name on their colour; at an edge the name stands on the inner side."""
    reach = max((abs(x - middle) for x, _ in places.values()), default=1.0)
    data = [
        {
            "name": p, "value": list(spot),
            "label": {
                "formatter": _plain(story.name(p)), "color": story.looks[p].ink,
                "backgroundColor": story.looks[p].colour,
                "position": "inside" if abs(spot[0] - middle) < 0.85 * reach else "right" if spot[0] < middle else "left",
            },
            "tooltip": {"formatter": _patron_tip(story, p)},
        }
        for p, spot in places.items()
    ]  # fmt: skip
    return {
        "type": "scatter", "name": "patrons", "coordinateSystem": system, "zlevel": 3, "symbolSize": 1,
        "label": {
            "show": True, "position": "inside", "fontSize": 11.5, "fontWeight": "bold", "padding": [4, 9], "borderRadius": 10,
            "borderColor": "#ffffff", "borderWidth": 1,
        },
        "data": data,
    }  # fmt: skip


def _patron_tip(story: Story, patron: str) -> str:
    i = story.patrons.index(patron)
    now = story.now
    budget, spent = float(story.at("budget", now)[i]), float(story.at("spent", now)[i])
    return (
        f"<b>{inert(story.name(patron))}</b><br>budget {number(budget)} MUSD/yr, "
        f"spent at a rate of {number(spent)}"
    )


def ring(story: Story, when: int, chosen: str) -> Option:
    """Patrons on an outer ring, clients on an inner one: the same fills, arrows and stars without geometry."""
    outer, inner = 100.0, 58.0

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
    nodes = [
        {
            "name": c, "id": c, "value": list(clients[c]), "tooltip": {"formatter": tooltip(story, when, c)},
            "itemStyle": {
                "color": fill(story, when, c), "borderColor": INK if c == chosen else PAPER,
                "borderWidth": 3 if c == chosen else 1.5,
            },
            "label": {
                "formatter": f"{{n|{_plain(story.name(c))}}}\n{{s|{_plain(story.name(leaders[c][0]))} {100 * leaders[c][1]:.0f}%}}",
                "rich": {"n": _halo(13, "bold"), "s": _halo(11, "normal")},
            },
        }
        for c in story.clients
    ]  # fmt: skip
    circles = {
        "type": "scatter", "name": "clients", "symbolSize": 62, "zlevel": 2, "cursor": "pointer",
        "label": {"show": True, "position": "bottom", "distance": 4}, "data": nodes,
    }  # fmt: skip
    sizes = dict.fromkeys(story.clients, 60.0)
    option = _framed([
        _arrows(story, when, places, "cartesian2d"), circles,
        _bases(story, when, clients, sizes, "cartesian2d", 0.0), _badges(story, patrons, "cartesian2d"),
    ])  # fmt: skip
    hidden = {"type": "value", "show": False}
    return option | {
        "grid": {"left": 10, "right": 10, "top": 10, "bottom": 10},
        "xAxis": hidden | {"min": -190, "max": 190},
        "yAxis": hidden | {"min": -118, "max": 118},
    }



