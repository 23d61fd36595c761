"""Who is answered by the page's server: hosts, origins, the key, and what there is to ask for. Without a browser."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

import pytest
from typer.testing import CliRunner

from browser_server import free_port, in_a_loop_of_its_own
from patronage.browser import assets, guard, sessions
from patronage.browser.guard import Guard
from patronage.browser.launch import address
from patronage.cli.app import app
from patronage.visitors.access import Door, authority, named, origin

PORT = 8765
HERE = ("127.0.0.1", PORT)
OWN = f"127.0.0.1:{PORT}"


class Behind:
    """What stands behind the guard: it notes what reaches it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.scope: dict = {}

    async def __call__(self, scope, receive, send):
        self.asked.append(scope["path"])
        self.scope = scope
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            return
        body = b"<script>own('<script>')</script><script src=x></script><scripture>"
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-length", b"%d" % len(body)), (b"referrer-policy", b"unsafe-url")],
            }
        )
        await send({"type": "http.response.body", "body": body[:10], "more_body": True})
        await send({"type": "http.response.body", "body": body[10:]})


class Answer:
    def __init__(self, messages):
        start = messages[0]
        self.type, self.status = start["type"], start.get("status")
        self.headers = {}
        for name, value in start.get("headers", []):
            assert name not in self.headers, f"{name} twice"
            self.headers[name.decode()] = value.decode()
        self.body = b"".join(m.get("body", b"") for m in messages[1:]).decode()


def ask(server, path="/", *, method="GET", kind="http", arrived=HERE, client="127.0.0.1", query=None, **headers):
    """One request; headers by name with _ for -, lists for several of a name."""
    given = {"host": OWN} | headers
    sent = []
    for name, value in given.items():
        ones = value if isinstance(value, list) else [value]
        sent += [(name.replace("_", "-").encode(), one.encode("latin-1")) for one in ones if one is not None]
    route, _, asked = path.partition("?")
    scope = {
        "type": kind, "method": method, "path": route, "query_string": asked.encode(), "headers": sent,
        "server": arrived, "client": (client, 1), "scheme": "http",
    }  # fmt: skip
    got = []

    first = [{"type": "http.request" if kind == "http" else "websocket.connect"}]

    async def receive():
        return first.pop() if first else await asyncio.Future()

    async def send(message):
        got.append(message)

    in_a_loop_of_its_own(server(scope, receive, send))
    return Answer(got)


@pytest.fixture
def door():
    return Door.to("127.0.0.1", PORT)


@pytest.fixture
def server(door):
    made = Guard(Behind(), door)
    yield made
    guard.Guard.made = False


@pytest.fixture
def key(door):
    return f"{door.cookie}={door.key}"


def reached(server):
    return server._app.asked


# --- the host ------------------------------------------------------------------------------------------------------------

SERVED = [
    OWN,
    f"localhost:{PORT}",
    f"LOCALHOST:{PORT}",
    f"localhost.:{PORT}",
    f"[::1]:{PORT}",
    f"[0:0:0:0:0:0:0:1]:{PORT}",
]
FOREIGN = [
    "evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", f"127.0.0.1.evil.example:{PORT}",
    f"localhost.evil:{PORT}",
    f"evil@127.0.0.1:{PORT}", f"127.0.0.1:{PORT}@evil", f"[::2]:{PORT}", f"127.1:{PORT}", f"2130706433:{PORT}",
    f"0.0.0.0:{PORT}", "", ":8765",
    f"127.0.0.1:{PORT},evil", f"127.0.0.1:{PORT} evil", f"127.0.0.1:{PORT}/", f"localhost..:{PORT}", f"[::1:{PORT}",
    f"\xe9:{PORT}", None,
    [OWN, "evil.example"], [OWN, OWN], f"127.0.0.1:0{PORT}0", "127.0.0.1:99999999",
]  # fmt: skip


@pytest.mark.parametrize("host", SERVED)
def test_the_served_address_is_known_in_every_spelling(server, key, host):
    assert ask(server, host=host, cookie=key).status == 200


@pytest.mark.parametrize("host", FOREIGN)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_host_is_refused_even_with_the_key(server, key, host, kind):
    """Which is what a page does whose name was made to resolve to this machine."""
    path = "/" if kind == "http" else "/jupyter/api/kernels/k/channels?session_id=p"
    answer = ask(
        server, path, kind=kind, host=host, cookie=key, origin=f"http://{host if isinstance(host, str) else OWN}"
    )
    assert answer.status == 403 if kind == "http" else answer.type == "websocket.close"
    assert reached(server) == []


def test_an_address_of_this_machine_is_known_where_it_was_reached_under_it():
    door = Door.to("0.0.0.0", PORT)
    server, key = Guard(Behind(), door), f"{door.cookie}={door.key}"
    at = ("192.168.7.5", PORT)
    assert ask(server, host=f"192.168.7.5:{PORT}", arrived=at, cookie=key).status == 200
    assert ask(server, host=f"192.168.7.6:{PORT}", arrived=at, cookie=key).status == 403
    assert ask(server, host=f"pc.lan:{PORT}", arrived=at, cookie=key).status == 403
    assert ask(server, host=f"192.168.7.5:{PORT}", arrived=("::ffff:192.168.7.5", PORT), cookie=key).status == 200
    assert ask(server, host=f"[fd00::5]:{PORT}", arrived=("fd00::5", PORT), cookie=key).status == 200


@pytest.mark.parametrize(("allowed", "host", "right"), [
    ("class.example", f"class.example:{PORT}", True), ("Class.Example.", f"class.example:{PORT}", True),
    ("class.example", "class.example", False), ("class.example:80", "class.example", True),
    ("class.example:443", "class.example", True), ("class.example:9000", "class.example:9000", True),
    ("class.example:9000", f"class.example:{PORT}", False), ("class.example", f"b.class.example:{PORT}", False),
    ("fd00::5", f"[fd00::5]:{PORT}", True), ("[fd00::5]:9000", "[fd00::5]:9000", True),
])  # fmt: skip
def test_a_name_that_is_allowed_is_served(allowed, host, right):
    door = Door.to("0.0.0.0", PORT, [allowed])
    server = Guard(Behind(), door)
    assert (ask(server, host=host, cookie=f"{door.cookie}={door.key}").status == 200) is right


@pytest.mark.parametrize(
    "name", ["", "*", "*.example", "http://class.example", "a b", "class.example/x", "a:b", "a:1:2", "[::1", "é"]
)
def test_what_is_no_name_cannot_be_allowed(name):
    with pytest.raises(ValueError, match="is no name of a host"):
        named(name, PORT)


# --- the origin ----------------------------------------------------------------------------------------------------------

OTHERS = [
    "http://evil.example", "http://127.0.0.1:1", f"http://localhost:{PORT}", "null", "", f"http://{OWN}/",
    f"http://{OWN}.evil.example",
    f"http://a@{OWN}", f"file://{OWN}", f"ftp://{OWN}", OWN, f"http://{OWN}#", f"http://{OWN}?", "http://[",
    [f"http://{OWN}", "http://evil.example"],
]  # fmt: skip


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_another_origin_is_refused_even_with_the_key(server, key, other, kind):
    path = "/" if kind == "http" else "/jupyter/api/kernels/k/channels?session_id=p"
    answer = ask(server, path, kind=kind, origin=other, cookie=key)
    assert answer.status == 403 if kind == "http" else answer.type == "websocket.close"
    assert reached(server) == []


def test_a_connection_states_its_origin_and_has_the_key(server, key):
    path, own = "/jupyter/api/kernels/k-1/channels?session_id=p", f"http://{OWN}"
    assert ask(server, path, kind="websocket", origin=own, cookie=key).type == "websocket.accept"
    assert (
        ask(server, path, kind="websocket", origin=own.upper().replace("HTTP", "http"), cookie=key).type
        == "websocket.accept"
    )
    for wrong in (
        {"cookie": key}, {"origin": own}, {"origin": own, "cookie": "patronage-8765=x"}, {"origin": own,
        "cookie": key.replace("8765", "8766")},
    ):  # fmt: skip
        assert ask(server, path, kind="websocket", **wrong).type == "websocket.close", wrong
    for other in (
        "/jupyter/api/kernels/k/other?session_id=p",
        "/x",
        "/jupyter/api/kernels/k/channels",
        "/jupyter/api/kernels/../channels?session_id=p",
    ):
        assert ask(server, other, kind="websocket", origin=own, cookie=key).type == "websocket.close", other
    assert len(reached(server)) == 2


@pytest.mark.parametrize(("site", "mode", "dest", "right"), [
    ("same-origin", "cors", "empty", True), ("none", "navigate", "document", True), ("cross-site", "navigate", "document", True),
    ("cross-site", "no-cors", "script", False), ("same-site", "no-cors", "image", False), ("cross-site", "navigate",
    "iframe", False),
])  # fmt: skip
def test_another_page_may_link_here_and_nothing_else(server, key, site, mode, dest, right):
    """Pictures and scripts are asked for without an origin; what asks for them is told by other headers."""
    answer = ask(server, cookie=key, sec_fetch_site=site, sec_fetch_mode=mode, sec_fetch_dest=dest)
    assert (answer.status == 200) is right


# --- the key -------------------------------------------------------------------------------------------------------------


def test_the_token_becomes_a_cookie_and_leaves_the_address(server, door):
    answer = ask(server, f"/?token={door.token}")
    assert (answer.status, answer.headers["location"]) == (303, "/")
    assert answer.headers["set-cookie"] == f"patronage-8765={door.key}; Path=/; HttpOnly; SameSite=Strict"
    assert door.token not in str(answer.headers)
    further = ask(server, f"/?tab=Take%20a%20seat&token={door.token}&seed=3&x=%0d%0aset-cookie:a")
    assert further.headers["location"] == "/?tab=Take+a+seat&seed=3&x=%0D%0Aset-cookie%3Aa"
    assert answer.headers["cache-control"] == "no-store"
    given = answer.headers["set-cookie"].split(";")[0]
    assert ask(server, cookie=given).status == 200
    assert ask(server, cookie=f"a=b; {given}; c").status == 200
    assert ask(server, cookie=["patronage-8765=planted", given]).status == 200


def test_after_a_link_elsewhere_the_cookie_still_arrives(server, door):
    """A browser sends no strict cookie with a redirect that another site began: the page moves on by itself."""
    navigates = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    answer = ask(server, f"/?token={door.token}", sec_fetch_site="cross-site", **navigates)
    assert answer.status == 200
    assert 'http-equiv="refresh" content="0; url=/"' in answer.body
    assert door.key in answer.headers["set-cookie"]
    assert door.token not in answer.body


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?token=",
        "?token=wrong",
        "?token=%00",
        "?token=é",
        "?Token={token}",
        "?x={token}",
        "?token={key}",
        "?token={token}x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_without_the_key_there_is_a_plain_page(server, door, query, method):
    answer = ask(server, "/" + query.format(token=door.token, key=door.key), method=method)
    assert answer.status == 403
    assert "set-cookie" not in answer.headers
    assert (answer.body == "") is (method == "HEAD")
    assert method == "HEAD" or "the address that <code>patronage view</code> printed" in answer.body
    assert reached(server) == []


@pytest.mark.parametrize(
    "cookie", ["{name}=", "{name}={token}", "{name}={key}x", "{name}x={key}", "{name}", "", "={key}", "x={name}={key}"]
)
def test_nothing_like_the_cookie_will_do(server, door, cookie):
    given = cookie.format(name=door.cookie, key=door.key, token=door.token)
    for path in ("/", "/static/main.js", "/_solara/cdn/x", "/resourcez"):
        assert ask(server, path, cookie=given).status == 403
    assert reached(server) == []


def test_every_server_has_secrets_of_its_own():
    doors = [Door.to("127.0.0.1", PORT) for _ in range(20)]
    assert len({d.token for d in doors} | {d.key for d in doors}) == 40
    assert min(len(s) for d in doors for s in (d.token, d.key)) >= 32
    assert len({Door.to("127.0.0.1", p).cookie for p in (1, 2, 3)}) == 3


@pytest.mark.parametrize(("host", "port", "allowed", "start"), [
    ("127.0.0.1", 8765, (), "http://127.0.0.1:8765/?token="), ("::1", 8765, (), "http://[::1]:8765/?token="),
    ("0.0.0.0", 8765, (), "http://127.0.0.1:8765/?token="), ("0.0.0.0", 8765, ("class.example",),
    "http://class.example:8765/?token="),
    ("0.0.0.0", 8765, ("class.example:443",), "https://class.example/?token="), ("127.0.0.1", 80, (), "http://127.0.0.1/?token="),
    ("::", 8765, ("fd00::5",), "http://[fd00::5]:8765/?token="),
])  # fmt: skip
def test_the_address_that_is_printed_opens_the_page(host, port, allowed, start):
    door = Door.to(host, port, allowed)
    printed = address(door, host, port, allowed)
    assert printed == start + door.token
    there = printed.split("/")[2]
    assert ask(Guard(Behind(), door), f"/?token={door.token}", host=there).status == 303


# --- what there is -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [
    "/resourcez", "/readyz", "/resourcez/", "//resourcez", "/static/../resourcez", "/static/..\\resourcez",
    "/x/%2e%2e/resourcez", "/_solara/api/evict/k",
    "/jupyter/api/kernels/k", "/index.html", "/_solara", "/_solara/cdn", "/static", "/_solara/auth/login",
    "/static//x", "/static/./x", "/static/\0", "", "*",
])  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "PUT"])
def test_whatever_the_page_does_not_need_is_not_there(server, key, path, method):
    answer = ask(server, path, method=method, cookie=key, origin=f"http://{OWN}")
    assert answer.status == 404
    assert reached(server) == []


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_the_page_is_read_and_nothing_else(server, key, method):
    assert ask(server, "/", method=method, cookie=key, origin=f"http://{OWN}").status == 404
    assert ask(server, "/", method=method, cookie=key).status == 403


def test_a_page_that_closes_is_told_of_only_where_it_is_open(server, key):
    """Solara would answer a made-up one with a fault."""
    own = {"cookie": key, "origin": f"http://{OWN}", "method": "POST"}
    assert ask(server, "/_solara/api/close/k?session_id=p", **own).status == 200
    assert ask(server, "/_solara/api/close/k", **own).status == 404
    assert reached(server) == []


def test_headers_of_a_proxy_reach_nobody(server, key):
    ask(
        server,
        cookie=key,
        x_script_name="/evil",
        script_name="/evil",
        x_forwarded_host="evil",
        x_forwarded_proto="https",
        forwarded="x",
    )
    assert {name for name, _ in server._app.scope["headers"]} == {b"host", b"cookie"}


def test_every_answer_keeps_browsers_from_mischief(server, key):
    answers = [
        ask(server),
        ask(server, host="evil"),
        ask(server, cookie=key),
        ask(server, "/static/x", cookie=key),
        ask(server, "/x", cookie=key),
    ]
    for answer in answers:
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-frame-options"] == "DENY"


def test_only_the_pages_own_scripts_run(server, key):
    first, second = ask(server, cookie=key), ask(server, cookie=key)
    policy = first.headers["content-security-policy"]
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    scripts = next(p for p in policy.split("; ") if p.startswith("script-src"))
    assert "'unsafe-inline'" not in scripts
    assert first.body.startswith(f"<script nonce={nonce}>")
    assert first.body.endswith("<scripture>")
    assert int(first.headers["content-length"]) == len(first.body)
    assert f"connect-src 'self' ws://{OWN} " in policy
    assert nonce not in second.headers["content-security-policy"]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the old half of websockets, which Solara imports
def test_what_was_not_collected_is_not_fetched(monkeypatch, tmp_path):
    """A folder that Solara would remove, a file that it would fetch, a way out: all are simply not there."""
    from solara.server import cdn_helper
    from solara.server import starlette as served
    from starlette.exceptions import HTTPException

    (tmp_path / "lib@1.0.0" / "dist").mkdir(parents=True)
    (tmp_path / "versions.json").write_text("{}")
    (tmp_path / "lib@1.0.0" / "dist" / "own.js").write_text("own")
    (tmp_path.parent / "secret.js").write_text("secret")
    before = sorted(tmp_path.rglob("*"))
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    monkeypatch.setattr(cdn_helper, "fetch_from_cdn", lambda url: pytest.fail(f"fetches {url}"))
    monkeypatch.setattr(served.StaticCdn, "lookup_path", served.StaticCdn.lookup_path)
    guard.only_what_was_collected()
    files = served.StaticCdn(directory=tmp_path)
    for missing in (
        "lib@1.0.0/dist",
        "lib@1.0.0",
        "evil@1.0.0/x.js",
        "evil",
        "../secret.js",
        "lib@1.0.0/dist/other.js",
        "",
    ):
        with pytest.raises(HTTPException, match="404"):
            ask(files, f"/{missing}")
    assert ask(files, "/lib@1.0.0/dist/own.js").body == "own"
    assert sorted(tmp_path.rglob("*")) == before


def test_a_server_that_solara_started_answers_this_machine_only():
    server = Guard(Behind(), Door.to("localhost", None, locked=False))
    at = ("127.0.0.1", 5000)
    assert ask(server, host="localhost:5000", arrived=at).status == 200
    assert ask(server, host="evil.example:5000", arrived=at).status == 403
    assert ask(server, host="localhost:5001", arrived=at).status == 403
    assert ask(server, host="localhost:5000", arrived=at, origin="http://evil.example").status == 403
    assert ask(server, host="localhost:5000", arrived=("192.168.7.5", 5000), client="192.168.7.9").status == 403
    assert ask(server, "/resourcez", host="localhost:5000", arrived=at).status == 404


# --- how many ------------------------------------------------------------------------------------------------------------


@contextmanager
def only(most):
    sessions.allow(most)
    try:
        yield
    finally:
        sessions.allow(sessions.MOST)


def test_pages_are_limited_and_told_so(server, key):
    path, own = (
        "/jupyter/api/kernels/{}/channels?session_id=p",
        {"origin": f"http://{OWN}", "cookie": key, "kind": "websocket"},
    )
    inside, go_on = threading.Semaphore(0), threading.Event()

    async def lasting(scope, receive, send):
        inside.release()
        await asyncio.to_thread(go_on.wait, 20)
        await send({"type": "websocket.accept"})

    server._app = lasting
    with only(2):
        held = [threading.Thread(target=ask, args=(server, path.format(k)), kwargs=own) for k in ("a", "b", "a")]
        for thread in held:
            thread.start()
        for _ in held:
            assert inside.acquire(timeout=20)
        assert ask(server, path.format("c"), **own).type == "websocket.close"
        answer = ask(server, cookie=key)
        assert (answer.status, sessions.FULL in answer.body) == (503, True)
        go_on.set()
        for thread in held:
            thread.join(20)
        server._app = Behind()
        assert ask(server, path.format("c"), **own).type == "websocket.accept"
        assert ask(server, cookie=key).status == 200


# --- spelling ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "found"), [
    ("a.example:80", ("a.example", None)), ("A.EXAMPLE.", ("a.example", None)), ("[::1]:8765", ("::1", 8765)),
    ("a b", None), ("[1::2::3]", None),
])  # fmt: skip
def test_hosts_are_read_in_one_spelling(text, found):
    assert authority(text) == found


def test_an_origin_is_a_scheme_and_a_host():
    assert origin("https://a.example") == ("a.example", None)
    assert origin("http://a.example:9") == ("a.example", 9)
    assert origin("http://a.example:9/x") is None


# --- the command ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "0.0.0.0"), "--host 0.0.0.0: other machines could reach the page"),
        (("--host", "192.0.2.1", "--allow-host", "class.example"), "cannot be served on"),
        (("--allow-host", "http://class.example"), "--allow-host 'http://class.example' is no name of a host"),
        (("--allow-host", "*"), "--allow-host '*' is no name of a host"),
        (("--pages", "0"), "--pages"),
    ],
)
def test_the_command_refuses_what_cannot_be_served(words, said):
    done = CliRunner().invoke(app, ["view", "two-patrons", "--no-open", "--port", str(free_port()), *words])
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert "Traceback" not in done.stderr
