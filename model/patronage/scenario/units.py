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
)
UNIT_WORDS = (
    "USD",
    "kUSD",
    "MUSD",
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
    "%",
    "percent",
    "1",
}
_MONEY = {"EUR", "RUB", "CNY", "KGS", "GBP", "TRY", "KZT", "UZS", "TJS", "euro", "$", "€"}
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
    return " ".join("percent" if t == "%" else t for t in out)


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
    import pint

    registry = _registry()
    try:
        ratio = registry.Quantity(1.0, _checked(text) or "?")
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
