"""The command that opens the page in the browser: view."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from patronage.extras import how_to_install

from .completing import scenario_names
from .options import load
from .output import RefusalError, echo, note, plainly
from .pasted import read_command

NEEDED = ("solara", "mesa", "ipyvuetify")


@plainly
def view(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A built-in name or a file to begin with.", autocompletion=scenario_names)
    ] = "us-withdrawal",
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Port to serve on.", show_default="8765 or a free one")
    ] = None,
    browse: Annotated[bool, typer.Option("--open/--no-open", help="Open the browser, or leave that to you.")] = True,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address to serve on.")] = "127.0.0.1",
    network: Annotated[
        bool,
        typer.Option(
            "--anyone-on-the-network",
            help="Allow an address that other machines reach: whoever has the printed address can use this machine's "
            "processors and open its run folders.",
        ),
    ] = False,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host", metavar="NAME",
            help="A name by which others reach the page, such as class.example, or NAME:PORT; may be given several times.",
            show_default=False,
        ),
    ] = None,
    runs_root: Annotated[
        list[Path] | None,
        typer.Option(
            "--runs-root", metavar="DIR", help="A folder in which run folders may be opened; may be given several times.",
            show_default="runs",
        ),
    ] = None,
    start: Annotated[
        bool, typer.Option("--from-the-start", help="Begin before the first quarter, not where the question is decided.")
    ] = False,
    most: Annotated[int, typer.Option("--pages", min=1, max=1000, help="Most pages open at a time, in each process.")] = 40,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes behind the address, among which pages and rooms are divided.")
    ] = 1,
) -> None:
    """Watch a region in the browser: step, ask what if, compare, play a patron. Ctrl-C ends it."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise RefusalError(f"The page needs more packages ({', '.join(missing)}): {how_to_install('browser')}")
    load(scenario)
    from patronage.browser import assets, commanded, launch, sessions
    from patronage.visitors import allowed_folders, pool
    from patronage.visitors.access import Door, is_loopback, named

    if workers > 1 and not pool.POSSIBLE:
        raise RefusalError("--workers: several processes behind one address need Linux or macOS; leave it out here.")

    names = allow_host or []
    if not network and not names and not is_loopback(host):
        raise RefusalError(
            f"--host {host}: other machines could reach the page, use this machine's processors and open run folders "
            "on it. Add --allow-host NAME with the name they reach it by, or --anyone-on-the-network, if that is meant."
        )
    try:
        for name in names:
            named(name, port)
    except ValueError as error:
        raise RefusalError(f"--allow-host {error}.") from None
    try:
        free = launch.free_port(host, port)
    except OSError as error:
        raise RefusalError(f"{host}:{port or launch.PORT} cannot be served on: {error.strerror or error}.") from None
    if not assets.collected():
        note(assets.MISSING)
    roots = runs_root or [Path("runs")]

    def ready(address: str) -> None:
        echo(f"The page is at {address} (Ctrl-C ends it).\nWhoever has this address can open it.")

    if workers > 1:
        settings = launch.Settings(scenario, host, free, Door.to(host, free, names), most, tuple(roots), read_command, start)
        launch.serve_many(settings, workers=workers, browse=browse, allowed=names, ready=ready, died=note)
        return
    allowed_folders.allow(roots)
    sessions.allow(most)
    commanded.allow(read_command)
    launch.serve(scenario, host, free, browse=browse, allowed=names, start=start, ready=ready)


COMMANDS = (view,)
