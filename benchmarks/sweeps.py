"""Sweeps against what one would do otherwise: throughput, workers, memory, and what a dry run promises.

    python -m benchmarks.sweeps versus      the engine's sweep against mesa.batch_run and the EMA Workbench on the slow model
    python -m benchmarks.sweeps workers     one worker and two, in turns
    python -m benchmarks.sweeps beside      a sweep with two workers against two unrelated sweeps at the same time, in turns
    python -m benchmarks.sweeps memory      peak memory of 10,000 and of 100,000 runs
    python -m benchmarks.sweeps promise     the estimate of a dry run for 1,000,000 runs against a sample

Everything runs in processes of its own. Beside wall-clock time stands processor time of all processes together, which other work on
the machine disturbs less.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

SCENARIO = "central-asia"
EXPERIMENT = """\
title: Benchmark
scenario: {scenario}
uncertainties: {{need: {{path: patrons.USA.need}}, budget: {{path: patrons.RUS.budget}}}}
design: {{kind: lhs, points: {points}}}
replications: {replications}
outcomes: [manas_open, russian_share, american_share, rent_manas]
record: {record}
"""


def experiment(folder: Path, points: int, replications: int, record: str, scenario: str = SCENARIO) -> Path:
    """An experiment file of that size."""
    path = folder / "benchmark.yaml"
    text = EXPERIMENT.format(points=points, replications=replications, record=record, scenario=scenario)
    if scenario != SCENARIO:  # another scenario has other outcomes of its own
        text = text.replace("[manas_open, russian_share, american_share, rent_manas]", '{share: "share(RUS, KGZ)", base: "base(USA, KGZ)"}')
    path.write_text(text, encoding="utf-8")
    return path


def used() -> float:
    """Processor time of this process and of its finished children."""
    return sum(r.ru_utime + r.ru_stime for r in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def clocked(work: Callable[[], object]) -> tuple[float, float]:
    """Wall-clock and processor seconds of one call."""
    wall, cpu = time.perf_counter(), used()
    work()
    return time.perf_counter() - wall, used() - cpu


def apart(*words: object) -> str:
    """What this module prints in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.sweeps", *map(str, words)], check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.strip()


def one(kind: str, runs: int, workers: int) -> None:
    """A side of the comparison, in a process of its own: prints wall-clock and processor seconds a run."""
    with tempfile.TemporaryDirectory() as place:
        work = {"engine": engine_side, "outcomes": outcomes_side, "mesa": mesa_side, "ema": ema_side}[kind](Path(place), runs, workers)
        wall, cpu = clocked(work)
    print(wall / runs, cpu / runs)


def engine_side(place: Path, runs: int, workers: int) -> Callable[[], object]:
    """A sweep with shares, bases, ledger and outcomes on disk."""
    from patronage.experiments import load_experiment, sweep

    file = load_experiment(experiment(place, runs // 10, 10, "lean"))
    return lambda: sweep(file, place / "out", workers=workers)


def outcomes_side(place: Path, runs: int, workers: int) -> Callable[[], object]:
    """The same with outcomes alone."""
    from patronage.experiments import load_experiment, sweep

    file = load_experiment(experiment(place, runs // 10, 10, "outcomes"))
    return lambda: sweep(file, place / "out", workers=workers)


@cache
def loaded() -> Any:
    """The scenario, read once a process."""
    from patronage import load_scenario

    return load_scenario(SCENARIO)


def slow(replication: int) -> dict[str, float]:
    """One run of the slow model and an outcome of it."""
    from tests.reference import ReferenceModel

    scenario = loaded()
    model = ReferenceModel(scenario, seed=1, replication=replication)
    for _ in range(scenario.start, scenario.end + 1):
        model.step()
    return {"steps": float(scenario.end - scenario.start + 1)}


def mesa_side(place: Path, runs: int, workers: int) -> Callable[[], object]:
    """`mesa.batch_run` in processes."""
    import mesa

    return lambda: mesa.batch_run(
        SlowModel, {"replication": list(range(runs))}, number_processes=workers, iterations=1, max_steps=1, display_progress=False
    )


def _slow_model() -> Any:
    import mesa

    class SlowModel(mesa.Model):
        """The slow model as one Mesa step."""

        def __init__(self, replication: int = 0, rng: int | None = None, seed: int | None = None) -> None:
            super().__init__()
            self.replication = replication
            self.datacollector = mesa.DataCollector(model_reporters={"steps": lambda m: m.done})
            self.done = 0.0

        def step(self) -> None:
            self.done = slow(self.replication)["steps"]
            self.datacollector.collect(self)
            self.running = False

    return SlowModel


if "mesa" in sys.argv or "mesa" in os.environ.get("BENCHMARK_SIDE", ""):
    SlowModel = _slow_model()
    SlowModel.__qualname__ = "SlowModel"
    os.environ["BENCHMARK_SIDE"] = "mesa"  # workers that import this module anew find the class too


def ema_side(place: Path, runs: int, workers: int) -> Callable[[], object]:
    """The workbench's MultiprocessingEvaluator."""
    import warnings

    warnings.simplefilter("ignore")  # of its parts that are not installed; nothing but its speed is read here
    from ema_workbench import IntegerParameter, Model, MultiprocessingEvaluator, ScalarOutcome

    model = Model("slow", function=slow)
    model.uncertainties = [IntegerParameter("replication", 0, 10_000)]
    model.outcomes = [ScalarOutcome("steps")]

    def work() -> None:
        with MultiprocessingEvaluator(model, n_processes=workers) as evaluator:
            evaluator.perform_experiments(scenarios=runs)

    return work


def slope(kind: str, few: int, many: int) -> tuple[float, float]:
    """Seconds a further run takes, wall-clock and processor: starting processes and importing counts for nobody."""
    (w1, c1), (w2, c2) = (tuple(float(x) * n for x in apart("one", kind, n, 2).split()[-2:]) for n in (few, many))
    return (w2 - w1) / (many - few), (c2 - c1) / (many - few)


def versus(few: int, many: int, sample: int, turns: int) -> None:
    """The engine's sweep against both, two processes each, in turns: what a further run takes, by the slope between two sizes."""
    print(f"sweep: slope from {few} to {many} runs; slow model: from {sample // 5} to {sample}; two processes each, {turns} turns")
    rows: dict[str, list[tuple[float, float]]] = {"engine": [], "outcomes": [], "mesa": [], "ema": []}
    for _ in range(turns):
        for kind, found in rows.items():
            found.append(slope(kind, few, many) if kind in ("engine", "outcomes") else slope(kind, sample // 5, sample))
            print(f"{kind}: {found[-1][0] * 1e3:.3f} ms a run, {found[-1][1] * 1e3:.3f} ms of processor time", flush=True)
    for side, what_side in (("engine", "shares, bases, ledger and outcomes"), ("outcomes", "outcomes alone")):
        for kind in ("mesa", "ema"):
            for i, what in enumerate(("wall clock", "processor time")):
                ratios = [s[i] / f[i] for s, f in zip(rows[kind], rows[side], strict=True)]
                print(f"{kind} over the sweep with {what_side}, {what}: {statistics.median(ratios):.0f} ({min(ratios):.0f} to {max(ratios):.0f})")
    wall = float(apart("one", "engine", few, 2).split()[-2]) * few
    print(f"what does not divide: {wall - few * statistics.median(r[0] for r in rows['engine']):.1f} s")


def workers(runs: int, pairs: int) -> None:
    """One worker, then two: the ratio of wall-clock times."""
    ratios = []
    for _ in range(pairs):
        single, double = (float(apart("one", "engine", runs, n).split()[-2]) for n in (1, 2))
        ratios.append(single / double)
        print(f"one {single * runs:.1f} s, two {double * runs:.1f} s: {ratios[-1]:.2f}", flush=True)
    print(f"median {statistics.median(ratios):.2f}, from {min(ratios):.2f} to {max(ratios):.2f}; load {os.getloadavg()[0]:.1f}")


def beside(runs: int, pairs: int) -> None:
    """A sweep with two workers, then two sweeps of half as many runs at the same time: what the second worker is worth beside a stranger."""
    walls, processors = [], []
    words = [sys.executable, "-m", "benchmarks.sweeps", "one", "engine"]
    for _ in range(pairs):
        wall, cpu = (float(x) * runs for x in apart("one", "engine", runs, 2).split()[-2:])
        both = [subprocess.Popen([*words, str(runs // 2), "1"], stdout=subprocess.PIPE, text=True) for _ in range(2)]  # noqa: S603
        told = [one.communicate()[0].split()[-2:] for one in both]
        others = max(float(w) for w, _ in told) * (runs // 2)
        spent = sum(float(c) for _, c in told) * (runs // 2)
        walls.append(others / wall)
        processors.append(spent / cpu)
        print(f"two workers {wall:.1f} s ({cpu:.1f} of processor time), two sweeps {others:.1f} s ({spent:.1f})", flush=True)
    for what, ratios in (("wall clock", walls), ("processor time", processors)):
        print(f"two workers give {statistics.median(ratios):.2f} of two sweeps ({min(ratios):.2f} to {max(ratios):.2f}), by {what}; load {os.getloadavg()[0]:.1f}")


def peak(runs: int, scenario: str) -> None:
    """Peak memory of a sweep with one worker, this process alone."""
    from benchmarks.engine import peak_megabytes
    from patronage.experiments import load_experiment, sweep

    with tempfile.TemporaryDirectory() as place:
        sweep(load_experiment(experiment(Path(place), runs // 100, 100, "lean", scenario)), Path(place) / "out")
    print(peak_megabytes())


def memory(small: int, large: int, scenario: str) -> None:
    """Peaks and their ratio, with shares, bases and ledger on disk."""
    a, b = (float(apart("peak", n, scenario).split()[-1]) for n in (small, large))
    print(f"{scenario}: {small} runs: {a:.0f} MB, {large} runs: {b:.0f} MB, ratio {b / a:.2f}")


def promise(sample: int) -> None:
    """A dry run's estimate for a million runs against what a sample of them takes, scaled."""
    from patronage.experiments import load_experiment, sweep
    from patronage.experiments.estimate import estimate

    with tempfile.TemporaryDirectory() as place:
        told = estimate(load_experiment(experiment(Path(place), 10_000, 100, "outcomes")))
        file = load_experiment(experiment(Path(place), sample // 100, 100, "outcomes"))
        wall, cpu = clocked(lambda: sweep(file, Path(place) / "out"))
    print(told)
    print(f"a sample of {sample} took {wall:.1f} s ({cpu:.1f} s of processor time): {wall * 1e6 / sample:.0f} s for a million")


def main() -> None:
    """One of the measurements."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("versus", "workers", "beside", "memory", "promise", "one", "peak"))
    parser.add_argument("more", nargs="*")
    asked = parser.parse_args()
    more = [int(w) if w.isdigit() else w for w in asked.more]
    defaults: dict[str, tuple[Any, ...]] = {
        "versus": (2_000, 20_000, 40, 3), "workers": (4000, 5), "beside": (6000, 3), "memory": (10_000, 100_000, SCENARIO), "promise": (20_000,), "one": (), "peak": (),
    }  # fmt: skip
    globals()[asked.what](*(more or defaults[asked.what]))


if __name__ == "__main__":
    main()
