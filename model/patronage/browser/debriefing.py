"""A game told for those who did not sit there: a page for a teacher, and a table of orders."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from patronage.games.scoring import AIMED_AT, GameScore, Objective
from patronage.telling import hosting
from patronage.telling.charts.base import number
from patronage.telling.history import Story
from patronage.telling.tiles import signed
from patronage.telling.turns import aim_words, carried_out, turn_report

if TYPE_CHECKING:
    from .game import Game
    from .workspace import Desk

Cells = list[tuple[str, ...]]
STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:60em;margin:2em auto;padding:0 1em;color:#1d2733}"
    "table{border-collapse:collapse;margin:.6em 0}td,th{padding:3px 10px;border-bottom:1px solid #d5dce4;text-align:left}"
    "h2{margin-top:1.4em}.m{color:#586675}"
)
HOST_HEADS = ("quarter", "client", "patron", "rent_asked_musd_a_year", "refused")
ORDER_HEADS = (
    "quarter", "patron", "client", "offer_musd_a_quarter", "bid_musd_a_year", "denial_musd_a_year", "debt_ordered_musd",
    "debt_forgiven_musd",
)  # fmt: skip


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


def order_heads(game: Game) -> tuple[str, ...]:
    """Headings of the orders of a seat: a client's are about rents and refusals."""
    return HOST_HEADS if any(d.least or d.refuse for _, d, _ in game.history) else ORDER_HEADS


def order_rows(game: Game, story: Story) -> list[tuple[str, ...]]:
    """A row per turn and actor on the other side with what was ordered; an empty cell was left to the model."""
    out: list[tuple[str, ...]] = []
    turns = {story.quarters[before + 1]: (before, min(now, story.now)) for before, now in game.turns}
    for at, decision, relief in game.history:
        for patron in sorted({*decision.least, *decision.refuse}):
            asked = f"{decision.least[patron]:g}" if patron in decision.least else ""
            out.append((at, game.code, patron, asked, "yes" if patron in decision.refuse else ""))
        for client in sorted({*decision.offers, *decision.bids, *decision.denials, *relief}):
            came = carried_out(story, game.code, relief, *turns[at]) if at in turns else {}
            kinds = (decision.offers, decision.bids, decision.denials, relief, came)
            out.append((at, game.code, client, *(f"{kind[client]:g}" if client in kind else "" for kind in kinds)))
    return out


def as_csv(game: Game, story: Story) -> bytes:
    """All orders as a table, one row per turn and actor on the other side."""
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\n")
    writer.writerow(order_heads(game))
    writer.writerows(order_rows(game, story))
    return into.getvalue().encode("utf-8")


def as_html(desk: Desk) -> bytes:
    """The game as one page that stands by itself: aims and score, what every turn brought, what was ordered."""
    game, story, model = desk.player, desk.model.value.story, desk.model.value
    assert game is not None
    twin = desk.twin_story()
    name = story.name(game.code)
    title = f"{name} in {story.scenario.title or story.scenario.name}, to {story.quarters[story.now]}"
    luck = f"seed {model.setup.seed}, run {model.setup.replication}"
    parts = [f"<h1>{html.escape(title)}</h1><p class=m>{html.escape(story.scenario.question)} Luck: {luck}.</p>"]
    if game.score is not None and game.score.found is not None:
        found = game.score.found
        parts.append(f"<h2>Score</h2><p>{html.escape(score_words(story, found, game.score.until))}</p>")
        parts.append(_table(("Aim", name, "The model in the seat", "Beats, % of games"), score_rows(story, found)))
    if twin is not None and story.now and twin.now:
        last = min(story.now, twin.now)
        heads = (story.quarters[last], name, "The model in the seat", "Difference")
        parts.append("<h2>With the same luck</h2>" + _table(heads, comparison(story, twin, last, game.code)))
    parts.append("<h2>Turn by turn</h2>")
    for before, now in game.turns:
        sentences = turn_report(story, game.code, before, now, *game.ordered(story.quarters[before + 1]))
        parts.append("<p>" + html.escape(" ".join(sentences)) + "</p>")
    parts.append("<h2>Orders</h2>" + _table([h.replace("_", " ") for h in order_heads(game)], order_rows(game, story)))
    if desk.lasting.notes.list:
        parts.append("<h2>Notes</h2>" + "".join(f"<p>{html.escape(line)}</p>" for line in desk.lasting.notes.sentences))
    body = "".join(parts)
    head = f'<html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title><style>{STYLE}</style>'
    return f"<!doctype html>{head}<body>{body}</body></html>".encode()


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
