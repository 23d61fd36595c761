"""A game on a desk: turns, saved games, and its score beside games of the model. Without drawing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from patronage.games.foresight import Bought, bought
from patronage.games.hosting import Brought, brought
from patronage.games.orders import Decision, counterparts, drafted, meant, relief_path
from patronage.games.player import Player
from patronage.games.scoring import GAMES, GameScore, standing
from patronage.scenario import ScenarioError, quarter_name
from patronage.scenario.quarters import parse_quarter

from .jobs import Job
from .levers import ORDERS, order_event
from .links import LONGEST, Linked, address, read
from .setup import Setup
from .states import allowed

if TYPE_CHECKING:
    from .workspace import Desk

YEAR = 4
FORGIVE = next(o for o in ORDERS if o.act == "forgive")
MOST_SAVED = 200_000
"""Characters of a saved game."""


class Game(Player):
    """A person in a seat of the page: its orders, and what it has asked for beside them."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.by_year = True
        """Whether an order is for a year, else for a quarter."""
        self.turns: list[tuple[int, int]] = []
        """Time indices before and after each turn."""
        self.reports: dict[tuple[int, int], str] = {}
        """What past turns brought, once told."""
        self.advised = ""
        """The quarter for which the player has asked what the model would do."""
        self.looked: tuple[str, list[Bought] | list[Brought]] | None = None
        """What the last look ahead found, with the quarter it was made for."""
        self.score: ScoreJob | None = None
        """What compares the game with games of the model."""

    def turns_until(self, now: int, *, playing: bool = False) -> list[tuple[int, int]]:
        """Time indices before and after each turn up to a time; what was stepped or played between two orders is a turn, too.

        `playing`: what has come since the last turn is not at its end yet, and left out.
        """
        out, at = [], 0
        for before, after in [turn for turn in self.turns if turn[1] <= now]:
            out += [(at, before), (before, after)] if before > at else [(before, after)]
            at = after
        return [*out, (at, now)] if now > at and not playing else out


def forgiven(patron: str, client: str, at: str, amount: float) -> tuple[str, str]:
    """Path and block of the event by which a player forgives debt."""
    return relief_path(patron, client, at), order_event(FORGIVE, at, patron, client, amount)


def play_turn(desk: Desk, answer: object, quarters: int = 1) -> None:
    """Carry out what the player decided for some quarters; what cannot be meant does nothing."""
    desk.pause()
    model, player = desk.model.value, desk.player
    if player is None:
        return
    found = meant(answer, model.scenario, player.code)
    if not allowed(desk.state, "step") or found is None:
        return
    at = quarter_name(model.world.quarter + 1)
    if isinstance(answer, Mapping) and answer.get("at", at) != at:  # the second press of two
        return
    decision, relief = found
    for client, amount in relief.items():
        path, event = forgiven(player.code, client, at, amount)
        desk.fire(path.removeprefix("events."), event)
    player.order(at, decision, relief)
    before = model.story.now  # the turn is on record before it is drawn
    player.turns.append((before, min(before + quarters, len(model.story.quarters) - 1)))
    desk.step(quarters)


def look_ahead(desk: Desk, answer: object) -> None:
    """Find what each offer would buy, or each answer bring, within a year, before it is made."""
    player, model = desk.player, desk.model.value
    found = meant(answer, model.scenario, player.code) if player is not None else None
    if player is None or found is None or not allowed(desk.state, "step"):
        return
    player.draft = found[0].as_words() | {"relief": found[1]}
    look = bought if player.code in model.scenario.patrons else brought
    with desk.clock.lock:
        player.looked = (quarter_name(model.world.quarter + 1), look(model, player.code, found[0]))
    desk.notify()


def dated(player: Player) -> list[tuple[int, Decision]]:
    """Orders by quarter."""
    return [(parse_quarter(at), decision) for at, decision, _ in player.history]


def without_relief(setup: Setup, player: Player) -> Setup:
    """The setup without the debt that the player forgave."""
    return setup.with_changes({p: v for p, v in setup.changes if p not in player.orders_of_debt})


class ScoreJob(Job):
    """The game so far beside a hundred games of the model, with the same luck; `found` once it is there."""

    def __init__(self, setup: Setup, player: Player, until: int, notify: Callable[[], None]) -> None:
        super().__init__(1, notify)
        self.until, self._setup, self._player = until, setup, player
        self._orders = {player.code: dated(player)}
        self.found: GameScore | None = None

    def work(self) -> None:
        setup = self._setup
        self.found = standing(
            setup.load(), without_relief(setup, self._player).load(), setup.seed, setup.replication, self._player.code, self.until,
            self._orders, GAMES, lambda: not self.stopped,
        )  # fmt: skip
        self.done = self.total


def score(desk: Desk) -> None:
    """Begin to compute the score of the game so far."""
    player, model = desk.player, desk.model.value
    if player is None or model.story.now < 1:
        return
    if player.score is not None:
        player.score.stop()
    player.score = ScoreJob(desk.setup, player, model.world.quarter, desk.notify)
    player.score.start()
    desk.notify()


def score_at_the_end(desk: Desk) -> None:
    """Begin to compute the score of a game that is over, however its last quarter came, unless that has been done."""
    player, model = desk.player, desk.model.value
    if player is not None and not model.running and (player.score is None or player.score.until < model.world.quarter):
        score(desk)


def look_from(desk: Desk, code: str) -> None:
    """Look at who sits in a seat."""
    scenario = desk.model.value.scenario
    for looked, codes in ((desk.patron, scenario.patrons), (desk.client, scenario.clients)):
        if code in codes:
            looked.value = code


# --- saved games -----------------------------------------------------------------------------------------------------------


def saved(desk: Desk) -> dict[str, Any] | None:
    """A game that can be taken up again; None where nobody plays, or the scenario has no address."""
    player, story = desk.player, desk.model.value.story
    if player is None:
        return None
    at = story.quarters[story.now] if story.now else ""
    link = address(Linked(desk.setup, at, notes=desk.lasting.notes.list), desk.sources)
    if not link:
        return None
    seat = {"seat": player.code, "name": story.name(player.code)}
    return {"game": link, **seat, "turns": player.turns, "decisions": player.orders(), "draft": player.draft}


def resume(desk: Desk, text: str, own: Setup | None = None) -> bool:
    """Take up a saved game, which is anybody's text; False and a message where that cannot be. `own`: as in `follow`."""
    try:
        game = json.loads(text[: MOST_SAVED + 1])
        view = read(str(game["game"])[: LONGEST + 1], desk.sources, own or desk.setup)
        setup = view.setup
        player = Game(str(game["seat"]))
        scenario = setup.load()
        if player.code not in (*scenario.patrons, *scenario.clients):
            raise ValueError("nobody plays it")  # noqa: TRY301  # told as everything else that is wrong
        for turn in game["decisions"]:
            parse_quarter(turn["quarter"])
        others = counterparts(scenario, player.code)
        player.remember(game["decisions"], others)
        player.draft = drafted(game.get("draft"), others) or player.draft
        until = parse_quarter(view.at) if view.at else 0
        player.turns = [(int(a), int(b)) for a, b in game["turns"] if 0 <= int(a) < int(b) <= until - scenario.start + 1]
    except (ScenarioError, ValueError, LookupError, TypeError, OSError, RecursionError) as error:
        desk.refuse(f"This is no saved game of the page: {error}")
        return False
    if not desk.open(setup, until, player=player):
        return False
    look_from(desk, player.code)
    desk.lasting.notes.put(view.notes)
    return True
