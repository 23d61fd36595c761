"""Expressions of conditions and outcomes as the steps that a run works them out by."""

from __future__ import annotations

import numpy as np

from ..scenario import conditions
from ..scenario.vocabulary import MEASURES, ROWS
from . import layout
from .expressions import ANYBODY, MEASURE, NOT, NUMBER, OPERATORS, ROWS_TOLD
from .layout import CODE, Records
from .structure import Structure


class Writer:
    """Expressions as steps in postfix order, one after the other."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.steps: list[tuple[int, int, int, int, float]] = []

    def write(self, node: conditions.Expression) -> tuple[int, int]:
        """Append an expression; returns where it lies. Raises ValueError if it needs more room than there is."""
        first = len(self.steps)
        self._walk(node, 0)
        return first, len(self.steps)

    def _walk(self, node: conditions.Expression, depth: int) -> None:
        if depth >= layout.STACK:
            raise ValueError("an expression is nested too deeply")
        if isinstance(node, conditions.Number):
            self.steps.append((NUMBER, 0, 0, 0, float(node.value)))
        elif isinstance(node, conditions.MeasureCall):
            self.steps.append(self._measure(node))
        elif isinstance(node, conditions.Happened):
            self.steps.append(self._happened(node))
        elif isinstance(node, conditions.Not):
            self._walk(node.operand, depth)
            self.steps.append((NOT, 0, 0, 0, 0.0))
        else:
            assert isinstance(node, conditions.Binary | conditions.Compare | conditions.Logic)
            self._walk(node.left, depth)
            self._walk(node.right, depth + 1)
            self.steps.append((OPERATORS[node.op], 0, 0, 0, 0.0))

    def _happened(self, node: conditions.Happened) -> tuple[int, int, int, int, float]:
        """A row of the ledger, about those that are named."""
        row, *who = node.args
        lists = (self.structure.patrons, self.structure.clients, self.structure.kinds)
        places = [known.index(code) if code != conditions.ANY else ANYBODY for code, known in zip(who, lists[: len(who)], strict=True)]
        first, second, third = (*places, *(ANYBODY,) * (3 - len(places)))
        return ROWS_TOLD, first, second, third, float(ROWS.index(row))

    def _measure(self, node: conditions.MeasureCall) -> tuple[int, int, int, int, float]:
        """A measure of actors by their places."""
        s = self.structure
        letters = {"patron": "P", "client": "C", "bloc": "B", "axis": "O", "kind": "J"}
        at = s.place("".join(letters[kind] for kind in MEASURES[node.name].arguments), node.args)
        first, second, third, *_ = (*at, -1, -1, -1)
        return MEASURE, first, second, third, float(tuple(MEASURES).index(node.name))

    def records(self) -> Records:
        """All steps."""
        return np.array(self.steps or [(NUMBER, 0, 0, 0, 0.0)], dtype=CODE)
