"""Compare: this run against another scenario, or the same without something; the same luck, live."""

from __future__ import annotations

from itertools import chain

import solara

from patronage.browser.chart import Chart
from patronage.browser.checked import one_of
from patronage.browser.jobs import WAITING
from patronage.browser.pairing import PAIRS
from patronage.browser.reporting import asked, turned
from patronage.browser.rivals import NOTHING, OTHER, alike, counterparts
from patronage.browser.workspace import Desk
from patronage.results.worth import PURE, least
from patronage.scenario import ScenarioError
from patronage.telling.charts.compare import common, differences, means
from patronage.telling.charts.compare import table as points
from patronage.telling.history import Story
from patronage.telling.tiles import signed

from .card import Card, grid, table, text
from .markup import HtmlElement, ask, headed, put
from .multiples import DifferenceMaps

TONES = ((27, 138, 90), (198, 40, 40))


@solara.component
def Compare(desk: Desk, story: Story, when: int) -> None:
    """The sixth tab."""
    setup = desk.setup
    search = solara.use_thread(lambda: alike(setup), dependencies=[setup], intrusive_cancel=False)  # files it reads are closed
    looking = search.state == solara.ResultState.RUNNING  # a list must not grow under a hand
    chosen = desk.rival.value
    known = search.value or ((chosen.removeprefix(OTHER),) if chosen.startswith(OTHER) else ())
    keys = counterparts(setup, known, seated=desk.player is not None)
    words = {v: k for k, v in keys.items()}
    now = keys.get(chosen, keys[NOTHING])
    twin = desk.twin_story()
    solara.use_effect(desk.pair_up, [chosen, desk.model.value.scenario.digest, desk.epoch.value])
    with grid():
        hint = "same seed, same luck: what differs is what follows from the difference"
        with Card("Compared with", hint, testid="compared-card"), solara.Div(classes=["pg-bar"]):
            solara.Select(
                "This run against", value=now, values=list(words), on_value=one_of(words, lambda w: desk.pick(words[w])),
                disabled=looking,
            )  # fmt: skip
            _state(desk)
            if looking:
                text("Looking for scenarios with the same actors …", role="status")
        _pairs(desk)
        if twin is None:
            return
        last = common(story, twin, when)
        with Card("Mean share of influence by patron", "example · solid: this run · dashed: the other", span=7, testid="means-card"):
            Chart(means(story, twin, when), label="Mean share of influence", testid="means", height="300px")
        where = desk.pair()[1]
        client = story.name(where)
        with Card(f"{client}: difference", "points of share, this run less the other", span=5, testid="difference-card"):
            Chart(
                differences(story, twin, when, where), label=f"Difference in {client}", testid="difference",
                height="300px",
            )  # fmt: skip
        DifferenceMaps(story, twin, when)
        with Card(f"Difference in {story.quarters[last]}", "points of share · bold: another leader", testid="differences-card"):
            _table(story, twin, when)


def _pairs(desk: Desk) -> None:
    """What differs between many runs and as many of the other side."""
    job = desk.pairs
    if job is None:
        return
    chosen = desk.rival.value
    with Card(f"In {PAIRS} pairs of runs", "each pair with the same luck; in brackets the 95 % interval", testid="pairs"):
        if job.failed:
            text(f"They cannot be compared: {job.failed}", "pg-wrong", role="alert")
        elif not job.finished:
            text(f"{PAIRS} pairs are being computed …", role="status")
        for name, sentence in job.sentences.items():
            put(HtmlElement("p", (ask(sentence, f"pair {name}"),), "pg-sentence"))
        if job.cells:
            (outcome, *sides), *rows = job.cells
            summary = solara.v.Html(tag="summary", class_="pg-small", children=[f"All {len(rows)} outcomes"])
            with solara.v.Html(tag="details", class_="pg-more", children=[summary]):
                heads = [outcome.capitalize(), *sides[:2], *(head.capitalize() for head in sides[2:])]
                table(heads, rows, (1, 2, 3, 4), "all-pairs", wide=(0,), stacks=True, asks=[f"pair {name}" for name in job.outcomes])
            line = commanded(desk)
            if line:
                signs = " There the other side comes first: differences have the other sign." if turned(desk.setup, chosen) else ""
                text(f"As {line} says it.{signs}", "pg-small pg-muted", **{"data-testid": "pairs-command"})


def commanded(desk: Desk) -> str:
    """The command that compares the same pairs; nothing where no command can say it."""
    try:
        return asked(desk.setup, desk.rival.value, PAIRS).command
    except (ScenarioError, ValueError):
        return ""


def _state(desk: Desk) -> None:
    twin = desk.twin
    if twin is None:
        text("Choose something to compare with.")
    elif twin.failed:
        text(f"It cannot be compared: {twin.failed}", "pg-wrong", role="alert")
    elif twin.waiting:
        text(WAITING, role="status")
    elif not twin.finished:
        text(f"The other run has reached quarter {twin.done} of {twin.total} …", role="status")
    else:
        text(f"The other run is complete ({twin.total} quarters).", role="status")


def _table(story: Story, twin: Story, when: int) -> None:
    rows = points(story, twin, when)
    head = ["Client", *[story.name(p) for p in story.patrons], "Leader", "Bases gained and lost"]
    body = []
    for row in rows:
        cells = [HtmlElement("td", (story.name(row["client"]),))]
        for p in story.patrons:
            d = row["points"].get(p, 0.0)
            strength = min(0.55, abs(d) / 20)
            red, green, blue = TONES[0] if d >= 0 else TONES[1]
            style = f"background: rgba({red},{green},{blue},{strength:.2f})" if abs(d) >= 100 * least(PURE) else ""
            cells.append(HtmlElement("td", (ask(signed(d), f"share({p}, {row['client']})"),), "n", style))
        changed = row["leader"] != row["other"]
        words = f"{story.name(row['other'])} → {story.name(row['leader'])}" if changed else story.name(row["leader"])
        leads = ask(words, f"leads {row['client']}")
        cells.append(HtmlElement("td", (HtmlElement("strong", (leads,)) if changed else leads,)))
        bases = [("+", *held) for held in row["gained"].items()] + [("−", *held) for held in row["lost"].items()]
        moves = [(ask(f"{sign} {name}", f"base({p}, {row['client']})"), " ") for sign, p, name in bases]
        cells.append(HtmlElement("td", tuple(chain.from_iterable(moves)) or ("–",)))
        body.append(HtmlElement("tr", cells))
    heads = [HtmlElement("th", (headed(h),), "n" if 0 < i <= len(story.patrons) else "") for i, h in enumerate(head)]
    children = (HtmlElement("thead", (HtmlElement("tr", heads),)), HtmlElement("tbody", body))
    put(HtmlElement("table", children, "pg-table", attributes={"data-testid": "differences"}))
