"""Sweeps: every run is the run it would be alone, and the folder is the same however it came about."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from patronage import simulate
from patronage.batch import chunks
from patronage.batch.chunks import width
from patronage.batch.folders import FolderError
from patronage.batch.sweepstore import SweepStore
from patronage.experiments import Experiment, SweepFolder, load_experiment, read_sweep, sweep
from patronage.experiments.sweeping import default_chunk

SCENARIO = """title: Six quarters
extends: two-patrons
period: {end: 2010Q2}
events:
  surplus: ~
  withdrawal: {at: 2009Q3, over: 2 quarters}
outcomes: {rent_2010: {measure: "rent(USA, KGZ)", from: 2010Q1, to: 2010Q2, reduce: mean}}
"""
EXPERIMENT = """title: A small sweep
scenario: six.yaml
uncertainties:
  need: {path: patrons.USA.need}
  start: {path: events.withdrawal.at, range: [2009Q2, 2010Q1]}
  length: {path: events.withdrawal.over, range: [1, 4]}
  dry: {path: events.drought.hazard}
  rent: {path: bases.manas.rent, values: [5, 60]}
  threat: {path: mechanisms.threat}
design: {kind: lhs, points: 9}
replications: 3
seed: 4
set: {patrons.RUS.budget: 300}
outcomes: [manas_open, russian_share, rent_2010]
series: {share: "share(RUS, KGZ)"}
"""
FINAL = ("points.parquet", "outcomes.parquet", "series.parquet", "failures.parquet", "experiment.yaml", "scenario.yaml")


def read(folder: Path, text: str = EXPERIMENT, **changes: str) -> Experiment:
    """The experiment, some texts in it replaced."""
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    folder.mkdir(exist_ok=True)
    (folder / "six.yaml").write_text(SCENARIO, encoding="utf-8")
    path = folder / "small.yaml"
    path.write_text(text, encoding="utf-8")
    return load_experiment(path)


def final(folder: str | Path) -> dict[str, bytes]:
    """Bytes of the final tables."""
    return {name: (Path(folder) / name).read_bytes() for name in FINAL if (Path(folder) / name).is_file()}


def data(folder: str | Path) -> dict[str, bytes]:
    """Bytes of the dataset."""
    root = Path(folder) / "dataset"
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*.parquet"))}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SweepFolder:
    """A finished sweep of everything, in chunks of five runs."""
    home = tmp_path_factory.mktemp("small")
    experiment = read(home, EXPERIMENT + "record: lean\n")
    return sweep(experiment, home / "out", runs_per_chunk=5)


# --- what a sweep holds ---


def test_a_sweep_has_a_row_per_run(small):
    assert small.outcomes.index.tolist() == [(p, r) for p in range(9) for r in range(3)]
    assert list(small.outcomes.columns) == ["manas_open", "russian_share", "rent_2010"]
    assert small.points.shape == (9, 6)
    assert len(small.series) == 27 * 6
    assert small.failures.empty
    assert small.damaged() == []
    assert small.experiment.name == "small"


def test_final_tables_say_where_they_come_from(small):
    found = pq.read_schema(small.path / "outcomes.parquet")
    assert found.metadata[b"digest"].decode() == small.scenario.digest
    assert found.metadata[b"seed"] == str(small.seed).encode()
    assert found.field("rent_2010").metadata[b"units"] == b"MUSD/yr"
    assert b"share" in pq.read_schema(small.path / "series.parquet").field("share").metadata[b"description"]


@pytest.mark.parametrize(("point", "run"), [(0, 0), (4, 2), (8, 1)])
def test_every_run_of_a_sweep_is_the_run_it_would_be_alone(small, point, run):
    scenario = small.scenario_at(point)
    alone = simulate(scenario, 1, small.seed, first=run)
    assert alone.outcomes.iloc[0].tolist() == small.outcomes.loc[point, run].tolist()
    share = alone.data["share"].sel(patron="RUS", client="KGZ").values[0]
    assert small.series.loc[point, run]["share"].tolist() == share.tolist()
    mine = small.ledger([point]).query("run == @run")
    theirs = alone.ledger
    assert mine[["quarter", "kind", "patron"]].astype(str).values.tolist() == (
        theirs[["quarter", "kind", "patron"]].astype(object).fillna("").astype(str).values.tolist()
    )
    influence = small.table("influence", [point], ["quarter", "patron", "share"]).query("run == @run")
    assert influence["share"].to_numpy() == pytest.approx(alone.data["share"].values[0].ravel(), rel=1e-6)


def test_points_share_their_luck_and_replications_do_not(tmp_path):
    text = EXPERIMENT.replace("{path: patrons.USA.need}", "{path: patrons.USA.need, range: [199.999999, 200]}")
    kept = "\n".join(x for x in text.splitlines() if not x.startswith(("  start", "  length", "  dry", "  rent", "  threat")))
    share = sweep(read(tmp_path, kept), tmp_path / "out").outcomes["russian_share"].unstack("run")  # an index, not columns
    assert np.ptp(share.to_numpy(), axis=0).max() < 1e-6
    assert np.ptp(share.to_numpy(), axis=1).min() > 1e-4


def test_what_was_not_recorded_is_not_there(tmp_path):
    found = sweep(read(tmp_path), tmp_path / "out")
    assert not found.has("ledger")
    with pytest.raises(KeyError, match="recorded as 'outcomes'"):
        found.ledger()


def test_a_factor_that_moves_nothing_is_named(tmp_path):
    """With one client there is nothing to concentrate on."""
    lever = "levers:\n  how: {path: patrons.RUS.strategy, values: [portfolio, sphere]}\n"
    text = EXPERIMENT.replace("uncertainties:", lever + "uncertainties:")
    found = sweep(read(tmp_path, text), tmp_path / "out")
    assert found.unmoved == ("how",)


# --- the same bytes, however ---


@pytest.mark.parametrize("size", [2, 100])
def test_tables_do_not_depend_on_how_runs_are_cut(small, tmp_path, size):
    experiment = small.experiment
    other = sweep(experiment, tmp_path / "out", runs_per_chunk=size)
    assert final(other.path) == final(small.path)


def test_it_does_not_matter_how_many_points_lie_in_memory_at_once(small, tmp_path, monkeypatch):
    begun = []
    prepare = chunks.prepare
    monkeypatch.setattr(chunks, "POINTS_AT_ONCE", 2)
    monkeypatch.setattr(chunks, "prepare", lambda *given: begun.append(len(given[3])) or prepare(*given))
    other = sweep(small.experiment, tmp_path / "out", runs_per_chunk=9)
    assert max(begun) == 2
    assert final(other.path) == final(small.path)


@pytest.mark.parametrize("workers", [1, 2, 3, 64])
@pytest.mark.parametrize("points", [1, 9, 900, 5000])
def test_runs_are_cut_so_that_all_workers_end_together(tmp_path, workers, points):
    """No chunk is larger than what fits the cache, and chunks are shared out evenly where there are runs for all."""
    experiment = read(tmp_path, EXPERIMENT.replace("points: 9", f"points: {points}"))
    size = default_chunk(experiment, workers)
    chunks = math.ceil(experiment.runs / size)
    assert 1 <= size <= width(experiment.scenario)
    assert chunks <= math.ceil(experiment.runs / width(experiment.scenario) / workers) * workers
    if experiment.runs > workers * workers:
        assert chunks % workers == 0


def test_a_sweep_goes_on_where_it_stopped(small, tmp_path, monkeypatch):
    out, kept = tmp_path / "out", []
    keep = SweepStore.keep

    def interrupted(self: SweepStore, made: Any) -> None:
        if len(kept) == 2:
            raise KeyboardInterrupt
        kept.append(made.number)
        keep(self, made)

    monkeypatch.setattr(SweepStore, "keep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sweep(small.experiment, out, runs_per_chunk=5)
    with pytest.raises(FolderError, match="not finished: give its command again"):
        read_sweep(out)
    monkeypatch.setattr(SweepStore, "keep", keep)
    before = {p: p.stat().st_mtime_ns for p in (out / "dataset").rglob("*.parquet")}
    assert len(before) > 0
    sweep(small.experiment, out, runs_per_chunk=5)
    assert {p: p.stat().st_mtime_ns for p in before} == before, "finished chunks are not made again"
    assert final(out) == final(small.path)
    assert data(out) == data(small.path)


def test_a_finished_sweep_is_left_alone(small):
    before = {p: p.stat().st_mtime_ns for p in small.path.rglob("*") if p.is_file() and p.name != ".lock"}
    sweep(small.experiment, small.path)
    assert {p: p.stat().st_mtime_ns for p in before} == before


def test_left_over_and_half_written_things_do_no_harm(small, tmp_path):
    out = tmp_path / "out"
    (out / "dataset" / ".000001.partial").mkdir(parents=True)
    (out / "dataset" / ".000001.partial" / "outcomes.parquet").write_bytes(b"half")
    (out / ".outcomes.parquet.partial").write_bytes(b"half")
    with pytest.raises(FolderError, match="holds no sweep"):
        sweep(small.experiment, out)  # a foreign dataset and no plan
    (out / "dataset").rename(tmp_path / "gone")
    found = sweep(small.experiment, out, runs_per_chunk=5)
    assert final(found.path) == final(small.path)
    assert not list(out.rglob(".*.partial"))
