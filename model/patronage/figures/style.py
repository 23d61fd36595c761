"""The look of every figure: colours, line styles, panels, time axes, saving. Figures are drawn without pyplot.

Colours are those of Okabe and Ito, which people with any common form of colour blindness can tell apart;
every patron also has its own line style and hatch, so that a grey print still reads.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from patronage.figures.lettering import Letters
from patronage.looks import colour_of, nth, patron_places
from patronage.results.ensemble import Statistics, year_of

INK, GREY, PALE = "#222222", "#777777", "#DDDDDD"
LINES: tuple[Any, ...] = (
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (5, 1.5, 1.2, 1.5)),
    (0, (8, 2)),
    (0, (3, 1, 1, 1, 1, 1)),
)
HATCHES = ("", "////", "....", "\\\\\\\\", "xx", "++", "--", "oo")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
MOST_PANELS = 12
"""More clients than this are not drawn as panels of one figure."""

RC: dict[Any, Any] = {
    "font.size": 8.5,
    "axes.titlesize": 9.5,
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.7,
    "axes.titlelocation": "left",
    "axes.titlepad": 5,
    "axes.titley": 1.0,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": "#ECECEC",
    "grid.linewidth": 0.6,
    "xtick.bottom": False,
    "ytick.left": False,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "hatch.linewidth": 0.4,
    "hatch.color": "white",
    "lines.linewidth": 1.5,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "patronage",
    "path.simplify": True,
    "figure.dpi": 150,
    "axes.unicode_minus": True,
}
"""`text.parse_math` is off: a dollar sign in a name is a dollar sign. A given `axes.titley` spares matplotlib the
search for a free place above every panel, a third of the time of drawing."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one patron is drawn, everywhere."""

    colour: str
    line: Any
    hatch: str
    marker: str


def looks(s: Statistics) -> dict[str, Look]:
    """A look for each patron, the same in every scenario for those that are known; the poles of the first axis come first."""
    places = patron_places(s.coords["patron"], s.scenario.axes, s.scenario.poles)
    return {p: Look(colour_of(i), nth(LINES, i), nth(HATCHES, i), nth(MARKERS, i)) for p, i in places.items()}


@contextmanager
def styled(letters: Letters | None = None) -> Iterator[None]:
    """All drawing happens inside this; `letters`: the fonts that the texts need."""
    finder = logging.getLogger("matplotlib.font_manager")
    level = finder.level
    finder.setLevel(logging.ERROR)  # a font that stands in for another need not have all of its weights
    try:
        with mpl.rc_context(RC | (letters or Letters()).rc):
            yield
    finally:
        finder.setLevel(level)


def panels(
    count: int,
    title: str,
    note: str,
    *,
    columns: int = 3,
    width: float = 10.0,
    height: float = 2.35,
    legend_rows: int = 1,
    sharey: bool = True,
    sharex: bool = True,
    left: float = 0.72,
    gap: float = 0.28,
    legend_column: float = 0.0,
    row_gap: float = 0.45,
    heads: Sequence[str] = (),
) -> tuple[Figure, list[Axes]]:
    """A figure with `count` panels in rows, a title, a note on what is drawn, and room for the legend below.

    `heads`: over each panel, with room for as many lines as the longest has.
    """
    more = 0.17 * max((head.count("\n") for head in heads), default=0)
    height, row_gap = height + more, row_gap + more
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    top, bottom = 0.78 + more, 0.38 + 0.22 * legend_rows
    total = rows * height + top + bottom
    fig = Figure(figsize=(width, total))
    FigureCanvasAgg(fig)
    between = gap if sharey else max(gap, 0.72)
    inner = (width - left - 0.2 - legend_column - (columns - 1) * between) / columns
    grid = fig.add_gridspec(
        rows,
        columns,
        left=left / width,
        right=1 - (0.2 + legend_column) / width,
        top=1 - top / total,
        bottom=bottom / total,
        wspace=between / inner,
        hspace=row_gap / (height - row_gap) if rows > 1 else 0,
    )
    axes: list[Axes] = []
    for i in range(count):
        like = axes[0] if axes else None
        ax = fig.add_subplot(
            grid[i // columns, i % columns], sharex=like if sharex else None, sharey=like if sharey else None
        )
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5))
        if sharey and i % columns:
            ax.tick_params(labelleft=False)
        if sharex and i + columns < count:
            ax.tick_params(labelbottom=False)
        axes.append(ax)
    for ax, head in zip(axes, heads or [""] * count, strict=True):
        ax.set_title(head)
    fig.text(0.12 / width, 1 - 0.12 / total, title, ha="left", va="top", fontsize=12, fontweight="bold", color=INK)
    fig.text(
        0.12 / width, 1 - 0.37 / total, shorten(note, round(15.5 * width)), ha="left", va="top", fontsize=8, color=GREY
    )
    return fig, axes


def legend(fig: Figure, handles: Sequence[Any], labels: Sequence[str], columns: int = 8) -> None:
    """One legend at the foot of the figure."""
    fig.legend(
        handles,
        labels,
        loc="lower center",
        ncol=min(columns, max(1, len(labels))),
        handlelength=2.6,
        columnspacing=1.4,
        borderaxespad=0.25,
    )


def patron_legend(fig: Figure, s: Statistics, extra: Sequence[tuple[Any, str]] = ()) -> None:
    """Legend of the patrons' lines."""
    look = looks(s)
    handles: list[Any] = [Line2D([], [], color=k.colour, ls=k.line, lw=1.8) for k in look.values()]
    legend(fig, [*handles, *(h for h, _ in extra)], [*(s.label(p) for p in look), *(t for _, t in extra)])


def time_axis(ax: Axes, s: Statistics) -> None:
    """Years below, whole numbers only, and a thin line where a dated event falls."""
    years = s.years
    ax.set_xlim(years[0], max(years[-1], years[0] + 0.25))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=1))
    ax.xaxis.set_major_formatter(lambda x, _: f"{x:.0f}" if x == int(x) else f"{int(x)}Q{int(x % 1 * 4) + 1}")


def fan(
    ax: Axes, x: npt.NDArray[Any], band: npt.NDArray[Any], colour: str, line: Any = "-", alpha: float = 0.16
) -> None:
    """A median with its 5-95 % band; `band` is [3, time]."""
    ax.fill_between(x, band[0], band[2], color=colour, alpha=alpha, lw=0)
    ax.plot(x, band[1], color=colour, ls=line)


SERIES = frozenset({
    "gdp", "growth", "real_gdp", "real_growth", "other_trade", "other_arms", "population", "other_debt", "other_debt_growth",
    "patron_gdp", "patron_growth", "patron_real_gdp", "patron_real_growth", "budget_growth", "supply", "trade", "remittances", "aid",
})  # fmt: skip
"""Fields that hold figures of a year: an event that sets nothing else follows the data, and nobody acts in it."""


def is_drawn(event: Any, question: str) -> bool:
    """Whether somebody acts in an event, or the scenario's question names it; one that only sets figures of a year is not drawn."""
    if event.name.replace("_", " ").lower() in question.lower():
        return True
    return bool(event.acts or event.repeals or any(change.field not in SERIES for change in event.changes))


def event_dates(s: Statistics, most: int = 24) -> list[tuple[float, str]]:
    """Events that fired in at least half of the runs and are drawn: (median year, name), first come first."""
    fired = s.ensemble.events
    fired = fired[fired["what"] == "fired"]
    left_out = {e.name for e in s.scenario.events if not is_drawn(e, s.scenario.question)}
    fired = fired[~fired["event"].astype(str).isin(left_out)]
    if fired.empty:
        return []
    found = []
    for name, rows in fired.groupby("event", observed=True, sort=False):
        once = rows.drop_duplicates("run")
        if len(once) >= 0.5 * s.runs:
            found.append((float(np.median([year_of(str(q)) for q in once["quarter"]])), str(name)))
    return sorted(found)[:most]


def mark_events(axes: Sequence[Axes], s: Statistics) -> None:
    """Thin dotted lines where events fired in most runs."""
    dates = sorted({d for d, _ in event_dates(s)})
    for ax in axes:
        vertical(ax, dates, color="#AAAAAA", lw=0.6, zorder=1.9)


def vertical(ax: Axes, at: Sequence[float], **look: Any) -> None:
    """Dotted lines from the foot to the head of a panel, as one object."""
    ax.vlines(at, 0, 1, transform=ax.get_xaxis_transform(), linestyles=(0, (1, 2)), **look)


def clients_shown(s: Statistics) -> list[str]:
    """Clients drawn as panels: all, or those with the largest mean influence of patrons if they are too many."""
    clients = list(s.coords["client"])
    if len(clients) <= MOST_PANELS:
        return clients
    weight = s.mean("share").sum(("patron", "quarter"))
    kept = sorted(clients, key=lambda c: -float(weight.sel(client=c)))[:MOST_PANELS]
    return [c for c in clients if c in kept]


def about(s: Statistics, text: str) -> str:
    """The note under a title: what is drawn, and over how many runs."""
    return f"{text} {s.scenario.title or s.scenario.name}; {s.runs} runs, seed {s.ensemble.seed}."


def wrapped(text: str, most: int, lines: int = 2) -> str:
    """Text in lines that fit, the last of them cut at a word."""
    return fill(text, most, max_lines=lines, placeholder="…", break_on_hyphens=False)


def shorten(text: str, most: int) -> str:
    """Text that fits, cut at a word."""
    if len(text) <= most:
        return text
    cut = text[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[most // 2 :] else cut) + "…"


def fitting(ax: Axes, text: str) -> str:
    """A title cut to the width of its panel."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    return shorten(text, max(12, round(15 * ax.get_position().width * figure.get_figwidth())))


def save(fig: Figure, out: Path, name: str) -> list[Path]:
    """PNG (150 dpi) and SVG, without dates or versions in them: the same figure is the same file."""
    png, svg = out / f"{name}.png", out / f"{name}.svg"
    fig.savefig(png, dpi=150, metadata={"Software": None}, pil_kwargs={"compress_level": 3})
    fig.savefig(svg, metadata={"Date": None, "Creator": None})
    return [png, svg]
