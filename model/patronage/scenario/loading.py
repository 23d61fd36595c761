"""Loading: the one door to scenario files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .build import build
from .layers import drop_finding, read_head, read_layers, read_text, set_values
from .library import builtin_names, locate
from .problems import Problems
from .reading import MOST_BYTES, Node, decode, parse, read_file
from .scenario import Scenario


def load_scenario(
    source: str | Path, overrides: Mapping[str, object] | None = None, remarks: list[str] | None = None
) -> Scenario:
    """A scenario by the name of a built-in or the path of a file.

    `overrides` maps paths to values, as `--set` gives them: `{"patrons.USA.mission": "0.5"}`; texts are read as YAML,
    `~` removes an entry. A block in braces is joined with the one that stands there; `told` takes a sentence for each
    that leaves something as it was. Raises ScenarioError with all problems at once.
    """
    problems = Problems()
    root = read_layers(source, problems)
    path = locate(source)
    return _finish(root, path.stem if path is not None else str(source), overrides, problems, remarks)


def load_text(
    text: str | bytes, name: str = "scenario", overrides: Mapping[str, object] | None = None, tables: Mapping[str, bytes] | None = None
) -> Scenario:
    """A scenario from text that lies in no file; it may extend built-in scenarios.

    `tables`: content of the tables that it names, by the last part of the name.
    """
    problems = Problems()
    decoded = decode(
        text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text, name, problems, MOST_BYTES
    )
    root = read_text(decoded, name, problems, tables) if decoded is not None else None
    return _finish(root, name, overrides, problems)


def _finish(
    root: Node | None,
    name: str,
    overrides: Mapping[str, object] | None,
    problems: Problems,
    remarks: list[str] | None = None,
) -> Scenario:
    if root is None:
        problems.stop()
        raise AssertionError("a scenario could not be read and nobody said why")
    if overrides:
        drop_finding(root)
    return build(set_values(root, overrides or {}, problems, remarks), name, problems)


@dataclass(frozen=True, slots=True)
class Listed:
    """A built-in scenario in a list."""

    name: str
    title: str
    question: str
    finding: str = ""
    extends: str = ""
    """The built-in it changes, if any."""


def list_files(files: Iterable[Path]) -> list[Listed]:
    """Files other than scenarios that come with the package, each with what a list says of it."""
    out = []
    for file in files:
        problems = Problems()
        text = read_file(file, file.stem, problems)
        root = parse(text, file.stem, problems) if text is not None else None
        entries = (root.entries or {}) if root is not None else {}
        title, question = (entries[k].text or "" if k in entries else "" for k in ("title", "question"))
        out.append(Listed(file.stem, title, question))
    return out


LISTED = ("title", "question", "finding", "extends")
"""What a list says of a scenario besides its name."""


def list_scenarios() -> list[Listed]:
    """The built-in scenarios, sorted by name."""
    out = []
    for name in builtin_names():
        problems = Problems()
        head = read_head(name, problems, LISTED)
        problems.stop()
        out.append(Listed(name, *(head.get(k, "") for k in LISTED)))
    return out
