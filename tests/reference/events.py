"""What a scenario makes happen (equations §0): values that change for a while, and acts of one quarter."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from patronage.scenario import Conditional, Dated, Event
from patronage.scenario.conditions import evaluate

from .measures import measure

if TYPE_CHECKING:
    from .model import ReferenceModel


class Events:
    """The events of one run. `state[name]` says since how many quarters an event is in force (None: it is not),
    how often it fired, for how many quarters its condition has held, whether it may not fire again yet, and what its
    changes replaced."""

    def __init__(self, model: ReferenceModel) -> None:
        self.model = model
        self.state: dict[str, dict[str, Any]] = {
            event.name: {"age": None, "fired": 0, "held": 0, "spent": False, "origins": []}
            for event in model.scenario.events
        }
        self.log: list[tuple[int, str, str]] = []
        self.held: set[tuple[str, ...]] = set()
        """Dyads whose trade an event sets this quarter."""
        self.by_name: dict[str, Event] = {event.name: event for event in model.scenario.events}

    def happen(self) -> None:
        """All events of a quarter, in the order of the file."""
        self.watch()
        self.held.clear()
        for event in self.by_name.values():
            now = self.state[event.name]
            if now["age"] is not None:
                now["age"] += 1
                if now["age"] < force(event):
                    self.put(event)
                else:
                    self.expire(event)
            if now["age"] is None and self.fires(event):
                self.fire(event)

    def watch(self) -> None:
        """Count for how many quarters conditions have held, all on the world of the last quarter."""
        for event in self.by_name.values():
            now = self.state[event.name]
            if isinstance(event.trigger, Conditional):
                holds = evaluate(event.trigger.condition, lambda name, args: measure(self.model, name, args))
                if event.trigger.again and not holds:
                    now["spent"] = False
                now["held"] = now["held"] + 1 if holds and not now["spent"] else 0

    def fires(self, event: Event) -> bool:
        """Whether an event that is not in force begins now."""
        now, trigger = self.state[event.name], event.trigger
        if isinstance(trigger, Dated):
            return trigger.quarter == self.model.quarter
        if isinstance(trigger, Conditional):
            return not now["spent"] and now["held"] >= trigger.quarters
        chance = 1.0 - (1.0 - trigger.per_year) ** 0.25
        return self.model.luck.uniform(f"event.{event.name}", self.model.quarter) < chance

    def fire(self, event: Event) -> None:
        """Begin: remember what is replaced, end what is repealed, order the acts."""
        now = self.state[event.name]
        for name in event.repeals:
            if self.state[name]["fired"]:
                self.give_back(self.by_name[name])
        now["age"], now["fired"], now["spent"] = 0, now["fired"] + 1, True
        now["origins"] = [self.origin(change.field, change.codes) for change in event.changes]
        self.put(event)
        for act in event.acts:
            lasting = {"quarters": float(event.lasts)} if act.kind == "ban" and event.lasts is not None else {}
            self.model.acts.setdefault(act.kind, []).append(replace(act, numbers=act.numbers | lasting))
        self.log.append((self.model.quarter, event.name, "fired"))

    def put(self, event: Event) -> None:
        """Put the values of this quarter in force; once at its target, an event writes nothing more."""
        now, quarters = self.state[event.name], ramp(event)
        if now["age"] < quarters or event.lasts is not None:
            self.hold(event)
        if now["age"] >= quarters:
            return
        for change, origin in zip(event.changes, now["origins"], strict=True):
            if not isinstance(change.value, str):
                part = (now["age"] + 1) / quarters
                value = origin + (change.value - origin) * part if part < 1.0 else change.value
                self.model.inputs.set(change.field, change.codes, value)
            elif now["age"] == 0:
                self.model.inputs.set(change.field, change.codes, change.value)

    def origin(self, field: str, codes: tuple[str, ...]) -> float | str:
        """The value that a change replaces: of trade, what it has grown to."""
        value = self.model.inputs.get(field, codes)
        return value * self.model.state["gravity"][codes[0]][codes[1]] if field == "trade" else value

    def hold(self, event: Event) -> None:
        """While an event sets the trade of a dyad, it grows by nothing else."""
        for change in event.changes:
            if change.field == "trade":
                p, c = change.codes
                self.held.add((p, c))
                self.model.state["gravity"][p][c] = 1.0

    def expire(self, event: Event) -> None:
        """The end of the force of an event; what it changed for a time only is given back."""
        if event.lasts is not None:
            self.give_back(event)
        else:
            self.state[event.name]["age"] = None

    def give_back(self, event: Event) -> None:
        """Values return to what they were when the event fired."""
        now = self.state[event.name]
        self.hold(event)
        for change, origin in zip(event.changes, now["origins"], strict=True):
            self.model.inputs.set(change.field, change.codes, origin)
        if now["age"] is not None:
            self.log.append((self.model.quarter, event.name, "ended"))
        now["age"] = None


def ramp(event: Event) -> int:
    """Quarters until its values are at their targets."""
    return max(1, event.over)


def force(event: Event) -> int:
    """Quarters for which it is in force."""
    return ramp(event) if event.lasts is None else event.lasts
