"""What a rebuilt index is told as: one page of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..tables import Tables
from .checks import UNSETTLED, Agreement, Western, agreements, western
from .formula import FORMULA, PARTS
from .parts import Indexed, measure
from .treaties import Treaties

LARGEST = 4
"""Clients that are named for a patron."""


def index_text(found: Indexed, tables: Tables, treaties: Treaties, patrons: Sequence[str], year: int) -> str:
    """The page: what was rebuilt, how it agrees with what is published, and each patron's largest in a year."""
    known = int(np.isfinite(found.parts["index"]).sum())
    first, last = (int(y) for y in (found.years[0], found.years[-1]))
    over = _counted(len(set(found.pairs.get_level_values("client"))), "state")
    who = _counted(len(found.patrons), "patron")
    lines = [f"The index rebuilt: {who} over {over}, {first} to {last}: {known} pairs and years.", ""]
    lines += published(agreements(found, measure(tables, Treaties.none())), treaties)
    lines += western_lines(western(found, tables))
    lines += largest(found, patrons, year)
    return "\n".join(lines) + "\n"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def figure(value: float) -> str:
    """Three decimals, right in seven columns; `-` where unknown."""
    return f"{value:7.3f}" if np.isfinite(value) else f"{'-':>7}"


def spaced(words: Sequence[str]) -> str:
    """Headings over such columns."""
    return "".join(f"{w:>7}" for w in words)


def published(rows: Sequence[Agreement], treaties: Treaties) -> list[str]:
    """The table of agreement, and what it owes to the index itself."""
    if not rows:
        return ["No published index is at hand (fbic_influence in dyad_year): nothing to check by.", ""]
    lines = [
        f"Against the published index: R² of levels, without the first {UNSETTLED} years; R² and r of changes over ten years.",
        f"{'patrons':<10}{'years':<11}{'numbers':>8}{spaced([*PARTS, 'index'])} {'no treaties':>12}{'change':>8}{spaced(['r'])}",
    ]
    for a in rows:
        parts = "".join(figure(a.parts[k]) for k in (*PARTS, "index"))
        lines.append(
            f"{' '.join(a.patrons):<10}{f'{a.first}-{a.last}':<11}{a.count:>8}{parts} {figure(a.without_treaties):>12}"
            f" {figure(a.change)}{figure(a.change_r)}"
        )
    owed = f"{treaties.read_off} of {len(treaties.rows)} levels of treaties were read off the published EB itself"
    return [*lines, f"PB is {FORMULA.tie} everywhere here. {owed}: `no treaties` is the clean test.", ""]


def western_lines(rows: Sequence[Western]) -> list[str]:
    """The check of patrons without a published index of their own."""
    if not rows:
        return []
    lines = [
        "Western patrons against the published sum of 29 Western states, over clients: mean r and rank correlation, r of the change.",
        f"{'patrons':<18}{'years':<11}{'numbers':>8}{spaced(['r', 'rank', 'change'])}",
    ]
    lines += [
        f"{'+'.join(w.patrons):<18}{f'{w.first}-{w.last}':<11}{w.count:>8}"
        f"{figure(w.level)}{figure(w.rank)}{figure(w.change)}"
        for w in rows
    ]
    return [*lines, ""]


def largest(found: Indexed, patrons: Sequence[str], year: int) -> list[str]:
    """Each patron's clients in a year: how many, their median, and where the index is largest."""
    at = int(np.flatnonzero(found.years == year)[0])
    head = f"{'patron':<8}{'clients':>8}{spaced(['median', 'mean'])}"
    lines = [f"In {year}: clients, their median and mean, and the largest.", head]
    clients = found.pairs.get_level_values("client")
    for p in patrons:
        rows = np.flatnonzero(found.rows_of(p) & np.isfinite(found.parts["index"][:, at]))
        values = found.parts["index"][rows, at]
        mark = "" if p in found.measured else "   not published"
        if len(rows):
            top = rows[np.argsort(-values, kind="stable")[:LARGEST]]
            shown = ", ".join(f"{clients[i]} {found.parts['index'][i, at]:.2f}" for i in top)
            middle = f"{np.median(values):7.3f}{values.mean():7.3f}"
        else:
            shown, middle = "nothing known", spaced(["-", "-"])
        lines.append(f"{p:<8}{len(rows):>8}{middle}  {shown}{mark}")
    return lines
