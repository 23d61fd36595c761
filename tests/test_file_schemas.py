"""The JSON Schemas of experiments, searches and games accept every shipped file and refuse what is typically wrong."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from patronage.cli.app import app
from patronage.equilibria.locating import games_dir
from patronage.equilibria.reading import TOP as GAME
from patronage.experiments.schema import TOP as EXPERIMENT
from patronage.scenario.library import builtin_dir
from patronage.searches.schema import TOP as SEARCH

KNOWN = {"experiments": EXPERIMENT, "searches": SEARCH, "games": GAME}
FOLDERS = {"experiments": builtin_dir("experiments"), "searches": builtin_dir("searches"), "games": games_dir()}
FILES = [(kind, path.name) for kind, folder in FOLDERS.items() for path in sorted(folder.glob("*.yaml"))]


def checker(kind: str) -> Any:
    jsonschema: Any = pytest.importorskip("jsonschema", reason="an editor's business; the page in the browser brings it")
    done = CliRunner().invoke(app, ["schema", f"--{kind}"])
    assert done.exit_code == 0, done.output
    schema = json.loads(done.output)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == set(KNOWN[kind])
    return jsonschema.Draft202012Validator(schema)


def content(kind: str, name: str) -> Any:
    return YAML(typ="safe", pure=True).load((FOLDERS[kind] / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize(("kind", "name"), FILES)
def test_every_shipped_file_is_right(kind, name):
    assert [f"{list(e.absolute_path)}: {e.message}" for e in checker(kind).iter_errors(content(kind, name))] == []


def test_there_are_some_of_each():
    assert {kind for kind, _ in FILES} == set(KNOWN)


def at(tree: Any, path: str) -> tuple[Any, str]:
    *above, last = path.split("/")
    for key in above:
        tree = tree[key]
    return tree, last


GONE = object()
WRONG = [
    ("experiments", "manas.yaml", "replicatons", 4),
    ("experiments", "manas.yaml", "title", GONE),
    ("experiments", "manas.yaml", "scenario", ["us-stays"]),
    ("experiments", "manas.yaml", "scenario", 7),
    ("experiments", "manas.yaml", "replications", 0),
    ("experiments", "manas.yaml", "design/kind", "sobl"),
    ("experiments", "manas.yaml", "design/trajectries", 4),
    ("experiments", "manas.yaml", "uncertainties/new", {"path": "patrons.USA.need", "rang": [1, 2]}),
    ("experiments", "manas.yaml", "uncertainties/new", {"path": "patrons.USA.need", "range": [1]}),
    ("experiments", "manas.yaml", "uncertainties/new", {"range": [1, 2]}),
    ("experiments", "manas.yaml", "outcomes", {"x": {"mesure": "share(RUS, KGZ)"}}),
    ("experiments", "manas.yaml", "outcomes", {"x": {"measure": "share(RUS, KGZ)", "at": "2015"}}),
    ("searches", "any-theory.yaml", "levers", {}),
    ("searches", "any-theory.yaml", "levers/mission/prise", 3),
    ("searches", "any-theory.yaml", "levers/mission/path", GONE),
    ("searches", "any-theory.yaml", "objectives", GONE),
    ("searches", "any-theory.yaml", "objectives/cheap", {"minimize": "cost"}),
    ("searches", "any-theory.yaml", "objectives/worst/over", "worst_fifth"),
    ("searches", "any-theory.yaml", "constraints", {"kept": {"of": "manas_2014"}}),
    ("searches", "any-theory.yaml", "search/populations", 4),
    ("searches", "any-theory.yaml", "scenario", ["us-withdrawal", "us-stays"]),
    ("games", "sahel.yaml", "players/FRA/payoff", GONE),
    ("games", "sahel.yaml", "players/FRA/payoff", {}),
    ("games", "sahel.yaml", "players/FRA/strategy", ["sphere"]),
    ("games", "sahel.yaml", "players/FRA/payoff/bases/weight", GONE),
    ("games", "sahel.yaml", "players/USA/levers/withholds/values", GONE),
    ("games", "sahel.yaml", "players", {"FRA": {"payoff": {"money": 1}}}),
    ("games", "sahel.yaml", "period/start", "2021"),
    ("games", "sahel.yaml", "runs", 0),
]


@pytest.mark.parametrize(("kind", "name", "path", "value"), WRONG)
def test_what_is_typically_wrong_is_refused(kind, name, path, value):
    tree = copy.deepcopy(content(kind, name))
    block, key = at(tree, path)
    if value is GONE:
        del block[key]
    else:
        block[key] = value
    assert list(checker(kind).iter_errors(tree)) != []


def test_several_scenarios_are_right_by_list_and_by_name():
    for several in (["us-stays", "us-withdrawal"], {"a": "us-stays", "b": "us-withdrawal"}):
        assert not list(checker("experiments").iter_errors(content("experiments", "manas.yaml") | {"scenario": several}))


def test_one_schema_at_a_time():
    done = CliRunner().invoke(app, ["schema", "--searches", "--games"])
    assert done.exit_code == 2
    assert "--searches and --games are 2 schemas: ask for one" in done.output
