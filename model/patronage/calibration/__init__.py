"""Calibration on a training window: what values of the assumptions agree with what was observed. docs/calibration.md."""

from __future__ import annotations

from .calibrate import Calibration, CalibrationPlan, calibrate
from .observations import Observation, read_observations
from .own import OwnTargets
from .posterior import Posterior, infer

__all__ = [
    "Calibration", "CalibrationPlan", "Observation", "OwnTargets", "Posterior", "calibrate", "infer", "read_observations",
]  # fmt: skip
