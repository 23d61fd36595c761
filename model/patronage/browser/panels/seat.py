"""Take a seat: play one patron quarter by quarter, and be debriefed."""

from __future__ import annotations

import json
from typing import Any

import solara

from patronage.browser.chart import Chart
from patronage.browser.charts.base import number
from patronage.browser.charts.compare import means, table
from patronage.browser.checked import one_of
from patronage.browser.deals import rows
from patronage.browser.history import Story
from patronage.browser.levers import ORDERS, order_event
from patronage.browser.player import Player, decided, drafted, outlook, relief_path
from patronage.browser.states import allowed
from patronage.browser.tiles import signed
from patronage.browser.workspace import Desk
from patronage.scenario import quarter_name

from .card import Card, grid, text
from .card import table as plain_table

FREE = "Whoever sits down decides offers, bids for bases, denial bids, relief and restraint."
SEATED = (
    "You see likely prices and denial bids, drawn with other luck than yours; then you decide. Step and Play repeat your "
    "last decision."
)
BEFORE = (
    ("Before each quarter", ("You see the money at hand, your share in each client, what rivals spend there, the host's price "
     "for a base, what rivals would likely bid to deny it, and the floor that follows.")),
    ("You decide", ("What to offer whom, what a base is worth to you, what it is worth to keep rivals out, whom to forgive "
     "debt, and whether to hold back campaigns and sanctions. What you leave alone the model decides for you.")),
    ("Afterwards", ("Your ledger, and a debrief: the same quarters and the same luck with the model's own strategy in your "
     "seat. Your decisions can be taken away as JSON under What if.")),
)  # fmt: skip
"""What a seat is, for who has not sat down yet."""
FORGIVE = next(o for o in ORDERS if o.act == "forgive")


@solara.component_vue("seat.vue")
def Decisions(
    rows_json: str = "[]", draft_json: str = "null", at_hand: float = 0.0, over: bool = False,
    event_play: Any = None, event_note: Any = None,
) -> None:  # fmt: skip
    """A row per client with the fields to fill in; `draft_json` is what stood in them last."""


@solara.component
def Seat(desk: Desk, story: Story, when: int) -> None:
    """The tab of a player."""
    names = {story.name(p): p for p in story.patrons}
    player = desk.player
    nobody = "nobody: watch"
    with grid():
        hint = "play one patron against the model's others; the run begins anew"
        with Card("Take a seat", hint), solara.Div(classes=["pg-bar"]):
            current = story.name(player.code) if player is not None else nobody
            seats = [nobody, *names]
            solara.Select("You play", value=current, values=seats, on_value=one_of(seats, lambda n: desk.sit(names.get(n, ""))))
            text(SEATED if player is not None else FREE)
        if player is None:
            for title, words in BEFORE:
                with Card(title, span=4):
                    text(words, "pg-small")
            return
        model = desk.model.value
        following = quarter_name(model.world.quarter + 1)
        over = not model.running
        with Card(f"{story.name(player.code)} decides for {following}" if not over else "The period is over"):
            at_hand, seen = outlook(model, player.code) if not over else (0.0, [])
            rows = [r | {"name": story.name(r["client"]), "guests": ", ".join(map(story.name, r["guests"]))} for r in seen]
            Decisions(
                rows_json=json.dumps(rows), draft_json=json.dumps(player.draft), at_hand=at_hand, over=over,
                event_play=lambda d: play(desk, d), event_note=lambda d: note(desk, player, d),
            ).key(f"game-{desk.epoch.value}")  # fmt: skip
        Debrief(desk, player.code, story, when)


def note(desk: Desk, player: Player, rows: object) -> None:
    """Keep what has been typed, while the player looks elsewhere."""
    player.draft = drafted(rows, desk.model.value.scenario.clients) or player.draft


def play(desk: Desk, rows: object) -> None:
    """Carry out one quarter as the player decided."""
    desk.pause()
    model, player = desk.model.value, desk.player
    found = decided(rows, model.scenario.clients)
    if player is None or not allowed(desk.state, "step") or found is None:
        return
    at = quarter_name(model.world.quarter + 1)
    decision, relief = found
    for client, amount in relief.items():
        desk.fire(relief_path(client, at).removeprefix("events."), order_event(FORGIVE, at, player.code, client, amount))
    player.order(at, decision, relief)
    desk.step()


def Debrief(desk: Desk, code: str, story: Story, when: int) -> None:
    """Two cards: the player's run against the one the model's own strategy would have made with the same luck."""
    name = story.name(code)
    mine = [r for r in rows(story, when) if r["patron"] == name]
    with Card("Debrief", "against what the model's own strategy would have done with the same luck", span=7, testid="debrief"):
        twin = desk.twin_story()
        if twin is None or twin.now < 1 or when < 1:
            text("It begins with the first quarter.")
        else:
            last = min(when, twin.now)
            i, k = story.patrons.index(code), twin.patrons.index(code)
            spent = [float(s.array("spent", last)[1:, n].sum() / 4) for s, n in ((story, i), (twin, k))]
            share = [100 * float(s.at("share", last)[n].mean()) for s, n in ((story, i), (twin, k))]
            held = [int(s.at("base", last)[n].sum()) for s, n in ((story, i), (twin, k))]
            given = [float(s.array("delivered", last)[:, n, :, 3].sum()) for s, n in ((story, i), (twin, k))]
            plain_table(
                (story.quarters[last], "You", "The model", "Difference"),
                [
                    ("Mean share of influence, %", number(share[0]), number(share[1]), signed(share[0] - share[1])),
                    ("Bases", str(held[0]), str(held[1]), signed(held[0] - held[1], 0)),
                    ("Spent so far, MUSD", number(spent[0]), number(spent[1]), signed(spent[0] - spent[1])),
                    ("Debt relief so far, MUSD", number(given[0]), number(given[1]), signed(given[0] - given[1])),
                    *_by_client(story, twin, last, code),
                ],
                numeric=(1, 2, 3),
                testid="debrief-table",
            )  # fmt: skip
            Chart(means(story, twin, when), label="You and the model", testid="debrief-chart", height="240px")
    with Card("Your ledger", f"{len(mine)} deals", span=5):
        plain_table(
            ("Quarter", "Deal", "Client", "Cause", "MUSD", "Rent"),
            [
                (r["quarter"], r["kind"], r["client"], r["cause"], _money(r["promised"]), _money(r["rent"]))
                for r in mine[:18]
            ],
            numeric=(4, 5),
        )


def _by_client(story: Story, twin: Story, last: int, code: str) -> list[tuple[str, str, str, str]]:
    i, k = story.patrons.index(code), twin.patrons.index(code)
    out = []
    for row in table(story, twin, last):
        c = row["client"]
        mine = 100 * float(story.at("share", last)[i, story.clients.index(c)])
        other = 100 * float(twin.at("share", last)[k, twin.clients.index(c)])
        out.append((f"Share in {story.name(c)}, %", number(mine), number(other), signed(mine - other)))
    return out


def _money(value: float | None) -> str:
    return "" if value is None else number(value, 1)
