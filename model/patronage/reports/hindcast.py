"""The folder of a hindcast: tables, figures, a report in HTML and the same summary as text, the manifest last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from patronage.batch.folders import new_folder, sha256, write_manifest
from patronage.batch.identity import provenance
from patronage.figures.hindcast import CAPTIONS, plates
from patronage.hindcast import text as words
from patronage.hindcast.baselines import BASELINES
from patronage.hindcast.hindcast import COLUMNS, Hindcast, HindcastPlan
from patronage.hindcast.summaries import SCORED
from patronage.hindcast.targets import TARGETS
from patronage.hindcast.text import NAMES, asked_of, part_of, patrons_of, skill_rows
from patronage.reports.page import _environment, pictures

PACKAGES = ("patronage", "numpy", "pandas", "scipy", "scoringrules")
TABLES = ("forecasts", "skills", "coverage", "links", "unscored")


def hindcast_folder(found: Hindcast, plan: HindcastPlan, out: Path, command: str, read: Mapping[str, str]) -> Path:
    """Write everything into a folder that does not exist yet. `read`: hashes of the tables, by name."""
    with new_folder(out) as folder:
        for name in TABLES:
            getattr(found, name).to_csv(folder / f"{name}.csv", index=False, float_format="%.10g")
        plan.observed.to_csv(folder / "observed.csv", index=False, float_format="%.10g")
        (folder / "figures").mkdir()
        drawn = plates(found.forecasts, found.skills, plan.observed, tuple(BASELINES), folder / "figures")
        (folder / "summary.txt").write_text(words.text(found, plan) + "\n", encoding="utf-8")
        facts = provenance(command, PACKAGES)
        (folder / "report.html").write_text(page(found, plan, facts, drawn), encoding="utf-8")
        manifest = {
            "kind": "hindcast", "scenario": plan.scenario.name, "digest": plan.scenario.digest, "origins": list(plan.origins),
            "last": plan.last, "horizons": list(plan.horizons), "training": plan.first, "runs": plan.runs, "seed": plan.seed,
            "data": dict(read), "files": {p.name: sha256(p) for p in sorted(folder.glob("*.csv"))}, **facts,
        }  # fmt: skip
        write_manifest(folder, manifest)
    return out


def page(found: Hindcast, plan: HindcastPlan, facts: Mapping[str, Any], drawn: list[Path]) -> str:
    """The report as one HTML file."""
    return _environment().get_template("hindcast.html.j2").render(
        title=f"Hindcasts: {plan.scenario.title or plan.scenario.name}",
        question="", plan=plan, origins=words.spans(plan.origins), sections=sections(found), links=link_rows(found),
        coverage=[(NAMES[c], words.covered(found, "fbic", c)) for c in COLUMNS], unscored=words.unscored_text(found),
        figures=pictures(drawn, CAPTIONS), facts=facts,
    )  # fmt: skip


def sections(found: Hindcast) -> list[dict[str, Any]]:
    """Skill tables: a section a target, a table a column, patron and last year scored."""
    out = []
    for target in (t for t in SCORED if t in set(found.skills["target"])):
        of, asked = TARGETS[target], asked_of(target, found.skills)
        if target == "fbic":
            asked += words.others(found.skills[found.skills["target"] == target])
        ends = sorted(set(found.skills[found.skills["target"] == target]["to"]), reverse=True)
        tables = []
        for column in COLUMNS:
            for patron in patrons_of(found.skills, target):
                for end in ends:
                    part = part_of(found.skills, target, column, patron, end)
                    rows = skill_rows(part, asked)
                    if rows:
                        tables.append({"title": f"{words.whose(patron)}, {NAMES[column]}, to {end}", "rows": rows})
        score = "Brier score" if of.kind in ("state", "event") else "CRPS"
        out.append({"title": of.doc, "name": target, "score": score, "heads": [head for head, *_ in asked], "tables": tables})
    return out


def link_rows(found: Hindcast) -> list[dict[str, Any]]:
    """The measurement model of influence by origin."""
    mine = found.links[found.links["target"] == "fbic"]
    return list(mine.sort_values(["column", "origin"], kind="stable").to_dict("records"))
