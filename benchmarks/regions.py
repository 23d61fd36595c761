"""Regions built from series, against the published index: `python benchmarks/regions.py DATA`. docs/build.md holds what came.

Thirty regions drawn at random and the six of the World Bank are built, loaded and started; none is run for long. Told are rank
correlations of influence at the start with the index of that year over the dyads whose index is published: as built, by the formula on
the figures as built (treaties and ties are read from published parts), and on series alone (treaties of the lists, a usual tie); how
often the leader by series alone is the published one, and how much was odd.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from scipy.stats import spearmanr

from patronage.data.bases import BaseList, abroad, at_start, read_known
from patronage.data.blocs import shipped_blocs
from patronage.data.builder import build_region
from patronage.data.index.formula import FORMULA
from patronage.data.plausible import oddities
from patronage.data.region import Region
from patronage.data.tables import Tables
from patronage.driving import prepare
from patronage.scenario import Scenario, load_scenario

PATRONS = ("CHN", "DEU", "EUU", "FRA", "GBR", "IND", "IRN", "KAZ", "RUS", "TUR", "USA")
MAIN = ("CHN", "EUU", "RUS", "USA")
WORLD_BANK = {
    "East Asia and Pacific": "AUS BRN CHN FJI FSM IDN JPN KHM KIR KOR LAO MHL MMR MNG MYS NRU NZL PHL PLW PNG PRK SGP SLB THA TLS TON TUV VNM VUT WSM",
    "Europe and Central Asia": "ALB ARM AUT AZE BEL BGR BIH BLR CHE CYP CZE DEU DNK ESP EST FIN FRA GBR GEO GRC HRV HUN IRL ISL ITA KAZ KGZ LTU LUX LVA MDA MKD MNE NLD NOR POL PRT ROU RUS SRB SVK SVN SWE TJK TKM TUR UKR UZB XKX",
    "Latin America and the Caribbean": "ARG ATG BHS BLZ BOL BRA BRB CHL COL CRI CUB DMA DOM ECU GRD GTM GUY HND HTI JAM KNA LCA MEX NIC PAN PER PRY SLV SUR TTO URY VCT VEN",
    "Middle East and North Africa": "ARE BHR DJI DZA EGY IRN IRQ ISR JOR KWT LBN LBY MAR MLT OMN QAT SAU SYR TUN YEM",
    "South Asia": "AFG BGD BTN IND LKA MDV NPL PAK",
    "Sub-Saharan Africa": "AGO BDI BEN BFA BWA CAF CIV CMR COD COG COM CPV ERI ETH GAB GHA GIN GMB GNB GNQ KEN LBR LSO MDG MLI MOZ MRT MUS MWI NAM NER NGA RWA SDN SEN SLE SOM SSD STP SWZ SYC TCD TGO TZA UGA ZAF ZMB ZWE",
}  # fmt: skip
DRAWN, SEED = 30, 14


@dataclass(frozen=True)
class Started:
    """A region at its start."""

    name: str
    region: Region
    made: Scenario
    seconds: float

    def rows(self) -> Iterator[tuple[str, str, float, float, float, float]]:
        """Client, patron, published index, influence as built, by the formula, by series alone; of dyads whose index is published."""
        world = prepare(self.made, range(1), 1).ensemble().world
        for i, p in enumerate(self.made.patrons):
            for j, c in enumerate(self.made.clients):
                real = self.region.tables.at("fbic_influence", self.region.now, p, c, back=0) if p != c else None
                if real is not None:
                    made = self.region.by_formula(p, c)
                    listed = self.region.agreed(p, c).value - self.region.treaty(p, c).value
                    alone = made | {"political_bandwidth": FORMULA.tie, "economic_bandwidth": made["economic_bandwidth"] + listed}
                    yield c, p, real.value, float(world.influence[0, i, j]), product(made), product(alone)


def product(parts: dict[str, float]) -> float:
    """Bandwidths times dependences: the index but for its unit, in which ranks do not differ."""
    return sum(v for k, v in parts.items() if "bandwidth" in k) * sum(v for k, v in parts.items() if "dependence" in k)


def start(name: str, tables: Tables, lists: BaseList, clients: Sequence[str], patrons: Sequence[str], year: int) -> Started:
    """Build a region as `patronage build --known YEAR` does."""
    begun, known = time.perf_counter(), tables.until(year)
    there, covered = at_start(known, lists, patrons, clients, year)
    entries = shipped_blocs().entries(clients, patrons, year - 1)
    region = Region(known, tuple(clients), tuple(patrons), year, there, covered, abroad(known, lists, year - 1), None, entries)
    made = build_region(region, year + 1)
    with TemporaryDirectory() as folder:
        for table, text in made.tables.items():
            (Path(folder) / table).write_text(text, encoding="utf-8")
        (Path(folder) / "region.yaml").write_text(made.text, encoding="utf-8")
        return Started(name, region, load_scenario(Path(folder) / "region.yaml"), time.perf_counter() - begun)


def drawn(tables: Tables) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], int]]:
    """Regions of three to nine states drawn at random, with Russia, China and one to three other patrons."""
    draw, codes = random.Random(SEED), [s for s in tables.states if s not in PATRONS]  # noqa: S311
    for _ in range(DRAWN):
        clients = tuple(sorted(draw.sample(codes, draw.randint(3, 9))))
        others = draw.sample([p for p in PATRONS if p not in ("CHN", "RUS")], draw.randint(1, 3))
        year = draw.choice((1998, 2002, 2006, 2010, 2014, 2018))
        there = set(tables.until(year).states)
        yield "drawn", tuple(c for c in clients if c in there), tuple(sorted(("CHN", "RUS", *others))), year


def rank(a: Sequence[float], b: Sequence[float]) -> float:
    """Rank correlation; none of fewer than three."""
    return float(spearmanr(a, b).statistic) if len(a) > 2 and np.ptp(a) > 0 and np.ptp(b) > 0 else float("nan")


def line(found: Started) -> tuple[float, ...]:
    """Print a row of the table; its numbers."""
    rows = list(found.rows())
    real, built, formula, alone = ([r[k] for r in rows] for k in (2, 3, 4, 5))
    leads = []
    for c in found.made.clients:
        own = [r for r in rows if r[0] == c]
        if len(own) > 1:
            leads.append(max(own, key=lambda r: r[2])[1] == max(own, key=lambda r: r[5])[1])
    odd = oddities(found.region, found.made, found.region.now)
    ranks = rank(real, built), rank(real, formula), rank(real, alone)
    numbers = *ranks, float(np.mean(leads)) if leads else float("nan"), float(len(odd))
    r = found.region
    who = " ".join(r.clients) if len(r.clients) < 10 else f"{len(r.clients)} clients"
    print(
        f"| {found.name if found.name != 'drawn' else who} | {' '.join(r.patrons)} | {r.start} | {':'.join(r.poles)} | {len(r.bases)} | "
        f"{len(r.blocs)} | {len(rows)} | {numbers[0]:.2f} | {numbers[1]:.2f} | {numbers[2]:.2f} | {numbers[3]:.2f} | {numbers[4]:.0f} | {found.seconds:.1f} |",
        flush=True,
    )
    return numbers


def main(folder: str) -> None:
    """Print all tables."""
    tables, lists = read_known(folder)
    print("| region | patrons | year | poles | bases | blocs | dyads | rank, as built | rank, formula | rank, series | leader | odd | s |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    numbers = [line(start(n, tables, lists, c, p, y)) for n, c, p, y in drawn(tables)]
    middle = np.nanmedian(np.array(numbers), axis=0)
    print(f"| median of {DRAWN} | | | | | | | {middle[0]:.2f} | {middle[1]:.2f} | {middle[2]:.2f} | {middle[3]:.2f} | {middle[4]:.0f} | |")
    for name, codes in WORLD_BANK.items():
        clients = tuple(c for c in codes.split() if c in tables.until(2005).states and c not in MAIN)
        line(start(name, tables, lists, clients, MAIN, 2005))


if __name__ == "__main__":
    main(sys.argv[1])
