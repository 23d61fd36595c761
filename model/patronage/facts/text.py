"""A board in plain text and as plain values."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import Any

import pandas as pd

from patronage.scenario.quarters import quarter_name

from .board import CLIP, DECIDED, SCORED, UNASKED, Board
from .rates import FEWEST

WIDTH = 110
ERRORS = (
    "chance: share of runs in which it came so, with its 95 % Wilson interval. base: chance by its kind elsewhere (*: fewer "
    f"than {FEWEST} facts there; a stated prior). same: 1 if it holds where nothing changes from the start. seen: chosen or "
    "looked at with the fact in view. still: says that nothing changed."
)
INTERVALS = (
    "Brier: mean of (1 - chance)², 0 for who knew, .25 for who says one half. Skill: 1 - Brier / Brier of the naive forecast. "
    f"Log: mean of -ln chance, no chance below {CLIP:g}. Brackets are 95 % over resampled runs: what the luck of the simulation "
    "moves. The facts are few, related and chosen; nothing here claims that they are a sample."
)


def table(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """Columns as wide as their widest cell, the first ones to the left."""
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    out = []
    for r in rows:
        cells = [c.ljust(w) if i < left else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths, strict=True))]
        out.append("  ".join(cells).rstrip())
    return out


def text(b: Board, name: str, seed: int) -> str:
    """The whole board."""
    split = quarter_name(b.facts.split)
    out = [f"{b.facts.title}: {headline(b)} ({name}, {b.runs} runs, seed {seed}).", ""]
    scored = b.rows[b.rows["status"] == SCORED]
    for heading, late in ((f"To {split}", False), (f"After {split}", True)):
        mine = scored[scored["after"] == late]
        if len(mine):
            out += [heading, *table([FACT_HEAD, *map(fact_row, mine.to_dict("records"))], 3), ""]
    if len(b.slices):
        out += [*table([GROUP_HEAD, *map(group_row, b.slices.to_dict("records"))]), ""]
    out += left_out(b)
    return "\n".join([*out, *textwrap.wrap(ERRORS, WIDTH), *textwrap.wrap(INTERVALS, WIDTH)])


def headline(b: Board) -> str:
    """How many of how many a run gets right."""
    if not len(b.slices):
        return "no fact can be scored"
    whole = b.slices.iloc[0]
    return f"a run gets {span(whole, 'right', '.1f')} of {whole['facts']} facts right, {b.numbers.min()} to {b.numbers.max()} of them"


FACT_HEAD = ("fact", "when", "observed", "chance", "base", "same", "")
GROUP_HEAD = ("group", "facts", "right a run", "Brier", "base", "same", "skill on base", "skill on same", "log", "base")


def fact_row(r: dict[str, Any]) -> tuple[str, ...]:
    """A fact on one line."""
    marks = " ".join(word for word, on in (("seen", r["seen"]), ("still", r["non_event"]), (r["part"], r["part"])) if on)
    base = f"{r['base']:.2f}{'' if r['base_facts'] else '*'}"
    return (
        f"{r['fact']} [{r['who']}]", r["when"], r["observed"], f"{r['chance']:.3f} [{r['low']:.2f}, {r['high']:.2f}]", base,
        f"{r['persistence']:.0f}", marks,
    )  # fmt: skip


def group_row(r: dict[str, Any]) -> tuple[str, ...]:
    """A group on one line."""
    return (
        str(r["group"]), str(r["facts"]), span(r, "right", ".1f"), span(r, "brier", ".3f"), f"{r['brier_base']:.3f}",
        f"{r['brier_persistence']:.3f}", span(r, "brier_skill_base", "+.2f"), span(r, "brier_skill_persistence", "+.2f"),
        span(r, "log", ".2f"), f"{r['log_base']:.2f}",
    )  # fmt: skip


def span(r: Any, name: str, form: str) -> str:
    """A number with its interval."""
    if not math.isfinite(r[name]):
        return "no errors"
    return f"{r[name]:{form}} [{r[f'{name}_low']:{form}}, {r[f'{name}_high']:{form}}]".replace("-", "−")


def left_out(b: Board) -> list[str]:
    """Facts that are not scored, and why; and those that lean on dated missions."""
    out: list[str] = []
    for status, title in ((DECIDED, "Decided by the scenario, not scored:"), (UNASKED, "Not asked:")):
        mine = b.rows[b.rows["status"] == status]
        if len(mine):
            out += [title, *(f"  {r.fact}, {r.when}: {r.reason}" for r in mine.itertuples()), ""]
    leaning = b.rows[(b.rows["status"] == SCORED) & (b.rows["reason"] != "")]
    if len(leaning):
        names = ", ".join(leaning["fact"])
        line = f"{len(leaning)} scored facts are about bases of powers whose missions the scenario dates: {names}."
        out += [*textwrap.wrap(line, WIDTH), ""]
    return out


def as_json(b: Board, name: str, seed: int) -> dict[str, Any]:
    """The same for machines."""
    return {
        "title": b.facts.title, "region": b.facts.region, "scenario": name, "runs": b.runs, "seed": seed,
        "split": quarter_name(b.facts.split), "facts": _records(b.rows), "groups": _records(b.slices),
        "right_per_run": {str(k): int(v) for k, v in pd.Series(b.numbers).value_counts().sort_index().items()},
    }  # fmt: skip


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with plain numbers; what is no number is null."""
    return [{str(k): _json_value(v) for k, v in r.items()} for r in frame.to_dict("records")]


def _json_value(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.item() if hasattr(value, "item") else value
