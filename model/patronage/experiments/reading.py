"""Reading experiment files: as strict as scenarios, everything that is wrong at once, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from ..batch.points import WHICH
from ..driving import prepare
from ..scenario import Listed, Scenario, ScenarioError, conditions
from ..scenario.build import build
from ..scenario.figures import brief
from ..scenario.layers import plain_tree, set_nodes
from ..scenario.library import builtin_dir, builtin_names, locate
from ..scenario.loading import list_files
from ..scenario.names import NAME, better_name, is_name
from ..scenario.problems import Place, Problems, nearest, shown
from ..scenario.reading import Node
from ..world.plan import signature
from ..world.structure import Structure
from . import design_reading
from .block_reading import BlockReader, read_root
from .experiment import RECORDS, Experiment, RecordedSeries
from .factor_reading import FactorReader
from .factors import Factor, Role
from .locating import experiment_names
from .schema import OUTCOME, REQUIRED, TOP
from .several import build_worlds, in_each, is_several, one_meaning, read_trees, scenario_factor

MOST_FACTORS = 500
ROLES: dict[str, Role] = {"levers": "lever", "theories": "theory", "uncertainties": "uncertainty"}
"""Blocks of factors and what they are."""
RESOLVED = "the resolved scenario"


def list_experiments() -> list[Listed]:
    """The built-in experiments, sorted by name."""
    return list_files(builtin_dir("experiments") / f"{name}.yaml" for name in experiment_names())


def load_experiment(source: str | Path) -> Experiment:
    """An experiment by the name of a built-in or the path of a file. ScenarioError with all problems at once."""
    problems = Problems()
    path = locate(source, "experiments")
    if path is None:
        names = experiment_names()
        if source in builtin_names():
            problems.add(Place(str(source)), "this is a scenario, no experiment", f"patronage run {source} simulates it")
        elif source in builtin_names("searches"):
            problems.add(Place(str(source)), "this is a search, no experiment", f"patronage search {source} does it")
        else:
            hint = nearest(str(source), names) if names else ""
            problems.add(Place(str(source)), "there is no such experiment, neither built in nor as a file", hint)
        problems.stop()
        raise AssertionError
    return ExperimentReader(read_root(path, problems), path, problems).experiment()


class ExperimentReader(BlockReader):
    """Reads one file."""

    what = "an experiment"
    known: Mapping[str, str] = TOP
    required: tuple[str, ...] = REQUIRED

    def __init__(self, root: Node, path: Path, problems: Problems) -> None:
        super().__init__(root, path, problems, self.what, self.known, self.required)
        blocks = [self.entries[key] for key in ROLES if key in self.entries]
        if all(b.null or b.entries == {} for b in blocks) and not is_several(self.entries.get("scenario")):
            place = blocks[0].place if blocks else root.place
            problems.add(place, f"the {self.noun} varies nothing", "Give levers or uncertainties")

    @property
    def noun(self) -> str:
        """What the file is, without its article."""
        return self.what.split(" ", 1)[1]

    def experiment(self) -> Experiment:
        """The whole."""
        problems = self.problems
        seed = self.whole("seed", 1, 0, 2**63 - 1)
        before = len(problems)
        replications = self.whole("replications", 20, 1, 1_000_000)
        least = replications if len(problems) == before else 1
        record = self.word("record", RECORDS, "outcomes")
        worlds = self.worlds(record)
        scenario = next(iter(worlds.values()))
        reader, factors = self.factors_of(worlds)
        varied = () if len(worlds) == 1 else (scenario_factor(self, worlds, differ),)
        factors = (*varied, *factors)
        design = design_reading.read_design(self.entries.get("design"), factors, seed, problems)
        series = next(iter(in_each(self, list(worlds), lambda name: self.series(worlds[name])).values()), ())
        declared = [*scenario.outcomes, *((self.entries["outcomes"].entries or {}) if "outcomes" in self.entries else {})]
        precision = design_reading.read_precision(self.entries.get("precision"), declared, least, problems)
        problems.stop()
        assert design is not None
        self.reach(worlds, factors[len(varied):], reader)
        problems.stop()
        experiment = Experiment(
            name=self.path.stem,
            title=self.text("title"),
            question=self.text("question"),
            notes=self.text("notes"),
            scenario=scenario,
            scenario_name=brief(self.entries["scenario"]) if not varied else ", ".join(worlds),
            factors=factors,
            design=design,
            replications=replications,
            seed=seed,
            series=series,
            record=record,
            precision=precision,
            analysis=tuple(design_reading.as_value(n) for n in self.items("analysis")),
            changed={path: brief(node) for path, (node, _) in self.changes().items()},
            scenarios=worlds if varied else {},
        )
        design_reading.check_size(experiment, self.entries["design"].place, problems)
        problems.stop()
        return experiment

    def worlds(self, record: str) -> dict[str, Scenario]:
        """The scenario by its name, or all that the file lists, the first first. ScenarioError where there is none."""
        if is_several(self.entries.get("scenario")):
            trees = read_trees(self)
            self.problems.stop()
            worlds = build_worlds(self, trees, record)
            if len(worlds) < len(trees):
                self.problems.stop()
            return worlds
        found = self.scenario_tree()
        scenario = None if found is None else self.built(*found)
        if found is None or scenario is None:
            self.problems.stop()
            raise AssertionError
        return {found[1]: scenario}

    def outcomes(self, tree: Node) -> Node:
        """The tree with the outcomes that are asked for, and no others."""
        asked = self.entries.get("outcomes")
        own = ((tree.entries or {}).get("outcomes") or Node(tree.place, entries={})).entries or {}
        if asked is None:
            if not own:
                self.problems.add(self.root.place, f"the {self.noun} lacks outcomes, and its scenario has none")
            return tree
        chosen: dict[str, Node] = {}
        places: dict[str, Place] = {}
        if asked.items is not None:
            for item in asked.items:
                self._own(item.text or "", item.place, own, chosen)
                places[item.text or ""] = item.place
        for name, node in (self.block("outcomes") if asked.items is None else {}).items():
            places[name] = asked.keys[name]
            if not is_name(name):
                self.problems.add(places[name], f"{shown(name)} cannot be a name in outcomes", better_name(name, "outcomes"))
            elif node.null:
                self._own(name, places[name], own, chosen)
            else:
                chosen[name] = self.dated(node, OUTCOME)
        if not (asked.items or asked.entries):
            self.problems.add(asked.place, "nothing is asked: outcomes is empty")
        for name, node in list(chosen.items()):  # what one of them is given is read as well
            given = (node.entries or {}).get("given")
            if given is not None and given.text in own and given.text not in chosen:
                chosen[given.text], places[given.text] = own[given.text], places[name]
        return self.with_outcomes(tree, asked.place, chosen, places)

    def _own(self, name: str, place: Place, own: dict[str, Node], chosen: dict[str, Node]) -> None:
        """An outcome of the scenario itself."""
        if name in own:
            chosen[name] = own[name]
        else:
            self.problems.unknown(place, "outcome of the scenario", name, own)

    def series(self, scenario: Scenario) -> tuple[RecordedSeries, ...]:
        """Expressions kept for every quarter."""
        known = {
            "patron": scenario.patrons,
            "client": scenario.clients,
            "bloc": scenario.blocs,
            "axis": ("unga", *scenario.axes),
        }
        found = []
        for name, node in self.block("series").items():
            if not NAME.fullmatch(name) or name in ("point", "run", "quarter"):
                self.problems.add(self.entries["series"].keys[name], f"{shown(name)} cannot be a name in series")
                continue
            place = Place(node.place.file, node.place.line, node.place.column + max(node.inset, 0))
            try:
                tree, quarters = conditions.parse(node.text or "", place)
            except ScenarioError as error:
                for p in error.problems:
                    self.problems.add(Place(p.file, p.line, p.column), p.message, p.hint)
                continue
            for at, message, hint in conditions.check(tree, known):
                self.problems.add(Place(place.file, place.line, place.column + at), message, hint)
            if quarters is not None:
                self.problems.add(place, "'for N quarters' belongs to conditions of events")
            found.append(RecordedSeries(name, node.text or "", tree))
        return tuple(found)

    # --- factors ---

    def factors_of(self, worlds: Mapping[str, Scenario]) -> tuple[FactorReader, tuple[Factor, ...]]:
        """The factors, which mean the same in all scenarios, and who read them in the first."""
        readers: dict[str, FactorReader] = {}

        def read(name: str) -> tuple[Factor, ...]:
            readers[name] = FactorReader(worlds[name], self.problems)
            return self.factors(readers[name])

        before = len(self.problems)
        found = in_each(self, list(worlds), read)
        first = next(iter(readers.values()))
        if len(self.problems) > before:
            return first, next(iter(found.values()), ())
        return first, one_meaning(self, found, first.places)

    def factors(self, reader: FactorReader) -> tuple[Factor, ...]:
        """Levers, then theories, then uncertainties."""
        found: list[Factor] = []
        changed = self.changes()
        for key, role in ROLES.items():
            block = self.block(key)
            for name, node in block.items():
                place = self.entries[key].keys[name]
                if not NAME.fullmatch(name) or name in ("point", "run", "quarter", WHICH):
                    self.problems.add(place, f"{shown(name)} cannot be a name in {key}", "Use another word")
                elif any(f.name == name for f in found):
                    self.problems.add(place, f"{name} is a {next(f.role for f in found if f.name == name)} already")
                elif (path := brief((node.entries or {}).get("path", node))) in changed:
                    self.problems.add(changed[path][0].place, f"{path} is both set and varied (by {name})")
                else:
                    factor = reader.read(name, node, role)
                    found += [factor] if factor is not None else []
        if len(found) > MOST_FACTORS:
            self.problems.add(self.root.place, f"more than {MOST_FACTORS} factors")
        return tuple(found)

    def reach(self, worlds: Mapping[str, Scenario], factors: tuple[Factor, ...], reader: FactorReader) -> None:
        """Every value of every factor is one that every scenario may have, and changes what the model reads in one of them."""
        found = in_each(self, list(worlds), lambda name: self.unread(worlds[name], factors, reader))
        for factor in factors:
            place = reader.places[factor.name]
            if len(factor.ends) == 1:
                only = factor.words(factor.ends[0])
                self.problems.add(place, f"{factor.name} takes one value only, {only}", "Give two or more, or put it under set")
            elif found and all(factor.name in names for names in found.values()):
                values = " and ".join(factor.words(v) for v in factor.ends[:2])
                self.problems.add(
                    place, f"{factor.name} does not reach the model: {factor.path or 'the scenario'} reads the same at {values}",
                    "Vary what the scenario uses",
                )  # fmt: skip

    def unread(self, scenario: Scenario, factors: tuple[Factor, ...], reader: FactorReader) -> set[str]:
        """Names of factors whose values read the same to the model; values that the scenario may not have are noted.

        It is tried on the resolved scenario, which is what the points of a sweep are made of.
        """
        base, same = plain_tree(scenario.plain, RESOLVED), set[str]()
        for factor in factors:
            place = reader.places[factor.name]
            worlds: list[Scenario] = []
            tried = factor.limits
            for i, value in enumerate(tried):
                places = reader.ends.get(factor.name, ())
                spot = places[i] if i < len(places) else place
                problems = Problems()
                nodes = {path: (Node(spot, text=str(v)), place) for path, v in factor.settings(value).items()}
                try:
                    tree = set_nodes(base, nodes, self.label, problems)
                    worlds.append(build(tree, "", problems))
                except ScenarioError as error:
                    for p in error.problems:
                        there = p.file == self.label
                        self.problems.add(
                            Place(p.file, p.line, p.column) if there else spot,
                            p.message if there else f"with {factor.name} at {factor.words(value)}: {p.message}",
                            p.hint,
                        )
            if len(worlds) == len(tried) > 1 and not differ(worlds):
                same.add(factor.name)
        return same


def differ(worlds: list[Scenario]) -> bool:
    """Whether any two scenarios differ in anything that the model reads."""
    signatures = {signature(world) for world in worlds}
    if len(signatures) > 1:
        return True
    laid_out = prepare(worlds[0], [0], 1, worlds, [0])
    rows = (laid_out.inputs, laid_out.timetable.events, laid_out.timetable.changes, laid_out.timetable.acts)
    several = any(one.tobytes() != table[0].tobytes() for table in rows for one in table)
    rents = {tuple((b.rent, b.term_left) for b in world.bases.values()) for world in worlds}
    allied = Structure.of(worlds[0]).allied
    return several or len(rents) > 1 or any(not np.array_equal(Structure.of(w).allied, allied) for w in worlds[1:])


__all__ = ["ExperimentReader", "differ", "list_experiments", "load_experiment"]
