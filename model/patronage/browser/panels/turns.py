"""All turns of a game so far: what was ordered, what it brought."""

from __future__ import annotations

from collections.abc import Sequence

import solara

from patronage.browser.game import Game
from patronage.telling.history import Story
from patronage.telling.turns import carried_out, order_words, turn_report

from .card import Card, table
from .markup import HtmlElement, ask


def Turns(story: Story, player: Game, done: Sequence[tuple[int, int]]) -> None:
    """Folded away on a screen, open on paper; the latest turn first."""
    with Card("Turn by turn", "what you ordered, and what it brought", testid="turns"):
        summary = solara.v.Html(tag="summary", children=[f"Turns so far: {len(done)}"])
        rows = [
            (_asked(story, player.code, t), ordered(story, player, t) or "all left to the model", brought(story, player, t))
            for t in done
        ]
        heads = ("Turn", "Your order, MUSD", "What it brought")
        solara.v.Html(tag="details", children=[summary, table(heads, rows[::-1], wide=(0, 1, 2), testid="turns-table")])


def _asked(story: Story, seat: str, turn: tuple[int, int]) -> HtmlElement:
    """A turn by its quarters; a click lists what the ledger has of it."""
    before, now = turn
    return ask(span(story, turn), f"turn {seat} {story.quarters[before + 1]} {story.quarters[now]}")


def span(story: Story, turn: tuple[int, int]) -> str:
    """The quarters of a turn."""
    before, now = turn
    return story.quarters[now] if now - before < 2 else f"{story.quarters[before + 1]} to {story.quarters[now]}"


def ordered(story: Story, player: Game, turn: tuple[int, int]) -> str:
    """The order that was in force in a turn, in words."""
    decision, relief = player.ordered(story.quarters[turn[0] + 1])
    return order_words(story, player.code, decision, relief, carried_out(story, player.code, relief, *turn))


def brought(story: Story, player: Game, turn: tuple[int, int]) -> str:
    """What a turn brought; what lay ahead then is past."""
    if turn not in player.reports:
        order = player.ordered(story.quarters[turn[0] + 1])
        player.reports[turn] = " ".join(turn_report(story, player.code, *turn, *order)[:-1])
    return player.reports[turn]
