"""Where a page opens, and the whole history anew: the actions `lead` and `replay` of a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answering import decisive
from .states import allowed

if TYPE_CHECKING:
    from .workspace import Desk


def lead(desk: Desk) -> None:
    """Bring a run that nobody has moved to the quarter that decides its question, where there is most to see."""
    untouched = desk.model.value.story.now == 0 and desk.player is None and desk.room is None
    if desk.leads and untouched and allowed(desk.state, "play"):
        desk.clock.play(to=decisive(desk.model.value.scenario))
        desk.notify()


def replay(desk: Desk) -> None:
    """Play from the first quarter, with what waits for Reset."""
    anew = desk.model.value.story.now > 0 or desk.waiting
    if allowed(desk.state, "replay") and (not anew or desk.reset()):
        desk.play()
