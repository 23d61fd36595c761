"""What must be the same for two machines, or two days, to give the same results."""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import importlib.metadata
import importlib.util
import platform
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from patronage.batch.environment import commit_of, extras, installed_digest
from patronage.scenario.structure import ALL_INTERFERENCES, ALL_POLICIES, ALL_STRATEGIES, ALL_SUPPORTS

COUNTING = ("numpy",)
"""Libraries that a result depends on to the last bit."""
PACKAGES = ("patronage", "numpy", "scipy", "pandas", "xarray", "pyarrow", "matplotlib", "jinja2")
"""What a folder says it was made with."""
ROOTS = ("engine", "driving", "simulation", "results.recorder", "results.ledger", "world.plan", "batch.chunks")
"""Modules that decide a run, with all that they import: the rules, what reads a scenario, what keeps a run."""
REGISTERED = {
    "patronage.strategies": ALL_STRATEGIES, "patronage.policies": ALL_POLICIES, "patronage.interference": ALL_INTERFERENCES,
    "patronage.support": ALL_SUPPORTS,
}  # fmt: skip
"""Groups of entry points by which other packages decide runs, with the names that are ours and stay so."""
PACKAGE = Path(__file__).resolve().parents[1]


# --- our own code ---------------------------------------------------------------------------------------------------


def source_of(module: str, package: Path = PACKAGE) -> Path | None:
    """The file of a module, by its name within a package ("" is the package itself); None if it is no module."""
    place = package.joinpath(*module.split(".")) if module else package
    return next((f for f in (place / "__init__.py", place.with_suffix(".py")) if f.is_file()), None)


def _imported(module: str, source: Path, package: Path) -> Iterator[str]:
    """Names within the package of what may be modules that a module imports, wherever in it."""
    parts = [package.name, *(module.split(".") if module else [])]
    home = parts if source.name == "__init__.py" else parts[:-1]
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = home[: len(home) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = [base, *(f"{base}.{alias.name}" for alias in node.names)]
        for name in names:
            first, _, rest = name.partition(".")
            if first == package.name:
                yield rest


@cache
def closure(roots: tuple[str, ...] = ROOTS, package: Path = PACKAGE) -> tuple[str, ...]:
    """Modules of a package, and all that they import from it, packages above them included; sorted, named within the package."""
    met: dict[str, None] = {}
    ahead = list(roots)
    while ahead:
        module = ahead.pop()
        source = source_of(module, package)
        if module in met or source is None:
            continue
        met[module] = None
        if module:  # what the package itself offers to others decides no run
            ahead += _imported(module, source, package)
            ahead.append(module.rpartition(".")[0])
    return tuple(sorted(met))


def _digest(files: Iterable[tuple[str, Path]]) -> str:
    """Hash of named texts; the ends of lines, which a clone may change, do not count."""
    digest = hashlib.sha256()
    for name, path in files:
        content = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def code_digest(roots: tuple[str, ...] = ROOTS, package: Path = PACKAGE) -> str:
    """Hash of the source of everything that decides a run, or of other modules and all that they import."""
    sources = ((module, source_of(module, package)) for module in closure(roots, package))
    return _digest((module, source) for module, source in sources if source is not None)


@cache
def whole_digest(package: Path = PACKAGE) -> str:
    """Hash of all source of the package: for what depends on words, too, and where parsing it all would take longer than it saves."""
    return _digest((path.relative_to(package).as_posix(), path) for path in sorted(package.rglob("*.py")))


# --- code of others -------------------------------------------------------------------------------------------------


def registered() -> dict[str, str]:
    """Other packages that register strategies, policies or theories: name → version and hash of the source of what they register."""
    found: dict[str, tuple[str, dict[str, Path]]] = {}
    for group, ours in REGISTERED.items():
        for entry in importlib.metadata.entry_points(group=group):
            if entry.name in ours:
                continue
            name, version = (entry.dist.name, entry.dist.version) if entry.dist is not None else (entry.module, "")
            found.setdefault(name, (version, {}))[1].update(_sources(entry.module.partition(".")[0]))
    return {
        name: f"{version} ({_digest(sorted(files.items()))[:12]})" if files else version
        for name, (version, files) in sorted(found.items())
    }


def _sources(module: str) -> dict[str, Path]:
    """Python files of a module or package of somebody else's; none where it is not there or not kept as source."""
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return {}
    if spec is None:
        return {}
    if spec.submodule_search_locations is None:
        one = Path(spec.origin or "")
        return {one.name: one} if one.suffix == ".py" and one.is_file() else {}
    return {
        path.relative_to(root).as_posix(): path
        for root in map(Path, spec.submodule_search_locations)
        for path in root.rglob("*.py")
    }


# --- both -----------------------------------------------------------------------------------------------------------


@cache
def versions() -> dict[str, str]:
    """`libraries`, and the version of the model's own code."""
    from patronage import __version__

    return libraries() | {"patronage": f"{__version__} ({code_digest()[:12]})"}


@cache
def libraries() -> dict[str, str]:
    """Name → version of the machine, of the libraries that the model computes with, and of what registers strategies and policies."""
    found = {"machine": platform.machine()}
    return registered() | found | {name: importlib.metadata.version(name) for name in COUNTING}


def changed(then: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Name, version then and version now of all that differs; "none" where it was or is not there."""
    names = dict.fromkeys((*now, *then))
    return [(n, then.get(n, "none"), now.get(n, "none")) for n in names if then.get(n) != now.get(n)]


def provenance(command: str, packages: tuple[str, ...] = PACKAGES) -> dict[str, Any]:
    """Who wrote a folder: versions, commit, environment, time, and the command that repeats it."""
    found = {}
    for name in packages:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed as a package"
    return {
        "command": command,
        "created": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "packages": found,
        "commit": commit_of(),
        "extras": extras(),
        "environment": installed_digest(),
    }
