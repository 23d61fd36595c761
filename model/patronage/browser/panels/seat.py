"""Take a seat: play one patron or client, a year or a quarter at a time, and be debriefed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import solara

from patronage.browser import debriefing
from patronage.browser.chart import Chart
from patronage.browser.checked import one_of, whole
from patronage.browser.game import MOST_SAVED, YEAR, Game, look_ahead, play_turn, resume, saved, score, score_at_the_end
from patronage.browser.states import Doing
from patronage.browser.workspace import Desk
from patronage.games.foresight import Bought, outlook
from patronage.games.hosting import Brought, table_of
from patronage.games.orders import counterparts, drafted
from patronage.games.scoring import GAMES, aims
from patronage.scenario import quarter_name
from patronage.telling import hosting
from patronage.telling.charts.base import number
from patronage.telling.charts.client import client_shares
from patronage.telling.charts.compare import means
from patronage.telling.deals import rows as ledger_rows
from patronage.telling.history import Story
from patronage.telling.turns import ahead, aim_words, left_to_the_model, turn_report

from .card import Card, Download, announced, grid, table, text
from .orders import OrderForm, client_rows, patron_rows
from .room import Door, InRoom
from .turns import Turns

LEDGER = 18
"""Deals in the debrief's ledger."""
FREE = "A patron decides offers, bids for bases, denial bids, relief and restraint; a client who may have a base, and for what rent."
SEATED = "An order stands until you give another: Step and Play repeat the last one."
BEFORE = (
    ("Aims", ("The aims of a seat are taken from the outcomes of the scenario. Your game is scored beside a hundred games in which "
     "the model sat in your seat and met the same luck.")),
    ("A year is a turn", ("You decide what to offer whom, what a base is worth to you, what it is worth to keep rivals out, whom to "
     "forgive debt, and whether to hold back campaigns and sanctions; as a client whom to let have a base, and for what rent. For a "
     "year, or for a quarter to look closely.")),
    ("What you know", ("The money at hand, your shares, what rivals spend, the host's price for a base and what rivals would likely "
     "bid to deny it; what an offer would buy within a year, and the model's advice, when you ask. All with other luck than yours.")),
)  # fmt: skip
"""What a seat is, for who has not sat down yet."""


@solara.component_vue("saved.vue")
def SavedGame(game: str = "", sitting: bool = False, event_resume: Any = None) -> None:
    """Keeps the game in the browser, and offers the one that is kept there."""


@solara.component
def Seat(desk: Desk, story: Story, when: int) -> None:
    """The tab of a player."""
    solara.use_effect(lambda: score_at_the_end(desk), [desk.model.value.running, desk.epoch.value])
    if desk.room is not None:
        InRoom(desk, story)
        return
    names = {seat_name(story, code): code for code in (*story.patrons, *story.clients)}
    player = desk.player
    nobody = "nobody: watch"
    with grid():
        hint = "play one patron or client among the model's others; the run begins anew"
        with Card("Take a seat", hint, testid="sit"), solara.Div(classes=["pg-bar"]):
            current = seat_name(story, player.code) if player is not None else nobody
            seats = [nobody, *names]
            solara.Select("You play", value=current, values=seats, on_value=one_of(seats, lambda n: desk.sit(names.get(n, ""))))
            text(SEATED if player is not None else FREE)
            Aside(desk)
            SavedGame(
                game=json.dumps(kept) if (kept := saved(desk)) else "", sitting=player is not None,
                event_resume=lambda text_: resume(desk, unpacked(text_)),
            )  # fmt: skip
        if player is None:
            Door(desk)
            for title, words in BEFORE:
                with Card(title, span=4, testid=title):
                    text(words, "pg-small")
            return
        turns = player.turns_until(story.now, playing=desk.state.run is Doing.PLAYING)
        Briefing(story, player, turns)
        Orders(desk, story, player)
        Turns(story, player, turns)
        Debrief(desk, player, story, when)


def Aside(desk: Desk) -> None:
    """What becomes of one's changes, before a seat is taken and while it is."""
    seated, lasting = desk.player is not None, desk.lasting
    count = lasting.aside if seated else lasting.changed
    before = (
        f"A seat puts your changes ({count}) aside: it plays the scenario as it is written, and so does a room. "
        "Undo brings them back once you have left it."
    )  # fmt: skip
    during = f"Your changes ({count}) are put aside: Undo brings them back once you have left the seat."
    if count:
        text(during if seated else before, "pg-wait", role="status", **{"data-testid": "aside"})


def seat_name(story: Story, code: str) -> str:
    """What a seat is called."""
    return story.name(code) if code in story.patrons else f"{story.name(code)}, a client"


def unpacked(kept: object) -> str:
    """The text of a game that a browser kept; nothing for what is none."""
    return kept[:MOST_SAVED] if isinstance(kept, str) else ""


def Briefing(story: Story, player: Game, turns: Sequence[tuple[int, int]]) -> None:
    """The aims of the seat and, once a turn is over, what it brought."""
    with Card(f"Briefing: {story.name(player.code)}", story.scenario.question, span=5, testid="briefing"):
        for aim in aims(story.scenario, player.code):
            text(aim_words(story, aim), "pg-sentence", "p")
    with Card("What the turn brought" if turns else "What lies ahead", span=7, testid="turn-report"), announced():
        for sentence in _report(story, player, turns[-1]) if turns else [ahead(story, story.now)]:
            text(sentence, "pg-sentence", "p")


def _report(story: Story, player: Game, turn: tuple[int, int]) -> list[str]:
    return turn_report(story, player.code, *turn, *player.ordered(story.quarters[turn[0] + 1]))


def Orders(desk: Desk, story: Story, player: Game) -> None:
    """The fields to fill in."""
    model = desk.model.value
    following, over = quarter_name(model.world.quarter + 1), not model.running
    patron = player.code in story.patrons
    hint = "cut in proportion where you offer more than there is" if patron else "what you do not answer the model answers"
    title = f"{story.name(player.code)} decides from {following} on" if not over else "The period is over"
    at_hand, seen = (0.0, []) if over else outlook(model, player.code) if patron else (0.0, table_of(model, player.code))
    with Card(title, "" if over else hint, testid="order"):
        OrderForm(
            rows_json=json.dumps(fields(story, seen, player, following)), draft_json=json.dumps(player.draft), seat=player.code,
            patron=patron, at_hand=at_hand, over=over, at=following,
            event_play=lambda d: play(desk, d), event_note=lambda d: note(desk, player, d),
            event_look=lambda d: look_ahead(desk, d), event_advise=lambda _: advise(desk, player),
        ).key(f"game-{desk.epoch.value}")  # fmt: skip


def fields(story: Story, seen: list[dict[str, Any]], player: Game, following: str) -> list[dict[str, Any]]:
    """What a browser is told of each actor on the other side: the model's advice only once it has been asked for."""
    looked = player.looked[1] if player.looked is not None and player.looked[0] == following else []
    advised = player.advised == following
    if player.code in story.patrons:
        return client_rows(story, seen, {b.client: b for b in looked if isinstance(b, Bought)}, advised=advised)
    return patron_rows(story, player.code, seen, {b.patron: b for b in looked if isinstance(b, Brought)}, advised=advised)


def advise(desk: Desk, player: Game) -> None:
    """Show what the model would do in the seat, for the next quarter."""
    player.advised = quarter_name(desk.model.value.world.quarter + 1)
    desk.notify()


def note(desk: Desk, player: Game, typed: object) -> None:
    """Keep what has been typed, while the player looks elsewhere; once the keys rest, the window of the browser keeps it, too."""
    player.draft = drafted(typed, counterparts(desk.model.value.scenario, player.code)) or player.draft
    if isinstance(typed, dict) and typed.get("rests") is True:
        desk.notify()


def play(desk: Desk, answer: object) -> None:
    """Carry out a turn as the player decided."""
    quarters = whole(answer.get("quarters"), 1, YEAR) if isinstance(answer, dict) else None
    play_turn(desk, answer, quarters or 1)


def Debrief(desk: Desk, player: Game, story: Story, when: int) -> None:
    """Cards: the score, the player's run against the model's own with the same luck, the ledger."""
    name = story.name(player.code)
    patron = player.code in story.patrons
    own, other = ("patron", "client") if patron else ("client", "patron")
    mine = [r for r in ledger_rows(story, when) if r[own] == name]
    Score(desk, player, story)
    with Card("Debrief", "against what the model's own strategy would have done with the same luck", span=7, testid="debrief"):
        twin = desk.twin_story()
        if twin is None or twin.now < 1 or when < 1:
            text("It begins with the first quarter.")
        else:
            last = min(when, twin.now)
            heads = (story.quarters[last], "You", "The model", "Difference")
            rows = debriefing.comparison(story, twin, last, player.code)
            asks = debriefing.questions(story, twin, player.code)
            table(heads, rows, numeric=(1, 2, 3), testid="debrief-table", asks=asks)
            whose = "Mean shares" if patron else f"Shares in {name}"
            text(f"{whose}: you solid, the model dashed", "pg-chart-title")
            drawn = means(story, twin, when) if patron else client_shares(story, when, player.code, twin, None, [])
            Chart(drawn, label="You and the model", testid="debrief-chart", height="240px")
    shown = f"the latest {LEDGER} of {len(mine)} deals" if len(mine) > LEDGER else f"{len(mine)} deal{'' if len(mine) == 1 else 's'}"
    with Card("Your ledger", shown, span=5, testid="my-ledger"):
        table(
            ("Quarter", "Deal", other.capitalize(), "Cause", "MUSD", "Rent"),
            [
                (r["quarter"], r["kind"], r[other], r["cause"], _money(r["promised"]), _money(r["rent"]))
                for r in mine[:LEDGER]
            ],
            numeric=(4, 5), wide=(3,), asks=[f"row {r['id']}" for r in mine[:LEDGER]],
        )


def Score(desk: Desk, player: Game, story: Story) -> None:
    """Where the game stands beside games of the model, and what a teacher can take away."""
    job = player.score
    with Card("Score", f"beside {GAMES} games of the model with the same luck", testid="score"):
        if job is not None and job.found is not None:
            text(debriefing.score_words(story, job.found, job.until), "pg-sentence", "p", **{"data-testid": "score-words"})
            heads = ("Aim", "You", "The model", "You beat, % of games")
            rows = debriefing.score_rows(story, job.found)
            asks = [f"aim {player.code} {k}" for k in range(len(rows))]
            table(heads, rows, numeric=(1, 2, 3), testid="score-table", wide=(0,), asks=asks)
            about = counterparts(story.scenario, player.code)
            count = left_to_the_model if player.code in story.patrons else hosting.left_to_the_model
            left, fields_ = count(player.decision, len(about))
            text(f"Of your last order {left} of {fields_} fields were left to the model.", "pg-small pg-muted")
        elif job is not None and job.failed:
            text(f"It cannot be told: {job.failed}")
        elif job is not None:
            text("A hundred games are being played …", role="status")
        with solara.Div(classes=["pg-bar"]).key("taken"):  # its buttons stay when the score appears above them
            solara.Button("Score the game so far", on_click=lambda: score(desk), disabled=story.now < 1, small=True)
            if player.history:
                Taken(desk, player)


def Taken(desk: Desk, player: Game) -> None:
    """Downloads for a teacher and for another day."""
    stem = f"{desk.model.value.scenario.name}-{player.code}"

    def download(name: str, data: Callable[[], bytes]) -> None:
        Download(name, data, f"{stem}-{name}").key(name)

    download("debrief.html", lambda: debriefing.as_html(desk))
    download("orders.csv", lambda: debriefing.as_csv(player, desk.model.value.story))
    if saved(desk) is not None:
        download("game.json", lambda: json.dumps(saved(desk)).encode("utf-8"))


def _money(value: float | None) -> str:
    return "" if value is None else number(value, 1)
