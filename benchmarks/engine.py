"""Speed and memory of the engine, as ratios within one process on one core.

    python -m benchmarks.engine              the ratio to the slow model, then time and memory by size
    python -m benchmarks.engine --dyads      what a dyad-quarter costs from 25 to 1,520 dyads, of the same made-up world
    python -m benchmarks.engine --profile    where the slow model spends its time

Everything is measured side by side in one run; quote the ratios, not the seconds.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from patronage import Scenario

ENSEMBLE = 1000
SLOW_RUNS = 8
SIZES = ((5, 5), (8, 40), (8, 190))
ALL_SIZES = ((5, 5), (8, 12), (8, 190))
RUNS = (1, 10, 100, 1000, 10_000)


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this process for one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def slow_run(scenario: Scenario, replication: int) -> None:
    """One whole run of the reference model."""
    from tests.reference import ReferenceModel

    model = ReferenceModel(scenario, seed=1, replication=replication)
    for _ in range(scenario.start, scenario.end + 1):
        model.step()


def ratio(name: str) -> None:
    """Seconds per run: the slow model over the engine in an ensemble, interleaved in one process."""
    from patronage import load_scenario, simulate

    scenario = load_scenario(name)
    simulate(scenario, runs=50)  # warm caches on both sides
    slow_run(scenario, 0)
    pairs = []
    for replication in range(SLOW_RUNS):
        slow = seconds(lambda r=replication: slow_run(scenario, r))  # type: ignore[misc]
        fast = seconds(lambda: simulate(scenario, runs=ENSEMBLE)) / ENSEMBLE
        pairs.append((slow / fast, slow, fast))
    pairs.sort()
    middle = pairs[len(pairs) // 2]
    print(f"{name}: slow model {middle[1] * 1e3:.0f} ms a run, engine {middle[2] * 1e3:.2f} ms a run in an ensemble of {ENSEMBLE}")
    print(f"ratio: median {middle[0]:.0f}, from {pairs[0][0]:.0f} to {pairs[-1][0]:.0f} in {len(pairs)} pairs")


def profile_slow(name: str) -> None:
    """Where the slow model spends its time, once everything is imported and cached."""
    from patronage import load_scenario

    scenario = load_scenario(name)
    slow_run(scenario, 0)
    profile = cProfile.Profile()
    for replication in range(1, 6):
        profile.runcall(slow_run, scenario, replication)
    pstats.Stats(profile).sort_stats("tottime").print_stats(20)


def wide_scenario(patrons: int, clients: int) -> str:
    """A scenario of any size, as text: made-up actors, one bloc, the base's rules."""
    p = [f"P{i:02d}" for i in range(patrons)]
    c = [f"C{i:03d}" for i in range(clients)]
    lines = ["title: Wide", "period: {start: 2000Q1, end: 2004Q4}", "axes:", f"  security: {{plus: {p[0]}, minus: {p[1]}}}", "states:"]
    for i, code in enumerate(c):
        lines.append(f"  {code}: {{gdp: {1000 + 137 * i}, openness: {0.05 + 0.4 * (i % 7) / 7:.3f}, position: {{unga: 0.1, security: {(i % 9) / 9:.2f}}}}}")
    for i, code in enumerate(p):
        lines.append(f"  {code}: {{position: {{unga: {i / 4:.2f}, security: {1 - 2 * i / patrons:.2f}}}}}")
    lines.append("patrons:")
    for code in p:
        lines.append(
            f"  {code}: {{budget: 300, mission: 0.8, need: 60, licence: {{arms: .3, grants: .6, loans: .3}}, package: {{arms: .5, grants: .5, debt_relief: .8}}}}"
        )
    lines.append("ties:")
    for i, patron in enumerate(p):
        lines.append(f"  {patron}:")
        lines += [f"    {client}: {{weight: .7, geography: .{(i + j) % 9}, access: 10, debt: 100}}" for j, client in enumerate(c)]
    lines.append("rivalry:")
    lines += [f"  {q}: {{{', '.join(f'{h}: .3' for h in p if h != q)}}}" for q in p]
    lines += ["blocs:", f"  ALLY: {{kind: security, leader: {p[0]}, members: [{p[0]}, {', '.join(c[: max(1, clients // 4)])}], joint_force: true}}"]
    return "\n".join(lines) + "\n"


def peak_megabytes() -> float:
    """Peak memory of this process. On Linux ru_maxrss also counts the parent's before exec, so the kernel's own mark is read."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text()).group(1)) / 1024  # type: ignore[union-attr]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(patrons: int, clients: int, runs: int) -> None:
    """In a process of its own: time per run-quarter-dyad and peak memory. Prints one row."""
    import tempfile

    from patronage import load_scenario, simulate

    with tempfile.TemporaryDirectory() as folder:
        if (patrons, clients) == SIZES[0]:
            scenario = load_scenario("central-asia")
        else:
            path = Path(folder) / "wide.yaml"
            path.write_text(wide_scenario(patrons, clients), encoding="utf-8")
            scenario = load_scenario(path)
        simulate(scenario, runs=1, record="lean")
        took = seconds(lambda: simulate(scenario, runs=runs, record="lean"))
    quarters = scenario.end - scenario.start + 1
    peak = peak_megabytes()
    per = took / runs / quarters
    print(f"| {patrons} x {clients} | {runs} | {per * 1e6:.0f} | {per / (patrons * clients) * 1e6:.2f} | {peak:.0f} |")


def table() -> None:
    """Time and memory by size, each in a fresh process."""
    print("| patrons x clients | runs | us a run-quarter | us a dyad-quarter | peak MB |\n|---|---|---|---|---|", flush=True)
    cases = [(*SIZES[0], n) for n in RUNS] + [(*size, n) for size in SIZES[1:] for n in (1, 50)]
    for case in cases:
        words = [sys.executable, "-m", "benchmarks.engine", "--case", *map(str, case)]
        subprocess.run(words, check=True)  # noqa: S603  # our own interpreter and module


def dyads() -> None:
    """Processor time of a dyad-quarter by size, interleaved in one process; larger sizes have buckets of their own, compiled first."""
    import tempfile

    from patronage import load_scenario, simulate

    os.environ["PATRONAGE_COMPILE"] = "always"
    scenarios: dict[tuple[int, int], Scenario] = {}
    found: dict[tuple[int, int], list[float]] = {size: [] for size in ALL_SIZES}
    with tempfile.TemporaryDirectory() as folder:
        for size in ALL_SIZES:
            path = Path(folder) / "wide.yaml"
            path.write_text(wide_scenario(*size), encoding="utf-8")
            scenarios[size] = load_scenario(path)
    for turn in range(4):
        for (patrons, clients), scenario in scenarios.items():
            runs = max(4, 16_000 // (patrons * clients))
            work = runs * patrons * clients * (scenario.end - scenario.start + 1)
            took = seconds(lambda s=scenario, r=runs: simulate(s, runs=r, record="lean")) / work  # type: ignore[misc]
            if turn:  # the first loads and warms
                found[patrons, clients].append(took)
    print("| patrons x clients | dyads | us a dyad-quarter | times that of the smallest |\n|---|---|---|---|")
    for (patrons, clients), took_by_turn in found.items():
        ratios = sorted(a / b for a, b in zip(took_by_turn, found[ALL_SIZES[0]], strict=True))
        told = f"{ratios[len(ratios) // 2]:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        print(f"| {patrons} x {clients} | {patrons * clients} | {sorted(took_by_turn)[len(took_by_turn) // 2] * 1e6:.2f} | {told} |")


def main() -> None:
    """Pin to one core, then measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenario", default="central-asia")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--dyads", action="store_true")
    parser.add_argument("--case", nargs=3, type=int)
    asked = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if asked.case:
        measure(*asked.case)
    elif asked.dyads:
        dyads()
    elif asked.profile:
        profile_slow(asked.scenario)
    else:
        ratio(asked.scenario)
        table()


if __name__ == "__main__":
    main()
