"""The documentation: what it shows is run, what it lists is compared with the code, its links lead somewhere.

Marked `docs` are the runs of whole pages; the rest belongs to the everyday tests. Where a page shows an output that has
changed for a good reason, `python tests/docs_pages.py docs/PAGE.md` writes the new one.
"""

from __future__ import annotations

import inspect
import re
import shlex
from dataclasses import fields
from functools import cache
from typing import Any

import pytest
import typer

from docs_pages import DOCS, ROOT, blocks, rewritten, run
from patronage import load_scenario, simulate
from patronage.scenario import load_text, quarter_name
from patronage.scenario.catalogue import FIELDS
from patronage.scenario.spreading import regular_path
from patronage.scenario.structure import CLIENT_CHOICES, PATRON_CHOICES
from patronage.scenario.vocabulary import MEASURES
from patronage.world.codes import CAUSES, KINDS
from patronage.world.layout import NUMBERS

PAGES = sorted(DOCS.glob("*.md"))
TEXTS = {page.name: page.read_text(encoding="utf-8") for page in PAGES}
BLOCKS = {name: blocks(text) for name, text in TEXTS.items()}
RUN = [p for p in PAGES if any(b.language in ("console", "python", "yaml") and not b.title for b in BLOCKS[p.name])]
READING = TEXTS["reading-a-run.md"]


def part(text: str, name: str) -> str:
    """What stands between the comments `name: checked …` and `end of name`."""
    found = re.search(rf"<!-- {name}: checked.*?-->(.*?)<!-- end of {name} -->", text, re.DOTALL)
    assert found, f"the page has no part {name!r}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The rows of all tables of a text, heads left out."""
    lines = [line.strip() for line in text.splitlines()]
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    rules = [i for i, row in enumerate(cells) if set("".join(row)) <= set("-:")]
    return [row for i, row in enumerate(cells) if i not in rules and i + 1 not in rules]


def first_words(text: str) -> list[str]:
    """What the first cells of a table name."""
    return [row[0].strip("`") for row in rows(text)]


# --- everyday: what the pages name exists ---------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """Fragments that headings of a page give."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^#+ (.*)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in heads}


def test_the_table_of_commands_has_them_all():
    assert sorted(first_words(TEXTS["commands.md"])) == sorted(commands())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_inside_the_project_lead_somewhere(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, fragment = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), f"{page.name}: {target} leads nowhere"
        if fragment:
            assert fragment in anchors(file.read_text(encoding="utf-8")), f"{page.name}: {target} has no such heading"


def test_the_index_names_every_page():
    named = set(re.findall(r"\]\(([a-z-]+\.md)", TEXTS["index.md"]))
    assert named == set(TEXTS) - {"index.md"}


@cache
def commands() -> dict[str, Any]:
    """The commands of the program by name."""
    from patronage.cli.app import app

    return dict(typer.main.get_command(app).commands)


WITHOUT_WHAT_FOLLOWS = r"""(?:^|[;&|] *)(patronage (?:"[^"]*"|'[^']*'|[^|&;>"'])+)"""


def shown_commands(text: str) -> list[str]:
    """Every `patronage …` in console blocks and in the running text."""
    found = [line for b in blocks(text) if b.language == "console" for line, _ in b.commands]
    plain = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    found += re.findall(r"`(patronage [^`]+)`", plain)
    return [m for line in found for m in re.findall(WITHOUT_WHAT_FOLLOWS, line)]


@pytest.mark.parametrize("name", TEXTS)
def test_commands_and_options_exist(name):
    for line in shown_commands(TEXTS[name]):
        words = shlex.split(line)[1:]
        assert words[0] in commands(), f"{name}: there is no command {words[0]!r} in {line!r}"
        known = {o for p in commands()[words[0]].params for o in (*p.opts, *p.secondary_opts)} | {"--help", "-h"}
        for word in words[1:]:
            if word.startswith("-"):
                assert word.partition("=")[0] in known, f"{name}: there is no option {word} in {line!r}"


def test_the_check_of_commands_finds_a_wrong_one():
    page = "```console\n$ patronage run x --good 'a > 2' | sed -n 1p\n```\nand `patronage explode y --loud`"
    assert shown_commands(page) == ["patronage run x --good 'a > 2' ", "patronage explode y --loud"]
    assert "explode" not in commands()


@pytest.mark.parametrize("name", TEXTS)
def test_kinds_of_ledger_rows_exist(name):
    named = re.findall(r"kind\W{1,4}==\s*[\"'](\w+)[\"']", TEXTS[name])
    for listed in re.findall(r"kind\W{1,4}(?:in|isin)\W{1,3}([^])]+)[])]", TEXTS[name]):
        named += re.findall(r"[\"'](\w+)[\"']", listed)
    assert set(named) <= set(KINDS), f"{name}: {set(named) - set(KINDS)}"


ROOTS = ("region", "states", "concessions", "patrons", "ties", "rivalry", "blocs", "rules", "mechanisms")
CHOICES = (
    *(f"patrons.{{patron}}.{choice}" for choice in PATRON_CHOICES), *(f"states.{{client}}.{choice}" for choice in CLIENT_CHOICES),
    "blocs.{bloc}.vote",
)  # fmt: skip
PATHS = [
    re.compile(re.sub(r"\\\{\w+\\\}", "[^.]+", re.escape(path))) for path in (*(f.path for f in FIELDS), *CHOICES)
]


@pytest.mark.parametrize("name", TEXTS)
def test_paths_of_numbers_exist(name):
    plain = re.sub(r"^```.*?^```", "", TEXTS[name], flags=re.DOTALL | re.MULTILINE)
    for code in re.findall(r"`([^`\s]+)`", plain):
        path = code.partition("=")[0]
        if path.split(".")[0] in ROOTS and "." in path and not re.search(r"[*…/]|\.X\b", path):
            whole = any(p.fullmatch(regular_path(path)) for p in PATHS)
            assert whole, f"{name}: {path} leads nowhere"


# --- everyday: what reading-a-run.md lists is all there is -----------------------------------------------------------


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """A run folder of two quarters."""
    from patronage.reports import run_to_folder

    out = tmp_path_factory.mktemp("docs") / "run"
    scenario = load_scenario("two-patrons")
    return run_to_folder(scenario, runs=2, seed=1, out=out, until="2009Q2", plates=False, screening=0)


def test_every_column_of_every_table_is_explained_with_its_unit(tiny):
    from patronage.world.recording import RECORDS, variables

    listed: dict[str, dict[str, str]] = {}
    for section in part(READING, "tables").split("\n### ")[1:]:
        head = section.splitlines()[0]
        for table in re.findall(r"(\w+) \(", head):
            listed[table] = {row[0].strip("`"): row[1] for row in rows(section)}
            listed[table] |= dict.fromkeys(re.search(rf"{table} \(([^)]*)\)", head)[1].split(", "), "")
    for table, columns in listed.items():
        own = set(tiny.manifest["tables"][table]["columns"])
        assert own <= set(columns), f"{table} also has {own - set(columns)}"
        others = set(columns) - own
        assert not others or table in ("blocs", "members"), f"{table} has no {others}"
    words = {"bool": "truth"}
    for variable, unit in ((v.name, v.unit) for v in variables(RECORDS["full"])):
        table = tiny.manifest["variables"][variable]["table"]
        for column in tiny.manifest["variables"][variable]["columns"]:
            assert listed[table][column] == words.get(unit, unit), f"unit of {column}"
    assert set(tiny.tables) == {*listed, "events", "outcomes", "ledger", "summary"}
    for table in ("events", "outcomes", "ledger", "summary"):
        place = part(READING, "tables") if table != "ledger" else READING[READING.index("## The ledger") :]
        missing = [c for c in tiny.manifest["tables"][table]["columns"] if f"`{c}`" not in place]
        assert not missing, f"{table}: {missing}"


def test_every_file_of_a_run_folder_is_explained(tiny):
    section = READING[READING.index("## The folder") : READING.index("## Tables")]
    listed = {name.rstrip("/") for name in first_words(section)}
    assert {p.name for p in tiny.path.iterdir()} == listed - {"figures"}


def test_every_table_of_a_pair_is_explained():
    from patronage.reports import Comparison

    section = READING[READING.index("## Comparisons") : READING.index("## Intervals")]
    assert set(first_words(section)) == {f.name for f in fields(Comparison)} | {"assumptions"}


def test_every_kind_of_ledger_row_is_explained():
    table = rows(part(READING, "kinds"))
    assert {row[0].strip("`") for row in table} == set(KINDS)
    for _, _, numbers, causes in table:
        assert set(numbers.split()) <= set(NUMBERS)
        assert set(causes.split(", ")) <= set(CAUSES)


def test_every_cause_is_explained_and_named_with_some_kind():
    assert set(first_words(part(READING, "causes"))) == set(CAUSES) - {""}
    named = {c for row in rows(part(READING, "kinds")) for c in row[3].split(", ")}
    assert named == set(CAUSES) - {""}


def test_every_route_is_explained():
    from patronage.looks import ROUTES as SHOWN
    from patronage.world.state import ROUTES

    assert set(first_words(part(READING, "routes"))) == set(ROUTES) - {""} == set(SHOWN)


def test_the_smallest_differences_worth_telling_are_those_of_the_code():
    from patronage.results.worth import COUNT, LEAST, PURE, TRUTH

    kinds = {"shares": TRUTH, "pure": PURE, "counts": COUNT}
    listed = {row[0]: row[1].split()[0] for row in rows(part(READING, "worth"))}
    told = {kinds.get(k.split()[0].strip(":"), k): float(v) for k, v in listed.items() if not k.startswith("anything else")}
    assert told == dict(LEAST)


def test_every_figure_is_explained_with_its_phases():
    from patronage.figures import FIGURES
    from patronage.figures.differences import PAIRS

    listed = {row[0].strip("`"): tuple(p for p in row[2].split(", ") if p) for row in rows(part(READING, "figures"))}
    assert listed == {plate.name: plate.phases for plate in FIGURES}
    assert first_words(part(READING, "pair figures")) == list(PAIRS)


# --- everyday: what mesa.md and limits.md list ------------------------------------------------------------------------


def test_every_field_of_every_view_is_explained():
    from patronage.decisions import views

    listed = {}
    for section in part(TEXTS["mesa.md"], "views").split("### ")[1:]:
        listed[section.split()[0]] = {row[0].strip("`"): row[1] for row in rows(section)}
    known = {c.__name__: c for c in views.ActorView.__subclasses__()}
    assert listed == {n: axes_of(c) for n, c in known.items()}


def axes_of(view):
    """Fields of a view and what it works out when asked, with their axes after the run."""
    known = {f.name: f.metadata["axes"] for f in fields(view) if f.type != "Late"}
    told = {n: re.match(r"\[R,([A-Z,]+)\]", p.__doc__) for n, p in vars(view).items() if isinstance(p, property)}
    return known | {n: found[1].replace(",", "") for n, found in told.items() if found}


def test_every_decision_of_an_agent_is_explained():
    from patronage import abm
    from patronage.decisions.decider import Decider

    table = rows(part(TEXTS["mesa.md"], "decisions"))
    methods = {row[1].strip("`"): (row[0].split("`")[1], row[2].strip("`")) for row in table}
    assert set(methods) == {m for m in vars(Decider) if not m.startswith("_")}
    for method, (agent, view) in methods.items():
        hints = inspect.signature(getattr(getattr(abm, agent), method)).parameters
        assert [p.annotation for p in hints.values()][1:] == [view]


def test_the_examples_shown_are_the_files():
    shown = [b for found in BLOCKS.values() for b in found if b.title.startswith("examples/")]
    assert {b.title for b in shown} == {f"examples/{p.name}" for p in (ROOT / "examples").iterdir() if p.suffix in (".py", ".csv")}
    for block in shown:
        assert block.text == (ROOT / block.title).read_text(encoding="utf-8")


def test_what_is_said_to_be_tuned_has_that_value():
    scenario = load_scenario("central-asia")
    table = {row[0].strip("`"): row[1] for row in rows(part(TEXTS["limits.md"], "tuned"))}
    for path, value in table.items():
        if path.startswith("events."):
            (event,) = (e for e in scenario.events if f"events.{e.name}" == path)
            assert value == f"from {quarter_name(event.trigger.quarter)}, over {event.over} quarters"
        else:
            figure = scenario.figure(path)
            assert value == f"{figure.value:g}" + ("" if figure.unit == "1" else f" {figure.unit}")


# --- whole pages ----------------------------------------------------------------------------------------------------


@pytest.mark.docs
@pytest.mark.parametrize("page", RUN, ids=lambda p: p.name)
def test_a_page_shows_what_comes(page, tmp_path):
    differences = list(run(page, tmp_path / "page"))
    assert not differences, "\n\n".join(map(str, differences))


@pytest.mark.docs
def test_ledger_rows_have_the_causes_and_numbers_that_are_told():
    """An ensemble of the large case, and one in which events do everything they can."""
    table = {row[0].strip("`"): (set(row[2].split()), set(row[3].split(", "))) for row in rows(part(READING, "kinds"))}
    (acts,) = (b.text for b in blocks(TEXTS["scenario-files.md"]) if b.title == "acts.yaml")
    told = (load_scenario("central-asia"), 60), (load_text(acts, "acts"), 20)
    seen: set[str] = set()
    for scenario, runs in told:
        ledger = simulate(scenario, runs=runs, seed=3).ledger
        for kind, found in ledger.groupby("kind", observed=True):
            numbers, causes = table[str(kind)]
            seen.add(str(kind))
            assert set(found["cause"].astype(str)) <= causes, f"{kind}: {set(found['cause'].astype(str)) - causes}"
            filled = {n for n in NUMBERS if found[n].notna().any()}
            assert filled <= numbers, f"{kind}: {filled - numbers}"
            assert filled >= numbers or kind == "package", f"{kind}: {numbers - filled}"
    assert seen == set(KINDS), f"never seen: {set(KINDS) - seen}"


# --- the runner itself ----------------------------------------------------------------------------------------------


def test_an_output_that_differs_is_found_and_written(tmp_path):
    page = tmp_path / "page.md"
    text = "```console\n$ echo right\nwrong\n```\n\n```python\nprint(2)\n```\n\n```text\n3\n```\n"
    page.write_text(text, encoding="utf-8")
    differences = list(run(page, tmp_path / "one"))
    assert [(d.shown, d.came) for d in differences] == [("wrong\n", "right\n"), ("3\n", "2\n")]
    page.write_text(rewritten(page.read_text(encoding="utf-8"), differences), encoding="utf-8")
    assert list(run(page, tmp_path / "two")) == []


def test_a_scenario_layer_that_is_wrong_or_idle_is_refused(tmp_path):
    page = tmp_path / "page.md"
    text = "```yaml\nextends: two-patrons\n```\n\n```yaml\npatrons: {USA: {misson: 1}}\n```\n"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError, match="Did you mean mission"):
        list(run(page, tmp_path / "one"))


def test_what_python_blocks_raise_is_not_hidden(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nx = 1\n```\n\n```python\nassert x == 2\n```\n", encoding="utf-8")
    with pytest.raises(AssertionError):
        list(run(page, tmp_path / "one"))


def test_all_measures_that_conditions_may_use_are_linked():
    listed = {name.partition("(")[0] for name in first_words(TEXTS["parameters.md"]) if "(" in name}
    assert listed == set(MEASURES)
