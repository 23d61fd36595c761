"""What stands beside the fields of an order explained: to whoever sits in the seat, and from what this page knows anyhow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from patronage.browser.workspace import Desk
from patronage.games.foresight import LUCKS, outlook
from patronage.games.hosting import table_of
from patronage.games.orders import counterparts
from patronage.scenario import explain, quarter_name
from patronage.telling.charts.base import number
from patronage.telling.explanation import Explanation, command_lines
from patronage.telling.history import Story

from .room import me

LIKELY = "Worked out as the model would decide, with other luck than this run's: likely, not what will come. Nobody's order is read."
OF_LOOK = (
    f"Your order carried out for a year, beside {{}}, in {LUCKS} runs with other luck; all others do as the model would. "
    "±: the standard deviation over these runs. Base: the change of the chance that one stands at the end."
)
Parts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Sitting:
    """A seat before a quarter, and one of the actors on the other side, if the question names one."""

    desk: Desk
    story: Story
    seat: str
    other: str

    @property
    def patron(self) -> bool:
        return self.seat in self.story.patrons

    @property
    def at(self) -> str:
        return quarter_name(self.desk.model.value.world.quarter + 1)

    @property
    def pair(self) -> tuple[str, str]:
        """Patron and client."""
        return (self.seat, self.other) if self.patron else (self.other, self.seat)

    @property
    def where(self) -> str:
        return " in ".join(map(self.story.name, self.pair))

    def row(self) -> dict[str, Any]:
        """What the seat knows of the other."""
        model = self.desk.model.value
        rows = outlook(model, self.seat)[1] if self.patron else table_of(model, self.seat)
        return next(r for r in rows if self.other in (r.get("client"), r.get("patron")))

    def parts(self, **measures: str) -> Parts:
        """What can be asked of the pair."""
        return tuple((f"{words}: {self.where}", f"{measure}({', '.join(self.pair)})") for measure, words in measures.items())

    def likely(self, title: str, value: str, word: str, parts: Parts) -> Explanation:
        commands = command_lines(["explain", self.story.scenario.name, word])
        meaning = f"{LIKELY}\n{explain(self.story.scenario, word)}"
        return Explanation(title, f"{self.at}: {value}", meaning, parts=parts, commands=commands)


def _hand(s: Sitting) -> Explanation:
    parts = tuple((words, f"{measure}({s.seat})") for measure, words in (("budget", "Budget so far"), ("spent", "Spent so far")))
    value = f"{number(outlook(s.desk.model.value, s.seat)[0])} MUSD in the quarter"
    return s.likely(f"At hand: {s.story.name(s.seat)}", value, "budget", parts)


def _rivals(s: Sitting) -> Explanation:
    rivals = [p for p in s.story.patrons if p not in (s.seat, s.other)]
    parts = tuple((f"Effort so far: {s.story.name(p)}", f"effort({p}, {s.other})") for p in rivals)
    value = f"{number(s.row()['rivals'])} MUSD in the quarter"
    return s.likely(f"What rivals spend in {s.story.name(s.other)}", value, "effort", parts)


def _price(s: Sitting) -> Explanation:
    row = s.row()
    value = f"{number(row['floor'])} MUSD a year"
    if s.patron:
        consent = row["floor"] - row["price"] - row["denial"]
        sums = (("the host's own", row["price"]), ("rivals' bids", row["denial"]), ("consent of allies", consent))
        value += f": {' + '.join(f'{words} {number(x)}' for words, x in sums)}"
    parts = s.parts(base="Base", rent="Rent", share="Share of influence")
    return s.likely(f"Likely least price: {s.where}", value, "floor F", parts)


def _gain(s: Sitting) -> Explanation:
    verb, against = ("buy", "an offer of nothing") if s.patron else ("bring", "a refusal")
    measures = {"share": "Share of influence", "base": "Base"} if s.patron else {"delivered": "Delivered", "base": "Base"}
    return Explanation(f"What it would {verb} in a year: {s.where}", OF_LOOK.format(against), parts=s.parts(**measures))


OF_PAIRS: dict[str, Callable[[Sitting], Explanation]] = {"rivals": _rivals, "price": _price, "gain": _gain}


def foreseen(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """What somebody in a seat is told beside the fields of an order: "hand SEAT", or "WHAT SEAT ACTOR". Of no other seat."""
    what, seat, other = (*rest.split(), "", "", "")[:3]
    s = Sitting(desk, story, seat, other)
    if not seat or seat != _own(desk) or not desk.model.value.running or (what == "rivals" and not s.patron):
        return None
    if not other:
        return _hand(s) if what == "hand" and s.patron else None
    return OF_PAIRS[what](s) if what in OF_PAIRS and other in counterparts(story.scenario, seat) else None


def _own(desk: Desk) -> str:
    """The seat of whoever looks at this page."""
    if desk.room is not None:
        return str(desk.room.view(me())["seat"] or "")
    return desk.player.code if desk.player is not None else ""
