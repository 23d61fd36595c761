"""Small tables of invented series, with a cell of one's choice, and a region built from them."""

from __future__ import annotations

from pathlib import Path

from typer.testing import CliRunner

from patronage.cli.app import app

TABLES = {
    "country_year": "iso3,country,year,population,gdp_usd,libdem,ideal_point,conflict_deaths\n"
    "AAA,Lowland,2004,900000,1.1e9,0.2,0.5,3\nAAA,Lowland,2005,910000,1.2e9,0.2,0.5,0\n"
    "BBB,Highland,2004,80000000,5e11,0.3,-1,\nBBB,Highland,2005,81000000,5.2e11,0.3,-1,0\n"
    "CCC,Oversea,2005,51000000,9.3e11,0.8,2,1\n",
    "dyad_year": "patron,client,year,trade_share_gdp,aid_usd2022,atop_defense,troops\n"
    "BBB,AAA,2004,0.2,,1,0\nBBB,AAA,2005,0.2,1e7,1,3\nCCC,AAA,2005,0.1,-2e7,0,900\n",
    "timeline": "date,patron,client,instrument,amount_musd,term_years,source\n"
    "1993,BBB,AAA,base_rent,4.5,,a\n1999-05,CCC,AAA,base_opened,,,b\n2001-10-16,CCC,AAA,base_renewed,0,10,c\n",
    "bases": "holder,host,from,to,rent\nBBB,AAA,1998,,\nCCC,AAA,2001-06,2003-02,9\n",
}


def put(folder: Path, **changed: str | bytes) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in (TABLES | changed).items():
        (folder / f"{name}.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def with_cell(table: str, column: str, cell: str, line: int = 3) -> tuple[str, int]:
    """The table with another cell, and the number of its column."""
    lines = [row.split(",") for row in TABLES[table].split("\n")]
    at = lines[0].index(column)
    lines[line - 1][at] = cell
    return "\n".join(map(",".join, lines)), at + 1


def build(data: Path, out: Path, *more: object):
    words = ("build", "--clients", "AAA", "--patrons", "BBB,CCC", "--start", 2005, "--end", 2006, "--data", data, "-o", out, *more)
    return CliRunner().invoke(app, [str(w) for w in words])
