"""Notes on the command line: what they may be, the report and the command that have them, and the page that reads that command."""

from __future__ import annotations

import json
import shlex

import pytest
from typer.testing import CliRunner

from patronage import reports
from patronage.browser.commanded import allow, open_command
from patronage.browser.rivals import NOTHING
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.cli.app import app
from patronage.cli.pasted import read_command
from patronage.scenario.quarters import parse_quarter
from patronage.telling.notes import MOST_NOTES, Note, options, read_option, words

QUICK = ("--runs", "2", "--no-figures")
ODD = Note(parse_quarter("2010Q2"), "it's \"so\": a=b; <b>$(x)</b>", "KGZ")
PLAIN = Note(parse_quarter("2009Q1"), "the beginning")
GIVEN = words((PLAIN, ODD))


def patronage(*line):
    return CliRunner().invoke(app, [str(word) for word in line], catch_exceptions=False)


@pytest.fixture
def desk():
    allow(read_command)
    made = Desk(Setup("two-patrons"), held=True)
    made.tabs = ("Overview", "Compare")
    yield made
    made.close()


def test_a_note_is_read_as_it_is_written_and_with_the_sign_of_a_file():
    for note in (ODD, PLAIN):
        assert read_option(words((note,))[1]) == read_option(note.written) == note
    assert shlex.split("x" + options((ODD,)))[1:] == list(words((ODD,)))
    assert read_option("2010Q2=the base: closed") == Note(ODD.quarter, "the base: closed")


@pytest.mark.parametrize(("maker", "line"), [
    ("run_to_folder", ("run", "two-patrons")),
    ("compare_to_folder", ("compare", "two-patrons", "--against", "events.withdrawal=~", "--workers", "1")),
])  # fmt: skip
def test_the_report_and_the_command_that_repeats_it_have_the_notes(maker, line, tmp_path, monkeypatch):
    made, real = tmp_path / "made", getattr(reports, maker)
    monkeypatch.setattr(reports, maker, lambda what, **options: real(what, screening=0, **options))  # which takes its time
    done = patronage(*line, *GIVEN, *QUICK, "--out", made)
    assert done.exit_code == 0, done.output
    page = (made / "report.html").read_text("utf-8")
    for words_of_it in ('<h2 id="remarks">Notes</h2>', "Note 1, 2009Q1: the beginning", "Note 2, 2010Q2, Kyrgyzstan: it"):
        assert words_of_it in page
    assert "<b>$(x)" not in page
    again = shlex.split(json.loads((made / "manifest.json").read_text("utf-8"))["command"])
    assert [again[i + 1] for i, word in enumerate(again) if word == "--note"] == list(GIVEN[1::2])
    assert line[0] == "compare" or read_command(shlex.join(again)).notes == (PLAIN, ODD)


@pytest.mark.parametrize(("notes", "message"), [
    (["hello"], "write --note QUARTER=TEXT"), (["2010-06=x"], "'2010-06' is no quarter. Write 2010Q2"),
    (["2014Q1=x"], "2014Q1 lies outside the period of two-patrons, 2009Q1 to 2013Q4"), (["2010Q1 ="], "is empty"),
    (["2010Q1 KZG=x"], "has no client KZG. Did you mean KGZ?"), (["2010Q1=" + "x" * 281], "280 characters at most, and this one 281"),
    (["2010Q1=x"] * (MOST_NOTES + 1), "20 notes at most"),
])  # fmt: skip
def test_what_is_no_note_is_one_line_and_nothing_is_simulated(notes, message, tmp_path, monkeypatch, desk):
    monkeypatch.chdir(tmp_path)
    given = [word for note in notes for word in ("--note", note)]
    done = patronage("run", "two-patrons", *QUICK, *given)
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []
    desk.lasting.notes.write(ODD.quarter, "mine")
    open_command(desk, shlex.join(["patronage", "run", "two-patrons", "--seed", "4", *given]))
    assert message in desk.problem.value
    assert (desk.setup.seed, len(desk.lasting.notes.list)) == (1, 1)


def test_the_command_of_the_page_has_its_notes_and_leads_back_to_them(desk, monkeypatch):
    for note in (ODD, PLAIN):
        assert desk.lasting.notes.write(note.quarter, note.text, note.client)
    line = desk.setup.command + options(desk.lasting.notes.list)
    other = Desk(Setup("us-stays"), held=True)
    open_command(other, line)
    assert (other.problem.value, other.lasting.notes.list) == ("", (PLAIN, ODD))
    other.close()
    monkeypatch.setattr("patronage.browser.reporting.ReportJob.start", lambda _: None)
    desk.lasting.make_report(NOTHING, 50)
    assert desk.lasting.report.options == options((PLAIN, ODD))


def test_a_run_of_a_sweep_takes_no_notes(tmp_path):
    done = patronage("run", "--from", tmp_path, "--row", "1:1", "--note", "2010Q1=x")
    assert done.exit_code == 2
    assert "--note cannot be given with --from" in done.stderr
