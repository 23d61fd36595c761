"""Sweeps whose files were lost, cut off, flipped in a bit or put there from elsewhere: noticed, set aside, made again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from patronage.batch.folders import FolderError
from patronage.batch.plans import SweepPlan, cut
from patronage.batch.sweepstore import DamagedError, OtherSweepError
from patronage.cli.app import app
from patronage.experiments import SweepFolder, load_experiment, read_sweep, sweep
from test_sweep_chaos import flip
from test_sweeps import EXPERIMENT, data, final, read

CHUNKS = 4
FINISHED, INTERRUPTED = "finished", "interrupted"
ENDED = ("manifest.json", "outcomes.parquet", "series.parquet", "failures.parquet")
"""What a sweep that was interrupted does not have yet."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> SweepFolder:
    """A finished sweep of four chunks."""
    home = tmp_path_factory.mktemp("whole")
    return sweep(read(home, EXPERIMENT + "record: lean\n"), home / "out", runs_per_chunk=7)


def copied(whole: SweepFolder, out: Path, state: str) -> Path:
    """The same, finished or as it was before its end."""
    shutil.copytree(whole.path, out)
    if state == INTERRUPTED:
        for name in ENDED:
            (out / name).unlink()
    return out


def again(whole: SweepFolder, out: Path) -> list[str]:
    """The same command again: what it says. The tables are those of the undisturbed sweep, to the last byte."""
    said: list[str] = []
    found = sweep(whole.experiment, out, runs_per_chunk=7, notice=said.append)
    assert final(out) == final(whole.path)
    assert data(out) == data(whole.path)
    assert found.damaged() == []
    assert found.uncounted() == ""
    assert (found.manifest["runs"], found.manifest["runs_planned"]) == (27, 27)
    quiet: list[str] = []
    sweep(whole.experiment, out, notice=quiet.append)
    assert quiet == [], "what was mended stays mended"
    return said


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def removed(path: Path) -> None:
    path.unlink()


def garbage(path: Path) -> None:
    path.write_bytes(b"\xff\x00{]" * 50)


HARM: dict[str, Callable[[Path], None]] = {
    "truncated": truncated, "emptied": emptied, "removed": removed, "garbage": garbage,
    **{f"flipped {seed}": lambda path, seed=seed: flip(path, seed) for seed in range(2)},
}  # fmt: skip


# --- chunks ---


@pytest.mark.parametrize("state", [FINISHED, INTERRUPTED])
@pytest.mark.parametrize("name", ["outcomes.parquet", "series.parquet", "ledger.parquet", "seal.json"])
@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_chunk_is_named_set_aside_and_simulated_again(whole, tmp_path, state, name, harm):
    out = copied(whole, tmp_path / "out", state)
    HARM[harm](out / "dataset" / "000001" / name)
    said = again(whole, out)
    assert len(said) == 1
    assert said[0].startswith(f"{out / 'dataset' / '000001'}: ")
    assert "simulated again" in said[0]
    assert (out / "set-aside" / "000001").is_dir(), "nothing is deleted"


def test_chunks_that_are_gone_whole_are_simulated_again(whole, tmp_path):
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    shutil.rmtree(out / "dataset" / "000000")
    shutil.rmtree(out / "dataset" / "000003")
    assert again(whole, out) == []


def test_a_table_too_many_in_a_chunk_is_noticed(whole, tmp_path):
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    shutil.copy(out / "dataset" / "000000" / "outcomes.parquet", out / "dataset" / "000002" / "failures.parquet")
    assert "failures.parquet is not as it was written" in again(whole, out)[0]


@pytest.mark.parametrize("change", [("seed: 4", "seed: 5"), ("values: [5, 60]", "values: [5, 61]")])
def test_a_chunk_of_another_sweep_is_noticed(whole, tmp_path, change):
    """Also of one that differs in the values of its points alone."""
    (tmp_path / "other").mkdir()
    other = sweep(read(tmp_path / "other", EXPERIMENT.replace(*change)), tmp_path / "others", runs_per_chunk=7)
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    shutil.rmtree(out / "dataset" / "000002")
    shutil.copytree(other.path / "dataset" / "000002", out / "dataset" / "000002")
    assert "another sweep" in again(whole, out)[0]


@pytest.mark.parametrize("name", ["000009", "0001", "٣"])
def test_a_chunk_under_another_number_is_noticed(whole, tmp_path, name):
    out = copied(whole, tmp_path / "out", FINISHED)
    shutil.copytree(out / "dataset" / "000001", out / "dataset" / name)
    said = again(whole, out)
    assert len(said) == 1
    assert "no chunk of this sweep" in said[0]


def test_chunks_that_go_missing_while_others_are_made_do_not_end_as_done(whole, tmp_path, monkeypatch):
    from patronage.experiments import sweeping

    out = copied(whole, tmp_path / "out", INTERRUPTED)
    finish = sweeping._finish

    def late(work, *rest):
        shutil.rmtree(out / "dataset" / "000001")
        finish(work, *rest)

    monkeypatch.setattr(sweeping, "_finish", late)
    with pytest.raises(FolderError, match=r"\d\d runs and 0 that failed of 27 planned"):
        sweep(whole.experiment, out)
    assert not (out / "manifest.json").exists()
    monkeypatch.undo()
    again(whole, out)


# --- the plan, the points, the manifest, the final tables ---


@pytest.mark.parametrize("state", [FINISHED, INTERRUPTED])
@pytest.mark.parametrize("name", ["plan.json", "points.parquet"])
@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_plan_or_points_are_taken_from_the_second_copy(whole, tmp_path, state, name, harm):
    out = copied(whole, tmp_path / "out", state)
    HARM[harm](out / name)
    said = again(whole, out)
    assert any(line.startswith(f"{out / name} is ") and "second copy" in line for line in said)
    assert harm == "removed" or (out / "set-aside" / name).is_file()


@pytest.mark.parametrize("name", ["plan.json", "points.parquet"])
@pytest.mark.parametrize("harm", HARM)
def test_a_damaged_second_copy_does_no_harm(whole, tmp_path, name, harm):
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    HARM[harm](out / "dataset" / name)
    again(whole, out)
    assert (out / "dataset" / name).read_bytes() == (whole.path / "dataset" / name).read_bytes()


@pytest.mark.parametrize("name", ["plan.json", "points.parquet"])
def test_what_nothing_can_tell_is_refused_in_a_line(whole, tmp_path, name):
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    garbage(out / name)
    garbage(out / "dataset" / name)
    before = data(out)
    with pytest.raises(DamagedError, match=f"{name} and its copy in dataset are damaged.*choose another folder"):
        sweep(whole.experiment, out)
    assert data(out) == before


def test_the_plan_of_another_sweep_is_noticed(whole, tmp_path):
    other = sweep(read(tmp_path / "other", EXPERIMENT.replace("seed: 4", "seed: 5")), tmp_path / "others")
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    shutil.copy(other.path / "plan.json", out / "plan.json")
    assert "that of another sweep" in again(whole, out)[0]
    shutil.copy(other.path / "plan.json", out / "plan.json")
    shutil.copy(other.path / "plan.json", out / "dataset" / "plan.json")
    with pytest.raises(OtherSweepError, match="holds another sweep"):
        sweep(whole.experiment, out)


@pytest.mark.parametrize("harm", [h for h in HARM if h != "removed"])
def test_a_damaged_manifest_is_made_again(whole, tmp_path, harm):
    out = copied(whole, tmp_path / "out", FINISHED)
    HARM[harm](out / "manifest.json")
    said = again(whole, out)
    assert len(said) == 1
    assert f"set aside as {out / 'set-aside' / 'manifest.json'}" in said[0]


@pytest.mark.parametrize("name", ["outcomes.parquet", "series.parquet", "failures.parquet"])
@pytest.mark.parametrize("harm", HARM)
def test_damaged_final_tables_are_made_again(whole, tmp_path, name, harm):
    out = copied(whole, tmp_path / "out", FINISHED)
    HARM[harm](out / name)
    said = again(whole, out)
    assert len(said) == 1
    assert f"{out / name} is {'gone' if harm == 'removed' else 'not as it was written'}" in said[0]


@pytest.mark.parametrize(
    "changes", [{"runs_per_chunk": 0}, {"runs_per_chunk": -3}, {"stages": []}, {"identity": 7}, {}]
)
def test_a_plan_that_was_edited_is_a_damaged_plan(whole, tmp_path, changes):
    """`runs_per_chunk: 0` made the sweep cut chunks for ever."""
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    for place in (out, out / "dataset"):
        plain = json.loads((place / "plan.json").read_text("utf-8"))
        plain = {**plain, **changes} if changes else [plain]
        (place / "plan.json").write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(DamagedError):
        sweep(whole.experiment, out)
    shutil.copy(whole.path / "dataset" / "plan.json", out / "dataset" / "plan.json")
    again(whole, out)


@pytest.mark.parametrize("most", [0, -1])
def test_chunks_hold_a_run_or_more(whole, tmp_path, most):
    with pytest.raises(ValueError, match="one run or more"):
        list(cut([(0, 0, 4)], most))
    with pytest.raises(ValueError, match="at least 1"):
        sweep(whole.experiment, tmp_path / "out", runs_per_chunk=most)
    assert not (tmp_path / "out").exists()


def test_the_plan_of_an_older_version_is_refused_and_kept(whole, tmp_path):
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    (out / "plan.json").write_text(json.dumps({"layout": 1, "stages": []}), encoding="utf-8")
    with pytest.raises(FolderError, match="not the plan of a sweep of this version"):
        sweep(whole.experiment, out)
    assert SweepPlan.of((out / "dataset" / "plan.json").read_bytes()).runs == 27


# --- who reads a damaged sweep ---


@pytest.mark.parametrize("name", ["outcomes.parquet", "points.parquet", "failures.parquet", "series.parquet"])
def test_a_damaged_table_is_not_read(whole, tmp_path, name):
    out = copied(whole, tmp_path / "out", FINISHED)
    flip(out / name, 3)
    with pytest.raises(FolderError, match=f"{name} is not as it was written: give the sweep's command again"):
        getattr(read_sweep(out), name.removesuffix(".parquet"))


def test_a_damaged_chunk_is_not_read(whole, tmp_path):
    out = copied(whole, tmp_path / "out", FINISHED)
    flip(out / "dataset" / "000002" / "ledger.parquet", 3)
    with pytest.raises(FolderError, match=r"000002/ledger\.parquet is not as it was written"):
        read_sweep(out).ledger()


def test_who_gives_no_notice_finds_it_in_the_log(whole, tmp_path, caplog):
    out = copied(whole, tmp_path / "out", INTERRUPTED)
    removed(out / "dataset" / "000001" / "outcomes.parquet")
    sweep(whole.experiment, out)
    (said,) = caplog.messages
    aside = out / "set-aside" / "000001"
    assert said.startswith(f"{out / 'dataset' / '000001'}: outcomes.parquet is gone. It was set aside as {aside}; ")


def test_the_command_says_what_was_mended(tmp_path, monkeypatch):
    read(tmp_path)
    monkeypatch.chdir(tmp_path)
    words = ["sweep", "small.yaml", "--out", "S", "--runs-per-chunk", "9"]
    assert CliRunner().invoke(app, words).exit_code == 0
    first = final("S")
    for name in ENDED:
        Path("S", name).unlink()
    truncated(Path("S/dataset/000001/outcomes.parquet"))
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0
    assert told.stderr == (
        "S/dataset/000001: outcomes.parquet is not as it was written. It was set aside as S/set-aside/000001; its runs "
        "are simulated again.\n"
    )
    assert final("S") == first
    assert load_experiment("S/experiment.yaml").points == 9
