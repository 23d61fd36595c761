"""What several pages ask is worked out once, and told to all of them. No browser."""

from __future__ import annotations

import threading
import time

import pytest

from patronage.browser import jobs
from patronage.browser.jobs import SharedJob


class Asked(SharedJob):
    """Two steps that wait until they are let go on; `found` counts those who worked."""

    ANSWER = ("found",)
    worked: list[str]
    gate: threading.Event
    breaks = False

    def __init__(self, who, question):
        self.news = []
        super().__init__(question, 2, lambda: self.news.append(self.done))
        self.who, self.found = who, ""

    def work(self):
        self.worked.append(self.who)
        self.found = f"half by {self.who}"
        if not self.advance():
            return
        self.notify_now()
        while not self.gate.wait(0.01):
            if self.stopped:
                return
        if self.breaks:
            raise ArithmeticError("no")
        self.found = f"whole by {self.who}"
        self.advance()


@pytest.fixture
def asked(monkeypatch):
    monkeypatch.setattr(jobs, "_answers", type(jobs._answers)())
    monkeypatch.setattr(Asked, "worked", [], raising=False)
    monkeypatch.setattr(Asked, "gate", threading.Event(), raising=False)
    made = []

    def ask(who, question="q"):
        made.append(Asked(who, question))
        made[-1].start()
        return made[-1]

    yield ask
    Asked.gate.set()
    for job in made:
        job.stop()
        job.wait()


def comes(what):
    end = time.monotonic() + 20
    while not what() and time.monotonic() < end:
        time.sleep(0.005)
    return what()


def test_one_works_and_all_are_told_as_it_goes_on(asked):
    first = asked("ann")
    assert comes(lambda: first.found)
    others = [asked(who) for who in ("bob", "eve", "joe")]
    assert comes(lambda: all(job.found == "half by ann" and job.news == [1] for job in others))
    Asked.gate.set()
    for job in (first, *others):
        job.wait()
    assert [(j.found, j.finished, j.failed, j.waiting) for j in (first, *others)] == 4 * [("whole by ann", True, "", False)]
    late = asked("late")
    late.wait()
    assert (late.found, late.news, Asked.worked) == ("whole by ann", [2], ["ann"])


def test_followers_take_no_place_among_the_computations(asked):
    first = asked("ann")
    assert comes(lambda: first.found)
    _ = [asked(f"bob{i}") for i in range(2 * jobs.MOST)]
    other = asked("eve", "another question")
    assert comes(lambda: other.found == "half by eve")
    assert Asked.worked == ["ann", "eve"]


def test_where_the_first_goes_another_begins_anew(asked):
    first = asked("ann")
    assert comes(lambda: first.found)
    other = asked("bob")
    assert comes(lambda: other.found)
    first.stop()
    assert comes(lambda: Asked.worked == ["ann", "bob"])
    Asked.gate.set()
    other.wait()
    assert (other.found, other.done) == ("whole by bob", 2), "it began anew"


def test_what_failed_is_told_and_tried_again(asked, monkeypatch):
    monkeypatch.setattr(Asked, "breaks", True)
    Asked.gate.set()
    first = asked("ann")
    first.wait()
    assert first.failed == "ArithmeticError: no"
    monkeypatch.setattr(Asked, "breaks", False)
    second = asked("bob")
    second.wait()
    assert (second.found, second.failed) == ("whole by bob", "")


def test_old_answers_are_let_go(asked, monkeypatch):
    monkeypatch.setattr(jobs, "MOST_ANSWERS", 2)
    Asked.gate.set()
    for question in "abc":
        asked("ann", question).wait()
    assert len(jobs._answers) == 2
    asked("bob", "a").wait()
    assert Asked.worked == ["ann", "ann", "ann", "bob"]
