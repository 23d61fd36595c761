"""Everything at once: every method the data allow, for every outcome asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import partial
from importlib import import_module
from typing import Any

import pandas as pd

from . import quantiles, robustness, scores, sensitivity, shapley, theories, tipping
from .boxes import Box, cart, prim
from .case import Aim, AnalysisError, Case, noise_share

METHODS = {
    "summary": "quantiles of every outcome by point and by lever setting",
    "sobol": "Sobol indices, over time too (Sobol designs)",
    "morris": "Morris effects, over time too (Morris designs)",
    "scores": "feature scores by extra-trees",
    "shapley": "the variance divided among factors, drawn together or not (samples; only if asked for)",
    "prim": "conditions found by PRIM",
    "cart": "conditions found by CART",
    "regret": "regret and satisficing of lever settings over futures",
    "paired": "differences between lever settings in the same futures with the same luck",
    "theories": "how much is theory, parameters and luck; what each theory says; what would tell them apart",
    "scenarios": "how much is scenario, parameters and luck; what is so in each scenario; each against the first",
    "tipping": "values of factors at which an outcome comes to count in half of the runs",
    "idle": "factors that moved no outcome",
}
"""Every method, and what it says."""


RIVALS = {"scenarios": "scenario", "theories": "theory"}
"""Methods about rivals, and the role of the factors they are about."""


class UnknownWordError(AnalysisError):
    """A name of an outcome or method that there is not."""


@dataclass(frozen=True)
class RivalTables:
    """What rival theories, or several scenarios, say of one outcome; tables as of `theories`."""

    shares: pd.DataFrame
    by_theory: pd.DataFrame
    telling: pd.DataFrame
    effects: pd.DataFrame | None
    """None without levers."""
    against: pd.DataFrame


@dataclass(repr=False)
class Answers:
    """What the methods say. Tables are keyed by outcome; what could not be said stands in `silent`, with the reason."""

    case: Case
    outcomes: tuple[str, ...]
    methods: tuple[str, ...]
    noise: dict[str, float] = field(default_factory=dict)
    """Share of the variance of point means that is luck."""
    by_point: pd.DataFrame | None = None
    by_setting: pd.DataFrame | None = None
    sobol: dict[str, pd.DataFrame] = field(default_factory=dict)
    sobol_over_time: dict[str, pd.DataFrame] = field(default_factory=dict)
    """Keyed by measure of the series."""
    morris: dict[str, pd.DataFrame] = field(default_factory=dict)
    morris_over_time: dict[str, pd.DataFrame] = field(default_factory=dict)
    scores: dict[str, pd.DataFrame] = field(default_factory=dict)
    shapley: dict[str, pd.DataFrame] = field(default_factory=dict)
    prim: dict[str, list[Box]] = field(default_factory=dict)
    cart: dict[str, list[Box]] = field(default_factory=dict)
    regret: dict[str, pd.DataFrame] = field(default_factory=dict)
    paired: dict[str, pd.DataFrame] = field(default_factory=dict)
    theories: dict[str, RivalTables] = field(default_factory=dict)
    scenarios: dict[str, RivalTables] = field(default_factory=dict)
    tipping: dict[str, pd.DataFrame] = field(default_factory=dict)
    idle: pd.DataFrame | None = None
    silent: dict[tuple[str, str], str] = field(default_factory=dict)
    """(method, outcome or "") → why it says nothing."""

    def __repr__(self) -> str:
        return str(import_module("patronage.reports.findings").text(self, f"{len(self.case.points)} points", ""))

    def _repr_html_(self) -> str:
        return str(import_module("patronage.reports.notebook").text_html(repr(self)))


def analyse(
    case: Case,
    outcomes: Iterable[str] = (),
    methods: Iterable[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> Answers:
    """Every method for every outcome. What these data do not allow is noted, not raised.

    Parameters: `outcomes` and `methods` limit it (default: all); `progress` is called with steps done and in all.

    Raises UnknownWordError for a name that there is not, MissingExtraError where a library of the extra is absent.
    """
    asked = tuple(dict.fromkeys(methods)) or fitting(case)
    names = tuple(a.name for a in case.aims)
    wanted = tuple(dict.fromkeys(outcomes)) or names
    check_all(("method", asked, METHODS), ("outcome", wanted, names))
    out = Answers(case, wanted, asked)
    steps = _steps(out, [case.aim(n) for n in wanted])
    for done, (method, about, step) in enumerate(steps):
        if progress is not None:
            progress(done, len(steps))
        if method in case.withheld:
            out.silent[method, about] = case.withheld[method]
            continue
        try:
            step()
        except AnalysisError as error:
            out.silent[method, about] = str(error)
    if progress is not None:
        progress(len(steps), len(steps))
    return out


def fitting(case: Case) -> tuple[str, ...]:
    """The methods that suit the design: indices only for their designs, comparisons only where there are levers."""
    out = [m for m in METHODS if m not in ("sobol", "morris", "shapley", "regret", "paired", *RIVALS)]
    out[1:1] = [method for method, role in RIVALS.items() if any(v.role == role for v in case.variables)]
    if case.design in ("sobol", "morris"):
        out.insert(1, case.design)
    if case.levers:
        out[-2:-2] = ["regret", "paired"]
    return tuple(out)


def check_words(what: str, words: Iterable[str], allowed: Iterable[str]) -> None:
    """Refuse words that there are not, all at once, each with the nearest right one."""
    known = list(allowed)
    lines = []
    for word in words:
        if word not in known:
            close = get_close_matches(word.lower(), {k.lower(): k for k in known}, n=1, cutoff=0.55)
            hint = f" Did you mean {next(k for k in known if k.lower() == close[0])}?" if close else ""
            lines.append(f"unknown {what} '{word}'.{hint} Allowed: {', '.join(known)}.")
    if lines:
        raise UnknownWordError("\n".join(lines))


def check_all(*checks: tuple[str, Iterable[str], Iterable[str]]) -> None:
    """Several of these checks, their complaints together."""
    lines = []
    for what, words, allowed in checks:
        try:
            check_words(what, words, allowed)
        except UnknownWordError as error:
            lines.append(str(error))
    if lines:
        raise UnknownWordError("\n".join(lines))


Step = tuple[str, str, Callable[[], None]]


def _steps(out: Answers, aims: list[Aim]) -> list[Step]:
    case, steps = out.case, list[Step]()

    def add(method: str, about: str, step: Callable[[], None]) -> None:
        if method in out.methods:
            steps.append((method, about, step))

    for aim in aims:
        out.noise[aim.name] = noise_share(case.matrix(aim.name))
    add("summary", "", partial(_summaries, out))
    for aim in aims:
        name = aim.name
        add("sobol", name, partial(_store, out.sobol, name, sensitivity.sobol, case, name))
        add("morris", name, partial(_store, out.morris, name, sensitivity.morris, case, name))
        add("scores", name, partial(_store, out.scores, name, scores.feature_scores, case, name))
        add("shapley", name, partial(_store, out.shapley, name, shapley.shapley, case, name))
        add("prim", name, partial(_store, out.prim, name, prim, case, aim))
        add("cart", name, partial(_store, out.cart, name, cart, case, aim))
        add("regret", name, partial(_store, out.regret, name, robustness.robustness, case, aim))
        add("paired", name, partial(_store, out.paired, name, robustness.differences, case, aim))
        for method, role in RIVALS.items():
            add(method, name, partial(_store, getattr(out, method), name, partial(_rivals, role=role), case, name))
        add("tipping", name, partial(_store, out.tipping, name, tipping.tipping, case, aim))
    for m in [] if case.series is None else [str(c) for c in case.series.columns]:
        add("sobol", m, partial(_store, out.sobol_over_time, m, sensitivity.sobol_over_time, case, m))
        add("morris", m, partial(_store, out.morris_over_time, m, sensitivity.morris_over_time, case, m))
    add("idle", "", partial(_idle, out))
    return steps


def _store(store: dict[str, Any], name: str, work: Callable[[Case, Any], Any], case: Case, about: Any) -> None:
    store[name] = work(case, about)


def _rivals(case: Case, name: str, role: str) -> RivalTables:
    names, values = theories.table_of(case, name, role)
    axes, whole = theories.whole_table(case, name)
    levers = any(v.role == "lever" for v in case.variables)
    return RivalTables(
        theories.shares(whole, axes=axes), theories.by_theory(names, values, role), theories.telling(names, values),
        theories.effects(case, name, case.least(name), role) if levers else None, theories.against(names, values, case.least(name)),
    )  # fmt: skip


def _summaries(out: Answers) -> None:
    chosen = out.case.values[list(out.outcomes)]
    narrowed = Case(out.case.points, chosen, out.case.variables)
    out.by_point, out.by_setting = quantiles.by_point(narrowed), quantiles.by_setting(narrowed)


def _idle(out: Answers) -> None:
    out.idle = scores.idle(out.case)


def idle_factors(table: pd.DataFrame) -> dict[str, str]:
    """Variables that moved no outcome → nothing (equal in every pair and run), too little (to be worth telling) or cannot tell."""
    found = {}
    for name, rows in table.groupby("variable", sort=False):
        moves = set(rows["moves"])
        if "yes" not in moves:
            found[str(name)] = next(how for how in ("cannot tell", "too little", "nothing") if how in moves)
    return found
