"""Several processes behind one address: who is placed where, and what happens when one ends. With processes that only answer."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from patronage.visitors import places, pool
from patronage.visitors.access import Door
from patronage.visitors.places import FRESH, Placement, owner, session_of

psutil = pytest.importorskip("psutil", reason="the page in the browser brings it")
pytestmark = pytest.mark.skipif(not pool.POSSIBLE, reason="connections cannot be handed on here")
FRONT = """
import socket, sys
from answering_workers import work
from patronage.visitors import pool
from patronage.visitors.access import Door
from patronage.visitors.pool import Pool
if __name__ == "__main__":
    pool.LOOK, pool.MOST_MISSED, pool.LEAVING = 0.1, 20, 1.0
    listener = socket.create_server(("127.0.0.1", 0))
    door = Door(frozenset(), 8765, "token", "key")
    def say(words):
        print(words, flush=True)
    found = Pool(listener, door, 2, work, sys.argv[1], ready=lambda: say(listener.getsockname()[1]), died=say).run()
    say(f"ended {found}")
"""


def test_a_session_stays_where_it_is_and_new_ones_go_where_there_are_fewest():
    there = Placement(3)
    assert [there.of(s, 0.0) for s in "abcd"] == [0, 1, 2, 0]
    assert [there.of(s, 1.0) for s in "dcba"] == [0, 2, 1, 0]
    assert there.at(0) == ["a", "d"]
    there.move("b", 2, 1.0)
    assert there.of("b", 2.0) == 2
    assert there.idlest() == 1


def test_a_place_is_kept_as_long_as_the_process_has_the_page():
    there = Placement(2)
    for session in "abc":
        there.of(session, 0.0)
    there.heard(0, ["a", "b"], FRESH - 1)  # it cannot speak for b, which is at the other one
    there.heard(0, ["a"], FRESH + 1)
    assert (there.at(0), there.at(1)) == (["a"], [])
    there.heard(0, [], 2 * FRESH + 2)
    assert there.at(0) == []


def test_more_sessions_than_are_remembered_have_their_places_all_the_same(monkeypatch):
    monkeypatch.setattr(places, "MOST_KNOWN", 2)
    there = Placement(2)
    names = [f"s{i}" for i in range(40)]
    once = [there.of(name, 0.0) for name in names]
    assert once == [there.of(name, 1.0) for name in names]
    assert len(there.at(0) + there.at(1)) == 2
    assert {*once[2:]} == {0, 1}


def test_rooms_are_spread_over_processes():
    assert {owner(code, 4) for code in ("ABCDEF", "ABCDEG", "ABCDEH", "KKKKKK", "ZZZZZZ", "QRSTUV", "222222")} == {0, 1, 2, 3}


def test_the_session_is_read_from_the_head_of_a_request():
    head = b"GET / HTTP/1.1\r\nHost: x\r\ncOOkie: a=b; solara-session-id=one\r\nX-Cookie: solara-session-id=two"
    assert session_of(pool.cookies_in(head)) == "one"
    assert session_of(["solara-session-id-lax=three"]) == "three"
    assert session_of(pool.cookies_in(b"GET / HTTP/1.1\r\nHost: x")) == ""
    assert session_of(pool.cookies_in(b"\xff\xfe")) == ""


def test_a_place_is_kept_for_those_only_who_hold_the_key():
    with socket.socket() as listener:
        front = pool.Pool(listener, Door(frozenset(), 8765, "token", "key"), 2, print, None, ready=print, died=print)
    for i in range(5):
        assert front.place(b"GET / HTTP/1.1\r\nCookie: patronage-8765=wrong; solara-session-id=%d" % i) == 0
        assert front.place(b"GET / HTTP/1.1\r\nCookie: patronage-8765=key; solara-session-id=" + b"9" * 201) == 0
    assert front.places.at(0) == []
    assert front.place(b"GET / HTTP/1.1\r\nCookie: patronage-8765=key; solara-session-id=1") == 0
    assert front.place(b"GET / HTTP/1.1\r\nCookie: patronage-8765=key; solara-session-id=2") == 1


class Running:
    """A front in a process of its own."""

    def __init__(self, folder: Path, how: str = "well"):
        script = folder / "front.py"
        script.write_text(FRONT, encoding="utf-8")
        here = os.pathsep.join([str(Path(__file__).parent), str(Path(pool.__file__).parents[2])])
        self.process = subprocess.Popen(
            [sys.executable, str(script), how], env=dict(os.environ, PYTHONPATH=here), stdout=subprocess.PIPE, bufsize=0
        )

    def close(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def line(self) -> str:
        """The next line it writes; nothing if none comes in time."""
        ready, _, _ = select.select([self.process.stdout], [], [], 20)
        return self.process.stdout.readline().decode().strip() if ready else ""

    def open(self) -> int:
        self.port = int(self.line())
        return self.port

    def workers(self) -> set[int]:
        """Its processes."""
        return {p.pid for p in psutil.Process(self.process.pid).children() if "spawn_main" in " ".join(p.cmdline())}

    def elsewhere(self, number: int) -> tuple[str, dict]:
        """A session at another process, and what it is answered."""
        return next((s, found) for s in "bcd" if (found := self.ask(s))["number"] != number)

    def connect(self):
        return socket.create_connection(("127.0.0.1", self.port), 20)

    def ask(self, session: str, path: str = "/", key: str = "key") -> dict:
        request = f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: patronage-8765={key}; solara-session-id={session} \r\n\r\n"
        with self.connect() as wire:
            wire.sendall(request[:9].encode())  # a head that comes in pieces
            wire.sendall(request[9:].encode())
            answer = b"".join(iter(lambda: wire.recv(1 << 16), b""))
        return json.loads(answer.partition(b"\r\n\r\n")[2] or "{}") | ({"whole": len(request)} if answer else {})


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    front = Running(tmp_path_factory.mktemp("front"))
    front.open()
    yield front
    front.close()


def alive(pid: int) -> bool:
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def until_gone(*pids: int) -> None:
    end = time.monotonic() + 20
    while any(alive(p) for p in pids):
        assert time.monotonic() < end, f"{pids} live on"
        time.sleep(0.05)


def test_each_session_is_answered_by_its_own_process_which_reads_all_from_the_beginning(running):
    first, second = running.ask("a"), running.ask("b")
    assert first["pid"] != second["pid"]
    assert {first["number"], second["number"]} == {0, 1}
    assert first["asked"] == first["whole"]
    assert [running.ask("b")["pid"], running.ask("a")["pid"]] == [second["pid"], first["pid"]]


def test_who_says_nothing_holds_up_nobody(running):
    with running.connect(), running.connect() as half:
        half.sendall(b"GET / HT")
        assert running.ask("a")["number"] == 0


def test_a_session_is_moved_to_the_process_of_a_room_which_knows_of_it_first(running):
    away = next(s for s in "abcd" if running.ask(s)["number"] != owner("ABCDEF", 2))
    running.ask(away, "/move")
    moved = running.ask(away)
    assert (moved["number"], moved["expect"]) == (owner("ABCDEF", 2), [away, "ABCDEF"])


def test_a_process_that_ends_is_started_anew_and_knows_whose_pages_were_lost(running):
    before = running.ask("a")
    elsewhere, other = running.elsewhere(before["number"])
    running.ask("a", "/die")
    which = f"Process {before['number'] + 1} of 2"
    assert running.line() == f"{which} ended (code 7) and is started anew: its pages begin anew, too."
    after = running.ask("a")
    assert after["number"] == before["number"]
    assert after["pid"] != before["pid"]
    assert "a" in after["lost"]
    assert running.ask(elsewhere)["pid"] == other["pid"]


def test_a_process_that_hangs_is_ended_and_started_anew(running):
    before = running.ask("a")
    elsewhere, other = running.elsewhere(before["number"])
    os.kill(before["pid"], signal.SIGSTOP)
    which = f"Process {before['number'] + 1} of 2"
    assert running.line() == f"{which} ended (it hung: 2 s without a word) and is started anew: its pages begin anew, too."
    until_gone(before["pid"])
    after = running.ask("a")
    assert (after["number"], "a" in after["lost"]) == (before["number"], True)
    assert after["pid"] != before["pid"]
    assert running.ask(elsewhere)["pid"] == other["pid"]


def test_a_process_that_only_works_for_long_is_left_alone(running):
    before, begun = running.workers(), time.monotonic()
    assert running.ask("a", "/busy")["pid"] in before
    assert time.monotonic() - begun > 2, "not as long as the front waits"
    assert running.workers() == before


def test_a_front_that_slept_takes_nobody_for_hung(running):
    before = running.workers()
    for sign, lasts in ((signal.SIGSTOP, 2.5), (signal.SIGCONT, 0.5)):
        for pid in (running.process.pid, *before):
            os.kill(pid, sign)
        time.sleep(lasts)
    assert running.workers() == before


def test_a_front_that_is_killed_leaves_no_process_behind(running):
    pids = running.workers()
    assert len(pids) == 2
    running.process.send_signal(signal.SIGKILL)
    running.process.wait()
    until_gone(*pids)


def test_a_front_that_is_asked_to_end_ends_all_and_whoever_hangs(tmp_path):
    with closing(Running(tmp_path)) as front:
        front.open()
        pids = front.workers()
        assert len(pids) == 2
        os.kill(min(pids), signal.SIGSTOP)
        front.process.send_signal(signal.SIGINT)
        assert front.line() == "ended 2"
        assert front.process.wait(20) == 0
        until_gone(*pids)


@pytest.mark.parametrize("how", ["broken", "half broken"])
def test_processes_that_do_not_start_are_not_started_for_ever(tmp_path, how):
    """Nor is the page there before all of them are."""
    with closing(Running(tmp_path, how)) as front:
        assert front.line().endswith("of 2 ended (code 3) as soon as it was started.")
        assert front.line() == "ended 0"
        assert front.process.wait(20) == 0


def test_processes_that_die_again_and_again_are_not_started_for_ever(tmp_path):
    with closing(Running(tmp_path)) as front:
        front.open()
        for _ in range(pool.MOST_QUICK - 1):
            front.ask("a", "/die")
            assert front.line().endswith("is started anew: its pages begin anew, too.")
        front.ask("a", "/die")
        assert front.line().endswith("of 2 ended (code 7) as soon as it was started.")
        assert front.line() == "ended 0"
