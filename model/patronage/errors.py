"""What a simulation may end with, apart from a result."""

from __future__ import annotations


class NotFiniteError(ArithmeticError):
    """A simulation that left the numbers; the message names run, quarter and variable."""


class NotCompiledError(TypeError):
    """A registered function that cannot be compiled; the message names it, what is wrong with it, and the fix."""
