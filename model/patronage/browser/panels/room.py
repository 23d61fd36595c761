"""A room on a page: its seats, the order of one's own, the facilitator's view, the debrief for all."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import solara

from patronage.browser import among, debriefing, rooms
from patronage.browser.checked import in_range, one_of, typed, words
from patronage.browser.room import CLOSED, DEBRIEF, Room, RoomError
from patronage.browser.rooms import ElsewhereError
from patronage.browser.workspace import Desk
from patronage.games.foresight import bought, outlook
from patronage.games.hosting import brought, table_of
from patronage.games.orders import counterparts, decided, meant
from patronage.games.scoring import aims
from patronage.telling.history import Story
from patronage.telling.turns import ahead, aim_words, order_words, turn_report

from .card import Card, Download, announced, grid, table, text
from .markup import ONCE, ask
from .orders import OrderForm, client_rows, patron_rows

BECOMES_KNOWN = (
    "A turn that is revealed is a fact of the run, which every tab shows to all: what was spent on whom, debt forgiven, bases and "
    "rents; where a base was decided also what it was worth to who asked (its bid), and who bid what to keep it out. Other bids, "
    "restraint, and what a host asked or refused, are shown at the debrief."
)
"""For players, who are to know it before they order."""
TURNS = {"a year": 4, "a quarter": 1}


@solara.component_vue("timer.vue")
def Timer(deadline: float = 0.0, waits: bool = False, served: float = 0.0, testid: str = "timer") -> None:
    """Counts down to a moment, in seconds since 1970; 0 is no limit. `waits`: until it is begun; `served`: when that was told."""


def me() -> str:
    """Whom this browser stands for."""
    return rooms.anonymous(solara.get_session_id())


def enter(desk: Desk, room: Room) -> None:
    """Join a room and follow it until one leaves."""
    before = room.version
    desk.join(room)
    threading.Thread(target=_follow, args=(desk, room, before, me()), name="room", daemon=True).start()


def _follow(desk: Desk, room: Room, version: int, who: str) -> None:
    """Draw what happens in the room from a happening on: in a thread of this page, as every page draws for itself."""
    while desk.room is room and not desk.closed:
        found = room.wait(version, 1.0)
        if found != version and desk.room is room:
            version = found
            desk.follow(room.setup)
            if room.phase == CLOSED:
                desk.open(desk.setup.plain)
                if who != room.facilitator:
                    desk.refuse("The room was closed: what you see is a run of your own")
            elif who in room.freed:
                room.freed.discard(who)
                desk.refuse("The facilitator freed your seat: you watch now, and can sit down where a seat is free")
            desk.notify()


def leave(desk: Desk, room: Room, who: str) -> None:
    """Go back to a run of one's own. Who opened the room keeps it, and the seat, and is brought back by the next visit."""
    desk.open(desk.setup.plain)
    if who != room.facilitator:
        room.leave(who)


def come_back(desk: Desk) -> None:
    """Bring a browser that slept, was loaded anew or was sent here by another process into its room."""
    code = among.arrived(solara.get_session_id())

    def come() -> None:
        room = rooms.find(code, desk.sources) if code else rooms.of(me(), desk.sources)
        if room is not None:
            enter(desk, room)
            desk.tab.value = desk.tabs.index("Take a seat")

    attempt(desk, come)


def attempt(desk: Desk, do: Callable[[], object]) -> None:
    """Do something in a room, where it lives; what cannot be done is told."""
    try:
        do()
        desk.problem.value = ""
    except ElsewhereError as error:
        among.send_away(solara.get_session_id(), error.code)
        desk.notify()
    except RoomError as error:
        desk.refuse(str(error))


@solara.component
def Door(desk: Desk) -> None:
    """Join a room, or open one, from a page that is in none."""
    code = solara.use_reactive("")
    minutes, set_minutes = solara.use_state(0)
    turn, set_turn = solara.use_state("a year")
    who = me()

    def open_one() -> None:
        enter(desk, rooms.open_room(desk.setup.plain, desk.sources, who, minutes, TURNS[turn]))

    def join() -> None:
        enter(desk, rooms.find(code.value, desk.sources))

    with Card("Several seats", "a room: a browser for every patron or client, sealed orders, one facilitator", testid="door"):
        with solara.Div(classes=["pg-bar"]):
            solara.InputText("Room code", value=code.value, on_value=typed(code.set), continuous_update=True)
            solara.Button("Join the room", on_click=lambda: attempt(desk, join), small=True)
        with solara.Div(classes=["pg-bar"]):
            solara.Select("A turn is", value=turn, values=list(TURNS), on_value=one_of(TURNS, set_turn))
            solara.InputInt("Minutes for a turn, 0: no limit", value=minutes, on_value=in_range(0, rooms.MOST_MINUTES, set_minutes))
            solara.Button("Open a room for this scenario", on_click=lambda: attempt(desk, open_one), small=True)


@solara.component
def InRoom(desk: Desk, story: Story) -> None:
    """The tab of a player, or of the facilitator, in a room."""
    room, who = desk.room, me()
    if room is None:
        return
    view = room.view(who)
    with grid():
        with Card(f"Room {view['code']}", "give this code to the others", span=5, testid="room"):
            with solara.Div(classes=["pg-bar"]):
                Timer(deadline=view["deadline"], waits=view["waits"], served=time.time())
                solara.Button("Leave the room", on_click=lambda: attempt(desk, lambda: leave(desk, room, who)), small=True, text=True)
            Seats(desk, room, story, view, who)
            if view["facilitates"]:
                Facilitator(desk, room, view, who)
        now = story.now
        with Card("What the turn brought" if now else "Briefing", span=7, testid="turn-report"):
            for aim in aims(story.scenario, view["seat"]) if view["seat"] else ():
                text(f"Aim: {aim_words(story, aim)}.", "pg-small pg-muted", "p")
            with announced():
                for sentence in report(room, story, view, now):
                    text(sentence, "pg-sentence", "p")
        if view["phase"] == DEBRIEF or view["over"]:
            with Card("Debrief for all", testid="room-debrief"):
                All(room, story)
        elif view["seat"]:
            Sealed(desk, room, story, view, who)
        if view["turns"]:
            with Card("Orders that were revealed", testid="revealed"):
                Revealed(story, view, room.quarters)
                Taken(desk, room)


def report(room: Room, story: Story, view: dict[str, Any], now: int) -> list[str]:
    """What the last turn brought: to one's own seat; to a facilitator without one, what every player is told."""
    if now and view["seat"]:
        return last_turn(room, story, view["seat"], now)
    played = [s["seat"] for s in view["seats"] if s["taken"] and now and view["facilitates"]]
    return [*(f"{story.name(s)} is told: {' '.join(last_turn(room, story, s, now)[:-1])}" for s in played), ahead(story, now)]


def last_turn(room: Room, story: Story, seat: str, now: int) -> list[str]:
    """What the last turn of a room brought a seat."""
    before = max(0, now - room.quarters)
    return turn_report(story, seat, before, now, *room.players[seat].ordered(story.quarters[before + 1]))


def Seats(desk: Desk, room: Room, story: Story, view: dict[str, Any], who: str) -> None:
    """Who is there, and whose order is sealed."""
    for seat in view["seats"]:
        name = story.name(seat["seat"])
        state = "order sealed" if seat["sealed"] else "no order yet" if seat["taken"] else "free: the model plays"
        if ended(view):
            left = "left before the end" if seat["played"] else "the model played"
            state = "played to the end" if seat["taken"] and seat["played"] else left
        with solara.Div(classes=["pg-bar"]):
            text(f"{name}{' (you)' if seat['yours'] else ''}: {state}", "pg-sentence", **{"data-testid": f"seat-{seat['seat']}"})
            if ended(view):
                continue
            if not seat["taken"]:
                sit = lambda s=seat: attempt(desk, lambda: room.sit(who, s["seat"]))  # noqa: E731
                solara.Button(f"Sit for {name}", small=True, on_click=sit).key("sit")  # each has its presses to itself
            elif seat["yours"]:
                stand = lambda: attempt(desk, lambda: room.leave(who))  # noqa: E731
                solara.Button("Leave the seat", small=True, text=True, on_click=stand).key("leave")
            elif view["facilitates"]:
                free = lambda s=seat: attempt(desk, lambda: room.free(who, s["seat"]))  # noqa: E731
                solara.Button(f"Free {name}", small=True, text=True, on_click=free).key("free")


def Facilitator(desk: Desk, room: Room, view: dict[str, Any], who: str) -> None:
    """What moves the room on."""
    reveal = lambda: attempt(desk, lambda: room.reveal(who, view["at"]))  # noqa: E731
    with solara.Div(classes=["pg-bar"]):
        solara.Button("Reveal", color="primary", disabled=ended(view), on_click=reveal).key(f"reveal {view['at']}")
        if view["waits"]:
            solara.Button("Begin the clock", on_click=lambda: attempt(desk, lambda: room.begin_clock(who))).key("begin")
        elif view["deadline"] and not ended(view):
            more = solara.Button("Two minutes more", on_click=lambda: attempt(desk, lambda: room.more_time(who)))
            more.key("more")  # a second press on what stood here before is none on this one
        end = lambda: attempt(desk, lambda: room.debrief(who))  # noqa: E731
        if view["over"]:
            solara.Button("Debrief", disabled=view["phase"] == DEBRIEF, on_click=end).key("debrief")
        elif view["phase"] != DEBRIEF:
            Twice("Debrief", "The game ends here for all, for good.", "Yes, end the game", end).key("end")
        close = lambda: attempt(desk, lambda: room.close(who))  # noqa: E731
        Twice("Close the room", "The room and its debrief are forgotten, also on disk.", "Yes, close it", close).key("close")
    taken = [seat for seat in view["seats"] if seat["taken"]]
    if not ended(view):
        sealed = f"{sum(seat['sealed'] for seat in taken)} of {len(taken)} orders are sealed."
        text(sealed, "pg-sentence", role="status", **{"data-testid": "sealed"})
    text("Reveal plays the turn; who sealed nothing repeats the last order; where there is none the model plays.", "pg-small pg-muted")


@solara.component
def Twice(words: str, what: str, yes: str, do: Callable[[], None]) -> None:
    """A button for what cannot be taken back: it says what will be, and asks once more."""
    asked, set_asked = solara.use_state(False)

    def confirmed() -> None:
        set_asked(False)
        do()

    with solara.Div(classes=["pg-bar"]):
        if not asked:
            solara.Button(words, text=True, on_click=lambda: set_asked(True), attributes=ONCE).key("ask")
            return
        text(what, "pg-small", "span", role="status")
        solara.Button(yes, small=True, on_click=confirmed, attributes=ONCE).key("yes")
        solara.Button("No", small=True, text=True, on_click=lambda: set_asked(False), attributes=ONCE).key("no")


def ended(view: dict[str, Any]) -> bool:
    """Whether nobody orders any more."""
    return bool(view["over"]) or view["phase"] == DEBRIEF


@solara.component
def Sealed(desk: Desk, room: Room, story: Story, view: dict[str, Any], who: str) -> None:
    """The fields of one's own order."""
    seat = view["seat"]
    asked, set_asked = solara.use_state(("", ""))  # the quarter for which advice, and what offers buy, were asked for
    found, set_found = solara.use_state({})
    patron = seat in story.patrons

    def look(answer: object) -> None:
        order = meant(answer, room.model.scenario, seat)
        if order is not None:
            set_found(
                {b.client: b for b in bought(room.model, seat, order[0])} if patron
                else {b.patron: b for b in brought(room.model, seat, order[0])}
            )  # fmt: skip
            set_asked((asked[0], view["at"]))

    looked, advised = found if asked[1] == view["at"] else {}, asked[0] == view["at"]
    with Card(f"{story.name(seat)} decides from {view['at']} on", "nobody sees it before it is revealed", testid="order"):
        Timer(deadline=view["deadline"], waits=view["waits"], served=time.time(), testid="order-timer")
        shared: dict[str, Any] = {
            "becomes": _becomes(view), "sealed_json": json.dumps(view["own"]), "refused": desk.problem.value,
            "draft_json": json.dumps(view["draft"]), "seat": seat, "sealed": True, "at": view["at"],
            "event_note": lambda d: room.note(who, d), "event_look": look,
            "event_play": lambda d: attempt(desk, lambda: room.seal(who, d)),
            "event_advise": lambda _: set_asked((view["at"], asked[1])),
        }  # fmt: skip
        if patron:
            at_hand, seen = outlook(room.model, seat)
            rows = client_rows(story, seen, looked, advised=advised)
        else:
            at_hand, rows = 0.0, patron_rows(story, seat, table_of(room.model, seat), looked, advised=advised)
        text(BECOMES_KNOWN, "pg-small pg-muted", "p", **{"data-testid": "becomes-known"})
        OrderForm(rows_json=json.dumps(rows), patron=patron, at_hand=at_hand, **shared).key(f"room-{room.code}-{seat}-{view['at']}")


def _becomes(view: dict[str, Any]) -> str:
    """What becomes of a seat when the turn is revealed, as things stand."""
    if view["own"] is not None:
        return "Your order is sealed. Until the turn is revealed you can seal another one."
    instead = "your last order is repeated" if view["repeats"] else "the model plays your seat"
    return f"You have sealed nothing: {instead} in this turn."


def All(room: Room, story: Story) -> None:
    """Scores of all seats that somebody played."""
    if room.phase != DEBRIEF:
        text("The period is over. The facilitator opens the debrief.")
        return
    idle = [story.name(seat) for seat, holder in room.held.items() if holder and not room.players[seat].history]
    if idle:
        text(f"Without an order, so that the model played and nothing is scored: {', '.join(idle)}.", "pg-small", "p")
    for seat, found in sorted(room.scores.items()):
        text(f"{story.name(seat)}: {debriefing.score_words(story, found, room.model.world.quarter)}", "pg-sentence", "p")
        heads = ("Aim", story.name(seat), "The model", "Beats, % of games")
        rows = debriefing.score_rows(story, found)
        table(heads, rows, numeric=(1, 2, 3), wide=(0,), asks=[f"aim {seat} {k}" for k in range(len(rows))])
    if len(room.scores) < sum(bool(p.history) for p in room.players.values()):
        text("A hundred games are being played for every seat …", role="status")


def Taken(desk: Desk, room: Room) -> None:
    """What a teacher takes away; it stands where all orders do, which are made known first."""
    stem = f"{room.model.scenario.name}-room-{room.code}"
    with solara.Div(classes=["pg-bar"]).key("taken"):
        Download("debrief.html", lambda: debriefing.room_html(desk, room), f"{stem}-debrief.html").key("debrief.html")
        Download("orders.csv", lambda: debriefing.room_csv(room, room.model.story), f"{stem}-orders.csv").key("orders.csv")


def Revealed(story: Story, view: dict[str, Any], quarters: int) -> None:
    """What was ordered, turn by turn, latest first."""
    rows = []
    for turn in reversed(view["turns"]):
        last = story.quarters[min(story.quarters.index(turn["at"]) + quarters - 1, story.now)]
        for seat, order in turn["orders"].items():
            found = decided(dict(order), counterparts(story.scenario, seat))
            if found is not None:
                at = ask(turn["at"], f"turn {seat} {turn['at']} {last}")
                rows.append((at, story.name(seat), words(order_words(story, seat, *found) or "left to the model", 400)))
    table(("Turn", "Seat", "Order, MUSD"), rows, wide=(2,))
