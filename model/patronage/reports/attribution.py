"""What was attributed, in words, as a table, as JSON and as a folder with a figure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import floor, log10
from pathlib import Path
from typing import Any

import pandas as pd

from patronage.attribution import Attribution
from patronage.attribution.deals import OPENED, Deal, Voiding
from patronage.batch.disk import write_whole
from patronage.batch.folders import write_manifest
from patronage.batch.identity import provenance
from patronage.figures.attribution import waterfall
from patronage.figures.lettering import letters_for
from patronage.figures.style import save, styled
from patronage.formats import FORMAT
from patronage.looks import the
from patronage.reports.folders import SUMMARY
from patronage.reports.json_results import number, records
from patronage.reports.words import Subject, genitive, kind_words, listed, plural, subject, upper
from patronage.scenario import Scenario

DIGITS = 3
MOST_PAIRS = 3
"""Pairs that act together of which sentences speak."""


class _Scale:
    """How values of one outcome are written: all to the same number of decimals, a truth in percentage points."""

    def __init__(self, about: Subject, largest: float) -> None:
        self.by = 100 if about.truth else 1
        self.unit = "points" if about.truth else about.unit
        size = self.by * abs(largest)
        self.places = 0 if size == 0 else max(0, min(9, DIGITS - 1 - floor(log10(size))))

    def text(self, value: float | Fraction, sign: bool = True) -> str:
        """A number; exactly 0 is written as 0."""
        if value == 0:
            return "0"
        found = f"{float(value) * self.by:{'+' if sign else ''}.{self.places}f}"
        return found.replace("-", "−")

    def between(self, low: float, high: float) -> str:
        if low == high == 0:
            return "0 in every run"
        if not pd.notna(low + high):
            return "[unknown]"
        return f"[{self.text(low)}, {self.text(high)}]"

    def adding_up(self, values: Sequence[Fraction], total: Fraction) -> list[str]:
        """The values, rounded so that what is printed adds up to the total that is printed: the largest remainders are rounded up."""
        by = self.by * 10**self.places
        floors = [floor(v * by) for v in values]
        left = int(self.rounded(total) * by) - sum(floors)
        order = sorted(range(len(values)), key=lambda i: values[i] * by - floors[i], reverse=True)
        for i in order[:left]:
            floors[i] += 1
        return [self.text(Fraction(f, by)) if f else ("0" if v == 0 else self._small()) for f, v in zip(floors, values, strict=True)]

    def rounded(self, value: Fraction) -> Fraction:
        """The value that is printed."""
        by = self.by * 10**self.places
        return Fraction(round(value * by), by)

    def _small(self) -> str:
        return f"{0:.{self.places}f}"


def subject_of(a: Attribution) -> Subject:
    """The outcome in words."""
    return subject(a.scenarios[0], a.plan.outcome.name, a.values.ravel())


def attribution_text(a: Attribution) -> str:
    """Head, table and sentences."""
    about = subject_of(a)
    scale = _Scale(about, max(abs(float(a.total)), float(a.parts["value"].abs().max())))
    written = dict(zip(a.exact, scale.adding_up(list(a.exact.values()), a.total), strict=True))
    return "\n".join([*_head(a, about, scale), "", *_table(a, scale, written), "", *_sentences(a, scale, written)])


def _head(a: Attribution, about: Subject, scale: _Scale) -> list[str]:
    runs = plural(a.plan.runs, "run") if a.used == a.plan.runs else f"the {a.used} of {a.plan.runs} runs in which it exists throughout"
    interval = scale.between(*a.change) if a.used > 1 else "[unknown: one run]"
    ends = [scale.text(v, sign=False) for v in (a.base, a.whole)]
    names = [s.name for s in a.scenarios]
    if a.plan.how == "swap":
        what = f"{names[0]} {ends[1]}, {names[1]} {ends[0]}: {scale.text(a.total)} {interval}"
        divided = f"in what the two differ, by {a.plan.over}"
    else:
        whole = names[0] if len(names) == 1 else f"{names[0]} minus {names[1]}"
        what = f"{whole}: {ends[1]}; without any of the parts {ends[0]}: {scale.text(a.total)} {interval}"
        divided = f"{a.plan.over}, switched off{' in both' if len(names) == 2 else ''}"
    n = len(a.plan.coalitions)
    drawn = f"from {len(a.plan.orders)} orders drawn ({n} coalitions)" if a.plan.orders else f"over all {n} coalitions"
    how = f"Shapley values {drawn}"
    unit = f" ({scale.unit})" if scale.unit else ""
    lines = [
        f"{about.full}{unit}",
        what,
        f"{plural(len(a.parts), 'part')} ({divided}); {how}, {runs} each with the same luck, seed {a.plan.seed}.",
    ]
    if isinstance(a.plan.game, Voiding):
        lines.append("MUSD: what there is of it in a run, gifts promised and contracts at what they are worth to their holders.")
    return lines


def _table(a: Attribution, scale: _Scale, written: Mapping[str, str]) -> list[str]:
    deals = isinstance(a.plan.game, Voiding)
    rows = [("part", "value", "95 % interval", "alone", "last", *(["MUSD"] if deals else []))]
    rows += [
        (row.part, written[row.part], scale.between(row.low, row.high), scale.text(row.alone), scale.text(row.last),
         *([f"{row.worth:.0f}"] if deals else []))
        for row in _largest_first(a.parts)
    ]  # fmt: skip
    rows.append(("sum", scale.text(scale.rounded(a.total)), *[""] * (len(rows[0]) - 2)))
    wide = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    return ["  ".join([r[0].ljust(wide[0]), *(r[i].rjust(wide[i]) for i in range(1, len(wide)))]).rstrip() for r in rows]


def part_words(a: Attribution) -> dict[str, str]:
    """Parts as sentences call them: deals by what they are, all else by its name."""
    names, game = {p: p for p in a.exact}, a.plan.game
    groups = zip(game.parts, game.groups, strict=True) if isinstance(game, Voiding) else ()
    return names | {part: deal_words(a.scenarios[0], deals[0]) for part, deals in groups if part == deals[0].name}


def deal_words(scenario: Scenario, deal: Deal) -> str:
    """Russia's grants to Kyrgyzstan; the base of the United States in Kyrgyzstan, renewed."""
    patron, client = (the(str(scenario.names.get(code, code))) for code in (deal.patron, deal.client))
    what = kind_words(deal.kind)
    if not deal.when:
        return f"{genitive(patron)} {what} to {client}"
    return f"{'opening' if deal.when == OPENED else 'renewing'} the {what} of {patron} in {client}"


def _largest_first(frame: pd.DataFrame) -> list[Any]:
    """Rows by the size of their value."""
    return list(frame.reindex(frame["value"].abs().sort_values(ascending=False, kind="stable").index).itertuples())


def _sentences(a: Attribution, scale: _Scale, written: Mapping[str, str]) -> list[str]:
    """Who is responsible for what, who for nothing, and who acts together."""
    if a.total == 0 and not a.parts["tells"].any():
        return ["There is nothing to divide: with and without the parts it is the same on average."]
    rows, words = _largest_first(a.parts), part_words(a)
    begins = {part: upper(text) if text != part else part for part, text in words.items()}
    lines = [f"{begins[r.part]}: {written[r.part]}{_part_of(r.value, float(a.total))}." for r in rows if r.tells]
    still = [r.part for r in rows if r.value == r.low == r.high == 0]
    unsure = [r.part for r in rows if not r.tells and r.part not in still]
    if unsure:
        lines.append(f"Of {listed([words[p] for p in unsure])} this sample cannot tell an effect.")
    if still:
        lines.append(f"Without any effect in these runs: {listed([words[p] for p in still])}.")
    pairs = a.interactions[(a.interactions["low"] > 0) | (a.interactions["high"] < 0)]
    lines += [
        f"{begins[row.first]} and {words[row.second]} act together: {scale.text(row.value)} {scale.between(row.low, row.high)} "
        "beyond what each adds without the other, shared between them."
        for row in _largest_first(pairs)[:MOST_PAIRS]
    ]
    return lines


def _part_of(value: float, total: float) -> str:
    if total == 0 or value / total <= 0:
        return ", against the whole" if total else ""
    return f", {100 * value / total:.0f} % of the whole"


def attribution_json(a: Attribution) -> dict[str, Any]:
    """The same for machines; numbers in the unit of the outcome, unknown ones null."""
    about = subject_of(a)
    return {
        "format": FORMAT, "kind": "attribution",
        "outcome": a.plan.outcome.name, "label": about.full, "unit": about.unit, "truth": about.truth,
        "scenarios": [s.name for s in a.scenarios], "over": a.plan.over, "how": a.plan.how, "seed": a.plan.seed, "runs": a.plan.runs,
        "used": a.used, "orders": len(a.plan.orders), "coalitions": len(a.plan.coalitions), "base": float(a.base),
        "whole": float(a.whole), "total": float(a.total), "low": number(a.change[0]), "high": number(a.change[1]),
        "parts": records(a.parts), "interactions": records(a.interactions),
    }  # fmt: skip


def attribution_to_folder(a: Attribution, folder: str | Path, command: str = "", plates: bool = True) -> Path:
    """Write what was found beside the runs it was found in: summary, tables, scenarios, figure, and the manifest last."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    files = {
        SUMMARY: attribution_text(a) + "\n",
        "attribution.json": json.dumps(attribution_json(a), indent=1, ensure_ascii=False) + "\n",
        "parts.csv": a.parts.to_csv(index=False),
        "coalitions.csv": a.coalitions.to_csv(index=False),
    }
    if len(a.interactions):
        files["interactions.csv"] = a.interactions.to_csv(index=False)
    for name, scenario in zip(("first.yaml", "second.yaml")[: len(a.scenarios)], a.scenarios, strict=True):
        files[name] = scenario.resolved()
    for name, text in files.items():
        write_whole(out / name, text.encode("utf-8"))
    if plates:
        _draw(a, out / "figures")
    write_manifest(out, {
        "kind": "attribution", **provenance(command), "scenarios": [{"name": s.name, "digest": s.digest} for s in a.scenarios],
        "outcome": a.plan.outcome.name, "over": a.plan.over, "how": a.plan.how, "seed": a.plan.seed, "runs": a.plan.runs,
    })  # fmt: skip
    return out


def _draw(a: Attribution, out: Path) -> None:
    """The waterfall, as PNG and SVG."""
    about = subject_of(a)
    scale = _Scale(about, float(a.total))
    names = [s.name for s in a.scenarios]
    swapped = a.plan.how == "swap"
    ends = (names[1], names[0]) if swapped else ("none of the parts", "all of them")
    frame = a.parts.assign(**{c: a.parts[c] * scale.by for c in ("value", "low", "high")})
    title = about.full
    what = f"{names[0]} minus {names[1]}" if len(names) == 2 else names[0]
    how = " they differ in" if swapped else ", switched off"
    note = f"{what}, by {a.plan.over}{how}; {a.used} runs a coalition, seed {a.plan.seed}."
    out.mkdir(exist_ok=True)
    with styled(letters_for([title, note])):
        drawn = waterfall(
            frame, ((ends[0], float(a.base) * scale.by), (ends[1], float(a.whole) * scale.by)), title, note,
            scale.unit if scale.unit != "points" else "% of runs",
        )  # fmt: skip
        save(drawn, out, "waterfall")


