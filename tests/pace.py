"""How long something takes, told by a plain piece of work beside it: a limit that holds on any machine, however slow or busy."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache

from ruamel.yaml import YAML

TEXT = "".join(f"key{i}: {{value: {i}, range: [0, {i}.5], note: 'some words'}}\n" for i in range(120))


def plain_work() -> float:
    """Seconds of this thread's processor time in which the YAML library, without the program, reads 120 lines; .03 on a fast core."""
    begun = time.thread_time()
    YAML(typ="safe", pure=True).load(TEXT)
    return time.thread_time() - begun


@cache
def usual() -> float:
    """The same, once a process: to see what is surely quick."""
    return plain_work()


def works(do: Callable[[], object]) -> float:
    """Processor time of `do` in plain works, the slower of one before and one after it."""
    before, begun = plain_work(), time.thread_time()
    do()
    return (time.thread_time() - begun) / max(before, plain_work())
