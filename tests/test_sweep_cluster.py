"""Sweeps on a real cluster: a scheduler and workers in processes of their own, talking over the loopback interface."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from patronage.batch.executors import NoClusterError, executor
from test_sweep_chaos import chunks_in, command, wait_for, whole
from test_sweeps import EXPERIMENT, data, final, read

pytestmark = pytest.mark.cluster
ROOT = Path(__file__).resolve().parents[1]
SIZE = "6"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder: Path) -> None:
        pytest.importorskip("distributed", reason="Dask is in the extra 'cluster'")
        self.folder = folder
        self.address = f"tcp://127.0.0.1:{free_port()}"
        port = self.address.rpartition(":")[2]
        self.scheduler = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show")
        self.workers: list[subprocess.Popen[bytes]] = []

    def _start(self, module: str, *words: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ, "PYTHONPATH": str(ROOT / "model"), "OMP_NUM_THREADS": "1",
            "DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT": "2s",
        }  # fmt: skip
        with (self.folder / f"{module}-{time.monotonic_ns()}.log").open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{module}", *words], cwd=self.folder, env=environment,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def add(self, count: int = 1) -> None:
        """More workers, each a process without a nanny that would start it again."""
        for _ in range(count):
            self.workers.append(
                self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                            "--death-timeout", "60", "--host", "127.0.0.1")
            )  # fmt: skip

    def come(self, count: int) -> None:
        """Wait until so many workers are there."""
        with executor(scheduler=self.address) as doer:
            end = time.monotonic() + 120
            while len(doer._client.nthreads()) < count and time.monotonic() < end:  # type: ignore[attr-defined]
                time.sleep(0.2)
            assert len(doer._client.nthreads()) >= count, "the workers do not come"  # type: ignore[attr-defined]

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", int(made.address.rpartition(":")[2])), 1).close()
            break
        except OSError:
            time.sleep(0.2)
    try:
        yield made
    finally:
        made.close()


def test_a_worker_dies_and_another_comes(tmp_path, cluster):
    """The same bytes as in one process, though a worker is killed in the middle and one comes later."""
    experiment = read(tmp_path, EXPERIMENT.replace("points: 9", "points: 60") + "record: lean\n")
    cluster.add(2)
    cluster.come(2)
    process = command(tmp_path, "--runs-per-chunk", SIZE, "--scheduler", cluster.address)
    wait_for(tmp_path, 2, process, 120)
    cluster.workers[0].kill()
    cluster.add()
    out, complaint = process.communicate(timeout=300)
    assert process.returncode == 0, complaint
    assert chunks_in(tmp_path) == 30
    assert "60 points, 180 runs" in out
    undisturbed = whole(tmp_path, experiment, int(SIZE))
    assert final(tmp_path / "out") == final(undisturbed)
    assert data(tmp_path / "out") == data(undisturbed)


def test_the_scheduler_is_lost_and_the_sweep_goes_on_without_it(tmp_path, cluster):
    experiment = read(tmp_path, EXPERIMENT.replace("points: 9", "points: 90"))
    cluster.add(1)
    cluster.come(1)
    process = command(tmp_path, "--runs-per-chunk", SIZE, "--scheduler", cluster.address)
    wait_for(tmp_path, 2, process, 120)
    cluster.scheduler.kill()
    out, complaint = process.communicate(timeout=120)
    assert process.returncode == 2, complaint
    assert out == ""
    told = [line for line in complaint.splitlines() if "What is done is kept in out" in line]
    assert len(told) == 1, complaint
    assert "gone" in told[0]
    assert f"To go on: patronage sweep small.yaml --scheduler {cluster.address} --out out" in told[0]
    assert "Traceback" not in complaint
    done = chunks_in(tmp_path)
    assert 2 <= done < 45
    again = command(tmp_path)
    _, complaint = again.communicate(timeout=300)
    assert again.returncode == 0, complaint
    assert final(tmp_path / "out") == final(whole(tmp_path, experiment, int(SIZE)))


def test_nobody_answers(tmp_path):
    pytest.importorskip("distributed", reason="Dask is in the extra 'cluster'")
    read(tmp_path)
    address = f"tcp://127.0.0.1:{free_port()}"
    process = command(tmp_path, "--scheduler", address)
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 2
    assert complaint.startswith(f"no scheduler answers at {address}")
    assert "Traceback" not in complaint
    with pytest.raises(NoClusterError), executor(scheduler=address):
        pass
