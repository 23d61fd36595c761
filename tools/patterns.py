"""Writes the tables of docs/patterns.md: `python -m tools.patterns docs/patterns.md [FOLDER ...]`.

FOLDER is what `patronage verify --out FOLDER` (plain, with --fragility, or with --ablations) has written: its tables become
those that come with the package. Without one the page is written again from the tables there are.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from patronage.patterns import ablations
from patronage.patterns.central_asia import PATTERNS
from patronage.patterns.central_asia_tuning import WHY
from patronage.patterns.claims import Verdict
from patronage.patterns.fragility import FRAGILE, SAMPLE, part_name, shares
from patronage.patterns.shipped import MEASURED, NAMES, MeasuredTable, read_table
from patronage.patterns.verify import by_tag, headline_of


def patterns_table(table: MeasuredTable) -> str:
    """A row a pattern: claims, verdict, tag, share of draws."""
    held, rows = shares(), table.rows
    out = [
        "| # | pattern | measured [95 %] (criterion): verdict | verdict | tag | holds in |",
        "|--:|---|---|---|---|--:|",
    ]
    holding = set()
    for p in PATTERNS:
        mine = rows[rows["pattern"] == p.number]
        verdict = pattern_verdict(mine)
        if verdict == Verdict.holds.value:
            holding.add(p.number)
        claims = [_claim(row) for row in mine.itertuples()]
        fragile = p.number in held and held[p.number] < FRAGILE
        draws = f"{held[p.number] * 100:.0f} % of draws" if p.number in held else ""
        tag = f"{p.tag.value}{', not observed' if p.imagined else ''}{', *fragile*' if fragile else ''}"
        fact = f" ({p.fact})" if p.fact else ""
        out.append(f"| {p.number} | {p.title}{fact} | {'<br>'.join(claims)} | **{verdict}** | {tag} | {draws} |")
    made = f"{table.origin.runs} runs an ensemble, seed {table.origin.seed}"
    head = f"**{headline_of(holding, PATTERNS)}** ({made}). Hold: {by_tag(holding, PATTERNS)}."
    return "\n".join([head, "", *out, "", *reasons()])


def reasons() -> list[str]:
    """What each tag rests on."""
    return ["| # | tag | because |", "|--:|---|---|", *(f"| {p.number} | {p.tag.value} | {WHY[p.number]} |" for p in PATTERNS)]


def pattern_verdict(rows: pd.DataFrame) -> str:
    """What the recorded claims of a pattern say together."""
    found = set(rows["verdict"]) - {Verdict.reported.value}
    if Verdict.fails.value in found:
        return Verdict.fails.value
    return Verdict.holds.value if found == {Verdict.holds.value} else Verdict.undecided.value


def _claim(row: object) -> str:
    claim, measured, criterion, verdict = (str(getattr(row, n)) for n in ("claim", "measured", "criterion", "verdict"))
    said = "" if verdict == Verdict.reported.value else f" ({criterion}): {verdict}"
    return f"{claim}: {measured}{said}"


def fragility_table(table: MeasuredTable) -> str:
    """A row a pattern: share of draws, and of each claim."""
    o = table.origin
    number = f"{o.draws} draws" if o.draws == o.planned else f"The first {o.draws} of {o.planned} draws"
    head = f"{number}, {o.runs} runs each, seed {o.seed}."
    out = [
        head,
        "",
        "| # | pattern | holds in [95 %] | its claims: holds in; 5, 50, 95 % of draws |",
        "|--:|---|---|---|",
    ]
    for p in PATTERNS:
        mine = table.rows[table.rows["pattern"] == p.number]
        whole = mine[mine["claim"] == "all"].iloc[0]
        share = f"{whole['share'] * 100:.0f} % [{whole['low'] * 100:.0f}, {whole['high'] * 100:.0f}]"
        label = ", *fragile*" if whole["share"] < FRAGILE else ""
        claims = []
        for row in mine[mine["claim"] != "all"].itertuples():
            claim = p.claim(str(row.claim))
            spread = ", ".join(claim.written(float(getattr(row, q)), unit=False) for q in ("p05", "p50", "p95"))
            claims.append(f"{claim.name}: {float(row.share) * 100:.0f} %; {spread}{claim.form.unit}")
        out.append(f"| {p.number} | {p.title} | {share}{label} | {'<br>'.join(claims)} |")
    return "\n".join(out)


def ablations_table(table: MeasuredTable) -> str:
    """A row a mechanism: what breaks, what is mended, what moves most."""
    rows, said = table.rows, ablations.mechanisms()
    head = f"{table.origin.runs} runs an ensemble, seed {table.origin.seed}, the same luck with and without."
    out = [
        head,
        "",
        "| without | which | breaks | mends | moves most (pattern, claim: with → without) |",
        "|---|---|---|---|---|",
    ]
    for mechanism in dict.fromkeys(rows["mechanism"]):
        lost, won = ablations.broken(rows, mechanism), ablations.mended(rows, mechanism)
        moved = ablations.most_moved(rows, mechanism)
        cells = (
            _numbers(lost),
            _numbers(won),
            "<br>".join(ablations.sentence(r) for _, r in moved.iterrows()) or "nothing beyond luck",
        )
        out.append(f"| `{mechanism}` | {said.get(mechanism, '')} | {' | '.join(cells)} |")
    return "\n".join(out)


def _numbers(rows: pd.DataFrame) -> str:
    return ", ".join(str(n) for n in sorted(set(rows["pattern"]))) or "–"


SECTIONS: dict[str, Callable[[MeasuredTable], str]] = {
    "patterns": patterns_table,
    "fragility": fragility_table,
    "ablations": ablations_table,
}


def written(page: str) -> str:
    """A page with its generated sections written from the tables that come with the package."""
    for name, section in SECTIONS.items():
        table = read_table(name)
        if table is None:
            continue
        mark = re.compile(rf"(<!-- {name}: written [^>]*-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        body = section(table)
        found = mark.search(page)
        if found is None:
            raise ValueError(f"the page has no section {name!r} to write")
        page = f"{page[: found.end(1)]}\n{body}\n\n{page[found.start(2) :]}"
    return page


def install(folder: Path) -> None:
    """Make the tables of a folder those that come with the package."""
    for name in NAMES:
        if (folder / f"{name}.csv").is_file():
            for kind in ("csv", "json"):
                shutil.copyfile(folder / f"{name}.{kind}", MEASURED / f"{name}.{kind}")
    first = folder / part_name(0)
    if first.is_file():
        rows = pd.read_csv(first)
        sample = rows[rows["draw"] < SAMPLE]
        sample.to_csv(MEASURED / "sample.csv", index=False, lineterminator="\n", float_format="%.9g")


def main(page: str, *folders: str) -> None:
    """Install tables and write the page."""
    for folder in folders:
        install(Path(folder))
    path = Path(page)
    path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
