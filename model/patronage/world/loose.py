"""Records as plain objects, so that the functions of a quarter run as ordinary Python on the memory that compiled code uses.

An array of a record is a memoryview (its cells are Python's own numbers, several times faster to compute with than NumPy's scalars).
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt


class LooseRecords:
    """An array of records whose items are objects with a name for every field; a row of a two-dimensional one is such an array."""

    __slots__ = ("_array", "_kind", "_made")

    def __init__(self, array: npt.NDArray[np.void]) -> None:
        self._array = array
        self._kind = kind_of(array.dtype)
        self._made: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, index: int) -> Any:
        found = self._made.get(index)
        if found is None:
            found = self._made[index] = (
                self._kind(self._array, index) if self._array.ndim == 1 else LooseRecords(self._array[index])
            )
        return found

    def __setitem__(self, index: int, value: Any) -> None:
        self._array[index] = value.record()


class Loose:
    """Base of the objects: a record of an array."""

    __slots__ = ("_array", "_index")

    def __init__(self, array: npt.NDArray[np.void], index: int) -> None:
        self._array, self._index = array, index

    def __getattr__(self, name: str) -> memoryview:
        """A field that is asked for the first time: there are hundreds, and small work looks at few."""
        cell: Any = self._array[name.removeprefix("_")][self._index : self._index + 1]
        made = memoryview(cell if name.startswith("_") else cell[0])
        setattr(self, name, made)
        return made

    def record(self) -> Any:
        """The record itself."""
        return self._array[self._index]


def _scalar(name: str) -> property:
    hidden = f"_{name}"

    def get(self: Loose) -> Any:
        return getattr(self, hidden)[0]

    def put(self: Loose, value: Any) -> None:
        getattr(self, hidden)[0] = value

    return property(get, put)


@cache
def kind_of(dtype: np.dtype[np.void]) -> type[Loose]:
    """The class of objects for records of a type."""
    assert dtype.fields is not None
    scalars = [name for name, (field, *_) in dtype.fields.items() if field.shape == ()]
    arrays = [name for name in dtype.fields if name not in scalars]
    space: dict[str, Any] = {"__slots__": (*(f"_{name}" for name in scalars), *arrays)}
    space |= {name: _scalar(name) for name in scalars}
    return type("LooseRecord", (Loose,), space)


def loosened(argument: Any) -> Any:
    """An argument of a compiled function as ordinary Python takes it: records as objects, other arrays as memoryviews."""
    if not isinstance(argument, np.ndarray):
        return argument
    if argument.dtype.fields is not None:
        return LooseRecords(argument)
    return Table(argument)


class Table:
    """A plain array: cells by number, rows of it on demand."""

    __slots__ = ("_array", "_dimensions", "_rows", "_view")

    def __init__(self, array: npt.NDArray[Any]) -> None:
        plain: Any = array
        self._array, self._view, self._dimensions = array, memoryview(plain), array.ndim
        self._rows: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self._array)

    def __getitem__(self, at: Any) -> Any:
        if self._dimensions > 1 and not isinstance(at, tuple):
            if at not in self._rows:
                self._rows[at] = memoryview(self._array[at])
            return self._rows[at]
        return self._view[at]

    def __setitem__(self, at: Any, value: Any) -> None:
        self._view[at] = value
