"""Quarters as whole numbers: T = 4 · year + (quarter − 1)."""

from __future__ import annotations

import re

from .numerals import normalised

FIRST_YEAR, LAST_YEAR = 1800, 2300
_QUARTER = re.compile(r"([0-9]{4})Q([1-4])")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BETWEEN = r"[-/., ]?"
_YEAR = r"(?P<year>\d{4})"
_OTHERWISE = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"{_YEAR}{_BETWEEN} ?q ?(?P<quarter>\d)",
        rf"(?:q ?(?P<quarter>\d)|(?P<quarter2>\d) ?q){_BETWEEN} ?{_YEAR}",
        rf"{_YEAR}[-/. ](?P<quarter>[1-4])",
        rf"{_YEAR}[-/.](?P<month>\d\d?)(?:[-/.]\d\d?)?",
        rf"\d\d?\.(?P<month>\d\d?)\.{_YEAR}",
        rf"(?P<month>\d\d?)[-/.]{_YEAR}",
        rf"(?:\d\d?\.? )?(?P<word>[a-z]{{3,9}})\.?(?: \d\d?,)? {_YEAR}",
        rf"{_YEAR} (?P<word>[a-z]{{3,9}})",
    )
)
"""How people write quarters, months and days."""


def parse_quarter(text: str) -> int:
    """`"2009Q1"` as a number; ValueError if it is not written so or lies outside 1800 to 2300."""
    found = _QUARTER.fullmatch(text)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(f"{text!r} is no quarter such as 2009Q1")
    return 4 * int(found[1]) + int(found[2]) - 1


def quarter_name(quarter: int) -> str:
    """The number as text: 8036 is `"2009Q1"`."""
    return f"{quarter // 4}Q{quarter % 4 + 1}"


def quarter_hint(text: str) -> str:
    """How to write what a text that is no quarter probably means: 2014-06 as 2014Q2."""
    straight = normalised(text[:40])
    for form in _OTHERWISE:
        found = form.fullmatch(straight)
        if found is None:
            continue
        parts = found.groupdict()
        number = parts.get("quarter") or parts.get("quarter2")
        month = int(parts.get("month") or 0)
        word = (parts.get("word") or "")[:3].lower()
        if word in _MONTHS:
            month = _MONTHS.index(word) + 1
        quarter = int(number) if number else (month + 2) // 3
        if 1 <= quarter <= 4:
            return _right(int(parts["year"]), f"Write {parts['year']}Q{quarter}")
    year = re.match(r"\d{4}(?!\d)", straight)
    if year:
        return _right(int(year[0]), f"Write one of the quarters {year[0]}Q1 to {year[0]}Q4")
    return "Write a year and a quarter, such as 2009Q1"


def _right(year: int, hint: str) -> str:
    return hint if FIRST_YEAR <= year <= LAST_YEAR else f"Years go from {FIRST_YEAR} to {LAST_YEAR}"
