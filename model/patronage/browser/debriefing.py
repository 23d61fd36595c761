"""A game told for those who did not sit there: a page for a teacher, and a table of orders."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from patronage.games.player import Player
from patronage.games.scoring import AIMED_AT, GameScore, Objective
from patronage.telling import hosting
from patronage.telling.charts.base import number
from patronage.telling.history import Story
from patronage.telling.tiles import signed
from patronage.telling.turns import aim_words, carried_out, turn_report

if TYPE_CHECKING:
    from .game import Game
    from .room import Room
    from .workspace import Desk

Turns = Sequence[tuple[int, int]]
"""Time indices before and after each."""
Cells = list[tuple[str, ...]]
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1d2733}"
    "table{border-collapse:collapse;margin:.6em 0}td,th{padding:3px 10px;border-bottom:1px solid #d5dce4;text-align:left}"
    "h2{margin-top:1.4em}.m{color:#586675}"
)
HOST_HEADS = ("quarter", "client", "patron", "rent_asked_musd_a_year", "refused")
ORDER_HEADS = (
    "quarter", "patron", "client", "offer_musd_a_quarter", "bid_musd_a_year", "denial_musd_a_year", "debt_ordered_musd",
    "debt_forgiven_musd", "restraint",
)  # fmt: skip
ROOM_HEADS = ("quarter", "seat", *dict.fromkeys((*ORDER_HEADS[1:], *HOST_HEADS[1:])))
"""Of all seats: who gave the order, and the columns of both sides."""


def aim_value(story: Story, aim: Objective, value: float) -> str:
    """A value of an aim in words."""
    if aim.measure not in AIMED_AT:
        return hosting.wanted_value(story, aim, value)
    return ("a base stands" if value > 0 else "no base") if aim.measure == "base" and value in (0.0, 1.0) else f"{100 * value:.1f} %"


def score_rows(story: Story, standing: GameScore) -> Cells:
    """A row per aim: what it is, the game, the model, and the per cent of the model's games it beats."""
    return [
        (aim_words(story, aim), aim_value(story, aim, m), aim_value(story, aim, o), f"{p:.0f}")
        for aim, m, o, p in zip(standing.aims, standing.mine, standing.model, standing.percentiles, strict=True)
    ]


def comparison(story: Story, twin: Story, last: int, code: str) -> Cells:
    """A row per figure of a seat: the game, the same luck with the model in the seat, the difference."""
    if code not in story.patrons:
        both = zip(hosting.figures(story, code, last), hosting.figures(twin, code, last), strict=True)
        return [(name, number(mine, k), number(other, k), signed(mine - other, k)) for (name, mine, k), (_, other, _) in both]
    i, k = story.patrons.index(code), twin.patrons.index(code)
    spent = [float(s.array("spent", last)[1:, n].sum() / 4) for s, n in ((story, i), (twin, k))]
    share = [100 * float(s.at("share", last)[n].mean()) for s, n in ((story, i), (twin, k))]
    held = [int(s.at("base", last)[n].sum()) for s, n in ((story, i), (twin, k))]
    given = [float(s.array("delivered", last)[:, n, :, 3].sum()) for s, n in ((story, i), (twin, k))]
    rows: Cells = [
        ("Mean share of influence, %", number(share[0]), number(share[1]), signed(share[0] - share[1])),
        ("Bases", str(held[0]), str(held[1]), signed(held[0] - held[1], 0)),
        ("Spent so far, MUSD", number(spent[0]), number(spent[1]), signed(spent[0] - spent[1])),
        ("Debt relief so far, MUSD", number(given[0]), number(given[1]), signed(given[0] - given[1])),
    ]
    for client in story.clients:
        if client in twin.clients and client != code:
            mine = 100 * float(story.at("share", last)[i, story.clients.index(client)])
            other = 100 * float(twin.at("share", last)[k, twin.clients.index(client)])
            rows.append((f"Share in {story.name(client)}, %", number(mine), number(other), signed(mine - other)))
    return rows


def questions(story: Story, twin: Story, code: str) -> list[str]:
    """What each row of `comparison` asks (`explaining`)."""
    if code not in story.patrons:
        own = (f"so-far {what} {code}" for what in ("received", "rents", "danger", "overthrown"))
        shares = [f"share({p}, {code})" for p in story.patrons if p != code]
        return [*own, f"legitimacy({code})", f"autonomy({code})", f"hosts {code}", *shares]
    shares = [f"share({code}, {c})" for c in story.clients if c in twin.clients and c != code]
    return [f"mean {code}", f"bases({code})", f"so-far spent {code}", f"so-far relief {code}", *shares]


def order_heads(game: Player) -> tuple[str, ...]:
    """Headings of the orders of a seat: a client's are about rents and refusals."""
    return HOST_HEADS if any(d.least or d.refuse for _, d, _ in game.history) else ORDER_HEADS


def order_rows(game: Player, story: Story, turns: Turns) -> list[tuple[str, ...]]:
    """A row per turn and actor on the other side with what was ordered; an empty cell was left to the model."""
    out: list[tuple[str, ...]] = []
    spans = {story.quarters[before + 1]: (before, min(now, story.now)) for before, now in turns}
    for at, decision, relief in game.history:
        for patron in sorted({*decision.least, *decision.refuse}):
            asked = f"{decision.least[patron]:g}" if patron in decision.least else ""
            out.append((at, game.code, patron, asked, "yes" if patron in decision.refuse else ""))
        restraint = "yes" if decision.restrain else ""
        clients = sorted({*decision.offers, *decision.bids, *decision.denials, *relief})
        for client in clients or ([""] if restraint else []):
            came = carried_out(story, game.code, relief, *spans[at]) if at in spans else {}
            kinds = (decision.offers, decision.bids, decision.denials, relief, came)
            out.append((at, game.code, client, *(f"{kind[client]:g}" if client in kind else "" for kind in kinds), restraint))
    return out


def as_csv(game: Game, story: Story) -> bytes:
    """All orders as a table, one row per turn and actor on the other side."""
    return _csv(order_heads(game), order_rows(game, story, game.turns_until(story.now)))


def room_turns(room: Room, story: Story) -> Turns:
    """Time indices before and after each turn of a room."""
    begun = [(story.quarters.index(turn.at) - 1, turn.quarters) for turn in room.turns]
    return [(before, min(before + quarters, story.now)) for before, quarters in begun]


def room_csv(room: Room, story: Story) -> bytes:
    """All orders of all seats of a room as one table: a row per turn, seat and actor on the other side."""
    turns, rows = room_turns(room, story), []
    for player in room.players.values():
        heads = order_heads(player)
        rows += [{**dict(zip(heads, row, strict=True)), "seat": player.code} for row in order_rows(player, story, turns)]
    rows.sort(key=lambda row: row["quarter"])
    return _csv(ROOM_HEADS, [tuple(row.get(head, "") for head in ROOM_HEADS) for row in rows])


def _csv(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return into.getvalue().encode("utf-8")


def as_html(desk: Desk) -> bytes:
    """The game as one page that stands by itself: aims and score, what every turn brought, what was ordered."""
    game, story = desk.player, desk.model.value.story
    assert game is not None
    twin = desk.twin_story()
    name, parts = story.name(game.code), []
    if game.score is not None and game.score.found is not None:
        parts += ["<h2>Score</h2>", _scored(story, name, game.score.found, game.score.until)]
    if twin is not None and story.now and twin.now:
        last = min(story.now, twin.now)
        heads = (story.quarters[last], name, "The model in the seat", "Difference")
        parts.append("<h2>With the same luck</h2>" + _table(heads, comparison(story, twin, last, game.code)))
    turns = game.turns_until(story.now)
    parts += ["<h2>Turn by turn</h2>", _turns(story, game, turns), "<h2>Orders</h2>", _ordered(story, game, turns)]
    return _page(desk, f"{name} in ", parts)


def room_html(desk: Desk, room: Room) -> bytes:
    """The game of a room as one page that stands by itself: a part a seat that somebody played."""
    story, parts = room.model.story, []
    turns = room_turns(room, story)
    for seat, player in room.players.items():
        if player.history:
            name, score = story.name(seat), room.scores.get(seat)
            parts.append(f"<h2>{html.escape(name)}</h2>")
            if score is not None:
                parts.append(_scored(story, name, score, room.model.world.quarter))
            parts += ["<h3>Turn by turn</h3>", _turns(story, player, turns), "<h3>Orders</h3>", _ordered(story, player, turns)]
    return _page(desk, f"Room {room.code}: ", parts)


def _page(desk: Desk, whose: str, parts: Sequence[str]) -> bytes:
    """A page of its own: what was played, its parts, the notes of who takes it away."""
    model, notes = desk.model.value, desk.lasting.notes
    story = model.story
    title = f"{whose}{story.scenario.title or story.scenario.name}, to {story.quarters[story.now]}"
    luck = f"seed {model.setup.seed}, run {model.setup.replication}, {model.played}"
    body = f"<h1>{html.escape(title)}</h1><p class=m>{html.escape(story.scenario.question)} Luck: {luck}.</p>" + "".join(parts)
    if notes.list:
        body += "<h2>Notes</h2>" + "".join(f"<p>{html.escape(line)}</p>" for line in notes.sentences)
    head = f'<html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return f"<!doctype html>{head}<body>{body}</body></html>".encode()


def _scored(story: Story, name: str, found: GameScore, until: int) -> str:
    heads = ("Aim", name, "The model in the seat", "Beats, % of games")
    return f"<p>{html.escape(score_words(story, found, until))}</p>" + _table(heads, score_rows(story, found))


def _turns(story: Story, game: Player, turns: Turns) -> str:
    """What every turn brought the seat."""
    reports = (turn_report(story, game.code, *turn, *game.ordered(story.quarters[turn[0] + 1])) for turn in turns)
    return "".join("<p>" + html.escape(" ".join(sentences)) + "</p>" for sentences in reports)


def _ordered(story: Story, game: Player, turns: Turns) -> str:
    return _table([h.replace("_", " ") for h in order_heads(game)], order_rows(game, story, turns))


def score_words(story: Story, standing: GameScore, until: int) -> str:
    """The score in a sentence."""
    at = story.quarters[until - story.scenario.start + 1]
    return (
        f"Up to {at} this game does better than {standing.score:.0f} % of {len(standing.games)} games in which the model sat here "
        "and met the same luck."
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def row(tag: str, cells: Sequence[str]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

    return "<table>" + row("th", heads) + "".join(row("td", r) for r in rows) + "</table>"
