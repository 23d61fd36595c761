"""Reading game files: as strict as scenarios, everything that is wrong at once, each with its place."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path

from ..batch.points import Value, points_of
from ..experiments.block_reading import BlockReader, read_root
from ..experiments.factor_reading import FactorReader
from ..experiments.factors import Factor
from ..scenario import Scenario, ScenarioError, parse_quarter
from ..scenario.build import build
from ..scenario.conditions import MOST_CHARACTERS
from ..scenario.figures import brief
from ..scenario.layers import set_nodes
from ..scenario.names import better_name, is_name
from ..scenario.numerals import is_number
from ..scenario.paths import PathError
from ..scenario.problems import Place, Problems, nearest, shown
from ..scenario.quarters import quarter_hint
from ..scenario.reading import Node
from ..scenario.texts import first_foreign
from .file import Chooser, GameFile, Option, PayoffTerm
from .locating import game_names, locate_game

TOP = {
    "title": "what it is about, in a line",
    "question": "the question it asks",
    "notes": "anything else a reader should know",
    "scenario": "the scenario that is played in: a built-in, or a file beside this one",
    "set": "path: value, for what is fixed otherwise than in the scenario",
    "period": "the quarters over which payoffs are read, {start, end}; strategies are taken up at its start; default: the scenario's",
    "runs": "runs of every profile to begin with, with the same luck for all",
    "most_runs": "no profile gets more, however little the sample can tell",
    "least": "the smallest difference of payoffs worth telling, MUSD a year",
    "seed": "names the luck",
    "players": "code: who chooses among what, and wants what",
}
"""Keys of the file, in their order, with what they say."""
REQUIRED = ("title", "scenario", "players")
PLAYER = {
    "strategies": "a list of strategies (of a client: policies) by name",
    "levers": "path: list of values, or name: {path, values}; every combination, with every strategy, is a choice",
    "choices": "name: {path: value, ...}, choices that are spelt out",
    "payoff": "what it wants: money, and name: {measure, weight, ...}",
}
TERM = ("measure", "weight", "at", "from", "to", "reduce", "label")
CHOICE = "choice_of_"
"""How events are called in which a player takes up a strategy."""
MONEY = "money"
"""The term of a payoff that is what the player spends."""
MOST_PROFILES = 4096
MOST_RUNS = 1_000_000
LONGEST_NAME = 80
"""Characters of the name of a choice."""
RUNS = 100
LEAST = 0.1
"""MUSD a year, as of any other outcome in this unit."""
PERIOD = ("start", "end")


def load_game(source: str | Path) -> GameFile:
    """A game by the name of a built-in or the path of a file. ScenarioError with all problems at once."""
    problems = Problems()
    path = locate_game(source)
    if path is None:
        names = game_names()
        hint = nearest(str(source), names) if names else ""
        problems.add(Place(str(source)), "there is no such game, neither built in nor as a file", hint)
        problems.stop()
        raise AssertionError
    return _GameReader(read_root(path, problems), path, problems).game()


class _GameReader(BlockReader):
    """Reads one file."""

    def __init__(self, root: Node, path: Path, problems: Problems) -> None:
        super().__init__(root, path, problems, "a game", TOP, REQUIRED)
        self.spending: dict[str, tuple[str, ...]] = {}
        """Player → outcomes that add up to what it spends."""
        self.period: dict[str, Node] = {}
        self.base: Scenario | None = None
        """The scenario as it is named."""
        self.chosen_at: dict[str, str] = {}
        """Player → where its strategy is set, if that is not from the start of the scenario on."""

    def game(self) -> GameFile:
        """The whole."""
        problems = self.problems
        seed = self.whole("seed", 1, 0, 2**63 - 1)
        before = len(problems)
        runs = self.whole("runs", RUNS, 2, MOST_RUNS)
        most = self.whole("most_runs", min(8 * runs, MOST_RUNS), runs if len(problems) == before else 2, MOST_RUNS)
        least = self.number(self.entries["least"], "least", low=0.0) if "least" in self.entries else LEAST
        self.period = self.own_block(self.block("period"), "period", PERIOD, self.entries.get("period"))
        tree = self.scenario_tree()
        scenario = None if tree is None else self.built(*tree)
        if scenario is None:
            problems.stop()
            raise AssertionError
        players = tuple(p for code, node in self.block("players").items() if (p := self.player(code, node, scenario)) is not None)
        self.together(players)
        problems.stop()
        self.reach(scenario, players)
        problems.stop()
        ends = [parse_quarter(self.period[k].text or "") if k in self.period else e
                for k, e in zip(PERIOD, (scenario.start, scenario.end), strict=True)]  # fmt: skip
        return GameFile(
            self.path.stem, self.text("title"), self.text("question"), self.text("notes"), scenario, brief(self.entries["scenario"]),
            players, runs, most, least, seed, ends[0], ends[1],
        )  # fmt: skip

    # --- words and numbers ---

    def number(self, node: Node, what: str, low: float = -math.inf) -> float:
        """A finite number, not below `low`, or a problem."""
        text = node.text or ""
        found = float(text) if is_number(text) else math.nan
        if not (math.isfinite(found) and found >= low):
            floor = "" if low == -math.inf else f" of {low:g} or more"
            self.problems.add(node.place, f"{shown(brief(node))} is no number{floor} ({what})", "A plain number in MUSD a year")
            return 0.0
        return found

    def own_block(self, found: dict[str, Node], what: str, allowed: Iterable[str], node: Node | None) -> dict[str, Node]:
        """The entries of a block, unknown keys noted and left out; quarters of a period read."""
        known = {}
        for key, entry in found.items():
            if key not in allowed:
                assert node is not None
                self.problems.unknown(node.keys[key], f"key in {what}", key, allowed)
                continue
            try:
                parse_quarter(entry.text or "")
            except ValueError:
                self.problems.add(entry.place, f"{shown(brief(entry))} is no quarter", quarter_hint(entry.text or ""))
                continue
            known[key] = entry
        return known

    # --- when is chosen ---

    def built(self, tree: Node, name: str) -> Scenario | None:
        """The scenario with payoffs as its outcomes; strategies are taken up by events if the period begins later than it."""
        try:
            self.base = build(tree, name, Problems())
        except ScenarioError:  # it is said where the whole is built
            return super().built(tree, name)
        begins = self.period.get("start")
        if begins is not None and parse_quarter(begins.text or "") > self.base.start:
            nodes: dict[str, tuple[Node, Place]] = {}
            for code, node in self.block("players").items():
                listed = (node.entries or {}).get("strategies")
                if listed is not None and listed.items and (path := self.strategy(code)) is not None:
                    self.chosen_at[code] = f"events.{CHOICE}{code}.set.{path}"
                    nodes[f"events.{CHOICE}{code}.at"] = (begins, begins.place)
                    nodes[self.chosen_at[code]] = (Node(listed.place, text=listed.items[0].text), listed.place)
            tree = set_nodes(tree, nodes, self.label, Problems())
        return super().built(tree, name)

    def strategy(self, code: str) -> str | None:
        """Where the strategy of a player stands."""
        assert self.base is not None
        if code in self.base.patrons:
            return f"patrons.{code}.strategy"
        return f"states.{code}.policy" if code in self.base.clients else None

    # --- what is wanted ---

    def outcomes(self, tree: Node) -> Node:
        """The tree with what payoffs are made of as its outcomes."""
        base = self.base
        if base is None:
            return tree
        chosen: dict[str, Node] = {}
        places: dict[str, Place] = {}
        block = self.block("players")
        for code, node in block.items():
            payoff = (node.entries or {}).get("payoff")
            terms = (payoff.entries or {}) if payoff is not None else {}
            if code in base.patrons:
                place = self.entries["players"].keys[code]
                texts = spending_texts(code, base.clients)
                self.spending[code] = tuple(f"{code}_{MONEY}_{i}" for i in range(len(texts)))
                for name, text in zip(self.spending[code], texts, strict=True):
                    spent = Node(place, self.label, entries={"measure": Node(place, text=text)})
                    chosen[name], places[name] = self.measured(spent), place
            for name, term in terms.items():
                if name != MONEY and is_name(name) and term.entries is not None:
                    assert payoff is not None
                    known = self.dated(term, TERM, "a term of a payoff")
                    chosen[f"{code}_{name}"], places[f"{code}_{name}"] = self.measured(known), payoff.keys[name]
        return self.with_outcomes(tree, self.root.place, chosen, places)

    def measured(self, node: Node) -> Node:
        """A measure with the quarters of the game where it has none of its own, and the mean where it is not reduced otherwise."""
        entries, keys = dict(node.entries or {}), dict(node.keys)
        usual = {"from": self.period.get("start"), "to": self.period.get("end"), "reduce": Node(node.place, text="mean")}
        for key, value in usual.items():
            if value is not None and key not in entries and not (key == "reduce" and same_quarter(entries)):
                entries[key], keys[key] = value, value.place
        return Node(node.place, self.label, node.rank, entries=entries, keys=keys)

    def payoff(self, code: str, node: Node, scenario: Scenario) -> tuple[float, tuple[PayoffTerm, ...]]:
        """What money weighs, and the terms."""
        money = 1.0 if code in scenario.patrons else 0.0
        terms: list[PayoffTerm] = []
        for name, term in (node.entries or {}).items():
            place = node.keys[name]
            if name == MONEY:
                money = self.number(term, "what a MUSD spent weighs", low=0.0)
                if code not in scenario.patrons and money:
                    self.problems.add(place, f"{code} is no patron and spends nothing", "Leave money out")
            elif not is_name(name):
                self.problems.add(place, f"{shown(name)} cannot be a name in payoff", better_name(name, "outcomes"))
            elif term.entries is None:
                self.problems.add(term.place, f"{name} is a term of a payoff: a block, not {term.kind}",
                                  "For example {measure: share(USA, KGZ), weight: 100}")  # fmt: skip
            else:
                for key in ("measure", "weight"):
                    if key not in term.entries:
                        self.problems.add(place, f"the term {name} lacks {key}")
                weight = self.number(term.entries["weight"], f"the weight of {name}") if "weight" in term.entries else 0.0
                terms.append(PayoffTerm(name, f"{code}_{name}", weight))
        if not terms:
            self.problems.add(node.place, f"the payoff of {code} holds no measure", "Name one with its weight in MUSD a year")
        return money, tuple(terms)

    # --- who chooses among what ---

    def player(self, code: str, node: Node, scenario: Scenario) -> Chooser | None:
        """One player, or None and problems."""
        place = self.entries["players"].keys[code]
        actors = tuple(dict.fromkeys((*scenario.patrons, *scenario.clients)))
        if code not in actors:
            self.problems.unknown(place, "player", code, actors)
            return None
        if node.entries is None:
            self.problems.add(node.place, f"{code} is a player: a block, not {node.kind}", nearest("", PLAYER))
            return None
        for key in node.entries:
            if key not in PLAYER:
                self.problems.unknown(node.keys[key], f"key of the player {code}", key, PLAYER)
        if "payoff" not in node.entries:
            self.problems.add(place, f"the player {code} lacks payoff", "What it wants, in MUSD a year")
            return None
        money, terms = self.payoff(code, node.entries["payoff"], scenario)
        before = len(self.problems)
        options = self.options(code, node, scenario)
        if len(options) < 2 and len(self.problems) == before:
            self.problems.add(place, f"{code} has {len(options)} choice{'' if len(options) == 1 else 's'}",
                              "Give two or more by strategies, levers or choices")  # fmt: skip
        return Chooser(code, scenario.names.get(code, code), options, terms, money, self.spending.get(code, ()) if money else ())

    def options(self, code: str, node: Node, scenario: Scenario) -> tuple[Option, ...]:
        """Strategies times levers, then what is spelt out."""
        entries = node.entries or {}
        reader, before = FactorReader(scenario, self.problems), len(self.problems)
        factors: list[Factor] = []
        if "strategies" in entries:
            path = self.chosen_at.get(code) or self.strategy(code) or ""
            factors += self.factor(reader, "strategies", path, node.keys["strategies"], entries["strategies"])
        for name, lever in (self.inner(entries["levers"], "levers") if "levers" in entries else {}).items():
            factors += self.lever(reader, name, entries["levers"].keys[name], lever)
        found = [self.option(factors, values) for values in product(*(f.values for f in factors))] if factors else []
        for name, settings in (self.inner(entries["choices"], "choices") if "choices" in entries else {}).items():
            place = entries["choices"].keys[name]
            if not name.strip() or len(name) > LONGEST_NAME or first_foreign(name):
                self.problems.add(place, f"{shown(name)} cannot be a name in choices", f"Use up to {LONGEST_NAME} letters")
            elif name in [o.name for o in found]:
                self.problems.add(place, f"{name} is a choice of {code} already")
            elif settings.entries is None:
                self.problems.add(settings.place, f"{name} is a choice: a block of path: value, not {settings.kind}")
            else:
                own = FactorReader(scenario, self.problems)
                pairs = [f for p, v in settings.entries.items() for f in self.factor(own, name, p, settings.keys[p], v, single=True)]
                found.append(Option(name, {f.path: f.written(f.values[0]) for f in pairs}))
        if len(self.problems) == before:
            self.distinct(code, found, node)
        return tuple(found)

    def inner(self, node: Node, what: str) -> dict[str, Node]:
        """The entries of a block of a player."""
        if node.entries is None:
            self.problems.add(node.place, f"{what} is a block ({PLAYER[what]}), not {node.kind}")
        return node.entries or {}

    def lever(self, reader: FactorReader, name: str, place: Place, node: Node) -> list[Factor]:
        """A lever with its values: a path and a list, or a name and a block as in experiments."""
        if node.entries is None:
            return self.factor(reader, name.rpartition(".")[2], name, place, node)
        if "values" not in node.entries:
            self.problems.add(place, f"the lever {name} lacks values", "A list; a game has a few choices, not a range")
            return []
        found = reader.read(name, node, "lever")
        return [found] if found is not None else []

    def factor(
        self, reader: FactorReader, name: str, path: str, place: Place, values: Node, single: bool = False
    ) -> list[Factor]:
        """What is chosen at a path, among the values that stand there."""
        listed = Node(values.place, items=[values]) if single else values
        block = Node(place, entries={"path": Node(place, text=path), "values": listed}, keys={"path": place, "values": values.place})
        try:
            found = reader.read(name, block, "lever")
        except PathError as error:
            self.problems.add(place, str(error), error.hint)
            return []
        return [found] if found is not None else []

    def option(self, factors: list[Factor], values: Iterable[Value]) -> Option:
        """One combination, named by its values: those of words alone, of numbers with their lever."""
        pairs = list(zip(factors, values, strict=True))
        words = [str(v) if f.name == "strategies" else f"{f.name} {f.words(v)}" for f, v in pairs]
        return Option(", ".join(words), {f.path: f.written(v) for f, v in pairs})

    def distinct(self, code: str, options: list[Option], node: Node) -> None:
        """No two choices are the same."""
        seen: dict[tuple[tuple[str, Value], ...], str] = {}
        for one in options:
            key = tuple(sorted(one.settings.items()))
            if key in seen:
                self.problems.add(node.place, f"the choices {seen[key]} and {one.name} of {code} are the same")
            seen[key] = one.name

    # --- all of them together ---

    def together(self, players: tuple[Chooser, ...]) -> None:
        """Two players or more, each with paths of its own, and not too many profiles."""
        place = self.entries["players"].place if "players" in self.entries else self.root.place
        if len(self.block("players")) < 2:
            self.problems.add(place, "a game has two players or more")
        owner: dict[str, str] = {}
        for p in players:
            for path in dict.fromkeys(path for o in p.options for path in o.settings):
                if path in owner:
                    self.problems.add(place, f"{owner[path]} and {p.code} both choose {path}", "A path belongs to one player")
                owner[path] = p.code
                if path in (changed := self.changes()):
                    self.problems.add(changed[path][1], f"{path} is both set and chosen (by {p.code})")
        count = math.prod(len(p.options) for p in players)
        if count > MOST_PROFILES:
            self.problems.add(place, f"the game has {count:,} profiles", f"At most {MOST_PROFILES:,}: fewer choices")

    def reach(self, scenario: Scenario, players: tuple[Chooser, ...]) -> None:
        """Every choice alone is one that the scenario may have; tried as the profiles are, on the resolved scenario."""
        builder = points_of(scenario.resolved())
        for p in players:
            place = self.entries["players"].keys[p.code]
            for one in p.options:
                try:
                    builder.at(one.settings)
                except ScenarioError as error:
                    for wrong in error.problems:
                        self.problems.add(place, f"with {one.name} of {p.code}: {wrong.message}", wrong.hint)


def same_quarter(entries: Mapping[str, Node]) -> bool:
    """Whether a measure is read in one quarter alone."""
    return "from" in entries and "to" in entries and entries["from"].text == entries["to"].text


def spending_texts(code: str, clients: Iterable[str]) -> list[str]:
    """Expressions that add up to the MUSD a year that a patron spends: what it gives, and rents, fees taken off."""
    texts, at = [], f"spent({code})"
    for client in clients:
        rent = f"rent_paid({code}, {client})"
        if len(at) + len(rent) > MOST_CHARACTERS - 20:
            texts.append(at)
            at = rent
        else:
            at += f" + {rent}"
    return [f"4 * ({text})" for text in (*texts, at)]


__all__ = ["PLAYER", "TERM", "TOP", "load_game"]
