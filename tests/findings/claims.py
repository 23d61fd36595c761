"""A claim, how it is measured, and when it holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from patronage import load_scenario, simulate
from patronage.scenario import Scenario

RUNS = 200
ERRORS = 3.0
"""Standard errors by which a mean of a small ensemble may miss what a large one gave."""


@dataclass(frozen=True)
class Claim:
    """One outcome of a scenario, and the comparison that the finding makes with it."""

    scenario: str
    outcome: str
    says: tuple[str, ...]
    """The numbers as the finding writes them: the mean here, then (if it says it) the mean in the comparison."""
    against: str = ""
    """The scenario compared with; empty: itself, with `changed`."""
    changed: Mapping[str, object] = field(default_factory=dict)
    """What is set in the comparison."""
    sign: int = 0
    """Whether the mean paired difference is above (1) or below (-1) zero; 0: nothing is claimed of it."""
    given: str = ""
    """Only the runs in which this outcome of the scenario itself is true."""
    unless: Mapping[str, object] = field(default_factory=dict)
    """The twin: what must break the claim when set in the scenario. Empty: the comparison taken for the scenario."""

    @property
    def name(self) -> str:
        return f"{self.scenario}-{self.outcome}" + (f"-{'-'.join(self.changed)}" if self.changed else "")

    @property
    def compares(self) -> bool:
        return bool(self.against or self.changed)

    @cached_property
    def here(self) -> np.ndarray:
        return values(self.scenario, self.outcome, self.scenario, {}, self.given)

    @cached_property
    def there(self) -> np.ndarray:
        """The same outcome in the comparison, with the same luck and in the same runs."""
        return values(self.scenario, self.outcome, self.against or self.scenario, self.changed, self.given)

    @cached_property
    def twin(self) -> np.ndarray:
        if not self.unless:
            return self.there
        return values(self.scenario, self.outcome, self.scenario, self.unless, self.given)

    def holds(self, here: np.ndarray, there: np.ndarray | None) -> bool:
        """Whether the numbers are those said and the difference has the sign claimed."""
        if not near(here, self.says[0]):
            return False
        if there is None:
            return True
        if len(self.says) > 1 and not near(there, self.says[1]):
            return False
        return not self.sign or self.sign * (here - there).mean() > 2 * error(here - there)


def error(x: np.ndarray) -> float:
    """Standard error of a mean."""
    return float(x.std(ddof=1) / np.sqrt(len(x)))


def near(x: np.ndarray, said: str) -> bool:
    """Whether a mean may be the number said, as exactly as that is written."""
    value, rounding = number(said)
    return bool(abs(x.mean() - value) <= ERRORS * error(x) + rounding)


def number(said: str) -> tuple[float, float]:
    """A number as a finding writes it (`34 %`, `1 100`, `0.61`, `−0.02`), and half the unit of its last digit."""
    plain = said.replace("−", "-").replace("+", "")
    digits = re.fullmatch(r"(-?)([\d ]*\d)(?:\.(\d+))?( ?%)?", plain)
    assert digits, f"{said!r} is no number"
    sign, whole, decimals, percent = digits.groups()
    scale = 0.01 if percent else 1.0
    value = float(f"{whole.replace(' ', '')}.{decimals or '0'}")
    return (-value if sign else value) * scale, 0.5 * scale * 10.0 ** -len(decimals or "")


@cache
def scenario(name: str, settings: tuple[tuple[str, str], ...], asked: str) -> Scenario:
    """A scenario, or another in which the outcomes of the scenario `asked` are read as well."""
    own = load_scenario(asked)
    if name == asked:
        return load_scenario(name, dict(settings) or None)
    outcomes = own.plain.get("outcomes", {})
    assert isinstance(outcomes, dict)
    known = load_scenario(name).outcomes
    missing = {f"outcomes.{k}": v for k, v in outcomes.items() if k not in known}
    return load_scenario(name, {**missing, **dict(settings)})


@cache
def outcomes(name: str, settings: tuple[tuple[str, str], ...], asked: str) -> pd.DataFrame:
    return simulate(scenario(name, settings, asked), runs=RUNS, record="lean").outcomes


def values(asked: str, outcome: str, name: str, settings: Mapping[str, object], given: str) -> np.ndarray:
    """An outcome of the scenario `asked` in every run of a scenario, with the luck of seed 1."""
    frame = outcomes(name, tuple((k, str(v)) for k, v in settings.items()), asked)
    found = frame[outcome].to_numpy(dtype=float)
    if given:
        found = found[outcomes(asked, (), asked)[given].to_numpy(dtype=float) > 0]
    assert len(found) > 10, f"{given} is true in {len(found)} runs"
    return found


def claims() -> Iterator[Claim]:
    """The rows of all modules here that have any."""
    for module in sorted(Path(__file__).parent.glob("*.py")):
        if module.stem not in ("__init__", "claims", "measure"):
            yield from import_module(f"findings.{module.stem}").CLAIMS
