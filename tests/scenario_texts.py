"""Small scenario texts for tests of reading, and the places that refusals must name."""

from __future__ import annotations

from collections.abc import Mapping

from patronage.scenario import Problem, Scenario, ScenarioError, load_text

HEAD = """\
title: Small
period: {start: 2009Q1, end: 2010Q4}
axes: {security: {plus: RUS, minus: USA}}
states:
  KGZ: {name: Kyrgyzstan, gdp: 4000}
  TJK: {gdp: 5000}
  RUS: {name: Russia}
  USA: {}
patrons:
  RUS: {budget: 100}
  USA: {budget: 200}
"""
"""Two clients, two patrons, eleven lines."""
MARK = "§"
EVENTS = """\
events:
  withdrawal: {at: 2009Q3, over: 4 quarters, set: {patrons.USA.mission: {value: 0, source: x}}}
  rain: {hazard: 5, turnover: {state: KGZ}}
"""


def load_small(more: str = "", overrides: Mapping[str, object] | None = None) -> Scenario:
    """The small scenario with further lines."""
    return load_text(HEAD + more, "small", overrides)


def refusals(text: str, overrides: Mapping[str, object] | None = None) -> tuple[Problem, ...]:
    """All problems of a text."""
    try:
        load_text(text, "small", overrides)
    except ScenarioError as error:
        return error.problems
    raise AssertionError("the scenario was accepted")


def refused_at_mark(text: str) -> Problem:
    """The one problem of a text, which must lie exactly where the text has a mark."""
    before, after = text.split(MARK)
    problems = refusals(before + after)
    assert len(problems) == 1, "\n".join(map(str, problems))
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert (problems[0].line, problems[0].column) == (line, column), str(problems[0])
    return problems[0]
