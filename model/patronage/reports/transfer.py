"""What rules learned from many regions leave in their folder: the layer, tables, a summary, the manifest last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from patronage.batch.disk import write_whole
from patronage.batch.folders import MANIFEST, sha256, write_manifest
from patronage.batch.identity import provenance
from patronage.calibration.layer import BASE, extended, layer
from patronage.hindcast.regions import REGIONS
from patronage.reports.calibration import LAYER
from patronage.reports.folders import SUMMARY
from patronage.reports.words import number
from patronage.scenario import Scenario
from patronage.transfer import Learned, TransferPlan, identity
from patronage.transfer.learning import GROUPS, WHOLE

NARROWED = {"well": "Told by the regions", "somewhat": "Told somewhat", "not": "Not told"}


def write_transfer(
    found: Learned, plan: TransferPlan, scenario: Scenario, name: str, folder: Path, command: str, read: Mapping[str, str]
) -> None:
    """Write everything beside what is kept of the work. `name`: what the scenario is called that the layer extends."""
    digest = identity(plan, read)
    write_whole(
        folder / LAYER, layer(scenario, name, found.rules, found.quantiles(), plan.last, simulations(plan), digest).encode()
    )
    if extended(name) == BASE:
        write_whole(folder / BASE, scenario.resolved().encode())
    frames = {"parameters": found.table(), "regions": found.test, "gains": found.gains(), "points": points(found)}
    for table, frame in frames.items():
        write_whole(folder / f"{table}.csv", frame.to_csv(index=False, float_format="%.7g", lineterminator="\n").encode())
    write_whole(folder / SUMMARY, (summary(found, plan, scenario) + "\n").encode())
    files = [LAYER, SUMMARY, *(f"{t}.csv" for t in frames)]
    (folder / ".manifest").mkdir(exist_ok=True)
    write_manifest(folder / ".manifest", {
        "kind": "rules learned from regions", "identity": digest, "regions": list(plan.regions), "origins": list(plan.origins),
        "last": plan.last, "points": plan.points, "runs": plan.runs, "seed": plan.seed, "data": dict(read),
        "files": {f: sha256(folder / f) for f in files}, **provenance(command),
    })  # fmt: skip
    (folder / ".manifest" / MANIFEST).replace(folder / MANIFEST)
    (folder / ".manifest").rmdir()


def simulations(plan: TransferPlan) -> int:
    """Histories through the ranges, all regions and origins together."""
    return plan.points * plan.runs * len(plan.regions) * len(plan.origins)


def points(found: Learned) -> pd.DataFrame:
    """A row a point: rules, loss, weight; the first is the rules as they stand."""
    frame = pd.DataFrame(found.values, columns=[p.path for p in found.rules])
    return frame.assign(loss=found.losses, weight=found.weight)


def summary(found: Learned, plan: TransferPlan, scenario: Scenario) -> str:
    """What was learned and how it does elsewhere, as plain text."""
    origins = " and ".join(map(str, plan.origins))
    where = f"{len(plan.regions)} regions, origins {origins}, values to {plan.last}"
    head = f"Rules learned from {where}; a layer over {scenario.title}, seed {plan.seed}"
    return "\n".join(
        [head, "", *(f"- {text}" for text in general(found, plan)), "", *grid(rules(found)), "", *grid(regions(found))]
    )


def general(found: Learned, plan: TransferPlan) -> list[str]:
    """The findings in sentences."""
    table = found.table()
    out = [
        f"{found.dyads} measured dyads; {plan.folds} groups of neighbouring regions, each tested with what others taught."
    ]
    by = {word: list(table.loc[table["told"] == word, "path"]) for word in NARROWED}
    out += [f"{NARROWED[word]}: {', '.join(paths)}." for word, paths in by.items() if paths]
    least = f"at no point is the loss below {found.losses.min():.3f} (1: the model adds nothing)"
    out.append(f"As if {found.effective:.0f} of {plan.points} points carried the weight; {least}.")
    for r in found.gains().to_dict("records"):
        what = "Gain over the rules as they stand" if r["of"] == WHOLE else f"of it {r['of']}"
        out.append(
            f"{what}: {r['gain']:+.3f} [{r['low']:+.3f}, {r['high']:+.3f}], better in {r['better']} of {r['regions']} regions."
        )
    wins = (
        "does better in every region"
        if found.everywhere
        else "does not do better everywhere: it stays a layer, and the defaults stay"
    )
    return [*out, f"What was learned elsewhere {wins}."]


def rules(found: Learned) -> list[list[str]]:
    """Rules as rows of text, the head first."""

    def ends(low: float, high: float) -> str:
        return f"{number(low, 3)} to {number(high, 3)}"

    return [["rule", "prior", "stood", "median", "90 %", "width", "told", "medians, a group left out"]] + [
        [r["path"], ends(r["low"], r["high"]), number(r["value"], 3), number(r["median"], 3), ends(r["p05"], r["p95"]),
         f"{r['width']:.2f}", r["told"], ends(r["least_median"], r["most_median"])]
        for r in found.table().to_dict("records")
    ]  # fmt: skip


def regions(found: Learned) -> list[list[str]]:
    """Regions as rows of text: loss as rules stand, with what was learned elsewhere, gain, and gain of each group of targets."""
    rows = [["region", "group", "dyads", "stood", "learned", "gain", *GROUPS]]
    for region in found.folds:
        mine = found.test[found.test["region"] == region].set_index("of")
        whole = mine.loc[WHOLE]
        parts = [f"{mine.loc[g, 'gain']:+.3f}" if g in mine.index else "" for g in GROUPS]
        losses = [f"{whole['stood']:.3f}", f"{whole['learned']:.3f}", f"{whole['gain']:+.3f}"]
        rows.append([REGIONS[region].title, str(whole["fold"] + 1), str(whole["dyads"]), *losses, *parts])
    return rows


def grid(rows: list[list[str]]) -> list[str]:
    """Rows of text in columns."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths, strict=True))) for r in rows]
    return [line.rstrip() for line in lines]
