"""One of several processes that serve the page behind one address: it takes the connections that `visitors.pool` hands it."""

from __future__ import annotations

import asyncio
import os
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import uvicorn

from patronage.visitors import allowed_folders
from patronage.visitors.places import session_of

from . import among, commanded, launch, rooms, sessions

if TYPE_CHECKING:
    from .guard import App, Message, Receive, Scope, Send
    from .launch import Settings

GRACE = 4.0
"""Seconds to end in once the front has gone."""


class Taking(uvicorn.Server):
    """Serves connections that somebody else has accepted."""

    def __init__(self, config: uvicorn.Config, process: among.Process, scenario: str) -> None:
        super().__init__(config)
        self._process, self._scenario = process, scenario

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to take them."""
        await super().startup(sockets)
        loop = asyncio.get_running_loop()

        def take(visitor: socket.socket) -> None:
            asyncio.run_coroutine_threadsafe(self._take(visitor), loop)

        def gone() -> None:
            self.should_exit = True
            time.sleep(GRACE)
            os._exit(1)  # whatever hangs

        threading.Thread(target=self._process.listen, args=(take, gone), daemon=True).start()
        threading.Thread(target=self._process.report, args=(loop.call_soon_threadsafe,), daemon=True).start()
        from .rehearsal import rehearse

        rehearse(self._scenario)
        self._process.send_line(ready=True)

    async def _take(self, visitor: socket.socket) -> None:
        visitor.setblocking(False)
        protocol: Any = self.config.http_protocol_class
        await asyncio.get_running_loop().connect_accepted_socket(
            lambda: protocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state), visitor
        )


class Parted:
    """Ends the connection of a browser that has no session yet, or is sent elsewhere, with the answer: its next one is placed anew."""

    def __init__(self, app: App, process: among.Process) -> None:
        self._app, self._process = app, process

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on."""
        cookies = [v.decode("latin-1") for k, v in scope.get("headers", ()) if k == b"cookie"]
        if scope["type"] != "http" or self._process.settled(session_of(cookies)):
            await self._app(scope, receive, send)
            return

        async def last(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        await self._app(scope, receive, last)


def serve(wire: socket.socket, number: int, processes: int, settings: Settings) -> None:
    """Serve what comes through the wire until it is closed."""
    process = among.Process(wire, number, processes)
    among.become(process)
    rooms.only(process.owns)
    allowed_folders.allow(settings.runs_roots)
    sessions.allow(settings.pages)
    commanded.allow(settings.read_command)
    config = launch.configured(
        settings.scenario, settings.host, settings.port, settings.door, lambda app: Parted(app, process),
        start=settings.start,
    )  # fmt: skip
    Taking(config, process, settings.scenario).run(sockets=[])
