"""Regions that cover the world of the tables: every client that the index measures is in one, and none in two.

Neighbours are kept together, at most twelve clients, so that all share one compiled engine. Russia and China, whose influence is
what the index tells, are nobody's clients here. In no region are, for want of rows: six clients of whom the tables have none
(Armenia, Azerbaijan, Belarus, Georgia, Moldova, Ukraine), three without the index (Eswatini, North Macedonia, Taiwan), and eight whose
rows begin after 1996: Kiribati, Kosovo, Montenegro, Nauru, South Sudan, Timor-Leste, Tonga and Tuvalu.
"""

from __future__ import annotations

from dataclasses import dataclass

POWERS = ("CHN", "EUU", "RUS", "USA")
IN_EUROPE = ("CHN", "RUS", "USA")
"""What the Union gives its own members is not in the tables."""
WITH_FRANCE = ("CHN", "EUU", "FRA", "RUS", "USA")


@dataclass(frozen=True)
class RegionOfWorld:
    """Who plays."""

    title: str
    clients: tuple[str, ...]
    patrons: tuple[str, ...]


def _region(title: str, clients: str, patrons: tuple[str, ...] = POWERS) -> RegionOfWorld:
    return RegionOfWorld(title, tuple(sorted(clients.split())), patrons)


REGIONS: dict[str, RegionOfWorld] = {
    "central-asia": _region("Central Asia", "KAZ KGZ TJK TKM UZB", ("CHN", "EUU", "RUS", "TUR", "USA")),
    "south-asia": _region("South Asia", "AFG BGD BTN IND LKA MDV NPL PAK"),
    "east-asia": _region("East Asia and the Mekong", "JPN KHM KOR LAO MMR MNG PRK THA VNM"),
    "maritime-asia": _region("Maritime South-East Asia", "BRN IDN MYS PHL PNG SGP"),
    "pacific": _region("Pacific islands", "FJI FSM MHL PLW SLB VUT WSM"),
    "gulf": _region("The Gulf", "ARE BHR IRN IRQ KWT OMN QAT SAU YEM"),
    "levant": _region("Levant, Egypt and Turkey", "CYP EGY ISR JOR LBN SYR TUR"),
    "maghreb": _region("Maghreb", "DZA LBY MAR MRT TUN", WITH_FRANCE),
    "sahel": _region("Sahel and Senegambia", "BFA GMB MLI NER SEN TCD", WITH_FRANCE),
    "west-africa": _region("West African coast", "BEN CIV CPV GHA GIN GNB LBR NGA SLE TGO", WITH_FRANCE),
    "central-africa": _region("Central Africa", "AGO CAF CMR COD COG GAB GNQ STP", WITH_FRANCE),
    "horn": _region("Horn of Africa and Sudan", "DJI ERI ETH SDN SOM"),
    "east-africa": _region("East Africa and its islands", "BDI COM KEN MDG MUS RWA SYC TZA UGA"),
    "southern-africa": _region("Southern Africa", "BWA LSO MOZ MWI NAM ZAF ZMB ZWE"),
    "central-america": _region("Mexico and Central America", "BLZ CRI GTM HND MEX NIC PAN SLV"),
    "greater-caribbean": _region("Greater Caribbean", "BHS CUB DOM GUY HTI JAM SUR TTO"),
    "lesser-antilles": _region("Lesser Antilles", "ATG BRB DMA GRD KNA LCA VCT"),
    "south-america": _region("South America", "ARG BOL BRA CHL COL ECU PER PRY URY VEN"),
    "balkans": _region("Balkans", "ALB BGR BIH GRC HRV ROU SRB SVN"),
    "central-europe": _region("Baltic and Central Europe", "AUT CZE EST HUN LTU LVA POL SVK", IN_EUROPE),
    "northern-europe": _region("Northern Europe", "BEL DNK FIN GBR IRL ISL LUX NLD NOR SWE", IN_EUROPE),
    "western-europe": _region("Western and Southern Europe", "AND CHE DEU ESP FRA ITA LIE MCO MLT PRT SMR", IN_EUROPE),
    "overseas": _region("North America, Australia, New Zealand", "AUS CAN NZL USA", IN_EUROPE),
}
