"""Folders of runs and comparisons: made here, read here."""
