"""Notes on the timeline: what they may be, and how they travel. Without a browser."""

from __future__ import annotations

import base64
import csv
import json
import zlib
from io import StringIO

import pytest

from patronage import load_scenario
from patronage.browser import exports
from patronage.browser.commanded import allow, open_command
from patronage.browser.debriefing import as_html
from patronage.browser.game import resume, saved
from patronage.browser.links import LONGEST, Linked, address, follow, read, written
from patronage.browser.panels.notes import TYPED, _save
from patronage.browser.reporting import ReportRequest, write
from patronage.browser.rivals import NOTHING
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.reports import compare_to_folder, run_to_folder
from patronage.runs.sides import named_side
from patronage.scenario import load_text
from patronage.scenario.quarters import parse_quarter
from patronage.telling.charts.client import timeline
from patronage.telling.charts.notes import NAME
from patronage.telling.charts.past import LAST_ROW
from patronage.telling.notes import (
    LONGEST_NOTE,
    MOST_NOTES,
    Note,
    commented,
    comments,
    counted,
    noted,
    packed,
    read_line,
    unpacked,
)

KNOWN = ("two-patrons",)
ODD = '<img src=x onerror="alert(1)"> {b|x} $ink &amp; = “é” \N{GRINNING FACE} 2014Q1 KGZ: # %41'
AT = parse_quarter("2010Q2")


@pytest.fixture
def desk():
    made = Desk(Setup("two-patrons"), held=True)
    made.tabs = ("Overview", "Influence")
    yield made
    made.close()


# --- what a note is


def test_a_note_is_one_line_of_what_can_be_seen():
    assert noted(AT, "  the\tbase\u2028closes\x00 \u202esoon\r\n") == Note(AT, "the base closes soon")
    assert noted(AT, "x" * LONGEST_NOTE).text == "x" * LONGEST_NOTE


@pytest.mark.parametrize(("text", "words"), [
    ("", "is empty"), (" \u200b\n", "is empty"), ("x" * 281, "280 characters at most, and this one 281"),
])  # fmt: skip
def test_what_is_no_note_is_said(text, words):
    with pytest.raises(ValueError, match=words):
        noted(AT, text)


def test_notes_are_counted_and_stand_in_the_order_of_time():
    late, soon, same = Note(AT + 1, "b"), Note(AT, "a"), Note(AT, "c")
    assert counted((late, soon, same)) == (soon, same, late)
    with pytest.raises(ValueError, match="20 notes at most"):
        counted((soon,) * (MOST_NOTES + 1))
    noise = "".join(chr(0x4E00 + (k * 7919) % 20000) for k in range(LONGEST_NOTE * MOST_NOTES))
    with pytest.raises(ValueError, match="too long for a link"):
        counted([Note(AT, noise[LONGEST_NOTE * k :][:LONGEST_NOTE]) for k in range(MOST_NOTES)])


# --- in addresses


@pytest.mark.parametrize("notes", [
    (), (Note(AT, ODD, "KGZ"),), (Note(AT, "a"), Note(AT, "b: c"), Note(AT + 3, ODD, "KGZ")),
    tuple(Note(AT + k, f"{k} {ODD} " + "long " * 30 + "end") for k in range(MOST_NOTES)),
])  # fmt: skip
def test_an_address_gives_the_notes_back(notes):
    assert unpacked(packed(notes)) == notes
    view = Linked(Setup("two-patrons"), notes=notes)
    text = address(view, KNOWN)
    assert 0 < len(text) <= LONGEST
    assert read(text, KNOWN) == view


def test_few_notes_can_be_read_in_the_address_and_many_are_compressed():
    assert packed((Note(AT, "it closes", "KGZ"),)) == [("note", "2010Q2 KGZ: it closes")]
    many = packed([Note(AT, "the base closes because the need has gone " * 5)] * 10)
    assert [key for key, _ in many] == ["notes"]
    assert len(many[0][1]) < 300, "ten notes alike are not compressed"


def bomb(size):
    return base64.urlsafe_b64encode(zlib.compress(b"2010Q2: " + b"x" * size)).decode().rstrip("=")


@pytest.mark.parametrize(("parts", "words"), [
    ("note=2010Q5: x", "is no note"), ("note=0001Q1: x", "is no quarter"),
    ("note=2010Q2 kgz: x", "is no note"), ("note=2010Q2 KGZ:", "is no note"),
    ("note=2010Q2: " + "x" * 300, "280 characters"), ("&".join(["note=2010Q2: x"] * 21), "20 notes at most"),
    ("notes=!!", "copy it anew"), ("notes=abcd", "copy it anew"), ("notes=" + bomb(20)[:-4], "copy it anew"),
    ("notes=" + bomb(10_000_000), "copy it anew"), ("notes=" + bomb(300), "280 characters"),
])  # fmt: skip
def test_a_link_with_notes_that_are_none_changes_nothing(desk, parts, words):
    desk.lasting.notes.write(AT, "mine")
    follow(desk, f"scenario=two-patrons&seed=5&{parts}")
    assert words in desk.problem.value
    assert (desk.setup.seed, [n.text for n in desk.lasting.notes.list]) == (1, ["mine"])


def test_the_address_of_a_page_has_its_notes_and_back_leads_to_those_before(desk):
    before = written(desk)
    desk.lasting.notes.write(AT, ODD, "KGZ")
    after, other = written(desk), Desk(Setup("two-patrons"), held=True)
    follow(other, after)
    assert (other.lasting.notes.list, other.problem.value, other.lasting.undoing.can_undo) == (desk.lasting.notes.list, "", False)
    follow(desk, before)
    assert desk.lasting.notes.list == ()
    desk.lasting.undoing.undo()
    assert [n.text for n in desk.lasting.notes.list] == [ODD], "what Back takes away can be had again"
    follow(desk, after.replace("KGZ", "XXX"))
    assert desk.lasting.notes.list == (Note(AT, ODD.replace("KGZ", "XXX")),), "nobody of that name is in the scenario"
    other.close()


# --- on a desk


def texts(desk):
    return [(n.quarter, n.client, n.text) for n in desk.lasting.notes.list]


def test_notes_are_written_changed_deleted_and_undone(desk):
    notes, undoing = desk.lasting.notes, desk.lasting.undoing
    assert notes.write(AT, "second", "KGZ")
    assert notes.write(AT - 4, "first")
    assert texts(desk) == [(AT - 4, "", "first"), (AT, "KGZ", "second")]
    assert notes.rewrite(1, "changed")
    notes.delete(0)
    assert texts(desk) == [(AT, "", "changed")]
    run = desk.model.value
    first, second = (AT - 4, "", "first"), (AT, "KGZ", "second")
    for expected in ([first, (AT, "", "changed")], [first, second], [second], []):
        undoing.undo()
        assert texts(desk) == expected
    assert not undoing.can_undo
    while undoing.can_redo:
        undoing.redo()
    assert texts(desk) == [(AT, "", "changed")]
    assert desk.model.value is run, "notes leave the run where it is"


def test_a_refused_note_changes_nothing_and_is_told(desk):
    notes = desk.lasting.notes
    assert not notes.write(AT, "x" * 281)
    assert "280 characters" in notes.refused
    assert (notes.list, desk.lasting.undoing.can_undo) == ((), False)
    for k in range(MOST_NOTES):
        assert notes.write(AT + k, f"{k}")
    assert notes.refused == ""
    assert not notes.write(AT, "one too many")
    assert "20 notes at most: delete one first" in notes.refused


def test_changes_a_seat_and_a_reset_keep_notes_and_another_scenario_has_none(desk):
    desk.lasting.notes.write(AT, "here")
    desk.change("patrons.USA.need.base", "40")
    desk.reset()
    desk.lasting.undoing.undo()
    assert len(desk.lasting.notes.list) == 1, "undoing a Reset does not take away what was noted before"
    desk.sit("RUS")
    desk.lasting.notes.write(AT, "in the seat")
    assert len(desk.lasting.notes.list) == 2
    other = Desk(Setup("two-patrons"), held=True)
    assert resume(other, json.dumps(saved(desk)))
    assert other.lasting.notes.list == desk.lasting.notes.list
    other.close()
    assert "<p>Note 2, 2010Q2: in the seat</p>" in as_html(desk).decode()
    assert json.loads(exports.decisions(desk.model.value, desk.lasting.notes.sentences))["notes"][1] == "Note 2, 2010Q2: in the seat"
    desk.open(Setup("mine.yaml", b"extends: two-patrons\n"))
    assert desk.lasting.notes.list == ()


def test_a_command_of_the_same_scenario_keeps_notes(desk):
    from patronage.cli.pasted import read_command

    allow(read_command)
    desk.lasting.notes.write(AT, "here")
    open_command(desk, "patronage run two-patrons --seed 4")
    assert (desk.setup.seed, len(desk.lasting.notes.list), desk.problem.value) == (4, 1, "")


@pytest.mark.parametrize("event", [
    None, [], {}, {"number": 0, "text": "x"}, {"number": -1, "at": 1, "text": "x"}, {"number": -1, "at": "0", "text": "x"},
    {"number": True, "at": 0, "text": "x"}, {"number": -1, "at": 0, "text": {"a": 1}}, {"number": -1, "at": 0, "text": "x" * 10**6},
])  # fmt: skip
def test_what_no_page_sends_writes_nothing(desk, event):
    _save(desk, event)
    assert desk.lasting.notes.list == ()


def test_what_the_page_sends_is_written_at_the_quarter_shown(desk):
    for _ in range(3):
        desk.step()
    _save(desk, {"number": -1, "at": 2, "text": "seen", "client": "KGZ"})
    _save(desk, {"number": -1, "at": 0, "text": "before", "client": "RUS"})
    start = desk.model.value.scenario.start
    assert texts(desk) == [(start - 1, "", "before"), (start + 1, "KGZ", "seen")]
    _save(desk, {"number": 1, "at": 0, "text": "x" * 281, "client": ""})
    assert "this one 281" in desk.lasting.notes.refused
    assert TYPED > LONGEST_NOTE


def test_a_note_leads_to_its_quarter(desk):
    desk.step()
    start = desk.model.value.scenario.start
    for at in (start + 5, start, start + 400):
        desk.lasting.notes.write(at, f"{at - start}", "KGZ")
    notes = desk.lasting.notes
    assert [notes.can_show(i) for i in range(3)] == [True, True, False]
    notes.show(1)
    assert (desk.model.value.story.now, desk.quarter.value) == (6, None), "the run goes on to a quarter ahead"
    notes.show(0)
    assert (desk.model.value.story.now, desk.quarter.value) == (6, 1)
    notes.show(2)
    assert desk.quarter.value == 1
    desk.sit("RUS")
    assert [notes.can_show(i) for i in range(2)] == [False, False], "nobody plays another's turns by jumping"


# --- in what is taken away


def test_marks_stand_on_the_timeline_with_inert_words(desk):
    story = desk.model.value.story
    notes = (Note(AT, "all"), Note(AT, ODD, "KGZ"), Note(AT + 4000, "beyond"))
    series = timeline(story, 0, notes)["series"]
    data = next(s["data"] for s in series if s["name"] == NAME)
    assert [(d["value"], d["label"]["formatter"], d["ask"]) for d in data] == [
        (["2010Q2", LAST_ROW], "1", "note 1"), (["2010Q2", "Kyrgyzstan"], "2", "note 2"),
    ]  # fmt: skip
    assert data[1]["said"] == f"Note 2, 2010Q2, Kyrgyzstan: {ODD}"
    tip = data[1]["tooltip"]["formatter"]
    assert "<img" not in tip
    assert "{b|" not in tip
    assert "&lt;img" in tip
    assert NAME not in [s["name"] for s in timeline(story, 0)["series"]]


def test_a_scenario_file_carries_notes_there_and_back(desk):
    notes = (Note(AT - 8, "first"), Note(AT, ODD, "KGZ"))
    text = exports.yaml(desk.model.value, notes)
    assert load_text(text, "mine.yaml").digest == load_scenario("two-patrons").digest
    assert comments(text) == notes
    assert exports.yaml(desk.model.value) == desk.model.value.scenario.resolved().encode()
    desk.open(Setup("mine.yaml", text))
    assert desk.lasting.notes.list == notes
    assert comments(b"# note 2010Q9: x\n# note\n# mine\ntitle: x\n# note 2010Q1: below\n") == ()
    assert comments(commented("", [Note(AT, str(k)) for k in range(MOST_NOTES + 5)]).encode())[-1].text == str(MOST_NOTES - 1)


def test_a_table_of_notes_holds_no_formulas(desk):
    desk.lasting.notes.write(AT, "=HYPERLINK(1), x")
    desk.lasting.notes.write(AT, 'say "so"', "KGZ")
    rows = list(csv.reader(StringIO(desk.lasting.notes.csv().decode())))
    assert rows == [["quarter", "client", "note"], ["2010Q2", "", "'=HYPERLINK(1), x"], ["2010Q2", "KGZ", 'say "so"']]


def test_figures_carry_the_notes_of_their_quarter_or_all(desk):
    desk.lasting.notes.write(AT, "this")
    desk.lasting.notes.write(AT + 1, "other")
    told = exports.figure_note(desk.model.value, "2010Q2", desk.lasting.notes)
    assert (told["here"], told["notes"]) == (("Note 1, 2010Q2: this",), ("Note 1, 2010Q2: this", "Note 2, 2010Q3: other"))
    assert "notes" not in exports.figure_note(desk.model.value, "2010Q2")


@pytest.mark.parametrize("sides", [1, 2])
def test_a_report_has_the_notes_as_a_section_of_inert_words(tmp_path, sides):
    first = load_scenario("two-patrons")
    line, common = f"Note 1, 2010Q2: {ODD}", {"runs": 2, "seed": 1, "plates": False, "screening": 0}
    for notes in ((line,), ())[: 3 - sides]:
        out = tmp_path / f"with{len(notes)}"
        if sides == 1:
            run_to_folder(first, out=out, notes=notes, **common)
        else:
            second = named_side(first, load_scenario("two-patrons", {"patrons.USA.need.base": 40}), {"patrons.USA.need.base": 40})
            compare_to_folder((first, second), out=out, notes=notes, **common)
        page = (out / "report.html").read_text("utf-8")
        marks = ('<h2 id="remarks">Notes</h2>', '<a href="#remarks">', "&lt;img src=x onerror=")
        assert [mark in page for mark in marks] == [bool(notes)] * 3
        assert "<img src=x" not in page


@pytest.mark.parametrize("sides", [1, 2])
def test_the_report_of_a_what_if_is_asked_for_with_its_notes(tmp_path, monkeypatch, sides):
    given = []
    for name in ("run_to_folder", "compare_to_folder"):
        monkeypatch.setattr(f"patronage.reports.{name}", lambda _, **options: given.append(options["notes"]))
    write(ReportRequest((load_scenario("two-patrons"),) * sides, 2, 1, "patronage run", ("a line",)), tmp_path, lambda *_: None)
    assert given == [("a line",)]


def test_the_job_of_a_report_takes_the_notes_along(desk, monkeypatch):
    desk.lasting.notes.write(AT, "this")
    monkeypatch.setattr("patronage.browser.reporting.ReportJob.start", lambda _: None)
    desk.lasting.make_report(NOTHING, 50)
    assert desk.lasting.report.notes == ("Note 1, 2010Q2: this",)


def test_a_line_reads_as_it_is_written():
    note = Note(AT, "2010Q1: colon", "KGZ")
    assert read_line(note.written) == note
