"""From an analysis to a folder: tables, figures, one HTML file, a summary, a manifest."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from patronage.answers import METHODS, Answers, Box, Case, analyse, crossing, curve
from patronage.answers.box_text import claim, conditions, value_text
from patronage.batch.folders import new_folder, sha256, write_manifest
from patronage.batch.identity import provenance
from patronage.figures import choices, drivers
from patronage.figures import conditions as drawn_conditions
from patronage.figures.lettering import Letters, letters_for
from patronage.figures.style import save, styled
from patronage.reports import findings
from patronage.reports.drivers import among
from patronage.reports.folders import FIGURES, REPORT, SUMMARY
from patronage.reports.page import _environment, pictures
from patronage.reports.words import interval, number, percent
from patronage.runs.run import Progress

CAPTIONS = {
    "settings": "Outcomes by lever setting, over all futures and runs in which they exist.",
    "sobol": "Sobol indices of the point means: alone (S1) and with everything a factor interacts with (ST).",
    "morris": "Morris effects of the point means, per whole range of a factor; of words from the first listed to the last.",
    "over-time": "The same, quarter by quarter.",
    "scores": "Feature scores: how much each factor helps extra-trees to tell an outcome, in shares of 1.",
    "boxes": "Conditions found by PRIM on the ranges of their factors, and the peeling that led to them.",
    "leaves": "CART: every leaf as wide as its share of the points, as high as its density.",
    "tipping": "Where an outcome comes to hold in half of the runs, all other factors as in the sample.",
    "regret": "Regret over futures, and in how many futures a setting is good enough.",
    "paired": "Paired differences between lever settings.",
}
MOST_ROWS = 40
MOST_CURVES = 9


def answers_to_folder(
    case: Case,
    out: str | Path,
    *,
    title: str,
    question: str = "",
    outcomes: Iterable[str] = (),
    methods: Iterable[str] = (),
    facts: Mapping[str, Any] | None = None,
    plates: bool = True,
    progress: Progress | None = None,
) -> Answers:
    """Analyse and write report.html, figures/, tables/ (CSV), summary.txt and manifest.json into a new folder.

    `facts`: what the report says of where the data come from (command, seed, notes). Raises as `analyse`, and FileExistsError.
    """
    found = analyse(case, outcomes, methods, progress)
    with new_folder(out) as folder:
        tables = write_tables(found, folder / "tables")
        drawn = plot_answers(found, folder / FIGURES, title) if plates else []
        origin = {**provenance(shlex.join(["patronage", "analyse", "."])), **(facts or {})}
        (folder / SUMMARY).write_text(findings.text(found, title, question) + "\n", encoding="utf-8")
        (folder / REPORT).write_text(page(found, title, question, drawn, origin), encoding="utf-8")
        write_manifest(
            folder,
            {
                "kind": "analysis",
                **origin,
                "methods": list(found.methods),
                "outcomes": list(found.outcomes),
                "silent": [{"method": m, "about": o, "why": w} for (m, o), w in found.silent.items()],
                "tables": {name: {"file": f"tables/{name}.csv", "sha256": sha256(p)} for name, p in tables.items()},
            },
        )
    return found


def write_tables(a: Answers, folder: Path) -> dict[str, Path]:
    """Every table as CSV, outcomes below each other."""
    folder.mkdir(parents=True)
    out = {}
    for name, frame in frames_of(a).items():
        out[name] = folder / f"{name}.csv"
        frame.to_csv(out[name], index=False, float_format="%.9g")
    return out


def frames_of(a: Answers) -> dict[str, pd.DataFrame]:
    """Every table that says something, by name, outcomes below each other."""
    frames = {"points": a.by_point, "settings": a.by_setting, "factors": a.idle}
    for name in ("sobol", "sobol_over_time", "morris", "morris_over_time", "scores", "shapley", "regret", "paired", "tipping"):
        frames[name] = _stacked(getattr(a, name))
    for rivals, role in ((a.theories, "theory"), (a.scenarios, "scenario")):
        for name in ("shares", "by_theory", "telling", "effects", "against"):
            found_of = {o: getattr(t, name) for o, t in rivals.items() if getattr(t, name) is not None}
            frames[f"{role}_{name.replace('by_theory', role)}"] = _stacked(found_of)
    for name in ("prim", "cart"):
        found: dict[str, list[Box]] = getattr(a, name)
        frames[name] = pd.DataFrame([_box_row(a, o, b) for o, boxes in found.items() for b in boxes])
    return {name: frame for name, frame in frames.items() if frame is not None and len(frame)}


def _stacked(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    parts = [t.assign(outcome=name) for name, t in tables.items()]
    return pd.concat(parts, ignore_index=True) if parts else None


def _box_row(a: Answers, outcome: str, box: Box) -> dict[str, Any]:
    held = box.held_out or (np.nan, np.nan)
    return {
        "outcome": outcome, "counts": claim(a.case.aim(outcome)), "conditions": conditions(box.limits, a.case.variables),
        "coverage": box.coverage, "density": box.density, "mass": box.mass, "base": box.base,
        "held_out_coverage": held[0], "held_out_density": held[1],
    }  # fmt: skip


def plot_answers(a: Answers, out: str | Path, title: str) -> list[Path]:
    """Draw what the analysis found as PNG and SVG; figures with nothing to show are left out."""
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    letters = letters_for([title, *labels_of(a.case).values()])
    a = replace(a, case=_respelt(a.case, letters))
    labels = labels_of(a.case)
    note = f"{letters.spell(title)}; {len(a.case.points)} points, {len(a.case.outcomes)} runs.{_somewhere(a)}"
    paths: list[Path] = []
    with styled(letters):
        for name, figure in _figures(a, labels, note).items():
            if figure is not None:
                paths += save(figure, folder, name)
    return paths


def _somewhere(a: Answers) -> str:
    """Outcomes that do not exist in every run, and in how many they do."""
    counts = {n: len(a.case.known(n)) for n in a.outcomes}
    some = [f"{n.replace('_', ' ')} in {k}" for n, k in counts.items() if k < len(a.case.outcomes)]
    return f" Not in all of them: {', '.join(some)}." if some else ""


def _figures(a: Answers, labels: Mapping[str, str], note: str) -> dict[str, Any]:
    case = a.case
    over = a.sobol_over_time or a.morris_over_time
    settings = crossing(case).settings if a.regret or a.paired else pd.DataFrame()
    names = findings.setting_names(case, settings) if len(settings) else []
    compared = next(iter(a.paired.values()), pd.DataFrame({"first": [], "second": []}))
    pairs = [
        findings.pair_name(case, settings, i, j) for i, j in zip(compared["first"], compared["second"], strict=True)
    ]
    by = {} if a.by_setting is None else dict(tuple(a.by_setting.groupby("outcome", sort=False)))
    by_names = findings.setting_names(case, next(iter(by.values()))) if by and case.levers else []
    return {
        "settings": choices.settings_figure(by, by_names, labels, note),
        "sobol": drivers.sobol(a.sobol, labels, note),
        "morris": drivers.morris(a.morris, labels, note),
        "over-time": drivers.over_time(over, "ST" if a.sobol_over_time else "mu_star", labels, note),
        "scores": drivers.scores(a.scores, labels, note),
        "boxes": drawn_conditions.boxes(_drawn_boxes(a), note),
        "leaves": drawn_conditions.leaves(
            {claim(case.aim(o)): [("", b.mass, b.density) for b in boxes] for o, boxes in a.cart.items()}, note
        ),
        "tipping": drawn_conditions.tipping(_curves(a), note),
        "regret": choices.regret(a.regret, names, labels, note),
        "paired": choices.paired(a.paired, pairs, labels, note),
    }


def _respelt(case: Case, letters: Letters) -> Case:
    """The same case with labels that can be drawn, or none."""
    return replace(
        case,
        variables=tuple(replace(v, label=letters.name(v.label)) for v in case.variables),
        aims=tuple(replace(x, label=letters.name(x.label)) for x in case.aims),
        measures={name: letters.spell(label) for name, label in case.measures.items()},
    )


def labels_of(case: Case) -> dict[str, str]:
    """Names of outcomes, factors and measures in words; of an outcome also in how many runs it exists, if not in all."""
    some = {x.name: among(case, x.name) for x in case.aims}
    outcomes = {x.name: x.title + (f" ({some[x.name]})" if some[x.name] else "") for x in case.aims}
    return {**dict(case.measures), **{v.name: v.title for v in case.variables}, **outcomes}


def _drawn_boxes(a: Answers) -> list[drawn_conditions.DrawnBox]:
    out = []
    for name, boxes in a.prim.items():
        for i, box in enumerate(boxes):
            bars = []
            for factor, limit in box.limits.items():
                v = a.case.variable(factor)
                text = conditions({factor: limit}, a.case.variables).removeprefix(f"{v.title} ").removeprefix("is ")
                if v.choice:
                    places = [v.values.index(w) for w in limit]
                    size = len(v.values)
                    low, high = min(places) / size, (max(places) + 1) / size
                else:
                    low, high = ((np.clip(float(x), v.low, v.high) - v.low) / ((v.high - v.low) or 1) for x in limit)
                bars.append(drawn_conditions.Bar(v.title, low, high, text))
            title = claim(a.case.aim(name)) + (f" ({i + 1})" if len(boxes) > 1 else "")
            out.append(drawn_conditions.DrawnBox(title, tuple(bars), box.coverage, box.density, box.base, box.trail))
    return out


def _curves(a: Answers) -> list[drawn_conditions.Curve]:
    """Curves that cross one half, steepest first."""
    found: list[tuple[float, int, drawn_conditions.Curve]] = []
    for name, table in a.tipping.items():
        aim = a.case.aim(name)
        for r in table[table["tells"].astype(bool)].itertuples():
            v = a.case.variable(r.variable)
            text = value_text(v, r.at) + ("" if np.isnan(r.low) else f" {findings.tip_interval(v, r.low, r.high)}")
            one = drawn_conditions.Curve(
                claim(aim), v.title, curve(a.case, aim, v), r.at, r.low, r.high, text, v.quarter
            )
            found.append((-abs(r.end - r.start), len(found), one))
    return [c for _, _, c in sorted(found, key=lambda t: t[:2])][:MOST_CURVES]


def page(a: Answers, title: str, question: str, drawn: list[Path], facts: Mapping[str, Any]) -> str:
    """The report: one HTML file with everything inside."""
    labels = labels_of(a.case)
    return (
        _environment()
        .get_template("answers.html.j2")
        .render(
            title=title,
            question=question,
            points=len(a.case.points),
            total=len(a.case.outcomes),
            seed=facts.get("seed", "unknown"),
            general=findings.general(a),
            sections=[(a.case.aim(n).title, findings.about(a, n)) for n in a.outcomes],
            figures=pictures(drawn, CAPTIONS),
            boxes=[_box_row(a, o, b) | {"outcome": labels[o], "method": b.method, "letter": chr(ord("a") + i)}
                   for store in (a.prim, a.cart) for o, boxes in store.items() for i, b in enumerate(boxes)],
            tables=[(name, grid) for name, grid in _grids(a, labels) if len(grid) > 1],
            factors=[_factor_row(a, v.name) for v in a.case.variables],
            silent=[(m, labels.get(o, o), why) for (m, o), why in a.silent.items()],
            methods=[(m, METHODS[m]) for m in a.methods],
            facts=facts,
        )
    )  # fmt: skip


def _factor_row(a: Answers, name: str) -> dict[str, Any]:
    v = a.case.variable(name)
    span = ", ".join(map(str, v.values)) if v.choice else f"{value_text(v, v.low)} to {value_text(v, v.high)}"
    moved: list[str] = []
    if a.idle is not None:
        rows = a.idle[(a.idle["variable"] == name) & (a.idle["moves"] == "yes")]
        moved = [a.case.aim(o).title for o in rows["outcome"]]
    return {"title": v.title, "name": v.name, "role": v.role, "span": span, "moves": moved}


def _grids(a: Answers, labels: Mapping[str, str]) -> list[tuple[str, list[list[str]]]]:
    """Tables of the report as texts, the head first."""
    n = number

    def index(tables: Mapping[str, pd.DataFrame], columns: tuple[str, ...]) -> list[list[str]]:
        rows = [["outcome", "factor", *columns]]
        for outcome, table in tables.items():
            order = table.sort_values(columns[-1] if columns[-1] in ("ST", "mu_star") else columns[0], ascending=False)
            for r in order.head(8).to_dict("records"):
                if np.isfinite(r[columns[0]]):
                    cells = [
                        f"{n(r[c], 2)} {interval(r[f'{c}_low'], r[f'{c}_high'], 2)}" if f"{c}_low" in r else n(r[c], 2)
                        for c in columns
                    ]  # fmt: skip
                    rows.append([labels[outcome], labels.get(r["variable"], r["variable"]), *cells])
        return rows

    out = [
        ("Sobol indices", index(a.sobol, ("S1", "ST"))),
        ("Morris effects", index(a.morris, ("mu", "sigma", "mu_star"))),
        ("Feature scores", index(a.scores, ("score",))),
        ("Shapley effects", index(a.shapley, ("share",))),
    ]
    if a.by_setting is not None and a.case.levers:
        names = findings.setting_names(a.case, a.by_setting)
        keys = ["runs", "values", "mean", "p05", "p50", "p95"]
        body = [[labels[r["outcome"]], s, *(n(float(r[k])) for k in keys)]
                for s, r in zip(names, a.by_setting.to_dict("records"), strict=True)]  # fmt: skip
        out.append(("Outcomes by setting", [["outcome", "setting", *keys], *body[:MOST_ROWS]]))
    rows = [["outcome", "setting", "mean", "regret", "largest", "best in", "good enough in"]]
    for outcome, table in a.regret.items():
        for s, r in zip(findings.setting_names(a.case, table), table.to_dict("records"), strict=True):
            span = interval(r["regret_low"], r["regret_high"]) if np.isfinite(r["regret_low"]) else ""
            rows.append([labels[outcome], s, n(r["mean"]), f"{n(r['regret'])} {span}", n(r["regret_max"]),
                         percent(r["best"]), percent(r["satisfices"])])  # fmt: skip
    out.append(("Regret and satisficing over futures", rows[: MOST_ROWS + 1]))
    return out
