"""Generators of documentation pages, outside the wheel."""
