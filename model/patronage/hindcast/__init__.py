"""Forecasts from past origins, scored against what happened."""
