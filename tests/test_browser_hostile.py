"""What a browser may send, and what becomes of it: checked values, folders under roots, jobs that end. Without a browser."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from patronage.batch.folders import FolderError
from patronage.browser import checked, exports, jobs, reporting
from patronage.browser.levers import ORDERS, order_event
from patronage.browser.replays import agreement, open_folder
from patronage.browser.rivals import NOTHING, OTHER, PLAIN
from patronage.browser.setup import MOST_CELLS, Setup
from patronage.browser.workspace import MOST_CHANGES, Desk
from patronage.games import orders
from patronage.games.orders import decided
from patronage.scenario import load_text, quarter_name
from patronage.scenario.reading import MOST_BYTES
from patronage.visitors import allowed_folders

NONSENSE = [
    None, True, False, "", "x", "1", [], [1], {}, {"name": 1}, float("nan"), float("inf"), float("-inf"), -1,
    -(10**30), 10**30, 0.5, 1e308, b"x", "x" * 10_000,
]  # fmt: skip


@pytest.fixture
def desk():
    made = Desk(Setup("two-patrons"))
    yield made
    made.close()


# --- values ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_as_if_nothing_had_been_sent(value):
    got = []
    checked.in_range(0, 5, got.append)(value)
    checked.one_of(["a", "b"], got.append)(value)
    checked.one_of([50, 100], got.append)(value)
    assert got == []
    checked.typed(got.append)(value)
    assert len(got[0]) <= checked.MOST_WORDS
    number = orders.amount(value)
    assert number is None or 0 <= number <= orders.MOST_MONEY
    assert all(0 <= n <= orders.MOST_MONEY for n in orders.amounts({"KGZ": value}, ["KGZ"]).values())
    assert orders.amounts(value, ["KGZ"]) == {}
    with pytest.raises(ValueError, match="no file"):
        checked.upload(value)


def test_what_is_meant_passes():
    got = []
    checked.in_range(0, 5, got.append)(5.0)
    checked.one_of(["a", "b"], got.append)("b")
    checked.typed(got.append)("USA mission")
    assert got == [5, "b", "USA mission"]
    assert orders.amounts({"KGZ": 2, "XXX": 3}, ["KGZ", "TJK"]) == {"KGZ": 2.0}


@pytest.mark.parametrize(("name", "shown"), [
    ("mine.yaml", "mine.yaml"), ("../../etc/passwd.yaml", "passwd.yaml"), ("C:\\x\\my file.YML", "my file.YML"),
    ("--out=/x.yaml", "x.yaml"), ("-rf.yaml", "_rf.yaml"), ("a\u202eb;$(x)`.yaml", "a_b__(x)_.yaml"),
    ("x" * 5000 + ".yaml", "x" * 95 + ".yaml"),
    ("Таджикистан.yaml", "Таджикистан.yaml"), ("Нари\u0306н.yaml", "Нарйн.yaml"), ("भारत.yaml", "भारत.yaml"),
])  # fmt: skip
def test_the_name_of_an_upload_is_only_a_name(name, shown):
    assert checked.upload([{"name": name, "text": "title: x"}]) == (shown, b"title: x", ())


@pytest.mark.parametrize(("file", "words"), [
    ({"name": "x.exe", "text": ""}, "its name ends in .yaml"), ({"name": "", "text": ""}, "its name ends in .yaml"),
    ({"name": "x.yaml", "text": "x" * (MOST_BYTES + 1)}, "larger than 512 kB"), ({"name": "x.yaml",
    "text": "é" * MOST_BYTES}, "larger than"),
    ({"name": "x.yaml", "text": 1}, "no file"), ({"name": "x.yaml"}, "no file"),
])  # fmt: skip
def test_an_upload_of_another_kind_or_size_is_refused(file, words):
    with pytest.raises(ValueError, match=words):
        checked.upload([file])


MAIN = {"name": "x.yaml", "text": "extends: two-patrons\ntitle: x\nties: {table: below/t.csv}\n"}
TABLE = {"name": "t.csv", "text": "patron,client,weight\nRUS,KGZ,0.75\n"}


@pytest.mark.parametrize(("files", "words"), [
    ([MAIN, MAIN], "Choose one scenario file"), ([TABLE], "Choose one scenario file"),
    ([MAIN, TABLE, TABLE], "Two tables have one name"),
    ([MAIN, {"name": "t.xlsx", "text": ""}], "t.xlsx is no scenario file: .* that of a table in .csv"),
    ([MAIN, *[{"name": f"t{n}.csv", "text": "x" * 60_000} for n in range(18)]], "tables are larger than 1 MB together"),
    ([MAIN, *[TABLE] * 20], "more than 20 files"), ([MAIN, "t.csv"], "no file"),
])  # fmt: skip
def test_files_that_do_not_belong_together_are_refused(files, words):
    with pytest.raises(ValueError, match=words):
        checked.upload(files)


def opened(desk, *files):
    """Whether a desk opens files that were handed over."""
    own = checked.upload(list(files))
    return desk.open(Setup(own.name, own.text, tables=own.tables))


def test_a_file_is_opened_with_its_tables_and_keeps_them(desk, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "below").mkdir()
    (tmp_path / "below/t.csv").write_text("patron,client,weight\nRUS,KGZ,0.25\n")  # is not looked for
    assert opened(desk, TABLE, MAIN)
    desk.change("patrons.USA.mission", "0.5")
    assert desk.reset()
    desk.step(2)
    model = desk.model.value
    assert model.scenario.figure("ties.RUS.KGZ.weight").value == 0.75
    written = load_text(exports.yaml(model))
    assert [written.figure(p).value for p in ("ties.RUS.KGZ.weight", "patrons.USA.mission")] == [0.75, 0.5]
    assert exports.note(model) == "The command needs the file x.yaml in the folder it is given in, with t.csv where it names them."
    assert reporting.asked(desk.setup, PLAIN, 50).scenarios[0].figure("ties.RUS.KGZ.weight").value == 0.75


def test_another_table_makes_another_scenario(desk):
    assert opened(desk, MAIN, TABLE)
    assert len(desk.lasting.attempts.list) == 1
    desk.change("patrons.USA.mission", "0.5")
    assert desk.reset()
    assert len(desk.lasting.attempts.list) == 2
    assert opened(desk, MAIN, {"name": "t.csv", "text": TABLE["text"].replace("0.75", "0.5")})
    assert desk.model.value.scenario.figure("ties.RUS.KGZ.weight").value == 0.5
    assert len(desk.lasting.attempts.list) == 1


def test_a_table_that_is_missing_is_named(desk):
    assert not opened(desk, MAIN)
    assert desk.problem.value.endswith(
        "x.yaml:3:15: the table 'below/t.csv' was not handed over. Choose it together with the scenario file."
    )
    assert not opened(desk, MAIN, {"name": "T.csv", "text": ""})
    assert desk.problem.value.endswith("Did you mean T.csv?")
    assert not opened(desk, MAIN, {"name": "t.csv", "text": "patron,client,wieght\nRUS,KGZ,1\n"})
    assert "t.csv:1:3: unknown column 'wieght'. Did you mean weight?" in desk.problem.value
    assert checked.upload([MAIN, {"name": "other.csv", "text": ""}]).unread == ["other.csv"]


@pytest.mark.parametrize(
    "text",
    [
        "extends: ../secret.yaml\n",
        "extends: secret.yaml\n",
        "extends: /etc/passwd\n",
        "extends: two-patrons\ntitle: x\nties: {table: secret.csv}\n",
    ],
)
def test_an_upload_reads_no_file_of_this_machine(desk, tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    for name in ("secret.yaml", "secret.csv"):
        (tmp_path / name).write_text("title: the secret words\n")
    assert not opened(desk, {"name": "x.yaml", "text": text})
    assert "the secret words" not in desk.problem.value
    assert desk.setup.source == "two-patrons"


# --- the desk ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("runs", [*NONSENSE[:13], 0, -5, 1001, 10**9, 2.5, "50"], ids=str)
def test_an_ensemble_of_nonsense_is_not_begun(desk, runs):
    desk.ensemble(runs)
    assert desk.bands is None


def test_an_ensemble_that_would_fill_the_memory_is_refused(desk, monkeypatch):
    monkeypatch.setattr("patronage.browser.setup.MOST_CELLS", 4 * 60)
    desk.ensemble(100)
    assert desk.bands is None
    assert (
        desk.problem.value
        == "100 runs with so many actors are too much for the page: take 60 at most, or patronage run"
    )
    desk.ensemble(60)
    assert desk.bands is not None


def test_a_run_that_would_fill_the_memory_is_refused(desk, monkeypatch):
    assert MOST_CELLS > 4 * 800
    monkeypatch.setattr("patronage.browser.setup.MOST_CELLS", 100)
    assert not desk.open(Setup("two-patrons", None, (("period.end", "2033Q4"),)))
    assert (
        desk.problem.value
        == "2 patrons and 1 clients over 100 quarters are too much for the page: patronage run simulates them"
    )


@pytest.mark.parametrize("key", [f"{OTHER}/etc/passwd", f"{OTHER}secret.yaml", f"{OTHER}", "without:nothing", "", "x"])
def test_only_what_is_known_can_be_compared_with(desk, key):
    before = desk.rival.value
    desk.pick(key)
    assert desk.rival.value == before
    desk.pick(NOTHING)
    assert desk.rival.value == NOTHING


def test_nobody_sits_where_there_is_no_seat(desk):
    desk.sit("XXX")
    assert desk.player is None


@pytest.mark.parametrize("value", NONSENSE, ids=range(len(NONSENSE)))
def test_a_player_who_sends_nonsense_plays_a_quarter(desk, value):
    desk.sit("USA")
    model, clients = desk.model.value, desk.model.value.scenario.clients
    kinds = ("offers", "bids", "denials", "relief", "restrain")
    assert (decided(value, clients) is None) is (not isinstance(value, dict))
    for told in ({k: {"KGZ": value, "x": 1} for k in kinds}, dict.fromkeys(kinds, value)):
        desk.player.decision, relief = decided(told, clients)
        for client, much in relief.items():
            order = next(o for o in ORDERS if o.act == "forgive")
            desk.fire(
                f"relief_{client}", order_event(order, quarter_name(model.world.quarter + 1), "USA", client, much)
            )
        model.step()
    assert desk.problem.value == ""
    assert model.error == ""
    assert len(model.moments) == 3
    assert all(bool((abs(a) < 1e12).all()) for a in (model.world.share, model.world.rent, model.world.debt))


def test_events_fired_without_end_are_refused(desk):
    order = next(o for o in ORDERS if o.act == "turnover")
    full = tuple(
        (f"events.now_turnover_{n}", order_event(order, "2013Q4", "USA", "KGZ", 0.0)) for n in range(MOST_CHANGES)
    )
    desk.setup = Setup("two-patrons", None, full)
    assert not desk.fire("one_more", full[0][1])
    assert "changes of one run" in desk.problem.value


# --- folders -----------------------------------------------------------------------------------------------------------------


def test_a_run_under_the_root_is_opened(here, desk):
    for path in ("runs/mine", "./runs/../runs/mine", str(here / "runs" / "mine"), "alias/mine"):
        desk.folder = None
        open_folder(desk, path)
        assert (desk.problem.value, desk.folder is not None) == ("", True), path
    assert (desk.setup.seed, desk.setup.source) == (3, "runs/mine/scenario.yaml")
    desk.model.value.step()
    assert "equal to the folder so far" in agreement(desk)


OUTSIDE = [
    "other", "nowhere", "/etc", "/etc/passwd", "/nowhere/at/all", "runs/link", "runs/../other", "..", "", ".", "/",
    "~", "runs/../../x", "a\0b", "x" * 5000,
    "runs" + "/.." * 50, "//etc", "runs/mine/../../other", "\u202e", "runsx", "runs\\..\\other", "file:///etc",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE, ids=range(len(OUTSIDE)))
def test_outside_every_answer_is_the_same(here, desk, path):
    """Whether there is something or not, and whatever it is."""
    open_folder(desk, path)
    assert desk.folder is None
    assert desk.problem.value == "The page opens run folders under runs only, as it was started (--runs-root DIR)"


def test_other_roots_are_named_at_the_start(here, desk):
    allowed_folders.allow([Path("other"), here / "runs"])
    open_folder(desk, "other")
    assert desk.problem.value == ""
    open_folder(desk, "runs/link")  # leads to the other root
    assert desk.problem.value == ""
    open_folder(desk, "/etc")
    assert "under other or runs only" in desk.problem.value


def test_inside_a_wrong_folder_is_told_as_the_command_tells_it(here, desk):
    (here / "runs" / "deep").mkdir()
    (here / "runs" / "deep" / "manifest.json").write_text("[" * 100_000)
    open_folder(desk, "runs/deep")
    assert "nested too deeply" in desk.problem.value
    open_folder(desk, "runs/none")
    assert "is no run folder" in desk.problem.value
    (here / "runs" / "mine" / "scenario.yaml").unlink()
    (here / "runs" / "mine" / "scenario.yaml").symlink_to("/etc/passwd")
    open_folder(desk, "runs/mine")
    assert "only, as it was started" in desk.problem.value
    (here / "runs" / "mine" / "scenario.yaml").unlink()
    (here / "runs" / "mine" / "scenario.yaml").write_text("extends: two-patrons\ntitle: Another\n")
    open_folder(desk, "runs/mine")
    assert "not the scenario that the runs were made with" in desk.problem.value
    assert desk.folder is None
    with pytest.raises(FolderError):
        allowed_folders.inside(os.devnull)


# --- jobs --------------------------------------------------------------------------------------------------------------------


class Endless(jobs.Job):
    def work(self):
        while self.advance():
            self.total += 1


def until(condition, seconds=120.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_more_jobs_than_places_wait_and_say_so():
    many = [Endless(1, lambda: None) for _ in range(jobs.MOST + 3)]
    for job in many:
        job.start()
    until(lambda: sum(not j.waiting for j in many) == jobs.MOST)
    time.sleep(0.3)
    assert sum(j.waiting for j in many) == 3
    idle = [j for j in many if j.waiting]
    idle[0].stop()  # gives up its place in the queue
    idle[0].wait(5)
    assert idle[0].waiting
    next(j for j in many if not j.waiting).stop()
    until(lambda: sum(j.waiting for j in many) == 2)
    for job in many:
        job.stop()
    for job in many:
        job.wait(60)
    assert not any(j._thread.is_alive() for j in many)
    assert str(jobs.MOST) in jobs.WAITING


def test_a_job_that_fails_leaves_its_place():
    class Failing(jobs.Job):
        def work(self):
            raise MemoryError

    for _ in range(jobs.MOST + 2):
        job = Failing(1, lambda: None)
        job.start()
        job.wait(60)
        assert job.failed == "It needs more memory than there is: choose fewer runs"


def test_a_session_that_ends_leaves_no_job():
    before = threading.active_count()
    desk = Desk(Setup("us-withdrawal"))
    desk.ensemble(1000)
    held = [desk.twin, desk.bands]
    desk.close()
    for job in held:
        job.wait(180)
        assert not job._thread.is_alive()
    known = set(threading.enumerate())
    desk.ensemble(50)
    desk.pick("plain")
    desk.begin()
    assert set(threading.enumerate()) <= known
    until(lambda: threading.active_count() <= before)  # its memory is given back by a thread that ends
    assert desk.model.value.running is False
