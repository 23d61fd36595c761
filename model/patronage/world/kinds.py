"""What the fields of a record are for a type checker: arrays of numbers, arrays of whole numbers, arrays of records."""

from __future__ import annotations

from typing import Protocol, TypeVar

Item = TypeVar("Item")


class Many(Protocol[Item]):
    """An array; its axes stand beside each field."""

    def __len__(self) -> int: ...
    def __getitem__(self, at: int) -> Item: ...
    def __setitem__(self, at: int, value: Item) -> None: ...


class Numbers(Protocol):
    """An array of floats."""

    def __len__(self) -> int: ...
    def __getitem__(self, at: int | tuple[int, ...]) -> float: ...
    def __setitem__(self, at: int | tuple[int, ...], value: float) -> None: ...


class Whole(Protocol):
    """An array of whole numbers; flags are 0 or 1."""

    def __len__(self) -> int: ...
    def __getitem__(self, at: int | tuple[int, ...]) -> int: ...
    def __setitem__(self, at: int | tuple[int, ...], value: int) -> None: ...


Table = Numbers | Whole
"""Either."""
Series = Numbers
"""Numbers of many runs, or of many quarters."""
Tables = Numbers
"""[n, 259] quantiles of delivered shares."""
Cells = Numbers
"""Inputs by their flat numbers."""
Origins = Numbers
"""Per change of an event, the value before it fired."""
Repeals = Whole
"""Events that are ended."""

__all__ = ["Cells", "Many", "Numbers", "Origins", "Repeals", "Series", "Table", "Tables", "Whole"]
