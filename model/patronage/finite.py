"""Whether a world is still one of numbers: a run that leaves them is a failed run, never a NaN in a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .scenario.quarters import quarter_name
from .world.state import World

LARGEST = 1e37
"""Beyond this a number is as good as infinite: tables are in 32 bits, which end at 3.4e38."""


class NotFiniteError(ArithmeticError):
    """A simulation that left the numbers; the message names run, quarter and variable."""


@dataclass(frozen=True)
class Unlimited:
    """A run that left the numbers: where it is among the runs, when, and in what."""

    run: int
    quarter: int
    variable: str

    def __str__(self) -> str:
        return f"{self.variable} is not finite in {quarter_name(self.quarter)}: noise, growth or rates are too large"


def unlimited(world: World, known: Collection[int] = (), at: int = 0) -> Iterator[Unlimited]:
    """Runs of a world, numbered from `at`, in which a variable is no finite number, but for those already `known`."""
    seen = set(known)
    for name, value in vars(world).items():
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or not value.size:
            continue
        if value.min() >= -LARGEST and value.max() <= LARGEST:  # false of a NaN, too
            continue
        right: npt.NDArray[np.bool_] = np.abs(value) <= LARGEST
        for row in np.flatnonzero(~right.reshape(len(right), -1).all(axis=1)):
            run = int(row) + at
            if run not in seen:
                seen.add(run)
                yield Unlimited(run, world.quarter, name.replace("_", " "))


__all__ = ["LARGEST", "NotFiniteError", "Unlimited", "unlimited"]
