"""Small worlds for tests: scenarios from inline YAML, and scenes whose luck is known beforehand.

A *scene* is one run at one moment. Put numbers into its world, play a function of the quarter, read what it made of them.
Scenes run as ordinary Python, never compiled: luck and planted faults reach every function.
"""

from __future__ import annotations

import inspect
import os
import tempfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from patronage import compiling
from patronage.decisions.blocs import joint_supply
from patronage.driving import Happened, prepare
from patronage.engine import begin
from patronage.exchange.packages import compose
from patronage.phases.events import clear_orders
from patronage.results.ledger import ledger_frame
from patronage.scenario import Scenario, load_scenario
from patronage.scenario.catalogue import BY_NAME, CHANNELS, INSTRUMENTS
from patronage.scenario.vocabulary import MEASURES
from patronage.world import draws
from patronage.world.fields import FIELDS
from patronage.world.layout import CHOICES, PAST, PURPOSES, YEARS, place_of
from patronage.world.loose import loosened
from patronage.world.plan import decision_key, decisions_of
from patronage.world.readings import reading

AXES = {f.name: f.axes for f in FIELDS} | {"base": "PC"}
"""Axes of everything in the world of a run. Of what has a kind of concession and names none, bases are meant."""

RULES = """
rules:
  threat: {persistence: 0.9, gain: 1.6, noise: 0.08, shield: 0.3, presence_scale: 150, arms_scale: 0.02}
  economy: {passthrough: 0.5, elasticity: 1.5, capital_return: 0.04, capital_effect: 0.02, noise: 0.012, revenue: 0.02,
    deflator_growth: 0}
  courtship:
    {threat: 0.8, own_base: 0.25, rival_base: 2.5, outsider: 0.45, contest_floor: 0.003, margin: 1.05, affinity: 0.35,
    premium: 0.6, steepness: 0.1, slope: 2.5, revisit: 0.07, first_charge: 0.5, insecurity_half: 0.05,
    unhosted: 1, arms_rivalry: 0.25, legitimacy_target: 0.6, income_half: 2000, capital_half: 0.25, debt_half: 0.25,
    scale_arms: 0.0005, scale_grants: 0.003, scale_loans: 0.004, scale_debt_relief: 0.004, package_scale: 4}
  bargaining:
    {hazard_base: 0.005, hazard_regime: 0.1, hazard_turnover: 0.5, hazard_overthrow: 1, hazard_term: 1,
    hazard_mission: 0.3, seek: 0.25, seek_idle: 0.05, mission_floor: 0.05, salience: 0.25, salience_distance: 0.25,
    salience_openness: 2, salience_sanction: 1, value_noise: 0.25, alternatives: 0.8, allied_alternative: 0.5,
    denial: 0.25, surplus_share: 0.1, notice: 2, rebid: 0.5, annuity: 4, reputation_floor: 0.2, pledge: 20,
    purse: 0.5, switching: 3, monopoly: 0, sunk: 16, seek_declining: 1, sanction_full: 0}
  delivery:
    {precision: 2, quarters_arms: 12, quarters_grants: 4, quarters_loans: 20, quarters_debt_relief: 1, cancel: 0.02,
    cancel_shock: 3, learning: 0.05, reputation0: 0.8}
  stocks:
    {decay_arms: 0.02, decay_capital: 0.04, decay_presence: 0.06, interest: 2, service: 0.02, base_presence: 15,
    surplus_quality: 3, instructors: 0.5}
  influence:
    {scale: 0.125, trade_bandwidth: 0.04, arms_bandwidth: 0.1, arms_unit: 2, trade_share: 0.2, trade_gdp: 0.25,
    aid: 0.1, aid_unit: 0.0003, arms_monopoly: 0.8, arms_others: 0.15, arms_floor: 1, lending_capital: 0.05,
    lending_debt: 0.1, pure_lending: 0.02, presence_bandwidth: 0.3, presence_dependence: 0.4, presence_half: 150,
    pure: no, autonomy: 0.05}
  trade: {elasticity: 1, world_growth: 4}
  arms: {go_on: 0.7, again: 0.15, enter: 0.02, enter_pact: 0.03, gdp: 0.4, spread: 1.5, hardware: 1, hostile: 0.25}
  alignment:
    {pull: 0.1, reach: 0.6, anchor_unga: 0.03, anchor_orientation: 0.05, noise: 0.06, anchor_base: -0.7,
    anchor_slope: 1.1}
  interference:
    {decay: 0.85, intercept: -6.9, slope: 10, exponent: 0.3, min_grievance: 0.05, min_share: 0.2, cost: 0.06,
    quarters: 2}
  coercion: {propensity: 0.05, cut: 0.25, enforcement: 0.34, quarters: 4, resentment: 0.2, submission: 0.1}
  regimes:
    {recovery: 0.06, mean: 0.6, growth: 0.5, income: 0.03, income_cap: 0.2, publicity: 0.2, unpopular: 0.8,
    noise: 0.02, hazard: -7.9, hazard_legitimacy: 9, hazard_openness: 3.6, hazard_growth: 10, hazard_campaign: 1.1,
    hazard_threat: 0.8, sponsor: 0.3, appeased: 0.3, openness_return: 0.02, openness_rent: 0.5,
    openness_campaign: 0.005, openness_overthrow: 0.05, coalition_slope: 0.5, turnover: 0.008,
    turnover_openness: 0.03}
  blocs:
    {join: 0.08, leave: 0.04, slope: 8, hysteresis: 0.25, dispute: 0.1, effort: 0.004, threshold: 0.6,
    consent_budget: 0.1, salience_accession: 0.125, salience_consent: 0.0625, consent_quarters: 4, shelter: 0,
    entangle: 0, cover: 1}
mechanisms: {security: no, asked_rents: no, served_terms: no, sentiment: no, refusal: no, coups: no}
"""
"""Numbers of the scenes worked out by hand: near the defaults but rounder, and unmoved when those are tuned. Prices do not rise."""

TWO = (
    RULES
    + """
title: Two patrons, two clients
period: {start: 2009Q1, end: 2011Q4}
axes:
  security: {plus: RUS, minus: USA}
states:
  KGZ:
    {gdp: 4000, growth: 0, population: 2000000, openness: 0.5, coalition: 0.25, proximity: 0.5, legitimacy: 0.6,
    threat: 0.1, other_debt: 0, other_debt_growth: 4, position: {unga: 0, security: 0}}
  TJK:
    {gdp: 2000, growth: 0, population: 1000000, openness: 0.5, coalition: 0.25, proximity: 1, legitimacy: 0.6,
    threat: 0.1, other_debt: 0, other_debt_growth: 4, position: {unga: 0, security: 0}}
  RUS: {position: {unga: 0.5, security: 1}}
  USA: {position: {unga: 2, security: -1}}
patrons:
  RUS: {budget: 400}
  USA: {budget: 200}
"""
)
"""1000 and 500 MUSD of GDP and 100 and 50 MUSD to spend a quarter, revenues M of 20 and 10 MUSD; nothing else."""

BLOC = """
blocs:
  CSTO: {kind: security, leader: RUS, members: [RUS, KGZ, TJK]}
"""


@cache
def _loaded(text: str, overrides: tuple[tuple[str, object], ...]) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.yaml"
        path.write_text(text, encoding="utf-8")
        return load_scenario(path, overrides=dict(overrides))


def scenario(text: str = TWO, overrides: Mapping[str, object] | None = None) -> Scenario:
    """The scenario of a YAML text; `overrides` as `--set` writes them."""
    return _loaded(text, tuple((overrides or {}).items()))


@contextmanager
def uncompiled() -> Iterator[None]:
    """Everything runs as ordinary Python, whatever is compiled already."""
    before = os.environ.get(compiling.WAY)
    os.environ[compiling.WAY] = "never"
    try:
        yield
    finally:
        if before is None:
            del os.environ[compiling.WAY]
        else:
            os.environ[compiling.WAY] = before


def word(code: str) -> int:
    """What stands for an actor's code in an address of luck."""
    return zlib.crc32(code.encode())


class Dice:
    """Luck as the test wants it: every uniform is 0.5 but for those named, by decision and, within one, by codes.

    `Dice({"review": 0.9, "delivery.arms": {("USA", "KGZ"): 0.25}})`; a name without its last part stands for all parts.
    """

    def __init__(self, throws: Mapping[str, Any] | None, decisions: Mapping[tuple[int, int], str]) -> None:
        """`decisions`: their names by their keys."""
        self.throws, self.decisions = dict(throws or {}), decisions

    def uniform(self, decision: str, row: int, column: int) -> float:
        """The uniform of a decision between the actors whose words these are, 0 for nobody."""
        throw = self.throws.get(decision, self.throws.get(decision.split(".", maxsplit=1)[0], 0.5))
        if not isinstance(throw, Mapping):
            return float(throw)
        for key, value in throw.items():
            codes = (key,) if isinstance(key, str) else key
            if (row, column) == (*map(word, codes), 0, 0)[:2]:
                return float(value)
        return 0.5

    def philox(self, x0: int, x1: int, x2: int, x3: int, low: int, high: int, lane: int) -> float:
        """In the place of `draws.philox`."""
        return self.uniform(self.decisions[low, high], x2, x3)

    @contextmanager
    def thrown(self) -> Iterator[None]:
        """All luck is this for a while."""
        before = draws.philox
        draws.philox = self.philox
        try:
            yield
        finally:
            draws.philox = before


def of_bases(array: np.ndarray, axes: str, key: Any) -> tuple[np.ndarray, str]:
    """What an array with a kind of concession as its last axis says of bases, unless a key names the kind."""
    codes = (key,) if isinstance(key, str) else tuple(key)
    if axes.endswith("J") and len(codes) < len(axes):
        return array[..., 0], axes[:-1]
    return array, axes


class Scene:
    """One run of a scenario at the beginning of its first quarter."""

    def __init__(
        self, text: str = TWO, overrides: Mapping[str, object] | None = None, dice: Mapping[str, Any] | None = None
    ) -> None:
        self.scenario = scenario(text, overrides)
        seed = 1
        self.start = prepare(self.scenario, [0], seed)
        self.structure = self.start.structure
        names = (*decisions_of(self.structure), *(f"event.{e.name}" for e in self.scenario.events))
        self.luck = Dice(dice, {decision_key(seed, name): name for name in names})
        with uncompiled():
            self.ensemble = self.start.ensemble()
        self.world, self.p = self.ensemble.world, self.ensemble.parameters
        self._told: list[np.ndarray] = []
        self._begun = False
        self.play(begin)

    # Writing and reading.

    def put(self, **tables: Any) -> Scene:
        """Overwrite arrays of the world: a number for all cells, or numbers by code (a tuple where there are several).

        Shares, reputations and grievances are written as of last quarter too, which is where most phases read them.
        """
        for name, value in tables.items():
            for key, number in value.items() if isinstance(value, Mapping) else [((), value)]:
                array, axes = self._of(name, key)
                array[self._at(axes, key)] = number
        for name in ("share", "reputation", "grievance"):
            self._array(f"{name}_before")[...] = self._array(name)
        return self

    def rule(self, **fields: Any) -> Scene:
        """Overwrite inputs by their names in the catalogue, the same way; choices by the name of what is chosen."""
        for name, value in fields.items():
            base, tail = (name, ()) if name in CHOICES else place_of(name)
            array = self.ensemble.inputs[base][(0, ..., *tail)]
            axes = CHOICES[name] if name in CHOICES else BY_NAME[name].axes
            for key, number in value.items() if isinstance(value, Mapping) else [((), value)]:
                whole, letters = of_bases(array, axes, key)
                whole[self._at(letters, key) or ...] = self.p.names.index(number) if name in CHOICES else number
        return self

    def order(self, act: str, codes: tuple[str, ...], amount: float = 1.0, kind: str = "base", **terms: float) -> Scene:
        """What an event would order: an act between actors, its number and further terms; about a kind of concession."""
        axes = AXES[f"ordered_{act}"].removesuffix("J")
        cell = self._at(axes, codes)
        self.ensemble.worlds["orders"] = 1
        place = self.structure.kinds.index(kind)

        def room(name: str) -> np.ndarray:
            return self._array(name)[..., place] if AXES[name].endswith("J") else self._array(name)

        if act in ("promise", "offer"):
            room(f"ordered_{act}")[cell] = [terms.get(k, 0.0) for k in INSTRUMENTS]
            return self
        room(f"ordered_{act}")[cell] = amount
        further = {"open_base": ("rent", "term"), "merge": ("term",), "sanction": ("cut", "loss", "quarters")}
        for name in (further | {"bloc_sanction": ("loss", "quarters")}).get(act, ()):
            stem = act.removesuffix("_sanction") if act.startswith("bloc") else act.removesuffix("_base")
            room(f"ordered_{stem}_{name}")[cell] = terms.get(name, np.nan)
        return self

    def no_orders(self) -> Scene:
        """What was ordered is done."""
        self.play(clear_orders)
        return self

    def see(self, name: str, *codes: str) -> Any:
        """An array of the world at a cell; the whole array, without the run axis, if no cell is named. A copy."""
        array, axes = self._of(name, codes)
        found = array[self._at(axes, codes)]
        return found.copy() if isinstance(found, np.ndarray) else found

    def measure(self, name: str, *codes: str) -> float:
        """A named measure of the world."""
        letters = {"patron": "P", "client": "C", "bloc": "B", "axis": "O", "kind": "J"}
        at = self.structure.place("".join(letters[kind] for kind in MEASURES[name].arguments), codes)
        first, second, third = (*at, -1, -1, -1)[:3]
        return float(self.play(reading, measure=tuple(MEASURES).index(name), first=first, second=second, third=third))

    def rows(self, *kinds: str) -> list[dict[str, Any]]:
        """Rows of the ledger so far, of these kinds."""
        frame = ledger_frame(np.concatenate([*self._told, self._written()]), np.array([0]), self.structure)
        return frame[frame["kind"].isin(kinds)].to_dict("records")

    def saved(self) -> np.ndarray:
        """The state of the world, to be put back by `restore`."""
        return self.ensemble.worlds.copy()

    def restore(self, saved: np.ndarray) -> None:
        """Go back to a saved state, but for what is written in the ledger."""
        rows = self.ensemble.worlds["rows"].copy()
        self.ensemble.worlds[...] = saved
        self.ensemble.worlds["rows"] = rows

    def _written(self) -> np.ndarray:
        return self.ensemble.ledger[: int(self.ensemble.worlds["rows"][0])].copy()

    def _array(self, name: str) -> np.ndarray:
        """[*axes], the run's own cells."""
        found = getattr(self.world, name) if hasattr(self.world, name) else self.world.work(name)
        return found[0] if found.ndim > 1 else found

    def _of(self, name: str, key: Any) -> tuple[np.ndarray, str]:
        """An array and its axes."""
        return of_bases(self._array(name), AXES[name], key)

    def _at(self, axes: str, key: Any) -> tuple[Any, ...]:
        codes = (key,) if isinstance(key, str) else tuple(key)
        return tuple(self._place(axis, code) for axis, code in zip(axes, codes, strict=False)) or (...,)

    def _place(self, axis: str, code: Any) -> int:
        if axis in "KUN3YM":
            years, past = tuple(range(YEARS)), tuple(range(PAST))
            lists: dict[str, tuple[Any, ...]] = {
                "K": INSTRUMENTS, "U": PURPOSES, "N": CHANNELS, "3": (0, 1, 2), "Y": years, "M": past,
            }  # fmt: skip
            return lists[axis].index(code)
        return self.structure.place(axis, (code,))[0]

    # Playing.

    def play(self, *functions: Callable[..., Any], **extra: Any) -> Any:
        """Play functions of the quarter one after the other; what they ask for by name is given. Returns what the last gives back.

        Actors among the further arguments (`p`, `q`: patrons; `c`, `m`: clients; `b`: a bloc) are named by their codes.
        """
        e, plan = self.ensemble, self.start.timetable
        have = {
            "w": loosened(e.worlds)[0], "n": loosened(e.inputs)[0], "s": loosened(e.places)[0], "ledger": loosened(e.ledger),
            "tables": loosened(e.tables), "cells": loosened(e.cells)[0], "events": loosened(plan.events)[0],
            "changes": loosened(plan.changes)[0], "acts": loosened(plan.acts)[0], "repeals": loosened(plan.repeals),
            "code": loosened(plan.code), "standing": loosened(e.standing)[0], "origins": loosened(e.origins)[0],
            "log": loosened(e.log), "j": 0,
        }  # fmt: skip
        axes = {"p": "P", "q": "P", "c": "C", "m": "C", "b": "B", "j": "J"}
        have |= {name: self._place(axes[name], value) if isinstance(value, str) else value for name, value in extra.items()}
        made = None
        with self.luck.thrown():
            for function in functions:
                made = function(**{name: have[name] for name in inspect.signature(function).parameters})
        return made

    def everything(self) -> None:
        """Work out the terms of every possible base and bloc, as where somebody else decides."""
        self.ensemble.places["dense"] = 1

    def quarter(self) -> Happened:
        """Play a whole quarter (the first of the scenario, then the next); returns what it leaves behind."""
        self._told.append(self._written())
        if not self._begun:
            self.ensemble.worlds["quarter"] -= 1
            self._begun = True
        with self.luck.thrown(), uncompiled():
            return self.ensemble.step()


@cache
def _bench() -> Scene:
    return Scene()


def composed(money: float, cost: Any, wish: Any, width: Any, room: float) -> np.ndarray:
    """[4] what the engine buys with the money: instruments' unit costs, appetites, scales; debt relief up to `room`."""
    bench = _bench()
    for name, values in {"unit_cost": cost, "wish": wish, "width": width}.items():
        bench.world.work(name)[0] = values
    bench.play(compose, money=float(money), room=float(room))
    return bench.see("gift")


def supplied(income: Any, preference: Any) -> float:
    """The joint supply of contributors with these yearly incomes and preferences; at most as many as a bucket has clients."""
    bench = _bench()
    before = int(bench.ensemble.places["C"][0])
    bench.ensemble.places["C"] = len(income) - 1
    for name, values in {"income_of": income, "keen": preference}.items():
        bench.ensemble.worlds[name][0, : len(income)] = values
    try:
        return float(bench.play(joint_supply))
    finally:
        bench.ensemble.places["C"] = before
