"""Tables as spreadsheets save them: read, or refused in one line with what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from patronage.scenario import ScenarioError, load_scenario
from scenario_texts import HEAD


def table_of(folder: Path, raw: str | bytes, block: str = "ties") -> str:
    """What is said about a table, "" if it is right; the file is called t.csv."""
    text = HEAD if block in ("ties", "rivalry") else HEAD.replace(f"{block}:\n", f"{block}:\n  table: t.csv\n")
    text += f"{block}: {{table: t.csv}}\n" if text == HEAD else ""
    (folder / "s.yaml").write_text(text, encoding="utf-8")
    (folder / "t.csv").write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    try:
        load_scenario(folder / "s.yaml")
    except ScenarioError as error:
        return str(error).replace(str(folder) + "/", "")
    return ""


DOTS = ".".join("a" * 1000)
WRONG = {
    "semicolons": ("patron;client;weight\nRUS;KGZ;1,5\n", "1:1: the table is separated by ;. Save it with commas"),
    "tabs": ("patron\tclient\tweight\nRUS\tKGZ\t1\n", "1:1: the table is separated by tabs. Save it with commas"),
    "bars": ("patron|client|weight\nRUS|KGZ|1\n", "1:1: the table is separated by |. Save it with commas"),
    "semicolons, decimals with commas": ("patron;client;debt [MUSD]\nRUS;KGZ;1,5\n", "1:1: the table is separated by ;."),
    "a note to a spreadsheet": ("sep=;\npatron;client;weight\n", "1:1: the first row is a note to a spreadsheet"),
    "another case": ("Patron,Client,weight\nRUS,KGZ,1\n", "1:1: unknown column 'Patron'. Write patron"),
    "decimal commas": ('patron,client,weight\nRUS,KGZ,"1,5"\n', "2:3: '1,5' is no number. Write 1.5"),
    "decimal commas without quotes": ("patron,client,weight\nRUS,KGZ,1,5\n", "write decimals with a point"),
    "small letters": ("patron,client,weight\nrus,KGZ,1\n", "2:1: unknown patron in ties 'rus'. Did you mean RUS?"),
    "a wrong column in many rows": ("patron,client,wieght\nRUS,KGZ,1\nUSA,KGZ,1\n", "1:3: unknown column 'wieght'. Did you"),
    "a wrong figure in many rows": ("patron,client,field,value\nRUS,KGZ,wieght,1\nUSA,KGZ,wieght,1\n", "2:3: unknown figure"),
    "no unit": ("patron,client,debt [million]\nRUS,KGZ,5\nUSA,KGZ,6\n", "1:3: wrong unit 'million'. Write MUSD"),
    "two size words": ("patron,client,debt [bn MUSD]\nRUS,KGZ,5\n", "1:3: the unit 'bn MUSD' has 2 size words"),
    "a unit in both": ("patron,client,debt [MUSD]\nRUS,KGZ,5 MUSD\nUSA,KGZ,6 MUSD\n", "1:3: the unit is given twice"),
    "a column without a name": ("patron,client,weight,\nRUS,KGZ,1,\n", "1:4: a column has no name"),
    "a thousand dots": (f"patron,client,{DOTS}\nRUS,KGZ,1\n", "1:3: unknown column 'a.a.a"),
    "a thousand dots in a cell": (f"patron,client,field,value\nRUS,KGZ,{DOTS},1\n", "2:3: unknown figure 'a.a.a"),
    "below a figure": ("patron,client,weight.x.y\nRUS,KGZ,1\n", "1:3: unknown column 'weight.x.y'"),
    "an error of a spreadsheet": ("patron,client,weight\nRUS,KGZ,#N/A\n", "2:3: '#N/A' is no number"),
    "an open quotation": ('patron,client,weight\nRUS,KGZ,"1\n', "2:1: this is no CSV table"),
    "an override": ("patron,client,weight,source\nRUS,KGZ,1,a\u202eb\n", "2:12: U+202E (RIGHT-TO-LEFT OVERRIDE)"),
    "UTF-16": ("patron\tclient\n".encode("utf-16"), "this is UTF-16 and not UTF-8 text. Save the file as UTF-8"),
    "a workbook": (b"PK\x03\x04\x14\x00", "this is a workbook or zip archive and no text"),
    "Latin-1": ("patron,client,weight,source\nRUS,KGZ,1,é\n".encode("latin-1"), "2:11: this is not UTF-8 text"),
}


@pytest.mark.parametrize(("raw", "message"), WRONG.values(), ids=WRONG)
def test_a_table_is_refused_in_one_line(tmp_path: Path, raw: str | bytes, message: str) -> None:
    said = table_of(tmp_path, raw)
    assert message in said
    assert said.count("\n") == 0
    assert "t.csv:" in said


RIGHT = {
    "a mark of byte order, and CRLF": "\ufeffpatron,client,weight\r\nRUS,KGZ,1\r\n",
    "CR": "patron,client,weight\rRUS,KGZ,1\r",
    "blank rows": "\npatron,client,weight\n , ,\nRUS,KGZ,1\n,,\n",
    "a cell of a no-break space": "patron,client,weight,debt\nRUS,KGZ,1,\u00a0\n",
    "a source in any spelling": "patron,client,weight,source\nRUS,KGZ,1,Côte\u00a0: 中国\n",
    "a unit behind a no-break space": "patron,client,weight,debt\u00a0[MUSD]\nRUS,KGZ,1,5\n",
}


@pytest.mark.parametrize("text", RIGHT.values(), ids=RIGHT)
def test_a_table_is_read_as_it_was_saved(tmp_path: Path, text: str) -> None:
    assert table_of(tmp_path, text) == ""
    assert load_scenario(tmp_path / "s.yaml").figure("ties.RUS.KGZ.weight").value == 1


OTHERS = [
    ("states", "state,growth,anchor.security\nKGZ,5,0.1\n", ""),
    ("states", "state,policy\nKGZ,hedger\n", "1:2: unknown column 'policy'"),
    ("states", "state;growth\nKGZ;5\n", "1:1: the table is separated by ;"),
    ("patrons", "patron,delivery.arms,delivery.armz\nRUS,0.6,1\n", "1:3: unknown column 'delivery.armz'"),
    ("patrons", f"patron,delivery.arms,{DOTS}\nRUS,0.6,1\n", "1:3: unknown column 'a.a.a"),
    ("rivalry", "rival,patron,rivalry\nRUS,USA,0.5\n", ""),
    ("rivalry", "rival,patron,rivalries\nRUS,USA,0.5\n", "1:3: unknown column 'rivalries'. Did you mean rivalry?"),
    ("rivalry", f"rival,patron,field,value\nRUS,USA,{DOTS},0.5\n", "2:3: unknown figure 'a.a.a"),
]


@pytest.mark.parametrize(("block", "text", "message"), OTHERS)
def test_every_block_with_tables_is_held_to_it(tmp_path: Path, block: str, text: str, message: str) -> None:
    said = table_of(tmp_path, text, block)
    assert said.partition(":")[2].startswith(message) if message else said == ""
    assert "\n" not in said
