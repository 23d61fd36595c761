"""Experiments: what is varied in a scenario, by which design, and the sweeps that simulate it."""

from __future__ import annotations

from .designs import Design, MissingError
from .experiment import Experiment, Precision, Series
from .factors import Distribution, Factor
from .folder import SweepFolder, read_sweep
from .reading import experiment_names, load_experiment, looks_like_experiment
from .sweeping import sweep

__all__ = [
    "Design",
    "Distribution",
    "Experiment",
    "Factor",
    "MissingError",
    "Precision",
    "Series",
    "SweepFolder",
    "experiment_names",
    "load_experiment",
    "looks_like_experiment",
    "read_sweep",
    "sweep",
]
