"""Reports as one HTML file each: pictures and style inside, no script, nothing fetched from anywhere."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from patronage.figures import FIGURES
from patronage.looks import short_route
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
)
from patronage.reports.why import why_text
from patronage.reports.words import contract_words, interval, number, percent, percents, signed, upper
from patronage.results.comparison import Comparison
from patronage.results.contracts import Contract, contracts_held
from patronage.results.ensemble import Statistics
from patronage.results.worth import TRUTH, least

STORY = ("stacked", "bases", "rents", "auctions", "ledger")
"""Figures told first; the others follow by phase."""
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
    env.filters |= {"number": number, "signed": signed, "percent": percent}
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
    s: Statistics, out: Path, drawn: Sequence[Path], facts: Mapping[str, Any], assumptions: pd.DataFrame
) -> None:
    """Write the report of one run. `facts`: the manifest; `assumptions`: the ranking of `screen`."""
    captions = {p.name: p.caption for p in FIGURES}
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
            answers=answers(s),
            outcomes=level_cells(s),
            concessions=concession_lines(s),
            shares=share_lines(s),
            story=pictures(drawn, captions, STORY),
            chains=chains(s, contracts_held(s, LEAST_HELD)[:MOST_TOLD]),
            rest=pictures(drawn, captions, [n for n in captions if n not in STORY]),
            facts=facts,
            **standing(s, assumptions),
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
        "assumptions": assumptions.head(10).to_dict("records"),
        "events": found.events.to_dict("records"),
        "origins": found.origins.to_dict("records"),
    }


def pair_page(
    a: Statistics,
    b: Statistics,
    found: Comparison,
    names: tuple[str, str],
    out: Path,
    drawn: Mapping[str, Sequence[Path]],
    facts: Mapping[str, Any],
    assumptions: pd.DataFrame,
) -> None:
    """Write the report of a comparison. `drawn`: figures of the pair, of the first and of the second run."""
    captions = {p.name: p.caption for p in FIGURES}
    moved = found.bases.assign(size=found.bases["mean"].abs()).sort_values("size", ascending=False, kind="stable")
    keys = moved[["patron", "client", "concession"]].astype(str).itertuples(index=False)
    telling = list(dict.fromkeys(Contract(*key) for key in keys))[:MOST_TOLD]
    page = (
        _environment()
        .get_template("compare.html.j2")
        .render(
            title=f"{names[0]} against {names[1]}",
            names=names,
            titles=[x.scenario.title or x.scenario.name for x in (a, b)],
            question=a.scenario.question,
            notes=a.scenario.notes,
            period=f"{a.coords['quarter'][0]}–{a.coords['quarter'][-1]}",
            runs=a.runs,
            seed=a.ensemble.seed,
            answers=pair_answers(a, found, names, headline_outcomes(a, found)),
            outcomes=outcome_cells(a, found, names),
            concessions=pair_concessions(a, found, names),
            shares=pair_shares(a, found),
            differences=pictures(drawn["pair"], PAIR_CAPTIONS),
            sides=[
                {"name": name, "story": pictures(drawn[which], captions, STORY), "chains": chains(s, telling)}
                for name, which, s in zip(names, ("first", "second"), (a, b), strict=True)
            ],
            event_rows=found.events[(found.events["first"] - found.events["second"]).abs() >= least(TRUTH)].to_dict(
                "records"
            ),
            point=f"{100 * least(TRUTH):g}",
            ledger_rows=ledger_rows(found),
            closure_rows=closure_rows(a, found),
            facts=facts,
            **standing(a, assumptions),
        )
    )
    out.write_text(page, encoding="utf-8")


def ledger_rows(found: Comparison) -> list[dict[str, Any]]:
    """Kinds of deals whose number differs most, where the sample can tell."""
    rows = found.ledger[found.ledger["tells"].astype(bool)]
    order = rows["mean"].abs().sort_values(ascending=False, kind="stable").index
    return list(rows.loc[order].head(MOST_ROWS).to_dict("records"))


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
