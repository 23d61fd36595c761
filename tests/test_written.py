"""Strategies and policies written as functions of one run: the same bits as the known ones that they repeat, compiled or not."""

from __future__ import annotations

import json

import numpy as np
import pytest

from drawn import drawn_document
from patronage import asking, compiling, simulate
from patronage.abm import InfluenceModel
from patronage.batch import identity
from patronage.decisions import registered, theories
from patronage.errors import NotCompiledError
from patronage.results.result import Result
from patronage.scenario import load_scenario, structure
from patronage.world.layout import Bucket
from worlds import scenario, uncompiled

MODULE = """
import math
import numpy as np
from patronage.decisions.clients import lead
from patronage.decisions.patrons import pick_clients
from patronage.decisions.registered import CLIENT_STATE, SPHERE, Policy, Strategy, compiled
from patronage.world.arithmetic import exp
from patronage.world.arrays import total

TWICE = 2.0

@compiled
def everyone(w, n, s, p):
    weight = 0.0
    for c in range(s.C):
        weight += w.weight[p, c]
    for c in range(s.C):
        w.effort[p, c] = share(w.available[p] * w.weight[p, c], weight)
    return SPHERE

def share(part, whole):
    return part / whole if whole > 0.0 else 0.0

@compiled
def few(w, n, s, p):
    pick_clients(w, n, s, p)
    return CLIENT_STATE

class Everyone(Strategy):
    def effort(self, view):
        return view.by_weight

@compiled
def spendthrift(w, n, s, p):
    everyone(w, n, s, p)
    for c in range(s.C):
        w.effort[p, c] *= TWICE
    return SPHERE

@compiled
def thief(w, n, s, p):
    everyone(w, n, s, p)
    w.effort[p, 0] = -1.0
    return SPHERE

@compiled
def misspelt(w, n, s, p):
    everyone(w, n, s, p)
    return SPHERE if w.wieght[p, 0] > 0.0 else CLIENT_STATE

@compiled
def rounded(w, n, s, p):
    return int(math.exp(w.available[p]))

@compiled
def squared(w, n, s, p):
    return int(w.available[p] ** 2)

@compiled
def seller(w, n, s, p, c, j):
    return 1.0

@compiled
def hedger(w, n, s, p, c, j):
    return exp(2.0 * lead(w, s, p, c))

@compiled
def dear(w, n, s, p, c, j):
    return 3.0

@compiled
def guarded(w, n, s, p, c, j):
    return 1.0 if j == 0 else 1e9

class Seller(Policy):
    pass

class Dear(Policy):
    def factor(self, offers):
        return np.full_like(offers.price, 3.0)

class Guarded(Policy):
    def factor(self, offers):
        return np.full_like(offers.price, 1.0 if offers.kind == "base" else 1e9)

class Hedger(Policy):
    def factor(self, offers):
        mean = total(offers.influence, 1) / offers.influence.shape[1]
        return np.vectorize(exp)(2.0 * (offers.influence - mean[:, None]))

class Recluse(Policy):
    def respond(self, offers):
        answer = super().respond(offers)
        answer.accept[:] = False
        return answer
"""
STRATEGIES = ("everyone", "few", "spendthrift", "thief", "misspelt", "rounded", "squared")
POLICIES = ("seller", "dear", "guarded")
WORDS = "\n".join([
    "[patronage.strategies]", *(f"{s} = written:{s}" for s in STRATEGIES), "everybody = written:Everyone",
    "[patronage.policies]", *(f"{p} = written:{p}" for p in POLICIES), "asker = written:hedger",
    *(f"{p}_class = written:{p.capitalize()}" for p in (*POLICIES, "hedger", "recluse")), "",
])  # fmt: skip
CACHES = (
    structure.structure, structure.strategies, structure.policies, structure.interferences, structure.supports,
    registered.strategies, registered.policies, theories.interferences, theories.supports,
)  # fmt: skip
needs_numba = pytest.mark.skipif(not compiling.available(), reason="numba is not to be had for this Python")
WAYS = ["never", pytest.param("always", marks=needs_numba)]


def install(folder, text=MODULE, words=WORDS):
    """A package as pip leaves it."""
    (folder / "written.py").write_text(text)
    info = folder / "written-1.0.dist-info"
    info.mkdir(exist_ok=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: written\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(words)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    install(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder


@pytest.fixture(autouse=True)
def installed(package):
    for each in CACHES:
        each.cache_clear()
    yield package
    for each in CACHES:
        each.cache_clear()


def ran(words: dict[str, object], runs: int = 3, first: int = 0, name: str = "central-asia", quarters: int = 12) -> Result:
    loaded = load_scenario(name, overrides=words)
    return simulate(loaded, runs, 5, first=first, until=loaded.start + quarters - 1, record="full")


def equal(one: Result, other: Result) -> None:
    """To the last bit, the ledger with all its numbers included."""
    for name in one.data.data_vars:
        assert one.data[name].values.tobytes() == other.data[name].values.tobytes(), name
    assert one.ledger.to_csv() == other.ledger.to_csv()


# --- the same bits ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "mine", "known"),
    [
        ("patrons.RUS.strategy", "everyone", "sphere"),
        ("patrons.USA.strategy", "few", "client_state"),
        ("states.KGZ.policy", "seller", "auctioneer"),
        ("states.KGZ.policy", "asker", "hedger"),
    ],
)
def test_a_function_that_does_what_a_known_way_does_is_the_same(path, mine, known):
    with uncompiled():
        equal(ran({path: mine}), ran({path: known}))


@needs_numba
def test_so_it_is_compiled_alone_and_in_a_batch(monkeypatch):
    words = {"patrons.RUS.strategy": "everyone", "states.KGZ.policy": "asker"}
    with uncompiled():
        plain = ran(words, 2, 1)
    monkeypatch.setenv(compiling.WAY, "always")
    equal(ran(words, 2, 1), plain)
    batch, alone = ran(words, 7), ran(words, 1, 2)
    equal(batch, ran({"patrons.RUS.strategy": "sphere", "states.KGZ.policy": "hedger"}, 7))
    for name in batch.data.data_vars:
        assert batch.data[name].values[2].tobytes() == alone.data[name].values[0].tobytes(), name


def test_beside_classes_and_with_agents_it_is_the_same():
    words = {"patrons.RUS.strategy": "everyone", "states.KGZ.policy": "dear"}
    mixed = words | {"patrons.CHN.strategy": "everybody", "states.UZB.policy": "seller_class"}
    with uncompiled():
        equal(ran(mixed, 2), ran(words | {"patrons.CHN.strategy": "sphere", "states.UZB.policy": "auctioneer"}, 2))
        loaded = load_scenario("two-patrons", overrides=words)
        alone, agents = simulate(loaded, 1, 5, first=2, record="full"), InfluenceModel(loaded, 5, 2).run()
    for name in alone.data.data_vars:
        assert np.array_equal(alone.data[name].values[0], agents.data[name].values[0]), name


# --- every kind of concession -----------------------------------------------------------------------------------------


def sold(number: int, policy: str) -> Result:
    """A drawn world with kinds of concessions, some on others, some had alone; all clients sell by a policy."""
    doc = drawn_document(number)
    for client in doc["states"].values():
        if "policy" in client:
            client["policy"] = policy
    with uncompiled():
        return simulate(scenario(json.dumps({key: block for key, block in doc.items() if block}, indent=1)), 2, 5, record="full")


WITH_KINDS = [*[n for n in range(700, 760) if drawn_document(n).get("concessions")][:9], 768, 776, 777]
"""The last three have kinds that rest on kinds that rest on bases."""


@pytest.mark.parametrize(("mine", "known"), [("asker", "hedger"), ("hedger_class", "hedger"), ("recluse_class", "isolationist")])
@pytest.mark.parametrize("number", WITH_KINDS)
def test_a_policy_decides_on_every_kind_as_a_known_one_does(number, mine, known):
    equal(sold(number, mine), sold(number, known))


@pytest.mark.parametrize("form", ["guarded", "guarded_class"])
def test_a_policy_may_tell_kinds_apart(form):
    with uncompiled():
        told, plain = (ran({"states.MLI.policy": word}, 4, name="sahel", quarters=40) for word in (form, "auctioneer"))

    def opened(result: Result) -> int:
        return len(result.ledger.query("client == 'MLI' and kind == 'opened' and concession == 'guard'"))

    assert opened(plain) > opened(told) == 0


# --- what cannot be ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("word", "message"), [("spendthrift", "spends more than its patron has"), ("thief", "spends less than nothing")]
)
def test_nobody_spends_more_than_it_has_or_less_than_nothing(way, word, message, monkeypatch):
    monkeypatch.setenv(compiling.WAY, way)
    with pytest.raises(ValueError, match=rf"a strategy {message}: {word} \(written\.py, line \d+\)"):
        ran({"patrons.RUS.strategy": word}, 1)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("rounded", r"^rounded \(written.py, line \d+\) uses math.exp in line \d+ of written.py, .*: use exp of patronage.world"),
        ("squared", r"^squared .* uses \*\* \(a power\) in line .*: use power of patronage.world.arithmetic$"),
    ],
)
def test_what_is_not_the_same_everywhere_is_refused_compiled_or_not(way, word, message, monkeypatch):
    monkeypatch.setenv(compiling.WAY, way)
    with pytest.raises(NotCompiledError, match=message):
        ran({"patrons.RUS.strategy": word}, 1)


@needs_numba
def test_what_numba_cannot_compile_is_named_with_its_complaint_and_the_fix(monkeypatch):
    monkeypatch.setenv(compiling.WAY, "always")
    complaint = r"^misspelt \(.*, line \d+\) cannot be compiled: there is no field 'wieght'\. Keep to numbers, loops"
    with pytest.raises(NotCompiledError, match=complaint):
        ran({"patrons.RUS.strategy": "misspelt"}, 1)


def test_arguments_and_places_are_checked():
    with pytest.raises(TypeError, match=r"everyone must take w, n, s, p, c, j: it takes 4"):
        registered.loaded(registered.strategies()["everyone"], registered.POLICY_ARGUMENTS)
    with pytest.raises(TypeError, match="write it at the top level"):
        registered.compiled(Bucket)


# --- what compiled code and sweeps are known by -----------------------------------------------------------------------


def test_the_source_of_a_function_is_part_of_a_sweep_and_of_its_compiled_code(installed, monkeypatch):
    def seen() -> tuple[str, str]:
        return identity.registered()["written"], asking.digest(registered.strategies()["everyone"])

    before = seen()
    assert seen() == before
    install(installed, MODULE.replace("part / whole if", "part / whole * 1.0 if"))
    after = seen()
    assert [a != b for a, b in zip(before, after, strict=True)] == [True, True]
    install(installed)
    assert seen() == before
    import written

    monkeypatch.setattr(written, "TWICE", 3.0)
    assert asking.digest(registered.strategies()["spendthrift"]) != asking.digest(registered.strategies()["thief"])
    monkeypatch.undo()


@needs_numba
def test_compiled_code_is_kept_and_found_again(monkeypatch):
    monkeypatch.setenv(compiling.WAY, "always")
    words = {"patrons.RUS.strategy": "everyone"}
    ran(words, 1)
    folder = compiling.cache_folder()
    if folder is None:
        pytest.skip("nothing can be written here")
    kept = list((folder / asking.digest(registered.strategies()["everyone"])).glob("*.nbc"))
    assert kept
    asking.compiled.cache_clear()
    ran(words, 1)
    found = asking.compiled(asking.LOOPS["divide_budgets"], registered.strategies()["everyone"], Bucket(8, 12, 6, 4))
    assert sum(found.stats.cache_hits.values()) == 1
    assert not found.stats.cache_misses
