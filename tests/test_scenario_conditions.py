"""Conditions and outcomes: the grammar, its limits, and evaluation on numbers and arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from patronage.scenario import ScenarioError
from patronage.scenario.conditions import (
    Binary,
    Compare,
    Expression,
    Logic,
    MeasureCall,
    Not,
    Number,
    check,
    evaluate,
    is_truth,
    parse,
    subexpressions,
    unparse,
)
from patronage.scenario.vocabulary import MEASURES

KNOWN = {
    "patron": ("RUS", "USA"), "client": ("KGZ", "TJK"), "bloc": ("CSTO",), "axis": ("unga", "security"), "kind": ("base", "port"),
    "row": ("closed",),
}  # fmt: skip
VALUES = {
    ("share", ("RUS", "KGZ")): 0.7,
    ("share", ("USA", "KGZ")): 0.2,
    ("base", ("USA", "KGZ")): 1.0,
    ("year", ()): 2010.0,
}


def lookup(name: str, codes: tuple[str, ...]) -> float:
    return VALUES[name, codes]


def value(text: str) -> object:
    return evaluate(parse(text)[0], lookup)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("8 / 4 / 2", 1),
        ("2 - 3 - 4", -5),
        ("-2 * -3", 6),
        ("- share(RUS, KGZ)", -0.7),
        ("1e3 + .5 + 2. + 1.5e-1", 1002.65),
        ("share(RUS, KGZ) - share(USA, KGZ)", 0.5),
        ("base(USA, KGZ) + base(USA, KGZ)", 2),
        ("(1 < 2) + (2 < 3)", 2),
        ("year() - 2000", 10),
    ],
)
def test_arithmetic(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("share(RUS, KGZ) > 0.6", True),
        ("share(RUS,KGZ)>0.6 and base(USA,KGZ)", True),
        ("not base(USA, KGZ)", False),
        ("not 1 > 2 and 1 > 2", False),
        ("1 > 2 or 1 < 2 and 2 < 1", False),
        ("(1 < 2 or 1 < 2) and 2 < 1", False),
        ("1 < 2 or 1 < 2 and 2 < 1", True),
        ("0.2 >= 0.2 and 0.2 <= 0.2 and 0.2 == 0.2 and 0.2 != 0.3", True),
        ("1 / 0 > 5", True),
        ("0 / 0 > 5 or 0 / 0 <= 5", False),
    ],
)
def test_truths(text: str, expected: bool) -> None:
    assert bool(value(text)) is expected


def test_runs_are_evaluated_side_by_side() -> None:
    shares = np.array([0.2, 0.7, np.nan])
    held = evaluate(
        parse("share(RUS, KGZ) > 0.6 or not base(USA, KGZ)")[0], lambda n, c: shares if n == "share" else shares < 0.5
    )
    np.testing.assert_array_equal(held, [False, True, True])
    ratio = evaluate(parse("share(RUS, KGZ) / 0")[0], lambda n, c: shares)
    np.testing.assert_array_equal(ratio, [np.inf, np.inf, np.nan])
    twice = evaluate(parse("base(USA, KGZ) * 2")[0], lambda n, c: shares < 0.5)
    np.testing.assert_array_equal(twice, [2.0, 0.0, 0.0])


def test_the_suffix_counts_quarters() -> None:
    assert parse("base(USA, KGZ) for 3 quarters")[1] == 3
    assert parse("base(USA, KGZ) for 1 quarter")[1] == 1
    assert parse("base(USA, KGZ)")[1] is None


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("", 1, "the expression ends too early"),
        ("share(RUS, KGZ) >", 18, "the expression ends too early"),
        ("share RUS", 7, "unexpected 'RUS'"),
        ("1 < 2 < 3", 7, "unexpected '<'"),
        ("share(RUS; KGZ)", 10, "unexpected ';'"),
        ("base(USA, KGZ) for three quarters", 20, "unexpected 'three'"),
        ("share(0, KGZ)", 7, "unexpected '0'"),
        ("1 && 2", 3, "unexpected '&'"),
        ("lambda: 1", 7, "unexpected ':'"),
        ("[1]", 1, "unexpected '['"),
        ("'x'", 1, "unexpected '''"),
        ("1e999 > 0", 1, "not finite"),
        ("1 " * 300, 1, "longer than 500"),
        ("not " * 60 + "base(USA, KGZ)", 1, "nested more than 40 deep"),
        ("+".join(["1"] * 200), 1, "nested more than 40 deep"),
    ],
)
def test_what_is_no_expression(text: str, column: int, message: str) -> None:
    with pytest.raises(ScenarioError) as refusal:
        parse(text)
    (problem,) = refusal.value.problems
    assert (problem.column, message in problem.message) == (column, True), str(problem)


def test_every_measure_can_be_named() -> None:
    for measure in MEASURES.values():
        node, _ = parse(measure.example)
        assert isinstance(node, MeasureCall)
        assert check(node, KNOWN) == []
        assert is_truth(node) == measure.truth
        if measure.arguments:
            assert check(parse(f"{measure.name}()")[0], KNOWN)[0][1].startswith(f"{measure.name} takes")


codes = st.sampled_from(["RUS", "USA", "NO", "ON", "Y", "C_5", "unga"])
atoms = st.one_of(
    st.floats(0, 1e12, allow_nan=False).map(Number),
    st.integers(0, 10**9).map(lambda i: Number(float(i))),
    st.builds(MeasureCall, st.sampled_from([*MEASURES, "anything", "forall"]), st.lists(codes, max_size=3).map(tuple)),
)
trees = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from("+-*/"), inner, inner),
        st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner, inner),
        st.builds(Logic, st.sampled_from(["and", "or"]), inner, inner),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


@given(trees, st.none() | st.integers(1, 400))
def test_what_is_written_is_read_back(tree: Expression, quarters: int | None) -> None:
    text = unparse(tree) + ("" if quarters is None else f" for {quarters} quarters")
    if len(text) <= 500:
        assert parse(text) == (tree, quarters)


@given(st.text(max_size=120) | st.text(alphabet="()+-*/<>=!., \n0123456789eEandornotforquartersRUSKGZ", max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        tree, _ = parse(text)
    except ScenarioError:
        return
    assert all(math.isfinite(n.value) for n in subexpressions(tree) if isinstance(n, Number))
    assert parse(unparse(tree)) == (tree, None)
    check(tree, KNOWN)
    evaluate(tree, lambda name, args: 0.5)
