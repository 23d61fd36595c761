"""Mutants of tables of real series and of the files of their sources: through `build` and `tables`, and reading the bases."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from patronage.data.bases import read_bases
from patronage.data.tables import DataError
from patronage.scenario import load_scenario

from .cells import mutate_table
from .judge import REFUSED, USED, WrongError, command, good_scenario, in_folder, plain_line
from .mutate import Lot, as_bytes, mutate_text

STATES, YEARS = ("AAA", "BBB", "PPP", "QQQ"), range(2000, 2007)


@cache
def country_year() -> str:
    """A table by state and year, all invented."""
    head = "iso3,country,year,population,gdp_usd,libdem,ideal_point,external_debt_usd,remittances_gdp,conflict_deaths\n"
    return head + "".join(
        f"{code},Land {code},{year},{1_000_000 * i},{1e9 * i * 1.05 ** (year - 2000):.0f},0.{i},{i - 2.5},"
        f"{5e8 * i:.0f},{i}.5,{10 * i}\n"
        for i, code in enumerate(STATES, 1)
        for year in YEARS
    )


@cache
def dyad_year() -> str:
    """A table by patron, client and year."""
    head = "patron,client,year,trade_share_gdp,arms_tiv,aid_usd2022,atop_defense,shared_igos,migrants_in_patron,mindist_km,troops\n"
    return head + "".join(
        f"{patron},{client},{year},0.{i},{8 - 4 * i},{3e7 * j:.0f},{i - 1},30,{1000 * i},{500 * i},{900 * (i - 1) * (j - 1)}\n"
        for i, patron in enumerate(STATES[2:], 1)
        for j, client in enumerate(STATES[:2], 1)
        for year in YEARS
    )


TIMELINE = (
    "date,patron,client,instrument,amount_musd,term_years\n2001,PPP,AAA,base_opened,20,5\n2003-06,QQQ,BBB,base_rent,7.5,\n"
    "2004-02-11,PPP,AAA,base_closed,,\n"
)
BASES = "holder,host,from,to,rent\nPPP,BBB,2001-05,2005,12\nQQQ,AAA,1999,,\n"
LISTS = {"timeline.csv": TIMELINE, "bases.csv": BASES}
API = (
    '"Data Source","World Development Indicators",\n\n"Last Updated Date","2019-01-30",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2001","2004","2005",\n'
    '"Kyrgyz Republic","KGZ","Population, total","SP.POP.TOTL","1000000","1100000","1200000",\n'
    '"Tajikistan","TJK","Population, total","SP.POP.TOTL","4000000","","5000000",\n'
    '"Arab World","ARB","Population, total","SP.POP.TOTL","9e9","9e9","9e9",\n'
)
DATABANK = (
    "Series Name,Series Code,Country Name,Country Code,2001 [YR2001],2004 [YR2004],2005 [YR2005]\n"
    "Invented,NY.GDP.MKTP.CD,Tajikistan,TJK,1e9,..,2e9\nInvented,NY.GDP.MKTP.CD,Russian Federation,RUS,3e11,5e11,7e11\n"
    ",,,,,,\nData from database: World Development Indicators,,,,,,\nLast Updated: 03/30/2023,,,,,,\n"
)
REGISTER = (
    "Transfers of major conventional arms from All countries  to All countries . "
    "Deals with deliveries made for the year range '2000' to '2006'\n"
    "SIPRI trend-indicator values (TIVs) are in millions.\n\n"
    "Source: SIPRI Arms Transfers Database (c) SIPRI.\nData generated: 1 Jan 2026 0:00:00 AM\n"
    "Recipient,Supplier,Year of order, ,Number ordered, ,Weapon designation,Weapon description,Number delivered, ,"
    "Year(s) of delivery,status,Comments,SIPRI TIV per unit,SIPRI TIV for total order,SIPRI TIV of delivered weapons\n"
    'Kyrgyzstan,Russia,2003,?,4,,Model,aircraft,4,?,2004; 2006,New,"a note, with a comma",3,12,12\n'
    "Tajikistan,Russia,2003,?,4,,Model,aircraft,4,?,2001,New,second hand,3,12,0.4\n"
)
NATIVE = {"api.csv": API, "databank.csv": DATABANK, "register.csv": REGISTER}
WORDS = (
    "build",
    "--clients",
    "AAA,BBB",
    "--patrons",
    "PPP,QQQ",
    "--start",
    "2004",
    "--end",
    "2005",
    "--data",
    "data",
    "-o",
    "world.yaml",
)


def series(lot: Lot, number: int, folder: Path) -> str:
    """One of both tables of real series is changed, and a region built from them."""
    texts = {"country_year.csv": country_year(), "dyad_year.csv": dyad_year()}
    name = lot.one(sorted(texts))
    return built(
        {n: t.encode() for n, t in texts.items()} | {name: as_bytes(lot, mutate_table(lot, texts[name]))}, folder
    )


def built(raw: dict[str, bytes], folder: Path) -> str:
    (folder / "data").mkdir()
    for each, content in raw.items():
        (folder / "data" / each).write_bytes(content)
    with in_folder(folder):
        became = command(WORDS, folder)
        if became == REFUSED and Path("world.yaml").exists():
            raise WrongError("refused, and its file is left behind")
        return good_scenario(load_scenario("world.yaml"), again=False) if became == USED else became


def bases(lot: Lot, number: int, folder: Path) -> str:
    """A list of deals or of bases is changed and read."""
    name, text = lot.one(sorted(LISTS.items()))
    return listed(name, as_bytes(lot, mutate_table(lot, text)), folder)


def listed(name: str, raw: bytes, folder: Path) -> str:
    (folder / name).write_bytes(raw)
    try:
        found = read_bases(folder, {code: f"Land {code}" for code in STATES})
    except DataError as error:
        for line in str(error).split("\n"):
            plain_line(line.replace(str(folder), "."))
        return REFUSED
    for year in YEARS:
        found.standing(year, STATES[2:])
        found.covered(year)
    return USED


def native(lot: Lot, number: int, folder: Path) -> str:
    """A file of the World Bank or SIPRI is changed and brought into the layout."""
    name = lot.one(sorted(NATIVE))
    text = mutate_table(lot, NATIVE[name]) if lot.chance(0.5) else mutate_text(lot, NATIVE[name])
    return converted(name, as_bytes(lot, text), folder)


def converted(name: str, raw: bytes, folder: Path) -> str:
    (folder / name).write_bytes(raw)
    with in_folder(folder):
        became = command(("tables", name, "--out", "made"), folder)
        if became == REFUSED and Path("made").exists():
            raise WrongError("refused, and its folder is left behind")
        return became


KINDS = {"series": series, "lists of bases": bases, "files of sources": native}
