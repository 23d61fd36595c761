"""What a calibration leaves in its folder: the layer, tables, figures, one HTML file, a summary, a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from patronage.batch.disk import write_whole
from patronage.batch.folders import MANIFEST, sha256, write_manifest
from patronage.batch.identity import provenance
from patronage.calibration.calibrate import (
    IDENTITY,
    LEFT_OUT,
    MISSING,
    OUT_OF_REACH,
    RANK_DRAWS,
    STILL,
    USED,
    Calibration,
)
from patronage.calibration.layer import BASE, extended, layer
from patronage.calibration.own import OwnTargets
from patronage.figures import calibration as drawn
from patronage.figures.lettering import letters_for
from patronage.figures.style import save, styled
from patronage.reports.folders import FIGURES, REPORT, SUMMARY
from patronage.reports.page import _environment, pictures
from patronage.reports.words import number, percent

LAYER = "calibrated.yaml"
MOST_LINES = 40
"""Observations that a summary lists."""
DRAWS = 2000
"""Draws of the posterior that are written."""
CAPTIONS = {
    "posteriors": "Posterior of each parameter over the range of its prior.",
    "correlation": "Correlations of the posterior; those below .2 are not written out.",
    "checks": "Observed statistics at 0; simulated ones as 90 % intervals, in discrepancies.",
    "ranks": "Ranks of the true parameters among posterior draws, in simulated worlds.",
}
PARAMETERS = "Prior range, value as it stood, posterior median and 90 % interval; width: that interval over the prior's; \
covered: true values within the 50 and 90 % intervals in simulated worlds."
CHECKS = "Observed value and median of each ensemble, for the statistics that are used or out of reach; place: part of the \
posterior's simulations below what was observed; z: how many standard deviations of the posterior's prediction it lies above its mean."


def write_calibration(found: Calibration, folder: str | Path, name: str, plates: bool = True, command: str = "") -> Path:
    """Write everything beside the chunks, the manifest last. `name` is what the scenario was called on the command line."""
    place = Path(folder)
    quantiles = found.posterior.quantile([0.05, 0.5, 0.95])
    text = layer(found.scenario, name, found.parameters, quantiles, found.plan.last, found.plan.simulations, found.digest)
    if extended(name) == BASE:
        write_whole(place / BASE, found.scenario.resolved().encode())
    write_whole(place / LAYER, text.encode())
    frames = tables(found)
    for table, frame in frames.items():
        write_whole(place / f"{table}.csv", frame.to_csv(index=False, float_format="%.7g", lineterminator="\n").encode())
    paths = plot_calibration(found, place / FIGURES) if plates else []
    facts = provenance(command or "patronage calibrate")
    write_whole(place / SUMMARY, (summary(found) + "\n").encode())
    write_whole(place / REPORT, page(found, paths, facts).encode())
    files = [LAYER, SUMMARY, IDENTITY, *(f"{t}.csv" for t in frames)]
    (place / ".manifest").mkdir(exist_ok=True)
    write_manifest(place / ".manifest", {
        "kind": "calibration", **facts, "identity": found.digest, "last": found.plan.last, "simulations": found.counts,
        "files": {f: sha256(place / f) for f in files},
    })  # fmt: skip
    (place / ".manifest" / MANIFEST).replace(place / MANIFEST)
    (place / ".manifest").rmdir()
    return place / LAYER


def tables(found: Calibration) -> dict[str, pd.DataFrame]:
    """Every table by name."""
    matrix = pd.DataFrame(found.posterior.correlation, columns=list(found.names))
    matrix.insert(0, "path", list(found.names))
    return {
        "parameters": found.table(), "statistics": found.checks(), "fit": found.fit(), "screening": found.screening,
        "correlation": matrix, "posterior": pd.DataFrame(found.posterior.draw(DRAWS, found.plan.seed), columns=list(found.names)),
    }  # fmt: skip


def plot_calibration(found: Calibration, folder: Path) -> list[Path]:
    """All figures as PNG and SVG."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = letters_for([found.scenario.title])
    note = f"{letters.spell(found.scenario.title)}; training window to {found.plan.last}, {found.plan.simulations} simulations."
    names, draws = list(found.names), found.posterior.draw(DRAWS, found.plan.seed)
    with styled(letters):
        figures = {
            "posteriors": drawn.posteriors(found.table(), draws, note),
            "correlation": drawn.correlation(names, found.posterior.correlation, note),
            "checks": drawn.checks(found.checks(), note),
            "ranks": drawn.rank_histograms(names, found.ranks, RANK_DRAWS, note),
        }
        return [path for name, figure in figures.items() for path in save(figure, folder, name)]


def general(found: Calibration) -> list[str]:
    """The findings in sentences."""
    table = found.table()
    groups = {w: list(table.loc[table["told"] == w, "path"]) for w in ("well", "somewhat", "not")}
    out = [counted(found)]
    words = {"well": "Told by the data", "somewhat": "Told somewhat", "not": "Not told"}
    out += [f"{words[w]}: {', '.join(paths)}." for w, paths in groups.items() if paths]
    out += [f"{one} and {other} go together before anything is known (rank correlation {rank:+.2f})."
            for one, other, rank in found.plan.correlations]  # fmt: skip
    out += [f"{one} and {other} are told only together (correlation {value:+.2f})." for one, other, value in pairs(found)]
    if USED not in found.state:
        return [*out, "Nothing is used: what is known of the parameters is what was known before.", *beyond(found)]
    fit = found.fit().set_index("ensemble")
    before, after = fit.loc["as_it_stands"], fit.loc["posterior"]
    out.append(
        f"Misfit of the used {called(found)}, in discrepancies: {before['misfit']:.2f} as it stood, {after['misfit']:.2f} calibrated; "
        f"observed values within the simulated 90 %: {percent(before['inside90'])} and {percent(after['inside90'])}."
    )
    return [*out, *beyond(found)]


def called(found: Calibration) -> str:
    """What is compared, in a word."""
    return "observations" if isinstance(found.statistics, OwnTargets) else "statistics"


def counted(found: Calibration) -> str:
    """How many are compared, and what is done with them."""
    states = pd.Series(found.state).value_counts()
    used, far, still = (states.get(s, 0) for s in (USED, OUT_OF_REACH, STILL))
    left = f", {states[LEFT_OUT]} left out" if LEFT_OUT in states else ""
    missing = f", {states[MISSING]} that do not exist in every run" if MISSING in states else ""
    window = f"{found.statistics.first} to {found.statistics.last}"
    counts = f"{used} used, {far} out of the model's reach, {still} that nothing moves{left}{missing}"
    return f"{len(found.state)} {called(found)} of {window}: {counts}."


def beyond(found: Calibration) -> list[str]:
    """Those that no value of the parameters comes near to."""
    names = [n for n, s in zip(found.statistics.names, found.state, strict=True) if s == OUT_OF_REACH]
    return [f"Out of reach at any value of these parameters: {'; '.join(names)}."] if names else []


def pairs(found: Calibration, least: float = 0.5) -> list[tuple[str, str, float]]:
    """Pairs of parameters with a large correlation in the posterior, where they had none before."""
    matrix, names = found.posterior.correlation, found.names
    known = {frozenset((one, other)) for one, other, _ in found.plan.correlations}
    cells = [
        (i, j) for i in range(len(names)) for j in range(i)
        if abs(matrix[i, j]) >= least and frozenset((names[i], names[j])) not in known
    ]  # fmt: skip
    return [(names[j], names[i], float(matrix[i, j])) for i, j in sorted(cells, key=lambda c: -abs(matrix[c]))]


def summary(found: Calibration) -> str:
    """The findings and the table of parameters as plain text."""
    lines = [line.rstrip() for line in [*aligned(parameter_grid(found)), *observation_lines(found)]]
    head = f"{found.scenario.title}: calibrated on {found.statistics.first} to {found.statistics.last}, seed {found.plan.seed}"
    return "\n".join([head, "", *(f"- {text}" for text in general(found)), "", *lines])


def aligned(grid: list[list[str]]) -> list[str]:
    """Rows of text in columns."""
    widths = [max(len(row[i]) for row in grid) for i in range(len(grid[0]))]
    return ["  ".join(c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(r, widths, strict=True))) for r in grid]


def observation_lines(found: Calibration) -> list[str]:
    """Observations of one's own with what the calibrated model says of each; the first ones where they are many."""
    if not isinstance(found.statistics, OwnTargets):
        return []
    table = found.checks()
    grid = [["observation", "observed", "predicted", "90 %", "z", "state"]]
    grid += [
        [r.statistic, number(r.observed, 3), number(r.posterior_median, 3),
         f"{number(r.posterior_p05, 3)} to {number(r.posterior_p95, 3)}", f"{r.z:+.1f}", r.state]
        for r in table.head(MOST_LINES).itertuples()
    ]  # fmt: skip
    more = [f"and {len(table) - MOST_LINES} more in statistics.csv"] if len(table) > MOST_LINES else []
    return ["", *aligned(grid), *more]


def parameter_grid(found: Calibration) -> list[list[str]]:
    """Parameters as rows of text, the head first."""
    rows = [["parameter", "prior", "stood", "median", "90 %", "width", "told", "covered 50/90"]]
    for r in found.table().itertuples():
        stood = number(r.value, 3) if np.isfinite(r.value) else ""
        rows.append([
            r.path, f"{number(r.low, 3)} to {number(r.high, 3)}", stood, number(r.median, 3),
            f"{number(r.p05, 3)} to {number(r.p95, 3)}", f"{r.width:.2f}", r.told,
            f"{100 * r.cover50:.0f}/{100 * r.cover90:.0f} %",
        ])  # fmt: skip
    return rows


def page(found: Calibration, paths: list[Path], facts: Mapping[str, Any]) -> str:
    """The report: one HTML file with everything inside."""
    checks = found.checks()
    shown = checks[checks["state"] != STILL]
    grid = [[called(found)[:-1], "observed", "as it stands", "posterior", "place", "z", ""]]
    grid += [
        [r.statistic, number(r.observed, 2), number(r.as_it_stands_median, 2), number(r.posterior_median, 2),
         f"{r.posterior_place:.2f}", f"{r.z:+.1f}", r.state] for r in shown.itertuples()
    ]  # fmt: skip
    sections = [("Parameters", PARAMETERS, parameter_grid(found)), (called(found).capitalize(), CHECKS, grid)]
    if "score" in found.screening:
        rows = [["parameter", "score", "moves most", "by"]]
        rows += [[r.path, f"{r.score:.2f}", r.most, f"{r.by:.1f}"] for r in found.screening.head(20).itertuples()]
        note = "Morris effects of the whole range in discrepancies: root mean square over statistics, and the largest. The first 20."
        sections.append(("Screen", note, rows))
    return (
        _environment()
        .get_template("calibration.html.j2")
        .render(
            title=f"Calibration: {found.scenario.title}", question=found.scenario.question, first=found.statistics.first,
            last=found.statistics.last, counts=found.counts, seed=found.plan.seed, general=general(found), tables=sections,
            figures=pictures(paths, CAPTIONS), facts=facts,
        )
    )  # fmt: skip
