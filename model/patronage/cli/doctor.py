"""Whether this machine is prepared: what is there, what is slow without it, and what breaks."""

from __future__ import annotations

import importlib
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from patronage import compiling
from patronage.extras import how_to_install
from patronage.system import all_processors

from .options import Json
from .output import RefusalError, echo, echo_json, plainly

EXTRAS = {
    "browser": ("the page in the browser", ("mesa", "solara", "ipyvuetify", "ipyvue")),
    "analysis": (
        "sensitivity, scenario discovery, proper scores and games", ("SALib", "ema_workbench", "sklearn", "scoringrules", "nashpy"),
    ),
    "calibrate": ("calibration", ("SALib",)),
    "search": ("searches for what it would cost", ("pymoo", "cma")),
    "data": ("names of states, workbooks", ("pycountry", "openpyxl")),
    "assistants": ("tools for assistants", ("mcp",)),
    "notebooks": ("running notebooks", ("nbclient", "nbformat", "ipykernel")),
    "cluster": ("sweeps on a cluster", ("distributed",)),
}
"""What each extra of pyproject.toml is for, and the modules that it brings."""
ENOUGH = 2.0
"""GB of memory; an ensemble of 500 runs with figures takes .9."""
PLAIN = "the model runs as ordinary Python, slower, with the same numbers"
OK, SLOW, ABSENT, BROKEN = "ok", "slow", "absent", "broken"


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    state: str
    text: str


def findings() -> Iterator[Finding]:
    """Everything, in the order in which it is told."""
    yield machine()
    yield numba()
    if compiling.available():
        yield cache()
        yield buckets()
    yield from extras()
    if find_spec("solara") is not None:
        yield assets()


def machine() -> Finding:
    """Python, cores and memory."""
    known = all_processors()
    text = f"Python {platform.python_version()}, {known} core{'s' * (known > 1)}"
    memory = gigabytes()
    if memory is None:
        return Finding("machine", OK, text)
    state = OK if memory >= ENOUGH else SLOW
    return Finding("machine", state, f"{text}, {memory:.1f} GB of memory" + ("" if state == OK else ": keep ensembles below 500 runs"))


def gigabytes() -> float | None:
    """Memory of this machine; None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    except (AttributeError, ValueError, OSError):
        return None


def numba() -> Finding:
    """Whether the model can be compiled, and whether the environment lets it."""
    if not compiling.available():
        return Finding("numba", SLOW, f"not installed for Python {platform.python_version()}: {PLAIN}")
    try:
        found = importlib.import_module("numba").__version__
    except Exception as error:  # noqa: BLE001  # whatever it is, every ensemble would meet it
        return Finding("numba", BROKEN, f"is installed and does not load ({error}): install it again with a NumPy it knows")
    asked = os.environ.get(compiling.WAY, "auto")
    if asked not in compiling.WAYS:
        return Finding("numba", SLOW, f"{found}; {compiling.WAY}={asked} is none of {', '.join(compiling.WAYS)} and counts as auto")
    if asked == "never":
        return Finding("numba", SLOW, f"{found}; {compiling.WAY}=never: {PLAIN}")
    return Finding("numba", OK, found)


def cache() -> Finding:
    """Where compiled code lies."""
    folder = compiling.cache_folder()
    if folder is None:
        return Finding("cache", SLOW, f"no folder can be written: every process compiles anew; set {compiling.CACHE} to one that can")
    return Finding("cache", OK, str(folder))


def buckets() -> Finding:
    """Sizes of regions for which the model is compiled, for this text, these versions and this processor."""
    folder = compiling.cache_folder()
    names = [] if folder is None else [m.stem.removesuffix(f"-{compiling.processor()}") for m in compiling.ready_marks(folder)]
    sizes = [name.split("x") for name in names if name.count("x") == 4 and "-" not in name]
    if not sizes:
        return Finding("compiled", SLOW, "for no size of region yet: patronage prepare does it ahead, once, in one to a few minutes")
    listed = "; ".join(
        f"up to {patrons} patrons and {clients} clients" + ("" if kinds == "1" else f" with {kinds} kinds of concessions")
        for patrons, clients, _, _, kinds in sizes
    )
    return Finding("compiled", OK, f"for regions of {listed}")


def extras() -> Iterator[Finding]:
    """What only some commands need."""
    for extra, (purpose, modules) in EXTRAS.items():
        lacking = [module for module in modules if find_spec(module) is None]
        if lacking:
            yield Finding(extra, ABSENT, f"{purpose}: no {', '.join(lacking)}. {how_to_install(extra)}")
        else:
            yield Finding(extra, OK, purpose)


def assets() -> Finding:
    """Scripts and maps of the page."""
    from patronage.browser.assets import MISSING, collected

    return Finding("page", OK, "its scripts and maps are here") if collected() else Finding("page", ABSENT, MISSING)


@plainly
def doctor(as_json: Json = False) -> None:
    """Say whether this machine is prepared, and what to do where it is not. Fails only for what breaks."""
    try:
        own = version("patronage")
    except PackageNotFoundError:
        own = "not installed, run from its folder"
    found = list(findings())
    if as_json:
        echo_json({"patronage": own, "findings": [asdict(one) for one in found]})
    else:
        echo(f"patronage  {own}")
        for one in found:
            echo(f"{one.what:<10} {one.state:<7} {one.text}")
    broken = [one.what for one in found if one.state == BROKEN]
    if broken:
        raise RefusalError(f"Broken: {', '.join(broken)}.")


COMMANDS = (doctor,)
