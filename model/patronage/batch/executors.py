"""Who does the work: this process, some processes of this machine, or the workers of a Dask cluster.

All three are executors in the manner of `concurrent.futures`: `submit` returns a future.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import threading
import time
from asyncio import CancelledError
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures import CancelledError as FutureCancelled
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")

CONNECT = 10.0
"""Seconds to wait for a scheduler."""
DEATHS = 3
"""How often processes may die of one task before the work is given up."""
DEATH_NOTED = 2.0
"""Seconds a pool has to find out by itself that one of its processes died."""


PIPES_END = sys.version_info >= (3, 11, 5)
"""Earlier, a pool whose processes have died can wait for ever, at exit at the latest: it goes on writing into a full pipe
that nobody reads, for its reading end stays open in this process (github.com/python/cpython/issues/94777)."""


class LostError(RuntimeError):
    """Those who should do the work are gone."""


class NoClusterError(RuntimeError):
    """No cluster can be used."""


class Executor(Protocol):
    """What a sweep asks of whoever does its work."""

    def width(self) -> int:
        """How many chunks can be worked on at the same time, now."""
        ...

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Begin some work."""
        ...

    def check(self) -> None:
        """LostError if nothing more will come."""
        ...


class Serial:
    """The process itself: `submit` returns when the work is done."""

    def width(self) -> int:
        return 1

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments))
        except Exception as error:  # noqa: BLE001  # it comes out where the result is asked for
            future.set_exception(error)
        return future

    def check(self) -> None:
        pass


class Processes:
    """Processes of this machine. They are started afresh, not forked, whatever the program has made the default.

    `begin` is called in each of them before any work. All of them end when one dies: a pool would wait for ever for the rest
    of a result that was half sent then.
    """

    def __init__(self, workers: int, begin: Callable[[], None] | None = None) -> None:
        self.workers = workers
        self._begin = begin
        self._pool = self._new()

    def _new(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_begin, initargs=(self._begin,))
        threading.Thread(target=_attend, args=(pool,), daemon=True).start()
        return pool

    def width(self) -> int:
        return self.workers

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        try:
            return self._pool.submit(work, *arguments)
        except BrokenProcessPool:
            self._give_up()
            self._pool = self._new()
            return self._pool.submit(work, *arguments)

    def check(self) -> None:
        pass

    def close(self, now: bool) -> None:
        """Let the processes end; `now`: do not wait for what they are doing."""
        if now or self._pool._broken:  # noqa: SLF001
            self._give_up()
        else:
            self._pool.shutdown()

    def _give_up(self) -> None:
        """End the pool and its processes, whatever state they are in: it has no way of its own to do so."""
        pool = self._pool
        running, calls, results = _processes(pool), getattr(pool, "_call_queue", None), pool._result_queue  # noqa: SLF001
        manager: Any = pool._executor_manager_thread  # noqa: SLF001
        pool.shutdown(wait=False, cancel_futures=True)
        _end(running, results)
        if calls is not None and not PIPES_END:
            calls._reader.close()  # noqa: SLF001
        for process in running:
            process.join(5)
        if manager is not None:
            manager.join(5)  # at its end it closes what the end of the program would write to


def _processes(pool: ProcessPoolExecutor) -> list[Any]:
    return list((pool._processes or {}).values())  # noqa: SLF001


_ENDING = threading.Lock()
"""Who gives a pool up and who attends to it may both end it, and a connection is not to be closed by two at once."""


def _end(processes: list[Any], results: Any) -> None:
    """End processes, and what their pool reads from them: one that ends while it sends leaves the rest of its result unsent."""
    for process in processes:
        process.terminate()
    if results is not None:
        with _ENDING:
            results._writer.close()  # noqa: SLF001  # the last end that is open for writing: the pool reads no further


def _works(pool: ProcessPoolExecutor) -> bool:
    return not pool._shutdown_thread and not pool._broken  # noqa: SLF001


def _attend(pool: ProcessPoolExecutor) -> None:
    """As long as a pool works: when one of its processes has died and it has not found out, end the others."""
    while _works(pool):
        processes, results = _processes(pool), pool._result_queue  # noqa: SLF001
        if not processes:
            time.sleep(DEATH_NOTED)
        elif connection.wait([p.sentinel for p in processes], DEATH_NOTED):
            time.sleep(DEATH_NOTED)
            if _works(pool):
                _end(processes, results)
            return


def _begin(begin: Callable[[], None] | None) -> None:
    """In a new process: Ctrl-C is the parent's business, and without a parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    if begin is not None:
        begin()


def _end_with(parent: Any) -> None:
    parent.join()
    os._exit(1)


class Cluster:
    """The workers of a Dask scheduler, however many there are at a time."""

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client

            connect: Any = Client
            _quiet()
        except ImportError as error:
            raise NoClusterError("--scheduler needs Dask: install patronage with its extra 'cluster'") from error
        self.address = address
        try:
            self._client: Any = connect(address, timeout=CONNECT, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise NoClusterError(f"no scheduler answers at {address}: {error}") from None
        self._futures: dict[Future[Any], Any] = {}

    def width(self) -> int:
        """Threads of all workers; 1 while none has come."""
        try:
            threads = self._client.nthreads()
        except (OSError, ValueError, TimeoutError):
            return 1
        return max(1, sum(threads.values()))

    def submit(self, work: Callable[..., Any], *arguments: Any) -> Future[Any]:
        remote: Any = self._client.submit(work, *arguments, pure=False)
        future: Future[Any] = Future()
        self._futures[future] = remote
        remote.add_done_callback(lambda done: self._over(future, done))
        return future

    def _over(self, future: Future[Any], remote: Any) -> None:
        self._futures.pop(future, None)
        if future.done():
            return
        try:
            if remote.status == "finished":
                future.set_result(remote.result(timeout=60))
            else:
                future.set_exception(_cause(remote))
        except BaseException as error:  # noqa: BLE001  # also a connection that broke while the result came
            if not future.done():
                future.set_exception(LostError(f"a result was lost on its way: {error}"))
        finally:
            remote.release()

    def check(self) -> None:
        if self._client.status not in ("running", "newly-created"):
            raise LostError(f"the scheduler at {self.address} is gone")

    def close(self, now: bool) -> None:
        """Leave the cluster as it is; `now`: take back what was asked of it."""
        if now:
            for remote in list(self._futures.values()):
                remote.cancel()
        self._client.close(timeout=5)


def _cause(remote: Any) -> BaseException:
    try:
        found = remote.exception(timeout=10)
    except BaseException as error:  # noqa: BLE001  # cancelled, or the connection is gone
        return LostError(str(error) or "the work was cancelled")
    if type(found).__name__ == "KilledWorker":
        return LostError(f"several workers died of the same chunk: {found}")
    return found if isinstance(found, BaseException) else LostError("the work was cancelled")


class _Lost(logging.Filter):
    """Drops reports of connections that broke: `check` says so once, in a line."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, OSError | TimeoutError | CancelledError | FutureCancelled)


_LOST = _Lost()


def _quiet() -> None:
    """Dask, and the event loops below it, report every broken connection at length, also after all is over."""
    for name in list(logging.root.manager.loggerDict):  # Dask's configuration gives several of them a level of their own
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    for name in ("asyncio", "tornado.application"):
        logging.getLogger(name).addFilter(_LOST)  # adding it twice adds it once


@contextmanager
def executor(
    workers: int = 1, scheduler: str | None = None, begin: Callable[[], None] | None = None
) -> Iterator[Executor]:
    """One of the three; on any exception, what runs is stopped. `begin` is called in each process that is started.

    Raises NoClusterError where the scheduler does not answer.
    """
    if scheduler is None and workers == 1:
        yield Serial()
        return
    made = Cluster(scheduler) if scheduler is not None else Processes(workers, begin)
    try:
        yield made
    except BaseException:
        made.close(now=True)
        raise
    made.close(now=False)


def completed(doer: Executor, tasks: Iterable[tuple[str, T]], submit: Callable[[T], Future[R]]) -> Iterator[tuple[T, R]]:
    """Named tasks and what became of each, as it comes; at most two are under way for each that can be worked on at a time.

    `submit` begins a task; one whose process died is begun again. Raises LostError where processes die of one task again and
    again, or nothing more will come, and whatever a task raises.
    """
    queue = iter(tasks)
    again: list[tuple[str, T]] = []
    running: dict[Future[R], tuple[str, T]] = {}
    deaths: dict[str, int] = {}
    while True:
        while len(running) < (1 if isinstance(doer, Serial) else 2 * doer.width()):
            named = again.pop() if again else next(queue, None)
            if named is None:
                break
            running[submit(named[1])] = named
        if not running:
            return
        ready, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
        doer.check()
        for future in ready:
            name, task = running.pop(future)
            try:
                made = future.result()
            except BrokenProcessPool:
                deaths[name] = deaths.get(name, 0) + 1
                if deaths[name] > DEATHS:
                    raise LostError(
                        f"worker processes died {DEATHS + 1} times at {name}, killed or out of memory: "
                        "fewer runs per chunk need less"
                    ) from None
                again.append((name, task))
                continue
            yield task, made
