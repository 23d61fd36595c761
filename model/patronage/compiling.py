"""One text, two ways to run it: as ordinary Python, or compiled by numba. Both give the same bits.

The functions of a quarter are plain: they call each other and constants by the names of their modules. To compile one, its text is taken
as it is, with the names of other such functions standing for their compiled twins.
"""

from __future__ import annotations

import dis
from types import FunctionType
from typing import Any

import numpy as np

from .world.words import Word


def twin(function: FunctionType, known: dict[FunctionType, Any], **options: Any) -> Any:
    """The compiled twin of a function, and of all that it calls."""
    import numba

    if function in known:
        return known[function]
    names = dict(function.__globals__)
    for name in {step.argval for step in dis.get_instructions(function) if step.opname == "LOAD_GLOBAL"}:
        value = names.get(name)
        if isinstance(value, Word):
            names[name] = np.uint64(value)
        elif isinstance(value, FunctionType) and value.__module__.startswith("patronage."):
            names[name] = twin(value, known)
    copy = FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    copy.__module__, copy.__qualname__ = function.__module__, function.__qualname__
    known[function] = numba.njit(error_model="numpy", no_cpython_wrapper=not options, no_cfunc_wrapper=True)(copy)
    return known[function]
