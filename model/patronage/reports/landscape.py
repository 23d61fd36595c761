"""Which two blocs a region is near, in words: the landscape of a run folder, or of anybody's own matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from patronage.runs.landscape import LandscapeInput
from patronage.theory.landscape import (
    Landscape,
    bonds,
    descend,
    flips_between,
    landscape,
    relief,
    side_of,
    split_energy,
)
from patronage.world.arrays import Array

SHOWN = 6
"""Minima, splits and endings listed; the rest is counted."""
LOWEST = 3


def landscape_text(region: LandscapeInput) -> str:
    """What the landscape says: the alignment, the minima, and where the single runs lead."""
    found = landscape(region.size.mean(axis=0), region.propensity.mean(axis=0))
    average = f"; propensities and sizes are means over {region.runs} runs" if region.runs > 1 else ""
    head = f"{region.title}: {len(region.actors)} actors, {_count(len(found.energy), 'split')} in two blocs{average}."
    parts = [head]
    if region.side is not None:
        parts.append(_alignment(region, found, usual_split(region.side)[0]))
    parts.append(_minima(region, found))
    parts.append(_extremes(region, found))
    if region.side is not None and region.runs > 1:
        parts.append(_endings(region, found))
    return "\n\n".join(parts)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def usual_split(side: Array) -> tuple[Array, float]:
    """The most frequent split, and the share of runs in it."""
    rows, counts = np.unique(side ^ side[:, :1], axis=0, return_counts=True)
    best = int(np.argmax(counts))
    return rows[best], float(counts[best]) / len(side)


def blocs_text(actors: Sequence[str], side: Array) -> str:
    """Two blocs by name, that of the first actor first."""
    apart = np.asarray(side, dtype=bool) ^ bool(side[0])
    one = [a for a, away in zip(actors, apart, strict=True) if not away]
    other = [a for a, away in zip(actors, apart, strict=True) if away]
    return f"{' '.join(one)} | {' '.join(other) or '(nobody)'}"


def _energy(found: Landscape, energy: float) -> str:
    """An energy and its part of all attraction and repulsion."""
    return f"{energy:.6g} ({100 * energy / (found.scale or 1.0):+.0f} %)".replace("-", "−")


def _alignment(region: LandscapeInput, found: Landscape, side: Array) -> str:
    assert region.side is not None
    part = usual_split(region.side)[1]
    change = relief(found.bond, side)
    restless = [a for a, c in zip(region.actors, change, strict=True) if c < -1e-12 * found.scale]
    whose = f" ({100 * part:.0f} % of runs)" if region.runs > 1 else ""
    lines = [
        f"Alignment{whose}: {blocs_text(region.actors, side)}",
        f"  energy {_energy(found, found.energy_of(side))}",
    ]
    if restless:
        lines.append(f"  no minimum: changing sides would lower it for {', '.join(restless)}")
    else:
        lines.append("  a minimum: no single change of sides would lower it")
    return "\n".join(lines)


def _minima(region: LandscapeInput, found: Landscape) -> str:
    rows = ["Minima, lowest first (basin: splits from which the steepest way down ends there):"]
    side = None if region.side is None else usual_split(region.side)[0]
    for i, m in enumerate(found.minima[:SHOWN], start=1):
        away = "" if side is None else f", {_count(flips_between(side, m.side), 'change')} from the alignment"
        basin = f"basin {m.basin:,} of {len(found.energy):,}"
        rows.append(f"  {i}. {blocs_text(region.actors, m.side)}")
        rows.append(f"     energy {_energy(found, m.energy)}, {basin}{away}")
    if len(found.minima) > SHOWN:
        rows.append(f"  and {len(found.minima) - SHOWN} more")
    return "\n".join(rows)


def _extremes(region: LandscapeInput, found: Landscape) -> str:
    order = np.argsort(found.energy, kind="stable")[:LOWEST]
    rows = ["Lowest splits, minima or not:"]
    rows += [
        f"  {_energy(found, float(found.energy[k]))}  {blocs_text(region.actors, side_of(int(k), len(region.actors)))}"
        for k in order
    ]
    rows.append(f"Highest energy: {_energy(found, float(found.energy.max()))}")
    return "\n".join(rows)


def _endings(region: LandscapeInput, found: Landscape) -> str:
    """Where each run's own landscape leads from its own alignment."""
    assert region.side is not None
    bond = bonds(region.size, region.propensity)
    ends = descend(bond, region.side)
    stays = (ends == (region.side ^ region.side[:, :1])).all(axis=1).mean()
    gap = split_energy(bond, region.side) - split_energy(bond, ends)
    part = float((gap / np.abs(bond).sum(axis=(1, 2))).mean())
    rows = ["Each run on its own, downhill from its own alignment, ends in:"]
    splits, counts = np.unique(ends, axis=0, return_counts=True)
    for k in np.argsort(-counts, kind="stable")[:SHOWN]:
        rank = next((f" (minimum {i})" for i, m in enumerate(found.minima, 1) if (m.side == splits[k]).all()), "")
        rows.append(f"  {100 * counts[k] / region.runs:3.0f} %  {blocs_text(region.actors, splits[k])}{rank}")
    if len(splits) > SHOWN:
        rows.append(f"  and {_count(len(splits) - SHOWN, 'other split')}")
    rows.append(
        f"In {100 * stays:.0f} % of runs the alignment is a minimum; the way down gains {100 * part:.1f} % on average."
    )
    return "\n".join(rows)
