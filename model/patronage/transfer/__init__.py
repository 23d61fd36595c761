"""Rules calibrated once on many regions, each tested with what the others taught. docs/calibration.md."""

from __future__ import annotations

from .learning import Learned
from .regions import TransferPlan, counted, histories, identity, origins_of, rules_of, transfer

__all__ = ["Learned", "TransferPlan", "counted", "histories", "identity", "origins_of", "rules_of", "transfer"]
