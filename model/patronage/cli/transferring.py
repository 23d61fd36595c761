"""What `patronage calibrate --regions` does: rules learned on many regions at once, each tested with what the others taught."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from .options import read_known
from .output import INTERRUPTED, RefusalError, echo, echo_json, note, progress_bar
from .worldwide import chosen, reporter

if TYPE_CHECKING:
    from patronage.scenario import Scenario
    from patronage.transfer import TransferPlan

SOONEST = 1996
"""First year of the window in which the index is read (`hindcast.TRAINING`)."""


def planned(
    regions: str, data: Path, to: int, points: int, runs: int, most: int, only: list[str], folds: int, seed: int, scenario: Scenario
) -> TransferPlan:
    """The plan of a command line; all that is wrong with its words is said at once."""
    from patronage.scenario.problems import nearest
    from patronage.transfer import TransferPlan, origins_of, rules_of

    names, origins = chosen(regions), origins_of(to)
    allowed = [p.path for p in rules_of(scenario)]
    wrong = [
        f"--only {path}: no rule that regions share and that has a range. {nearest(path, allowed, 5)}."
        for path in only if path not in allowed
    ]  # fmt: skip
    if min(origins) < SOONEST:
        wrong.append(
            f"--to {to}: forecasts begin ten years before, and nothing is read before {SOONEST}: name {SOONEST + 10} or later"
        )
    if folds > len(names) or len(names) < 2:
        wrong.append(
            f"--folds {folds}: regions that cannot be left out in so many groups ({len(names)}): name more, or fewer groups"
        )
    if wrong:
        raise RefusalError("\n".join(wrong))
    return TransferPlan(str(data.resolve()), names, origins, to, points=points, runs=runs, most=most, only=tuple(dict.fromkeys(only)),
                        folds=folds, seed=seed)  # fmt: skip


def learn_rules(
    plan: TransferPlan, scenario: Scenario, name: str, folder: Path, workers: int, as_json: bool, dry_run: bool
) -> None:
    """Learn, test and write, going on where an earlier call stopped."""
    from patronage.batch.executors import LostError
    from patronage.batch.folders import FolderError
    from patronage.data.tables import DataError
    from patronage.hindcast.cache import files
    from patronage.reports.calibration import LAYER
    from patronage.reports.json_results import records
    from patronage.reports.transfer import summary, write_transfer
    from patronage.transfer import counted, histories, identity, rules_of, transfer

    if dry_run:
        when, rules = " and ".join(map(str, plan.origins)), len(rules_of(scenario))
        what = f"{counted(plan)} tasks, {histories(plan, rules):,} histories of at most {max(plan.horizons)} years"
        echo(f"{len(plan.regions)} regions from {when}: {what}. Nothing was simulated.")
        return
    read_known(Path(plan.data))
    read, command = files(Path(plan.data)), shlex.join(["patronage", *sys.argv[1:]])
    refuse_other(folder, identity(plan, read))
    try:
        with progress_bar(f"{len(plan.regions)} regions") as advance:
            found = transfer(plan, folder, workers, reporter(advance))
    except (DataError, FolderError) as error:
        raise RefusalError(f"{error}") from None
    except LostError as error:
        raise RefusalError(f"{error}. What is done is kept in {folder}; the same command goes on") from None
    except KeyboardInterrupt:
        note(f"\nInterrupted. What is done is kept in {folder}; the same command goes on.")
        raise typer.Exit(INTERRUPTED) from None
    if not (folder / "manifest.json").is_file():
        write_transfer(found, plan, scenario, name, folder, command, read)
    if as_json:
        rows = {"rules": records(found.table()), "regions": records(found.test), "gains": records(found.gains())}
        echo_json(
            {"folder": str(folder), "layer": str(folder / LAYER), "command": command, **rows, "better_everywhere": found.everywhere}
        )
    else:
        echo(summary(found, plan, scenario))
    note(f"Layer and tables: {folder}")


def refuse_other(folder: Path, digest: str) -> None:
    """A finished result of another plan is not overwritten."""
    import json

    held = folder / "manifest.json"
    if held.is_file() and json.loads(held.read_text("utf-8")).get("identity") != digest:
        raise RefusalError(f"{folder} holds another calibration (other data, options or version): choose another folder")
