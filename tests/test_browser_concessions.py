"""The page shows concessions of every kind by name: in force, over time, in the ledger, on the map, and why."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from patronage.browser.model import PageModel
from patronage.browser.setup import Setup
from patronage.reports.words import fixed
from patronage.telling import deals
from patronage.telling.charts import client, region
from patronage.telling.charts.base import number as fixed_rent
from patronage.telling.charts.contracts import bases, rents, spells

QUARTERS = 32
"""To 2022Q4: Russian guards stand in Mali."""


@pytest.fixture(scope="module")
def story():
    made = PageModel(Setup("sahel"))
    for _ in range(QUARTERS):
        made.step()
    assert not made.error
    return made.story


def test_contracts_in_force_are_of_all_kinds_with_their_rents(story):
    found = deals.contracts(story, story.now)
    names = {c["name"]: c for c in found}
    assert {"Guard, Russia in Mali", "Guard in N'Djamena", "N'Djamena"} <= names.keys()
    assert names["Guard, Russia in Mali"]["rent"] < -10
    world = story.moments[-1]
    assert len(found) == int(world["stands"].sum()) > int(world["stands"][..., 0].sum())


def test_a_pledge_is_told_of_the_contract_that_it_is_against(story):
    pledge = np.asarray(story.moments[-1]["pledge"]).copy()
    pledge[:] = 0
    i, j, k = story.patrons.index("RUS"), story.clients.index("MLI"), story.structure.kinds.index("guard")
    pledge[story.patrons.index("FRA"), i, j, k] = 4
    pledged = replace(story, moments=[*story.moments[:-1], {**story.moments[-1], "pledge": pledge}])
    found = {c["name"]: c["pledged"] for c in deals.contracts(pledged, story.now) if c["pledged"]}
    assert found == {"Guard, Russia in Mali": ["FRA"]}


def test_bases_in_force_are_those_that_were_recorded(story):
    for when in (0, 7, story.now):
        base = {(c["patron"], c["client"]) for c in deals.contracts(story, when) if c["kind"] == "base"}
        there = np.argwhere(story.at("base", when))
        assert base == {(story.patrons[i], story.clients[j]) for i, j in there}


def test_a_guard_has_its_bar_and_its_rent_below_zero(story):
    [mine] = [s for s in spells(story, story.now) if s[:3] == ("RUS", "MLI", "guard")]
    opened = [r for r in deals.rows(story, story.now) if r["what"] == "Guard, Russia in Mali" and r["kind"] == "opened"]
    assert story.quarters[mine[3]] == opened[0]["quarter"]
    option = bases(story, story.now)
    assert "Guard, Russia in Mali" in option["yAxis"]["data"]
    option = rents(story, story.now)
    [line] = [s for s in option["series"] if s["name"] == "Guard, Russia in Mali"]
    assert min(y for y in line["data"] if y is not None) < -10
    assert "min" not in option["yAxis"] or option["yAxis"]["min"] != 0
    json.dumps(option, allow_nan=False)


def test_every_line_of_rents_is_in_the_legend_and_looks_like_no_other(story):
    option = rents(story, story.now)
    ever = {spell[:3] for spell in spells(story, story.now)}
    names = [line["name"] for line in option["series"]]
    assert option["legend"]["data"] == names
    paid = story.contracts_over("rents", story.now).any(axis=0)
    places = story.patrons, story.clients, story.structure.kinds
    cost = {c: paid[*(at.index(x) for at, x in zip(places, c, strict=True))] for c in ever}
    assert sorted(names) == sorted(story.contract_name(*c) for c in ever if cost[c])
    most = max(sum(patron == p for p, *_ in ever) for patron in story.patrons)
    assert most > 3, "the case tells nothing"
    looks = {(line["lineStyle"]["color"], str(line["lineStyle"]["type"])) for line in option["series"]}
    assert len(looks) == len(names)
    assert all(line["itemStyle"]["color"] == line["lineStyle"]["color"] for line in option["series"]), "the legend shows another"


def test_numbers_on_the_line_of_the_quarter_looked_at_are_read(story):
    """Where a contract stands now, its rent is written at the line: on paper of its own, before it."""
    [numbers] = [s for s in bases(story, story.now)["series"] if s["name"] == "rent"]
    at_the_line = [d for d in numbers["data"] if d["value"][0] == story.quarters[story.now]]
    assert at_the_line, "the case tells nothing"
    assert numbers["markLine"]["data"] == [{"xAxis": story.quarters[story.now]}]
    assert numbers["markLine"]["z"] < numbers["z"]
    assert numbers["label"]["backgroundColor"]
    ends = {story.contract_name(*spell[:3]): (story.quarters[spell[4]], fixed_rent(spell[5])) for spell in spells(story, story.now)}
    assert {d["value"][1]: (d["value"][0], d["label"]["formatter"]) for d in numbers["data"]} == ends


def test_the_why_of_a_guard_has_the_parts_of_its_price(story):
    ledger = story.ledger
    [row, *_] = np.flatnonzero((ledger["kind"] == "opened") & (ledger["concession"] == "guard"))
    sentence, figures = deals.why(story, int(row))
    record, told = ledger.iloc[int(row)], dict(figures)
    assert sentence.startswith(f"{record['quarter']}: The guard of Russia opens")
    assert re.search(rf"F {re.escape(fixed(float(record['floor']), 1))} = k", sentence)
    [protection] = [words for words in told if words.startswith("what it is worth to them as protection") and words.endswith("(π)")]
    assert told[protection].startswith("−")
    assert "(" not in told["what rivals bid to keep it out (N)"], "who bid against a guard is not kept"


def test_the_map_and_the_timeline_name_it(story):
    assert "Guard, Russia in Mali (−" in region.tooltip(story, story.now, "MLI")
    words = [x["words"] for x in client.happenings(story, story.now)]
    assert "a concession opens: Guard, Russia in Mali" in words
