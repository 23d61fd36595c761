"""Small array helpers: everything here keeps a run's numbers the same bits alone or in any batch.

Arrays lead with the run axis but are stored *run-contiguous* (Fortran order), so that a vector operation
runs along the ensemble however few patrons and clients there are. `np.sum` picks its order of additions
from the memory layout and so from the size of the ensemble; `total` never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def zeros(*shape: int, dtype: npt.DTypeLike = np.float64) -> Array:
    """A run-contiguous array of zeros."""
    return np.zeros(shape, dtype=dtype, order="F")


def filled(value: Array, runs: int) -> Array:
    """`value` [1 or R, ...] repeated to [R, ...], run-contiguous and writable."""
    out = np.empty((runs, *value.shape[1:]), dtype=value.dtype, order="F")
    out[...] = value
    return out


def total(x: Array, axis: int) -> Array:
    """Sum along a small axis, first to last, one addition after the other.

    The one loop over an actor axis: it fixes the order of additions, whatever the number of runs.
    """
    axis %= x.ndim
    n = x.shape[axis]
    if n == 0:
        return np.zeros(x.shape[:axis] + x.shape[axis + 1 :], order="F")
    lead: tuple[Any, ...] = (slice(None),) * axis
    out = x[(*lead, 0)] + 0.0
    for i in range(1, n):
        out += x[(*lead, i)]
    return out


def running(x: Array, axis: int) -> Array:
    """Running sum along an axis, first to last."""
    return np.add.accumulate(x, axis=axis)


def logistic(x: Array) -> Array:
    """S(x) = 1/(1 + exp(-x)); arguments beyond +-700 are clipped, where S is 0 or 1 to the last bit."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(x, -700.0, 700.0))))


def share_of(part: Array, whole: Array) -> Array:
    """`part / whole`, 0 where the whole is 0."""
    safe = np.where(whole > 0, whole, 1.0)
    return np.where(whole > 0, part / safe, 0.0)


def freeze(x: Array) -> Array:
    """Make an array read-only, so that a phase that would change its input crashes."""
    x.flags.writeable = False
    return x


class Lens:
    """Reads arrays of a struct shaped to broadcast against a target: `Lens(world, axes, "PC").openness` is [R,1,C].

    `axes` names, per attribute, the axes after the run axis. An attribute whose axes are a sub-sequence of the
    target's gets length-one axes where it lacks them.
    """

    __slots__ = ("_axes", "_struct", "_target")

    def __init__(self, struct: Any, axes: Mapping[str, str], target: str) -> None:
        self._struct = struct
        self._axes = axes
        self._target = target

    def __getattr__(self, name: str) -> Array:
        array: Array = getattr(self._struct, name)
        have = self._axes[name]
        if have == self._target:
            return array
        index: list[Any] = [slice(None)]
        rest = have
        for letter in self._target:
            if rest.startswith(letter):
                index.append(slice(None))
                rest = rest[1:]
            else:
                index.append(None)
        if rest:
            raise AttributeError(f"{name} has axes {have}, which do not fit {self._target}")
        return array[tuple(index)]
