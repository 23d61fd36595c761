"""The folder of a hindcast of the world: tables, the figure, the same summary as text, the manifest last."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from patronage.batch.folders import new_folder, sha256, write_manifest
from patronage.batch.identity import provenance
from patronage.figures.board import plates
from patronage.hindcast.regions import REGIONS
from patronage.hindcast.world import WorldPlan
from patronage.hindcast.world_text import AHEAD
from patronage.reports.hindcast import PACKAGES


def world_folder(
    plan: WorldPlan, tables: Mapping[str, pd.DataFrame], summary: str, out: Path, command: str, read: Mapping[str, str]
) -> Path:
    """Write everything into a folder that does not exist yet. `tables` by name; `read`: hashes of what was read, by name."""
    with new_folder(out) as folder:
        for name, frame in tables.items():
            frame.to_csv(folder / f"{name}.csv", index=False, float_format="%.10g")
        places(plan).to_csv(folder / "regions.csv", index=False)
        (folder / "figures").mkdir()
        plates(tables["skills"], plan.regions, [h for h in AHEAD if h in plan.horizons] or list(plan.horizons), folder / "figures")
        (folder / "summary.txt").write_text(summary + "\n", encoding="utf-8")
        manifest = {
            "kind": "hindcast of the world", "regions": list(plan.regions), "origins": list(plan.origins), "last": plan.last,
            "horizons": list(plan.horizons), "training": plan.first, "runs": plan.runs, "seed": plan.seed, "data": dict(read),
            "files": {p.name: sha256(p) for p in sorted(folder.glob("*.csv"))}, **provenance(command, PACKAGES),
        }  # fmt: skip
        write_manifest(folder, manifest)
    return out


def places(plan: WorldPlan) -> pd.DataFrame:
    """Who plays where."""
    rows = [(n, REGIONS[n].title, " ".join(REGIONS[n].clients), " ".join(REGIONS[n].patrons)) for n in plan.regions]
    return pd.DataFrame(rows, columns=["region", "title", "clients", "patrons"])
