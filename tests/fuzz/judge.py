"""What is right, whatever comes in: it is used and everything that follows from it is finite, or it is refused in plain lines."""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from patronage import simulate
from patronage.cli.app import app
from patronage.cli.overview import overview
from patronage.errors import NotFiniteError
from patronage.results.result import Result
from patronage.scenario import Scenario, ScenarioError, load_text
from patronage.scenario.catalogue import BY_NAME
from patronage.scenario.structure import is_switch

USED, REFUSED, STOPPED = "used", "refused", "stopped"
"""Stopped: every number is one that the model allows, and together they leave what can be reckoned with; it is said so."""
ENORMOUS, PROPORTION = 1e9, 1e3
"""Only where a number is larger (in MUSD: ten times the product of the world) may a run be stopped."""
LONGEST = 1500
"""Characters of a line that a person would still read."""
SPELT = dict.fromkeys(map(ord, "\u00a0\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202f\u3000"))
"""Signs that print nothing and yet belong to the spelling of some language."""
LINE = re.compile(r"(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): \S.*[.?)]")
MACHINE = re.compile(
    r"Traceback|object at 0x|\b[A-Z]\w*(?:Error|Exception|Warning)\b|<class |dtype|errno", re.IGNORECASE
)
"""What no message for a person holds."""


class WrongError(AssertionError):
    """The program did neither."""


def plain_line(line: str) -> None:
    """One line of a message is one that a person can read."""
    if not line.translate(SPELT).isprintable() or len(line) > LONGEST:
        raise WrongError(f"not a plain line: {line[:200]!r}")
    found = MACHINE.search(line)
    if found is not None:
        raise WrongError(f"{found.group()!r} says nothing to a person: {line[:200]}")


def plain_refusal(error: ScenarioError, lines: int | None = None) -> str:
    """Every problem once, on a line of its own with file, line and column, these within the file (of `lines`)."""
    told = str(error).split("\n")
    if not error.problems or len(told) != len(error.problems):
        raise WrongError(f"{len(error.problems)} problems in {len(told)} lines: {told[:2]}")
    if len(set(told)) != len(told):
        raise WrongError(f"the same is said twice: {told[:3]}")
    for line in told:
        plain_line(line)
        if LINE.fullmatch(line) is None:
            raise WrongError(f"not file:line:column: text. but {line[:200]!r}")
    for p in error.problems:
        if p.line < 1 or p.column < 1 or (lines is not None and p.line > lines + 1 and not p.file.startswith("--set")):
            raise WrongError(f"no such place: {p}")
    return REFUSED


def finite(result: Result) -> None:
    """No array, deal or outcome holds an infinite number, none but those that say 'there is none' hold a NaN."""
    for name, array in result.data.data_vars.items():
        if array.dtype.kind == "f" and not np.isfinite(array.values).all():
            raise WrongError(f"accepted, and {name} is not finite")
    numbers = result.outcomes.select_dtypes("number").to_numpy(dtype=float)
    if np.isinf(numbers).any():
        raise WrongError("accepted, and an outcome is infinite")
    deals = result.ledger.select_dtypes("number").to_numpy(dtype=float)
    if np.isinf(deals).any():
        raise WrongError("accepted, and a deal is infinite")


def good_scenario(scenario: Scenario, *, again: bool = True) -> str:
    """It is written and read again as the same, told without an error, and two runs of eight quarters are finite."""
    if again:
        text = scenario.resolved()
        try:
            other = load_text(text, scenario.name)
        except ScenarioError as error:
            raise WrongError(f"its resolved text is refused: {str(error)[:300]}") from error
        if other.digest != scenario.digest:
            raise WrongError("its resolved text is another scenario")
    told(scenario)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = simulate(scenario, 2, 1, until=min(scenario.end, scenario.start + 7))
        except NotFiniteError as error:
            if not immoderate(scenario):
                raise
            plain_line(str(error))
            return STOPPED
    finite(result)
    return USED


def immoderate(scenario: Scenario) -> bool:
    """Whether some number is enormous, or some sum of money out of all proportion to the product of a client."""
    if max(abs(f.value) for f in scenario.written.values()) >= ENORMOUS:
        return True
    money = [4.0 * scenario.number("budget", p) for p in scenario.patrons]
    money += [scenario.number("capital0", p, c) for p in scenario.patrons for c in scenario.clients]
    money += [4.0 * scenario.number("kind_capital", kind) for kind in scenario.kinds]
    money += [n for e in scenario.events for act in e.acts for n in act.numbers.values()]
    return max(money) > PROPORTION * min(4.0 * scenario.number("gdp", c) for c in scenario.clients)


def told(scenario: Scenario) -> None:
    """What `show` says of changes: of numbers their number, as of a switch that it is on or off."""
    text = overview(scenario)
    for change in (c for event in scenario.events for c in event.changes):
        number = not isinstance(change.value, str) and not is_switch(BY_NAME[change.field])
        if number and re.search(rf"{re.escape(change.path)} becomes (on|off)\b", text):
            raise WrongError(f"show tells {change.path} = {change.value} as a switch")


def read(load: Callable[[], Scenario], lines: int | None = None, *, again: bool = True) -> str:
    """A scenario is read: used and good, or refused in plain lines."""
    try:
        scenario = load()
    except ScenarioError as error:
        return plain_refusal(error, lines)
    return good_scenario(scenario, again=again)


RUNNER = CliRunner()


def command(words: Sequence[str], inside: Path) -> str:
    """A command ends with 0, or with 2 and plain lines on standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        done = RUNNER.invoke(app, [str(w) for w in words], prog_name="patronage")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise WrongError(
            f"{' '.join(map(str, words))[:200]}: {type(done.exception).__name__}: {str(done.exception)[:300]}"
        ) from done.exception
    if done.exit_code not in (0, 2):
        raise WrongError(f"exit code {done.exit_code}")
    lines = done.stderr.strip("\n").split("\n")
    if done.exit_code == 2 and not done.stderr.strip():
        raise WrongError("refused without a word")
    for line in lines if not done.stderr.startswith("Usage:") else ():
        plain_line(line.replace(str(inside), "."))
    return USED if done.exit_code == 0 else REFUSED


@contextmanager
def in_folder(folder: Path) -> Iterator[None]:
    """Where the command stands."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
