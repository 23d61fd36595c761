"""How the house is built, checked: who may import what, who prints, and what is never committed."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from patronage.world import generating

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "model" / "patronage"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400

LAYERS = {
    "moved": 4,
    "calling": 4,
    "formats": 4,
    "extras": 5,
    "errors": 6,
    "system": 6,
    "scenario": 10,
    "world": 20,
    "theory": 25,  # the field's own routines, on plain arrays
    "decisions": 28,  # what actors decide in the phases
    "exchange": 29,
    "phases": 30,
    "beginning": 35,
    "engine": 40,
    "compiling": 41,
    "asking": 42,  # functions of other packages, in loops over runs
    "driving": 45,
    "results": 46,
    "simulation": 48,
    "abm": 50,
    "looks": 61,  # colours and words of what the model knows by name
    "batch": 62,
    "figures": 66,
    "experiments": 70,
    "runs": 71,
    "answers": 72,
    "facts": 72,  # dated facts, and boards of them
    "attribution": 73,
    "searches": 73,
    "equilibria": 73,
    "data": 73,
    "patterns": 74,
    "hindcast": 75,  # beside calibration: neither imports the other
    "calibration": 75,
    "transfer": 76,  # rules learned on many regions
    "reports": 77,
    "commands": 79,  # commands as functions
    "games": 78,  # persons in seats
    "telling": 79,  # a run as the page tells and draws it
    "visitors": 79,  # of the page: who may open it, how fast it plays for many
    "browser": 80,
    "cli": 90,
}
"""Every room of the package and its height: a room imports only rooms below it, and itself."""
DOORS = {"matplotlib": {"figures"}, "mesa": {"abm", "browser"}, "solara": {"browser"}, "typer": {"cli"}, "mcp": {"cli"}}
"""Libraries that enter by one room only."""


def room(module: Path) -> str:
    """The part of the package a module belongs to."""
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(module: Path) -> list[str]:
    """Absolute names of everything a module imports, wherever in it, `TYPE_CHECKING` included."""
    package = ["patronage", *module.relative_to(PACKAGE).parts[:-1]]
    found: list[str] = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            found += [f"{base}.{alias.name}" for alias in node.names]
    return found


def rooms_imported(module: Path) -> set[str]:
    """Other rooms of the package that a module imports."""
    names = {name.split(".")[1] for name in imports(module) if name.startswith("patronage.")}
    return {n for n in names if n in LAYERS} - {room(module)}


def test_imports_are_found_however_they_are_written():
    assert rooms_imported(PACKAGE / "driving.py") >= {"compiling", "decisions", "scenario", "world"}
    assert "patronage.scenario.catalogue" in {
        n.rpartition(".")[0] for n in imports(PACKAGE / "phases" / "influence.py")
    }


def test_every_module_belongs_to_a_known_room():
    assert {room(m) for m in MODULES} - {"__init__", "__main__"} <= LAYERS.keys()


def test_a_layer_imports_only_downwards():
    wrong = [
        f"{m.relative_to(PACKAGE)} imports {other}"
        for m in MODULES
        if room(m) in LAYERS
        for other in sorted(rooms_imported(m))
        if LAYERS[other] >= LAYERS[room(m)]
    ]
    assert wrong == []


def test_no_phase_imports_another():
    phases = {m.stem for m in (PACKAGE / "phases").glob("*.py")} - {"__init__"}
    wrong = [
        f"{m.name} imports {name}"
        for m in (PACKAGE / "phases").glob("*.py")
        for name in imports(m)
        if name.startswith("patronage.phases.") and name.split(".")[2] in phases - {m.stem}
    ]
    assert len(phases) >= 12
    assert wrong == []


SIMULATING = {
    "simulation", "driving", "compiling", "engine", "experiments.screening", "experiments.sweeping", "runs.needs",
    "attribution.coalitions", "equilibria.profiles", "searches.evaluating.simulate_packages",
}  # fmt: skip


def test_a_report_never_simulates():
    """Reports read folders and results; what simulates is asked for by commands and by the rooms below."""
    wrong = [
        f"{m.name} imports {name}"
        for m in (PACKAGE / "reports").glob("*.py")
        for name in imports(m)
        if any(f"{name}.".startswith(f"patronage.{s}.") for s in SIMULATING) and name.rpartition(".")[2] != "PAIRS"
    ]
    assert wrong == []


LARGEST = 0.14
"""What a room may hold of all lines: one that grows beyond is two."""


def test_no_room_is_a_house_of_its_own():
    lines: dict[str, int] = {}
    for m in MODULES:
        lines[room(m)] = lines.get(room(m), 0) + len(m.read_text("utf-8").splitlines())
    whole = sum(lines.values())
    assert {name: round(n / whole, 3) for name, n in lines.items() if n / whole >= LARGEST} == {}


GENERAL = ("world", "decisions", "exchange", "phases", "engine", "driving", "simulation", "results")
"""Rooms in which the rules of the model are: they know no region."""
EXAMPLES = {"scenario/vocabulary.py", "browser/atlas.py"}
"""Modules that may name actors: to show how something is written, and the place on the map of one that is no country."""
ABOUT_A_CASE = {"data", "patterns", "hindcast"}
"""Rooms that check the model against the world: no rule imports them."""


def regional_names() -> set[str]:
    """Codes and names of the actors, blocs and bases of all built-in scenarios."""
    found: set[str] = set()
    for path in (ROOT / "scenarios").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^(?:states|blocs|bases):\n((?:[ #].*\n|\n)+)", text, re.MULTILINE):
            found |= set(re.findall(r"^  (\w+):(?: *\{.*\}| *)(?: *#.*)?$", block, re.MULTILINE))
            found |= {name.strip() for name in re.findall(r"\bname: ([^,}\n#]+)", block)}
    return found - {"source", "table"}


def named(text: str, names: set[str]) -> set[str]:
    """Those of the names that a text holds as words of their own."""
    return set(re.findall(rf"\b(?:{'|'.join(sorted(map(re.escape, names), key=len, reverse=True))})\b", text))


def test_the_general_model_knows_no_country() -> None:
    """Neither a rule nor a comment in it names an actor; elsewhere no actor's code or name is a value of the program."""
    names = regional_names()
    assert {"USA", "RUS", "KGZ", "Kyrgyzstan", "CSTO", "manas", "DJI", "Solomon Islands", "lemonnier"} <= names
    rules = {str(m.relative_to(PACKAGE)): named(m.read_text("utf-8"), names) for m in MODULES if room(m) in GENERAL}
    assert len(rules) > 25
    assert {path: found for path, found in rules.items() if found} == {}
    values = [
        f"{m.relative_to(PACKAGE)}:{node.lineno} {node.value}"
        for m in MODULES
        if str(m.relative_to(PACKAGE)) not in EXAMPLES and room(m) not in ABOUT_A_CASE
        for node in ast.walk(ast.parse(m.read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in names
    ]
    assert values == []


def test_a_planted_country_is_found() -> None:
    assert named('rent = np.where(codes == "KGZ", 60.0, rent)', regional_names()) == {"KGZ"}
    assert named("# Manas is dearer than others: manas", regional_names()) == {"manas"}


@pytest.mark.parametrize("library", DOORS)
def test_a_library_enters_by_its_door_only(library):
    users = {room(m) for m in MODULES if any(n == library or n.startswith(f"{library}.") for n in imports(m))}
    assert users <= DOORS[library]


def test_only_the_command_prints():
    """Neither print nor the standard streams are named outside cli."""
    wrong = []
    for m in MODULES:
        for node in ast.walk(ast.parse(m.read_text(encoding="utf-8"))):
            printed = isinstance(node, ast.Name) and node.id == "print"
            stream = isinstance(node, ast.Attribute) and node.attr in ("stdout", "stderr")
            if (printed or stream) and room(m) != "cli":
                wrong.append(f"{m.relative_to(PACKAGE)}:{node.lineno}")
    assert wrong == []


def loaded_after(code: str) -> set[str]:
    """Top-level modules in a fresh interpreter that has run some code."""
    script = f"import sys, json\n{code}\nprint(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "model")},
    )
    return set(json.loads(done.stdout))


def test_importing_the_package_is_light():
    loaded = loaded_after("import patronage; patronage.__version__")
    assert loaded.isdisjoint({"mesa", "matplotlib", "numpy", "pandas", "xarray", "typer"})


def test_simulating_loads_neither_mesa_nor_matplotlib():
    loaded = loaded_after(
        "from patronage import load_scenario, simulate; simulate(load_scenario('two-patrons'), runs=2)"
    )
    assert "numpy" in loaded
    assert loaded.isdisjoint({"mesa", "matplotlib"})


def test_the_public_names_are_what_they_say():
    import patronage
    from patronage.results.result import Result
    from patronage.scenario import Scenario, load_scenario
    from patronage.simulation import simulate

    assert (patronage.Result, patronage.Scenario) == (Result, Scenario)
    assert (patronage.load_scenario, patronage.simulate) == (load_scenario, simulate)
    assert set(patronage.__all__) <= set(dir(patronage))
    with pytest.raises(AttributeError, match="sumulate"):
        _ = patronage.sumulate  # type: ignore[attr-defined]


def test_no_module_is_too_long():
    too_long = {
        str(m.relative_to(ROOT)): n
        for m in MODULES
        if (n := len(m.read_text("utf-8").splitlines())) > MOST_LINES and m.name != "records.py"  # generated from a list
    }
    assert too_long == {}


def committed_files() -> list[Path]:
    """Files that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [p for name in listed.stdout.split("\0") if name and (p := ROOT / name).is_file()]


# Written in pieces, so that this file does not hold what it looks for.
FOREIGN = [
    "/" + "work/", "/" + "tmp/", "/" + "root/", "/" + "home/", "/" + "opt/", "/" + "Users/", "C:" + "\\Users",
    "pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "registry" + ".npm", "conda" + ".anaconda",
]  # fmt: skip


@pytest.mark.skipif(
    shutil.which("git") is None or not (ROOT / ".git").exists(), reason="only a clone knows which files are committed"
)
def test_no_committed_file_names_a_machine_or_a_registry():
    """No path of one machine, no host of a package registry: a clone works anywhere."""
    found = []
    files = committed_files()
    for path in files:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}: {word}" for word in FOREIGN if word in text]
    assert len(files) > 50
    assert found == []


def test_constraints_name_versions_and_nothing_else():
    lines = [x for x in (ROOT / "constraints.txt").read_text("utf-8").splitlines() if x and not x.startswith("#")]
    assert len(lines) > 50
    assert [x for x in lines if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9A-Za-z.+!]+", x)] == []


def test_every_dependency_is_pinned_in_the_constraints():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = {
        line.split("==")[0].lower().replace("_", "-")
        for line in (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    }
    wanted = [*project["dependencies"], *(d for extra in project["optional-dependencies"].values() for d in extra)]
    names = {re.split(r"[\[<>=!~ ]", d)[0].lower() for d in wanted}
    assert names - pinned == set()


def test_what_is_generated_is_what_the_lists_say():
    """`records.py` and the views of `state.py` are as `python -m patronage.world.generating` writes them."""
    world = PACKAGE / "world"
    assert (world / "records.py").read_text("utf-8") == generating.records()
    state = (world / "state.py").read_text("utf-8")
    assert state == generating.views(state)
