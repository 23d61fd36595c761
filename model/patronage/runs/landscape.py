"""The region of a run folder, for its landscape: propensities, sizes and the alignment of all actors.

The propensities of a region are not stored but made again: the folder's scenario, seed and run numbers give the same
worlds, and the shares of influence must be those that the folder holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from patronage.batch.folders import FolderError
from patronage.driving import Ensemble, prepare
from patronage.runs.store import RunFolder
from patronage.scenario.problems import nearest
from patronage.scenario.quarters import parse_quarter, quarter_name
from patronage.theory.landscape import MOST_ACTORS
from patronage.world.arrays import Array

_CLOSE = 1e-6
"""Shares of influence recorded as 32-bit numbers are told to this."""


AT_ONCE = 400
"""Runs whose worlds are held at once."""


class QuestionError(ValueError):
    """A landscape that cannot be drawn: an unknown quarter, actor or run."""


@dataclass(frozen=True)
class LandscapeInput:
    """What a landscape needs, for every run: propensities, sizes and the alignment."""

    title: str
    actors: tuple[str, ...]
    propensity: Array
    """[R, A, A]"""
    size: Array
    """[R, A]"""
    side: Array | None
    """bool [R, A]; None where nobody says how the actors stand."""

    @property
    def runs(self) -> int:
        return len(self.size)


def region_of(
    folder: RunFolder,
    quarter: str | None = None,
    actors: Sequence[str] = (),
    run: int | None = None,
    sizing: str = "equal",
    progress: Callable[[int, int], None] | None = None,
) -> LandscapeInput:
    """The region of a run folder at the end of a quarter (default: the last), in all runs or in one.

    `sizing`: "equal" (every actor 1) or "gdp". Raises QuestionError for what the folder does not hold, FolderError if
    this version of the model no longer gives the folder's numbers.
    """
    last = _quarter(folder, quarter)
    numbers = np.array(folder.coords["run"] if run is None else [_run(folder, run)])
    s = prepare(folder.scenario, numbers[:1], folder.seed).parameters.structure
    chosen = _chosen(s.actors, actors)
    recorded = folder.array("share").sel(quarter=quarter_name(last))
    parts: list[tuple[Array, Array, Array]] = []
    span = last - folder.scenario.start + 1
    for at in range(0, len(numbers), AT_ONCE):
        chunk = numbers[at : at + AT_ONCE]
        ensemble = prepare(folder.scenario, chunk, folder.seed).ensemble()
        for done in range(span):
            ensemble.step()
            if progress is not None:
                progress(at * span + len(chunk) * (done + 1), len(numbers) * span)
        if np.abs(ensemble.world.share - recorded.sel(run=chunk).values).max(initial=0.0) > _CLOSE:
            raise FolderError(
                f"{folder.path} was made by another version of the model: its runs come out differently now. Run it again"
            )
        parts.append((ensemble.bonds(), sizes(ensemble), sides(ensemble)))
    propensity, gdp, side = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    names = tuple(s.actors[i] for i in chosen)
    size = _sized(gdp[:, chosen], names, sizing)
    whole = f"run {run}" if run is not None else f"{len(numbers)} runs"
    title = f"{folder.manifest['scenario']['name']}, {quarter_name(last)}, {whole}"
    return LandscapeInput(title, names, propensity[:, chosen][:, :, chosen], size, side[:, chosen])


def sizes(ensemble: Ensemble) -> Array:
    """[R,A] yearly GDP of every actor, MUSD; 0 for a patron whose GDP the scenario does not give."""
    s, world = ensemble.start.structure, ensemble.world
    found = zip(s.actor_patron, s.actor_client, strict=True)
    return np.stack([4.0 * (world.gdp[:, j] if j >= 0 else world.patron_gdp[:, i]) for i, j in found], axis=1)


def sides(ensemble: Ensemble) -> Array:
    """The alignment, bool [R,A]: true for those on the minus side of the first declared axis."""
    s, world = ensemble.start.structure, ensemble.world
    if len(s.axes) == 1:
        return np.zeros((world.runs, len(s.actors)), dtype=bool)
    place = ensemble.parameters["patron_position"]
    found = zip(s.actor_patron, s.actor_client, strict=True)
    return np.stack([(world.position[:, j, 1] if j >= 0 else place[:, i, 1]) < 0 for i, j in found], axis=1)


def _quarter(folder: RunFolder, text: str | None) -> int:
    held = folder.coords["quarter"]
    word = held[-1] if text is None else text.strip()
    if word not in held:
        try:
            parse_quarter(word)
        except ValueError:
            raise QuestionError(f"{word!r} is no quarter: write it as 2012Q4") from None
        raise QuestionError(f"{folder.path} holds {held[0]} to {held[-1]}, not {word}")
    return int(parse_quarter(word))


def _run(folder: RunFolder, run: int) -> int:
    held = folder.coords["run"]
    if run not in held:
        raise QuestionError(f"{folder.path} holds runs {held[0]} to {held[-1]}, not {run}")
    return run


def _chosen(known: Sequence[str], wanted: Sequence[str]) -> list[int]:
    """Places of the actors asked for, all unless some are named."""
    unknown = [a for a in wanted if a not in known]
    if unknown:
        raise QuestionError(". ".join(f"{a!r} is no actor here. {nearest(a, known, MOST_ACTORS)}" for a in unknown))
    chosen = [i for i, a in enumerate(known) if not wanted or a in wanted]
    if not 2 <= len(chosen) <= MOST_ACTORS:
        raise QuestionError(
            f"a landscape needs 2 to {MOST_ACTORS} actors, and here are {len(chosen)}: choose with --actors"
        )
    return chosen


def _sized(gdp: Array, names: Sequence[str], sizing: str) -> Array:
    if sizing == "equal":
        return np.ones_like(gdp)
    without = [a for a, size in zip(names, gdp.min(axis=0), strict=True) if size <= 0]
    if without:
        raise QuestionError(f"the scenario gives no GDP of {', '.join(without)}: use equal sizes, or leave them out")
    return gdp
