"""Whole numbers that compiled code must take for unsigned words of 64 bits."""

from __future__ import annotations


class Word(int):
    """An unsigned 64-bit constant. Python computes with it as with any whole number; compiled code sees an unsigned one."""
