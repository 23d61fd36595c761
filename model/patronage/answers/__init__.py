"""Answers from a sweep: what drives an outcome, under which conditions it counts, which choice does well.

Works on frames: see `case_of` and `analyse`. The libraries of the extra `analysis` are imported where they are used.
"""

from __future__ import annotations

from .analysis import METHODS, Answers, UnknownWordError, analyse, check_words, fitting, idle_factors
from .box_text import conditions, sentence
from .boxes import Box, cart, prim
from .case import Aim, AnalysisError, Case, Variable, case_of, completed, noise_share
from .extras import MissingExtraError
from .quantiles import by_point, by_setting
from .robustness import crossing, differences, robustness
from .scores import feature_scores, idle
from .sensitivity import morris, morris_over_time, sobol, sobol_over_time
from .shapley import shapley
from .tipping import curve, tipping

__all__ = [
    "METHODS",
    "Aim",
    "AnalysisError",
    "Answers",
    "Box",
    "Case",
    "MissingExtraError",
    "UnknownWordError",
    "Variable",
    "analyse",
    "by_point",
    "by_setting",
    "cart",
    "case_of",
    "check_words",
    "completed",
    "conditions",
    "crossing",
    "curve",
    "differences",
    "feature_scores",
    "fitting",
    "idle",
    "idle_factors",
    "morris",
    "morris_over_time",
    "noise_share",
    "prim",
    "robustness",
    "sentence",
    "shapley",
    "sobol",
    "sobol_over_time",
    "tipping",
]
