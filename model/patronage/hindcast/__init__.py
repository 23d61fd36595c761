"""Forecasts from past origins, scored against what happened."""

from patronage.calling import callable_package

callable_package(__name__)
