"""Calibration on a training window: what values of the assumptions agree with what was observed. docs/calibration.md."""

from __future__ import annotations

from .calibrate import Calibration, CalibrationPlan, calibrate
from .posterior import Posterior, infer

__all__ = ["Calibration", "CalibrationPlan", "Posterior", "calibrate", "infer"]
