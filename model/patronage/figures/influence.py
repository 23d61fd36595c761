"""Who has influence where: shares over time, stacked shares, the patron x client map, and its channels."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from patronage.figures.style import (
    GREY,
    INK,
    about,
    clients_shown,
    event_dates,
    fan,
    legend,
    looks,
    mark_events,
    panels,
    patron_legend,
    shorten,
    time_axis,
    vertical,
)
from patronage.looks import CHANNELS
from patronage.results.ensemble import Statistics


def shares(s: Statistics) -> Figure | None:
    """Median share of each patron in each client, with the 5-95 % band."""
    clients, x, look = clients_shown(s), s.years, looks(s)
    note = about(s, "Median and 5–95 % of runs; dotted: events (none that only set yearly figures).")
    fig, axes = panels(len(clients), "Shares of influence", note)
    band = s.band("share")
    for ax, client in zip(axes, clients, strict=True):
        for patron, k in look.items():
            fan(ax, x, band.sel(client=client, patron=patron).values, k.colour, k.line, alpha=0.13)
        ax.set_title(s.label(client))
        ax.set_ylim(0, 1)
        time_axis(ax, s)
    _label_left(axes, "share (0–1)")
    mark_events(axes, s)
    patron_legend(fig, s)
    return fig


def _label_left(axes: list[Axes], text: str) -> None:
    for ax in axes:
        spec = ax.get_subplotspec()
        if spec is not None and spec.is_first_col():
            ax.set_ylabel(text)


def stacked(s: Statistics) -> Figure | None:
    """Mean shares stacked, autonomy on top, and the events by number."""
    clients, x, look = clients_shown(s), s.years, looks(s)
    dates = event_dates(s)
    lines = _captions([f"{i + 1} {name.replace('_', ' ').replace('-', ' ')}" for i, (_, name) in enumerate(dates)])
    fig, axes = panels(
        len(clients),
        "Shares of influence and autonomy",
        about(s, "Mean over runs; numbers: events (none that only set yearly figures)."),
        legend_rows=1 + len(lines),
    )
    mean = s.mean("share")
    for ax, client in zip(axes, clients, strict=True):
        rows = [mean.sel(client=client, patron=p).values for p in look]
        stack = ax.stackplot(x, *rows, colors=[k.colour for k in look.values()], lw=0)
        for area, k in zip(stack, look.values(), strict=True):
            area.set_hatch(k.hatch)
            area.set_edgecolor("white")
        ax.fill_between(x, np.sum(rows, axis=0), 1, color="#F2F2F2", lw=0)
        ax.set_title(s.label(client))
        ax.set_ylim(0, 1)
        ax.grid(visible=False)
        time_axis(ax, s)
        _number_events(ax, dates)
    _label_left(axes, "share (0–1)")
    handles = [Patch(facecolor=k.colour, hatch=k.hatch, edgecolor="white") for k in look.values()]
    legend(
        fig, [*handles, Patch(facecolor="#F2F2F2", edgecolor=GREY, lw=0.4)], [*(s.label(p) for p in look), "autonomy"]
    )
    for i, line in enumerate(lines):
        fig.text(
            0.12 / 10,
            (0.32 + 0.17 * (len(lines) - 1 - i)) / fig.get_figheight(),
            line,
            fontsize=7,
            color=GREY,
            ha="left",
            va="bottom",
        )
    return fig


def _captions(items: list[str], width: int = 165) -> list[str]:
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) + 3 <= width:
            lines[-1] += f"   {item}"
        else:
            lines.append(shorten(item, width))
    return lines


def _number_events(ax: Axes, dates: list[tuple[float, str]]) -> None:
    """Numbers at the head of the lines; those that would collide step down."""
    span = np.ptp(ax.get_xlim())
    taken: list[tuple[float, int]] = []
    vertical(ax, [date for date, _ in dates], color=INK, lw=0.6)
    for i, (date, _) in enumerate(dates):
        near = {row for at, row in taken if abs(at - date) < 0.05 * span}
        row = next(r for r in range(len(dates) + 1) if r not in near)
        taken.append((date, row))
        ax.text(
            date,
            0.985 - 0.085 * row,
            str(i + 1),
            fontsize=6.5,
            ha="center",
            va="top",
            color=INK,
            bbox={"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.85},
        )


def heat(s: Statistics) -> Figure | None:
    """Patron x client shares at the start, at the end, and the change."""
    mean = s.mean("share")
    quarters = s.coords["quarter"]
    first, last = mean.isel(quarter=0).values, mean.isel(quarter=-1).values
    patrons, clients = s.coords["patron"], s.coords["client"]
    size = 0.9 + 0.36 * len(patrons)
    fig, axes = panels(
        3, "Influence by patron and client", about(s, "Mean share over runs."), height=size, sharex=False, left=1.15
    )
    change = last - first
    limit = max(0.05, float(np.abs(change).max()))
    views = (
        (first, quarters[0], "cividis", 0.0, max(0.05, float(max(first.max(), last.max())))),
        (last, quarters[-1], "cividis", 0.0, max(0.05, float(max(first.max(), last.max())))),
        (change, "change", "PuOr", -limit, limit),
    )
    for ax, (values, title, colours, low, high) in zip(axes, views, strict=True):
        image = ax.imshow(values, cmap=colours, vmin=low, vmax=high, aspect="auto")
        matrix_labels(ax, [s.label(p) for p in patrons], [s.label(c) for c in clients])
        cell_numbers(ax, values, image, signed=title == "change")
        ax.set_title(title if title == "change" else f"share, {title}")
    return fig


def matrix_labels(ax: Axes, rows: list[str], columns: list[str]) -> None:
    """Names of rows and columns of a matrix."""
    ax.set_yticks(range(len(rows)), [shorten(r, 15) for r in rows])
    ax.set_xticks(range(len(columns)), [shorten(c, 13) for c in columns], rotation=25, ha="right")
    ax.tick_params(length=0)
    ax.grid(visible=False)
    for side in ax.spines.values():
        side.set_visible(False)


def cell_numbers(
    ax: Axes, values: np.ndarray, image: object, *, signed: bool = False, known: np.ndarray | None = None
) -> None:
    """Each cell's number, in the ink that reads on its colour; "–" where it is not `known`."""
    for (i, j), value in np.ndenumerate(values):
        if known is not None and not known[i, j]:
            ax.text(j, i, "–", ha="center", va="center", fontsize=7, color=INK)
            continue
        red, green, blue, _ = image.to_rgba(value)  # type: ignore[attr-defined]
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        text = (f"{value:+.2f}" if signed else f"{value:.2f}").replace("-", "−")
        ax.text(j, i, text, ha="center", va="center", fontsize=7, color="white" if dark else INK)


def channels(s: Statistics) -> Figure | None:
    """Through which channels each patron's influence runs, at the end."""
    if not s.channel_variable:
        return None
    clients, patrons = clients_shown(s), s.coords["patron"]
    at_end = s.mean(s.channel_variable).isel(quarter=-1)
    fig, axes = panels(
        len(clients),
        "Influence by channel",
        about(s, f"Influence I (0–1), bandwidth × dependence, weighted; {s.coords['quarter'][-1]}, mean over runs."),
        height=0.95 + 0.27 * len(patrons),
        left=1.15,
    )
    for ax, client in zip(axes, clients, strict=True):
        left = np.zeros(len(patrons))
        for channel in s.coords["channel"]:
            width = at_end.sel(client=client, channel=channel).values
            ax.barh(
                range(len(patrons)),
                width,
                left=left,
                color=CHANNELS[str(channel)].figure,
                height=0.7,
                edgecolor="white",
                lw=0.4,
            )
            left = left + width
        ax.set_yticks(range(len(patrons)), [shorten(s.label(p), 15) for p in patrons])
        ax.set_title(s.label(client))
    if axes:
        axes[0].invert_yaxis()
        axes[0].set_xlim(left=0)
    handles = [Patch(facecolor=CHANNELS[str(c)].figure) for c in s.coords["channel"]]
    legend(fig, handles, [str(c) for c in s.coords["channel"]])
    return fig
