"""Sweeps that are not finished are analysed as far as they go, saying so; a damaged one is refused in a line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from patronage.cli.app import app
from patronage.experiments import SweepFolder, UnfinishedSweep, read_any, sweep
from patronage.experiments.unfinished import ranges
from patronage.reports.sweeps import analyse_sweep, case_of_sweep
from test_sweep_chaos import flip
from test_sweep_damage import ENDED, INTERRUPTED, copied
from test_sweeps import EXPERIMENT, read

pytest.importorskip("SALib")


def made(home: Path, design: str, record: str = "") -> SweepFolder:
    """A finished sweep of three factors, two replications, in chunks of eight runs."""
    kept = [
        x
        for x in EXPERIMENT.splitlines()
        if not x.startswith(("  start", "  length", "  rent", "design", "replications"))
    ]
    text = "\n".join([*kept, f"design: {design}", "replications: 2", record]) + "\n"
    return sweep(read(home, text), home / "out", runs_per_chunk=8)


def part(whole: SweepFolder, out: Path, keep: set[int]) -> Path:
    """The same before its end, with these chunks."""
    copied(whole, out, INTERRUPTED)
    for chunk in sorted((out / "dataset").glob("0*")):
        if int(chunk.name) not in keep:
            shutil.rmtree(chunk)
    return out


def analysed(folder: Path, *words: str) -> Any:
    return CliRunner().invoke(app, ["analyse", str(folder), "--no-figures", *words])


@pytest.fixture(scope="module")
def hypercube(tmp_path_factory: pytest.TempPathFactory) -> SweepFolder:
    return made(tmp_path_factory.mktemp("lhs"), "{kind: lhs, points: 30}")


def test_what_is_there_is_read_and_told(hypercube, tmp_path):
    out = part(hypercube, tmp_path / "out", {0, 1, 2, 4, 5, 6})
    half = read_any(out)
    assert isinstance(half, UnfinishedSweep)
    there = list(range(24))
    assert half.read == there
    wanted = hypercube.outcomes[hypercube.outcomes.index.get_level_values("point").isin(there)]
    assert half.outcomes.equals(wanted), "the runs are those of the finished sweep"
    series = hypercube.series
    assert half.series.equals(series[series.index.get_level_values("point").isin(there)])
    told = analysed(out)
    assert told.exit_code == 0, told.stderr
    one_line = " ".join(told.stdout.split())
    assert "The sweep is not finished: 48 of 60 runs are there. Of 30 points 24 are read here" in one_line
    assert "not there, or not wholly: 24 to 29." in one_line
    assert "failed" not in one_line, "what is missing has not failed"
    assert "every factor moves" not in one_line, "nobody has tried yet"
    manifest = json.loads((out / "analysis" / "manifest.json").read_text("utf-8"))
    assert manifest["unfinished"] == {
        "runs": 48, "runs_planned": 60, "points": 30, "points_read": 24, "points_missing": [24, 25, 26, 27, 28, 29]
    }  # fmt: skip
    shutil.rmtree(out / "analysis")
    assert sweep(hypercube.experiment, out).outcomes.equals(hypercube.outcomes), "and it goes on"


def test_points_with_some_of_their_runs_are_left_out(hypercube, tmp_path):
    """The first replication of all points comes before the second: chunks 0 to 5, then 6 to 11."""
    fine = sweep(hypercube.experiment, tmp_path / "fine", runs_per_chunk=5)
    half = read_any(part(fine, tmp_path / "out", {0, 2, 6}))
    assert half.read == [*range(5), *range(10, 15)], "with one run each"
    assert half.manifest["runs"] == 15
    assert (half.outcomes.groupby("point").size() == 1).all()
    assert not half.depth


def test_an_interrupted_sweep_is_a_look_at_the_whole(hypercube, tmp_path):
    fine = sweep(hypercube.experiment, tmp_path / "fine", runs_per_chunk=5)
    half = read_any(part(fine, tmp_path / "out", {*range(6), 7}))
    assert half.read == list(range(30))
    assert (half.outcomes.groupby("point").size() == 1).all()
    one_line = " ".join(analysed(half.path).stdout.split())
    assert "35 of 60 runs are there. All 30 points are read here, with the first 1 of 2 runs of each." in one_line


@pytest.mark.parametrize("name", ["outcomes.parquet", "seal.json"])
def test_damaged_chunks_are_not_read_and_named(hypercube, tmp_path, name):
    out = part(hypercube, tmp_path / "out", set(range(8)))
    flip(out / "dataset" / "000002" / name, 5)
    told = analysed(out)
    assert told.exit_code == 0, told.stderr
    assert "52 of 60 runs" in told.stdout
    assert "Damaged and not read: 000002 in dataset" in " ".join(told.stdout.split())


@pytest.mark.parametrize(("design", "block", "what"), [
    ("{kind: sobol, points: 16}", 5, "base samples"), ("{kind: morris, trajectories: 16}", 4, "trajectories"),
])  # fmt: skip
def test_indices_are_of_whole_blocks_or_not_at_all(tmp_path, design, block, what):
    whole = made(tmp_path / "whole", design)
    out = part(whole, tmp_path / "out", set(range(5)))  # the first run of 40 points
    blocks = 40 // block
    half = read_any(out)
    assert half.read == list(range(blocks * block))
    told = " ".join(analysed(out).stdout.split())
    assert f"Only whole {what} are read: {blocks} of 16." in told
    kind = whole.experiment.design.kind
    found = analyse_sweep(out, tmp_path / "a", methods=[kind], plates=False)
    table = getattr(found, kind)["russian_share"]
    assert (table["blocks"] == blocks).all()
    few = part(whole, tmp_path / "few", {0, 1})  # 16 points
    told = " ".join(analysed(few).stdout.split())
    if block == 5:
        assert f"Not said: {kind}, for indices need 4 whole {what}, and 3 are there." in told
    assert case_of_sweep(read_any(few)).missing == len(whole.points) - 16 // block * block
    none = part(whole, tmp_path / "none", set())
    refused = analysed(none)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "no block of points is whole yet" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_the_beginning_of_a_grid_is_no_sample_of_it(tmp_path):
    whole = made(tmp_path / "whole", "{kind: grid, levels: 5}")
    out = part(whole, tmp_path / "out", set(range(6)))
    told = analysed(out)
    assert told.exit_code == 0, told.stderr
    one_line = " ".join(told.stdout.split())
    assert "are the beginning of the design, not a sample of it" in one_line
    assert "Not said: scores, prim, cart, tipping and idle, for the points that are there are no sample" in one_line
    found = analyse_sweep(out, tmp_path / "a", plates=False)
    assert not found.scores
    assert not found.tipping
    assert np.isfinite(found.by_point["mean"]).all()


def test_later_replications_do_not_hide_the_first(hypercube, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(hypercube.path, out)
    sweep(hypercube.experiment, out, extend={"replications": 4})
    for name in ENDED:
        (out / name).unlink()
    shutil.rmtree(out / "dataset" / "000010")
    half = read_any(out)
    assert half.read == list(range(30))
    assert half.manifest["runs"] == 112
    assert half.manifest["runs_planned"] == 120


@pytest.mark.parametrize(
    "name", ["outcomes.parquet", "points.parquet", "failures.parquet", "experiment.yaml", "scenario.yaml"]
)
def test_a_damaged_finished_sweep_is_not_analysed(hypercube, tmp_path, name):
    out = tmp_path / "out"
    shutil.copytree(hypercube.path, out)
    content = (out / name).read_bytes()
    (out / name).write_bytes(content.replace(b"e", b"f", 1) if name.endswith("yaml") else content[:-9])
    told = analysed(out)
    assert (told.exit_code, told.stdout) == (2, "")
    assert f"is not what its manifest promises: {name} is not as written. Give the sweep's command again" in told.stderr
    assert told.stderr.count("\n") == 1
    sweep(hypercube.experiment, out, notice=lambda text: None)
    assert analysed(out).exit_code == 0


def test_counts_that_do_not_agree_are_noticed(hypercube, tmp_path):
    from patronage.batch.folders import write_manifest

    out = tmp_path / "out"
    shutil.copytree(hypercube.path, out)
    write_manifest(out, {**hypercube.manifest, "runs": 52, "runs_planned": 60})
    told = analysed(out)
    assert told.exit_code == 2
    assert "52 runs and 0 that failed of 60 planned" in told.stderr


def test_chunks_that_are_gone_from_a_finished_sweep_are_mentioned(hypercube, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(hypercube.path, out)
    shutil.rmtree(out / "dataset" / "000001")
    told = analysed(out)
    assert told.exit_code == 0
    assert "Gone from the dataset: 1 of 8 chunks; the tables made of them are whole." in " ".join(told.stdout.split())


def test_a_changed_manifest_is_refused(hypercube, tmp_path):
    out = tmp_path / "out"
    shutil.copytree(hypercube.path, out)
    text = (out / "manifest.json").read_text("utf-8")
    (out / "manifest.json").write_text(text.replace('"runs": 60', '"runs": 61'), encoding="utf-8")
    told = analysed(out)
    assert told.exit_code == 2
    assert "manifest.json is damaged: its entries are not those that were written" in told.stderr


def test_stretches_of_numbers_in_words():
    assert ranges([0, 1, 2, 7, 9, 10]) == "0 to 2, 7, 9 to 10"
    assert ranges(range(0, 40, 2)) == "0, 2, 4, 6, 8, 10 and 14 more stretches"
