"""What build and its neighbours write, and leave alone, when tables are odd."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from odd_tables import TABLES, build, put, with_cell
from patronage import load_scenario
from patronage.cli.app import app
from patronage.data.tables import TableError, read_tables


@pytest.mark.parametrize("command", ["build", "hindcast", "calibrate", "tables"])
def test_every_command_refuses_the_same_cell_in_one_line_and_writes_nothing(tmp_path, command):
    data = put(tmp_path / "data", country_year=with_cell("country_year", "gdp_usd", "..")[0])
    out = tmp_path / "out"
    words = {
        "build": ("--clients", "AAA", "--patrons", "BBB,CCC", "--start", 2005, "-o", f"{out}.yaml", "--data", data),
        "hindcast": ("two-patrons", "--from", 2010, "--to", 2012, "--out", out, "--data", data),
        "calibrate": ("two-patrons", "--to", 2013, "--simulations", 500, "--out", out, "--data", data),
        "tables": (data / "none.csv", "--onto", data, "--out", out),
    }[command]
    for _ in range(2):
        done = CliRunner().invoke(app, [command, *map(str, words)])
        assert done.exit_code == 2
        assert done.output == f"{data}/country_year.csv:3:5: '..' is no number. Leave a cell empty where nothing is known.\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data"]


def test_a_scenario_that_is_refused_is_not_written_and_blocks_no_name(tmp_path, monkeypatch):
    from patronage.data.region import TIE_FIGURES
    from patronage.data.region_states import Derived

    data = put(tmp_path / "data")
    with monkeypatch.context() as patched:
        patched.setitem(TIE_FIGURES, "trade", lambda *_: Derived(-7.0, "", "planted"))
        for wide in (60, 0):
            patched.setattr("patronage.data.builder.MOST_INLINE", wide)
            done = build(data, tmp_path / "w.yaml")
            assert done.exit_code == 2
            assert "is not valid, so that nothing was written" in done.output
            assert "-7 % is out of bounds" in done.output
            assert str(tmp_path) not in done.output.partition("\n")[2]
            assert sorted(p.name for p in tmp_path.iterdir()) == ["data"]
    assert build(data, tmp_path / "w.yaml").exit_code == 0


def test_a_folder_of_the_same_name_is_in_the_way_only_of_tables(tmp_path, monkeypatch):
    data = put(tmp_path / "data")
    assert build(data, tmp_path / "data.yaml").exit_code == 0
    (tmp_path / "data.yaml").unlink()
    monkeypatch.setattr("patronage.data.builder.MOST_INLINE", 0)
    done = build(data, tmp_path / "data.yaml")
    assert (done.exit_code, "data exists already" in done.output) == (2, True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data"]
    assert build(data, tmp_path / "wide.yaml").exit_code == 0
    assert sorted(p.name for p in (tmp_path / "wide").iterdir()) == ["states-1.csv", "ties-1.csv"]
    assert load_scenario(tmp_path / "wide.yaml").clients == ("AAA",)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C\u00f4te\u00a0: Nord", "C\u00f4te : Nord"), ("Lu\u202fXu", "Lu Xu"), ("Low\tland", "Low land"), ('"Low\nland"', "Low land"),
        ("Lo\u200bw", "Low"), ("\ufeffX", "X"), ("\u4e2d\u56fd", "\u4e2d\u56fd"), ("\u05e2\u05d1\u05e8", "\u05e2\u05d1\u05e8"),
    ],
)  # fmt: skip
def test_a_name_of_any_spelling_gives_a_scenario_that_loads(tmp_path, name, clean):
    data = put(tmp_path / "data", country_year=TABLES["country_year"].replace("Lowland", name))
    done = build(data, tmp_path / "w.yaml")
    assert done.exit_code == 0, done.output
    assert f'    name: "{clean}"\n' in (tmp_path / "w.yaml").read_text("utf-8")
    assert load_scenario(tmp_path / "w.yaml").title.startswith(clean)
    put(data, country_year=TABLES["country_year"].replace("Lowland", "Low\x07land", 1))
    with pytest.raises(TableError, match=r"country_year\.csv:2:2: there is a control character U\+0007\. Take it out\."):
        read_tables(data)


def test_a_patron_of_whom_no_row_tells_is_named(tmp_path):
    states = TABLES["country_year"] + "DDD,Desert,2005,1e6,1e9,0.1,0,0\n"
    data = put(tmp_path / "data", country_year=states)
    done = build(data, tmp_path / "w.yaml", "--patrons", "BBB,DDD")
    assert done.exit_code == 0, done.output
    assert "dyad_year has no rows for DDD: nothing is known of these ties" in done.output
    assert "no rows for" not in build(data, tmp_path / "v.yaml").output


def test_aid_that_was_paid_back_is_no_negative_capital(tmp_path):
    data = put(tmp_path / "data")
    assert build(data, tmp_path / "w.yaml").exit_code == 0
    capital = load_scenario(tmp_path / "w.yaml").figure("ties.CCC.AAA.capital")
    assert capital.value == 0
    assert "less than nothing on balance" in capital.source
