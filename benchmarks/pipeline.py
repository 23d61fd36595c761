"""Where the time of an ensemble goes: the kernel, and everything around it.

python -m benchmarks.pipeline            processor time by part for some sizes and records
python -m benchmarks.pipeline --compile  what compiling takes, cold and warm
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import subprocess
import sys
import tempfile
import time

PARTS = {
    "kernel": ("compiling.py", "call"), "laying out": ("driving.py", "prepare"), "recording": ("recorder.py", "take"),
    "labels and ledger": ("recorder.py", "result"),
}  # fmt: skip


def by_part(name: str, runs: int, record: str) -> None:
    """A row: processor time a run by part."""
    from patronage import load_scenario, simulate

    scenario = load_scenario(name)
    simulate(scenario, runs=2, record=record)
    profile = cProfile.Profile(time.process_time)
    profile.runcall(simulate, scenario, runs=runs, record=record)
    stats = pstats.Stats(profile)
    found = {
        part: sum(row[3] for (file, _, function), row in stats.stats.items() if file.endswith(f"patronage/{where}") and function == what)  # type: ignore[attr-defined]
        for part, (where, what) in PARTS.items()
    }
    whole = max(row[3] for row in stats.stats.values())  # type: ignore[attr-defined]
    told = " | ".join(f"{found[part] / runs * 1e3:.3f}" for part in PARTS)
    print(f"| {runs} | {record} | {whole / runs * 1e3:.3f} | {told} |", flush=True)


def compiling() -> None:
    """Cold and warm, each in a fresh interpreter."""
    ask = "import time; a, b = time.perf_counter(), time.process_time()\nfrom patronage import compiling\nfrom patronage.world.layout import Bucket\n"
    ask += "compiling.prepare(Bucket(8, 12, 6, 4)); print(f'{time.perf_counter() - a:.1f} s, {time.process_time() - b:.1f} s of processor time')"
    with tempfile.TemporaryDirectory() as place:
        for what in ("cold", "warm"):
            environment = {**os.environ, "PATRONAGE_CACHE": place}
            done = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True, env=environment)  # noqa: S603
            print(f"{what}: {done.stdout.strip()}")


def main() -> None:
    """Print the parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--scenario", default="central-asia")
    asked = parser.parse_args()
    if asked.compile:
        compiling()
        return
    os.environ["PATRONAGE_COMPILE"] = "always"
    print(f"| runs | record | ms a run | {' | '.join(PARTS)} |\n|---|---|---|{'---|' * len(PARTS)}")
    for runs in (1, 100, 1000):
        for record in ("lean", "standard"):
            by_part(asked.scenario, runs, record)


if __name__ == "__main__":
    main()
