"""Starting the server. Everything Solara reads from the environment is set before Solara is imported."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
import threading
import warnings
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from patronage.visitors.access import EVERYWHERE, Door, named
from patronage.visitors.pool import Pool

from . import assets, sessions

if TYPE_CHECKING:
    import uvicorn

    from .guard import App
    from .links import Linked

SCENARIO = "PATRONAGE_VIEW_SCENARIO"
"""Names the scenario that a new session of the page opens with."""
FROM_THE_START = "PATRONAGE_VIEW_FROM_THE_START"
"""Set where a new run stays before its first quarter."""
APP = "patronage.browser.app"
PORT = 8765
MOST_MESSAGE = 2 * 1024 * 1024
"""Bytes of one message of a browser: the largest scenario file fits in with all its marks escaped."""


@dataclass(frozen=True)
class Settings:
    """What `patronage view` was told, for its processes."""

    scenario: str
    host: str
    port: int
    door: Door
    pages: int
    runs_roots: tuple[Path, ...]
    read_command: Callable[[str], Linked]
    start: bool = False


def environment(scenario: str, *, start: bool = False) -> dict[str, str]:
    """What Solara is told: own files, no telemetry, no banner, one scenario to begin with, from its `start` if meant."""
    environment = {
        "SOLARA_APP": APP,
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_THEME_SHOW_BANNER": "False",
        "SOLARA_KERNEL_CULL_TIMEOUT": sessions.FORGOTTEN,
        "SOLARA_SESSION_HTTP_ONLY": "True",
        "SOLARA_ROOT_PATH": "",
        "SOLARA_THEME_VARIANT": "light",
        "SOLARA_THEME_TITLE": "patronage",
        "SOLARA_THEME_FORCE_REFRESH": "True",  # what the server no longer has is loaded anew by itself: the address knows where it was
        SCENARIO: scenario,
        FROM_THE_START: "yes" if start else "",
    }
    if assets.collected():
        environment["SOLARA_ASSETS_PROXY_CACHE_DIR"] = str(assets.FOLDER)
    return environment


def free_port(host: str, wanted: int | None) -> int:
    """The port asked for; without one the usual port, or any free one where that is taken.

    Raises:
        OSError: the port asked for is taken, or the host is no address of this machine.
    """
    for port in (wanted,) if wanted is not None else (PORT, 0):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if os.name == "posix":  # on Windows it would take a port that somebody holds
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                if wanted is not None or port == 0:
                    raise
                continue
            return int(probe.getsockname()[1])
    raise AssertionError("a free port is always found or refused")


def address(door: Door, host: str, port: int, allowed: Sequence[str] = ()) -> str:
    """What to open: under the first name allowed, else where the server listens, with the key."""
    here = {EVERYWHERE[0]: "127.0.0.1", EVERYWHERE[1]: "::1"}.get(host, host)
    name, at = named(allowed[0], port) if allowed else (here, port)
    where = f"[{name}]" if ":" in name else name
    return f"http{'s' if at == 443 else ''}://{where}{'' if at in (80, 443) else f':{at}'}/?token={door.token}"


def configured(
    scenario: str, host: str, port: int, door: Door, before: Callable[[App], App] | None = None, *, start: bool = False
) -> uvicorn.Config:
    """What serves the page, guarded. Solara is imported here. `before`: puts something before the guard."""
    os.environ.update(environment(scenario, start=start))
    warnings.filterwarnings("ignore", module=r"solara\.")  # of its own code and Mesa's, and of being served without https
    import solara.settings
    import uvicorn
    from solara.server.starlette import app

    from .guard import Guard, only_what_was_collected
    from .kept import SHELF
    from .waiting import Sign

    only_what_was_collected()
    SHELF.keep_in()
    scripts = "" if solara.settings.assets.proxy else "/".join(str(solara.settings.assets.cdn).split("/")[:3])
    guarded: App = Guard(app, door, scripts, Sign.of(scenario))
    config = uvicorn.Config(
        before(guarded) if before else guarded, host=host, port=port, log_level="error", access_log=False, ws="auto",
        timeout_graceful_shutdown=2, proxy_headers=False, server_header=False, ws_max_size=MOST_MESSAGE,
    )  # fmt: skip
    logging.getLogger("uvicorn.error").addFilter(is_news)
    return config


def is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the server's log is to be shown: not that a page was in the middle of something when the server was ended."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, asyncio.CancelledError) and "timeout graceful shutdown" not in record.getMessage()


def serve(
    scenario: str, host: str, port: int, *, browse: bool, ready: Callable[[str], None], allowed: Sequence[str] = (),
    start: bool = False,
) -> None:
    """Serve the page until interrupted.

    Args:
        scenario: what a new page opens with.
        host: address to listen at.
        port: port to listen at.
        browse: whether to open the browser.
        ready: called with the address to open, the key in it, once the page answers.
        allowed: more names by which the server is reached.
        start: whether a new run stays before its first quarter.

    Raises:
        ValueError: one of the names is none.
    """
    door = Door.to(host, port, allowed)
    config = configured(scenario, host, port, door, start=start)
    import uvicorn

    server = uvicorn.Server(config)
    page = address(door, host, port, allowed)

    def announce() -> None:
        while not server.started:
            if stopped.wait(0.05):
                return
        from .rehearsal import rehearse

        rehearse(scenario)
        ready(page)
        if browse:
            webbrowser.open(page)

    stopped = threading.Event()
    threading.Thread(target=announce, daemon=True).start()
    try:
        server.run()
    finally:
        stopped.set()


def work(wire: socket.socket, number: int, processes: int, settings: Settings) -> None:
    """What one of several processes does; what it needs for that the front does not load."""
    with suppress(AttributeError):  # Windows, where several are refused
        os.setsid()  # Ctrl-C is for the front
    from .pooled import serve

    serve(wire, number, processes, settings)
    os._exit(0)  # threads of pages that nobody has any more end here, too


def serve_many(
    settings: Settings, *, workers: int, browse: bool, ready: Callable[[str], None], died: Callable[[str], None],
    allowed: Sequence[str] = (),
) -> None:  # fmt: skip
    """Serve the page from several processes behind one address until interrupted: each computes and draws for its own pages.

    Args:
        settings: what each of them is told, its door included.
        workers: how many processes.
        browse: whether to open the browser.
        ready: called with the address to open, the key in it, once all of them answer.
        died: told of a process that ended, in a sentence.
        allowed: more names by which the server is reached, as the door has them.

    Raises:
        OSError: nothing can listen at the address.
        KeyboardInterrupt: Ctrl-C.
    """
    page = address(settings.door, settings.host, settings.port, allowed)

    def announce() -> None:
        ready(page)
        if browse:
            webbrowser.open(page)

    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.create_server((settings.host, settings.port), family=family, backlog=1024) as listener:
        found = Pool(listener, settings.door, workers, work, settings, ready=announce, died=died).run()
    if found == signal.SIGINT:
        raise KeyboardInterrupt
    if found:
        signal.signal(found, signal.SIG_DFL)
        signal.raise_signal(found)
    sys.exit(1)
