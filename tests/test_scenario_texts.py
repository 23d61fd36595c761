"""Texts in every spelling are texts; what hides or spoofs is refused by its code point; files come as people save them."""

from __future__ import annotations

from pathlib import Path

import pytest

from patronage.scenario import ScenarioError, load_scenario, load_text
from scenario_texts import HEAD, load_small, refusals, refused_at_mark

SPELT = {
    "French, with no-break spaces": "Côte\u00a0: qui reste\u202f? 1\u2009000",
    "Persian, with a non-joiner": "می\u200cخواهم",
    "Hebrew, with marks of direction": "\u200fשלום\u200e (2009)",
    "Chinese": "中国\u3000与世界",
    "Thai, with a break that does not show": "ประเทศ\u200bไทย",
    "Hindi, with a joiner": "क्\u200dष",
    "combining marks": "e\u0301 g\u0303 \u0e33",
    "soft hyphens": "Donau\u00addampf",
    "a family of emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a letter newer than this Python": "a\u0378b",
    "a letter of a private font": "\ue000",
    "Mongolian, with its vowel separator": "ᠨᠠ\u180eᠨ",
    "word joiner": "a\u2060b",
}


@pytest.mark.parametrize("text", SPELT.values(), ids=SPELT)
def test_what_belongs_to_a_spelling_is_text_everywhere(text: str) -> None:
    scenario = load_text(
        HEAD.replace("title: Small", f'title: "{text}"').replace("Kyrgyzstan", f'"{text}"')
        + f'notes: "{text}"\nareas: {{a: {{longitude: 1, latitude: 1, of: "{text}"}}}}\n'
        + f'blocs: {{B: {{leader: RUS, name: "{text}"}}}}\n'
        + f'ties: {{source: "{text}", RUS: {{KGZ: {{weight: 1}}}}}}\n'
        + f'events: {{e: {{at: 2009Q2, turnover: {{state: KGZ}}, note: "{text}"}}}}\n'
        + f'outcomes: {{o: {{measure: "share(RUS, KGZ)", label: "{text}"}}}}\n'
    )
    assert scenario.title == scenario.notes == scenario.names["KGZ"] == scenario.bloc("B").name == text
    assert scenario.outcomes["o"].label == scenario.events[0].note == scenario.areas["a"][2] == text
    assert scenario.figure("ties.RUS.KGZ.weight").source == text
    again = load_text(scenario.resolved(), "small")
    assert (again.title, again.digest) == (scenario.title, scenario.digest)


FOREIGN = {
    "\u202e": "U+202E (RIGHT-TO-LEFT OVERRIDE)",
    "\u202a": "U+202A (LEFT-TO-RIGHT EMBEDDING)",
    "\u2066": "U+2066 (LEFT-TO-RIGHT ISOLATE)",
    "\u2069": "U+2069 (POP DIRECTIONAL ISOLATE)",
    "\ufeff": "U+FEFF (ZERO WIDTH NO-BREAK SPACE)",
    "\U000e0041": "U+E0041 (TAG LATIN CAPITAL LETTER A)",
    "\ufdd0": "U+FDD0",
    "\uffff": "U+FFFF",
    "\x0b": "U+000B (VERTICAL TAB)",
    "\x1b": "U+001B (ESCAPE)",
    "\x85": "U+0085 (NEXT LINE)",
    "\x9f": "U+009F",
    "\u2028": "U+2028 (LINE SEPARATOR)",
}


@pytest.mark.parametrize(("char", "name"), FOREIGN.items(), ids=FOREIGN.values())
def test_what_hides_or_spoofs_is_refused_at_its_column(char: str, name: str) -> None:
    problem = refused_at_mark(HEAD + f"notes: ab§{char}cd\n")
    assert name in problem.message
    assert str(problem).isprintable()
    spelt_out = refused_at_mark(HEAD + f'notes: §"ab\\U{ord(char):08x}cd"\n')
    assert f"{name} is its character 3" in spelt_out.message


def test_everything_foreign_is_said_at_once_and_with_all_else_that_is_wrong() -> None:
    found = refusals(HEAD + "notes: a\u202eb\u2066c\nbogus: 1\nquestion: \x0b\n")
    assert [(p.line, p.column) for p in found] == [(12, 9), (12, 11), (13, 1), (14, 11)]


def test_what_is_set_on_the_command_line_is_held_to_the_same() -> None:
    for value in ("a\u202eb", '"a\u202eb"', '"a\\u202eb"', "{x: \u202e}"):
        assert any("U+202E" in p.message for p in refusals(HEAD, {"notes": value})), value
    assert load_small(overrides={"notes": '"a\u00a0b"'}).notes == "a\u00a0b"


SAVED = {
    "UTF-16": (HEAD.encode("utf-16"), "this is UTF-16 and not UTF-8 text. Save the file as UTF-8"),
    "UTF-16 without a mark": (HEAD.encode("utf-16-le"), "this is UTF-16 and not UTF-8 text. Save the file as UTF-8"),
    "the other UTF-16": (HEAD.encode("utf-16-be"), "this is UTF-16 and not UTF-8 text. Save the file as UTF-8"),
    "Latin-1": (HEAD.replace("Small", "Côte").encode("latin-1"), "1:9: this is not UTF-8 text. Save the file as UTF-8"),
    "a workbook": (b"PK\x03\x04\x14\x00", "this is a workbook or zip archive and no text. Export it as text"),
    "nothing": (b"", "the file is empty. It begins with a title"),
    "comments": (b"# title: x\n", "the file is empty. It begins with a title"),
    "a list": (b"- a\n- b\n", "a scenario is a block of keys"),
    "bytes": (b"title: \x00\x01", "1:8: control character U+0000; this is no text file"),
}


@pytest.mark.parametrize(("raw", "message"), SAVED.values(), ids=SAVED)
def test_a_file_that_is_no_text_is_called_what_it_is(tmp_path: Path, raw: bytes, message: str) -> None:
    file = tmp_path / "saved.yaml"
    file.write_bytes(raw)
    with pytest.raises(ScenarioError) as refusal:
        load_scenario(file)
    assert len(refusal.value.problems) == 1
    assert message in str(refusal.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_ends_of_lines_and_a_mark_of_byte_order_do_not_matter(end: str, mark: str) -> None:
    assert load_text((mark + HEAD.replace("\n", end)).encode(), "small").digest == load_small().digest


YAML = [
    ("region:\n§\tinstability: 0.1", "A tab stands here: indent with spaces"),
    ("§\tregion: {}", "A tab stands here: indent with spaces"),
    ("notes: a§: b", "Put a text that holds a colon in quotes"),
    ("notes: §`a`", "Put a text that begins with this character in quotes"),
    ("region:\n  §\u00a0instability: 0.1", "U+00A0 (NO-BREAK SPACE): write a plain space"),
    ("§notes:\u00a0abc: d", "U+00A0 (NO-BREAK SPACE): write a plain space"),
]


@pytest.mark.parametrize(("more", "hint"), YAML)
def test_a_slip_in_the_yaml_is_told_how_to_be_mended(more: str, hint: str) -> None:
    assert hint in refused_at_mark(HEAD + more + "\n").hint


def test_a_no_break_space_behind_a_colon_is_named() -> None:
    (problem,) = refusals("title:\u00a0Small")
    assert problem.hint == "It holds U+00A0 (NO-BREAK SPACE): write a plain space"


def test_a_misspelt_key_is_one_problem_although_it_was_required() -> None:
    assert "Did you mean budget?" in refused_at_mark(HEAD.replace("RUS: {budget", "RUS: {§budgt")).hint
    assert "Did you mean period?" in refused_at_mark(HEAD.replace("period", "§perod")).hint


@pytest.mark.parametrize("code", ["kgz", "Kgz", "ｋｇｚ"])
def test_a_code_in_small_letters_is_one_problem_wherever_it_is_meant(code: str) -> None:
    text = HEAD.replace("  KGZ:", f"  §{code}:")
    more = "ties: {RUS: {KGZ: {weight: 1}}}\nbases: {b: {holder: RUS, host: KGZ}}\noutcomes: {o: 'share(RUS, KGZ)'}\n"
    assert refused_at_mark(text + more).hint == "Use a code of capital letters: KGZ"


def test_a_letter_that_only_looks_latin_is_named() -> None:
    assert "U+041A (CYRILLIC CAPITAL LETTER KA)" in refused_at_mark(HEAD.replace("  KGZ:", "  §\u041aGZ:")).hint
    assert "U+00E9" in refused_at_mark(HEAD + "events: {§été: {at: 2009Q2, turnover: {state: KGZ}}}").hint


GRAMMAR = ["set", "at", "when", "hazard", "for", "until", "repeal", "note", "range", "extends", "period", "join", "base"]
BLOCKS = {
    "events": "{at: 2009Q2, set: {states.KGZ.growth: 1}}",
    "outcomes": "'share(RUS, KGZ)'",
    "bases": "{holder: USA, host: KGZ}",
    "areas": "{longitude: 1, latitude: 1, of: KGZ}",
}


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("word", GRAMMAR)
def test_a_word_of_the_grammar_may_be_a_name(word: str, block: str) -> None:
    scenario = load_small(f"{block}: {{{word}: {BLOCKS[block]}}}\n")
    named = {e.name for e in scenario.events} if block == "events" else set(getattr(scenario, block))
    assert named == {word}
    assert load_text(scenario.resolved(), "small").digest == scenario.digest


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("word", ["value", "unit", "source", "table"])
def test_a_word_that_every_block_may_have_is_no_name(word: str, block: str) -> None:
    problem = refused_at_mark(HEAD + f"{block}: {{§{word}: {BLOCKS[block]}}}\n")
    assert problem.message == f"'{word}' cannot be a name in {block}"


@pytest.mark.parametrize("nothing", ["set: {}", "repeal: []", "set: {}, repeal: []", "over: 3 quarters, set: {}"])
def test_an_event_that_does_nothing_is_refused(nothing: str) -> None:
    messages = [p.message for p in refusals(HEAD + f"events: {{e: {{at: 2009Q2, {nothing}}}}}\n")]
    assert "events.e does nothing" in messages
