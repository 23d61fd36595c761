"""Quarters as whole numbers: T = 4 · year + (quarter − 1)."""

from __future__ import annotations

import re

FIRST_YEAR, LAST_YEAR = 1800, 2300
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


def parse_quarter(text: str) -> int:
    """`"2009Q1"` as a number; ValueError if it is not written so or lies outside 1800 to 2300."""
    found = _QUARTER.fullmatch(text)
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(f"{text!r} is no quarter such as 2009Q1")
    return 4 * int(found[1]) + int(found[2]) - 1


def quarter_name(quarter: int) -> str:
    """The number as text: 8036 is `"2009Q1"`."""
    return f"{quarter // 4}Q{quarter % 4 + 1}"
