"""Influence as streams, one a client, and the channels behind one share."""

from __future__ import annotations

import numpy as np

from patronage.scenario.catalogue import CHANNELS
from patronage.telling.charts.base import INK, MUTED, Option, legend, points, start, time_axis, value_axis
from patronage.telling.history import Story
from patronage.telling.palette import CHANNEL_LOOKS


def stream(story: Story, when: int, client: str) -> Option:
    """Shares of one client stacked; what is left on top is its autonomy."""
    c = story.clients.index(client)
    share = story.array("share", when)[:, :, c]
    order = sorted(range(len(story.patrons)), key=lambda p: -float(share[-1, p]))
    series = [
        {
            "type": "line", "name": story.name(story.patrons[p]), "id": story.patrons[p], "stack": "s", "symbol": "none",
            "ask": f"share({story.patrons[p]}, {client})",
            "data": points(share[:, p]), "lineStyle": {"width": 0.6, "color": "$paper"},
            "itemStyle": {"color": story.looks[story.patrons[p]].colour},
            "areaStyle": {"color": story.looks[story.patrons[p]].fill, "opacity": 0.92}, "emphasis": {"disabled": True},
        }
        for p in order
    ]  # fmt: skip
    return start(
        grid={"left": 36, "right": 8, "top": 8, "bottom": 22},
        xAxis=time_axis(story), yAxis=value_axis("", min=0, max=100, splitNumber=2), series=series,
    )  # fmt: skip


def channels(story: Story, when: int, patron: str, client: str) -> Option:
    """Influence of one patron in one client by channel, stacked; in hundredths."""
    i, j = story.patrons.index(patron), story.clients.index(client)
    parts = story.array("by_channel", when)[:, i, j, :]
    series = [
        {
            "type": "line", "name": name.replace("_", " "), "id": name, "stack": "s", "symbol": "none",
            "ask": f"influence({patron}, {client})",
            "data": points(parts[:, k], digits=3), "lineStyle": {"width": 0.6, "color": "$paper"},
            "itemStyle": {"color": CHANNEL_LOOKS[name].colour},
            "areaStyle": {"color": CHANNEL_LOOKS[name].fill, "opacity": 0.92}, "emphasis": {"disabled": True},
        }
        for k, name in enumerate(CHANNELS)
        if np.any(parts[:, k] > 0)
    ]  # fmt: skip
    return start(
        legend=legend([s["name"] for s in series]),
        grid={"left": 40, "right": 12, "top": 40, "bottom": 24},
        xAxis=time_axis(story), yAxis=value_axis(min=0), series=series,
    )  # fmt: skip


def stocks(story: Story, when: int, patron: str, client: str) -> Option:
    """The stocks that channels are made of, MUSD: arms, capital, debt, presence."""
    i, j = story.patrons.index(patron), story.clients.index(client)
    looks = {"arms": "arms", "capital": "economic", "debt": "debt", "presence": "presence"}
    series = [
        {
            "type": "line", "name": name, "data": points(story.array(name, when)[:, i, j], 1.0, 1), "symbol": "none",
            "ask": f"{name}({patron}, {client})",
            "lineStyle": {"color": CHANNEL_LOOKS[channel].colour, "width": 2}, "emphasis": {"disabled": True},
            "itemStyle": {"color": CHANNEL_LOOKS[channel].colour},
        }
        for name, channel in looks.items()
    ]  # fmt: skip
    return start(
        legend=legend([s["name"] for s in series]),
        grid={"left": 52, "right": 12, "top": 40, "bottom": 24},
        xAxis=time_axis(story), yAxis=value_axis(min=0), series=series,
    )  # fmt: skip


def position(story: Story, when: int, client: str) -> Option:
    """Orientation of one client over time, with the patrons' own as marks at the right."""
    c = story.clients.index(client)
    where = story.array("position", when)[:, c, :]
    tones = (INK, MUTED, "$accent", "$warn")
    series = [
        {
            "type": "line", "name": axis, "data": points(where[:, k], 1.0, 3), "symbol": "none",
            "ask": f"position({client}, {axis})",
            "lineStyle": {"color": tones[k % len(tones)], "width": 2, "type": "solid" if k == 0 else "dashed"},
            "itemStyle": {"color": tones[k % len(tones)]},
        }
        for k, axis in enumerate(story.structure.axes)
    ]  # fmt: skip
    return start(
        legend=legend([s["name"] for s in series]),
        grid={"left": 40, "right": 12, "top": 40, "bottom": 24},
        xAxis=time_axis(story), yAxis=value_axis(), series=series,
    )  # fmt: skip
