"""Run folders: what is in them is what was simulated, they appear whole or not at all, and nothing is overwritten."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import patronage
from patronage.batch.folders import FolderError, new_folder, write_manifest
from patronage.batch.manifests import read_manifest
from patronage.batch.tables import neutral, unescaped
from patronage.reports import run_to_folder
from patronage.runs import run as making
from patronage.runs.store import RunFolder, TableWriter, read_run
from patronage.scenario import Scenario, load_scenario
from patronage.simulation import simulate

RUNS, SEED, UNTIL = 12, 5, "2011Q4"
QUICK = {"runs": RUNS, "seed": SEED, "until": UNTIL, "plates": False, "screening": 0}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario("two-patrons")


@pytest.fixture(scope="module")
def folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return run_to_folder(scenario, out=tmp_path_factory.mktemp("runs") / "one", **QUICK)


@pytest.fixture(scope="module")
def csv_folder(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return run_to_folder(scenario, out=tmp_path_factory.mktemp("runs") / "csv", fmt="csv", **QUICK)


def simulated(scenario: Scenario):
    return simulate(scenario, RUNS, SEED, record="full", until=4 * 2011 + 3)


def test_every_variable_comes_back_as_it_was_simulated(folder: RunFolder, scenario: Scenario) -> None:
    data = simulated(scenario).data
    assert set(folder.manifest["variables"]) == set(data.data_vars)
    for name, values in data.items():
        back = folder.array(name)
        assert back.dims == values.dims
        np.testing.assert_array_equal(back.values, values.values.astype(back.dtype), err_msg=str(name))


def test_csv_holds_the_same_numbers_as_parquet(folder: RunFolder, csv_folder: RunFolder) -> None:
    assert csv_folder.tables == folder.tables
    for name in folder.manifest["variables"]:
        np.testing.assert_array_equal(csv_folder.array(name).values, folder.array(name).values, err_msg=name)
    pd.testing.assert_frame_equal(
        csv_folder.ledger.astype(object), folder.ledger.astype(object), check_dtype=False, check_column_type=False
    )
    pd.testing.assert_frame_equal(csv_folder.outcomes, folder.outcomes)


def test_ledger_events_and_outcomes_come_back(folder: RunFolder, scenario: Scenario) -> None:
    result = simulated(scenario)
    pd.testing.assert_frame_equal(folder.outcomes, result.outcomes, check_names=False, check_column_type=False)
    assert folder.outcomes.index.tolist() == list(range(RUNS))
    for name in ("kind", "patron", "client", "cause", "quarter"):
        wanted = ["" if pd.isna(v) else str(v) for v in result.ledger[name]]
        assert folder.ledger[name].astype(str).tolist() == wanted
    np.testing.assert_array_equal(folder.ledger["value"], result.ledger["value"].to_numpy(np.float32))
    assert len(folder.events) == len(result.events)


def test_flows_hold_rents_and_leave_out_only_zeros(folder: RunFolder, scenario: Scenario) -> None:
    data = simulated(scenario).data
    flows = folder.frame("flows")
    rents = flows[flows["instrument"] == "rent"]
    assert rents["delivered"].sum() == pytest.approx(float(data["rent_paid"].sum()), rel=1e-5)
    assert (rents["delivered"] == rents["promised"]).all()
    others = flows[flows["instrument"] != "rent"]
    assert others["delivered"].sum() == pytest.approx(float(data["delivered"].sum()), rel=1e-5)
    assert ((flows["delivered"] != 0) | (flows["promised"] != 0)).all()


def test_a_table_says_where_it_comes_from_and_in_which_units(folder: RunFolder, scenario: Scenario) -> None:
    found = {name: pq.read_schema(folder.path / "tables" / f"{name}.parquet") for name in folder.tables}
    for schema in found.values():
        assert schema.metadata[b"digest"].decode() == scenario.digest
        assert schema.metadata[b"seed"] == str(folder.seed).encode()
        assert schema.metadata[b"patronage"] == patronage.__version__.encode()
    assert found["bases"].field("rent").metadata[b"units"] == b"MUSD/yr"
    assert b"published index" in found["influence"].field("fbic").metadata[b"description"]
    assert found["ledger"].field("price").metadata[b"units"] == b"MUSD/yr"


def test_chunks_do_not_change_any_table(
    folder: RunFolder, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "CHUNK", 5)
    pieces = run_to_folder(scenario, out=tmp_path / "pieces", **QUICK)
    for name in folder.tables:
        whole, parts = folder.frame(name), pieces.frame(name)
        pd.testing.assert_frame_equal(
            parts.astype(object), whole.astype(object), check_dtype=False, check_column_type=False, obj=name
        )


def test_the_same_command_gives_the_same_tables(folder: RunFolder, scenario: Scenario, tmp_path: Path) -> None:
    again = run_to_folder(scenario, out=tmp_path / "again", **QUICK)
    assert {n: t["sha256"] for n, t in again.manifest["tables"].items()} == {
        n: t["sha256"] for n, t in folder.manifest["tables"].items()
    }


def test_another_seed_gives_other_tables(folder: RunFolder, scenario: Scenario, tmp_path: Path) -> None:
    other = run_to_folder(scenario, out=tmp_path / "other", **{**QUICK, "seed": SEED + 1})
    assert other.manifest["tables"]["influence"]["sha256"] != folder.manifest["tables"]["influence"]["sha256"]


def test_the_resolved_scenario_lies_beside_and_loads_to_the_same(folder: RunFolder, scenario: Scenario) -> None:
    assert (
        load_scenario(folder.path / "scenario.yaml").digest == scenario.digest == folder.manifest["scenario"]["digest"]
    )


def test_the_manifest_says_how_to_repeat_it(folder: RunFolder) -> None:
    m = folder.manifest
    assert m["command"] == f"patronage run scenario.yaml --runs {RUNS} --seed {SEED} --until {UNTIL} --out repeated"
    assert (m["seed"], m["runs"], m["until"]) == (SEED, RUNS, UNTIL)
    assert m["packages"]["numpy"] == np.__version__
    assert m["python"] == ".".join(map(str, sys.version_info[:3]))
    assert folder.damaged() == []


def test_damage_is_found(scenario: Scenario, tmp_path: Path) -> None:
    made = run_to_folder(scenario, out=tmp_path / "one", **{**QUICK, "runs": 1})
    target = made.path / "tables" / "ledger.parquet"
    target.write_bytes(target.read_bytes()[:-1] + b"!")
    (made.path / "tables" / "events.parquet").unlink()
    assert made.damaged() == ["events", "ledger"]


@pytest.mark.parametrize("seed", range(12))
def test_a_flipped_bit_in_a_manifest_is_noticed(folder: RunFolder, tmp_path: Path, seed: int) -> None:
    (tmp_path / "copy").mkdir()
    content = bytearray((folder.path / "manifest.json").read_bytes())
    at = random.Random(seed).randrange(8 * len(content))
    content[at // 8] ^= 1 << at % 8
    (tmp_path / "copy" / "manifest.json").write_bytes(bytes(content))
    with pytest.raises(FolderError):
        read_run(tmp_path / "copy")


def test_summary_table_holds_means_and_quantiles(folder: RunFolder) -> None:
    summary = folder.frame("summary")
    row = summary[(summary["variable"] == "share") & (summary["quarter"] == "2010Q1") & (summary["patron"] == "RUS")]
    values = folder.array("share").sel(quarter="2010Q1", patron="RUS").values.reshape(-1)
    assert row["mean"].item() == pytest.approx(values.mean(), rel=1e-5)
    assert row["p05"].item() == pytest.approx(np.quantile(values, 0.05), rel=1e-5)
    assert row["p95"].item() == pytest.approx(np.quantile(values, 0.95), rel=1e-5)
    assert summary.loc[summary["variable"] == "base", "p50"].isna().all()


def test_an_existing_folder_is_never_overwritten(scenario: Scenario, tmp_path: Path) -> None:
    kept = tmp_path / "mine"
    kept.mkdir()
    (kept / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="mine exists and is not empty"):
        run_to_folder(scenario, out=kept, **QUICK)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]
    assert (kept / "thesis.txt").read_text() == "years of work"


def test_a_file_in_the_way_is_refused(scenario: Scenario, tmp_path: Path) -> None:
    (tmp_path / "here").write_text("x")
    with pytest.raises(FileExistsError):
        run_to_folder(scenario, out=tmp_path / "here", **QUICK)


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with new_folder(tmp_path / "empty") as where:
        write_manifest(where, {"kind": "run"})
    assert read_manifest(tmp_path / "empty")["kind"] == "run"


def test_a_folder_filled_meanwhile_by_another_is_not_overwritten(tmp_path: Path) -> None:
    def race() -> None:
        with new_folder(tmp_path / "raced") as where:
            write_manifest(where, {"kind": "run"})
            (tmp_path / "raced").mkdir()
            (tmp_path / "raced" / "theirs").write_text("theirs")

    with pytest.raises(FileExistsError):
        race()
    assert [p.name for p in tmp_path.iterdir()] == ["raced"]
    assert [p.name for p in (tmp_path / "raced").iterdir()] == ["theirs"]


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, MemoryError])
def test_a_failure_leaves_nothing(
    scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(TableWriter, "append", fail)
    with pytest.raises(failure):
        run_to_folder(scenario, out=tmp_path / "one", **QUICK)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_run_leaves_nothing_that_looks_whole(tmp_path: Path) -> None:
    code = f"""
import os, signal
from patronage.batch.folders import write_manifest
from patronage.reports import run_to_folder
from patronage.runs import run as making
from patronage.scenario import load_scenario
making.write_manifest = lambda *a: os.kill(os.getpid(), signal.SIGKILL)
run_to_folder(load_scenario("two-patrons"), runs=2, seed=1, until="2009Q4", out={str(tmp_path / "one")!r},
              plates=False, screening=0)
"""
    ended = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": sys.path[0], **_environment()}, check=False)
    assert ended.returncode == -9
    assert not (tmp_path / "one").exists()
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".one.partial-")
    with pytest.raises(FolderError, match="no run folder"):
        read_run(left)
    with new_folder(tmp_path / "one") as where:  # the next attempt sweeps up after the dead process
        write_manifest(where, {"kind": "run"})
    assert [p.name for p in tmp_path.iterdir()] == ["one"]


def _environment() -> dict[str, str]:
    import os

    here = Path(making.__file__).parents[2]
    return {**os.environ, "PYTHONPATH": str(here)}


def test_leftovers_of_a_living_process_are_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        theirs = tmp_path / f".one.partial-{other.pid}"
        theirs.mkdir()
        with new_folder(tmp_path / "one") as where:
            write_manifest(where, {"kind": "run"})
        assert theirs.exists()
        other.communicate(b"\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"runs": 0}, "runs must be"),
        ({"fmt": "xls"}, "unknown format"),
        ({"until": "2031Q1"}, "until"),
        ({"until": "x"}, "quarter"),
    ],
)
def test_nonsense_is_refused_and_leaves_nothing(
    scenario: Scenario, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        run_to_folder(scenario, out=tmp_path / "one", **{**QUICK, **options})
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    (tmp_path / "b").mkdir()
    return tmp_path / "b"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"layout": 99}', '{"layout": 1, "kind": "comparison"}'])
def test_what_is_no_run_folder_is_refused(broken: Path, text: str) -> None:
    (broken / "manifest.json").write_text(text)
    with pytest.raises(FolderError):
        read_run(broken)


def test_unknown_names_say_what_there_is(folder: RunFolder) -> None:
    with pytest.raises(KeyError, match="share"):
        folder.array("shares")
    with pytest.raises(KeyError, match="ledger"):
        folder.frame("ledgers")


def test_progress_reaches_the_end(scenario: Scenario, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_to_folder(scenario, out=tmp_path / "one", progress=lambda done, whole: told.append((done, whole)), **QUICK)
    assert told[-1] == (RUNS * 12, RUNS * 12)
    assert told == sorted(told)


@given(st.text(min_size=1))
@example("=HYPERLINK(1)")
@example("+1")
@example("-1")
@example("@SUM(1)")
@example("\tx")
@example("'=1")
@example("'")
def test_no_csv_text_is_a_formula_and_all_come_back(text: str) -> None:
    try:
        table = pa.table({"t": pa.array([text]).dictionary_encode(), "n": pa.array([-1.5])})
    except UnicodeEncodeError:  # lone surrogates cannot stand in a table in the first place
        return
    cell = neutral(table)["t"].to_pylist()[0]
    assert cell[0] not in "=+-@\t\r"
    assert unescaped(cell) == text
    assert neutral(table)["n"].to_pylist() == [-1.5]


def test_manifests_are_readable_json(folder: RunFolder) -> None:
    text = (folder.path / "manifest.json").read_text(encoding="utf-8")
    assert json.loads(text)["layout"] == 1
    assert str(folder.path.parent) not in text
