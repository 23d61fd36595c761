"""What a map and a ring share: arrows, stars, badges, and the frame around them."""

from __future__ import annotations

from math import cos, pi, sin

from patronage.looks import STAR
from patronage.telling.charts.base import FONT, GRID, INK, PAPER, Option, inert, number
from patronage.telling.history import Story

FLOWS = 10
"""Largest flows drawn as arrows."""
LEAST_FLOW = 0.02
"""Flows below this part of the largest are left out."""
KINDS = {"arms": "solid", "grants": "dashed", "loans": "dashed", "rent": "dotted"}
"""What flows, and how the arrow is drawn of which it is the most."""
Place = tuple[float, float]


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


def parts_of_flow(story: Story, when: int, patron: str, client: str) -> dict[str, float]:
    """What a delivery of the quarter is made of, the largest first: MUSD by kind."""
    i, j = story.patrons.index(patron), story.clients.index(client)
    given = [*story.at("delivered", when)[i, j, :3], story.at("rent_paid", when)[i, j]]
    found = {kind: float(money) for kind, money in zip(KINDS, given, strict=True) if money > 0}
    return dict(sorted(found.items(), key=lambda part: -part[1]))


def framed(series: list[Option]) -> Option:
    """An option without axes: these series, and tooltips on what they draw."""
    return {
        "animation": False,
        "textStyle": FONT,
        "tooltip": {
            "trigger": "item", "confine": True, "backgroundColor": PAPER, "borderColor": GRID, "padding": 10,
            "textStyle": {"color": INK, "fontSize": 12},
        },
        "series": series,
    }  # fmt: skip


def arrows(story: Story, when: int, places: dict[str, Place], system: str) -> Option:
    """Lines from patrons to clients, as wide as the money is much; what most of it is shows in how the line is drawn."""
    found = [(*f, parts_of_flow(story, when, *f[:2])) for f in flows(story, when) if f[0] in places and f[1] in places]
    most = max((f[2] for f in found), default=1.0)
    data = [
        {
            "coords": [places[p], places[c]],
            "name": f"{p}-{c}", "ask": f"delivered({p}, {c})",
            "lineStyle": {
                "color": story.looks[p].colour, "width": round(1.2 + 4.2 * (money / most) ** 0.5, 2), "type": KINDS[next(iter(parts))],
            },
            "tooltip": {
                "formatter": f"{inert(story.name(p))} → {inert(story.name(c))}<br><b>{number(money)} MUSD</b> in the quarter: "
                + ", ".join(f"{kind} {number(x)}" for kind, x in parts.items())
            },
        }
        for p, c, money, parts in found
    ]
    return {
        "type": "lines", "name": "flows", "coordinateSystem": system, "zlevel": 0, "z": 11, "symbol": ["none", "arrow"],
        "symbolSize": 9, "lineStyle": {"curveness": 0.22, "opacity": 0.8}, "data": data,
    }  # fmt: skip


def bases(
    story: Story, when: int, places: dict[str, Place], reach: dict[str, float], system: str
) -> Option:
    """A star per base, so far from the middle of its host as `reach` says."""
    base, rent, notice = story.at("base", when), story.at("rent", when), story.at("notice", when)
    data = []
    for j, c in enumerate(story.clients):
        held = [i for i in range(len(story.patrons)) if base[i, j]]
        for k, i in enumerate(held):
            p = story.patrons[i]
            angle = pi / 2 + min(0.9, 2 * pi / len(held)) * (k - (len(held) - 1) / 2)
            x, y = places[c][0] + reach[c] * cos(angle), places[c][1] + reach[c] * sin(angle)
            words = f"{number(rent[i, j])} MUSD/yr" + (f", notice: {int(notice[i, j])} quarters left" if notice[i, j] else "")
            data.append(
                {
                    "name": c, "id": f"{p}-{c}", "value": [x, y], "ask": f"base({p}, {c})",
                    "itemStyle": {"color": story.looks[p].colour, "opacity": 0.55 if notice[i, j] else 1},
                    "tooltip": {"formatter": f"★ <b>{inert(story.contract_name(p, c))}</b><br>{inert(story.name(p))}, {words}"},
                }
            )  # fmt: skip
    return {
        "type": "scatter", "name": "bases", "coordinateSystem": system, "z": 12, "symbol": STAR, "symbolSize": 19,
        "itemStyle": {"borderColor": "#ffffff", "borderWidth": 1.2}, "data": data,
    }  # fmt: skip


def badges(story: Story, when: int, places: dict[str, Place], system: str, middle: float = 0.0) -> Option:
    """Patrons by name on their colour; at an edge the name stands on the inner side."""
    reach = max((abs(x - middle) for x, _ in places.values()), default=1.0)
    data = [
        {
            "name": p, "value": list(spot), "ask": f"budget({p})",
            "label": {
                "formatter": plain(story.name(p)), "color": story.looks[p].ink,
                "backgroundColor": story.looks[p].colour,
                "position": "inside" if abs(spot[0] - middle) < 0.85 * reach else "right" if spot[0] < middle else "left",
            },
            "tooltip": {"formatter": _patron_tip(story, when, p)},
        }
        for p, spot in places.items()
    ]  # fmt: skip
    return {
        "type": "scatter", "name": "patrons", "coordinateSystem": system, "z": 13, "symbolSize": 1,
        "label": {
            "show": True, "position": "inside", "fontSize": 11.5, "fontWeight": "bold", "padding": [4, 9], "borderRadius": 10,
            "borderColor": "#ffffff", "borderWidth": 1,
        },
        "data": data,
    }  # fmt: skip


def _patron_tip(story: Story, when: int, patron: str) -> str:
    i = story.patrons.index(patron)
    budget, spent = float(story.at("budget", when)[i]), float(story.at("spent", when)[i])
    return (
        f"<b>{inert(story.name(patron))}</b><br>budget {number(budget)} MUSD/yr, "
        f"spent at a rate of {number(spent)}"
    )


def plain(text: str) -> str:
    """Text without the signs that rich labels give a meaning."""
    return text.replace("{", "(").replace("}", ")").replace("|", "/")


def halo(size: int, weight: str) -> Option:
    """Rich text that can be read on any ground."""
    return {
        "fontSize": size, "fontWeight": weight, "color": INK, "textBorderColor": PAPER, "textBorderWidth": 3,
        "align": "center", "lineHeight": size + 3,
    }  # fmt: skip
