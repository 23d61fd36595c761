"""The layer in front of Solara's server: who is answered, what is answered at all, and what browsers may do with it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import logging
import re
import secrets
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, urlencode

from patronage.visitors.access import Door, authority, is_loopback, origin, same

from . import assets, sessions
from .waiting import Sign

logger = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FILES = ("/_solara/cdn/", "/static/", "/jupyter/nbextensions/")
"""Where the page's scripts, styles and fonts lie."""
CLOSING = re.compile(r"/_solara/api/close/[A-Za-z0-9._-]{1,128}")
CHANNEL = re.compile(r"/jupyter/api/kernels/[A-Za-z0-9._-]{1,128}/channels")
PAGE_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
IGNORED = {b"forwarded", b"script-name", b"x-script-name"}
"""Headers with which a proxy would tell Solara where it is; here they only come from somebody else."""
ALWAYS = (
    (b"x-content-type-options", b"nosniff"), (b"x-frame-options", b"DENY"), (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"), (b"cross-origin-resource-policy", b"same-origin"),
)  # fmt: skip
NOTHING = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
)
"""The policy of everything but the page itself."""
AGAIN = "setTimeout(() => location.reload(), 2000)"
"""Of a page that waits for a place. A refresh that its head asks for does nothing where the address has a # in it."""
ASKING_AGAIN = (
    NOTHING[0], NOTHING[1] + b"; script-src 'sha256-" + base64.b64encode(hashlib.sha256(AGAIN.encode()).digest()) + b"'",
)  # fmt: skip
REFUSED_SOCKET = 1008
HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>patronage</title>{more}</head>'
    "<body><h1>{title}</h1><p>{text}</p></body></html>"
)
OPEN_IT = (
    "Open the address that <code>patronage view</code> printed in its terminal, with everything after the question mark. "
    'If you have opened it in this browser before, go on to <a href="/">the page</a>.'
)


class Guard:
    """An ASGI application around another one."""

    made = False
    """Whether there is one in this process."""

    def __init__(self, app: App, door: Door, scripts: str = "", sign: Sign | None = None) -> None:
        """`scripts`: another origin that scripts come from, where the page's own were not collected; `sign`: shown while it loads."""
        self._app, self._door, self._scripts, self._sign = app, door, scripts, sign or Sign()
        Guard.made = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, pass on or refuse."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        visit = Visit(scope)
        problem = self._refusal(visit)
        if scope["type"] == "websocket":
            await self._socket(visit, problem, receive, send)
        elif problem is not None:
            await self._say(visit, send, *problem)
        elif visit.path == "/" and "token" in visit.query and self._door.token is not None:
            await self._exchange(visit, send)
        elif not self._door.admits(visit.all("cookie")):
            await self._say(visit, send, 403, "This page needs its key", OPEN_IT)
        else:
            await self._page(visit, receive, send)

    def _refusal(self, visit: Visit) -> tuple[int, str, str] | None:
        """What is wrong with where a request comes from; None if nothing is."""
        hosts, origins = visit.all("host"), visit.all("origin")
        client = (visit.scope.get("client") or ("",))[0]
        if self._door.token is None and not is_loopback(client):
            return 403, "The page is for this machine only", "For others <code>patronage view</code> serves it with a key."
        host = authority(hosts[0]) if len(hosts) == 1 else None
        if host is None or not self._door.knows(host, visit.scope.get("server")):
            return 403, "The page is not served under this name", (
                "Open the address that <code>patronage view</code> printed. To serve it under another name, start it with "
                "<code>--allow-host NAME</code>."
            )  # fmt: skip
        asks = visit.scope["type"] == "websocket" or visit.method not in ("GET", "HEAD")
        if len(origins) > 1 or (origins and origin(origins[0]) != host) or (asks and not origins):
            return 403, "Another page asked for this one", "It answers its own pages only."
        sites = visit.all("sec-fetch-site")
        opened = visit.all("sec-fetch-mode") == ["navigate"] and visit.all("sec-fetch-dest") == ["document"]
        if any(s not in ("same-origin", "none") for s in sites) and (asks or not opened):
            return 403, "Another page asked for this one", "It answers its own pages only."
        return None

    async def _exchange(self, visit: Visit, send: Send) -> None:
        """The token for a cookie, and on to an address without it."""
        door = self._door
        assert door.token is not None
        if not any(same(t, door.token) for t in visit.query["token"]):
            await self._say(visit, send, 403, "This is not the key of the page", OPEN_IT)
            return
        cookie = f"{door.cookie}={door.key}; Path=/; HttpOnly; SameSite=Strict".encode()
        if "cross-site" in visit.all("sec-fetch-site"):  # after a redirect a browser would withhold the cookie
            more = '<meta http-equiv="refresh" content="0; url=/">'
            await self._say(visit, send, 200, "One moment", '<a href="/">To the page</a>', more, ((b"set-cookie", cookie),))
            return
        await self._answer(visit, send, 303, b"", ((b"location", visit.without_token), (b"set-cookie", cookie)))

    async def _page(self, visit: Visit, receive: Receive, send: Send) -> None:
        """What the page needs, and nothing else that Solara would answer."""
        reads = visit.method in ("GET", "HEAD")
        if visit.path == "/" and reads:
            if not await sessions.free(visit.all("cookie")):
                body = HEAD.format(more=f"<script>{AGAIN}</script>", title="Too many pages are open", text=sessions.FULL)
                await self._answer(visit, send, 503, body.encode(), policy=ASKING_AGAIN)
                return
            await self._app(visit.passed_on(plain=True), receive, Nonced(send, visit, self._scripts, self._sign))
        elif reads and visit.path.startswith(FILES):
            await self._app(visit.passed_on(), receive, self._with_headers(send))
        elif visit.method == "POST" and CLOSING.fullmatch(visit.path) and visit.page_id():
            kernel = visit.path.rpartition("/")[2]
            if sessions.holds(kernel, visit.page_id()) and not sessions.of_another(kernel, visit.all("cookie")):
                await self._app(visit.passed_on(), receive, self._with_headers(send))
            else:
                await self._answer(visit, send, 200, b"")
        else:
            await self._say(visit, send, 404, "There is nothing here", 'Go to <a href="/">the page</a>.')

    async def _socket(self, visit: Visit, problem: object, receive: Receive, send: Send) -> None:
        """The connection of an open page."""
        known = CHANNEL.fullmatch(visit.path) and visit.page_id()
        kernel = visit.path.split("/")[4] if known else ""
        mine = self._door.admits(visit.all("cookie")) and not sessions.of_another(kernel, visit.all("cookie"))
        if problem is not None or not known or not mine:
            await receive()
            await send({"type": "websocket.close", "code": REFUSED_SOCKET})
            return
        async with sessions.connection(kernel) as welcome:
            if not welcome:
                await receive()
                await send({"type": "websocket.close", "code": 1013, "reason": "too many pages are open"})
                return
            await self._app(visit.passed_on(), Sensible(receive), send)

    def _with_headers(self, send: Send) -> Send:
        async def sends(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*_without(message["headers"]), NOTHING, *ALWAYS]}
            await send(message)

        return sends

    async def _say(
        self, visit: Visit, send: Send, status: int, title: str, text: str, more: str = "",
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:  # fmt: skip
        """A plain page; `text` is HTML of our own."""
        body = HEAD.format(more=more, title=html.escape(title), text=text).encode()
        await self._answer(visit, send, status, body, headers)

    async def _answer(
        self, visit: Visit, send: Send, status: int, body: bytes, headers: tuple[tuple[bytes, bytes], ...] = (),
        policy: tuple[bytes, bytes] = NOTHING,
    ) -> None:  # fmt: skip
        fixed = [
            (b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"), policy, *ALWAYS, *headers,
        ]  # fmt: skip
        await send({"type": "http.response.start", "status": status, "headers": fixed})
        await send({"type": "http.response.body", "body": b"" if visit.method == "HEAD" else body})


class Visit:
    """One request, read once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.method = str(scope.get("method", ""))
        path = str(scope["path"])
        inside = path.split("/")[1:]
        crooked = any(s in ("", ".", "..") or "\\" in s or "\0" in s for s in inside)
        self.path = "/" if path == "/" else "" if crooked else path
        """Without detours: nothing for a path that has some."""
        self.query = parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)

    @property
    def without_token(self) -> bytes:
        """Where it leads on to, with all that stands behind ? but the token."""
        rest = urlencode({key: found for key, found in self.query.items() if key != "token"}, doseq=True)
        return f"/?{rest}".encode("ascii") if rest else b"/"

    def all(self, name: str) -> list[str]:
        """Every header of a name."""
        wanted = name.encode()
        return [value.decode("latin-1").strip() for key, value in self.scope["headers"] if key.lower() == wanted]

    def page_id(self) -> str:
        """Which opening of the page speaks; nothing where it does not say so properly."""
        found = self.query.get("session_id", [])
        return found[0] if len(found) == 1 and PAGE_ID.fullmatch(found[0]) else ""

    def passed_on(self, *, plain: bool = False) -> Scope:
        """What Solara is told: nothing of what a proxy might claim. `plain`: it must not compress."""
        rest = [
            (key, value) for key, value in self.scope["headers"]
            if key not in IGNORED and not key.startswith(b"x-forwarded-") and not (plain and key == b"accept-encoding")
        ]  # fmt: skip
        return {**self.scope, "headers": rest}


class Sensible:
    """Hands on the messages that a page sends; after any other one the browser is as good as gone."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive

    async def __call__(self) -> Message:
        """The next message."""
        message = await self._receive()
        if message["type"] != "websocket.receive" or makes_sense(message.get("text")):
            return message
        logger.warning("A page sent what no page sends: its connection was ended.")
        return {"type": "websocket.disconnect", "code": REFUSED_SOCKET}


def makes_sense(text: str | None) -> bool:
    """Whether a message is one of those that the page's widgets send."""
    try:
        claims = json.loads(text or "")
        header, content = claims["header"], claims["content"]
        comm = header["msg_type"] in ("comm_open", "comm_msg", "comm_close")
        known = comm or header["msg_type"] in ("kernel_info_request", "comm_info_request", "shutdown_request")
        shaped = isinstance(content, dict) and isinstance(claims["channel"], str) and isinstance(header.get("msg_id"), str)
        parts = (content["comm_id"], content["data"], claims["buffers"]) if comm else ("", {}, [])
        return known and shaped and [type(p) for p in parts] == [str, dict, list]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False


class Nonced:
    """Sends the page with a sign that it loads, under a policy by which only its own scripts run: marked with a number used once."""

    def __init__(self, send: Send, visit: Visit, scripts: str, sign: Sign) -> None:
        self._send, self._visit, self._scripts, self._sign = send, visit, scripts, sign
        self._start: Message = {}
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Hold everything back until it is whole."""
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        nonce = secrets.token_hex(16)
        body = re.sub(rb"<script(?=[\s>])", b"<script nonce=" + nonce.encode(), self._sign.put_into(bytes(self._body)))
        headers = [
            *((k, v) for k, v in _without(self._start["headers"]) if k not in (b"content-length", b"cache-control")),
            (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store"),
            (b"content-security-policy", self._policy(nonce).encode()), *ALWAYS,
        ]  # fmt: skip
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": b"" if self._visit.method == "HEAD" else body})

    def _policy(self, nonce: str) -> str:
        """Vue compiles its templates in the browser and sets styles: without eval and inline styles no page is drawn."""
        host, more = self._visit.all("host")[0].lower(), f" {self._scripts}" if self._scripts else ""
        return "; ".join(
            (
                "default-src 'none'", f"script-src 'self' 'unsafe-eval' 'nonce-{nonce}'{more}",
                f"style-src 'self' 'unsafe-inline'{more}", f"font-src 'self' data:{more}", "img-src 'self' data: blob:",
                f"connect-src 'self' ws://{host} wss://{host}{more}", "frame-ancestors 'none'", "base-uri 'none'",
                "form-action 'none'", "object-src 'none'",
            )
        )  # fmt: skip


def _without(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers of Solara without those that are ours to set."""
    ours = {name for name, _ in ALWAYS}
    return [(k, v) for k, v in headers if k.lower() not in ours]


def only_what_was_collected() -> None:
    """Solara's copy of a public network of scripts serves what the package carries: it fetches, writes, removes nothing."""
    from solara.server import starlette as served
    from starlette.staticfiles import StaticFiles

    def lookup(files: StaticFiles, path: str) -> Any:
        files.all_directories = [assets.FOLDER]
        return StaticFiles.lookup_path(files, path)

    if assets.collected():
        served.StaticCdn.lookup_path = lookup


def protect() -> None:
    """Stand before a server that `solara run` has started: it knows no key, so it answers this machine only."""
    served = sys.modules.get("solara.server.starlette")
    if served is None or standing():
        return
    only_what_was_collected()
    behind = served.app.middleware_stack or served.app.build_middleware_stack()
    served.app.middleware_stack = Guard(behind, Door.to("localhost", None, locked=False))


def standing() -> bool:
    """Whether a guard stands before the server of this process."""
    return Guard.made
