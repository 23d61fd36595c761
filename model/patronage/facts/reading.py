"""Reads files of facts: every mistake with its file, line, column and what to write instead."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from patronage.scenario.problems import Problems, nearest, shown
from patronage.scenario.quarters import parse_quarter, quarter_hint
from patronage.scenario.reading import Node, parse, read_file

from .kinds import AMOUNT, COUNT, KINDS, STATE, WORDS, Fact, Facts

HEAD = ("title", "region", "split", "note", "facts")
KEYS = ("at", "from", "to", "is", "times", "accept", "about", "within", "was", "seen", "non_event", "part", "region", "source", "note")
OF_KIND = {STATE: ("is",), COUNT: ("times", "accept"), AMOUNT: ("about", "within")}
SPLIT, WITHIN = "2012Q4", 2.0
"""Where before ends, and the factor within which an amount counts as right, if nothing else is written."""


class _UnusableError(Exception):
    """A fact that cannot be used; why is among the problems."""


def read_facts(path: str | Path) -> Facts:
    """The facts of a file. Raises ScenarioError with everything that is wrong with it."""
    problems, label = Problems(), str(path)
    text = read_file(Path(path), label, problems)
    root = parse(text, label, problems) if text is not None else None
    problems.stop()
    assert root is not None
    found = None
    with suppress(_UnusableError):
        found = _FactReader(problems, label).file(root)
    problems.stop()
    assert found is not None
    return found


class _FactReader:
    """One pass over a file."""

    def __init__(self, problems: Problems, label: str) -> None:
        self.problems, self.label = problems, label

    def file(self, root: Node) -> Facts:
        entries = self.block(root, "a file of facts", HEAD)
        for key in ("title", "region", "facts"):
            if key not in entries:
                self.problems.add(root.place, f"the file lacks {key}", f"Its keys are {', '.join(HEAD)}")
        title, region = (self.text(entries[k], k) if k in entries else "" for k in ("title", "region"))
        split = self.quarter(entries["split"]) if "split" in entries else parse_quarter(SPLIT)
        facts = []
        listed = entries.get("facts")
        if listed is not None and not listed.entries:
            hint = "Write a name, and base: {holder: USA, host: UZB} below it"
            self.refuse(listed, "facts is a block: a name for each fact, and what it says", hint)
        for name, node in (listed.entries or {}).items() if listed is not None else ():
            try:
                facts.append(self.fact(name, node, region))
            except _UnusableError:
                continue
        return Facts(self.label, title, region, split, tuple(facts))

    def fact(self, name: str, node: Node, region: str) -> Fact:
        entries = self.block(node, f"the fact {name}", (*KINDS, *KEYS))
        kinds = [k for k in KINDS if k in entries]
        if len(kinds) != 1:
            reason = "names no kind" if not kinds else f"is of two kinds, {kinds[0]} and {kinds[1]}"
            self.refuse(node, f"the fact {name} {reason}", f"Write one of {', '.join(KINDS)}")
        kind = KINDS[kinds[0]]
        for other, keys in OF_KIND.items():
            for key in keys:
                if other != kind.observed and key in entries:
                    self.refuse(entries[key], f"{key} does not belong to a {kinds[0]}", f"Write {OF_KIND[kind.observed][0]}")
        actors = self.actors(entries[kinds[0]], kinds[0])
        first, last = self.window(node, entries, name)
        value, low, high = self.observed(node, entries, kind.observed, name)
        was = self.was(node, entries, kinds[0], name)
        non_event = "non_event" in entries and self.yes(entries["non_event"], "non_event")
        if kind.observed == STATE and non_event and was != value:
            self.refuse(entries["non_event"], f"{name} is called a non-event, and its answer differs from was", "Leave non_event out")
        if "source" not in entries:
            self.refuse(node, f"the fact {name} lacks source", "Say where it can be looked up")
        if "seen" not in entries:
            self.refuse(node, f"the fact {name} lacks seen", "Write no, or what was chosen with it in view")
        seen = self.text(entries["seen"], "seen")
        return Fact(
            name, kinds[0], actors, first, last, value, low, high, was, "" if seen == "no" else seen, non_event,
            self.text(entries["part"], "part") if "part" in entries else "", self.text(entries["source"], "source"),
            self.text(entries["region"], "region") if "region" in entries else region, node.place.line, node.place.column,
        )  # fmt: skip

    def actors(self, node: Node, name: str) -> dict[str, tuple[str, ...]]:
        roles = KINDS[name].actors
        entries = self.block(node, f"{name} ({KINDS[name].doc})", tuple(roles))
        out: dict[str, tuple[str, ...]] = {}
        for key, role in roles.items():
            if key not in entries:
                self.refuse(node, f"{name} lacks {key}", f"It names {', '.join(roles)}")
            child = entries[key]
            items = child.items if child.items is not None else [child]
            if len(items) != 1 and not role.endswith("s"):
                self.refuse(child, f"{key} is one {role}, not a list", "Write a fact for each")
            out[key] = tuple(self.text(i, key) for i in items)
            for item in items:
                if role in WORDS and item.text not in WORDS[role]:
                    self.refuse(item, f"unknown {role} {shown(item.text or '')}", nearest(item.text or "", WORDS[role]))
        return out

    def window(self, node: Node, entries: dict[str, Node], name: str) -> tuple[int, int]:
        """First and last quarter."""
        if ("at" in entries) == ("from" in entries and "to" in entries) or ("at" in entries and {"from", "to"} & entries.keys()):
            self.refuse(node, f"the fact {name} has no date", "Write at: 2006Q4, or from: and to:")
        first, last = (self.quarter(entries[k]) for k in (("at", "at") if "at" in entries else ("from", "to")))
        if first > last:
            self.refuse(entries["to"], f"the fact {name} ends before it begins", "Exchange from and to")
        return first, last

    def observed(self, node: Node, entries: dict[str, Node], kind: str, name: str) -> tuple[float, float, float]:
        """What was, and the least and the most that count as right."""
        key = OF_KIND[kind][0]
        if key not in entries:
            self.refuse(node, f"the fact {name} lacks {key}", {"is": "Write is: yes or is: no"}.get(key, f"Write {key}: and a number"))
        if kind == STATE:
            value = float(self.yes(entries[key], key))
            return value, value, value
        value = self.number(entries[key], key)
        if kind == AMOUNT:
            factor = self.number(entries["within"], "within") if "within" in entries else WITHIN
            if factor <= 1 or value <= 0:
                self.refuse(entries["within" if factor <= 1 else key], f"{name} allows no amount", "about is above 0, within above 1")
            return value, value / factor, value * factor
        if "accept" not in entries:
            return value, value, value
        span = entries["accept"]
        if span.items is None or len(span.items) != 2:
            self.refuse(span, "accept is a list of two numbers", "Write [2, 4]")
        low, high = (self.number(i, "accept") for i in span.items or ())
        if not low <= value <= high:
            self.refuse(span, f"what was observed, {value:g}, does not lie within accept", "Widen it")
        return value, low, high

    def was(self, node: Node, entries: dict[str, Node], kind: str, name: str) -> float | None:
        """How it stood at the start."""
        if KINDS[kind].observed == STATE:
            if "was" not in entries:
                self.refuse(node, f"the fact {name} lacks was", "Write how it stood at the start: was: yes or was: no")
            return float(self.yes(entries["was"], "was"))
        if "was" not in entries:
            return None
        if kind != "rent":
            self.refuse(entries["was"], f"was does not belong to a {kind}: nothing happened yet at the start", "Leave it out")
        return self.number(entries["was"], "was")

    # --- pieces

    def refuse(self, node: Node, message: str, hint: str) -> NoReturn:
        self.problems.add(node.place, message, hint)
        raise _UnusableError

    def block(self, node: Node, what: str, allowed: Sequence[str]) -> dict[str, Node]:
        """The entries of a block; keys nobody knows are reported."""
        if node.entries is None:
            self.refuse(node, f"{what} is a block, not {node.kind}", f"Its keys are {', '.join(allowed)}")
        for key in node.entries:
            if key not in allowed:
                self.problems.unknown(node.keys[key], f"key in {what}", key, allowed)
        return {k: v for k, v in node.entries.items() if k in allowed}

    def text(self, node: Node, key: str) -> str:
        if node.text is None or node.null:
            self.refuse(node, f"{key} is a text, not {'nothing' if node.null else node.kind}", "Write one")
        return " ".join((node.text or "").split())

    def yes(self, node: Node, key: str) -> bool:
        if node.text not in ("yes", "no"):
            self.refuse(node, f"{key} is yes or no, not {shown(node.text or node.kind)}", "Write yes or no")
        return node.text == "yes"

    def number(self, node: Node, key: str) -> float:
        try:
            value = float(node.text or "")
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= 0):
            self.refuse(node, f"{key} is a number from 0 on, not {shown(node.text or node.kind)}", "Write 3, or 17.4, without a unit")
        return value

    def quarter(self, node: Node) -> int:
        try:
            return parse_quarter(node.text or "")
        except ValueError:
            self.refuse(node, f"{shown(node.text or node.kind)} is no quarter", quarter_hint(node.text or ""))
