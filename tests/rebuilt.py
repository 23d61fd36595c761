"""What `patronage build` gives today for the cases written from it, to compare with the figures that still cite it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from patronage.data.bases import abroad, at_start, read_known
from patronage.data.blocs import shipped_blocs
from patronage.data.builder import build_region
from patronage.data.region import Region
from patronage.data.region_states import BaseAtStart
from patronage.scenario import load_text


@dataclass(frozen=True)
class Built:
    """The words of the command."""

    clients: tuple[str, ...]
    patrons: tuple[str, ...]
    start: int
    bases: tuple[tuple[str, str], ...] = ()
    axis: tuple[str, str] | None = None


HORN = Built(
    ("DJI", "ERI", "ETH", "SDN", "SOM"), ("ARE", "CHN", "FRA", "RUS", "SAU", "TUR", "USA"), 2013, (("USA", "DJI"), ("FRA", "DJI"))
)
ISLANDS = Built(
    ("FJI", "FSM", "KIR", "MHL", "NRU", "PLW", "PNG", "SLB", "TON", "TUV", "VUT", "WSM"), ("AUS", "CHN", "TWN", "USA"), 2013
)
STEPPES = Built(("KAZ", "KGZ", "TJK", "TKM", "UZB"), ("CHN", "EUU", "RUS", "TUR", "USA"), 2023, (), ("RUS", "USA"))
CASES = {
    **dict.fromkeys(("horn-of-africa", "horn-no-yemen-war"), HORN),
    **dict.fromkeys(("pacific-recognition", "pacific-police-leave"), ISLANDS),
    **dict.fromkeys(("central-asia-2025", "moscow-shrinks-2026", "beijing-stops-2026", "washington-returns-2027"), STEPPES),
}


@cache
def figures(built: Built, data: Path) -> dict[str, tuple[float, str]]:
    """Value and source by path."""
    tables, lists = read_known(data)
    clients, patrons = list(built.clients), list(built.patrons)
    stated = [BaseAtStart(holder, host, 0.0, "stated") for holder, host in built.bases]
    there, covered = at_start(tables, lists, patrons, clients, built.start, stated)
    eve = min(built.start - 1, tables.known)
    blocs = shipped_blocs().entries(clients, patrons, eve)
    region = Region(tables, clients, patrons, built.start, there, covered, abroad(tables, lists, eve), built.axis, blocs)
    made = load_text(build_region(region, max(tables.known, built.start), tables.names, paths=False).text)
    return {path: (f.value, f.source) for path, f in made.figures().items()}


def taken(name: str, path: str, source: str, data: Path) -> float | None:
    """What build gives where a case cites the same source for the same figure; None if it cites another, or was not built."""
    value, cited = figures(CASES[name], data).get(path, (0.0, "")) if name in CASES else (0.0, "")
    return value if cited == source and source else None
