"""`python -m fuzz 123` repeats a mutant; `python -m fuzz --first 0 --count 20000` runs many and prints the counts."""

from __future__ import annotations

import argparse
import signal
import sys
from collections import Counter
from contextlib import suppress

from .campaign import KINDS, Verdict, attack, table


def main() -> int:
    """The exit code: 1 if anything is wrong."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("number", type=int, nargs="*", help="mutants to repeat, ")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--kind", choices=list(KINDS), help="only this kind, whatever the number")
    given = parser.parse_args()
    numbers = given.number or range(given.first, given.first + given.count)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a shell ignores it for what runs beside it
    found: list[Verdict] = []
    causes: Counter[str] = Counter()
    with suppress(KeyboardInterrupt):  # Ctrl-C ends it with the counts so far
        for number in numbers:
            verdict = attack(number, given.kind or "")
            found.append(verdict)
            causes[verdict.reason[-60:]] += verdict.became == "wrong"
            if given.number or (verdict.became == "wrong" and causes[verdict.reason[-60:]] <= 3):
                sys.stdout.write(f"{verdict}\n")
                sys.stdout.flush()
    peak = max((v.peak for v in found), default=0)
    spent = f"{len(found)} mutants. Peak memory {peak:.0f} MB, {sum(v.seconds for v in found):.0f} s of processor time"
    sys.stdout.write(f"\n{table(found)}\n{spent}\n")
    return int(any(v.became == "wrong" for v in found))


if __name__ == "__main__":
    sys.exit(main())
