"""What findings say, as text, rows and plain mappings."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from .claims import Verdict
from .fragility import FRAGILE, shares
from .pattern import Pattern
from .shipped import read_table
from .verify import Finding, TwinFinding, by_tag, headline, verdict

WIDTH = 100
ERRORS = (
    "Intervals are 95 %. A claim holds where its interval lies in the band, fails where it lies outside, and is undecided "
    "else; holds and fails are wrong with a chance of at most 2.5 % each. A pattern holds if all its claims do."
)


def fragile_words(number: int, held: Mapping[int, float]) -> str:
    """In how many draws a pattern holds, in words."""
    if number not in held:
        return ""
    share = held[number]
    return f"{share * 100:.0f} % of draws" + (", fragile" if share < FRAGILE else "")


def text(findings: Mapping[int, Sequence[Finding]], patterns: Sequence[Pattern], runs: int, seed: int) -> str:
    """The report of verify."""
    held = shares()
    holding = {p.number for p in patterns if verdict(findings[p.number]) is Verdict.holds}
    out = [f"{headline(findings, patterns)} ({runs} runs, seed {seed}).", f"Hold: {by_tag(holding, patterns)}.", ""]
    for p in patterns:
        several = findings[p.number]
        robust = fragile_words(p.number, held)
        head = f"{p.number:>2}  {p.title}"
        out.append(f"{head:<58} {p.tag.value:<9} {verdict(several).value:<9} {robust}".rstrip())
        for f in several:
            line = f"({f.criterion})" if f.verdict is Verdict.reported else f"({f.criterion}): {f.verdict.value}"
            out += textwrap.wrap(
                f"{f.claim}: {f.text} {line}", WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8
            )
    out += ["", *textwrap.wrap(ERRORS, WIDTH)]
    table = read_table("fragility")
    if table is not None and held:
        of = f"Share of draws: {table.origin.draws} draws of all ranges at once, {table.origin.runs} runs each"
        other = (
            "" if table.current else " (of another state of the model: patronage verify --fragility computes it anew)"
        )
        out += textwrap.wrap(f"{of}{other}; below {FRAGILE * 100:.0f} % a pattern is fragile.", WIDTH)
    return "\n".join(out)


def number(value: float) -> float | None:
    """A number that JSON knows."""
    return value if math.isfinite(value) else None


def as_json(
    findings: Mapping[int, Sequence[Finding]], patterns: Sequence[Pattern], runs: int, seed: int
) -> dict[str, Any]:
    """The same for machines."""
    held = shares()
    return {
        "headline": headline(findings, patterns),
        "runs": runs,
        "seed": seed,
        "patterns": [
            {
                "number": p.number, "title": p.title, "tag": p.tag.value, "fact": p.fact,
                "verdict": verdict(findings[p.number]).value,
                "share_of_draws": held.get(p.number),
                "fragile": held[p.number] < FRAGILE if p.number in held else None,
                "claims": [
                    {k: number(v) if isinstance(v, float) else v for k, v in f.row.items() if k not in ("pattern", "title", "tag")}
                    for f in findings[p.number]
                ],
            }
            for p in patterns
        ],
    }  # fmt: skip


def twins_text(found: Sequence[TwinFinding]) -> str:
    """What came of the twins."""
    out = []
    for t in found:
        out.append(
            f"{t.pattern.number:>2}  {t.twin.text}: {'fails, as it must' if t.fails_as_it_must else 'DOES NOT FAIL'}"
        )
        for f in t.findings:
            line = f"{f.claim}: {f.text} ({f.criterion}): {f.verdict.value}"
            out += textwrap.wrap(line, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8)
    wrong = sum(not t.fails_as_it_must for t in found)
    out += ["", f"{len(found) - wrong} of {len(found)} twins fail, as they must."]
    return "\n".join(out)
