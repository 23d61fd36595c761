"""Commands about scenarios, as a person uses them: answers, refusals, exit codes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from patronage.cli.app import app
from patronage.scenario import builtin_dir, list_scenarios, load_scenario, load_text
from patronage.scenario.formulas import FORMULAS
from patronage.scenario.problems import Problems
from patronage.scenario.reading import parse

BUILTIN = [s.name for s in list_scenarios()]
COMMANDS = [
    "list",
    "check",
    "show",
    "diff",
    "explain",
    "schema",
    "new",
    "run",
    "compare",
    "summary",
    "why",
    "plot",
    "version",
]
WRONG = """\
title: Two mistakes
period: {start: 2009Q1, end: 2010Q4}
states: {KGZ: {gdp: much}, RUS: {name: Russia}}
patrons: {RUS: {misson: 1}}
"""


def patronage(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(w) for w in words], catch_exceptions=False)


def refused(*words: str | Path) -> str:
    """What is said on standard error by a command that must refuse, without a traceback or an answer."""
    done = patronage(*words)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr


def test_without_a_command_there_is_a_short_guide():
    done = patronage()
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) <= 30
    assert all(f"patronage {c}" in done.stdout for c in COMMANDS if c != "version")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_and_option_has_help(command):
    done = patronage(command, "--help")
    assert done.exit_code == 0
    options = re.findall(r"^  (-.*)$", done.stdout, flags=re.MULTILINE)
    assert options
    assert all(len(re.split(r"\s{2,}", line)) > 1 or len(line) > 20 for line in options)


def test_an_unknown_command_is_refused():
    assert "No such command" in refused("simulate")


def test_what_a_list_says_is_what_the_whole_files_say():
    for one in list_scenarios():
        whole = parse((builtin_dir("scenarios") / f"{one.name}.yaml").read_text("utf-8"), one.name, Problems())
        assert {k: v for k, v in asdict(one).items() if v and k != "name"} == {
            k: node.text for k, node in whole.entries.items() if k in asdict(one) and node.text
        }


@pytest.mark.parametrize("words", [("list",), ("show", "us-withdrawal"), ("check", "two-patrons")], ids=lambda w: w[0])
def test_what_only_looks_loads_no_library_that_it_does_not_need(words):
    """Half a second on a quiet machine: what takes longest to load is left where it is."""
    asks = "import sys; from patronage.cli.app import app; app(sys.argv[1:], standalone_mode=False)"
    code = f"{asks}\nsys.stderr.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert "patronage" in loaded
    assert loaded & {"pint", "pandas", "xarray", "scipy", "numba", "matplotlib", "mesa", "pyarrow", "dask"} == set()


def test_list_names_every_built_in_scenario_with_its_title():
    done = patronage("list")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert sorted(line.split()[0] for line in lines) == BUILTIN
    listed = list_scenarios()
    depth = {line.split()[0]: (len(line) - len(line.lstrip())) // 2 for line in lines}
    for s in listed:
        assert depth[s.name] == (depth[s.extends] + 1 if s.extends else 0)
    assert all(len(line) <= 100 for line in lines)
    listed = json.loads(patronage("list", "--json").stdout)
    assert [(s["name"], s["title"]) for s in listed] == [(s.name, s.title) for s in list_scenarios()]


@pytest.mark.parametrize("name", BUILTIN)
def test_every_built_in_scenario_is_right(name):
    assert patronage("check", name).exit_code == 0


def test_check_tells_all_problems_of_all_files_with_their_places(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.yaml", "b.yaml"):
        Path(name).write_text(WRONG, encoding="utf-8")
    done = patronage("check", "a.yaml", "b.yaml", "two-patrons")
    assert done.exit_code == 2
    lines = done.stdout.splitlines()
    assert lines[-1] == "two-patrons is right."
    places = [re.match(r"([ab]\.yaml):(\d+):(\d+): \S", line) for line in lines[:-1]]
    assert None not in places
    assert {p[1] for p in places if p} == {"a.yaml", "b.yaml"}
    assert any(line.startswith("a.yaml:3:21:") and "'much'" in line for line in lines)
    assert any("misson" in line and "mission" in line for line in lines)


def test_check_answers_machines(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text(WRONG, encoding="utf-8")
    done = patronage("check", file, "--json")
    assert done.exit_code == 2
    answer = json.loads(done.stdout)
    assert answer["ok"] is False
    assert {"file", "line", "column", "message", "hint"} == set(answer["problems"][0])
    assert json.loads(patronage("check", "two-patrons", "--json").stdout) == {"ok": True, "problems": [], "cautions": {}}


def test_a_misspelt_scenario_is_refused_with_the_nearest_name():
    assert "Did you mean us-withdrawal?" in refused("show", "us-withdrawl")
    assert "there is no such scenario" in refused("run", "nowhere/nothing.yaml")


def test_show_tells_who_plays_and_what_happens():
    shown = patronage("show", "two-patrons").stdout
    s = load_scenario("two-patrons")
    assert all(code in shown for code in (*s.patrons, *s.clients, *s.blocs))
    assert all(name in shown for name in (*s.bases, *s.outcomes, *(e.name for e in s.events)))
    assert "2009Q1 to 2013Q4, 20 quarters" in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_show_full_is_the_whole_scenario():
    s = load_scenario("two-patrons")
    assert load_text(patronage("show", "two-patrons", "--full").stdout, "two-patrons").digest == s.digest
    plain = json.loads(patronage("show", "two-patrons", "--json").stdout)
    assert plain["patrons"]["USA"]["mission"]["value"] == 1


def test_set_changes_what_is_shown():
    shown = patronage(
        "show", "two-patrons", "--full", "--set", "patrons.USA.mission=0.25", "--set", "ties.RUS.KGZ.debt=1 bn USD"
    )
    s = load_text(shown.stdout, "two-patrons")
    assert s.number("mission", "USA") == 0.25
    assert s.figure("ties.RUS.KGZ.debt").value == 1000


def test_settings_that_cannot_be_read_are_refused():
    assert "write --set PATH=VALUE" in refused("show", "two-patrons", "--set", "patrons.USA.mission")
    assert "write --set PATH=VALUE" in refused("show", "two-patrons", "--set", "=3")
    twice = refused("show", "two-patrons", "--set", "patrons.USA.need=3", "--set", "patrons.USA.need=4")
    assert "is set twice" in twice


def test_a_wrong_path_is_refused_like_a_mistake_in_a_file():
    said = refused("show", "two-patrons", "--set", "patrons.USA.misson=0.5")
    assert re.match(r"--set patrons\.USA\.misson:1:1: .*Did you mean mission\?", said)
    assert "is not a share" in refused("show", "two-patrons", "--set", "patrons.USA.mission=2")


def test_what_follows_from_a_wrong_setting_is_only_counted():
    lines = refused("show", "us-withdrawal", "--set", "patrons=3").splitlines()
    assert lines[0].startswith("--set patrons:1:1: patrons is a block")
    assert re.fullmatch(r"\(\d+ more problems follow from this in the files\.\)", lines[1])
    assert len(lines) == 2


def test_diff_tells_what_differs():
    said = patronage("diff", "us-withdrawal", "us-stays")
    assert said.exit_code == 0
    assert "event withdrawal: set.patrons.USA.mission: 0 → 1" in said.stdout.splitlines()
    assert patronage("diff", "us-stays", "us-stays").stdout == "us-stays and us-stays are the same.\n"
    found = json.loads(patronage("diff", "us-withdrawal", "us-stays", "--json").stdout)
    assert found["differences"] == said.stdout.splitlines()


def test_explain_tells_value_unit_source_and_place():
    said = patronage("explain", "two-patrons", "patrons.RUS.budget").stdout
    assert "280 MUSD/yr" in said
    assert "assumption" in said
    assert re.search(r"two-patrons\.yaml:\d+:\d+", said)
    changed = patronage("explain", "two-patrons", "patrons.RUS.budget", "--set", "patrons.RUS.budget=300").stdout
    assert "300 MUSD/yr" in changed
    assert "--set" in changed


def test_explain_tells_an_outcome_in_words_before_its_paths():
    first, second, *_ = patronage("explain", "us-withdrawal", "outcomes.manas_open").stdout.splitlines()
    assert first == "Manas, the American base in Kyrgyzstan, stands. Manas stands (United States, in Kyrgyzstan); read: 2021Q4."
    assert second == "outcome manas_open"


def test_explaining_a_path_that_leads_nowhere_is_refused():
    assert "mission" in refused("explain", "two-patrons", "patrons.USA.misson")
    assert "allowed" in refused("explain", "two-patrons", "ptrn").lower()


def test_the_schema_is_json():
    schema = json.loads(patronage("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"title", "states", "patrons", "events"} <= set(schema["properties"])


def test_new_writes_a_scenario_that_is_right(tmp_path):
    file = tmp_path / "mine.yaml"
    assert patronage("new", file).exit_code == 0
    assert load_scenario(file).outcomes
    assert patronage("check", file).exit_code == 0


def test_new_extends_a_built_in_scenario(tmp_path):
    file = tmp_path / "mine.yaml"
    assert patronage("new", file, "--extends", "us-stays").exit_code == 0
    mine, base = load_scenario(file), load_scenario("us-stays")
    assert (mine.title, mine.figures()) == (f"{base.title}, changed", base.figures())
    assert "Did you mean us-stays?" in refused("new", tmp_path / "other.yaml", "--extends", "us-stay")


def test_new_never_overwrites(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("precious", encoding="utf-8")
    assert "exists already" in refused("new", file)
    assert file.read_text(encoding="utf-8") == "precious"


@pytest.mark.parametrize(
    ("name", "said"), [("mine.txt", "ends in .yaml"), ("no/mine.yaml", "is no folder"), ("", "is a folder")]
)
def test_new_refuses_names_that_make_no_scenario(tmp_path, name, said):
    assert said in refused("new", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_version_names_what_results_depend_on():
    import numpy as np

    import patronage as package

    found = json.loads(patronage("version", "--json").stdout)
    assert found["patronage"] == package.__version__
    assert found["numpy"] == np.__version__
    assert found["mesa"].startswith("3.3.")


SHOWN_AS_SWITCHES = """\
title: numbers under names of switches
extends: two-patrons
axes: {security: {plus: RUS, minus: USA}, threat: {plus: RUS, minus: USA}}
events:
  deeper:
    at: 2010Q1
    set: {ties.RUS.KGZ.treaty: 0.2, ties.RUS.KGZ.remittances: 10 %, states.KGZ.anchor.security: 0.5,
          states.KGZ.anchor.threat: -0.3, mechanisms.packages: off, ties.RUS.KGZ.in_kind: on, patrons.RUS.mission: 1}
  strict: {at: 2010Q2, sanction: {from: USA, to: KGZ, loss: 1 %, quarters: 6}}
"""


def test_show_tells_numbers_from_switches(tmp_path):
    (tmp_path / "s.yaml").write_text(SHOWN_AS_SWITCHES, encoding="utf-8")
    shown = " ".join(patronage("show", tmp_path / "s.yaml").stdout.split())
    for path, value in (
        ("ties.RUS.KGZ.treaty", "0.2;"),
        ("ties.RUS.KGZ.remittances", "10 %;"),
        ("states.KGZ.anchor.security", "0.5;"),
        ("states.KGZ.anchor.threat", "-0.3;"),
        ("mechanisms.packages", "off;"),
        ("ties.RUS.KGZ.in_kind", "on;"),
    ):
        assert f"{path} becomes {value}" in shown
    assert "(loss 0.01, 6 quarters)" in shown
    explained = patronage("explain", tmp_path / "s.yaml", "mechanisms.packages").stdout
    assert "changed by event deeper in 2010Q1: to off" in explained
    assert "default on" in explained


def test_a_file_without_its_ending_is_found_again(tmp_path):
    (tmp_path / "sahel.yaml").write_text("title: x\n", encoding="utf-8")
    for name in ("sahel", "sahell.yaml", "sahel.yml"):
        assert f"Did you mean {tmp_path / 'sahel.yaml'}?" in patronage("check", tmp_path / name).stdout
    assert "Did you mean two-patrons?" in patronage("check", "two-patron").stdout


def test_show_says_that_an_evicted_holder_may_bid_again(tmp_path):
    text = "title: x\nextends: two-patrons\nevents: {out: {at: 2010Q1, evict: {holder: USA, host: KGZ}}}\n"
    (tmp_path / "s.yaml").write_text(text, encoding="utf-8")
    assert "evict holder USA host KGZ (the holder may bid again)" in patronage("show", tmp_path / "s.yaml").stdout


def test_explain_knows_measures_and_finds_inputs_by_their_last_word():
    assert patronage("explain", "two-patrons", "openness").stdout.splitlines() == [
        "openness(client): political openness, 0 to 1",
        "  a measure, read in outcomes and conditions (1)",
        f"  formula: {FORMULAS['openness'].text} (docs/equations.md, section 11)",
        "  inputs called so: states.KGZ.openness, patrons.RUS.openness, patrons.USA.openness",
    ]
    assert "share of influence" in patronage("explain", "two-patrons", "share(RUS, KGZ)").stdout
    assert "Did you mean ties.RUS.KGZ.weight, ties.USA.KGZ.weight?" in refused("explain", "two-patrons", "weight")
    head, *found = patronage("explain", "two-patrons", "Overthrow").stdout.splitlines()
    assert head == "Nothing is called 'Overthrow'. It is spoken of in"
    assert any(line.startswith("  rules.refusal.condemn: a host's fear") for line in found)
    assert any(line.startswith("  overthrow(client): ") and line.endswith("(a measure)") for line in found)
    assert patronage("explain", "two-patrons", "patron").stdout.splitlines()[-1].startswith("  and ")
    assert "Did you mean" in refused("explain", "two-patrons", "openess")


def test_set_on_a_block_says_what_stays():
    done = patronage("show", "two-patrons", "--set", "events.overreach.set={patrons.USA.mission: 0.2}")
    assert done.stderr == (
        "--set events.overreach.set joins what stands there: events.overreach.set.rivalry.USA.RUS stays "
        "(~ in place of a value removes it).\n"
    )
    whole = patronage("show", "two-patrons", "--set", "events.drought={at: 2010Q1, hazard: ~, set: {states.KGZ.growth: -1}}")
    assert "events.drought.for and" not in whole.stderr
    assert "events.drought.for" in whole.stderr
    assert "events.drought.set" not in whole.stderr  # nothing of it stays
    quiet = ("patrons.USA.mission=0.5", "patrons.USA.mission={value: 0.5}", "events.drought=~",
             "events.new={at: 2010Q1, turnover: {state: KGZ}}")  # fmt: skip
    for value in quiet:
        assert patronage("show", "two-patrons", "--set", value).stderr == ""


@pytest.mark.parametrize("outcomes", ["", "outcomes: {run: 'share(RUS, KGZ)', source_of: 'base(RUS, KGZ)'}\n"])
def test_what_check_accepts_runs_and_lies_in_its_folder_as_it_was(tmp_path, outcomes):
    text = "title: x\nperiod: {start: 2009Q1, end: 2009Q4}\nstates: {KGZ: {gdp: 4000}, RUS: {}}\npatrons: {RUS: {budget: 100}}\n"
    file = tmp_path / "s.yaml"
    file.write_text(text + "events: {set: {at: 2009Q3, set: {states.KGZ.growth: -0}}}\n" + outcomes, encoding="utf-8")
    assert patronage("check", file).exit_code == 0
    assert patronage("run", file, "--runs", "2", "--no-figures", "--out", tmp_path / "r").exit_code == 0
    assert load_scenario(tmp_path / "r" / "scenario.yaml").digest == load_scenario(file).digest
