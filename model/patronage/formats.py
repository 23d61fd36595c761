"""The number of the form in which commands answer programs."""

FORMAT = 1
"""Raised when a key changes its meaning or goes away; new keys may come at any time."""
