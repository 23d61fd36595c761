"""Reading search files: as strict as experiments and scenarios, everything that is wrong at once, each with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from ..experiments import Design, Experiment, experiment_names
from ..experiments.block_reading import read_root
from ..experiments.design_reading import whole_number
from ..experiments.factor_reading import FactorReader
from ..experiments.factors import Factor
from ..experiments.reading import ROLES, ExperimentReader
from ..experiments.schema import FACTOR
from ..scenario import Listed, Scenario, parse_quarter, quarter_name
from ..scenario.figures import brief
from ..scenario.library import builtin_dir, builtin_names, locate
from ..scenario.loading import list_files
from ..scenario.names import NAME
from ..scenario.numerals import is_number, meanings
from ..scenario.problems import Place, Problems, nearest, shown
from ..scenario.quarters import quarter_hint
from ..scenario.reading import Node
from .goals import COST, OVER, Better, Constraint, Goal, PricedLever, Search
from .schema import CONSTRAINT, LEVER, OBJECTIVE, REQUIRED, RESERVED, SEARCH, TOP

HOLDS = re.compile(r"(>=|<=|>|<) *(\S+)")
AGAIN = re.compile(r".+_(again|low|high)")
"""Columns of a goal with fresh luck, and its interval."""
MOST_FUTURES, MOST_PACKAGES, MOST_STEPS, MOST_RUNS = 1000, 100_000, 1000, 1_000_000
KIND = "searches"


def search_names() -> tuple[str, ...]:
    """Names of the built-in searches."""
    return builtin_names(KIND)


def list_searches() -> list[Listed]:
    """The built-in searches, sorted by name."""
    return list_files(builtin_dir(KIND) / f"{name}.yaml" for name in search_names())


def load_search(source: str | Path) -> Search:
    """A search by the name of a built-in or the path of a file. ScenarioError with all problems at once."""
    problems = Problems()
    path = locate(source, KIND)
    if path is None:
        known = dict.fromkeys(builtin_names(), "a scenario") | dict.fromkeys(experiment_names(), "an experiment")
        if str(source) in known:
            problems.add(Place(str(source)), f"this is {known[str(source)]}, no search", "A search has levers and objectives")
        else:
            names = search_names()
            hint = nearest(str(source), names) if names else ""
            problems.add(Place(str(source)), "there is no such search, neither built in nor as a file", hint)
        problems.stop()
        raise AssertionError
    return SearchReader(read_root(path, problems), path, problems).search()


class SearchReader(ExperimentReader):
    """Reads one file."""

    what = "a search"
    known = TOP
    required = REQUIRED

    def search(self) -> Search:
        """The whole."""
        problems = self.problems
        seed = self.whole("seed", 1, 0, 2**31 - 1)
        replications = self.whole("replications", 20, 1, 100_000)
        futures = self.whole("futures", 10, 1, MOST_FUTURES)
        candidates = self.whole("candidates", 24, 1, 1000)
        validate = self.whole("validate", 1000, 0, 1_000_000)
        confirm = self.whole("confirm", 500, 0, 1_000_000)
        sizes = self.sizes(seed)
        found = self.scenario_tree()
        scenario = None if found is None else self.built(*found)
        if scenario is None:
            problems.stop()
            raise AssertionError
        own, self.entries = self.entries, self.without_prices()
        reader = FactorReader(scenario, problems)
        factors = self.factors(reader)
        self.entries = own
        for f in factors:
            if f.name in RESERVED:
                block = own[next(key for key, role in ROLES.items() if role == f.role)]
                problems.add(block.keys[f.name], f"{f.name} cannot be a name here: a column of the tables", "Use another word")
        levers = tuple(self.lever(f) for f in factors if f.role == "lever")
        if "levers" in own and not any(own["levers"].entries or {}):
            problems.add(own["levers"].place, "there is nothing to choose: levers is empty")
        last = self.last(scenario)
        spending = self.spending(scenario)
        words = self.words(scenario, levers, spending)
        goals = self.goals("objectives", words)
        constraints = self.constraints(words)
        problems.stop()
        self.reach({scenario.name: scenario}, factors, reader)
        problems.stop()
        uncertain = any(f.role == "uncertainty" for f in factors)
        combined = math.prod(len(f.values) for f in factors if f.role == "theory")
        for f in factors:
            if f.role == "theory" and f.kind != "choice":
                problems.add(reader.places[f.name], f"the theory {f.name} is a range", "Give values or choices, of which one is right")
        if combined * (futures if uncertain else 1) > MOST_FUTURES:
            place = self.entries["theories"].place
            what = f"{combined:,} combinations of theories in {futures if uncertain else 1:,} futures each"
            problems.add(place, what, f"At most {MOST_FUTURES:,} in all")
        if combined * (futures if uncertain else 1) * replications > MOST_RUNS:
            place = self.entries["replications"].place
            problems.add(place, "every package has too many runs", f"At most {MOST_RUNS:,} in all futures")
        experiment = Experiment(
            name=self.path.stem,
            title=self.text("title"),
            question=self.text("question"),
            notes=self.text("notes"),
            scenario=scenario,
            scenario_name=brief(self.entries["scenario"]),
            factors=factors,
            design=Design("lhs", points=futures if uncertain else 1, seed=seed),
            replications=replications,
            seed=seed,
            changed={path: brief(node) for path, (node, _) in self.changes().items()},
        )
        problems.stop()
        return Search(experiment, levers, goals, constraints, spending, *sizes, candidates, validate, confirm, last)

    # --- sizes ---

    def sizes(self, seed: int) -> tuple[int, int, int]:
        """Population, generations, seed of the search."""
        block = self.block("search")
        for key in block:
            if key not in SEARCH:
                self.problems.unknown(self.entries["search"].keys[key], "key of search", key, SEARCH)

        def number(key: str, default: int, low: int, high: int) -> int:
            node = block.get(key)
            return default if node is None else whole_number(node, key, low, high, self.problems, default)

        found = number("population", 16, 4, 10_000), number("generations", 20, 1, 10_000), number("seed", seed, 0, 2**31 - 1)
        if found[0] * found[1] > MOST_PACKAGES:
            self.problems.add(
                self.entries["search"].place, f"the search has {found[0] * found[1]:,} packages", f"At most {MOST_PACKAGES:,}"
            )
        return found

    def last(self, scenario: Scenario) -> int:
        """The last quarter that is simulated."""
        node, latest = self.entries.get("until"), max(o.last for o in scenario.outcomes.values())
        if node is None:
            return latest
        try:
            quarter = parse_quarter(node.text or "")
        except ValueError:
            self.problems.add(node.place, f"{shown(brief(node))} is no quarter", quarter_hint(node.text or ""))
            return latest
        if not scenario.start <= quarter <= scenario.end:
            ends = f"{quarter_name(scenario.start)} to {quarter_name(scenario.end)}"
            self.problems.add(node.place, f"{brief(node)} lies outside the scenario", f"It has {ends}")
            return latest
        for o in scenario.outcomes.values():
            if o.last > quarter:
                self.problems.add(
                    node.place, f"the outcome {o.name} is read until {quarter_name(o.last)}",
                    f"Simulate that long, or give {o.name} a from and to (or at) before",
                )  # fmt: skip
        return quarter

    # --- levers ---

    def without_prices(self) -> dict[str, Node]:
        """The entries with levers as an experiment has them."""
        block = self.entries.get("levers")
        if block is None or block.entries is None:
            return self.entries
        plain: dict[str, Node] = {}
        for name, node in block.entries.items():
            if node.entries is None:
                plain[name] = node
                continue
            for key in node.entries:
                if key not in FACTOR and key not in LEVER:
                    self.problems.unknown(node.keys[key], f"key of the lever {name}", key, (*FACTOR, *LEVER))
            for key in ("distribution", "mean", "sd", "mode", "levels"):
                if key in node.entries:
                    self.problems.add(node.keys[key], f"the lever {name} is chosen, and takes no {key}", "Delete it")
            kept = {k: v for k, v in node.entries.items() if k in FACTOR and k not in ("distribution", "mean", "sd", "mode", "levels")}
            plain[name] = replace(node, entries=kept)
        return {**self.entries, "levers": replace(block, entries=plain)}

    def lever(self, factor: Factor) -> PricedLever:
        """A factor with its price and step."""
        node = (self.entries["levers"].entries or {})[factor.name]
        entries, problems = node.entries or {}, self.problems
        lever = PricedLever(factor)
        if "step" in entries:
            step = self.number(entries["step"], "step")
            if factor.kind != "range" or factor.sort != "number":
                problems.add(entries["step"].place, f"{factor.name} takes no step", "A step belongs to a range of numbers")
            elif not 0 < step <= factor.high - factor.low:
                problems.add(entries["step"].place, f"the step of {factor.name} is not within its range", "For example a tenth of it")
            elif (factor.high - factor.low) / step > MOST_STEPS:
                problems.add(entries["step"].place, f"{factor.name} takes more than {MOST_STEPS} steps", "Leave the step out")
            else:
                lever = replace(lever, step=step)
        if "price" in entries and "prices" in entries:
            problems.add(node.keys["prices"], f"{factor.name} gives both price and prices", "Give one")
        elif "prices" in entries:
            lever = replace(lever, prices=self._prices(factor, entries["prices"]))
        elif "price" in entries:
            lever = self._priced(lever, entries)
        elif "free" in entries:
            problems.add(node.keys["free"], f"{factor.name} says what is free, but gives no price")
        return lever

    def _prices(self, factor: Factor, node: Node) -> tuple[float, ...]:
        if factor.kind != "choice":
            self.problems.add(node.place, f"{factor.name} has a range", "Give price: MUSD per unit")
            return ()
        if node.items is None or len(node.items) != len(factor.values):
            self.problems.add(node.place, f"prices of {factor.name} are a list, one for each of its {len(factor.values)} values")
            return ()
        return tuple(self.number(item, "price") for item in node.items)

    def _priced(self, lever: PricedLever, entries: dict[str, Node]) -> PricedLever:
        factor, price = lever.factor, self.number(entries["price"], "price")
        if not factor.numeric:
            self.problems.add(entries["price"].place, f"{factor.name} is a word", "Give prices: one for each value")
            return lever
        if "free" in entries:
            free = self.number(entries["free"], "free")
        elif isinstance(factor.base, float):
            free = factor.base
        else:
            self.problems.add(entries["price"].place, f"the scenario says nothing of {factor.name}", "Say what is free: free: NUMBER")
            return lever
        return replace(lever, price=price, free=free)

    def number(self, node: Node, what: str) -> float:
        """A plain number, or a problem and 0."""
        text = node.text or ""
        if is_number(text):
            return float(text)
        numbers, behind = meanings(text)
        hint = f"Write {' or '.join(numbers)}" if numbers and not behind else "A plain number is wanted here"
        self.problems.add(node.place, f"{shown(brief(node))} is no number for {what}", hint)
        return 0.0

    # --- goals ---

    def spending(self, scenario: Scenario) -> tuple[str, ...]:
        """Outcomes that count as cost."""
        found = []
        for item in self.items("spending"):
            if item.text not in scenario.outcomes:
                self.problems.unknown(item.place, "outcome in spending", brief(item), scenario.outcomes)
            elif item.text in found:
                self.problems.add(item.place, f"{item.text} stands twice in spending")
            else:
                found.append(item.text or "")
        return tuple(found)

    def words(self, scenario: Scenario, levers: Sequence[PricedLever], spending: Sequence[str]) -> tuple[str, ...]:
        """What a goal may be about."""
        if COST in scenario.outcomes:
            self.problems.add(self.root.place, "an outcome is called cost, which is what levers cost", "Give it another name")
        priced = bool(spending) or any(x.price or any(x.prices) for x in levers)
        return (*((COST,) if priced else ()), *scenario.outcomes)

    def goals(self, key: str, words: Collection[str]) -> tuple[Goal, ...]:
        """The objectives."""
        found: list[Goal] = []
        block = self.block(key)
        if key in self.entries and not block:
            self.problems.add(self.entries[key].place, f"nothing is wanted: {key} is empty")
        for name, node in block.items():
            entries = self._named(name, key, node, OBJECTIVE)
            given = [k for k in ("minimise", "maximise") if k in entries]
            if len(given) != 1:
                self.problems.add(node.place, f"{name} says what to minimise or to maximise", "For example minimise: cost")
                continue
            of = self._of(entries[given[0]], words)
            better: Better = "low" if given[0] == "minimise" else "high"
            if of is not None:
                found.append(self._goal(name, of, better, entries))
        return tuple(found)

    def constraints(self, words: Collection[str]) -> tuple[Constraint, ...]:
        """What every package must keep."""
        found: list[Constraint] = []
        for name, node in self.block("constraints").items():
            entries = self._named(name, "constraints", node, CONSTRAINT)
            if name in self.block("objectives"):
                self.problems.add(self.entries["constraints"].keys[name], f"{name} is an objective already", "Give it another name")
            given = [k for k in ("at_least", "at_most") if k in entries]
            if len(given) != 1 or "of" not in entries:
                self.problems.add(
                    node.place, f"{name} says of what, and at_least or at_most", "For example {of: base_open, at_least: 0.9}"
                )
                continue
            of, bound = self._of(entries["of"], words), self.number(entries[given[0]], given[0])
            if of is None:
                continue
            goal = self._goal(name, of, "high" if given[0] == "at_least" else "low", entries)
            if goal.over == "regret":
                self.problems.add(entries["over"].place, "a regret belongs to objectives", "Give mean or worst_tenth")
            found.append(Constraint(goal, bound, given[0] == "at_least"))
        return tuple(found)

    def _named(self, name: str, key: str, node: Node, known: Collection[str]) -> dict[str, Node]:
        """The entries of a goal, those that are known."""
        if not NAME.fullmatch(name) or name in RESERVED or AGAIN.fullmatch(name):
            self.problems.add(self.entries[key].keys[name], f"{shown(name)} cannot be a name in {key}", "Use another word")
        elif any(name in self.block(other) for other in ROLES):
            self.problems.add(self.entries[key].keys[name], f"{name} is a lever, theory or uncertainty already", "Use another word")
        if node.entries is None:
            self.problems.add(node.place, f"{name} is a block, not {node.kind}", nearest("", known))
            return {}
        for k in node.entries:
            if k not in known:
                self.problems.unknown(node.keys[k], f"key of {name}", k, known)
        return node.entries

    def _of(self, node: Node, words: Collection[str]) -> str | None:
        """What a goal is about."""
        if node.text == COST and COST not in words:
            self.problems.add(node.place, "nothing costs anything", "Give levers a price, or name outcomes under spending")
        elif node.text not in words:
            self.problems.unknown(node.place, "outcome", brief(node), words)
        else:
            return node.text
        return None

    def _goal(self, name: str, of: str, better: Better, entries: dict[str, Node]) -> Goal:
        over, holds = entries.get("over"), entries.get("holds")
        goal = Goal(name, of, better)
        if over is not None and over.text not in OVER:
            self.problems.unknown(over.place, "word for over", brief(over), OVER)
        elif over is not None and holds is not None:
            self.problems.add(over.place, f"{name} gives both over and holds", "holds is a share of futures")
        elif over is not None:
            goal = replace(goal, over=over.text or "mean")
        elif holds is not None:
            found = HOLDS.fullmatch((holds.text or "").strip())
            if found is None or not is_number(found[2]):
                self.problems.add(holds.place, f"{shown(brief(holds))} is no limit", 'Write for example holds: ">= 0.5"')
            else:
                goal = replace(goal, sign=found[1], limit=float(found[2]))
        return goal
