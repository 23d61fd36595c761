"""Cells of tables: what is a number, a year, a code, a date or a name, and what may have been meant by anything else."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable

from patronage.scenario.names import CODE
from patronage.scenario.problems import shown

GAPS = frozenset(("", "NA", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A"))
"""What statistics programs and spreadsheets write where nothing is known. Never zero."""
EMPTY = "Leave a cell empty where nothing is known"
FIRST_YEAR, LAST_YEAR = 1800, 2200
MOST_LETTERS = 60
"""Of a longer cell nobody knows what was meant."""
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,5})?", re.ASCII)
MARKS = frozenset(("n/a", "n.a.", "na", "n.d.", "nan", "null", "none", "nil", "missing", "unknown", "x", "#n/a", "<na>"))
WORDS = {"yes": "1", "y": "1", "true": "1", "no": "0", "n": "0", "false": "0"}
FACTORS = {
    "k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "million": 1e6, "millions": 1e6, "b": 1e9, "bn": 1e9,
    "billion": 1e9, "billions": 1e9, "tn": 1e12, "trillion": 1e12,
}  # fmt: skip
_GROUPED = re.compile(r"(?<=\d)[\s'’_](?=\d)")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_IGNORED = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Signs without a shape that spell nothing: soft hyphens, marks of direction and of order."""

Fault = tuple[str, str]
"""What is wrong with a cell, and how to mend it."""


class DataError(ValueError):
    """Data that are absent or not in the layout; says what is missing and where it goes."""


def number(text: str) -> float | None:
    """The number of a cell; NaN where nothing is known, None if it is something else or not finite."""
    text = text.strip()
    if text in GAPS:
        return math.nan
    value = float(text) if NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


def no_number(text: str, share: bool = False) -> Fault:
    """What to say of a cell that is no number; `share`: it is measured as a part of 1."""
    return f"{shown(text.strip())} is no number", meant(text.strip(), share)


def meant(text: str, share: bool = False) -> str:
    """How a cell that is no number should be written, as far as that can be guessed."""
    if len(text) > MOST_LETTERS:
        return ""
    low = text.casefold()
    if low in MARKS or not any(c.isalnum() for c in text):
        return EMPTY
    if re.fullmatch(r"[+-]?inf(inity)?", low) or NUMBER.fullmatch(text):
        return f"Write a finite number, or nothing. {EMPTY}"
    if text.endswith(("%", "％")):
        found = [float(x) / 100 if share else float(x) for x in readings_of(text[:-1])]
        return f"Write {' or '.join(f'{x:.12g}' for x in found)}" if found else ""
    if low in WORDS or readings_of(text):
        return f"Write {WORDS.get(low) or ' or '.join(readings_of(text))}"
    return alone(text)


def alone(text: str) -> str:
    """How to write a number that has words or marks beside it."""
    parts = re.fullmatch(r"[^\d+-]{0,4}([+-]?\d[\d.,\s'’]*)(?:[\[(].*[\])]|([^\d\s\[(]*)[^\d]*)", text)
    if parts is None or not readings_of(parts[1].strip()):
        return ""
    (first, *_), factor = readings_of(parts[1].strip()), FACTORS.get((parts[2] or "").casefold().strip("."))
    return f"Write {float(first) * factor:.12g}" if factor else f"Write the number alone: {first}"


def readings_of(text: str) -> list[str]:
    """Numbers that a text with separators of thousands or a decimal comma may mean, in plain writing."""
    text = _GROUPED.sub("", text.strip().replace("\N{MINUS SIGN}", "-"))
    if text.count(",") == 1 and "." not in text:
        as_decimal, as_grouped = text.replace(",", "."), text.replace(",", "")
        grouped = re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", text) is not None
        found = [as_grouped, as_decimal] if grouped else [as_decimal]
    elif text.rfind(",") > text.rfind(".") and text.count(",") == 1:
        found = [text.replace(".", "").replace(",", ".")]
    elif text.count(".") > 1:
        found = [text.replace(".", "")]
    else:
        found = [text.replace(",", "")]
    return [x for x in found if NUMBER.fullmatch(x) and math.isfinite(float(x))]


def year(text: str) -> int | None:
    """The year of a cell, 2019 or 2019.0; None if it is none."""
    found = re.fullmatch(r"(\d{4})(?:\.0+)?", text.strip(), re.ASCII)
    return int(found[1]) if found is not None and FIRST_YEAR <= int(found[1]) <= LAST_YEAR else None


def no_year(text: str) -> Fault | None:
    """What is wrong with a cell that should be a year."""
    text = text.strip()
    if year(text) is not None:
        return None
    found = re.search(r"(?<!\d)(1[89]|2[01])\d\d(?!\d)", text, re.ASCII)
    hint = f"Write {found[0]}" if found else f"Write a year of four digits from {FIRST_YEAR} to {LAST_YEAR}"
    return ("there is no year", hint) if text in GAPS else (f"{shown(text)} is no year", hint)


def no_code(text: str) -> Fault | None:
    """What is wrong with a cell that should be a code."""
    text = text.strip()
    if CODE.fullmatch(text):
        return None
    if not text:
        return "there is no code", "Write one such as KGZ"
    return f"{shown(text)} is no code", f"Write {text.upper()}" if CODE.fullmatch(text.upper()) else "Write one such as KGZ"


def decimal(date: str) -> float:
    """A date YYYY[-MM[-DD]] as a decimal year; what is not said is its beginning. Raises ValueError."""
    found = _DATE.fullmatch(str(date).strip())
    when, month, day = (int(x or 1) for x in found.groups()) if found is not None else (0, 0, 0)
    if not (FIRST_YEAR <= when <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31):
        raise ValueError(date)
    return when + (month - 1) / 12 + (day - 1) / 372


def no_date(text: str) -> Fault | None:
    """What is wrong with a cell that should be a date."""
    try:
        decimal(text)
    except ValueError:
        what = f"{shown(text.strip())} is no date" if text.strip() else "there is no date"
        return what, "Dates: write YYYY, YYYY-MM or YYYY-MM-DD"
    return None


def no_name(text: str) -> Fault | None:
    """What is wrong with a cell that should be words."""
    wrong = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Cn") and not c.isspace()), None)
    return None if wrong is None else (f"there is a control character U+{ord(wrong):04X}", "Take it out")


def named(text: str) -> str:
    """A name as people read it: every kind of blank is one space, signs without a shape are gone."""
    return " ".join(_IGNORED.sub("", text).split())


def needed(check: Callable[[str], Fault | None], what: str) -> Callable[[str], Fault | None]:
    """The same check, and something has to stand there."""
    return lambda text: check(text) if text.strip() else (f"there is no {what}", "")
