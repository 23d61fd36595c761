"""One chart of the page as an HTML file of its own that asks nothing of a network, from Python and for notebooks."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from patronage.scenario.quarters import parse_quarter
from patronage.telling.charts import actors, client, contracts, streams
from patronage.telling.charts.base import Option
from patronage.telling.charts.region import region_map
from patronage.telling.charts.ring import ring
from patronage.telling.history import Story

from . import assets, atlas
from .exports import figure_note
from .model import PageModel
from .setup import Setup

HERE = Path(__file__).parent
PARTS = re.compile(r"@(title|notes|data|library|height)@")
"""Of the frame of a file: what a chart fills in."""


@dataclass(frozen=True)
class ChartSubject:
    """What a chart is of."""

    story: Story
    when: int
    patron: str
    client: str

    @property
    def pair(self) -> str:
        return f"{self.story.name(self.patron)} in {self.story.name(self.client)}"

    @property
    def host(self) -> str:
        return self.story.name(self.client)


def _shares(a: ChartSubject) -> Option:
    marks = [h for h in client.happenings(a.story, a.when) if h["client"] == a.client]
    return client.client_shares(a.story, a.when, a.client, None, None, marks[-9:])


KINDS: dict[str, tuple[str, Callable[[ChartSubject], str], Callable[[ChartSubject], Option]]] = {
    "map": ("460px", lambda _: "Influence map", lambda a: ring(a.story, a.when, a.client)),
    "shares": ("360px", lambda a: f"Shares of influence in {a.host}", _shares),
    "timeline": ("420px", lambda _: "What happened where", lambda a: client.timeline(a.story, a.when)),
    "legitimacy": ("420px", lambda _: "Legitimacy", lambda a: client.legitimacy(a.story, a.when, None, None)),
    "influence": ("300px", lambda a: f"Influence in {a.host}", lambda a: streams.stream(a.story, a.when, a.client)),
    "channels": (
        "300px", lambda a: f"Influence of {a.pair} by channel", lambda a: streams.channels(a.story, a.when, a.patron, a.client),
    ),
    "stocks": ("300px", lambda a: f"Stocks of {a.pair}", lambda a: streams.stocks(a.story, a.when, a.patron, a.client)),
    "position": ("300px", lambda a: f"Position of {a.host}", lambda a: streams.position(a.story, a.when, a.client)),
    "bases": ("420px", lambda _: "Concessions over time", lambda a: contracts.bases(a.story, a.when)),
    "rents": ("320px", lambda _: "Rents of concessions", lambda a: contracts.rents(a.story, a.when)),
    "budgets": ("320px", lambda _: "Budgets", lambda a: actors.budgets(a.story, a.when)),
    "portfolio": (
        "320px", lambda a: f"Portfolio of {a.story.name(a.patron)}", lambda a: actors.portfolio(a.story, a.when, a.patron),
    ),
}  # fmt: skip
"""By name: height, title, and what draws it, as on the page."""


@dataclass(frozen=True)
class ChartFile:
    """A chart as an HTML document. In a notebook it shows itself."""

    title: str
    html: str
    height: str

    def save(self, path: str | Path) -> None:
        """Write the file. Raises FileExistsError where there is one."""
        with Path(path).open("x", encoding="utf-8") as file:
            file.write(self.html)

    def __repr__(self) -> str:
        return f"{self.title}: {len(self.html) / 1e6:.1f} MB of HTML; save(path) writes it"

    def _repr_html_(self) -> str:
        """In a frame that may run its own scripts and do nothing else."""
        inside = html.escape(self.html)
        style = f"width: 100%; height: calc({self.height} + 130px); border: 0"
        return f'<iframe title="{html.escape(self.title)}" sandbox="allow-scripts" style="{style}" srcdoc="{inside}"></iframe>'


def chart(
    scenario: str | Path = "us-withdrawal", kind: str = "map", *, quarter: str | None = None, client: str | None = None,
    patron: str | None = None, changes: Mapping[str, str] | None = None, seed: int = 1, run: int = 0,
) -> ChartFile:  # fmt: skip
    """Draw one chart of the page about one run, as an HTML document that carries all it needs and asks nothing of a network.

    Args:
        scenario: a built-in name, or a file.
        kind: which chart, one of `patronage.browser.figures.KINDS`.
        quarter: up to which the run goes, such as "2014Q1"; to its end if none is named.
        client: code of the client it is about, where it is about one; the one that the scenario's question names if none is named.
        patron: the same of a patron.
        changes: paths and values, as `--set` takes them.
        seed: of the ensemble.
        run: its number in the ensemble, from 0.

    Returns:
        The document: it shows itself in a notebook, and `save(path)` writes it.

    Raises:
        ScenarioError: the scenario cannot be used.
        ValueError: there is no such kind, client, patron or quarter, or the run is too long for a page.
        NoScriptError: the script that draws was not collected.
    """
    from .answering import interesting

    library = assets.library()
    model = PageModel(Setup(str(scenario), None, tuple((changes or {}).items()), seed, run))
    named = model.scenario
    last = named.end if quarter is None else parse_quarter(quarter)
    patron, client = patron or interesting(named)[0], client or interesting(named)[1]
    _one_of("kind", kind, tuple(KINDS))
    _one_of("client", client, named.clients)
    _one_of("patron", patron, named.patrons)
    if not named.start <= last <= named.end:
        raise ValueError(f"quarter {quarter!r} is outside the period of {named.name}")
    while model.running and model.world.quarter < last:
        model.step()
    if model.error:
        raise ValueError(model.error)
    asked = ChartSubject(model.story, model.story.now, patron, client)
    height, title, option = KINDS[kind]
    note = figure_note(model, model.story.quarters[model.story.now])
    place = atlas.region(asked.story.clients, asked.story.patrons, tuple(named.areas.values())) if kind == "map" else None
    lines = [note["run"], note["source"]]
    data: dict[str, Any] = {"option": option(asked)}
    if place is not None:
        lines.append(note["boundaries"])
        data = {"option": region_map(asked.story, asked.when, place, client), "map": place.geojson, "name": place.name}
    text = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    parts = {
        "title": html.escape(title(asked)), "notes": "".join(f"<p>{html.escape(line)}</p>" for line in lines), "data": text,
        "library": library.replace("</script", "<\\/script"), "height": height,
    }  # fmt: skip
    return ChartFile(title(asked), PARTS.sub(lambda part: parts[part[1]], frame()), height)


def _one_of(what: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise ValueError(f"there is no {what} {given!r}: choose one of {', '.join(known)}")


@cache
def frame() -> str:
    """The document without what a chart fills in: colours of the page's style, and the two methods with which its charts are drawn."""
    light, dark = re.findall(r"\{([^{}]*--pg-ink:[^{}]*)\}", (HERE / "style.css").read_text(encoding="utf-8"))
    drawing = (HERE / "chart.vue").read_text(encoding="utf-8")
    methods = drawing[drawing.index("    dressed(parts) {") : drawing.index("    picture(background) {")]
    fixed = {"light": light, "dark": dark, "methods": methods}
    return re.sub(r"@(light|dark|methods)@", lambda part: fixed[part[1]], (HERE / "figure.html").read_text(encoding="utf-8"))
