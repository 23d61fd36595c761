"""Twenty runs beside each other: shares of influence in one client, a small panel a run, all up to the same quarter."""

from __future__ import annotations

from patronage.telling.charts.base import FONT, GRID, INK, MUTED, Option, points
from patronage.telling.history import Story
from patronage.world.arrays import Array

COLUMNS = 5


def leading(story: Story, shares: Array, client: str) -> list[tuple[str, float]]:
    """Leader of a client and its share in every run; `shares` [runs, P, C] at one time."""
    mine = shares[:, :, story.clients.index(client)]
    return [(story.patrons[k], float(row[k])) for row, k in zip(mine, mine.argmax(axis=1), strict=True)]


def counts(story: Story, shares: Array, client: str) -> list[tuple[str, int]]:
    """In how many runs each patron leads a client, the most first."""
    first = [patron for patron, _ in leading(story, shares, client)]
    return sorted(((p, first.count(p)) for p in story.patrons if p in first), key=lambda item: -item[1])


def panels(story: Story, shares: Array, at: int, client: str) -> Option:
    """`shares` [T + 1, runs, P, C], the quarter before the first included; drawn up to time `at`.

    A title says who leads; a panel asks for its run.
    """
    runs, c = shares.shape[1], story.clients.index(client)
    rows = -(-runs // COLUMNS)
    wide, high = 100 / COLUMNS, 97 / rows
    leaders = leading(story, shares[at], client)

    def place(run: int) -> tuple[float, float]:
        return (run % COLUMNS) * wide, 3 + (run // COLUMNS) * high

    return {
        "animation": False,
        "textStyle": FONT,
        "title": [
            {
                "text": f"{run}: {story.name(leaders[run][0])} {100 * leaders[run][1]:.0f} %", "padding": 0,
                "left": f"{place(run)[0] + 0.5:.2f}%", "top": f"{place(run)[1]:.2f}%", "textStyle": {"fontSize": 11, "color": INK},
            }
            for run in range(runs)
        ],
        "grid": [
            {
                "left": f"{place(run)[0] + 0.5:.2f}%", "top": f"{place(run)[1] + 0.17 * high:.2f}%", "width": f"{wide - 2:.2f}%",
                "height": f"{0.72 * high:.2f}%", "show": True, "borderColor": GRID, "ask": f"twenty {run} {client}", "at": at,
            }
            for run in range(runs)
        ],
        "xAxis": [{"type": "value", "min": 0, "max": len(shares) - 1, "gridIndex": run, "show": False} for run in range(runs)],
        "yAxis": [
            {
                "type": "value", "min": 0, "max": 100, "gridIndex": run, "interval": 50, "axisLabel": {"show": False},
                "axisLine": {"show": False}, "axisTick": {"show": False}, "splitLine": {"lineStyle": {"color": GRID}},
            }
            for run in range(runs)
        ],
        "series": [
            {
                "type": "line", "id": f"{run}-{p}", "name": story.name(p), "xAxisIndex": run, "yAxisIndex": run, "symbol": "none",
                "data": [[t, y] for t, y in enumerate(points(shares[: at + 1, run, i, c]))], "silent": True,
                "lineStyle": {"color": story.looks[p].colour, "width": 1.6}, "itemStyle": {"color": MUTED},
            }
            for run in range(runs)
            for i, p in enumerate(story.patrons)
        ],
    }  # fmt: skip
