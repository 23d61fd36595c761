"""Measures claims with large ensembles: what a finding should say. `python tests/findings/measure.py NAME...`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path


def main() -> None:
    """Print a line a claim: both means and the paired difference with its 95 % interval."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="scenarios; all unless given")
    parser.add_argument("--runs", type=int, default=300)
    asked = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from findings import claims as measured
    from patronage.results.ensemble import mean_interval

    for row in measured.claims():
        if asked.names and row.scenario not in asked.names:
            continue
        c = replace(row, runs=asked.runs)
        line = f"{c.name}: {c.here.mean():.4g} ± {2 * measured.error(c.here):.2g}"
        if c.compares:
            mean, low, high = (float(x) for x in mean_interval(c.here - c.there))
            line += f" against {c.there.mean():.4g}: difference {mean:+.4g} [{low:+.4g}, {high:+.4g}], n {len(c.here)}"
        sys.stdout.write(f"{line}   says {' | '.join(c.says)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
