"""Ties as a network: patrons on the left, clients on the right, a line for each tie of the layers that are chosen."""

from __future__ import annotations

from collections.abc import Sequence

from patronage import looks
from patronage.telling.charts.base import GRID, INK, PAPER, Option, inert, number
from patronage.telling.charts.marks import framed
from patronage.telling.charts.region import fill, tooltip
from patronage.telling.history import Story
from patronage.telling.ties import FLOWS, LAYERS, SOON, Tie, ties

MOST = 12
"""Lines of a layer that are drawn: its largest; the table has all."""
COLOURS = {
    **{layer: looks.INSTRUMENTS[layer].page for layer in (*FLOWS, "rent")},
    "trade": looks.CHANNELS["market"].page, "treaties": looks.CHANNELS["institutions"].page,
}  # fmt: skip
ACROSS, APART = 100.0, 11.0
"""Between patrons and clients, and between two of them."""


def drawn(story: Story, when: int, layers: Sequence[str]) -> list[Tie]:
    """The largest ties of each layer."""
    found = ties(story, when, tuple(layers))
    return [t for layer in LAYERS for t in [x for x in found if x.layer == layer][:MOST]]


def network(story: Story, when: int, layers: Sequence[str], chosen: str) -> Option:
    """The network. Width: size within its layer; dashed: the contract ends within two years; dotted: notice runs."""
    found = drawn(story, when, layers)
    largest = {layer: max((abs(t.amount) for t in found if t.layer == layer), default=1.0) or 1.0 for layer in layers}
    high = APART * (max(len(story.patrons), len(story.clients)) - 1) / 2 or 1.0
    axes = {  # unseen: on axes no mark is stretched, however wide the figure is
        "grid": {"left": 120, "right": 130, "top": 34, "bottom": 34},
        "xAxis": {"type": "value", "show": False, "min": 0, "max": ACROSS},
        "yAxis": {"type": "value", "show": False, "inverse": True, "min": -high, "max": high},
    }
    return axes | framed([
        {
            "type": "graph", "name": "ties", "layout": "none", "coordinateSystem": "cartesian2d",
            "data": _nodes(story, when, chosen), "emphasis": {"focus": "none"},
            "links": [_line(story, t, largest[t.layer], list(LAYERS).index(t.layer)) for t in found],
            "edgeLabel": {"show": False, "fontSize": 10.5, "color": INK, "textBorderColor": PAPER, "textBorderWidth": 3},
        }
    ])  # fmt: skip


def _ask(tie: Tie) -> str:
    """What can be asked of a tie."""
    measure = {"rent": "base", "trade": "influence", "treaties": "influence"}.get(tie.layer, "delivered")
    return f"{measure}({tie.patron}, {tie.client})"


def _nodes(story: Story, when: int, chosen: str) -> list[Option]:
    def node(id_: str, code: str, x: float, place: int, count: int) -> Option:
        return {
            "id": id_, "name": code, "value": [x, APART * (place - (count - 1) / 2)],
            "label": {
                "show": True, "formatter": story.name(code).replace("{", "("), "position": "left" if x == 0 else "right", "color": INK,
                "fontSize": 12, "fontWeight": "bold" if code == chosen else "normal", "width": 112, "overflow": "truncate",
            },
        }  # fmt: skip

    patrons = [
        node(f"p:{p}", p, 0.0, k, len(story.patrons))
        | {"symbol": story.looks[p].marker, "symbolSize": 14, "itemStyle": {"color": story.looks[p].colour}, "ask": f"mean {p}"}
        for k, p in enumerate(story.patrons)
    ]
    clients = [
        node(f"c:{c}", c, ACROSS, k, len(story.clients))
        | {
            "ask": f"share({story.leaders(when)[story.clients.index(c)][0]}, {c})",
            "symbol": "circle", "symbolSize": 18, "tooltip": {"formatter": tooltip(story, when, c)}, "cursor": "pointer",
            "itemStyle": {
                "color": fill(story, when, c), "borderColor": INK if c == chosen else GRID, "borderWidth": 2.5 if c == chosen else 1,
            },
        }
        for k, c in enumerate(story.clients)
    ]  # fmt: skip
    return patrons + clients


def _line(story: Story, tie: Tie, largest: float, place: int) -> Option:
    """A line; those of different layers between the same two bend differently."""
    what = LAYERS[tie.layer] + (f": {tie.words}" if tie.words else "")
    term = f"<br>{inert(tie.ends)}" if tie.ends else ""
    ending = 0 <= tie.left < SOON
    return {
        "id": f"{tie.layer}-{tie.patron}-{tie.client}-{tie.words}", "source": f"p:{tie.patron}", "target": f"c:{tie.client}",
        "value": round(tie.amount, 3), "ask": _ask(tie),
        "lineStyle": {
            "color": COLOURS[tie.layer], "width": round(1.0 + 5.0 * (abs(tie.amount) / largest) ** 0.5, 2), "opacity": 0.85,
            "curveness": round(0.035 * (place - (len(LAYERS) - 1) / 2), 3),
            "type": "dotted" if tie.notice else "dashed" if ending else "solid",
        },
        "label": {"show": ending, "formatter": tie.ends},
        "tooltip": {
            "formatter": f"{inert(story.name(tie.patron))} → {inert(story.name(tie.client))}<br>{inert(what)}<br>"
            f"<b>{number(tie.amount, 2)}</b> {tie.unit}{term}"
        },
    }  # fmt: skip
