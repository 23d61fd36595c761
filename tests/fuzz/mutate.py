"""Mutators: from something right to something else. All of a mutant follows from its number."""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Callable, Sequence
from typing import Any

from patronage.scenario.reading import MOST_LINE

NUMBERS = (
    "0", "-0", "1", "-1", "1e308", "-1e308", "1e309", "5e-324", "1e-320", "inf", "-inf", ".inf", "nan", ".nan", "NaN",
    "1_000",
    "0x10", "1e", "1.", ".5", "+1", "--1", "1,5", "1 000", "1.234,5", "10 %", "20%", "1/2", "½", "１２", "٣", "9" * 400,
    "1e" + "9" * 30,
    "1000000000000", "0.1", "0.5", "2", "3", "7.5", "100", "400", "1e6", "1e15", "1e100", "1e154", "1e200", "true",
    "yes",
)  # fmt: skip
WORDS = (
    "", " ", "~", "null", "x", "on", "off", "no", "NO", "USA", "usa", "RUS", "KGZ", "CSTO", "ZZZ", "unga", "security",
    "self",
    "set", "at", "when", "for", "until", "value", "unit", "source", "range", "table", "name", "title", "mission",
    "open", "join",
    "merge", "transfer", "and", "not", "last", "path", "extends", "members", "position", "with_security",
    "joint_force", "in_kind",
    "a.b", ".", "..", "a" * 300, ".".join("a" * 1000), "a: b", "- a", "#", "{", "[", "'", '"', "|", ">", "&a", "*a",
    "!a", "%a", "@", "`",
    "Côte d’Ivoire", "Кыргызстан", "中国", "قيرغيزستان", "עברית", "a\u00a0b", "a\u202fb", "\u200fa", "a\u200bb",
    "\u2028", "\u0085", "\ufeffa",
    "\u200d", "🦜", "e\u0301", "\x00", "\x1b[2J", "\x7f", "\ud800", "\ufffe", "a\nb", "a\tb", "a\r\nb", "<b>", "{{x}}",
    "$HOME", "../a", "/etc/passwd",
    "__class__", "constructor", "NaN", "%s%n", "C:\\a", "a" * 30_000,
)  # fmt: skip
DATES = (
    "2009Q1", "2009Q4", "2010Q4", "2009Q0", "2009Q5", "2010-03", "2010", "2010-01-01", "Q1 2010", "2010q2", "0000Q1",
    "9999Q4", "99999Q1",
    "-1Q1", "2008Q4", "2011Q1", "20O9Q1", "2009 Q1", "2009Q1 ", "２００９Q1",
)  # fmt: skip
UNITS = (
    "MUSD", "MUSD/yr", "bn USD", "bn kUSD/yr", "kMUSD", "million MUSD", "thousand bn USD", "USD", "USD/yr", "%",
    "%/yr", "% of GDP", "persons",
    "million", "quarter", "yr", "furlong", "degC", "dB", "USD**2", "USD**999", "1/0", "yr/yr", "", "1", "MUSD/", "€",
    "2 USD", "((", "[]",
    "bn", "MUSD per yr", "kilomillion USD", "mega", "%%", "percent", "permille", "MUSD / quarter", "MUSD·yr", "GUSD",
    "musd",
)  # fmt: skip
EXPRESSIONS = (
    "share(RUS, KGZ)", "share(RUS, KGZ) > 0.5", "base(USA, KGZ)", "not base(USA, KGZ)", "share(KGZ, RUS)",
    "share(RUS)", "1/0", "0/0 > 1",
    "1/share(RUS, RUS)", "log(0)", "gdp(KGZ) / 0", "-share(RUS, KGZ)", "1e308*1e308",
    "share(RUS, KGZ) > 0.5 for 0 quarters", "true",
    "share(RUS, KGZ) > 0.5 for 999999 quarters", "1 < 2 < 3", "(" * 300, "not " * 300 + "true", "1+" * 500 + "1",
    "unknown(KGZ)", "cohesion(CSTO)",
    "__import__('os')", "share(RUS, KGZ) == base(USA, KGZ)", "gdp(KGZ)", "openness(KGZ) > 0 and share(RUS, KGZ) < 1",
    "5", "",
)  # fmt: skip
SHAPES: tuple[Any, ...] = (
    {}, [], None, True, [[]], {"": {}}, {"value": None}, {"value": {}}, {"value": [1]}, {"value": 1, "unit": []},
    {"value": 1, "range": [2, 0]},
    {"value": 1, "range": [1]}, {"value": 1, "range": "x"}, {"value": 1, "range": ["-inf", "inf"]}, {"value": 1,
    "range": [0, 1, 2]},
    {"unit": "MUSD"}, {"source": {}}, {"table": "a.csv"}, {"table": []}, {"set": {}}, {"a": 1}, ["KGZ", "KGZ"],
    ["KGZ", None], ["RUS", "USA"],
    {"a": {"a": {"a": {"a": {}}}}},
)  # fmt: skip

Tree = Any
"""What JSON can say."""


_DATE = re.compile(r"\d{4}Q\d")
_FIGURE = re.compile(r"-?[\d.]+( .*)?")


class Lot(random.Random):
    """The throws of one mutant."""

    def one(self, pool: Sequence[Any]) -> Any:
        return pool[int(self.random() * len(pool))]

    def chance(self, p: float) -> bool:
        return self.random() < p

    def odd(self) -> Any:
        """A value that stands nowhere in a right file, or seldom."""
        kind = self.one((NUMBERS, NUMBERS, WORDS, WORDS, DATES, UNITS, EXPRESSIONS, SHAPES))
        return copy.deepcopy(self.one(kind))

    def odd_word(self) -> str:
        """The same, a text."""
        return str(self.one(self.one((NUMBERS, WORDS, WORDS, DATES, UNITS, EXPRESSIONS))))


# --- trees ---


def places(tree: Tree, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands in a tree, the root left out."""
    keys = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    return [place for key, below in keys for place in ((*above, key), *places(below, (*above, key)))]


def at(tree: Tree, place: tuple[Any, ...]) -> Tree:
    """What stands there."""
    for key in place:
        tree = tree[key]
    return tree


def mutate_tree(lot: Lot, tree: Tree, changes: int = 2) -> Tree:
    """A copy with one or some changes."""
    tree = copy.deepcopy(tree)
    for _ in range(lot.one((1, 1, changes))):
        found = places(tree)
        if not found:
            break
        place = lot.one(found)
        _change(lot, tree, at(tree, place[:-1]), place[-1], found)
    return tree


def _change(lot: Lot, tree: Tree, inside: Any, key: Any, found: list[tuple[Any, ...]]) -> None:
    """One change at a place."""
    way = lot.one(
        ("fitting", "fitting", "fitting", "odd", "odd", "gone", "renamed", "renamed", "elsewhere", "wrapped", "added")
    )
    if way == "fitting":
        inside[key] = fitting(lot, inside[key])
    elif way == "odd":
        inside[key] = lot.odd()
    elif way == "gone":
        del inside[key]
    elif way == "renamed" and isinstance(inside, dict):
        inside[lot.odd_word()] = inside.pop(key)
    elif way == "elsewhere":
        inside[key] = copy.deepcopy(at(tree, lot.one(found)))
    elif way == "wrapped":
        inside[key] = lot.one(([inside[key]], {"value": inside[key]}, {lot.odd_word(): inside[key]}))
    elif isinstance(inside, dict):
        inside[lot.odd_word()] = lot.odd()
    else:
        inside.append(lot.odd())


def fitting(lot: Lot, value: Any) -> Any:
    """Another value of the kind of this one: a number for a number, a unit for a unit, a name for a name."""
    if isinstance(value, dict | list):
        return type(value)()
    text = str(value)
    if _DATE.fullmatch(text):
        return lot.one(DATES)
    if _FIGURE.fullmatch(text):
        number, _, unit = text.partition(" ")
        if not unit:
            return lot.one(NUMBERS)
        return f"{number} {lot.one(UNITS)}" if lot.chance(0.6) else f"{lot.one(NUMBERS)} {unit}"
    if text in UNITS:
        return lot.one(UNITS)
    return lot.one(EXPRESSIONS) if "(" in text else lot.one(WORDS)


def deep(levels: int, inner: str = "1", opening: str = "[", closing: str = "]") -> str:
    """JSON as deep as wanted, too deep for a parser that calls itself."""
    return opening * levels + inner + closing * levels


def as_text(tree: Tree) -> str:
    """The tree as JSON, which is YAML too. Unpaired surrogates stay, as they may stand in a file. A long one takes many lines."""
    line = json.dumps(tree, ensure_ascii=False)
    return line if len(line) <= MOST_LINE else json.dumps(tree, ensure_ascii=False, indent=0)


# --- texts ---


def mutate_text(lot: Lot, text: str, changes: int = 3) -> str:
    """A text with words, lines and characters changed."""
    for _ in range(lot.one((1, 1, changes))):
        text = lot.one(_TEXT)(lot, text)
    return text


def _cut(lot: Lot, text: str) -> str:
    at = lot.randrange(len(text) + 1)
    return text[:at] + text[at + lot.one((1, 1, 2, 5, 50)) :]


def _put(lot: Lot, text: str) -> str:
    at = lot.randrange(len(text) + 1)
    return text[:at] + lot.odd_word() + text[at:]


def _word(lot: Lot, text: str) -> str:
    """Another word in the place of one."""
    words = text.split(" ")
    words[lot.randrange(len(words))] = lot.odd_word()
    return " ".join(words)


def _after_colon(lot: Lot, text: str) -> str:
    """Another value behind a key."""
    ends = [i for i, c in enumerate(text) if c == ":"]
    if not ends:
        return text
    at = lot.one(ends)
    stop = min((p for p in (text.find(c, at) for c in ",}\n") if p > 0), default=len(text))
    return f"{text[: at + 1]} {lot.odd_word()}{text[stop:]}"


def _lines(lot: Lot, text: str) -> str:
    """A line twice, gone, elsewhere or moved in."""
    lines = text.split("\n")
    i, j = lot.randrange(len(lines)), lot.randrange(len(lines))
    way = lot.randrange(5)
    if way == 0:
        lines.insert(j, lines[i])
    elif way == 1:
        del lines[i]
    elif way == 2:
        lines[i], lines[j] = lines[j], lines[i]
    elif way == 3:
        lines[i] = lot.one((" ", "  ", "\t", "\u00a0", "- ")) + lines[i]
    else:
        lines = lines[: i + 1]
    return "\n".join(lines)


def _spaces(lot: Lot, text: str) -> str:
    """One kind of character for another, everywhere: what editors and locales do."""
    old, new = lot.one(
        (
            (" ", "\u00a0"),
            ("\n", "\r\n"),
            ("\n", "\r"),
            ("  ", "\t"),
            (":", "："),
            ("'", "’"),
            ('"', "“"),
            (".", ","),
            (",", ";"),
            ("-", "–"),
        )
    )
    return text.replace(old, new, lot.one((1, 1, 3, -1)))


_TEXT: tuple[Callable[[Lot, str], str], ...] = (_cut, _put, _word, _after_colon, _after_colon, _lines, _spaces)


def as_bytes(lot: Lot, text: str) -> bytes:
    """As a file holds it: mostly UTF-8, sometimes as other programs write or as disks damage."""
    raw = text.encode("utf-8", "surrogatepass")
    way = lot.randrange(40)
    if way == 0:
        return text.encode("utf-16", "surrogatepass")
    if way == 1:
        return text.encode("cp1252", "replace")
    if way == 2:
        return b"\xef\xbb\xbf" + raw
    if way == 3:
        return raw[: lot.randrange(len(raw) + 1)]
    if way == 4 and raw:
        at = lot.randrange(len(raw))
        return raw[:at] + bytes([raw[at] ^ (1 << lot.randrange(8))]) + raw[at + 1 :]
    return raw
