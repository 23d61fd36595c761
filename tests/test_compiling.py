"""One text, two ways to run it: ordinary Python and compiled code give the same bits, however the work is cut."""

from __future__ import annotations

import errno
import hashlib
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from drawn import drawn_scenario
from faults import FAULTS, planted
from patronage import compiling, driving, simulate, system
from patronage.driving import Runs, prepare, quarters, whole_runs
from patronage.scenario import Scenario, load_scenario
from patronage.world.layout import Bucket, bucket_for
from patronage.world.recording import RECORDS, VARIABLES, Variable, variables
from worlds import TWO, scenario, uncompiled

HERE = Path(__file__).parent
FIRST = Bucket(8, 12, 6, 4)
"""The bucket of nearly every region, and the only one that everyday tests compile."""
BUILT_IN = ("central-asia", "us-withdrawal", "pacific-islands")

needs_numba = pytest.mark.skipif(not compiling.available(), reason="numba is not to be had for this Python")

def simulated(
    scenario: Scenario, runs: range, until: int | None = None, seed: int = 3, parts: int = 1,
    wanted: tuple[Variable, ...] = VARIABLES,
) -> list[Runs]:  # fmt: skip
    """Whole runs, in so many parts."""
    start = prepare(scenario, list(runs), seed)
    cuts = np.linspace(0, len(runs), parts + 1).astype(int).tolist()
    return [whole_runs(start, until or scenario.end, wanted, a, b - a) for a, b in itertools.pairwise(cuts)]

def digest(runs: list[Runs]) -> str:
    """Of every number that is kept, of outcomes, and of all rows, to the last bit."""
    seen = hashlib.sha256()
    for name in ("recorded", "outcomes", "rows", "events"):
        for part in runs:
            table = getattr(part, name)
            seen.update(table.tobytes() if len(table) else b"")
    return seen.hexdigest()[:16]

@pytest.fixture
def compiled_code(monkeypatch):
    """Compiled code is waited for and used."""
    monkeypatch.setenv(compiling.WAY, "always")
    compiling.prepare(FIRST)

def plainly(*arguments: object, **options: object) -> list[Runs]:
    with uncompiled():
        return simulated(*arguments, **options)  # type: ignore[arg-type]

# --- the same bits ---------------------------------------------------------------------------------------------------

@needs_numba
@pytest.mark.parametrize("name", BUILT_IN)
def test_compiled_runs_are_the_same_to_the_last_bit(compiled_code, name):
    loaded = load_scenario(name)
    assert digest(simulated(loaded, range(2))) == digest(plainly(loaded, range(2)))

@needs_numba
@pytest.mark.parametrize("number", range(700, 720))
def test_compiled_drawn_worlds_are_the_same_to_the_last_bit(compiled_code, number):
    drawn = drawn_scenario(number)
    assert digest(simulated(drawn, range(3))) == digest(plainly(drawn, range(3)))

@needs_numba
def test_a_fault_in_one_of_the_two_would_be_seen(compiled_code):
    """Faults are planted in ordinary Python alone."""
    fault = next(f for f in FAULTS if f.name == "debts are not served")
    drawn = drawn_scenario(700)
    with planted(fault):
        assert digest(plainly(drawn, range(1))) != digest(simulated(drawn, range(1)))


@needs_numba
@pytest.mark.parametrize("number", [702, 711])
def test_quarter_by_quarter_is_run_by_run(compiled_code, number, monkeypatch):
    drawn, made = drawn_scenario(number), []
    for way in ("always", "never"):
        monkeypatch.setenv(compiling.WAY, way)
        ways = [simulated(drawn, range(6))[0]]
        start = prepare(drawn, list(range(6)), 3)
        worlds = [(w.share.copy(), h.rows.copy()) for w, h in quarters(start, drawn.end)]
        rows = np.concatenate([rows for _, rows in worlds])
        rows = rows[np.argsort(rows["run"], kind="stable")]
        assert rows.tobytes() == ways[0].rows.tobytes()
        dyads = start.dyads
        assert np.stack([share for share, _ in worlds], axis=1).reshape(6, -1, dyads).tobytes() == np.ascontiguousarray(
            ways[0].recorded[:, :, :dyads]
        ).tobytes()
        made.append(digest(ways))
    assert made[0] == made[1]

@needs_numba
def test_alone_in_a_batch_and_in_parts(compiled_code):
    loaded = load_scenario("central-asia")
    whole = simulated(loaded, range(40))
    assert len(whole[0].rows) > 1000
    for parts in (2, 7, 40):
        pieces = simulated(loaded, range(40), parts=parts)
        assert np.concatenate([p.recorded for p in pieces]).tobytes() == whole[0].recorded.tobytes()
        assert np.concatenate([p.rows for p in pieces]).tobytes() == whole[0].rows.tobytes()
        assert np.concatenate([p.outcomes for p in pieces]).tobytes() == whole[0].outcomes.tobytes()
    (alone,) = simulated(loaded, range(17, 18))
    assert alone.recorded[0].tobytes() == whole[0].recorded[17].tobytes()

@needs_numba
def test_any_number_of_threads(compiled_code):
    loaded = load_scenario("us-withdrawal")
    alone, found = digest(simulated(loaded, range(20))), {}

    def work(name: int) -> None:
        found[name] = digest(simulated(loaded, range(20)))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {0: alone, 1: alone}

def test_runs_do_not_see_each_others_events():
    loaded = load_scenario("two-patrons")
    until = loaded.start + 11
    (together,) = simulated(loaded, range(3), until)
    for run in range(3):
        (alone,) = simulated(loaded, range(run, run + 1), until)
        assert alone.recorded[0].tobytes() == together.recorded[run].tobytes()

def small_buffers_lose_no_row() -> None:
    """A ledger with room for few rows at first is the ledger; run by run and quarter by quarter."""
    loaded = load_scenario("central-asia")
    until = loaded.start + 3
    wide = simulate(loaded, 4, 3, until=until)
    assert len(wide.ledger) > 10
    assert wide.ledger.run.nunique() > 2
    others = []
    full = [int((wide.ledger.run <= run).sum()) for run in range(3)]  # room that ends exactly where a run does
    with pytest.MonkeyPatch.context() as patched:
        for room in ((1, 1), (7, 7), (12, 64), *((rows, 64) for rows in full)):
            patched.setattr(driving, "room_for", lambda runs, quarters, room=room: room)
            others.append(simulate(loaded, 4, 3, until=until))
        patched.setattr(driving, "ROOM", 1)
        steps = [happened.rows for _, happened in quarters(prepare(loaded, range(4), 3), until)]
    rows = np.concatenate(steps)
    (whole,) = simulated(loaded, range(4), until)
    assert rows[np.argsort(rows["run"], kind="stable")].tobytes() == whole.rows.tobytes()
    for other in others:
        assert other.ledger.astype(str).equals(wide.ledger.astype(str))
        assert other.events.equals(wide.events)
        assert other.data.equals(wide.data)


def test_a_small_buffer_loses_no_row():
    small_buffers_lose_no_row()


# --- golden digests --------------------------------------------------------------------------------------------------

GOLDEN = HERE / "golden.json"
CASES = ("two-patrons", "central-asia", "us-stays", "pacific-islands")

def golden_digests() -> dict[str, str]:
    """Of shares, bases, outcomes and deals in two runs of some built-in scenarios."""
    return {name: digest(simulated(load_scenario(name), range(2), seed=1, wanted=variables(RECORDS["lean"]))) for name in CASES}

def test_numbers_are_those_of_every_x86_processor():
    """Whoever changes a rule or a built-in number writes this file anew: `python tests/test_compiling.py`."""
    assert golden_digests() == json.loads(GOLDEN.read_text(encoding="utf-8"))

FEATURES = {
    "generic": {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""},
    "before AVX": {"NUMBA_CPU_NAME": "nehalem", "NUMBA_CPU_FEATURES": "-avx,-avx2,-fma,-avx512f"},
    "AVX2 and FMA": {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx2,+fma,-avx512f"},
    "this one, numpy without": {"NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX"},
}

@needs_numba
@pytest.mark.statistical
@pytest.mark.parametrize("features", FEATURES)
def test_compiled_for_other_processors(features, tmp_path):
    found = outcome_of(
        "import test_compiling as t, json; print(json.dumps(t.golden_digests()))",
        {**FEATURES[features], compiling.WAY: "always", compiling.CACHE: str(tmp_path)},
    )
    assert json.loads(found.splitlines()[-1]) == json.loads(GOLDEN.read_text(encoding="utf-8"))

def outcome_of(program: str, environment: dict[str, str], seconds: float = 900) -> str:
    """What a program of its own says."""
    path = os.pathsep.join([str(Path(compiling.__file__).parents[1]), str(HERE)])
    made = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], env={**os.environ, "PYTHONPATH": path, **environment},
        capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout

@needs_numba
@pytest.mark.statistical
def test_regions_of_two_buckets_in_one_process(compiled_code):
    """Three patrons and seventeen clients do not fit into the first bucket; both are compiled in processes of their own."""
    clients = [f"Q{letter}A" for letter in "ABCDEFGHIJKLMNO"]
    states = "".join(f"  {c}: {{gdp: {2000 + 300 * i}, openness: 0.{3 + i % 5}}}\n" for i, c in enumerate(clients))
    text = TWO.replace("  RUS: {position", states + "  CHN: {position: {unga: 0}}\n  RUS: {position", 1)
    text = text.replace("  RUS: {budget: 400}", "  CHN: {budget: 900}\n  RUS: {budget: 400}")
    wide = scenario(text, {f"ties.{p}.{c}.weight": 1 for p in ("CHN", "RUS", "USA") for c in clients})
    assert prepare(wide, [0], 1).bucket == bucket_for(3, 17, 0, 2) == Bucket(8, 24, 6, 4)
    narrow = drawn_scenario(700)
    compiling.wait_for(Bucket(8, 24, 6, 4))
    expected = [digest(plainly(one, range(3))) for one in (wide, narrow)]
    assert [digest(simulated(one, range(3))) for one in (wide, narrow)] == expected


# --- when and where compiled -----------------------------------------------------------------------------------------

def test_never_means_that_numba_is_not_imported():
    program = (
        "import sys; from patronage import load_scenario, simulate; simulate(load_scenario('two-patrons'), 2, 1)\n"
        "print([m for m in ('numba', 'llvmlite') if m in sys.modules])"
    )
    assert outcome_of(program, {compiling.WAY: "never"}).strip() == "[]"

def test_without_numba_everything_runs(monkeypatch):
    monkeypatch.setattr(compiling, "available", lambda: False)
    monkeypatch.setenv(compiling.WAY, "always")
    assert compiling.compiled(FIRST, 1e12) is None
    assert not compiling.is_ready(Bucket(12, 12, 6, 4))

class Waits(list):
    """What was prepared, loaded or begun behind."""

@pytest.fixture
def waits(monkeypatch, tmp_path):
    """Nothing is really compiled; a folder of its own."""
    made = Waits()
    monkeypatch.setenv(compiling.CACHE, str(tmp_path))
    monkeypatch.setenv(compiling.WAY, "auto")
    monkeypatch.setattr(compiling, "available", lambda: True)
    monkeypatch.setattr(compiling, "_loaded", set())
    monkeypatch.setattr(compiling, "prepare", lambda bucket: made.append("prepared") or 0.0)
    monkeypatch.setattr(compiling, "prepare_behind", lambda bucket: made.append("behind"))
    monkeypatch.setattr(compiling, "wait_for", lambda bucket: made.append("waited"))
    compiling.cache_folder.cache_clear()
    yield made
    compiling.cache_folder.cache_clear()

LITTLE, SOME, MUCH = 10.0, 2 / compiling.PLAIN, 100 / compiling.PLAIN
"""Dyad-quarters: of a moment, of two seconds and of a hundred as ordinary Python."""

def test_small_work_does_not_wait(waits):
    assert compiling.compiled(FIRST, SOME) is None
    assert waits == ["behind"]  # but there will be compiled code the next time

def test_large_work_waits(waits):
    assert compiling.compiled(FIRST, MUCH) == FIRST
    assert waits == ["waited", "prepared"]

def test_what_is_ready_is_loaded_where_it_saves_time(waits):
    compiling.mark(FIRST).touch()
    assert compiling.compiled(FIRST, LITTLE) is None
    assert waits == []
    assert compiling.compiled(FIRST, SOME) == FIRST
    assert waits == ["prepared"]

@pytest.mark.parametrize(("way", "expected"), [("always", FIRST), ("never", None)])
def test_the_environment_decides(waits, monkeypatch, way, expected):
    monkeypatch.setenv(compiling.WAY, way)
    assert compiling.compiled(FIRST, LITTLE) == expected

@pytest.fixture
def mock_code(monkeypatch, tmp_path):
    """Compilation takes a moment and leaves a note of itself."""

    class Twin:
        def compile(self, arguments: object) -> None:
            time.sleep(0.02)
            made.append(arguments)

    made: list[object] = []
    monkeypatch.setenv(compiling.CACHE, str(tmp_path / "cache"))
    monkeypatch.setattr(compiling, "_loaded", set())
    monkeypatch.setattr(compiling, "twins", lambda bucket: {"advance": Twin()})
    monkeypatch.setattr("patronage.engine.signatures", lambda bucket: {"advance": ("types",)})
    compiling.cache_folder.cache_clear()
    yield made
    compiling.cache_folder.cache_clear()

@needs_numba
def test_twins_of_two_buckets_have_names_of_their_own():
    one, other = (compiling.twins(bucket)["advance"].py_func for bucket in (FIRST, Bucket(8, 24, 6, 4)))
    inside = [f.__globals__["quarter"].py_func for f in (one, other)]
    assert len({f.__qualname__ for f in (one, other, *inside)}) == 4


def test_what_is_prepared_is_marked_and_done_once(mock_code):
    assert not compiling.is_ready(FIRST)
    compiling.prepare(FIRST)
    compiling.prepare(FIRST)
    assert len(mock_code) == 1
    assert compiling.mark(FIRST).exists()
    assert compiling.is_ready(FIRST)
    compiling._loaded.clear()  # another process knows it by the mark
    assert compiling.is_ready(FIRST)
    assert not compiling.is_ready(Bucket(12, 12, 6, 4))

def test_two_at_once_do_not_compile_at_once(mock_code):
    """Who comes second waits for the first: then the code is there."""
    from filelock import FileLock

    file = compiling.mark(FIRST)
    order: list[str] = []

    def second() -> None:
        compiling.prepare(FIRST)
        order.append("second")

    with FileLock(f"{file}.lock"):
        thread = threading.Thread(target=second)
        thread.start()
        time.sleep(0.3)
        assert mock_code == []
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]

def test_a_folder_that_cannot_be_made(mock_code, tmp_path):
    (tmp_path / "cache").write_text("a file stands where the folder should be", encoding="utf-8")
    assert compiling.cache_folder() is None
    assert compiling.mark(FIRST) is None
    assert not compiling.is_ready(FIRST)
    compiling.prepare(FIRST)  # in memory, for this process alone
    assert len(mock_code) == 1
    assert compiling.is_ready(FIRST)
    assert compiling.prepare_behind(Bucket(12, 12, 6, 4)) is False  # there is nothing to leave behind

def test_shipped_code_may_be_read_only(mock_code, monkeypatch):
    """A folder with compiled code in it is used though nothing can be written there."""
    folder = compiling.cache_folder()
    compiling.mark(FIRST).touch()
    compiling.cache_folder.cache_clear()

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only file system")

    monkeypatch.setattr(compiling.tempfile, "TemporaryFile", refused)
    monkeypatch.setattr(system.FileLock, "acquire", refused)
    monkeypatch.setattr(Path, "touch", refused)
    assert compiling.cache_folder() == folder
    assert compiling.is_ready(FIRST)
    compiling.prepare(FIRST)
    assert len(mock_code) == 1

def test_a_process_that_compiled_in_vain_is_not_waited_for(waits, monkeypatch):
    class Ended:
        def poll(self) -> int:
            return 0

    monkeypatch.undo()
    monkeypatch.setattr(compiling, "_preparing", {FIRST: Ended()})
    monkeypatch.setattr(compiling, "is_ready", lambda bucket: False)
    told: list[float | None] = []
    monkeypatch.setattr(compiling, "_waiting", [told.append])
    compiling.wait_for(FIRST)
    assert told == [0.0, None]

def test_another_text_has_another_folder(monkeypatch):
    first = compiling.digest()
    monkeypatch.setattr(compiling.Path, "read_bytes", lambda self: b"another text")
    compiling.digest.cache_clear()
    assert compiling.digest() != first
    monkeypatch.undo()
    compiling.digest.cache_clear()
    assert compiling.digest() == first

@pytest.mark.parametrize(
    ("region", "bucket"), [((5, 5, 5, 3), FIRST), ((2, 1, 0, 1), FIRST), ((9, 5, 1, 2), Bucket(12, 12, 6, 4)),
                           ((8, 190, 6, 4), Bucket(8, 200, 6, 4)), ((70, 12, 6, 4), Bucket(70, 12, 6, 4))],
)  # fmt: skip
def test_regions_share_buckets(region, bucket):
    assert bucket_for(*region) == bucket

if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(golden_digests(), indent=1) + "\n", encoding="utf-8")
