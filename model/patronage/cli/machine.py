"""What is done once a machine: compiling the model for it."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from patronage import compiling
from patronage.world.layout import bucket_for

from .output import echo, note, plainly

USUAL = (8, 12, 6, 4, 1)
"""Patrons, clients, blocs and axes of the lengths that nearly every region fits into."""
EXPECTED = 60.0
"""Seconds that compiling takes, about."""
MESSAGE = "Preparing the model for this machine, once (one to a few minutes)."


class Waiting:
    """Says that the model is being compiled, with a bar where somebody is looking."""

    def __init__(self) -> None:
        self._bar: object = None

    def __call__(self, seconds: float | None) -> None:
        import sys

        if seconds == 0.0:
            note(MESSAGE)
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        if seconds == 0.0:
            columns = (TextColumn("Preparing"), BarColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._bar.add_task("", total=EXPECTED)
        elif isinstance(self._bar, Progress):
            if seconds is None:
                self._bar.stop()
                self._bar = None
            else:
                self._bar.update(self._bar.tasks[0].id, completed=min(seconds, 0.99 * EXPECTED))


@plainly
def prepare(
    scenario: Annotated[str | None, typer.Argument(help="A scenario whose region is larger than usual.")] = None,
) -> None:
    """Compile the model for this machine now, so that nobody waits for it later."""
    from patronage.scenario import load_scenario

    lengths = USUAL
    if scenario is not None:
        loaded = load_scenario(scenario)
        lengths = (len(loaded.patrons), len(loaded.clients), len(loaded.blocs), len(loaded.axes) + 1, len(loaded.kinds))
    bucket = bucket_for(*lengths)
    room = f"regions of up to {bucket.patrons} patrons and {bucket.clients} clients"
    if not compiling.available():
        echo(f"numba is not installed for this Python: the model runs uncompiled, slower, with the same numbers ({room}).")
        return
    if compiling.is_ready(bucket):
        echo(f"The model is prepared for this machine, for {room}.")
        return
    begun = time.monotonic()
    compiling.wait_for(bucket)
    compiling.prepare(bucket)
    folder = compiling.cache_folder()
    echo(f"Prepared the model for this machine in {time.monotonic() - begun:.0f} s, for {room}.")
    echo(f"Compiled code: {folder}" if folder else "No folder can be written for compiled code: it is made again in every process.")


COMMANDS = (prepare,)
