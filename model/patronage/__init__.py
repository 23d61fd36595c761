"""Patrons bid, clients sell, influence follows: a simulation of rivalry over client states.

The public names are loaded when first used, so that `import patronage` is quick and loads neither Mesa nor
matplotlib.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .moved import keep_old_paths

if TYPE_CHECKING:
    from .attribution import attribute
    from .browser.exploring import explore
    from .browser.figures import chart
    from .browser.notebook import page
    from .commands import analyse, build, calibrate, hindcast, sweep
    from .equilibria import game
    from .reports import compare, open_folder
    from .results.result import Result
    from .scenario import Scenario, load_scenario
    from .searches.searching import search
    from .simulation import simulate

__version__ = "0.2.0"

__all__ = [
    "Result",
    "Scenario",
    "__version__",
    "analyse",
    "attribute",
    "build",
    "calibrate",
    "chart",
    "compare",
    "explore",
    "game",
    "hindcast",
    "load_scenario",
    "open_folder",
    "page",
    "search",
    "simulate",
    "sweep",
]

_HOMES = {
    "Result": ".results.result",
    "Scenario": ".scenario",
    "analyse": ".commands",
    "attribute": ".attribution",
    "build": ".commands",
    "calibrate": ".commands",
    "chart": ".browser.figures",
    "compare": ".reports",
    "explore": ".browser.exploring",
    "game": ".equilibria",
    "hindcast": "",  # a package that can be called
    "load_scenario": ".scenario",
    "open_folder": ".reports",
    "page": ".browser.notebook",
    "search": ".searches.searching",
    "simulate": ".simulation",
    "sweep": ".commands",
}


keep_old_paths()


def __getattr__(name: str) -> Any:  # whatever the name stands for
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = _HOMES[name]
    value = getattr(import_module(home, __name__), name) if home else import_module(f".{name}", __name__)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
