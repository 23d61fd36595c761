"""A claim, how it is measured, and when it holds."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib import import_module
from pathlib import Path

import numpy as np
import pandas as pd

from patronage import load_scenario, simulate

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
    under: Mapping[str, object] = field(default_factory=dict)
    """What is set on both sides: a theory under which the two are compared."""
    sign: int = 0
    """Whether the mean paired difference is above (1) or below (-1) zero; 0: nothing is claimed of it."""
    given: str = ""
    """Only the runs in which this outcome of the scenario itself is true."""
    runs: int = 150
    unless: Mapping[str, object] = field(default_factory=dict)
    """The twin: what must break the claim when set in the scenario. Empty: the comparison taken for the scenario."""

    @property
    def name(self) -> str:
        return f"{self.scenario}-{self.outcome}" + "".join(f"-{k}" for k in (*self.under, *self.changed))

    @property
    def compares(self) -> bool:
        return bool(self.against or self.changed)

    @cached_property
    def here(self) -> np.ndarray:
        return self.values(self.scenario, self.under)

    @cached_property
    def there(self) -> np.ndarray:
        """The same outcome in the comparison, with the same luck and in the same runs."""
        return self.values(self.against or self.scenario, {**self.under, **self.changed})

    @cached_property
    def twin(self) -> np.ndarray:
        return self.values(self.scenario, {**self.under, **self.unless}) if self.unless else self.there

    def values(self, name: str, settings: Mapping[str, object]) -> np.ndarray:
        """The outcome in every run of a scenario, with the luck of seed 1."""
        column = f"{self.scenario}--{self.outcome}"
        found = outcomes(side(name, settings), self.runs)[column].to_numpy(dtype=float)
        if self.given:
            known = outcomes(side(self.scenario, self.under), self.runs)[f"{self.scenario}--{self.given}"]
            found = found[known.to_numpy(dtype=float) > 0]
        assert len(found) > 10, f"{self.given} is true in {len(found)} runs"
        return found

    def holds(self, here: np.ndarray, there: np.ndarray | None) -> bool:
        """Whether the numbers are those said and the difference has the sign claimed."""
        if not near(here, self.says[0]):
            return False
        if there is None:
            return True
        if len(self.says) > 1 and not near(there, self.says[1]):
            return False
        return not self.sign or self.sign * (here - there).mean() > 2 * error(here - there)


    @property
    def command(self) -> tuple[str, frozenset[str]]:
        """What `patronage compare SCENARIO` takes on both sides (settings, a condition), and the side it is compared with."""
        both = [f"--set {shlex.quote(f'{k}={v}')}" for k, v in self.under.items()] + ([f"--given {self.given}"] if self.given else [])
        there = [*([self.against] if self.against else []), *(f"{k}={v}" for k, v in self.changed.items())]
        side = f"--against '{'; '.join(there)}'" if self.changed else self.against
        return " ".join(both), frozenset([side] if side else [])


def commands(scenario: str) -> list[str]:
    """The commands that reproduce what is claimed of a scenario, fewest first: one for each that holds on both sides."""
    sides: dict[str, dict[str, None]] = {}
    for c in (c for c in claims() if c.scenario == scenario and c.compares):
        both, there = c.command
        sides.setdefault(both, {}).update(dict.fromkeys(there))
    found = []
    for both, there in sides.items():
        named = sorted(there, key=lambda s: s.startswith("--"))  # scenarios first
        found.append(" ".join(["patronage compare", scenario, *named, *([both] if both else [])]))
    return found


def error(x: np.ndarray) -> float:
    """Standard error of a mean; of a share of runs that of Agresti and Coull (1998), which is not 0 if all agree."""
    if np.isin(x, (0.0, 1.0)).all():
        share = (x.sum() + 2) / (len(x) + 4)
        return float(np.sqrt(share * (1 - share) / (len(x) + 4)))
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


read = cache(load_scenario)

Side = tuple[str, tuple[tuple[str, str], ...]]
"""A scenario and what is set in it."""


def side(name: str, settings: Mapping[str, object]) -> Side:
    return name, tuple((k, str(v)) for k, v in settings.items())


@cache
def readers() -> dict[Side, dict[str, int]]:
    """Per ensemble that is needed: the scenarios whose claims read it, with the last quarter of what they read."""
    found: dict[Side, dict[str, int]] = {}
    for c in claims():
        own = read(c.scenario).outcomes
        last = max(own[name].last for name in (c.outcome, c.given) if name)
        used = [side(c.scenario, c.under)]
        used += [side(c.against or c.scenario, {**c.under, **c.changed})] if c.compares else []
        used += [side(c.scenario, {**c.under, **c.unless})] if c.unless else []
        for one in used:
            found.setdefault(one, {})
            found[one][c.scenario] = max(last, found[one].get(c.scenario, 0))
    return found


@cache
def outcomes(one: Side, runs: int) -> pd.DataFrame:
    """A row a run, a column `scenario--outcome` for every outcome of the scenarios whose claims read this ensemble."""
    name, settings = one
    wanted = readers()[one]
    asked: dict[str, object] = dict.fromkeys((f"outcomes.{k}" for k in read(name).outcomes), None)
    for reader in wanted:
        told = read(reader).plain["outcomes"]
        assert isinstance(told, dict)
        asked |= {f"outcomes.{reader}--{k}": renamed(v, reader) for k, v in told.items()}
    scenario = load_scenario(name, {**asked, **dict(settings)})
    return simulate(scenario, runs=runs, record="lean", until=max(wanted.values())).outcomes


def renamed(told: object, reader: str) -> object:
    """An outcome whose condition, if it has one, goes by its name among those of several scenarios."""
    return {**told, "given": f"{reader}--{told['given']}"} if isinstance(told, dict) and "given" in told else told


def claims() -> Iterator[Claim]:
    """The rows of all modules here that have any."""
    for module in sorted(Path(__file__).parent.glob("*.py")):
        if module.stem not in ("__init__", "claims", "measure"):
            yield from import_module(f"findings.{module.stem}").CLAIMS
