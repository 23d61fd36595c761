"""Strategies and policies that other packages write as plain functions of one run, asked in loops over all runs.

The loops are compiled around such a function as the engine is, or run with it as ordinary Python; the bits are the same.
"""

from __future__ import annotations

import contextlib
import dis
import hashlib
import math
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from . import compiling
from .decisions.clients import policy_factor
from .decisions.patrons import divide
from .decisions.registered import ANSWERED, EVERY_KIND, VALUED
from .errors import NotCompiledError
from .exchange.auction import answer, appraise, weigh
from .world import arithmetic
from .world.codes import BASE
from .world.layout import Bucket, inputs_type, structure_type, world_type
from .world.records import Inputs, ManyInputs, ManyPlaces, Places, Run, Runs

SPENDS_TOO_MUCH, SPENDS_LESS_THAN_NOTHING = 1, 2
"""What is wrong with efforts."""
ROUNDING = 1e-9
"""Money within this part of what a patron has, and this many MUSD, is the same money."""
EXACT = frozenset({"floor", "ceil", "trunc", "sqrt", "fabs", "copysign", "isnan", "isinf", "isfinite", "inf", "nan", "pi", "e"})
"""What of `math` is the same to the last bit everywhere."""

# --- loops ------------------------------------------------------------------------------------------------------------


def strategy(w: Run, n: Inputs, s: Places, p: int) -> int:
    """What the model knows; a registered function takes its place."""
    divide(w, n, s, p)
    return w.mode[p]


def factor(w: Run, n: Inputs, s: Places, p: int, c: int, j: int) -> float:
    """What the model knows; a registered function takes its place."""
    return policy_factor(w, n, s, p, c)


def divide_budgets(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, code: int) -> int:
    """Have everyone who plays a strategy divide its budget; returns what is wrong with that, 0 if nothing is."""
    wrong = 0
    for r in range(len(worlds)):
        w, n = worlds[r], inputs[r]
        if w.lost:
            continue
        for p in range(s[0].P):
            if n.strategy[p] == code:
                w.mode[p] = strategy(w, n, s[0], p)
                spent = 0.0
                for c in range(s[0].C):
                    spent += w.effort[p, c]
                    if not w.effort[p, c] >= 0.0:
                        wrong = SPENDS_LESS_THAN_NOTHING
                if spent > w.available[p] * (1.0 + ROUNDING) + ROUNDING:
                    wrong = SPENDS_TOO_MUCH
    return wrong


def name_terms(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, code: int, kind: int, how: int) -> None:
    """Work out the terms of a kind, or of every one, in clients that sell by a policy."""
    for r in range(len(worlds)):
        if worlds[r].lost:
            continue
        for c in range(s[0].C):
            if inputs[r].policy[c] == code:
                for t in range(s[0].J):
                    j = s[0].tables[t]
                    if kind in (j, EVERY_KIND) and (worlds[r].live[j] or worlds[r].orders):
                        sell(worlds[r], inputs[r], s[0], c, j, how)


def sell(w: Run, n: Inputs, s: Places, c: int, j: int, how: int) -> None:
    """Prices and answers of a client about a kind of concession, to all patrons."""
    for p in range(s.P):
        if how == VALUED:
            w.known[p, c, j] = 0
            weigh(w, n, s, p, c, j)
        if how != ANSWERED:
            w.price[p, c, j] = w.plain_price[p, c, j] * factor(w, n, s, p, c, j)
    for p in range(s.P):
        w.known[p, c, j] = 1
        answer(w, n, s, p, c, j)


def value_bases(worlds: Runs, inputs: ManyInputs, s: ManyPlaces, code: int) -> None:
    """What bases are worth, once the terms of what rests on them are others, in clients that sell by a policy."""
    for r in range(len(worlds)):
        for c in range(s[0].C):
            if inputs[r].policy[c] == code and not worlds[r].lost:
                for p in range(s[0].P):
                    appraise(worlds[r], inputs[r], s[0], p, c, BASE)


LOOPS = {f.__name__: f for f in (divide_budgets, name_terms, value_bases) if isinstance(f, FunctionType)}
"""What is called, by name."""

# --- around a function ------------------------------------------------------------------------------------------------


def family(function: FunctionType) -> tuple[FunctionType, ...]:
    """A function and all that it calls of the model and of its own package."""
    met: dict[FunctionType, None] = {}

    def meet(one: FunctionType) -> None:
        if one not in met:
            met[one] = None
            for _, value in compiling.callees(one):
                if belongs(value, function):
                    meet(value)

    meet(function)
    return tuple(met)


def belongs(value: object, function: FunctionType) -> bool:
    """Whether a value is a function that is to be compiled along with another."""
    home = function.__module__.partition(".")[0]
    return compiling.is_part(value) or (isinstance(value, FunctionType) and value.__module__.partition(".")[0] == home)


def located(function: FunctionType) -> str:
    """A function as messages name it."""
    return f"{function.__name__} ({Path(function.__code__.co_filename).name}, line {function.__code__.co_firstlineno})"


@cache
def check(function: FunctionType) -> None:
    """Refuse what would not be the same to the last bit on another processor, or compiled. Raises NotCompiledError."""
    for one in family(function):
        if not compiling.is_part(one):
            for what, line in _inexact(one):
                name = {"** (a power)": "power", "math.pow": "power"}.get(what, what.rpartition(".")[2])
                better = f"{name} of " if hasattr(arithmetic, name) else "numbers, loops and what is in "
                where = f"line {line} of {Path(one.__code__.co_filename).name}"
                raise NotCompiledError(
                    f"{located(function)} uses {what} in {where}, which is not the same to the last bit everywhere: use "
                    f"{better}patronage.world.arithmetic"
                )


def _inexact(function: FunctionType) -> Iterator[tuple[str, int]]:
    """What a function uses of libraries of mathematics, powers included, and in which lines."""
    module, line = None, function.__code__.co_firstlineno
    for step in dis.get_instructions(function):
        line = step.starts_line or line
        value = function.__globals__.get(step.argval) if step.opname == "LOAD_GLOBAL" else None
        if module is not None and step.opname in ("LOAD_ATTR", "LOAD_METHOD") and (module is np or step.argval not in EXACT):
            yield f"{module.__name__}.{step.argval}", line
        if getattr(value, "__module__", None) == "math" and step.argval not in EXACT:
            yield f"math.{step.argval}", line
        if step.argrepr in ("**", "**="):
            yield "** (a power)", line
        module = value if isinstance(value, ModuleType) and value in (math, np) else None


def around(loop: FunctionType, function: FunctionType | None) -> FunctionType:
    """A loop that asks a function where the model asks its own. Raises NotCompiledError."""
    if function is None:
        return loop
    check(function)
    return _around(loop, function)


@cache
def _around(loop: FunctionType, function: FunctionType) -> FunctionType:
    """The loop with another function in the place of `strategy` or `factor`, in it and in what it calls."""
    space = dict(loop.__globals__)
    space |= {"strategy": function, "factor": function}
    space["sell"] = FunctionType(sell.__code__, space, sell.__name__)
    return FunctionType(loop.__code__, space, loop.__name__)


@cache
def compiled(loop: FunctionType, function: FunctionType | None, bucket: Bucket) -> Any:
    """The compiled twin of a loop around a function, for a bucket; kept on disk under the digest of both texts."""
    import numba

    asked = around(loop, function)
    home = asked if function is None else function
    stamp = digest(home)
    made: dict[FunctionType, Any] = {}
    out = compiling.twin(asked, made, f"{compiling.named(bucket)}_{stamp}", lambda value: belongs(value, home), nogil=True)
    folder = compiling.cache_folder()
    if folder is not None and stamp:
        place = folder / stamp
        with contextlib.suppress(OSError):
            place.mkdir(exist_ok=True)
        out._cache = compiling.disk_cache(place, stamp)(loop)  # noqa: SLF001
    numbers = loop.__code__.co_argcount - 3
    records = [np.zeros(1, kind(bucket)) for kind in (world_type, inputs_type, structure_type)]
    try:
        out.compile((*(numba.typeof(r) for r in records), *[numba.int64] * numbers))  # type: ignore[no-untyped-call]
    except Exception as error:  # numba's own errors, and whatever its parts raise at what they do not expect
        raise NotCompiledError(
            f"{located(function or loop)} cannot be compiled: {complaint(error)}. Keep to numbers, loops and functions that are "
            "imported by name; or register a class, which is asked as ordinary Python"
        ) from error
    return out


def digest(function: FunctionType) -> str:
    """Of the texts that a function and these loops are made of, and of the numbers that it reads; "" where one has no file."""
    seen = hashlib.sha256(compiling.digest().encode())
    modules = {sys.modules[one.__module__] for entry in (function, *LOOPS.values()) for one in family(entry)}
    for module in sorted(modules, key=lambda m: m.__name__):
        if not (module.__file__ and Path(module.__file__).is_file()):
            return ""
        seen.update(Path(module.__file__).read_bytes())
    for one in family(function):
        for name, value in compiling.callees(one):
            if isinstance(value, (int, float, str, tuple, np.ndarray)):
                seen.update(f"{one.__name__} {name} {value!r}".encode())
    return seen.hexdigest()[:16]


def call(name: str, function: FunctionType | None, arguments: tuple[Any, ...], *, fast: Bucket | None) -> Any:
    """Call a loop by name, around a function or the model's own, compiled for a bucket or as ordinary Python on loosened arguments.

    Raises NotCompiledError where numba cannot compile the function.
    """
    loop = LOOPS[name]
    if fast is None:
        return around(loop, function)(*arguments)
    return compiled(loop, function, fast)(*arguments)


def complaint(error: Exception) -> str:
    """What numba complains about, in a line: its own sentences, without what it was doing at the time."""
    if isinstance(error, KeyError):  # of its records
        return f"there is no field {error}"
    lines = [line.strip(" >\t") for line in str(error).replace("\x1b[1m", "").splitlines()]
    skipped = ("Failed in", "During:", "File ", "- Resolution", "There are", "<source", "[", "-", "Rejected", "def ")
    kept = [line for line in lines if line and not line.startswith(skipped)]
    return " ".join(kept[:2]).rstrip(".:")
