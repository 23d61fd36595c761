"""All inputs now in force, as plain numbers by code; events change them, nothing else does."""

from __future__ import annotations

from typing import Any

from patronage.scenario import Scenario
from patronage.scenario.catalogue import FIELDS, INSTRUMENTS

UNEXPLAINED = tuple(
    f"unexplained_{part}"
    for part in (
        "economic_bandwidth",
        "economic_dependence",
        "political_bandwidth",
        "security_bandwidth",
        "security_dependence",
    )
)
SELF_MASKED = ("weight", "fit", "trade", "remittances", "treaty", "tie", "pact", *UNEXPLAINED)
"""Inputs that stay 0 between a state and itself."""


class Inputs:
    """Every field of the catalogue as an attribute: a float, or dictionaries by code in the order of its axes.

    `inputs.threat_gain`, `inputs.mission["USA"]`, `inputs.weight["RUS"]["KGZ"]`, `inputs.rivalry["RUS"]["USA"]`. The
    instruments of a patron are also there as dictionaries: `inputs.cost["RUS"]["arms"]`.
    """

    def __init__(self, scenario: Scenario) -> None:
        axes = {
            "P": scenario.patrons,
            "Q": scenario.patrons,
            "C": scenario.clients,
            "B": scenario.blocs,
            "O": ("unga", *scenario.axes),
            "J": scenario.kinds,
        }
        self.kinds = scenario.kinds
        self.requires = dict(scenario.requires)
        self.allies = scenario.allies
        self.per_instrument: dict[str, tuple[str, str]] = {}
        for field in FIELDS:
            codes = [axes[letter] for letter in field.axes]
            setattr(self, field.name, read(scenario, field.name, codes))
        for base in ("cost", "delivery", "licence", "licence_mission", "package"):
            table = {p: {k: self[f"{base}_{k}"][p] for k in INSTRUMENTS} for p in scenario.patrons}
            setattr(self, base, table)
            self.per_instrument |= {f"{base}_{k}": (base, k) for k in INSTRUMENTS}
        for rule in ("courtship_scale", "delivery_quarters"):
            setattr(self, rule, {k: self[f"{rule}_{k}"] for k in INSTRUMENTS})
            self.per_instrument |= {f"{rule}_{k}": (rule, k) for k in INSTRUMENTS}
        self.strategy = {p: scenario.choice(f"patrons.{p}.strategy") for p in scenario.patrons}
        self.policy = {c: scenario.choice(f"states.{c}.policy") for c in scenario.clients}
        self.interference = {p: scenario.choice(f"patrons.{p}.interference") for p in scenario.patrons}
        self.support = {c: scenario.choice(f"states.{c}.support") for c in scenario.clients}
        self.regime = {c: scenario.choice(f"states.{c}.regime") for c in scenario.clients}
        self.vote = {b: scenario.choice(f"blocs.{b}.vote") for b in scenario.blocs}

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"the catalogue has no field {name!r}")

    def __getitem__(self, name: str) -> Any:
        return getattr(self, name)

    def get(self, name: str, codes: tuple[str, ...]) -> Any:
        """The value in force."""
        value = self[name]
        for code in codes:
            value = value[code]
        return value

    def set(self, name: str, codes: tuple[str, ...], value: float | str) -> None:
        """Put a value in force, unless the cell is masked."""
        if self.masked(name, codes):
            return
        if not codes:
            setattr(self, name, value)
        else:
            table = self[name]
            for code in codes[:-1]:
                table = table[code]
            table[codes[-1]] = value
        if name in self.per_instrument:
            base, k = self.per_instrument[name]
            if codes:
                self[base][codes[0]][k] = value
            else:
                self[base][k] = value

    def masked(self, name: str, codes: tuple[str, ...]) -> bool:
        """Nothing passes between a state and itself, and allies are no rivals."""
        if name == "rivalry":
            return codes[0] == codes[1] or frozenset(codes) in self.allies
        return name in SELF_MASKED and codes[0] == codes[1]


def read(scenario: Scenario, name: str, axes: list[tuple[str, ...]], codes: tuple[str, ...] = ()) -> Any:
    """A field of the scenario as nested dictionaries over its axes."""
    if not axes:
        return float(scenario.number(name, *codes))
    return {code: read(scenario, name, axes[1:], (*codes, code)) for code in axes[0]}
