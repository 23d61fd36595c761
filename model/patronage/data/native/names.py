"""Codes of states, and the names under which SIPRI lists them."""

from __future__ import annotations

from functools import cache
from typing import Any

from patronage.extras import how_to_install

BEYOND_ISO = frozenset({"XKX", "EUU"})
"""Codes of the layout that ISO 3166 does not give: Kosovo and the European Union."""
OLD_CODES = {
    "ADO": "AND", "IMY": "IMN", "KSV": "XKX", "ROM": "ROU", "TMP": "TLS", "UVK": "XKX", "WBG": "PSE", "ZAR": "COD",
}  # fmt: skip
"""Codes that the World Bank has used for states which ISO 3166 codes otherwise. CHI, the Channel Islands, is none of one state."""
ALIASES = {
    "bosnia-herzegovina": "BIH",
    "brunei": "BRN",
    "burma": "MMR",
    "cape verde": "CPV",
    "cote d'ivoire": "CIV",
    "dr congo": "COD",
    "east timor": "TLS",
    "kosovo": "XKX",
    "macau": "MAC",
    "macedonia": "MKD",
    "macedonia (fyrom)": "MKD",
    "micronesia": "FSM",
    "palestine": "PSE",
    "russia": "RUS",
    "saint vincent": "VCT",
    "soviet union": "RUS",
    "swaziland": "SWZ",
    "turkiye": "TUR",
    "turkey": "TUR",
    "uae": "ARE",
    "zaire": "COD",
}
"""Names that ISO 3166 spells otherwise. Deliveries of the Soviet Union count as those of the state that succeeded it."""


class MissingCodesError(ImportError):
    """The library that knows the codes of states is not installed."""


@cache
def _countries() -> Any:
    try:
        import pycountry
    except ModuleNotFoundError as error:
        raise MissingCodesError(
            f"this needs pycountry, which is not installed: {how_to_install('data')}"
        ) from error
    return pycountry.countries


@cache
def is_state(code: str) -> bool:
    """Whether a code is that of a state or territory, not of a group of them."""
    return code in BEYOND_ISO or _countries().get(alpha_3=code) is not None


def current(code: str) -> str:
    """A code as ISO 3166 has it today, whatever the case of its letters and the year of the file."""
    return OLD_CODES.get(code.upper(), code.upper())


@cache
def code_of(name: str) -> str | None:
    """The ISO 3166 alpha-3 code of a state; None for armed groups, organisations, states that are no more."""
    if name.endswith("*"):
        return None
    found = ALIASES.get(name.lower())
    if found is None:
        try:
            found = str(_countries().lookup(name).alpha_3)
        except LookupError:
            return None
    return found
