"""What a calibration asks of whatever it compares: yearly series (`statistics`) or observations of one's own (`own`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from patronage.driving import Start
from patronage.scenario import Scenario
from patronage.world.arrays import Array

from .posterior import Floats


class TargetStatistics(Protocol):
    """Numbers that an observed history and every simulated one have."""

    @property
    def first(self) -> int:
        """First year, and `last` the last one, that is used."""

    @property
    def last(self) -> int: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    @property
    def observed(self) -> Floats: ...

    @property
    def discrepancy(self) -> Floats:
        """Standard deviation of what a simulated number differs by from the observed one even where the parameters are true."""

    @property
    def free(self) -> Mapping[str, Array]:
        """Targets of unknown scale → which numbers are theirs."""

    @property
    def key(self) -> list[Any]:
        """What simulations depend on: the observed values are no part."""

    @property
    def facts(self) -> list[Any]:
        """What results depend on."""

    def of(self, targets: Collection[str]) -> npt.NDArray[np.bool_]:
        """Which numbers are shown and not used, `targets` being left out."""

    def asked(self, scenario: Scenario) -> Scenario:
        """The scenario in which they can be read."""

    def read(self, start: Start) -> Floats:
        """Numbers [run, number] of the runs of a start."""

    def noise(self, runs: int, seed: int, weighted: bool = False) -> Floats:
        """Disturbances [run, number] on top; `weighted`: as large as the weights of the observations make them count."""
