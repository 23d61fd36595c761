"""The tables of docs/python.md, read from the packages: `python -m tools.public` writes them anew."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

from patronage.calling import CallablePackage

PACKAGES = (
    "patronage",
    "patronage.scenario",
    "patronage.experiments",
    "patronage.answers",
    "patronage.attribution",
    "patronage.equilibria",
    "patronage.searches",
    "patronage.reports",
    "patronage.figures",
    "patronage.abm",
)
"""Packages whose `__all__` is what others may rely on."""
PAGE = Path(__file__).resolve().parents[1] / "docs" / "python.md"


def summary(package: str, name: str) -> str:
    """The first sentence of what is said of a name, in one line; of a constant, its type."""
    value = getattr(import_module(package), name)
    value = value.function if isinstance(value, CallablePackage) else value
    doc = inspect.getdoc(value) if inspect.isclass(value) or inspect.isroutine(value) else ""
    if not doc:
        return "the version" if name == "__version__" else f"a {type(value).__name__}"
    text = " ".join(doc.split("\n\n")[0].split())
    return (text.partition(". ")[0].rstrip(".") if ". " in text else text.rstrip(".")).replace("|", "\\|")


def tables() -> str:
    """A table a package: its public names and what they are."""
    out = []
    for package in PACKAGES:
        names = sorted(import_module(package).__all__, key=str.lower)
        rows = [f"| `{name}` | {summary(package, name)} |" for name in names]
        out.append("\n".join([f"## `{package}`", "", "| name | what it is |", "|---|---|", *rows]))
    return "\n\n".join(out)


def rewritten(page: str) -> str:
    """The page with current tables. Raises ValueError if it has no place for them."""
    opening, closing = "<!-- names: generated -->\n", "<!-- end of names -->"
    head, found, rest = page.partition(opening)
    _, end, tail = rest.partition(closing)
    if not found or not end:
        raise ValueError("the page has no place for the names")
    return f"{head}{opening}\n{tables()}\n\n{closing}{tail}"


if __name__ == "__main__":
    PAGE.write_text(rewritten(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
