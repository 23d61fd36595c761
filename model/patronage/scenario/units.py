"""Units, checked and converted here and nowhere else: inside, money is MUSD and time is the quarter."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pint

_DEFINITIONS = (
    "USD = [currency]",
    "kUSD = 1e3 USD",
    "MUSD = 1e6 USD",
    "thousand = 1e3",
    "million = 1e6",
    "bn = 1e9 = billion",
    "quarter = [time] = quarters",
    "year = 4 * quarter = yr = years",
    "month = quarter / 3 = months",
    "person = [people] = persons = people",
    "percent = 0.01",
    "TIV = [arms]",
)
UNIT_WORDS = (
    "USD",
    "kUSD",
    "MUSD",
    "million USD",
    "bn USD",
    "quarter",
    "quarters",
    "yr",
    "year",
    "years",
    "month",
    "months",
    "persons",
    "million persons",
    "TIV",
    "%",
    "% of GDP",
    "1",
)
"""What a unit may be made of, for hints."""
_NAMES = {
    "USD",
    "kUSD",
    "MUSD",
    "thousand",
    "million",
    "bn",
    "billion",
    "quarter",
    "quarters",
    "year",
    "yr",
    "years",
} | {
    "month",
    "months",
    "person",
    "persons",
    "people",
    "TIV",
    "%",
    "percent",
    "1",
}
_SIZES = {"kUSD": "k", "MUSD": "M", "thousand": "k", "million": "M", "bn": "bn", "billion": "bn", "%": "%", "percent": "%"}
"""Words that hold a power of ten; a unit has one at most, so that nobody multiplies by chance."""
_MONEY = {"EUR", "RUB", "CNY", "KGS", "GBP", "TRY", "KZT", "UZS", "TJS", "euro", "$", "€", "£", "¥"}
_TOKEN = re.compile(r"\s*(\*\*|\*|/|[A-Za-z]+|%|\d+(?:\.\d+)?|\S)")
_POWER = re.compile(r"0\.5|[1-3](\.0)?")


class UnitError(ValueError):
    """A unit that is not understood or does not measure what it should; `hint` says what would."""

    def __init__(self, message: str, hint: str = "", understood: bool = False) -> None:
        super().__init__(message)
        self.hint = hint
        self.understood = understood


@cache
def _registry() -> pint.UnitRegistry[Any]:
    import pint

    registry: pint.UnitRegistry[Any] = pint.UnitRegistry(None)
    for line in _DEFINITIONS:
        registry.define(line)
    return registry


def _checked(text: str) -> str:
    """The unit with its words known and its powers small, so that nothing else reaches the parser."""
    if len(text) > 60:
        raise UnitError("the unit is too long")
    tokens = _TOKEN.findall(text.strip())
    out: list[str] = []
    for i, token in enumerate(tokens):
        power = i > 0 and tokens[i - 1] == "**"
        if token in ("*", "/", "**") or (power and _POWER.fullmatch(token)) or (not power and token in _NAMES):
            out.append(token)
        elif token in _MONEY:
            raise UnitError(f"unknown currency '{token}'", "Convert to USD and name the exchange rate in the source")
        else:
            from .problems import nearest

            raise UnitError(f"unknown unit '{text[:60]}' (at '{token[:20]}')", nearest(token, UNIT_WORDS))
    sized = [t for t in out if t in _SIZES]
    if len(sized) > 1:
        words = ", ".join(sized)
        what = f"the unit '{' '.join(text.split())}' has {len(sized)} size words ({words})"
        raise UnitError(what, "Keep one of them, as in bn USD or MUSD")
    return " ".join("percent" if t == "%" else t for t in out)


_LIKELY_SIZES = {
    "k": ("k", "kusd", "thousand", "thousands", "tsd", "ths"),
    "M": ("m", "mn", "mln", "mio", "mill", "million", "millions", "musd", "usdm"),
    "bn": ("b", "bn", "bln", "g", "mrd", "milliard", "billion", "billions", "bnusd", "usdbn"),
}
_MONEY_SIZES = {"k": "kUSD", "M": "MUSD", "bn": "bn USD"}
_PEOPLE_SIZES = {"k": "thousand", "M": "million", "bn": "bn"}
_LIKELY_TIMES = {
    "yr": ("y", "yr", "yrs", "year", "years", "yearly", "annual", "annually", "annum", "pa", "a"),
    "quarter": ("q", "qtr", "quarter", "quarters", "quarterly"),
    "month": ("mo", "month", "months", "monthly"),
}
_PEOPLE = frozenset({"person", "persons", "people"})
_LIKELY_WORDS = frozenset({"usd", "dollar", "dollars", "us", "per", "percent", "%"}).union(
    _PEOPLE, *_LIKELY_SIZES.values(), *_LIKELY_TIMES.values()
)
"""What people write for units besides those of `UNIT_WORDS`, in small letters."""


def _among(words: list[str], kinds: dict[str, tuple[str, ...]]) -> str:
    return next((kind for kind, known in kinds.items() for word in words if word in known), "")


def likely(written: str, wanted: str) -> str:
    """The unit that a wrong one probably means where `wanted` is measured; "" if that is not clear."""
    text = written.lower().replace("p.a.", "pa").replace("us$", "usd").replace("$", " usd ")
    words = re.findall(r"[a-z]+|%", text)
    if not re.fullmatch(r"[a-z%/*. ]*", text) or not set(words) <= _LIKELY_WORDS or ("%" in words) != ("%" in wanted):
        return ""
    if sum(word in known for word in words for known in _LIKELY_SIZES.values()) > 1:
        return ""
    size, time = _among(words, _LIKELY_SIZES), _among(words, _LIKELY_TIMES)
    whole, _, by = wanted.partition("/")
    per = f"/{time or by}" if by else ""
    money, people = bool(size or {"usd", "dollar", "dollars"} & set(words)), bool(_PEOPLE & set(words))
    if whole == "MUSD" and money and not people:
        guess = (_MONEY_SIZES[size] if size else "USD" if "usd" in words else "MUSD") + per
    elif whole == "persons" and size and (people or words == words[:1]):
        guess = f"{_PEOPLE_SIZES[size]} persons"
    else:
        guess = time if whole in ("quarter", "yr") else whole + per if whole == "%" else ""
    try:
        factor(guess, wanted)
    except UnitError:
        return ""
    return guess


KNOWN = {
    ("%", "1"): 0.01, ("%/yr", "1/quarter"): 0.0025, ("%/yr", "1/yr"): 0.01, ("quarters", "quarter"): 1.0,
    ("MUSD/yr", "MUSD/quarter"): 0.25, ("bn USD/yr", "MUSD/yr"): 1000.0, ("bn USD", "MUSD"): 1000.0,
    ("million persons", "persons"): 1e6,
}  # fmt: skip
"""What most files say, as the library of units has it: loading it takes as long as reading a scenario."""


@cache
def factor(written: str, wanted: str, of_gdp: bool = False) -> float:
    """How many `wanted` one `written` is; UnitError if they differ in kind. `of_gdp`: it may say "of GDP"."""
    if written == wanted:
        return 1.0
    text = written
    if re.fullmatch(r"(%|1|share) of GDP", text):
        if not of_gdp:
            raise UnitError(
                f"unit '{written}' where this figure is no share of GDP", f"Its unit is {wanted}", understood=True
            )
        text = "%" if text.startswith("%") else "1"
    if text == wanted:
        return 1.0
    return KNOWN[text, wanted] if (text, wanted) in KNOWN else converted(text, wanted)


def converted(written: str, wanted: str) -> float:
    """The same by the library of units, with nothing known beforehand."""
    import pint

    registry = _registry()
    try:
        ratio = registry.Quantity(1.0, _checked(written) or "?")
        found = ratio.to(registry.Unit(_checked(wanted) if wanted != "1" else "")).magnitude
        return float(f"{found:.15g}")  # without what the conversion rounded in the last place
    except pint.DimensionalityError:
        raise UnitError(
            f"wrong unit '{written}'", f"This figure is measured in {wanted} or what converts to it", understood=True
        ) from None
    except UnitError:
        raise
    except Exception:  # noqa: BLE001  # whatever else the parser makes of a malformed unit
        raise UnitError(f"malformed unit '{written}'", f"This figure is measured in {wanted}") from None
