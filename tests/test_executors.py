"""The one loop over tasks: as they come, those whose process died again, and an end to that."""

from __future__ import annotations

from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool

import pytest

from patronage.batch.executors import DEATHS, LostError, Serial, completed


class Dying:
    """An executor whose processes die of some tasks, some times."""

    def __init__(self, deaths: dict[int, int], width: int = 2) -> None:
        self.deaths, self.at_once, self.begun = dict(deaths), width, []
        self.open: list[Future] = []

    def width(self) -> int:
        return self.at_once

    def check(self) -> None:
        pass

    def submit(self, work, task: int) -> Future:
        self.begun.append(task)
        future: Future = Future()
        if self.deaths.get(task, 0):
            self.deaths[task] -= 1
            future.set_exception(BrokenProcessPool("died"))
        else:
            future.set_result(work(task))
        return future


def made(doer, count: int = 9) -> dict[int, int]:
    tasks = [(f"chunk {i}", i) for i in range(count)]
    return dict(completed(doer, tasks, lambda i: doer.submit(lambda n: n * n, i)))


SQUARES = {i: i * i for i in range(9)}


@pytest.mark.parametrize("doer", [Serial(), Dying({}), Dying({3: 1, 4: DEATHS}), Dying(dict.fromkeys(range(9), 1), 1)])
def test_every_task_is_done_whatever_dies(doer):
    assert made(doer) == SQUARES


def test_a_task_is_begun_again_only_if_it_was_lost():
    doer = Dying({3: 2})
    made(doer)
    assert sorted(doer.begun) == sorted([*range(9), 3, 3])


def test_a_task_that_kills_every_process_ends_the_work():
    doer = Dying({5: DEATHS + 1})
    with pytest.raises(LostError, match=rf"died {DEATHS + 1} times at chunk 5, .* fewer runs per chunk need less"):
        made(doer)


def test_no_more_is_begun_than_can_be_kept_in_view():
    doer = Dying({}, width=3)
    some = completed(doer, [(str(i), i) for i in range(100)], lambda i: doer.submit(int, i))
    next(some)
    assert len(doer.begun) == 6


def test_the_process_itself_takes_one_task_at_a_time():
    doer, begun = Serial(), []
    some = completed(doer, [(str(i), i) for i in range(100)], lambda i: doer.submit(begun.append, i))
    next(some)
    assert begun == [0]


def test_what_a_task_raises_comes_out():
    doer = Serial()
    with pytest.raises(ZeroDivisionError):
        dict(completed(doer, [("one", 0)], lambda i: doer.submit(lambda n: 1 // n, i)))


def test_when_nothing_more_will_come_it_says_so():
    class Gone(Dying):
        def check(self) -> None:
            raise LostError("the scheduler is gone")

    with pytest.raises(LostError, match="the scheduler is gone"):
        made(Gone({}))
