"""Starting the server. Everything Solara reads from the environment is set before Solara is imported."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
import warnings
import webbrowser
from collections.abc import Callable

from . import assets

SCENARIO = "PATRONAGE_VIEW_SCENARIO"
"""Names the scenario that a new session of the page opens with."""
APP = "patronage.browser.app"
PORT = 8765


def environment(scenario: str) -> dict[str, str]:
    """What Solara is told: own files, no telemetry, no banner, one scenario to begin with."""
    told = {
        "SOLARA_APP": APP,
        "SOLARA_MODE": "production",
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
        "SOLARA_THEME_SHOW_BANNER": "False",
        "SOLARA_THEME_VARIANT": "light",
        "SOLARA_THEME_TITLE": "patronage",
        SCENARIO: scenario,
    }
    if assets.collected():
        told["SOLARA_ASSETS_PROXY_CACHE_DIR"] = str(assets.FOLDER)
    return told


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


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


def serve(scenario: str, host: str, port: int, *, browse: bool, ready: Callable[[str], None]) -> None:
    """Serve the page until interrupted. `ready` is called with its address once it answers."""
    os.environ.update(environment(scenario))
    warnings.filterwarnings("ignore", module=r"solara\.")  # of its own code and Mesa's, and of being served without https
    import uvicorn

    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    config = uvicorn.Config(
        "solara.server.starlette:app", host=host, port=port, log_level="error", access_log=False, ws="auto",
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = uvicorn.Server(config)

    def announce() -> None:
        while not server.started:
            if stopped.wait(0.05):
                return
        ready(address)
        if browse:
            webbrowser.open(address)

    stopped = threading.Event()
    threading.Thread(target=announce, daemon=True).start()
    try:
        server.run()
    finally:
        stopped.set()
