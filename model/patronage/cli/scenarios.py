"""Commands about scenarios: list, check, show, diff, explain, schema, new, version."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .completing import paths, scenario_names
from .options import Json, ScenarioName, Set, load, refuse_existing
from .output import REFUSED, RefusalError, echo, echo_json, plainly

if TYPE_CHECKING:
    from patronage.scenario import Listed

SHOWN_PACKAGES = ("mesa", "numpy", "scipy", "pandas", "xarray", "pyarrow", "matplotlib")


@plainly
def list_(
    as_json: Json = False,
    experiments: Annotated[bool, typer.Option("--experiments", help="The built-in experiments instead.")] = False,
    games: Annotated[bool, typer.Option("--games", help="The built-in games instead.")] = False,
    searches: Annotated[bool, typer.Option("--searches", help="The built-in searches instead.")] = False,
) -> None:
    """List the built-in scenarios, each below the one it extends."""
    if experiments + games + searches > 1:
        raise RefusalError("--experiments, --games and --searches are lists of their own: ask for one")
    if experiments:
        from patronage.experiments import list_experiments as listed  # heavier
    elif games:
        from patronage.equilibria import list_games as listed
    elif searches:
        from patronage.searches import list_searches as listed
    else:
        from patronage.scenario import list_scenarios as listed
    found = listed()
    if as_json:
        echo_json([asdict(s) for s in found])
        return
    rows = [(f"{'  ' * depth}{s.name}", s.title) for depth, s in family(found)]
    width = max((len(name) for name, _ in rows), default=0)
    for name, title in rows:
        echo(f"{name:<{width}}  {title}")


def family(found: Sequence[Listed], parent: str = "", depth: int = 0) -> Iterator[tuple[int, Listed]]:
    """Every scenario below the one it extends, with its depth."""
    names = {s.name for s in found}
    for s in found:
        if (s.extends if s.extends in names else "") == parent:
            yield depth, s
            yield from family(found, s.name, depth + 1)


@plainly
def check(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files or built-in names.", show_default=False, autocompletion=scenario_names),
    ],
    as_json: Json = False,
) -> None:
    """Say all that is wrong with files of scenarios, experiments, games or searches, with its place, and what does nothing."""
    from patronage.equilibria import looks_like_game
    from patronage.experiments import looks_like_experiment, looks_like_search
    from patronage.scenario import Problem, ScenarioError
    from patronage.scenario.cautions import cautions

    problems: list[Problem] = []
    right: dict[str, list[str]] = {}
    for file in files:
        try:
            if looks_like_search(file):
                from patronage.searches import load_search

                load_search(file)
                found: list[str] = []
            elif looks_like_experiment(file):
                from patronage.experiments import load_experiment  # heavier

                load_experiment(file)
                found = []
            elif looks_like_game(file):
                from patronage.equilibria import load_game

                load_game(file)
                found = []
            else:
                found = cautions(load(file))
        except ScenarioError as error:
            problems += [p for p in error.problems if p not in problems]
        else:
            right[file] = found
    if as_json:
        keys = ("file", "line", "column", "message", "hint")
        checked = {"problems": [{k: getattr(p, k) for k in keys} for p in problems], "cautions": {k: v for k, v in right.items() if v}}
        echo_json({"ok": not problems, **checked})
    else:
        for problem in problems:
            echo(str(problem))
        for file, noted in right.items():
            echo(f"{file} is right." + "".join(f"\n  Note: {text}." for text in noted))
    if problems:
        raise typer.Exit(REFUSED)


@plainly
def show(
    scenario: ScenarioName,
    changes: Set = None,
    full: Annotated[bool, typer.Option("--full", help="The whole scenario as YAML, every default spelt out.")] = False,
    as_json: Json = False,
) -> None:
    """Show who plays, what happens and what is asked."""
    from .overview import overview

    loaded = load(scenario, changes)
    if as_json:
        echo_json(loaded.plain)
    else:
        echo(loaded.resolved() if full else overview(loaded))


@plainly
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="A built-in name or a file.", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="B", help="A built-in name or a file.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Show in what two scenarios differ, defaults included."""
    from patronage.scenario import diff as differences

    found = differences(load(first), load(second))
    if as_json:
        echo_json({"first": first, "second": second, "differences": found})
    else:
        echo("\n".join(found) or f"{first} and {second} are the same.")


@plainly
def explain(
    scenario: ScenarioName,
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH", help="For example patrons.USA.mission; a measure; a word.", show_default=False, autocompletion=paths
        ),
    ],
    changes: Set = None,
    as_json: Json = False,
) -> None:
    """Explain a number: its meaning, value, unit, source and range, who wrote it, and what changes it."""
    from patronage.scenario import explain as explanation

    loaded = load(scenario, changes)
    if as_json:
        from patronage.scenario.explaining import explanation as mapping

        echo_json(mapping(loaded, path))
    else:
        name = path.removeprefix("outcomes.")
        if name != path and name in loaded.outcomes:
            from patronage.reports.words import outcome_words

            echo(outcome_words(loaded, name))
        echo(explanation(loaded, path))


@plainly
def schema(
    experiments: Annotated[bool, typer.Option("--experiments", help="The schema of experiment files instead.")] = False,
    searches: Annotated[bool, typer.Option("--searches", help="The schema of search files instead.")] = False,
    games: Annotated[bool, typer.Option("--games", help="The schema of game files instead.")] = False,
    results: Annotated[bool, typer.Option("--results", help="The schema of what commands answer with --json.")] = False,
) -> None:
    """Print the JSON Schema of scenario files, for editors that complete and check while one writes."""
    named = {"--experiments": experiments, "--searches": searches, "--games": games, "--results": results}
    asked = [option for option, wanted in named.items() if wanted]
    if len(asked) > 1:
        raise RefusalError(f"{' and '.join(asked)} are {len(asked)} schemas: ask for one")
    if experiments:
        from patronage.experiments import json_schema as schema_of
    elif searches:
        from patronage.searches.schema import json_schema as schema_of
    elif games:
        from patronage.equilibria.schema import json_schema as schema_of
    elif results:
        from patronage.reports.json_results import schema as schema_of
    else:
        from patronage.scenario import json_schema as schema_of
    echo_json(schema_of())


@plainly
def new(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.", show_default=False)
    ],
    extends: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A built-in scenario to change; else a small whole one.", show_default=False),
    ] = None,
) -> None:
    """Write a small scenario to start from."""
    from patronage.scenario import new_scenario

    refuse_existing(file, "choose another name")
    if file.is_dir():
        raise RefusalError(f"{file} is a folder: name a file in it, such as {file / 'mine.yaml'}.")
    if file.suffix.lower() not in (".yaml", ".yml"):
        raise RefusalError(f"{file}: give the file a name that ends in .yaml.")
    if not file.parent.is_dir():
        raise RefusalError(f"{file.parent} is no folder: make it first.")
    text = new_scenario() if extends is None else extension(extends)
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise RefusalError(f"{file} cannot be written: {error.strerror}.") from None
    echo(f"Wrote {file}. Next: patronage check {file}, then patronage run {file}")


def extension(name: str) -> str:
    """A scenario that extends a built-in one and changes nothing yet."""
    from patronage.scenario import list_scenarios, load_scenario
    from patronage.scenario.problems import nearest
    from patronage.scenario.resolve import as_yaml
    from patronage.scenario.wording import timing

    names = [s.name for s in list_scenarios()]
    if name not in names:
        raise RefusalError(f"--extends {name}: there is no such built-in scenario. {nearest(name, names)}.")
    base = load_scenario(name)
    head = as_yaml({"title": f"{base.title}, changed", "question": base.question, "extends": name})
    events = "\n".join(f"#   {e.name} {timing(e)}" for e in base.events)
    return (
        f"{head}\n"
        "# Write below only what differs, under the same names. A new name adds; `~` in place of a value removes.\n"
        f"# patronage show {name} --full prints everything there is to change. Its events:\n"
        f"{events}\n"
    )


@plainly
def version(as_json: Json = False) -> None:
    """Say which versions are at work."""
    from patronage import __version__

    found = {"patronage": __version__, "python": platform.python_version()}
    for name in SHOWN_PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    if as_json:
        echo_json(found)
    else:
        echo("\n".join(f"{name} {value}" for name, value in found.items()))


COMMANDS = (list_, check, show, diff, explain, schema, new, version)
