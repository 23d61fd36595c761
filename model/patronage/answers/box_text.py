"""Boxes in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from .boxes import Box, Limit
from .case import Aim, Variable


def conditions(limits: Mapping[str, Limit], variables: Sequence[Variable]) -> str:
    """Limits as one clause: Russia's budget is below 240 MUSD/yr and the withdrawal comes after 2013Q2."""
    by_name = {v.name: v for v in variables}
    parts = [_one(by_name[name], limit) for name, limit in limits.items()]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else "always"


def sentence(box: Box, aim: Aim, variables: Sequence[Variable]) -> str:
    """A box as a sentence, with its coverage and density."""
    held = ""
    if box.held_out is not None:
        held = f" (on points not used to find it: {decimal(box.held_out[0])}, {decimal(box.held_out[1])})"
    return (
        f"{claim(aim)} when {conditions(box.limits, variables)}: coverage {decimal(box.coverage)}, density "
        f"{decimal(box.density)}{held}, against {decimal(box.base)} overall"
    )


def claim(aim: Aim) -> str:
    """What counts, as a clause."""
    if aim.truth:
        wanted = aim.sign in (">", ">=")
        return aim.title if wanted else f"Not so: {aim.title}"
    word = {">": "above", ">=": "at least", "<": "below", "<=": "at most"}[aim.sign]
    best = "" if aim.stated else ", the best quarter of all runs,"
    return f"{aim.title} is {word} {amount(aim.limit, aim.unit)}{best}"


def decimal(share: float) -> str:
    """A share as .81; 1 and 0 only where they are exact."""
    if share in (0.0, 1.0):
        return f"{share:.0f}"
    return f"{min(max(share, 0.01), 0.99):.2f}".lstrip("0")


def amount(value: float, unit: str) -> str:
    """A number with its unit, as short as it is exact to four digits."""
    text = f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}".replace(",", "\u202f")
    text = text.replace("-", "−")
    return text if unit in ("", "1") else f"{text} {unit}"


def value_text(variable: Variable, value: float) -> str:
    """A value of a variable as people write it."""
    if variable.quarter:
        quarter = int(np.floor(4 * value + 0.5))
        return f"{quarter // 4}Q{quarter % 4 + 1}"
    return amount(value, variable.unit)


def _one(v: Variable, limit: Limit) -> str:
    if v.choice:
        words = [_word(w) for w in limit]
        return f"{v.title} is {words[0] if len(words) == 1 else ', '.join(words[:-1]) + ' or ' + words[-1]}"
    low, high = float(limit[0]), float(limit[1])
    verb = "" if v.quarter else "is "
    if np.isinf(low):
        return f"{v.title} {verb}{'by' if v.quarter else 'below'} {value_text(v, high)}"
    if np.isinf(high):
        return f"{v.title} {verb}{'not before' if v.quarter else 'above'} {value_text(v, low)}"
    unit = v if v.quarter else Variable(v.name)
    return f"{v.title} {verb}between {value_text(unit, low)} and {value_text(v, high)}"


def _word(word: object) -> str:
    return {True: "on", False: "off"}.get(word, str(word)) if isinstance(word, bool) else str(word)
