"""Small invented tables of what the index of influence is made of."""

from __future__ import annotations

from pathlib import Path

FIRST, LAST = 2001, 2016
COUNTRY = "iso3,year,population,gdp_usd,gdp_const2015_usd,exports_total_usd,imports_total_usd,arms_imports_tiv"
DYAD = (
    "patron,client,year,trade_usd,arms_tiv,atop_defense,atop_consul,atop_neutral,atop_nonagg,us_aid_disb_usd,cn_oda_usd2021,"
    "aid_usd2022,cn_oof_usd2021"
)


def put(folder: Path, last: int = LAST, **cells: str) -> Path:
    """Tables of one client, CLI, with trade of 99 MUSD of 2015 with each of two patrons; `cells` replaces whole files.

    Dollars are worth half of those of 2015 until 2010 and as much from 2011 on. CLI has a GDP of 900 and trades 396 MUSD of 2015.
    """
    folder.mkdir(exist_ok=True)
    country, dyad = [COUNTRY], [DYAD]
    for year in range(FIRST, last + 1):
        price = 0.5 if year <= 2010 else 1.0
        country.append(f"USA,{year},3e8,{price * 1.8e13},1.8e13,,,0")
        country.append(f"CLI,{year},1e6,{price * 9e8},9e8,{price * 2e8},{price * 1.96e8},{30 if year == 2003 else 0}")
        for patron in ("ABC", "XYZ"):
            arms = 20 if (patron, year) == ("ABC", 2003) else 0
            flags = "1,1,0,1" if patron == "ABC" else "0,0,0,0"
            flags = flags if year <= 2008 else ",,,"
            aid = f"{price * 5.4e5},,1e9," if patron == "ABC" else ",,,"
            dyad.append(f"{patron},CLI,{year},{price * 9.9e7},{arms},{flags},{aid}")
    texts = {"country_year": "\n".join(country) + "\n", "dyad_year": "\n".join(dyad) + "\n"} | cells
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
    return folder
