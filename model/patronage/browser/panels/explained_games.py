"""The score of a game explained: one's own, and in a room those of all once its debrief has begun."""

from __future__ import annotations

from patronage.browser.debriefing import score_rows, score_words
from patronage.browser.room import DEBRIEF
from patronage.browser.workspace import Desk
from patronage.games.scoring import MEAN_DANGER, MEAN_RECEIPTS, MEAN_SHARE, GameScore, Objective
from patronage.scenario import explain
from patronage.telling.explanation import Explanation
from patronage.telling.history import Story

SCORED = (
    "Aims are taken from the outcomes of the scenario. The other games are the model's, in the same seat with the same luck: the "
    "first as it would play, the others lean its offers and bids, or what it asks, each its own way. Of aims that come out equal "
    "half count as beaten; the score is the mean over all aims, as a share of the games whose mean is lower."
)
OF_MEANS = {
    MEAN_SHARE: ("share", "mean {}"), MEAN_RECEIPTS: ("delivered", "so-far received {}"),
    MEAN_DANGER: ("overthrow", "so-far danger {}"),
}  # fmt: skip


def standing(desk: Desk, seat: str) -> tuple[GameScore, int] | None:
    """The score of a seat and the quarter up to which it counts; nothing that is not shown on this page."""
    room, player = desk.room, desk.player
    if room is not None:
        found = room.scores.get(seat) if room.phase == DEBRIEF else None
        return (found, room.model.world.quarter) if found is not None else None
    job = player.score if player is not None and player.code == seat else None
    return (job.found, job.until) if job is not None and job.found is not None else None


def aim(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """An aim of a seat: how far the game met it, and the games it is measured by."""
    seat, _, place = rest.partition(" ")
    found = standing(desk, seat)
    if found is None or not place.isdecimal() or int(place[:4]) >= len(found[0].aims):
        return None
    score, until = found
    words, mine, model, beats = score_rows(story, score)[int(place[:4])]
    value = f"{story.name(seat)}: {mine}; the model in the seat: {model}; better than {beats} % of {len(score.games)} games"
    about, asks = _behind(story, seat, score.aims[int(place[:4])])
    meaning = f"{score_words(story, score, until)}\n{SCORED}\n{explain(story.scenario, about)}"
    return Explanation(words, value, meaning, parts=(("What it is in this run", asks),))


def _behind(story: Story, seat: str, wanted: Objective) -> tuple[str, str]:
    """What `explain` is asked of an aim, and what the panel is."""
    if wanted.outcome in OF_MEANS:
        about, asks = OF_MEANS[wanted.outcome]
        return about, asks.format(seat)
    return f"outcomes.{wanted.outcome}", f"outcome {wanted.outcome}"
