"""Numbers as people write them that are none here, and what they mean."""

from __future__ import annotations

import math
import re
import unicodedata

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
"""What is a number here."""
ZEROS = re.compile(r"[-+]?0\d", re.ASCII)
"""The beginning of what is octal for some readers and decimal for others."""
LONGEST = 80
"""Characters of a number with its unit."""
BASED = re.compile(r"0[xob]\w+", re.ASCII | re.IGNORECASE)
"""Numbers of another base than ten."""
_MONEY = r"(?:US ?)?\$|USD|EUR|€|£|¥"
_AMOUNT = re.compile(rf"([-+]?) ?({_MONEY})? ?([-+]?)([\d.,'_ ]*\d\.?(?:[eE][-+]?\d+)?|\.\d+) ?([A-Za-z%$€£¥].*|)")
_SPAN = re.compile(r"([\d.,']*\d) ?(?:-|\.\.+|to) ?([\d.,']*\d) ?([A-Za-z%$€£¥].*|)")
_GROUPED = (
    (re.compile(r"\d{1,3}([ '_]\d{3})+([.,]\d+)?"), " '_", ","),
    (re.compile(r"\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,}"), ",", "."),
    (re.compile(r"\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}"), ".", ","),
    (re.compile(r"\d[\d_]*(\.\d+)?"), "_", "."),
    (re.compile(r"\d*,\d+([eE][-+]?\d+)?"), "", ","),
)
"""How numbers look, what groups their digits, what marks their decimals."""
_PLAIN = {
    **dict.fromkeys("−‒–—﹣", "-"),
    **dict.fromkeys("’ʼ´`", "'"),
    "\N{ARABIC DECIMAL SEPARATOR}": ",",
    "\N{ARABIC THOUSANDS SEPARATOR}": "'",
    "\N{ARABIC PERCENT SIGN}": "%",
}


def is_number(text: str) -> bool:
    """Whether a text is a number as it is written here."""
    return len(text) <= LONGEST and NUMBER.fullmatch(text) is not None and not ZEROS.match(text)


def size_of(text: str) -> float | None:
    """The number above 0 that a text is, such as 0.05 or 5 %; None if it is none."""
    plain = text.strip().removesuffix("%").strip()
    found = float(plain) / (100 if text.strip().endswith("%") else 1) if is_number(plain) else 0.0
    return found if 0 < found < math.inf else None


def normalised(text: str) -> str:
    """The text with every digit, sign, space and quotation mark in its plain form."""
    out = []
    for char in unicodedata.normalize("NFKC", text.strip().strip("\"'“”„«»‘’")):
        digit = unicodedata.decimal(char, None)
        out.append(_PLAIN.get(char, char) if digit is None else str(digit))
    return " ".join("".join(out).split())


def meanings(text: str) -> tuple[list[str], str]:
    """The number with which a text begins, as it is written here, and what stands behind it or before it (`$`).

    Several, where the text may mean several (`1,000`); none, where that is not clear.
    """
    straight = normalised(text) if len(text) <= LONGEST else ""
    if BASED.fullmatch(straight):
        try:
            return [str(int(straight, 0))], ""
        except ValueError:
            return [], ""
    found = _AMOUNT.fullmatch(straight)
    if found is None or (found[1] and found[3]):
        return [], ""
    minus = "-" if "-" in (found[1], found[3]) else ""
    behind = " ".join(part for part in (found[2], found[5]) if part)
    return [minus + number for number in _numbers(found[4])], behind


def span(text: str) -> tuple[str, str, str] | None:
    """Both ends of what is written as a range, and the unit behind: `5–6 MUSD`."""
    found = _SPAN.fullmatch(normalised(text)) if len(text) <= LONGEST else None
    ends = [_numbers(found[i]) for i in (1, 2)] if found is not None else []
    return (ends[0][0], ends[1][0], found[3]) if found is not None and all(len(e) == 1 for e in ends) else None


def whole(text: str) -> int | None:
    """A whole number in decimal digits, perhaps grouped by underscores; None for anything else."""
    digits = text.replace("_", "")
    right = digits.isascii() and digits.isdigit() and len(digits) <= 20 and not ZEROS.match(digits)
    return int(digits) if right else None


def whole_meant(text: str, low: int, high: int) -> int | None:
    """The whole number within bounds that a text means which is none: `1e3`, `20 000`."""
    numbers, _ = meanings(text)
    values = [float(n) for n in numbers]
    return int(values[0]) if values and low <= values[0] <= high and values[0].is_integer() else None


def _numbers(text: str) -> list[str]:
    """What digits with marks between them may mean."""
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", text):
        return [text.replace(",", ""), text.replace(",", ".")]
    for form, groups, decimals in _GROUPED:
        if form.fullmatch(text):
            for mark in groups:
                text = text.replace(mark, "")
            text = text.replace(decimals, ".")
            break
    if not NUMBER.fullmatch(text):
        return []
    whole, point, rest = text.partition(".")
    return [(whole.lstrip("0") or "0") + point + rest if whole.isdigit() else text]
