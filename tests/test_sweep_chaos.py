"""Sweeps that are killed, interrupted, starved of disk, or met by a point that cannot be: nothing lost or doubled."""

from __future__ import annotations

import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from patronage.batch import sweepstore
from patronage.batch.checksums import fault_of
from patronage.batch.chunks import Batch, Task, make_chunk
from patronage.batch.merging import Doubled, merge
from patronage.batch.points import Points
from patronage.batch.sweepstore import BusyError, SweepStore
from patronage.cli.app import app
from patronage.experiments import Experiment, load_experiment, sweep
from test_sweeps import EXPERIMENT, SCENARIO, data, final, read

ROOT = Path(__file__).resolve().parents[1]


def command(folder: Path, *words: str, largest: int | None = None) -> subprocess.Popen[str]:
    """A sweep in a process of its own; `largest`: bytes of a file beyond which the disk is full."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "model"), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "patronage", "sweep", "small.yaml", "--out", "out", *words],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    if largest is not None:
        import resource

        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (largest, largest))
    return process


def chunks_in(folder: Path) -> int:
    return sum(p.name.isdigit() for p in (folder / "out" / "dataset").glob("*"))


def flip(path: Path, seed: int) -> None:
    """Another bit in the file."""
    content = bytearray(path.read_bytes())
    at = random.Random(seed).randrange(8 * len(content))
    content[at // 8] ^= 1 << at % 8
    path.write_bytes(bytes(content))


def wait_for(folder: Path, chunks: int, process: subprocess.Popen[str], seconds: float = 60) -> None:
    """Until so many chunks are there, or the process has ended."""
    end = time.monotonic() + seconds
    while chunks_in(folder) < chunks and process.poll() is None and time.monotonic() < end:
        time.sleep(0.01)


def whole(folder: Path, experiment: Experiment, size: int) -> Path:
    """The same sweep, undisturbed."""
    return sweep(experiment, folder / "undisturbed", runs_per_chunk=size).path


# --- a full disk ---


def full_after(chunks: int) -> Any:
    """A disk that holds so many chunks' files and then half of one."""
    held, write = [], sweepstore.write_flushed

    def flushed(path: Path, content: bytes) -> None:
        if "outcomes.parquet" in path.name and ".partial" in path.parent.name:
            if len(held) == chunks:
                path.write_bytes(content[: len(content) // 2])
                raise OSError(errno.ENOSPC, "No space left on device", str(path))
            held.append(path)
        write(path, content)

    return flushed


def test_a_full_disk_is_said_plainly_and_leaves_what_is_done(tmp_path, monkeypatch):
    experiment = read(tmp_path)
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(sweepstore, "write_flushed", full_after(2))
        told = CliRunner().invoke(app, ["sweep", "small.yaml", "--out", "out", "--runs-per-chunk", "9"])
    assert told.exit_code == 2
    assert told.stderr == (
        "The disk is full (No space left on device). What is done is kept in out. "
        "To go on: patronage sweep small.yaml --out out --runs-per-chunk 9\n"
    )
    assert chunks_in(tmp_path) == 2
    assert not list((tmp_path / "out").rglob("*.partial"))
    done = CliRunner().invoke(app, ["sweep", "small.yaml", "--out", "out"])
    assert done.exit_code == 0, done.stderr
    undisturbed = whole(tmp_path, experiment, 9)
    assert final(tmp_path / "out") == final(undisturbed)
    assert data(tmp_path / "out") == data(undisturbed)


def test_a_disk_that_is_full_at_the_end_loses_nothing(tmp_path, monkeypatch):
    """The final tables are written last; where that fails, the chunks are there."""
    experiment = read(tmp_path)
    write = sweepstore.write_whole

    def failing(path: Path, content: bytes) -> None:
        if path.name == "manifest.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    monkeypatch.setattr(sweepstore, "write_whole", failing)
    with pytest.raises(OSError, match="No space left"):
        sweep(experiment, tmp_path / "out", runs_per_chunk=9)
    monkeypatch.setattr(sweepstore, "write_whole", write)
    begun = {p: p.stat().st_mtime_ns for p in (tmp_path / "out" / "dataset").rglob("*.parquet")}
    sweep(experiment, tmp_path / "out")
    assert {p: p.stat().st_mtime_ns for p in begun} == begun
    assert final(tmp_path / "out") == final(whole(tmp_path, experiment, 9))


# --- points that cannot be ---

SHOWER = SCENARIO.replace(
    "  withdrawal:", "  shower: {at: 2009Q2, until: 2010Q2, set: {region.instability: 0.6}}\n  withdrawal:"
)
IMPOSSIBLE = EXPERIMENT.replace(
    "  start: {path: events.withdrawal.at, range: [2009Q2, 2010Q1]}",
    "  start: {path: events.shower.at, range: [2009Q2, 2010Q2]}\n"
    "  end: {path: events.shower.until, range: [2009Q2, 2010Q2]}",
)
"""Some of its points have an event that ends before it begins."""


def test_points_that_fail_are_found_and_the_rest_is_simulated(tmp_path, monkeypatch):
    (tmp_path / "six.yaml").write_text(SHOWER, encoding="utf-8")
    (tmp_path / "small.yaml").write_text(IMPOSSIBLE, encoding="utf-8")
    experiment = load_experiment(tmp_path / "small.yaml")
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, ["sweep", "small.yaml", "--out", "out"])
    assert told.exit_code == 3, told.stderr
    points = pq.read_table("out/points.parquet").to_pandas()
    wrong = points.index[points["end"] < points["start"]].tolist()
    assert 0 < len(wrong) < len(points)
    failures = pq.read_table("out/failures.parquet").to_pandas()
    assert failures["point"].tolist() == wrong
    assert failures["first_run"].tolist() == [0] * len(wrong)
    assert failures["last_run"].tolist() == [2] * len(wrong)
    assert failures["error"].str.contains("events.shower ends before it begins").all()
    assert failures["repeat"][0] == f"patronage run --from . --row {wrong[0]}:0"
    assert "build" in failures["traceback"][0]
    assert "/" not in failures["traceback"][0].split("events.shower")[0], "no folders of one machine"
    done = pq.read_table("out/outcomes.parquet").to_pandas()
    assert sorted(set(done["point"])) == sorted(set(points.index) - set(wrong))
    assert f"{len(wrong)} points failed" in told.stdout
    again = CliRunner().invoke(app, ["run", "--from", "out", "--row", f"{wrong[0]}:0"])
    assert again.exit_code == 2
    assert "events.shower ends before it begins" in again.stderr
    for size in (1, 4):
        other = sweep(experiment, tmp_path / f"other{size}", runs_per_chunk=size)
        mine, theirs = final(tmp_path / "out"), final(other.path)
        assert mine["outcomes.parquet"] == theirs["outcomes.parquet"]


def test_a_failure_in_the_middle_of_a_run_is_one_point_too(tmp_path, monkeypatch):
    """Whatever goes wrong in a chunk is narrowed down to the point that makes it go wrong."""
    experiment = read(tmp_path)
    batch = Batch(experiment.scenario.resolved(), 4)
    needs = [100.0, 150.0, 170.0, 190.0, 250.0]
    at = Points.at

    def cracked(self: Points, settings: Any) -> Any:
        if settings["patrons.USA.need"] == 170.0:
            raise ZeroDivisionError("a crack")
        return at(self, settings)

    monkeypatch.setattr(Points, "at", cracked)
    settings = tuple({"patrons.USA.need": need} for need in needs)
    made = make_chunk(batch, Task(3, tuple((p, 0, 2) for p in range(5)), settings))
    assert made.failed == [2]
    assert set(made.tables) == {"outcomes", "failures"}
    monkeypatch.undo()
    kept = [0, 1, 3, 4]
    alone = make_chunk(batch, Task(3, tuple((p, 0, 2) for p in kept), tuple(settings[p] for p in kept)))
    assert made.tables["outcomes"] == alone.tables["outcomes"]


# --- two at once, and runs that are there twice ---


def test_two_sweeps_do_not_write_to_one_folder(tmp_path):
    experiment = read(tmp_path)
    with SweepStore(tmp_path / "out").alone(), pytest.raises(BusyError, match="another sweep is writing"):
        sweep(experiment, tmp_path / "out")


def test_a_run_that_is_there_twice_is_noticed(tmp_path):
    """So that 'nothing doubled' is checked by every sweep, not only hoped for."""
    made = sweep(read(tmp_path), tmp_path / "out", runs_per_chunk=9).path
    parts = sorted((made / "dataset").glob("*/outcomes.parquet"))
    with pytest.raises(Doubled):
        merge([*parts, parts[1]], tmp_path / "twice.parquet", once=True)
    assert not (tmp_path / "twice.parquet").exists()


def test_merged_rows_are_sorted_whatever_the_blocks(tmp_path):
    made = sweep(read(tmp_path), tmp_path / "out", runs_per_chunk=4).path
    parts = sorted((made / "dataset").glob("*/outcomes.parquet"), reverse=True)
    random.Random(1).shuffle(parts)
    wanted = pq.read_table(made / "outcomes.parquet")
    for block in (1, 7, 1000):
        merge(parts, tmp_path / "merged.parquet", block)
        assert pq.read_table(tmp_path / "merged.parquet").equals(wanted)


# --- Ctrl-C and kill ---


@pytest.mark.chaos
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_says_how_to_go_on(tmp_path, workers):
    experiment = read(tmp_path, EXPERIMENT.replace("points: 9", "points: 40"))
    process = command(tmp_path, "--runs-per-chunk", "6", "--workers", workers)
    wait_for(tmp_path, 3, process)
    process.send_signal(signal.SIGINT)
    out, complaint = process.communicate(timeout=240)
    assert process.returncode == 130, complaint
    words = f" --workers {workers}" if workers != "1" else ""
    assert complaint.strip() == (
        "Interrupted. What is done is kept in out. "
        f"To go on: patronage sweep small.yaml{words} --out out --runs-per-chunk 6"
    )
    assert out == ""
    assert not list((tmp_path / "out").rglob("*.partial"))
    assert chunks_in(tmp_path) >= 3
    again = command(tmp_path)
    again.communicate(timeout=300)
    assert again.returncode == 0
    undisturbed = whole(tmp_path, experiment, 6)
    assert final(tmp_path / "out") == final(undisturbed)
    assert data(tmp_path / "out") == data(undisturbed)


@pytest.mark.chaos
def test_twenty_kills_lose_nothing_and_double_nothing(tmp_path):
    """kill -9 at moments drawn by lot, twenty times over one sweep, with one or two workers; then the same bytes."""
    experiment = read(tmp_path, EXPERIMENT.replace("points: 9", "points: 60") + "record: lean\n")
    lot, kills, moments = random.Random(20), 0, []
    while kills < 20:
        done = chunks_in(tmp_path)
        process = command(tmp_path, "--runs-per-chunk", "4", "--workers", str(1 + kills % 5 // 4))
        # Some die while they start, some while they write, most after one or two more chunks.
        if lot.random() < 0.3:
            time.sleep(lot.uniform(0.0, 1.0))
        else:
            wait_for(tmp_path, done + lot.choice([1, 1, 2]), process)
            time.sleep(lot.uniform(0.0, 0.05))
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it was not killed but had ended"
        kills += 1
        moments.append(chunks_in(tmp_path))
    assert len(set(moments)) > 5, "the kills came at different stages of the sweep"
    last = command(tmp_path)
    _, complaint = last.communicate(timeout=300)
    assert last.returncode == 0, complaint
    undisturbed = whole(tmp_path, experiment, 4)
    assert final(tmp_path / "out") == final(undisturbed)
    assert data(tmp_path / "out") == data(undisturbed)


@pytest.mark.chaos
def test_kills_full_disks_second_writers_and_damage_change_nothing(tmp_path):
    """Twenty kills; between them a full disk, a second writer, a chunk that is gone and others with another bit."""
    experiment = read(tmp_path, EXPERIMENT.replace("points: 9", "points: 100") + "record: lean\n")
    lot = random.Random(7)
    size = ("--runs-per-chunk", "4")
    for kill in range(20):
        done = chunks_in(tmp_path)
        process = command(tmp_path, *size, "--workers", str(1 + kill % 5 // 4))
        wait_for(tmp_path, done + lot.choice([1, 1, 2]), process)
        if kill in (6, 14):
            process.send_signal(signal.SIGSTOP)
            second = command(tmp_path, *size)
            _, refusal = second.communicate(timeout=120)
            assert (second.returncode, "another sweep is writing to out" in refusal) == (2, True), refusal
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL, "it was not killed but had ended"
        chunks = sorted(p for p in (tmp_path / "out" / "dataset").glob("0*") if p.name.isdigit())
        if kill in (4, 12):
            (lot.choice(chunks) / "outcomes.parquet").unlink()
        if kill in (5, 9, 13, 17):
            flipped = lot.choice(sorted(lot.choice(chunks).iterdir()))
            flip(flipped, kill)
        if kill == 10:
            flip(tmp_path / "out" / lot.choice(["plan.json", "points.parquet"]), kill)
        if kill in (8, 16):
            short = command(tmp_path, *size, largest=2000)
            _, complaint = short.communicate(timeout=120)
            assert short.returncode == 2, complaint
            assert "The disk is full" in complaint
            assert "To go on: patronage sweep small.yaml --out out --runs-per-chunk 4" in complaint
    last = command(tmp_path, *size)
    _, complaint = last.communicate(timeout=300)
    assert last.returncode == 0, complaint
    undisturbed = whole(tmp_path, experiment, 4)
    assert final(tmp_path / "out") == final(undisturbed)
    assert data(tmp_path / "out") == data(undisturbed)
    aside = [p.name for p in (tmp_path / "out" / "set-aside").iterdir()]
    assert 4 <= len(aside) <= 7, aside


@pytest.mark.parametrize("name", ["outcomes.parquet", "series.parquet", "ledger.parquet", "seal.json"])
def test_every_flipped_bit_of_a_chunk_is_noticed(tmp_path, name):
    """300 single bits of every file: each is found by the seal, whether or not Parquet would have read on."""
    made = sweep(read(tmp_path, EXPERIMENT + "record: lean\n"), tmp_path / "out", runs_per_chunk=9).path
    path = made / "dataset" / "000001" / name
    right = path.read_bytes()
    mark = {k: v for k, v in json.loads((path.parent / "seal.json").read_text("utf-8")).items() if k != "files"}
    for seed in range(300):
        flip(path, seed)
        assert fault_of(path.parent, mark), seed
        path.write_bytes(right)
    assert fault_of(path.parent, mark) == ""


@pytest.mark.chaos
def test_workers_end_with_their_parent(tmp_path):
    """A sweep that is killed leaves no processes behind."""
    read(tmp_path, EXPERIMENT.replace("points: 9", "points: 400"))
    process = command(tmp_path, "--runs-per-chunk", "6", "--workers", "2")
    wait_for(tmp_path, 1, process)
    children = descendants(process.pid)
    assert len(children) >= 2
    process.kill()
    process.communicate()
    end = time.monotonic() + 20
    while (left := [c for c in children if alive(c)]) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == []


@pytest.mark.chaos
def test_a_worker_that_is_killed_is_replaced(tmp_path):
    experiment = read(tmp_path, EXPERIMENT.replace("points: 9", "points: 40"))
    process = command(tmp_path, "--runs-per-chunk", "6", "--workers", "2")
    wait_for(tmp_path, 2, process)
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    _, complaint = process.communicate(timeout=300)
    assert process.returncode == 0, complaint
    assert final(tmp_path / "out") == final(whole(tmp_path, experiment, 6))


@pytest.mark.chaos
def test_a_comparison_whose_worker_dies_says_so(tmp_path):
    """In a line; nothing is left behind."""
    process = subprocess.Popen(
        [sys.executable, "-m", "patronage", "compare", "us-withdrawal", "us-stays", "--runs", "5000", "--out", "both"],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "model")},
    )  # fmt: skip
    end = time.monotonic() + 60
    while not (found := workers_of(process.pid)) and time.monotonic() < end:
        time.sleep(0.1)
    os.kill(found[0], signal.SIGKILL)
    out, complaint = process.communicate(timeout=120)
    assert (process.returncode, out) == (2, "")
    assert complaint.splitlines()[-1] == "A worker process died, killed or out of memory: fewer workers or runs need less."
    assert "Traceback" not in complaint
    assert list(tmp_path.iterdir()) == []


ENDED = """
import os, signal, time
from patronage.batch.executors import Processes

def killed():
    os.kill(next(iter(made._pool._processes)), signal.SIGKILL)
    waiting[-1].exception()

if __name__ == "__main__":
    made = Processes(2)
    waiting = [made.submit(time.sleep, 0.0), *[made.submit(max, bytes(1 << 20), b"") for _ in range(50)]]
    waiting[0].result()
    {end}
"""
"""Arguments that fill the pipe to the workers, and an end."""


@pytest.mark.chaos
@pytest.mark.parametrize("end", [
    "made.close(now=True)",
    "killed(); made.submit(int).result(); made.close(now=False)",
    "killed(); made.close(now=False)",
], ids=["given up", "replaced", "killed"])  # fmt: skip
def test_processes_end_though_the_pipe_to_them_is_full(tmp_path, end):
    script = tmp_path / "ended.py"
    script.write_text(ENDED.format(end=end), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "model")}
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, check=False, env=environment
    )
    assert (done.returncode, done.stderr) == (0, "")


SENDING = """
import os, signal, sys, threading, time
from pathlib import Path
from patronage.batch.executors import Processes, completed

def large(ends):
    def watch():
        while sys._current_frames()[threading.main_thread().ident].f_code.co_name != "_send":
            pass
        Path("sending").touch()
        if ends:
            os.kill(os.getpid(), signal.SIGKILL)
    if not Path("sending").exists():
        threading.Thread(target=watch, daemon=True).start()
        return bytes(1 << 28)

def sent():
    while not Path("sending").exists():
        time.sleep(0.001)

if __name__ == "__main__":
    made = Processes(2)
    {end}
"""
"""A process that ends while it sends a large result, by itself or because work is given up."""


@pytest.mark.chaos
@pytest.mark.parametrize("end", [
    "made.submit(large, False); sent(); made.close(now=True)",
    "assert list(completed(made, [('a', True)], lambda t: made.submit(large, t))) == [(True, None)]; made.close(now=False)",
], ids=["given up", "killed"])  # fmt: skip
def test_half_a_result_is_not_waited_for(tmp_path, end):
    script = tmp_path / "sending.py"
    script.write_text(SENDING.format(end=end), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "model")}
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, timeout=60, check=False, env=environment, cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")


def workers_of(parent: int) -> list[int]:
    """Its processes that were started to work."""
    return [c for c in descendants(parent) if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]


def descendants(parent: int) -> list[int]:
    """Processes below a process."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            child = int(stat.parent.name)
            found += [child, *descendants(child)]
    return found


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
