"""YAML into nodes that know their place. Nothing is interpreted here: every scalar stays the text that was written.

So `NO` is Norway, and `1e3` is whatever its reader expects. Files that could exhaust memory or time are refused:
size as it is read; aliases, anchors, tags, depth and number of nodes as the parser meets them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from .problems import Place, Problems, ScenarioError, shown
from .texts import foreign, named, odd_space, what_it_is

MOST_BYTES = 512 * 1024
"""A run folder's scenario spells out every figure: 280 KiB for six states, five powers and the paths of nine years."""
MOST_DEPTH = 12
MOST_NODES = 40_000
MOST_TEXT = 20_000
MOST_LINE = 25_000
"""Characters on one line; the parser takes quadratic time on some."""
WORTH_KEEPING, MOST_KEPT = 2_000, 48
"""Characters from which a text that has been read is kept as nodes, and how many such texts; to copy them is quick, to read is not."""
NULLS = ("~", "null")
_DIGITS = re.compile(r"[-+]?[\d\s.,']*\d")
COMMAND_LINE = "--set"
"""The layer above all files."""


@dataclass(slots=True, eq=False)
class Node:
    """A piece of a file: a text, a list (`items`) or a block (`entries`)."""

    place: Place
    layer: str = ""
    """Who wrote it, in words: a file, a table, the command line."""
    rank: int = 0
    """Layers count from 0, the lowest."""
    text: str | None = None
    items: list[Node] | None = None
    entries: dict[str, Node] | None = None
    keys: dict[str, Place] = field(default_factory=dict)
    """Places of the keys of a block."""
    null: bool = False
    inset: int = 0
    """Columns from its place to its first character; -1: the text is not on one line."""
    unit: Node | None = None
    """What the block around it says about units and sources."""
    source: Node | None = None
    below: Node | None = None
    """What it overrode."""

    @property
    def kind(self) -> str:
        return "text" if self.text is not None else "a list" if self.items is not None else "a block"

    @property
    def is_figure(self) -> bool:
        return self.entries is not None and "value" in self.entries

    def fresh(self) -> Node:
        """The same as it was read, before anything was merged into it."""
        items = None if self.items is None else [item.fresh() for item in self.items]
        entries = None if self.entries is None else {key: entry.fresh() for key, entry in self.entries.items()}
        return Node(self.place, text=self.text, items=items, entries=entries, keys=dict(self.keys), null=self.null, inset=self.inset)


class _RefusedError(Exception):
    """The file is not worth reading on."""


def read_file(path: Path, label: str, problems: Problems, most_bytes: int = MOST_BYTES) -> str | None:
    """The text of a regular UTF-8 file of bounded size, or None and a problem."""
    place = Place(label)
    try:
        if not path.is_file():
            problems.add(place, "there is no such file" if not path.exists() else "this is no regular file")
            return None
        with path.open("rb") as stream:
            raw = stream.read(most_bytes + 1)
    except OSError as error:
        problems.add(place, f"the file cannot be read: {error.strerror}")
        return None
    return decode(raw, label, problems, most_bytes)


def decode(raw: bytes, label: str, problems: Problems, most_bytes: int = MOST_BYTES) -> str | None:
    """Bytes as text, or None and a problem."""
    if len(raw) > most_bytes:
        problems.add(
            Place(label), f"the file is larger than {most_bytes // 1024} KiB", "Put large matrices into tables"
        )
        return None
    what = _other_kind(raw)
    if what:
        problems.add(Place(label), what[0], what[1])
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        place = Place(label, line, error.start - before.rfind(b"\n"))
        problems.add(place, "this is not UTF-8 text", "Save the file as UTF-8")
        return None
    return without_foreign(text, label, problems)


def _other_kind(raw: bytes) -> tuple[str, str] | None:
    """What a file is that is no UTF-8 text at its first look, and what to do."""
    head = raw[:1000]
    zeros = head[0::2].count(0), head[1::2].count(0)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or (max(zeros) > len(head) / 4 and min(zeros) == 0):
        return "this is UTF-16 and not UTF-8 text", "Save the file as UTF-8"
    if head.startswith(b"PK\x03\x04"):
        return "this is a workbook or zip archive and no text", "Export it as text"
    return None


def without_foreign(text: str, label: str, problems: Problems) -> str | None:
    """The text with all that is none replaced and reported; None for what is no text file at all."""
    wrong = list(foreign(text.replace("\r", "\n")))
    for i, char in wrong:
        line = text.count("\n", 0, i) + 1
        place = Place(label, line, i - text.rfind("\n", 0, i))
        if char == "\0":
            problems.add(place, "control character U+0000; this is no text file")
            return None
        problems.add(place, *what_it_is(char))
    if not wrong:
        return text
    replaced = list(text)
    for i, _ in wrong:
        replaced[i] = "\N{REPLACEMENT CHARACTER}"
    return "".join(replaced)


def parse(text: str, label: str, problems: Problems) -> Node | None:
    """The one document of a YAML text, or None and problems."""
    kept = _kept(text, label) if len(text) >= WORTH_KEEPING else None
    return _parsed(text, label, problems) if kept is None else kept.fresh()


@lru_cache(maxsize=MOST_KEPT)
def _kept(text: str, label: str) -> Node | None:
    """The nodes of a text in which nothing is wrong; nobody changes them."""
    problems = Problems()
    try:
        root = _parsed(text, label, problems)
    except ScenarioError:
        return None
    return None if len(problems) else root


def _parsed(text: str, label: str, problems: Problems) -> Node | None:
    longest = max(enumerate(text.split("\n"), start=1), key=lambda line: len(line[1]))
    if len(longest[1]) > MOST_LINE:
        problems.add(Place(label, longest[0]), f"a line is longer than {MOST_LINE} characters")
        return None
    if sum(text.count(mark) for mark in ",:\n") > 2 * MOST_NODES:
        problems.add(Place(label), f"the file has more than {MOST_NODES} entries", "Put large matrices into tables")
        return None
    reader = _NodeReader(text, label, problems)
    try:
        return reader.document()
    except _RefusedError:
        return None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(label, mark.line + 1, mark.column + 1) if mark else Place(label)
        what = str(error.problem or error.context or "malformed")
        problems.add(place, f"this is not YAML: {what}", _remedy(what, text.split("\n"), place.line))
    except (YAMLError, ValueError, AssertionError) as error:
        problems.add(Place(label), f"this is not YAML: {' '.join(str(error).split())[:100] or 'malformed'}")
    return None


_REMEDIES = {
    "'\\t'": "A tab stands here: indent with spaces",
    "mapping values are not allowed": "Put a text that holds a colon in quotes, and indent alike what belongs together",
    "could not find expected ':'": "A key ends in a colon and a space",
    "expected <block end>": "Indent alike what belongs together",
    "cannot start any token": "Put a text that begins with this character in quotes",
    "expected ',' or": "A bracket or comma is missing, or a text with a comma or bracket needs quotes",
    "while scanning a quoted scalar": "A quotation mark is missing",
    "unexpected end of stream": "A quotation mark is missing",
}
"""What the parser says, and what mends it."""


def _remedy(what: str, lines: list[str], line: int) -> str:
    """What to do about something that is no YAML."""
    for at in (line, line - 1):
        text = lines[at - 1] if 0 < at <= len(lines) else ""
        odd = odd_space(text)
        if odd >= 0:
            return f"{named(text[odd])} stands in line {at}, column {odd + 1}: write a plain space"
    return next((remedy for marker, remedy in _REMEDIES.items() if marker in what), "")


class _NodeReader:
    """Builds nodes from the parser's events, with bounds."""

    def __init__(self, text: str, label: str, problems: Problems) -> None:
        self.label = label
        self.problems = problems
        self.nodes = 0
        self.events = YAML(typ="safe", pure=True).parse(text)

    def document(self) -> Node | None:
        root: Node | None = None
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                if root is not None:
                    self.refuse(event, "a second document begins here", "A scenario is one document")
                if event.tags or (event.version and tuple(event.version) != (1, 2)):
                    self.refuse(event, "YAML directives are not allowed")
            elif isinstance(event, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
                root = self.node(event, 0)
        if root is None or root.null:
            self.problems.add(Place(self.label), "the file is empty", "It begins with a title")
            return None
        if root.text is not None and odd_space(root.text.partition(":")[2]) == 0:
            self.problems.add(root.place, "this is not YAML: one text and no keys", self.spaced(root.text))
            return None
        return root

    def refuse(self, event: object, message: str, hint: str = "") -> None:
        self.problems.add(self.place(event), message, hint)
        raise _RefusedError

    def place(self, event: object) -> Place:
        mark = event.start_mark  # type: ignore[attr-defined]  # every event has one; ruamel declares it untyped
        return Place(self.label, mark.line + 1, mark.column + 1)

    def node(self, event: object, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.refuse(event, f"the file has more than {MOST_NODES} entries")
        if depth > MOST_DEPTH:
            self.refuse(event, f"blocks are nested more than {MOST_DEPTH} deep")
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            self.refuse(event, "anchors and aliases are not allowed", "Use extends, or write it out")
        if getattr(event, "tag", None) is not None:
            self.refuse(event, f"YAML tags are not allowed: {shown(str(event.tag))}")  # type: ignore[attr-defined]
        if isinstance(event, MappingStartEvent):
            return self.block(event, depth)
        if isinstance(event, SequenceStartEvent):
            return self.list(event, depth)
        assert isinstance(event, ScalarEvent)
        text = str(event.value)
        if len(text) > MOST_TEXT:
            self.refuse(event, f"a text is longer than {MOST_TEXT} characters")
        plain = bool(event.implicit[0])
        one_line = event.start_mark.line == event.end_mark.line
        return Node(
            self.place(event),
            text=text,
            null=plain and (text in NULLS or text == ""),
            inset=int(not plain) if one_line else -1,
        )

    def list(self, event: object, depth: int) -> Node:
        out = Node(self.place(event), items=[])
        assert out.items is not None
        for item in self.events:
            if not isinstance(item, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
                break
            out.items.append(self.node(item, depth + 1))
        return out

    def misread(self, key: Node, value: Node, block: Node, event: object) -> bool:
        """Whether a key is none but what a slip made of one: a strange space, or a comma in a number in braces."""
        assert key.text is not None
        if odd_space(key.text) >= 0:
            self.problems.add(key.place, f"unknown key {shown(key.text)}", self.spaced(key.text))
            return True
        before = next(reversed((block.entries or {}).values()), None)
        if key.text[:1].isdigit() and value.text == "" and before is not None and _DIGITS.fullmatch(before.text or ""):
            before.text = f"{before.text},{key.text}"  # its reader says how to write it
            return True
        return False

    def spaced(self, text: str) -> str:
        """What to do about a strange space."""
        at = odd_space(text)
        at = at if at >= 0 else len(text.partition(":")[0]) + 1
        return f"It holds {named(text[at])}: write a plain space"

    def block(self, event: object, depth: int) -> Node:
        out = Node(self.place(event), entries={})
        assert out.entries is not None
        for item in self.events:
            if not isinstance(item, MappingStartEvent | SequenceStartEvent | ScalarEvent | AliasEvent):
                break
            key = self.node(item, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if key.text is None or key.null:
                self.problems.add(key.place, "a key must be a word", "Put a word such as null in quotes, or use another")
            elif self.misread(key, value, out, item):
                pass
            elif key.text in out.entries:
                first = out.keys[key.text]
                self.problems.add(
                    key.place, f"duplicate key {shown(key.text)}", f"It stands in line {first.line} already"
                )
            else:
                out.entries[key.text] = value
                out.keys[key.text] = key.place
        return out
