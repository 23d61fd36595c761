"""What drives an outcome, in sentences; what a design cannot tell is said, and so is in how many runs an outcome exists."""

from __future__ import annotations

import numpy as np

from patronage.answers import Aim, Answers, Case, Variable
from patronage.answers.box_text import amount, decimal
from patronage.answers.sensitivity import SAME
from patronage.reports.words import interval, listed, number, percent, plural, points, signed

MOST_DRIVERS = 4
TELLING = 0.02
"""Indices below this are not named."""


def among(case: Case, name: str) -> str:
    """Where an outcome does not exist in every run: in how many it does; else empty."""
    known, total = len(case.known(name)), len(case.outcomes)
    there = "in which that is given" if case.aim(name).given else "in which it exists"
    return f"{known} of {plural(total, 'run')} {there}" if known < total else ""


def smallest(case: Case, aim: Aim) -> str:
    """The smallest difference of an outcome that is worth telling, in its unit."""
    size = case.least(aim.name)
    return points(size) if aim.truth else amount(size, aim.unit)


def drivers(a: Answers, name: str) -> list[str]:
    """What drives one outcome, by the methods that were asked."""
    case, lines = a.case, []
    aim, means = case.aim(name), case.means(name)
    means = means[np.isfinite(means)]
    asked = [m for m in ("sobol", "morris", "scores", "shapley") if name in getattr(a, m)]
    if asked and means.size and 0 < np.ptp(means) < case.least(name):
        return [
            f"Its point means differ by less than {smallest(case, aim)}: no difference worth telling, whatever drives it."
        ]
    for method, what in (("sobol", "Sobol indices"), ("morris", "Morris effects"), ("shapley", "Shapley effects")):
        if method in a.methods and (reason := a.silent.get((method, name))):
            lines.append(f"{what} cannot be told: {reason}.")
    if name in a.sobol:
        lines += _sobol(a, name)
    if name in a.morris:
        lines += _morris(a, aim)
    if name in a.shapley:
        lines.append(_shapley(a, name))
    if name in a.scores and name not in a.sobol and name not in a.morris:
        top = a.scores[name].head(MOST_DRIVERS)
        parts = [f"{case.variable(r.variable).title} {decimal(r.score)}" for r in top.itertuples() if r.score > TELLING]
        lines.append(f"Told best by (feature score): {'; '.join(parts)}.")
    return lines


def _sobol(a: Answers, name: str) -> list[str]:
    case, table = a.case, a.sobol[name]
    why = str(table["why"].iloc[0])
    if why == SAME:
        return ["It is the same at every point: nothing drives it here, and indices cannot be told."]
    if why:
        return [f"Sobol indices cannot be told: {why}."]
    used, of = int(table["blocks"].iloc[0]), case.blocks
    lines = [] if used == of else [f"Indices from {used} of {of} base samples: the others lack a value somewhere."]
    top = table.sort_values("ST", ascending=False).head(MOST_DRIVERS)
    parts = [
        f"{case.variable(r.variable).title} {decimal(r.ST)} {interval(r.ST_low, r.ST_high, 2)}"
        for r in top.itertuples()
        if r.ST_low > 0 and r.ST > TELLING
    ]
    alone = min(1.0, max(0.0, float(table["S1"].clip(lower=0).sum())))
    if not parts:
        return [*lines, "No total Sobol index can be told from 0."]
    text = f"Driven by (total Sobol index): {'; '.join(parts)}."
    return [*lines, f"{text} Alone they explain {percent(alone)} of the variance."]


def _shapley(a: Answers, name: str) -> str:
    table = a.shapley[name]
    top = table.iloc[:-1].head(MOST_DRIVERS)
    parts = [
        f"{a.case.variable(r.variable).title} {decimal(r.share)} {interval(r.share_low, r.share_high, 2)}"
        for r in top.itertuples() if r.share > TELLING
    ]  # fmt: skip
    rest = f"luck, and what so few points cannot tell, {decimal(float(table['share'].iloc[-1]))}"
    return f"Its variance divided (Shapley effect): {'; '.join([*parts, rest])}."


def _morris(a: Answers, aim: Aim) -> list[str]:
    case, table = a.case, a.morris[aim.name]
    text = table[table["mu_star"] > 0].sort_values("mu_star", ascending=False, kind="stable")
    top = text[text["mu_star"] >= case.least(aim.name)].head(MOST_DRIVERS)
    parts = [
        f"{_ranged(case.variable(r.variable))} {signed(r.mu, 2)} "
        f"(size {number(r.mu_star, 2)} {interval(r.mu_star_low, r.mu_star_high, 2)})"
        for r in top.itertuples()
    ]
    if parts:
        lines = [f"Moved by (Morris, whole range): {'; '.join(parts)}."]
    elif len(text):
        lines = [f"No factor moves it by {smallest(case, aim)} or more."]
    else:
        lines = ["No factor moved it in any trajectory."]
    for why, rows in table[table["why"] != ""].groupby("why", sort=False):
        lines.append(f"Effects of {listed([case.variable(n).title for n in rows['variable']])} cannot be told: {why}.")
    for column, what in (("missing", "it lacks a value at one end"), ("unmoved", "the factor did not change")):
        lost = int(table[column].sum())
        if lost:
            lines.append(f"Left out, because {what}: {lost} of {case.blocks * len(table)} steps.")
    return lines


def _ranged(v: Variable) -> str:
    """A factor; of words also the first and the last, which is what its whole range leads from and to."""
    return f"{v.title} ({v.values[0]} to {v.values[-1]})" if v.choice else v.title
