"""Conditions and outcomes: a small grammar over named measures, parsed by lark, never evaluated as Python.

    share(RUS, KGZ) > 0.6 and not base(USA, KGZ) for 3 quarters

Numbers, measures, `+ - * /`, comparisons, `and`, `or`, `not`, parentheses; a condition may end in `for N quarters`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from .numerals import normalised
from .problems import Place, Problem, ScenarioError, nearest, shown
from .vocabulary import MEASURES

MOST_CHARACTERS = 500
HAPPENED, ANY = "happened", "any"
"""`happened(closed, any, KGZ)`: whether the ledger had such a row in the quarter before, of whomever."""
MOST_NESTING = 40

_GRAMMAR = r"""
condition: _truth ["for" INTEGER ("quarters" | "quarter")]
_truth: either
?either: both | either "or" both -> disjunction
?both: deny | both "and" deny -> conjunction
?deny: comparison | "not" deny -> denial
?comparison: sum | sum COMPARE sum -> compare
?sum: product | sum PLUS product -> binary
?product: sign | product TIMES sign -> binary
?sign: atom | "-" sign -> minus
?atom: (INTEGER | DECIMAL) -> number | WORD "(" [WORD ("," WORD)*] ")" -> measure | "(" either ")"
PLUS: "+" | "-"
TIMES: "*" | "/"
COMPARE: "<=" | ">=" | "==" | "!=" | "<" | ">"
INTEGER.2: /[0-9]+(?![.0-9eE])/
DECIMAL.1: /([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][+-]?[0-9]{1,3})?/
WORD: /[A-Za-z_][A-Za-z0-9_]*/
%ignore /\s+/
"""


@dataclass(frozen=True, slots=True)
class Expression:
    """Part of an expression; `at` is its offset in the text."""

    at: int = field(default=0, compare=False, kw_only=True)

    @property
    def parts(self) -> tuple[Expression, ...]:
        return ()


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A number as written."""

    value: float


@dataclass(frozen=True, slots=True)
class MeasureCall(Expression):
    """A measure and the codes it is asked about."""

    name: str
    args: tuple[str, ...] = ()
    places: tuple[int, ...] = field(default=(), compare=False)
    """Offsets of the arguments."""


@dataclass(frozen=True, slots=True)
class Happened(Expression):
    """Whether the ledger had a row in the quarter before: which, of which patron, about which client and kind of concession."""

    args: tuple[str, ...] = ()
    places: tuple[int, ...] = field(default=(), compare=False)
    """Offsets of the arguments."""


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """A sum, difference, product or quotient."""

    op: str
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Compare(Expression):
    """A comparison."""

    op: str
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Logic(Expression):
    """And, or."""

    op: str
    left: Expression
    right: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class Not(Expression):
    """A denial."""

    operand: Expression

    @property
    def parts(self) -> tuple[Expression, ...]:
        return (self.operand,)


class _TooDeepError(Exception):
    pass


class _ExpressionBuilder(Transformer[Token, Any]):
    """Builds nodes from the bottom up and stops at expressions that would be deep to walk."""

    def __init__(self) -> None:
        super().__init__()
        self.depth: dict[int, int] = {}

    def keep(self, node: Expression) -> Expression:
        depth = 1 + max((self.depth.get(id(p), 0) for p in node.parts), default=0)
        if depth > MOST_NESTING:
            raise _TooDeepError
        self.depth[id(node)] = depth
        return node

    def number(self, found: list[Any]) -> Expression:
        return self.keep(Number(float(found[0]), at=found[0].start_pos))

    def measure(self, found: list[Any]) -> Expression:
        words = [t for t in found if t is not None]
        places = tuple(int(w.start_pos) for w in words[1:])
        args, at = tuple(str(w) for w in words[1:]), words[0].start_pos
        return self.keep(Happened(args, places, at=at) if words[0] == HAPPENED else MeasureCall(str(words[0]), args, places, at=at))

    @v_args(inline=True)
    def binary(self, left: Expression, op: Token, right: Expression) -> Expression:
        return self.keep(Binary(str(op), left, right, at=left.at))

    @v_args(inline=True)
    def compare(self, left: Expression, op: Token, right: Expression) -> Expression:
        return self.keep(Compare(str(op), left, right, at=left.at))

    @v_args(inline=True)
    def minus(self, operand: Expression) -> Expression:
        if isinstance(operand, Number):
            return self.keep(Number(-operand.value, at=operand.at))
        return self.keep(Binary("-", Number(0.0, at=operand.at), operand, at=operand.at))

    @v_args(inline=True)
    def denial(self, operand: Expression) -> Expression:
        return self.keep(Not(operand, at=operand.at))

    @v_args(inline=True)
    def conjunction(self, left: Expression, right: Expression) -> Expression:
        return self.keep(Logic("and", left, right, at=left.at))

    @v_args(inline=True)
    def disjunction(self, left: Expression, right: Expression) -> Expression:
        return self.keep(Logic("or", left, right, at=left.at))

    def condition(self, found: list[Any]) -> tuple[Expression, int | None]:
        return found[0], int(found[1]) if len(found) > 1 and found[1] is not None else None


@cache
def _grammar() -> Lark:
    return Lark(_GRAMMAR, start="condition", parser="lalr", lexer="contextual", maybe_placeholders=True)


def parse(text: str, place: Place | None = None) -> tuple[Expression, int | None]:
    """The expression and the N of `for N quarters` (None without). Raises ScenarioError, and nothing else."""
    where = place or Place("condition")
    if len(text) > MOST_CHARACTERS:
        raise _error(where, text, 0, f"an expression is longer than {MOST_CHARACTERS} characters")
    try:
        node, quarters = _ExpressionBuilder().transform(_grammar().parse(text))
    except UnexpectedCharacters as error:
        at = int(getattr(error, "pos_in_stream", 0))  # lark declares it None
        raise _error(where, text, at, f"unexpected {shown(error.char)} in an expression", _usage(text, at)) from None
    except UnexpectedToken as error:
        at = len(text) if error.token.type == "$END" else error.token.start_pos or 0
        what = (
            "the expression ends too early"
            if error.token.type == "$END"
            else f"unexpected {shown(str(error.token))} in an expression"
        )
        raise _error(where, text, at, what, _usage(text, at)) from None
    except UnexpectedInput:
        raise _error(where, text, 0, "this is no expression", _usage()) from None
    except (VisitError, RecursionError):
        raise _error(where, text, 0, f"an expression is nested more than {MOST_NESTING} deep") from None
    if any(isinstance(n, Number) and not np.isfinite(n.value) for n in subexpressions(node)):
        raise _error(where, text, 0, "a number in an expression is not finite")
    return node, quarters


def _usage(text: str = "", at: int = 0) -> str:
    """What may stand in an expression, and the nearest right character to the one at an offset."""
    usual = "Write measures such as share(RUS, KGZ), numbers, + - * /, < <= > >= == !=, and, or, not, parentheses"
    around = text[max(at - 1, 0) : at + 2]
    if len(around) == 3 and around[1] == "," and (around[0] + around[2]).isdigit():
        return "Write a point in a decimal number"
    if text[at : at + 1] == "%":
        return "Write a share: 0.6 for 60 %"
    instead = {"≥": ">=", "≤": "<=", "≠": "!=", "−": "-", "–": "-", "×": "*", "·": "*", "÷": "/", "&": "and", "|": "or", "=": "=="}
    right = instead.get(text[at : at + 1]) or normalised(text[at : at + 1])
    return f"Write {right}" if right and right != text[at : at + 1] else usual


def _error(place: Place, text: str, at: int, message: str, hint: str = "") -> ScenarioError:
    return ScenarioError([problem_at(place, text, at, message, hint)])


def problem_at(place: Place, text: str, at: int, message: str, hint: str = "") -> Problem:
    """A problem at an offset of an expression that begins at `place` and stands on one line."""
    return Problem(place.file, place.line, place.column + (at if "\n" not in text else 0), message, hint)


def subexpressions(node: Expression) -> Iterator[Expression]:
    """The node and all its parts."""
    yield node
    for part in node.parts:
        yield from subexpressions(part)


def unparse(node: Expression) -> str:
    """The expression as text that parses to an equal one."""
    if isinstance(node, Number):
        return f"-{-node.value!r}" if node.value < 0 else repr(node.value)
    if isinstance(node, MeasureCall | Happened):
        return f"{node.name if isinstance(node, MeasureCall) else HAPPENED}({', '.join(node.args)})"
    if isinstance(node, Not):
        return f"(not {unparse(node.operand)})"
    assert isinstance(node, Binary | Compare | Logic)
    return f"({unparse(node.left)} {node.op} {unparse(node.right)})"


def is_truth(node: Expression) -> bool:
    """Whether the expression is true or false rather than a number."""
    return isinstance(node, Compare | Logic | Not | Happened) or (
        isinstance(node, MeasureCall) and node.name in MEASURES and MEASURES[node.name].truth
    )


def check(node: Expression, known: Mapping[str, tuple[str, ...]]) -> list[tuple[int, str, str]]:
    """(offset, message, hint) of every unknown measure or argument; `known`: kind of argument → codes."""
    found: list[tuple[int, str, str]] = []
    for part in subexpressions(node):
        if isinstance(part, MeasureCall):
            found += _check_measure(part, known)
        if isinstance(part, Happened):
            found += _check_happened(part, known)
        operands = part.parts if isinstance(part, Logic | Not) else ()
        for operand in operands:
            if not is_truth(operand):
                found.append(
                    (operand.at, "and, or, not join conditions, and this is a number", "Compare it with something")
                )
    return found


def _check_happened(node: Happened, known: Mapping[str, tuple[str, ...]]) -> list[tuple[int, str, str]]:
    kinds = ("row", "patron", "client", "kind")
    if not 3 <= len(node.args) <= len(kinds):
        wanted = f"row, patron, client, and a kind of concession if it should ({ANY}: whoever)"
        return [(node.at, f"{HAPPENED} takes {wanted}", f"For example {HAPPENED}(closed, USA, KGZ)")]
    found = []
    for code, kind, at in zip(node.args, kinds[: len(node.args)], node.places, strict=True):
        allowed = known[kind] if kind == "row" else (*known[kind], ANY)
        if code not in allowed:
            what = "row of the ledger" if kind == "row" else "kind of concession" if kind == "kind" else kind
            found.append((at, f"{shown(code)} is no {what} here", nearest(code, allowed)))
    return found


def _check_measure(node: MeasureCall, known: Mapping[str, tuple[str, ...]]) -> list[tuple[int, str, str]]:
    measure = MEASURES.get(node.name)
    if measure is None:
        return [(node.at, f"unknown measure {shown(node.name)}", nearest(node.name, (*MEASURES, HAPPENED), most=60))]
    if len(node.args) != len(measure.arguments):
        wanted = ", ".join(measure.arguments) or "nothing"
        return [(node.at, f"{node.name} takes {wanted} in its parentheses", f"For example {measure.example}")]
    return [
        (at, f"{shown(code)} is no {kind} here", nearest(code, known[kind]))
        for code, kind, at in zip(node.args, measure.arguments, node.places, strict=True)
        if code not in known[kind]
    ]


Lookup = Callable[[str, tuple[str, ...]], Any]


def evaluate(node: Expression, lookup: Lookup) -> Any:
    """Value of the expression, for floats and arrays alike; `lookup(name, codes)` gives a measure.

    Truths are numpy booleans. A division by zero gives ±inf or nan, and nan compares false.
    """
    if isinstance(node, Number):
        return node.value
    if isinstance(node, MeasureCall):
        return lookup(node.name, node.args)
    if isinstance(node, Not):
        return np.logical_not(evaluate(node.operand, lookup))
    if isinstance(node, Happened):
        return lookup(HAPPENED, node.args)
    assert isinstance(node, Binary | Compare | Logic)
    left, right = evaluate(node.left, lookup), evaluate(node.right, lookup)
    # What has no value comes out as inf or nan, and whoever speaks of it counts the runs in which it exists.
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _OPERATIONS[node.op](left, right)


def _number(a: Any) -> Any:
    """Truths count as 1 and 0 in arithmetic."""
    return np.asarray(a, dtype=float)[()]


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: _number(a) + _number(b),
    "-": lambda a, b: _number(a) - _number(b),
    "*": lambda a, b: _number(a) * _number(b),
    "/": lambda a, b: np.true_divide(_number(a), _number(b)),
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
}
