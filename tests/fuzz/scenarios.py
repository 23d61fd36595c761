"""Mutants of scenarios: trees, texts, tables beside them, what the command line sets, and worlds within bounds."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from drawn import drawn_document
from patronage.scenario import ScenarioError, load_scenario, load_text
from patronage.scenario.catalogue import FIELDS
from patronage.scenario.library import builtin_dir

from . import bounded
from .cells import mutate_table
from .judge import WrongError, good_scenario, plain_refusal, read
from .mutate import SHAPES, Lot, as_bytes, as_text, at, mutate_text, mutate_tree

SMALL: dict[str, Any] = {
    "title": "Small", "question": "Who leads?", "period": {"start": "2009Q1", "end": "2010Q4"},
    "axes": {"security": {"plus": "RUS", "minus": "USA"}},
    "states": {
        "KGZ": {"name": "Kyrgyzstan", "gdp": {"value": 4, "unit": "bn USD/yr", "source": "invented"}, "openness": 0.4},
        "TJK": {"gdp": 5000, "position": {"unga": -0.5, "security": 0.2}}, "RUS": {"position": {"security": 1}},
        "USA": {"position": {"security": -1}},
    },
    "patrons": {
        "RUS": {"budget": "300 MUSD/yr", "licence": {"grants": 1, "loans": 0.5}, "package": {"grants": 1}},
        "USA": {"budget": {"value": 0.2, "unit": "bn USD/yr", "range": [0.1, 0.4]}, "mission": 1, "need": 200,
        "licence": {"grants": 1}},
    },
    "ties": {"RUS": {"KGZ": {"weight": 1, "trade": "30 % of GDP", "debt": 490}}, "USA": {"KGZ": {"weight": 0.7,
    "geography": 1}}},
    "rivalry": {"RUS": {"USA": 1}}, "allies": {"KGZ": ["TJK"]},
    "bases": {"manas": {"holder": "USA", "host": "KGZ", "rent": "16 MUSD/yr", "term": 8}},
    "blocs": {"CSTO": {"kind": "security", "leader": "RUS", "members": ["KGZ"], "vote": "majority", "treaty": 0.1}},
    "events": {
        "leaves": {"at": "2009Q3", "over": 2, "set": {"patrons.USA.mission": 0}},
        "gift": {"at": "2010Q1", "transfer": {"from": "USA", "to": "KGZ", "amount": "20 MUSD"}},
        "fear": {"when": "share(RUS, KGZ) > 0.3 for 2 quarters", "set": {"rivalry.USA.RUS": 0.4}},
        "drought": {"hazard": 5, "for": 4, "set": {"states.KGZ.growth": "-4 %/yr", "ties.RUS.KGZ.treaty": 0.2}},
    },
    "outcomes": {"lead": "share(RUS, KGZ)", "open": {"measure": "base(USA, KGZ)", "reduce": "quarters",
    "from": "2009Q2"}},
    "rules": {"threat": {"noise": 0.05}}, "mechanisms": {"security": "on"},
}  # fmt: skip
"""A file with something of everything."""
TABLES = {
    "ties.csv": "patron,client,arms,capital [bn USD],term,source\nRUS,KGZ,1,0.49,8,treaty\nRUS,TJK,0.5,,12,\nUSA,KGZ,0.2,0,4,here\n",
    "patrons.csv": "patron,field,value,unit,source,low,high\nRUS,delivery.arms,0.6,1,table,0.4,0.8\nUSA,surplus,200,MUSD,table,,\n",
    "rivalry.csv": "rival,patron,rivalry,source\nUSA,RUS,0.25,table\n",
    "states.csv": "state,growth [%/yr],proximity,anchor.security,source\nKGZ,4,0.4,0.1,table\nTJK,5,0.2,0,table\n",
}
NAMED = {"ties.csv": "ties", "patrons.csv": "patrons", "rivalry.csv": "rivalry", "states.csv": "states"}


@cache
def built_in(name: str) -> str:
    """The text of a built-in scenario that stands alone."""
    return (builtin_dir("scenarios") / f"{name}.yaml").read_text(encoding="utf-8")


def within(lot: Lot, number: int, folder: Path) -> str:
    """A world within the bounds of the catalogue: it must be used."""
    doc = bounded.document(lot, number)
    try:
        scenario = load_text(as_text({k: v for k, v in doc.items() if v}))
    except ScenarioError as error:
        raise WrongError(f"within bounds, and refused: {str(error)[:400]}") from error
    return good_scenario(scenario, again=number % 4 == 0)


def tree(lot: Lot, number: int, folder: Path) -> str:
    """A scenario with some of its tree changed."""
    base = SMALL if lot.chance(0.8) else {k: v for k, v in drawn_document(lot.randrange(300)).items() if v}
    return text_read(lot, as_text(mutate_tree(lot, base)))


def text(lot: Lot, number: int, folder: Path) -> str:
    """A scenario as people type it, with words, lines and characters changed."""
    base = built_in("two-patrons") if lot.chance(0.7) else built_in("djibouti")
    return text_read(lot, mutate_text(lot, base))


def text_read(lot: Lot, text: str) -> str:
    raw = as_bytes(lot, text)
    return read(lambda: load_text(raw), raw.count(b"\n") + raw.count(b"\r") + 1)


def tables(lot: Lot, number: int, folder: Path) -> str:
    """A scenario whose tables beside it are changed."""
    name = lot.one(list(TABLES))
    return table_read(name, as_bytes(lot, mutate_table(lot, TABLES[name])), folder)


def table_read(name: str, raw: bytes, folder: Path) -> str:
    doc = copy.deepcopy(SMALL)
    doc[NAMED[name]]["table"] = name
    (folder / name).write_bytes(raw)
    (folder / "scenario.yaml").write_text(as_text(doc), encoding="utf-8")
    return read(lambda: load_scenario(folder / "scenario.yaml"))


def settings(lot: Lot, number: int, folder: Path) -> str:
    """What --set says of a right scenario."""
    paths = [
        "patrons.USA.mission", "states.KGZ.gdp", "events.leaves.at", "events.leaves",
        "events.leaves.set.patrons.USA.mission", "ties.RUS.KGZ", "blocs.CSTO",
        "blocs.CSTO.members", "period.end", "outcomes.lead", "bases.manas.rent", "states.KGZ", "axes.security.plus",
        "title", "patrons.RUS.licence.grants",
    ]  # fmt: skip
    changes = {}
    for _ in range(lot.randint(1, 2)):
        path = lot.one(paths) if lot.chance(0.8) else lot.odd_word()
        path = path if lot.chance(0.8) else f"{path}.{lot.odd_word()}"
        changes[path] = (
            lot.odd_word()
            if lot.chance(0.8)
            else lot.one((*SHAPES, 1, -0.0, 1e308, float("nan"), float("inf"), 10**400, True))
        )
    return read(lambda: load_text(as_text(SMALL), overrides=changes))


SPELT = (
    "Côte\u00a0: qui reste\u202f?", "Кыргызстан", "吉尔吉斯斯坦", "قيرغيزستان", "קירגיזסטן", "می\u200cخواهم",
    "\u200fעברית\u200f", "Việt Nam", "A\u0301 e\u0301", "🇰🇬", "Ω → ∞ ½",
    "No", "on", "~", "1e3", "a: b", "# x", "'", '"', "- x", "[x]", "{x}", "%x", "@x", "`x`", "&x", "*x", "!x", "| x",
    "> x", "? x", "null", "x" * 1000, "2010Q1",
)  # fmt: skip
"""What people write, in any language, and what looks like YAML."""


def spelling(lot: Lot, number: int, folder: Path) -> str:
    """Titles, notes, names and sources in any spelling: the scenario must be used, and say the same when written again."""
    doc = copy.deepcopy(SMALL)
    said = {"title": lot.one(SPELT), "question": lot.one(SPELT), "notes": lot.one(SPELT)}
    name = lot.one(SPELT)
    doc |= said
    doc["states"]["KGZ"] |= {"name": name, "gdp": {"value": 4, "unit": "bn USD/yr", "source": lot.one(SPELT)}}
    try:
        scenario = load_text(as_text(doc))
    except ScenarioError as error:
        raise WrongError(f"a text, and refused: {str(error)[:400]}") from error
    if {k: getattr(scenario, k) for k in said} | {"name": scenario.names["KGZ"]} != said | {"name": name}:
        raise WrongError("a text was changed")
    return good_scenario(scenario)


NAMES = (
    "set", "at", "when", "for", "until", "over", "repeal", "value", "unit", "source", "range", "table", "name",
    "note", "transfer", "hazard", "measure", "rent", "term",
    "holder", "host", "on", "off", "yes", "no", "null", "USA", "KGZ", "events", "mission", "security", "unga", "self",
    "class", "x", "A", "a-b", "a_b", "a1", "1a", "a.b",
    "a b", "é", "", "-", "_", "last", "share", "and", "not", "true", "inf", "nan", "1e5",
)  # fmt: skip


def names(lot: Lot, number: int, folder: Path) -> str:
    """Something declared is called by a word of the grammar or another odd word: fine, or refused in one line."""
    doc = copy.deepcopy(SMALL)
    block = lot.one(("events", "events", "bases", "outcomes", "axes", "blocs"))
    old, new = lot.one(sorted(doc[block])), lot.one(NAMES[:8] if lot.chance(0.5) else NAMES)
    doc[block][new] = doc[block].pop(old)
    if block == "axes":
        for state in doc["states"].values():
            position = state.get("position", {})
            if old in position:
                position[new] = position.pop(old)
    try:
        scenario = load_text(as_text(doc))
    except ScenarioError as error:
        plain_refusal(error, 1)
        if len({p.message for p in error.problems}) != 1:
            raise WrongError(f"{block} {new!r}: one name, {len(error.problems)} lines: {str(error)[:400]}") from error
        return "refused"
    return good_scenario(scenario)


def sure(lot: Lot, number: int, folder: Path) -> str:
    """A scenario with one thing in it that is wrong for certain: it must be refused, in one line."""
    doc = copy.deepcopy(SMALL)
    name, spoil = lot.one(sorted(SURELY.items()))
    spoil(lot, doc)
    try:
        load_text(as_text(doc))
    except ScenarioError as error:
        plain_refusal(error, 1)
        if len(error.problems) != 1:
            raise WrongError(f"{name}: one mistake, {len(error.problems)} lines: {str(error)[:400]}") from error
        return "refused"
    raise WrongError(f"{name}: accepted")


def _out_of_bounds(lot: Lot, doc: dict[str, Any]) -> None:
    rules = [f for f in FIELDS if f.path.startswith("rules.") and abs(f.low) < 1e6]
    field = lot.one(rules)
    head, group, key = field.path.split(".")
    low = field.low
    wrong = [low - max(1e-3, abs(low)), -1e308, "-1e308"] + ([field.high * 1.01 + 0.01] if field.high < 1e300 else [])
    doc.setdefault(head, {}).setdefault(group, {})[key] = lot.one(wrong)


def _two_sizes(lot: Lot, doc: dict[str, Any]) -> None:
    one, two = (lot.one(("thousand", "million", "bn", "billion")) for _ in range(2))
    other = lot.one((f"{two} USD/yr", "kUSD/yr", "MUSD/yr", f"{two} MUSD/yr"))
    unit = f"{one} {other}"
    doc["patrons"]["USA"]["need"] = f"1 {unit}" if lot.chance(0.5) else {"value": 1, "unit": unit}


Spoil = Callable[[Lot, dict[str, Any]], None]


def _one_of(path: str, *values: Any) -> Spoil:
    """Put one of these values at a path."""

    def spoil(lot: Lot, doc: dict[str, Any]) -> None:
        *above, last = path.split(".")
        at(doc, tuple(above))[last] = copy.deepcopy(lot.one(values))

    return spoil


def _unknown_key(lot: Lot, doc: dict[str, Any]) -> None:
    lot.one((doc, doc["period"], doc["patrons"]["USA"], doc["events"]["gift"], doc["blocs"]["CSTO"]))["colour"] = "red"


def _too_large(lot: Lot, doc: dict[str, Any]) -> None:
    rule, unit = lot.one(("pledge", "notice", "annuity")), lot.one(("yr", "quarters", "months"))
    doc["rules"]["bargaining"] = {rule: f"{lot.one(('', '-'))}1e308 {unit}"}


def _deep(lot: Lot, doc: dict[str, Any]) -> None:
    doc["rules"][".".join("a" * lot.randint(2, 2000))] = 1


NEED = "patrons.USA.need"
UNFIT = tuple({"value": 1, "unit": u} for u in ("furlong", "USD**9", "EUR/yr", "((", "m/s", "%", "persons", "yr"))
SURELY: dict[str, Spoil] = {
    "a number out of bounds": _out_of_bounds,
    "two sizes": _two_sizes,
    "a number too large in another unit": _too_large,
    "no number": _one_of(NEED, "abc", "1e", "--1", "0x10", ".nan", "inf", "1/2", "twelve", "½", "１２"),
    "no unit": _one_of(NEED, *UNFIT),
    "an event that does nothing": _one_of(
        "events.idle", {"at": "2009Q2"}, {"at": "2009Q2", "set": {}}, {"hazard": 4, "set": {}}
    ),
    "an unknown key": _unknown_key,
    "an unknown actor": _one_of("bases.other", *({"holder": who, "host": "TJK"} for who in ("ZZZ", "KGZ", "TJK"))),
    "an unknown word": _one_of("states.KGZ.policy", "portfolio", "x", "Hedger", "on"),
    "no date": _one_of("events.gift.at", "2009Q5", "2009", "March", "2009-13", "1899Q1", "2030Q1"),
    "no expression": _one_of("outcomes.odd", "share(", "share(RUS)", "a + b", "share(RUS, KGZ) >", "1 +", "not"),
    "a deep head": _deep,
}

KINDS = {
    "within bounds": within,
    "within bounds, spelling": spelling,
    "names": names,
    "tree": tree,
    "text": text,
    "table": tables,
    "setting": settings,
    "surely wrong": sure,
}
