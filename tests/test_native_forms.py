"""The forms in which the World Bank and SIPRI hand out the same: line breaks, separators, codes, zips, workbooks. Invented numbers."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from patronage.cli.app import app
from patronage.data import opening
from patronage.data.native import convert
from patronage.data.native.names import OLD_CODES
from patronage.data.tables import read_tables
from patronage.scenario import ScenarioError

pytest.importorskip("pycountry", reason="pycountry is in the extra 'data'")

NOTES = (
    "Transfers of major conventional arms from All countries  to All countries . Deals with deliveries or orders made for "
    "year range '2001' to '2003' \nA '?' in a column indicates uncertain data.\n\nSource: SIPRI Arms Transfers Database\n"
)
OLD = (
    "Recipient,Supplier,Year of order, ,Number ordered, ,Weapon designation,Weapon description,Number delivered, ,"
    "Year(s) of delivery,status,Comments,SIPRI TIV per unit,SIPRI TIV for total order,SIPRI TIV of delivered weapons\n"
)
NEW = (
    "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,Order date is estimate,"
    "Numbers delivered,Numbers delivered is estimate,Delivery year,Delivery year is estimate,Status,SIPRI estimate,"
    "TIV deal unit,TIV delivery values,Local production\n"
)
DEALS = {("RUS", "TJK"): {2001: 3.0, 2002: 3.0, 2003: 4.0}}
API = '"Data Source","World Development Indicators",\n\n"Last Updated Date","2019-01-30",\n\n'
POPULATION = {("KGZ", 2003): 1e6, ("KGZ", 2004): 1.1e6, ("TJK", 2003): 4e6}


def deal(remark: str = "no remark", years: str = "2001; 2002", tiv: object = 6, first: str = "Tajikistan,Russia") -> str:
    return f"{first},2000,?,6,?,Model,truck gun,6,?,{years},New,{remark},1,6,{tiv}\n"


def delivery(year: object, tiv: object, supplier: str = "Russia", recipient: str = "Tajikistan") -> str:
    return f"17,{supplier},{recipient},Model,gun,Artillery,2000,Yes,3,No,{year},No,New,1,1,{tiv},No\n"


def flows(path: Path) -> dict[tuple[str, str], dict[int, float]]:
    frame = convert([path]).dyad["arms_tiv"]
    return {pair: frame[pair].to_dict() for pair in sorted(set(frame.index.droplevel("year")))}


def population(path: Path, code: str = "population") -> dict[tuple[str, int], float]:
    return convert([path]).country[code].dropna().to_dict()


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(*paths: Path) -> str:
    with pytest.raises(ScenarioError) as refused:
        convert(list(paths))
    return str(refused.value)


# --- SIPRI ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "remark",
    [
        "no remark",
        "a remark that ends in a break\n",
        "\na remark that begins with one",
        "a remark\nof several\n\nlines; with marks",
        "a remark\r\nof Windows",
        '"a quoted remark,\nwith a comma"',
        "$79 m deal; 'Peace' version",
    ],
)
def test_a_remark_may_be_broken_over_lines(tmp_path, remark):
    second = deal("another\nbreak", "2003", 4)
    assert flows(written(tmp_path, "register.csv", NOTES + OLD + deal(remark) + second + deal("", "", ""))) == DEALS


def test_a_row_that_no_joining_makes_whole_is_told_where_it_stands(tmp_path):
    cut = deal().rsplit(",", 4)[0] + "\n"
    said = refusal(written(tmp_path, "register.csv", NOTES + OLD + deal() + cut + deal(years="2003")))
    assert "register.csv:7:1: 12 cells in a table of 16 columns. A line may be broken within a cell" in said
    assert said.count("\n") == 0


def test_the_newer_export_tells_what_was_delivered_in_which_year(tmp_path):
    rows = [delivery(2001, 1), delivery(2001, 1.5), delivery(2003, 4.5), delivery("", ""), delivery("2002", 0)]
    strangers = [delivery(2001, 5, "United States", "NATO**"), delivery(2002, 5, "unknown supplier(s)"), delivery("", 3)]
    made = convert([written(tmp_path, "trade-register.csv", NOTES + NEW + "".join(rows + strangers))])
    assert made.dyad["arms_tiv"]["RUS", "TJK"].to_dict() == {2001: 2.5, 2002: 0.0, 2003: 4.5}
    assert made.remarks[0].endswith("arms_tiv, 2001-2003 (2 parties that are no states left out)")
    assert "NATO** (1 row), unknown supplier(s) (1 row)" in made.left[0]
    assert made.left[1].endswith("1 deliveries without a year, left out.")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("Number delivered", "Deliveries in the Year Range"),
        lambda text: text.replace(NOTES, ""),
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "\n".join(line + ";" * 41 for line in text.splitlines()),
        lambda text: text.replace("; ", "/").replace(",", ";").replace("2001/2002", '"2001; 2002"'),
        lambda text: text.replace(",", "\t").encode("utf-16"),
        lambda text: text.replace("Model", "Sjöormen").encode("cp1252"),
        lambda text: text.replace("Russia", "Soviet Union"),
        lambda text: text.replace("2001; 2002", "2001?; (2002)"),
    ],
)
def test_a_register_is_read_however_it_was_saved(tmp_path, change):
    text = NOTES + OLD + deal() + deal(years="2003", tiv=4)
    assert flows(written(tmp_path, "register.csv", change(text))) == DEALS


def test_a_register_of_another_country_has_decimal_commas(tmp_path):
    text = (OLD + deal(years="2003")).replace(",", ";").replace(";6\n", ";2,5\n")
    assert flows(written(tmp_path, "register.csv", text)) == {("RUS", "TJK"): {2003: 2.5}}


def test_a_register_without_what_was_delivered_is_refused(tmp_path):
    said = refusal(written(tmp_path, "register.csv", OLD.replace("SIPRI TIV of delivered weapons", "TIV") + deal()))
    assert "register.csv:1:1: the register lacks the column 'SIPRI TIV of delivered weapons'" in said


def test_registers_of_several_suppliers_are_read_together_and_one_twice_is_refused(tmp_path):
    one = written(tmp_path, "russia.csv", NOTES + OLD + deal())
    other = written(tmp_path, "china.csv", NOTES + OLD + deal(first="Tajikistan,China"))
    assert {k[0] for k in convert([one, other]).dyad.index} == {"RUS", "CHN"}
    assert "arms_tiv comes from" in refusal(one, written(tmp_path, "again.csv", NOTES + OLD + deal()))


# --- World Bank -------------------------------------------------------------------------------------------------------


def wide(head: str = '"Country Name","Country Code","Indicator Name","Indicator Code"', years=("2003", "2004", "2005")) -> str:
    rows = [("Kyrgyz Republic", "KGZ", "1000000", "1100000", ""), ("Tajikistan", "TJK", "4000000", "", "")]
    lines = [f'"{n}","{c}","Population, total","SP.POP.TOTL",' + ",".join(f'"{v}"' for v in vs) + ",\n" for n, c, *vs in rows]
    return API + head + "," + ",".join(f'"{y}"' for y in years) + ",\n" + "".join(lines)


LONG = "Country Name,Country Code,Indicator Name,Indicator Code,Year,Value\n"
BY_TIME = 'Country Name,Country Code,Time,Time Code,"Population, total [SP.POP.TOTL]","Land area [AG.LND.TOTL.K2]"\n'


@pytest.mark.parametrize(
    "content",
    [
        wide(),
        wide(years=("2003 [YR2003]", "2004 [YR2004]", "2005 [YR2005]")),
        wide(years=("YR2003", "YR2004", "2005.0")),
        wide().replace("KGZ", "kgz"),
        wide().replace('""', '".."'),
        wide().replace('""', '"n/a"'),
        wide().encode("utf-16"),
        wide().encode("utf-16-le"),
        wide().replace(",", "\t").replace("Population\t total", "Population, total").encode("utf-16"),
        wide().replace(",", ";").replace("Population; total", "Population, total"),
        "\ufeff" + wide(),
        gzip.compress(wide().encode()),
        LONG + "Kyrgyz Republic,KGZ,P,SP.POP.TOTL,2003,1000000\nKyrgyz Republic,KGZ,P,SP.POP.TOTL,2004,1.1e6\n"
        "Tajikistan,TJK,P,SP.POP.TOTL,2003,4000000\nTajikistan,TJK,P,SP.POP.TOTL,2004,\n",
        BY_TIME + "Kyrgyz Republic,KGZ,2003,YR2003,1000000,5\nKyrgyz Republic,KGZ,2004,YR2004,1100000,5\n"
        "Tajikistan,TJK,2003,YR2003,4000000,..\n\nData from database: World Development Indicators\nLast Updated: 2023\n",
    ],
)  # fmt: skip
def test_an_indicator_is_read_however_it_was_saved(tmp_path, content):
    assert population(written(tmp_path, "API_SP.POP.TOTL.csv", content)) == POPULATION


@pytest.mark.parametrize(("old", "new"), OLD_CODES.items())
def test_codes_of_former_years_are_read_as_those_of_today(tmp_path, old, new):
    made = convert([written(tmp_path, "API.csv", wide().replace("TJK", old))])
    assert made.country["population"][new, 2003] == 4e6
    assert f"{old} as {new}" in made.left[0]


def test_a_name_is_read_as_words(tmp_path):
    made = convert([written(tmp_path, "API.csv", wide().replace("Kyrgyz Republic", "R\u00e9publique\u00a0 kirghize"))])
    assert made.country["country"]["KGZ", 2003] == "R\u00e9publique kirghize"
    said = refusal(written(tmp_path, "API.csv", wide().replace("Kyrgyz", "K\x07")))
    assert "API.csv:6:1: there is a control character U+0007" in said


def test_series_come_onto_tables_without_pairs(tmp_path):
    for name, files, onto in (("one", ["API.csv", "gdp.csv"], None), ("two", ["register.csv"], "one"), ("three", ["API.csv"], "two")):
        written(tmp_path, "API.csv", wide())
        written(tmp_path, "gdp.csv", wide().replace("SP.POP.TOTL", "NY.GDP.MKTP.CD"))
        written(tmp_path, "register.csv", NOTES + OLD + deal() + deal(years="2003", tiv=4))
        more = ["--onto", str(tmp_path / onto)] if onto else []
        done = CliRunner().invoke(app, ["tables", *(str(tmp_path / f) for f in files), *more, "--out", str(tmp_path / name)])
        assert done.exit_code == 0, done.output
        assert ("No pair of patron and client is known" in done.output) == (name == "one")
    tables = read_tables(tmp_path / "three")
    assert tables.series("arms_tiv", "RUS", "TJK").to_dict() == DEALS["RUS", "TJK"]
    assert tables.series("population", "KGZ").to_dict() == {2003: 1e6, 2004: 1.1e6}


def test_groups_are_left_out_and_named(tmp_path):
    more = '"World","WLD","P","SP.POP.TOTL","7","7","7",\n"Channel Islands","CHI","P","SP.POP.TOTL","7","7","7",\n'
    made = convert([written(tmp_path, "API.csv", wide() + more)])
    assert made.remarks[0].endswith("(2 groups of states left out)")
    assert made.left[0].endswith("no states, left out: Channel Islands, World.")


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("1,000,000", "Write 1000000"), ("1 000 000", "Write 1000000"), ("20 %", "Write 20"), ("yes", "Write 1"),
        ("-5", "-5 is below 0"), ("0", "0 persons cannot be"), ("1e400", "finite"), ("4 million", "Write 4000000"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_number_is_told_with_what_it_may_mean(tmp_path, cell, hint):
    said = refusal(written(tmp_path, "API.csv", wide().replace("4000000", cell)))
    assert "API.csv:7:5: " in said
    assert hint in said


# --- zips and workbooks -----------------------------------------------------------------------------------------------


def zipped(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in members.items():
            box.writestr(name, content)
    return out.getvalue()


def workbook(text: str) -> bytes:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is in the extra 'data'")
    book = openpyxl.Workbook()
    sheet, about = book.active, book.create_sheet("Metadata - Countries")
    sheet.title = "Data"
    about.append(["Country Code", "Region"])
    for row in opening.rows(text):
        sheet.append([int(c) if c.isdigit() and i > 3 else c for i, c in enumerate(row.cells)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


ABOUT = {"Metadata_Country_API_SP.POP.TOTL.csv": '"Country Code","Region"\n"KGZ","Asia"\n', "Metadata_Indicator_API.csv": "a,b\n1,2\n"}


@pytest.mark.parametrize("name", ["API_SP.POP.TOTL_DS2_en_csv_v2_1.csv", "folder/API.csv", "API.CSV"])
def test_a_zip_of_the_world_bank_is_read_without_its_companions(tmp_path, name):
    path = written(tmp_path, "pop.zip", zipped({**ABOUT, name: wide(), "__MACOSX/._API.csv": b"\0", "readme.txt": "read me"}))
    made = convert([path])
    assert made.left == []
    assert made.country["population"].dropna().to_dict() == POPULATION
    assert made.sources[0][1] == f"pop.zip/{name}"
    assert made.remarks[0].startswith(f"{path}/{name}: population, 2003-2004")


def test_tables_in_a_zip_that_no_reader_knows_are_named(tmp_path):
    made = convert([written(tmp_path, "WDI_CSV.zip", zipped({"WDICSV.csv": wide().partition(API)[2], "WDISeries.csv": "a,b\n1,2\n"}))])
    assert made.left == [f"{tmp_path / 'WDI_CSV.zip'}/WDISeries.csv: left out, no reader knows it."]
    assert "no reader knows this layout" in refusal(written(tmp_path, "other.zip", zipped({"WDISeries.csv": "a,b\n1,2\n"})))


def test_a_workbook_is_read_and_so_is_one_in_a_zip(tmp_path):
    book = workbook(wide())
    assert population(written(tmp_path, "API.xlsx", book)) == POPULATION
    assert population(written(tmp_path, "named-wrongly.csv", book)) == POPULATION
    assert population(written(tmp_path, "API.zip", zipped({"API.xlsx": book}))) == POPULATION
    assert flows(written(tmp_path, "register.xlsx", workbook(OLD + deal() + deal(years="2003", tiv=4)))) == DEALS


def test_without_the_library_of_workbooks_it_says_what_to_install(tmp_path, monkeypatch):
    import sys

    book = workbook(wide())
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert "this is an .xlsx workbook, and openpyxl is not installed" in refusal(written(tmp_path, "API.xlsx", book))


def test_what_unpacks_to_too_much_is_not_unpacked(tmp_path, monkeypatch):
    for module in (opening, __import__("patronage.data.native.sheets", fromlist=["sheets"])):
        monkeypatch.setattr(module, "MOST_BYTES", 100_000)
    large = b"0" * 1_000_000
    assert "unpacks to more than" in refusal(written(tmp_path, "bomb.zip", zipped({"API.csv": large})))
    assert "holds more than" in refusal(written(tmp_path, "bomb.csv.gz", gzip.compress(large)))
    many = zipped({f"{i}.csv": "" for i in range(1001)})
    assert "or 1000 files" in refusal(written(tmp_path, "many.zip", many))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"), (b"\n \n", "the file is empty"),
        (b"PK\x03\x04 torn", "the zip is damaged"), (b"\x1f\x8b torn", "the packed file is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "a workbook in the old .xls form"), (b"%PDF-1.7", "a PDF"),
        (b"<!DOCTYPE html><html></html>", "HTML"), (b"a,b\0c\n", "NUL"), (b'"open\nnever closed', "no CSV table"),
        (zipped({}), "no table in this zip"), (zipped({"a.zip": zipped({})}), "no table in this zip"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "document of another program"),
        (zipped({"a.csv": b"PK\x03\x04"}), "damaged"), (zipped({"xl/workbook.xml": "<"}), "cannot be read"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_called_what_it_is(tmp_path, content, said):
    path = written(tmp_path, "API.csv", content)
    assert said in refusal(path)
    done = CliRunner().invoke(app, ["tables", str(path), "--out", str(tmp_path / "out")])
    assert (done.exit_code, (tmp_path / "out").exists()) == (2, False)


def test_no_damage_to_a_file_ends_in_anything_but_a_table_or_a_refusal(tmp_path):
    """Bytes that are changed, cut out and put in, in every form."""
    draw = random.Random(11)
    forms = [
        wide().encode(), (NOTES + OLD + deal("a\nb") + deal()).encode(), (NOTES + NEW + delivery(2001, 1)).encode(), workbook(wide()),
        zipped({**ABOUT, "API.csv": wide()}), wide().encode("utf-16"), gzip.compress(wide().encode()),
        (BY_TIME + "A,KGZ,2003,YR,1,5\n").encode(),
    ]  # fmt: skip
    odd = [b"\0", b'"', b",", b"\n", b"..", b"20 %", b"\xff", b"PK\x03\x04", b";", b"inf", b"\xed\xa0\x80", b"1e999", b"2oo4"]
    seen = {"read": 0, "refused": 0}
    for i in range(500):
        content = bytearray(draw.choice(forms))
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(content))
            content[at : at + draw.choice((0, 1, 1, 5))] = draw.choice(odd)
        try:
            convert([written(tmp_path, f"{i}.csv", bytes(content))])
            seen["read"] += 1
        except ScenarioError:
            seen["refused"] += 1
    assert min(seen.values()) > 20
