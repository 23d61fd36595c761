"""Reports as one HTML file each: pictures and style inside, no script, nothing fetched from anywhere."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from patronage import figures
from patronage.looks import short_route
from patronage.reports.brief import (
    assumption_words,
    brief_figures,
    event_words,
    in_order,
    leading,
    multiplicity,
    pair_brief,
    run_brief,
)
from patronage.reports.provenance import provenance_of
from patronage.reports.summary import (
    LEAST_HELD,
    answers,
    concession_lines,
    headline_outcomes,
    level_cells,
    outcome_cells,
    pair_answers,
    pair_concessions,
    pair_shares,
    share_lines,
    subjects,
)
from patronage.reports.why import why_text
from patronage.reports.words import contract_words, interval, kind_words, number, percent, percents, signed, upper
from patronage.results.comparison import Comparison
from patronage.results.contracts import Contract, contracts_held
from patronage.results.ensemble import Statistics
from patronage.results.worth import TRUTH, least

STORY = ("stacked", "bases", "rents", "auctions", "ledger")
"""Figures told first; the others follow by phase."""
RUN_PAIR = ("stacked", "bases", "ledger")
DIFFERENCE_PAIR = ("difference-bases", "difference-shares", "difference-outcomes")
"""Figures of the brief: the first two that there are."""
MOST_TOLD = 3
"""Concessions of which it is told why they stood or fell."""
MOST_ROWS = 20
PAIR_CAPTIONS = {
    "difference-outcomes": "Paired difference of every outcome.",
    "difference-shares": "Paired difference of the shares of influence.",
    "difference-bases": "Share of runs in which the concessions stand, in both.",
    "difference-routes": "How concessions close, in both.",
    "difference-heat": "Difference of influence at the end; blank where the sample cannot tell the sign.",
}


@cache
def _environment() -> jinja2.Environment:
    env = jinja2.Environment(
        loader=jinja2.PackageLoader("patronage.reports", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {"number": number, "signed": signed, "percent": percent, "capitalise": upper}
    env.globals |= {"interval": interval, "percents": percents}
    return env


def picture(path: Path) -> str:
    """A PNG as a data address."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


def pictures(
    drawn: Sequence[Path], captions: Mapping[str, str], names: Sequence[str] | None = None
) -> list[dict[str, str]]:
    """The PNGs among `drawn` in the order of `captions`, or only those of `names`."""
    found = {p.stem: p for p in drawn if p.suffix == ".png"}
    wanted = [n for n in (captions if names is None else names) if n in found]
    return [{"name": n, "caption": captions.get(n, n), "data": picture(found[n])} for n in wanted]


def run_page(
    s: Statistics, out: Path, drawn: Sequence[Path], facts: Mapping[str, Any], assumptions: pd.DataFrame, remarks: Sequence[str] = ()
) -> None:
    """Write the report of one run. `facts`: the manifest; `assumptions`: the ranking of `screen`; `remarks`: a reader's notes."""
    captions = {p.name: p.caption for p in figures.FIGURES}
    order, grounds = [about.name for about in in_order(s)], standing(s, assumptions)
    asked = [Contract(*x.codes) for x in leading(s) if x.measure in ("base", "concession")]  # what the question is about is told first
    brief = run_brief(s, grounds["rests"], assumptions)
    page = (
        _environment()
        .get_template("run.html.j2")
        .render(
            title=s.scenario.title or s.scenario.name,
            question=s.scenario.question,
            notes=s.scenario.notes,
            period=f"{s.coords['quarter'][0]}–{s.coords['quarter'][-1]}",
            runs=s.runs,
            seed=s.ensemble.seed,
            brief=brief,
            pair=brief_figures(pictures(drawn, captions), RUN_PAIR),
            answers=answers(s, order),
            outcomes=level_cells(s, order),
            concessions=concession_lines(s),
            shares=share_lines(s),
            story=pictures(drawn, captions, STORY),
            chains=chains(s, list(dict.fromkeys([*asked, *contracts_held(s, LEAST_HELD)]))[:MOST_TOLD]),
            rest=pictures(drawn, captions, [n for n in captions if n not in STORY]),
            facts=facts,
            remarks=remarks,
            **grounds,
        )
    )
    out.write_text(page, encoding="utf-8")


def chains(s: Statistics, contracts: Sequence[Contract]) -> list[str]:
    """Why the most telling concessions stood or fell."""
    return [why_text(s, *contract) for contract in contracts]


def standing(s: Statistics, assumptions: pd.DataFrame) -> dict[str, Any]:
    """The section *What this rests on*."""
    found = provenance_of(s)
    return {
        "rests": found,
        "assumptions": [row | {"words": upper(assumption_words(s, row)), "moves": outcome_words(s, row["outcome"])}
                        for row in assumptions.head(10).to_dict("records")],
        "events": [row | {"event": upper(event_words(row["event"], row["label"]))} for row in found.events.to_dict("records")],
        "origins": [row | {"kind": kind_words(row["kind"])} for row in found.origins.to_dict("records")],
    }  # fmt: skip


def outcome_words(s: Statistics, name: str) -> str:
    """An outcome as a table calls it."""
    return next((about.full for about, _ in subjects(s) if about.name == name), name.replace("_", " "))


def in_titles(names: Sequence[str], sides: Sequence[Statistics]) -> tuple[str, str]:
    """Both scenarios by their titles, with their names only where titles are the same or lacking."""
    titles = [s.scenario.title or name for name, s in zip(names, sides, strict=True)]
    same = titles[0] == titles[1]
    first, second = (f"{t} ({n})" if same else t for t, n in zip(titles, names, strict=True))
    return first, second


def pair_page(
    a: Statistics,
    b: Statistics,
    found: Comparison,
    names: tuple[str, str],
    out: Path,
    drawn: Mapping[str, Sequence[Path]],
    facts: Mapping[str, Any],
    assumptions: pd.DataFrame,
    remarks: Sequence[str] = (),
) -> None:
    """Write the report of a comparison.

    `drawn`: figures of the pair, of the first and of the second run; `facts`, `assumptions` and `remarks` as in `run_page`.
    """
    captions = {p.name: p.caption for p in figures.FIGURES}
    moved = found.bases.assign(size=found.bases["mean"].abs()).sort_values("size", ascending=False, kind="stable")
    keys = moved[["patron", "client", "concession"]].astype(str).itertuples(index=False)
    order, grounds = [about.name for about in in_order(a)], standing(a, assumptions)
    asked = [Contract(*x.codes) for x in leading(a) if x.measure in ("base", "concession")]  # what the question is about is told first
    telling = list(dict.fromkeys([*asked, *(Contract(*key) for key in keys)]))[:MOST_TOLD]
    titles = in_titles(names, (a, b))
    quoted = (f"“{titles[0]}”", f"“{titles[1]}”")
    counted = multiplicity(found.outcomes)
    brief = pair_brief(a, found, titles, grounds["rests"], assumptions)
    page = (
        _environment()
        .get_template("compare.html.j2")
        .render(
            title=f"{titles[0]} against {'the' + titles[1][3:] if titles[1].startswith('The ') else titles[1]}",
            names=titles,
            folders=names,
            brief=brief,
            pair=brief_figures(pictures(drawn["pair"], PAIR_CAPTIONS), DIFFERENCE_PAIR),
            counted=counted.text,
            question=a.scenario.question,
            notes=a.scenario.notes,
            period=f"{a.coords['quarter'][0]}–{a.coords['quarter'][-1]}",
            runs=a.runs,
            seed=a.ensemble.seed,
            answers=pair_answers(a, found, quoted, headline_outcomes(a, found), order),
            outcomes=outcome_cells(a, found, titles, order, counted.doubtful),
            concessions=pair_concessions(a, found, quoted),
            shares=pair_shares(a, found),
            differences=pictures(drawn["pair"], PAIR_CAPTIONS),
            sides=[
                {"name": name, "story": pictures(drawn[which], captions, STORY), "chains": chains(s, telling)}
                for name, which, s in zip(titles, ("first", "second"), (a, b), strict=True)
            ],
            event_rows=event_rows(found, a, b),
            point=f"{100 * least(TRUTH):g}",
            ledger_rows=ledger_rows(a, found),
            closure_rows=closure_rows(a, found),
            facts=facts,
            remarks=remarks,
            **grounds,
        )
    )
    out.write_text(page, encoding="utf-8")


def event_rows(found: Comparison, a: Statistics, b: Statistics) -> list[dict[str, Any]]:
    """Events that happen in more or fewer runs of one of them; by their label, unless the two have another."""
    labels, others = ({e.name: e.label for e in s.scenario.events} for s in (a, b))
    known = {name: label for name, label in (others | labels).items() if others.get(name, label) == label}
    rows = found.events[(found.events["first"] - found.events["second"]).abs() >= least(TRUTH)]
    return [row | {"event": upper(event_words(row["event"], known.get(row["event"], "")))} for row in rows.to_dict("records")]


def ledger_rows(s: Statistics, found: Comparison) -> list[dict[str, Any]]:
    """Kinds of deals whose number differs most, where the sample can tell."""
    rows = found.ledger[found.ledger["tells"].astype(bool)]
    order = rows["mean"].abs().sort_values(ascending=False, kind="stable").index
    words = {"kind": kind_words, "cause": kind_words, "patron": s.label, "client": s.label}
    return [row | {k: spelt(str(row[k])) for k, spelt in words.items()} for row in rows.loc[order].head(MOST_ROWS).to_dict("records")]


def closure_rows(s: Statistics, found: Comparison) -> list[dict[str, Any]]:
    """Closures by concession and route, both scenarios side by side."""
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for r in found.closures.itertuples():
        contract = Contract(str(r.patron), str(r.client), str(r.concession))
        key = (*contract, str(r.route))
        entry = rows.setdefault(
            key,
            {
                "concession": upper(contract_words(s.scenario, *contract)),
                "route": short_route(r.route),
                "first": None,
                "second": None,
            },
        )
        entry[r.scenario] = (r.share, r.low, r.high)
    return [rows[k] for k in sorted(rows)]
