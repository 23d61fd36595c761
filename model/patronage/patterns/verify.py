"""Runs the ensembles and judges the patterns."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from typing import Any, Protocol

import pandas as pd

from patronage.batch.executors import executor

from .central_asia_statistics import Columns, read
from .claims import Measured, Sample, Verdict, together
from .ensembles import ENSEMBLES, Variant
from .observed import simulate_observed
from .pattern import Pattern, Tag, Twin

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all."""


@dataclass(frozen=True)
class EnsembleJob:
    """One ensemble to run."""

    ensemble: Variant
    runs: int
    seed: int
    more: tuple[tuple[str, str], ...] = ()
    """Settings on top, by path: a mechanism that is off."""

    @property
    def size(self) -> int:
        return self.runs * self.ensemble.quarters

    def run(self, progress: Callable[[int], None] | None = None) -> Columns:
        """Its columns."""
        scenario = self.ensemble.scenario(dict(self.more))
        found = simulate_observed(scenario, self.runs, self.seed, until=self.ensemble.last, progress=progress)
        return read(found)


class Runnable(Protocol):
    """Something that yields columns, and its cost."""

    @property
    def size(self) -> int: ...
    def run(self, progress: Callable[[int], None] | None = None) -> Columns: ...


def run_jobs(jobs: Mapping[str, Runnable], workers: int = 1, progress: Progress | None = None) -> dict[str, Columns]:
    """All ensembles by name, in this process or in several; no number depends on how many."""
    total, done = sum(job.size for job in jobs.values()), 0
    out: dict[str, Columns] = {}

    def advance(step: int) -> None:
        nonlocal done
        done += step
        if progress is not None:
            progress(done, total)

    if workers <= 1 or len(jobs) == 1:
        for name, job in jobs.items():
            out[name] = job.run(advance)
        return out
    with executor(min(workers, len(jobs))) as doer:
        futures = {doer.submit(job.run): name for name, job in sorted(jobs.items(), key=lambda j: -j[1].size)}
        for future in as_completed(futures):
            out[futures[future]] = future.result()
            advance(jobs[futures[future]].size)
    return {name: out[name] for name in jobs}


def sample(
    names: Iterable[str],
    runs: int,
    seed: int,
    *,
    workers: int = 1,
    progress: Progress | None = None,
    more: Mapping[str, str] | None = None,
) -> dict[str, Columns]:
    """Columns of named ensembles."""
    extra = tuple((more or {}).items())
    return run_jobs({n: EnsembleJob(ENSEMBLES[n], runs, seed, extra) for n in dict.fromkeys(names)}, workers, progress)


@dataclass(frozen=True)
class Finding:
    """What a sample says about one claim."""

    pattern: Pattern
    claim: str
    criterion: str
    measured: Measured
    verdict: Verdict
    text: str
    """The value and its interval, written."""

    @property
    def row(self) -> dict[str, Any]:
        p, m = self.pattern, self.measured
        return {
            "pattern": p.number, "title": p.title, "tag": p.tag.value, "claim": self.claim, "criterion": self.criterion,
            "measured": self.text, "value": m.value, "low": m.low, "high": m.high, "verdict": self.verdict.value,
        }  # fmt: skip


def judge(
    pattern: Pattern, data: Sample, instead: Mapping[str, str] | None = None, names: Sequence[str] = ()
) -> list[Finding]:
    """All claims of a pattern, or those named, on a sample."""
    out = []
    for claim in pattern.claims:
        if names and claim.name not in names:
            continue
        m = claim.measure(data, instead)
        out.append(Finding(pattern, claim.name, claim.criterion, m, claim.judge(m), claim.text(m)))
    return out


def verdict(findings: Sequence[Finding]) -> Verdict:
    """What the claims say together."""
    return together([f.verdict for f in findings])


def verify(
    patterns: Sequence[Pattern], runs: int, seed: int, *, workers: int = 1, progress: Progress | None = None
) -> dict[int, list[Finding]]:
    """Findings by pattern."""
    names = [name for p in patterns for name in p.ensembles]
    data = sample(names, runs, seed, workers=workers, progress=progress)
    return {p.number: judge(p, data) for p in patterns}


@dataclass(frozen=True)
class TwinFinding:
    """What came of a twin."""

    pattern: Pattern
    twin: Twin
    findings: list[Finding]

    @property
    def fails_as_it_must(self) -> bool:
        """Whether every claim it names fails."""
        return all(f.verdict is Verdict.fails for f in self.findings)


def verify_twins(
    patterns: Sequence[Pattern], runs: int, seed: int, *, workers: int = 1, progress: Progress | None = None
) -> list[TwinFinding]:
    """Every twin of the patterns, judged on the claims it must break."""
    names = [
        twin.instead.get(e, e)
        for p in patterns for twin in p.twins for name in twin.claims for e in p.claim(name).ensembles
    ]  # fmt: skip
    data = sample(names, runs, seed, workers=workers, progress=progress)
    return [TwinFinding(p, t, judge(p, data, t.instead, t.claims)) for p in patterns for t in p.twins]


def headline(findings: Mapping[int, Sequence[Finding]], patterns: Sequence[Pattern]) -> str:
    """How many observed patterns hold at which nobody had looked; all others could not have failed, or were looked at."""
    held = {p.number for p in patterns if verdict(findings[p.number]) is Verdict.holds}
    return headline_of(held, patterns)


def headline_of(held: Container[int], patterns: Sequence[Pattern]) -> str:
    """The same from the numbers of those that hold."""
    counted = [p for p in patterns if p.tag is Tag.untouched and not p.imagined]
    if counted:
        return f"{sum(p.number in held for p in counted)} of {len(counted)} untouched observed patterns hold"
    return f"0 of 0 untouched observed patterns hold: none of {len(patterns)} is a fact that nobody had looked at"


def by_tag(held: Container[int], patterns: Sequence[Pattern]) -> str:
    """How many of each tag hold, in words."""
    groups = {tag: [p.number in held for p in patterns if p.tag is tag] for tag in Tag}
    return ", ".join(f"{sum(several)} of {len(several)} {tag.value}" for tag, several in groups.items() if several)


def frame(findings: Mapping[int, Sequence[Finding]]) -> pd.DataFrame:
    """A row a claim."""
    return pd.DataFrame([f.row for several in findings.values() for f in several])


def twins_frame(found: Sequence[TwinFinding]) -> pd.DataFrame:
    """A row a twin and claim."""
    return pd.DataFrame([{"twin": t.twin.text, **f.row} for t in found for f in t.findings])
