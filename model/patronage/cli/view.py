"""The command that opens the page in the browser: view."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from patronage.extras import how_to_install

from .options import load
from .speech import RefusalError, note, plainly, say

NEEDED = ("solara", "mesa", "ipyvuetify")


@plainly
def view(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A built-in name or a file to begin with.")
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
            help="Allow an address that other machines reach: whoever finds the page can use this machine's "
            "processors and read run folders on it. There is no password.",
        ),
    ] = False,
) -> None:
    """Watch a region in the browser: step, ask what if, compare, play a patron. Ctrl-C ends it."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise RefusalError(f"The page needs more packages ({', '.join(missing)}): {how_to_install('browser')}")
    load(scenario)
    from patronage.browser import assets, launch

    if not network and not launch.is_loopback(host):
        raise RefusalError(
            f"--host {host}: other machines could reach the page, use this machine's processors and read run folders "
            "on it. Add --anyone-on-the-network if that is meant."
        )
    try:
        free = launch.free_port(host, port)
    except OSError as error:
        raise RefusalError(f"{host}:{port or launch.PORT} cannot be served on: {error.strerror or error}.") from None
    if not assets.collected():
        note(assets.MISSING)
    launch.serve(
        scenario, host, free, browse=browse, ready=lambda address: say(f"The page is at {address} (Ctrl-C ends it).")
    )


COMMANDS = (view,)
