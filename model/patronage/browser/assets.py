"""Scripts, fonts and geometry that the page needs, collected by `make build-assets` and carried by wheels."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "_assets"
"""Laid out as Solara asks for files: name@version/path. Not in git."""
ECHARTS = "echarts@5.6.0/dist/echarts.min.js"
_GEOMETRY = FOLDER / "geometry"
MISSING = (
    "The page's own scripts and maps are not here: run `make build-assets` in the clone (it needs Node); if patronage was "
    "installed from there as a copy, install it again. Until then scripts come over the network, without which the page "
    "stays blank, and a ring takes the place of the map."
)


class NoScriptError(RuntimeError):
    """The script that draws was not collected."""


def library() -> str:
    """The text of Apache ECharts, for a file that carries it. Raises NoScriptError."""
    script = FOLDER / ECHARTS
    if not script.is_file():
        raise NoScriptError(f"The script that draws, {ECHARTS}, is not here: run `make build-assets` in the clone (it needs Node)")
    return script.read_text(encoding="utf-8")


def collected() -> bool:
    """Whether the folder is there and whole."""
    return (FOLDER / "versions.json").is_file()


@cache
def topology() -> dict[str, Any] | None:
    """Natural Earth's countries as TopoJSON, or None where no assets were collected."""
    file = _GEOMETRY / "countries.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


@cache
def alpha_codes() -> dict[str, str]:
    """ISO 3166: three-digit number → three letters."""
    file = _GEOMETRY / "codes.json"
    if not file.is_file():
        return {}
    return {number: letters for _, letters, number, *_ in json.loads(file.read_text(encoding="utf-8"))}
