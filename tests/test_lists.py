"""Whatever stands beside instruments, channels, kinds of rows or causes has an entry for each, by name."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from fake_result import fake_result
from patronage import looks
from patronage.hindcast.hindcast import ACTS as SEEN
from patronage.phases import influence as channels
from patronage.reports.why import contracts
from patronage.results.contracts import DECISIONS, RENT_CHANGES
from patronage.scenario.catalogue import BY_NAME, CHANNELS, INSTRUMENTS
from patronage.scenario.structure import ACTS
from patronage.world import codes
from patronage.world.codes import CAUSES, CONCESSIONS, KINDS
from patronage.world.fields import ROUTES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "model" / "patronage"
CLOSING = set(ROUTES) - {""}


@pytest.mark.parametrize(
    ("table", "names"),
    [(looks.INSTRUMENTS, (*INSTRUMENTS, "rent")), (looks.CHANNELS, CHANNELS)],
    ids=["instruments", "channels"],
)
@pytest.mark.parametrize("where", ["figure", "page"])
def test_every_instrument_and_channel_has_a_colour_of_its_own(table, names, where):
    assert list(table) == list(names)
    assert len({getattr(shown, where) for shown in table.values()}) == len(table)


def test_every_channel_has_a_pattern_and_a_symbol_of_its_own():
    for where in ("pattern", "symbol"):
        assert len({getattr(shown, where) for shown in looks.CHANNELS.values()} - {""}) == len(CHANNELS)


def test_every_route_by_which_a_base_closes_has_its_words():
    assert set(looks.ROUTES) == CLOSING
    assert len({r.figure for r in looks.ROUTES.values()}) == len(CLOSING)


def tables_by_name(path: Path) -> list[str]:
    """Places of a module with a table by most of the instruments, channels or routes, or by three kinds of rows and colours."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Dict):
            keys = {k.value for k in node.keys if isinstance(k, ast.Constant)}
            coloured = any(isinstance(c, ast.Constant) and str(c.value).startswith("#") for v in node.values for c in ast.walk(v))
            enough = any(len(keys & set(names)) >= len(names) - 1 for names in (INSTRUMENTS, CHANNELS, CLOSING))
            if enough or (coloured and len(keys & set(KINDS)) >= 3):
                found.append(f"{path.relative_to(PACKAGE)}:{node.lineno}")
    return found


def test_colours_and_words_stand_in_one_table():
    drawing = [p for room in ("figures", "browser", "reports") for p in (PACKAGE / room).rglob("*.py")]
    assert [where for path in drawing for where in tables_by_name(path)] == []
    assert len(tables_by_name(PACKAGE / "looks.py")) == 4, "the twin: where they stand they are found"


def test_no_words_are_kept_for_what_does_not_exist():
    assert set(looks.REASONS) <= set(CAUSES)
    assert {*DECISIONS, *RENT_CHANGES, *contracts.SETTING} <= set(KINDS)
    assert set(looks.KINDS) <= set(KINDS)
    assert set(SEEN) <= set(ACTS)


NUMBERED = {
    "OPENED": "opened", "MISSION_BEGINS": "mission begins", "BY_DECLINE": "declining mission", "DEMAND_MET": "demand_met",
    "A_BASE": "base", "A_REFUSAL": "refusal of a base", "AN_ACCESSION": "accession", "A_CLIENT_STATE": "client state",
    "A_SPHERE": "sphere of influence", "NO_CAUSE": "", "NOTHING": "",
}  # fmt: skip
"""Words whose constants are called otherwise than they."""


def called(constant: str, word: str) -> bool:
    """Whether a constant is called like the word that it stands for."""
    return NUMBERED.get(constant, constant.removeprefix("BY_").lower()) == word


OF_KINDS = """OPENED RENEWED KEPT REFUSED NOTICE CLOSED RENEGE PACKAGE DEMAND_MET MERGED CANCELLED TRANSFER FORGIVEN
    CAMPAIGN SANCTION COMPLIED OVERTHROW TURNOVER JOINED LEFT CONSENT SWITCH COUP HANDOVER SMEAR SCANDAL"""
OF_CAUSES = """NO_CAUSE BY_MISSION BY_RIVAL BY_OVERTHROW BY_EVENT BY_DEMAND BY_PRICE BY_POLITICS BY_BAN BY_OUTBID BY_TURNOVER
    BY_TERM BY_HAZARD SOUGHT MISSION_BEGINS BY_SANCTION BY_GRIEVANCE BY_LEGITIMACY BY_BENEFIT BY_COHESION BY_CHOICE BY_SHOCK
    BY_REVIEW BY_REBID BY_DECLINE BY_DRIFT BY_LEVERAGE"""
OF_CONCESSIONS = "NOTHING A_BASE A_REFUSAL AN_ACCESSION A_CLIENT_STATE A_SPHERE"


@pytest.mark.parametrize(
    ("words_of", "constants"), [(KINDS, OF_KINDS), (CAUSES, OF_CAUSES), (CONCESSIONS, OF_CONCESSIONS)]
)
def test_numbers_of_kinds_causes_and_concessions_stand_for_their_words(words_of, constants):
    names = constants.split()
    assert [getattr(codes, name) for name in names] == list(range(len(words_of)))
    assert [n for n, word in zip(names, words_of, strict=True) if not called(n, word)] == []


def test_numbers_of_instruments_and_channels_stand_for_their_words():
    named = {"arms": "ARMS", "grants": "GRANTS", "loans": "LOANS", "debt_relief": "RELIEF"}
    assert {k: INSTRUMENTS[getattr(codes, constant)] for k, constant in named.items()} == {k: k for k in named}
    stocks = {"arms": "ARMS", "economic": "CAPITAL", "debt": "DEBT", "presence": "PRESENCE", "market": "MARKET",
              "institutions": "INSTITUTIONS"}  # fmt: skip
    assert {k: CHANNELS[getattr(channels, f"BY_{constant}")] for k, constant in stocks.items()} == {
        k: k for k in CHANNELS
    }


@pytest.mark.parametrize("base", ["cost", "delivery", "package", "licence", "courtship_scale", "delivery_quarters"])
def test_every_instrument_has_its_fields(base):
    assert [k for k in INSTRUMENTS if f"{base}_{k}" not in BY_NAME] == []


def test_an_invented_ensemble_has_all_instruments_and_channels():
    made = fake_result(runs=2, quarters=8)
    assert made.data["promised"].coords["instrument"].to_numpy().tolist() == list(INSTRUMENTS)
    assert made.data["by_channel"].shape[-1] == len(CHANNELS)
    assert np.allclose(made.data["by_channel"].sum("channel"), made.data["share"])


def test_looks_are_taken_by_name_and_lists_are_joined_strictly():
    """No colour by a number that repeats after the sixth channel, no zip that leaves the rest away without a reason."""
    wrong = []
    for path in PACKAGE.rglob("*.py"):
        file = path.relative_to(PACKAGE)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
                loose = [
                    k
                    for k in node.keywords
                    if k.arg == "strict" and isinstance(k.value, ast.Constant) and not k.value.value
                ]
                if loose and ast.unparse(node.args[0]) != "poles":  # of several poles, the first two are told apart
                    wrong.append(f"{file}:{node.lineno}")
            if (
                isinstance(node, ast.Subscript)
                and isinstance(node.slice, ast.BinOp)
                and isinstance(node.slice.op, ast.Mod)
            ):
                wrong += [f"{file}:{node.lineno}"] * isinstance(node.slice.right, ast.Constant)
    assert wrong == []
