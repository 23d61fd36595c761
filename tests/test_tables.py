"""The documented tables as people have them: every kind of odd cell in every column, and what is said of it."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from odd_tables import TABLES, build, put, with_cell
from pace import works
from patronage import load_scenario
from patronage.cli.app import app
from patronage.data import layout
from patronage.data.bases import SPANS, TIMELINE, read_bases
from patronage.data.series import SERIES
from patronage.data.tables import COUNTRY, DYAD, DataError, TableError, read_tables

LAYOUTS = {"country_year": COUNTRY, "dyad_year": DYAD, "timeline": TIMELINE, "bases": SPANS}
NUMBERS = [(t, c) for t, x in LAYOUTS.items() for c in TABLES[t].split("\n")[0].split(",")
           if c in x.series or x.kinds.get(c) == "amount"]  # fmt: skip
LONGEST = 150
"""Plain works of processor time for a table that is refused."""
CODES = [("country_year", "iso3"), ("dyad_year", "patron"), ("dyad_year", "client")]
NO_NUMBERS = {
    **dict.fromkeys(("..", "-", "–", "—", ".", "?", "n/a", "N/A", "n.a.", "missing"), "Leave a cell empty"),
    **dict.fromkeys(('"1,200,000"', "1 200 000", "1\u202f200\u00a0000", "1'200'000", "1.200.000", "1_200_000"), "Write 1200000"),
    **dict.fromkeys(("inf", "-Infinity", "1e400"), "finite"),
    **dict.fromkeys(("5*", "(e) 5", "5 [2]", "~5", "$5", "5p", "5 (e)", "<5"), "alone: 5"),
    **dict.fromkeys(("0x10", "#DIV/0!", "five", "\u0665", "many", "2014-06", "a" * 300), ""),
    '"0,25"': "Write 0.25", '"1.200,5"': "Write 1200.5", '"1,200"': "Write 1200 or 1.200", "yes": "Write 1", "No": "Write 0",
    "TRUE": "Write 1", "2.5 million": "Write 2500000", "4 bn": "Write 4000000000", "\u22125": "Write -5",
}  # fmt: skip


def read(folder: Path) -> None:
    tables = read_tables(folder)
    read_bases(folder, tables.names)


def refusal(folder: Path) -> list[str]:
    with pytest.raises(TableError) as refused:
        read(folder)
    return [line.removeprefix(f"{folder}/") for line in str(refused.value).splitlines()]


def test_the_tables_as_they_are_can_be_read_and_built(tmp_path):
    read(put(tmp_path / "data"))
    done = build(tmp_path / "data", tmp_path / "w.yaml")
    assert (done.exit_code, done.exception) == (0, None)


@pytest.mark.parametrize(("cell", "hint"), NO_NUMBERS.items())
def test_a_cell_that_is_no_number_is_told_in_every_column_with_what_it_may_mean(tmp_path, cell, hint):
    for table, column in NUMBERS:
        text, at = with_cell(table, column, cell)
        (line,) = refusal(put(tmp_path / "data", **{table: text}))
        assert line.startswith(f"{table}.csv:3:{at}: '")
        assert " is no number" in line
        assert hint in line, line


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        *((x, "Write 2019") for x in ("2019p", "2019 [YR2019]", "FY2019", "2019-06", "2019e", "2019.5")), ("", "there is no year"),
        *((x, "a year of four digits from 1800 to 2200") for x in ("..", "19", "9999", "1e3", "two", "\u0662\u0660\u0661\u0669")),
    ],
)  # fmt: skip
def test_a_year_is_a_year(tmp_path, cell, hint):
    for table in ("country_year", "dyad_year"):
        text, at = with_cell(table, "year", cell)
        (line,) = refusal(put(tmp_path / "data", **{table: text}))
        assert line.startswith(f"{table}.csv:3:{at}: ")
        assert hint in line
    text, _ = with_cell("country_year", "year", "2005.0")
    read(put(tmp_path / "data", country_year=text))


@pytest.mark.parametrize(
    ("cell", "hint"), [("bbb", "Write BBB"), ("", "no code"), ("Low land", "such as KGZ"), ("1", "such as KGZ"), ("BBB\x01", "")]
)
def test_a_code_is_a_code(tmp_path, cell, hint):
    for table, column in CODES:
        text, at = with_cell(table, column, cell)
        (line,) = refusal(put(tmp_path / "data", **{table: text}))
        assert line.startswith(f"{table}.csv:3:{at}: ")
        assert hint in line


@pytest.mark.parametrize("cell", ["May 2001", "31/12/2014", "2014Q2", "2014-13", "2014-06-32", "soon", ".."])
def test_a_date_is_a_date(tmp_path, cell):
    for table, column in (("timeline", "date"), ("bases", "from"), ("bases", "to")):
        text, at = with_cell(table, column, cell)
        (line,) = refusal(put(tmp_path / "data", **{table: text}))
        assert line.startswith(f"{table}.csv:3:{at}: {cell!r} is no date. Dates: write YYYY, YYYY-MM or YYYY-MM-DD")


@pytest.mark.parametrize("cell", ["NA", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A"])
def test_what_programs_write_for_unknown_is_unknown_and_counted(tmp_path, cell):
    text, _ = with_cell("country_year", "libdem", cell)
    tables = read_tables(put(tmp_path / "data", country_year=text))
    assert tables.series("libdem", "AAA").to_dict() == {2004: 0.2}
    assert tables.remarks == (f"{tmp_path / 'data' / 'country_year.csv'}: 1 cells of libdem are read as unknown ({cell}).",)
    assert tables.remarks[0] in build(tmp_path / "data", tmp_path / "w.yaml").output


@pytest.mark.parametrize(
    ("table", "column", "cell", "said"),
    [
        ("country_year", "libdem", "45", "45 is beyond 1, and libdem is measured as 0-1. Write 0.45, if it is per cent"),
        ("dyad_year", "atop_defense", "100", "Write 1, if it is per cent"),
        ("dyad_year", "trade_share_gdp", "45", "45 times the GDP: trade_share_gdp is a share"),
        ("dyad_year", "trade_share_gdp", "45", "here it seems to be per cent. Write 0.45"),
        ("dyad_year", "trade_share_gdp", "20 %", "Write 0.2"),
        ("country_year", "gdp_usd", "-1.2e9", "-1.2e+09 is below 0"),
        ("country_year", "gdp_usd", "0", "0 current USD cannot be. Leave a cell empty"),
        ("country_year", "population", "0", "0 persons cannot be"),
        ("country_year", "population", "1e300", "1e+300 is beyond"),
        ("dyad_year", "troops", "-1", "-1 is below 0"),
    ],
)
def test_a_number_that_cannot_be_is_told(tmp_path, table, column, cell, said):
    text, at = with_cell(table, column, cell)
    (line,) = refusal(put(tmp_path / "data", **{table: text}))
    assert line.startswith(f"{table}.csv:3:{at}: ")
    assert said in line


def test_an_index_a_little_above_one_is_read_and_told(tmp_path):
    text, _ = with_cell("country_year", "libdem", "1.2")
    (said,) = read_tables(put(tmp_path / "data", country_year=text)).remarks
    assert said.endswith("1 values of libdem are above 1, up to 1.2; it is measured as 0-1.")


def test_rare_trade_beyond_the_gdp_is_real(tmp_path):
    rows = [f"BBB,AAA,{y},{40 if y == 1999 else 0.2}" for y in range(1850, 2006)]
    text = "\n".join(["patron,client,year,trade_share_gdp", *rows]) + "\n"
    assert read_tables(put(tmp_path / "data", dyad_year=text)).series("trade_share_gdp", "BBB", "AAA").max() == 40


def longer(text: str) -> str:
    first, second, *rest = text.split("\n")
    return "\n".join([first, f"{second},x", *rest])


def shorter(text: str) -> str:
    first, second, *rest = text.split("\n")
    return "\n".join([first, second.rpartition(",")[0], *rest])


def doubled(text: str) -> str:
    """The first column stands twice."""
    return "\n".join(f"{line},{line.split(',')[0]}" for line in text.rstrip("\n").split("\n"))


SHAPES = {
    "a longer row": (longer, "cells in a table of"),
    "a shorter row": (shorter, "cells in a table of"),
    "an empty file": (lambda t: "", "the file is empty"),
    "blank lines only": (lambda t: "\n \n", "the file is empty"),
    "semicolons": (lambda t: t.replace(",", ";"), "the columns are separated by semicolons. Save it as CSV UTF-8"),
    "tabs": (lambda t: t.replace(",", "\t"), "the columns are separated by tabs"),
    "UTF-16": (lambda t: t.encode("utf-16"), "this is UTF-16"),
    "UTF-16 without a mark": (lambda t: t.encode("utf-16-le"), "this is UTF-16"),
    "a code page": (lambda t: t.replace("AAA", "AÄA", 1).encode("cp1252"), "the byte C4 is no UTF-8"),
    "a NUL": (lambda t: t.replace("AAA", "A\0A", 1), "there is a NUL byte"),
    "a workbook": (lambda t: b"PK\x03\x04" + t.encode(), "this is a workbook or a zip"),
    "a page": (lambda t: "<html>" + t, "a page or document in HTML"),
    "an open quote": (lambda t: t.replace("AAA", '"AAA', 1), "this is no CSV table"),
    "two columns of one name": (doubled, "two columns are called"),
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_file_of_another_shape_is_told_what_it_is(tmp_path, table, shape):
    change, said = SHAPES[shape]
    lines = refusal(put(tmp_path / "data", **{table: change(TABLES[table])}))
    assert all(line.startswith(f"{table}.csv:") for line in lines)
    assert said in lines[0]
    assert lines[0].split(":")[1].isdigit()


def quoted(text: str) -> str:
    return "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in text.rstrip().split("\n"))


def numbered(text: str) -> str:
    """With the numbers of rows that pandas and R put before a table."""
    return "\n".join(f"{i or ''},{line}" for i, line in enumerate(text.rstrip().split("\n")))


UNCHANGED = {
    "a mark of UTF-8": lambda t: "\ufeff" + t, "lines of Windows": lambda t: t.replace("\n", "\r\n"),
    "blank lines": lambda t: t.replace("\n", "\n\n"), "commas at the end": lambda t: t.replace("\n", ",,\n"),
    "blanks": lambda t: t.replace(",", " , "), "no last line end": lambda t: t.rstrip("\n"),
    "quotation marks": quoted, "numbers of rows": numbered,
}  # fmt: skip


@pytest.mark.parametrize("change", UNCHANGED.values(), ids=UNCHANGED)
def test_what_changes_no_cell_changes_nothing(tmp_path, change):
    plain, other = put(tmp_path / "plain"), put(tmp_path / "other", **{t: change(x) for t, x in TABLES.items()})
    a, b = read_tables(plain), read_tables(other)
    pd.testing.assert_frame_equal(a.country, b.country)
    pd.testing.assert_frame_equal(a.dyad, b.dyad)
    assert a.names == b.names
    x, y = read_bases(plain, a.names), read_bases(other, b.names)
    pd.testing.assert_frame_equal(x.rows, y.rows)


def test_everything_wrong_is_told_at_once_and_what_is_alike_is_counted(tmp_path):
    rows = "".join(f"AAA,,{1900 + i},..,1e9,0.1,0,\n" for i in range(50))
    states = TABLES["country_year"].replace("910000", "many").replace("0.8,2,1", "80,2,x") + rows + rows[:30]
    lines = refusal(put(tmp_path / "data", country_year=states, dyad_year=with_cell("dyad_year", "troops", "-")[0],
                        bases=TABLES["bases"]))  # fmt: skip
    assert lines[0].startswith("country_year.csv:3:4: 'many' is no number")
    assert "country_year.csv:6:6: 80 is beyond 1, and libdem is measured as 0-1. Write 0.8, if it is per cent." in lines
    assert "country_year.csv:6:8: 'x' is no number. Leave a cell empty where nothing is known." in lines
    assert any("two rows for AAA, 1900: the first stands in line 7" in x for x in lines)
    assert sum("'..' is no number" in x for x in lines) == layout.MOST_ALIKE - 1
    assert any("and 42 more such cells in the column 'population'" in x for x in lines)
    assert lines[-1].startswith("dyad_year.csv:3:7: '-' is no number")


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ("ISO3,country,year,population,gdp_usd", "country_year.csv:1:1: the column 'ISO3' is not known. Write iso3."),
        ("iso3,country,Year,population,gdp_usd", "country_year.csv:1:3: the column 'Year' is not known. Write year."),
        ("iso3,country,year,population,gdp usd", "country_year.csv:1:5: the column 'gdp usd' is not known. Write gdp_usd."),
        ("iso3,country,year,population,gdp", "country_year.csv:1:1: no column 'gdp_usd'"),
        ("a,b,c,d,e", "country_year.csv:1:1: no column 'iso3' (the head begins with 'a', 'b', 'c')"),
    ],
)
def test_a_column_that_is_missing_or_spelt_otherwise_is_told(tmp_path, head, said):
    lines = refusal(put(tmp_path / "data", country_year=f"{head}\nAAA,Lowland,2005,9,9\n"))
    assert said in lines


def test_a_table_of_states_needs_a_row_and_one_of_pairs_does_not(tmp_path):
    head = {t: x.split("\n")[0] + "\n" for t, x in TABLES.items()}
    (line,) = refusal(put(tmp_path / "data", country_year=head["country_year"]))
    assert line.startswith("country_year.csv:1:1: there is a head and no row below it")
    read(put(tmp_path / "data", dyad_year=head["dyad_year"], timeline=head["timeline"], bases=head["bases"]))
    done = build(tmp_path / "data", tmp_path / "w.yaml")
    assert done.exit_code == 0, done.output
    assert "dyad_year has no rows: nothing is known of any pair" in done.output
    scenario = load_scenario(tmp_path / "w.yaml")
    ties = {p: f for p, f in scenario.figures().items() if p.startswith("ties.") and f.origin != "default"}
    assert len(ties) == 2 * (12 + 10), "the figures of a dyad, and arms of ten years"
    assert all(f.source.startswith("assumption (") for f in ties.values())


def test_a_table_that_cannot_be_opened_or_is_under_another_name_is_told(tmp_path):
    folder = put(tmp_path / "data")
    (folder / "country_year.csv").rename(folder / "country_year.xlsx")
    (folder / "dyad_year.csv").unlink()
    (folder / "dyad_year.csv").mkdir()
    with pytest.raises(DataError, match=r"a row for each iso3 and year \(there is country_year.xlsx: save it as CSV UTF-8"):
        read_tables(folder)
    (folder / "country_year.csv").write_text(TABLES["country_year"])
    assert refusal(folder) == ["dyad_year.csv:1:1: the file cannot be read: Is a directory."]
    (folder / "dyad_year.csv").rmdir()
    (folder / "dyad_year.csv.gz").write_bytes(gzip.compress(TABLES["dyad_year"].encode())[:-9])
    assert refusal(folder)[0].startswith("dyad_year.csv.gz:1:1: the packed file is damaged")
    (folder / "dyad_year.csv.gz").write_text(TABLES["dyad_year"])
    read(folder)


def test_tables_and_lists_are_told_at_once(tmp_path):
    data = put(tmp_path / "data", **{t: with_cell(t, c, "x y")[0] for t, c in (
        ("country_year", "iso3"), ("dyad_year", "troops"), ("timeline", "date"), ("bases", "rent"))})  # fmt: skip
    words = ("hindcast", "two-patrons", "--from", "2010", "--to", "2012", "--data", str(data))
    places = [line.removeprefix(f"{data}/").split(": ")[0] for line in CliRunner().invoke(app, words).output.splitlines()]
    assert places == ["bases.csv:3:5", "country_year.csv:3:1", "dyad_year.csv:3:7", "timeline.csv:3:1"]


def test_a_strange_table_costs_no_time(tmp_path):
    wide = "iso3,year,population,gdp_usd," + ",".join(f"c{i}" for i in range(20_000))
    strange = {
        "a wide head": f"{wide}\nAAA,2005,9\n",
        "a long number": with_cell("country_year", "gdp_usd", "1" + "a" * 50_000 + "1")[0],
        "many gaps": "\n".join(["iso3,year,population,gdp_usd", *["AAA,2005,..,.."] * 20_000]),
    }
    for text in strange.values():
        assert works(lambda text=text: refusal(put(tmp_path / "data", country_year=text))) < LONGEST


def test_files_of_sources_beside_no_table_are_told_how_to_bring_in(tmp_path):
    (tmp_path / "API_SP.POP.TOTL_DS2.csv").write_text("x")
    with pytest.raises(DataError, match=r"patronage tables brings API_SP\.POP\.TOTL_DS2\.csv and its like"):
        read_tables(tmp_path)


# --- the two ways to read a table ---------------------------------------------------------------------------------------


def test_the_quick_way_and_the_careful_one_agree(tmp_path):
    """Tables of a thousand rows, some with an odd cell: the quick way gives what the careful one gives, or leaves it alone."""
    draw = random.Random(7)
    odd = ["", "1e3", "0.5", "5.", "-0", "1e-300", "+2", "NA", "..", "x", " 1 ", "1e400", "2", "nan", "True", "1_0", "\u0661"]
    quick = 0
    for _ in range(60):
        columns = ["trade_share_gdp", "arms_tiv", "aid_usd2022", "other", "remark"]
        lines = [["patron", "client", "year", *columns]]
        for i in range(100):
            numbers = [f"{draw.random():.3f}", str(draw.randrange(9)), f"{draw.random() * 1e9:.1f}", str(i)]
            lines.append([draw.choice(["BBB", "CCC"]), f"X{i}", str(2000 + i % 20), *numbers, draw.choice(["a", "b ", "NA"])])
        for _ in range(draw.choice([0, 1, 3])):
            draw.choice(lines[1:])[draw.randrange(8)] = draw.choice(odd)
        text = "\n".join(map(",".join, lines)) + "\n"
        found, faults = layout.quickly(text, DYAD), layout.Faults("t.csv")
        careful = layout.carefully(text, DYAD, faults, [])
        assert (careful is None) == bool(faults.problems)
        if found is not None:
            quick += 1
            assert careful is not None
            pd.testing.assert_frame_equal(found, careful)
    assert quick > 20


@pytest.mark.parametrize("column", SERIES)
def test_every_series_has_bounds_that_hold_its_zero_or_forbid_it(column):
    series = SERIES[column]
    assert series.low <= 0 < series.high < np.inf
    assert (series.wrong(0.0) is not None) == series.positive
    assert series.wrong(np.nan) is None
