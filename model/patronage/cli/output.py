"""What the command says and where: answers on standard output, refusals and progress on standard error.

Exit codes: 0 done; 2 the user can mend it (a scenario, a path, an option); 130 interrupted. Anything else that goes
wrong is a defect of the program and shows its traceback.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec, TypeVar

import typer

REFUSED = 2
INTERRUPTED = 130
PIPE_CLOSED = 141
"""What a shell reports of a program whose reader went away."""

P = ParamSpec("P")
R = TypeVar("R")


class RefusalError(Exception):
    """Something the user can mend, said in one or a few lines."""


def echo(text: str = "") -> None:
    """An answer."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def echo_json(value: object) -> None:
    """An answer for machines."""
    echo(json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False))


def note(text: str) -> None:
    """A remark that is no part of the answer."""
    sys.stderr.write(text if text.endswith("\n") else text + "\n")


def plainly(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what the user can mend into plain lines and exit code 2, and Ctrl-C into one line and 130."""

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        from concurrent.futures import BrokenExecutor  # not its kind of processes, which takes long to import

        from patronage.errors import NotCompiledError, NotFiniteError
        from patronage.scenario import ScenarioError

        try:
            done = command(*args, **kwargs)
            sys.stdout.flush()  # here, where a reader that has left can be told from a fault
        except ScenarioError as error:
            note(refusal_text(error))
        except RefusalError as error:
            note(str(error))
        except (NotFiniteError, NotCompiledError) as error:
            note(f"{str(error)[:1].upper()}{str(error)[1:]}. Nothing was written.")
        except BrokenPipeError:  # whoever reads has read enough (`| head`): nothing is wrong, nobody is left to tell
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(PIPE_CLOSED) from None
        except BrokenExecutor:
            note("A worker process died, killed or out of memory: fewer workers or runs need less.")
        except OSError as error:
            note(f"{error.filename or 'A file'}: {error.strerror or error}. Nothing was written.")
        except KeyboardInterrupt:
            note("\nInterrupted: nothing was written.")
            raise typer.Exit(INTERRUPTED) from None
        else:
            return done
        raise typer.Exit(REFUSED)

    return wrapped


@contextmanager
def kept(folder: Path, command: str) -> Iterator[None]:
    """Around long work whose parts stay in a folder: whatever stops it is said in a line, with how to go on."""
    from patronage.batch.chunks import VersionError
    from patronage.batch.executors import LostError
    from patronage.batch.folders import FolderError

    on = f"What is done is kept in {folder}. To go on: {command}"
    try:
        yield
    except FolderError as error:
        raise RefusalError(f"{error}.") from None
    except (LostError, VersionError) as error:
        raise RefusalError(f"{error}. {on}") from None
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise RefusalError(f"The disk is full ({error.strerror}). {on}") from None
    except KeyboardInterrupt:
        note(f"\nInterrupted. {on}")
        raise typer.Exit(INTERRUPTED) from None


def refusal_text(error: Exception) -> str:
    """All problems of a scenario; where --set caused some, only those, for the others follow from them."""
    from patronage.scenario import ScenarioError
    from patronage.scenario.reading import COMMAND_LINE

    assert isinstance(error, ScenarioError)
    own = [p for p in error.problems if p.file.startswith(COMMAND_LINE)]
    if not own or len(own) == len(error.problems):
        return str(error)
    rest = len(error.problems) - len(own)
    follows = "1 more problem follows" if rest == 1 else f"{rest} more problems follow"
    return "\n".join([*map(str, own), f"({follows} from this in the files.)"])


@contextmanager
def throughput_bar(what: str, unit: str) -> Iterator[Callable[[float, int], None] | None]:
    """A bar with throughput and the time left; yields what to call with (done, in all). Else one line, if it is long."""
    if not sys.stderr.isatty():
        from .needs import foretold

        yield foretold(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True, speed_estimate_period=120) as bars:
        task = bars.add_task(what, total=None, speed=unit)
        before: list[float] = []

        def advance(done: float, total: int) -> None:
            if not before:
                before.append(done)  # what an earlier call has done says nothing about the speed of this one
                bars.reset(task, completed=int(done), total=total, speed=unit)
            elapsed = bars.tasks[0].elapsed or 0.0
            speed = f"{(done - before[0]) / elapsed:.0f} {unit}/s" if elapsed > 1 else unit
            bars.update(task, completed=int(done), total=total, speed=speed)

        yield advance


@contextmanager
def progress_bar(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on standard error, if somebody is looking, else one line, if it is long; yields what to call with (done, in all)."""
    if not sys.stderr.isatty():
        from .needs import foretold

        yield foretold(what)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            last = done >= total
            bars.update(task, completed=done, total=total, description="Drawing and writing" if last else what)

        yield advance
