"""The page as it is served: what a client without the key reaches over the wire. No browser is needed."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from browser_server import ROOT, served

CHANNEL = "/jupyter/api/kernels/k-{}/channels?session_id=p"
PACKAGE = ROOT / "model" / "patronage" / "browser"


@pytest.fixture(scope="module", params=[(), ("--workers", "2")], ids=["one process", "two processes"])
def address(tmp_path_factory, request):
    """The printed address of a page that at most two may open; of several processes, two of each."""
    with served(tmp_path_factory.mktemp("server"), "two-patrons", "--pages", "2", *request.param) as url:
        yield urlsplit(url)


@pytest.fixture(scope="module")
def key(address):
    """The cookie that the printed address is exchanged for."""
    answer = ask(address, f"/?{address.query}")
    assert answer.status == 303
    return answer.getheader("set-cookie").split(";")[0] + "; solara-session-id=s"


def message(kind, **content):
    """A message as the page's widgets send them."""
    header = {"msg_type": kind, "msg_id": "1"}
    return json.dumps(
        {"header": header, "channel": "shell", "content": content, "metadata": {}, "parent_header": {}, "buffers": []}
    )


def ask(address, path, method="GET", body=None, **headers):
    wire = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    wire.request(method, path, body, {k.replace("_", "-"): v for k, v in headers.items()})
    answer = wire.getresponse()
    answer.text = answer.read().decode("utf-8", "replace")
    wire.close()
    return answer


def files():
    return sorted((str(p), p.stat().st_mtime_ns) for p in PACKAGE.rglob("*") if "__pycache__" not in p.parts)


def test_a_client_without_the_key_gets_a_plain_page(address):
    for path in (
        "/",
        "/resourcez",
        "/static/main.js",
        "/_solara/cdn/echarts@5.6.0/dist/echarts.min.js",
        "/jupyter/api/kernels/1",
        "/nothing",
    ):
        answer = ask(address, path)
        assert answer.status == 403
        assert "Open the address that" in answer.text
        assert answer.getheader("server") is None
    assert ask(address, "/_solara/api/close/k?session_id=p", "POST").status == 403
    assert ask(address, "/?token=" + "x" * 40).status == 403


def test_with_the_key_there_is_the_page_and_nothing_else(address, key):
    own = f"http://{address.netloc}"
    page = ask(address, "/", cookie=key)
    assert page.status == 200
    assert address.query not in page.text
    assert ask(address, "/", cookie=key, Host="evil.example").status == 403
    assert ask(address, "/", cookie=key, origin="http://evil.example").status == 403
    assert ask(address, "/", "POST", cookie=key, origin=own).status == 404
    before = files()
    for path in (
        "/resourcez", "/readyz", "/_solara/cdn/evil@1.0.0/x.js", "/_solara/cdn/evil", "/_solara/cdn/echarts@5.6.0",
        "/_solara/cdn/echarts@5.6.0/dist",
        "/_solara/cdn/%2e%2e/app.py", "/_solara/cdn/..%2fapp.py", "/static/%2e%2e/%2e%2e/server.py",
    ):  # fmt: skip
        if (
            "cdn" not in path or (PACKAGE / "_assets" / "versions.json").is_file()
        ):  # else Solara fetches its scripts itself
            assert ask(address, path, cookie=key).status == 404, path
    assert files() == before
    wanted = re.findall(r'<(?:script|link)[^>]* (?:src|href)="(/[^"]+)"', page.text)
    assert any(w.startswith("/_solara/cdn/") for w in wanted)
    if (PACKAGE / "_assets" / "versions.json").is_file():
        assert [w for w in wanted if ask(address, w, cookie=key).status != 200] == []


def test_a_connection_needs_the_key_and_its_own_origin(address, key):
    own = f"http://{address.netloc}"
    url = f"ws://{address.netloc}" + CHANNEL.format("wrong")
    for cookie, origin in (
        (None, own),
        (key, None),
        (key, "http://evil.example"),
        (key, "null"),
        (key.replace(";", "x;"), own),
    ):
        headers = {"Cookie": cookie} if cookie else {}
        with pytest.raises(InvalidStatus, match="403"), connect(url, origin=origin, additional_headers=headers):
            pass
    with connect(url.replace("wrong", "right"), origin=own, additional_headers={"Cookie": key}) as wire:
        wire.send(message("kernel_info_request"))
        assert wire.recv(20)


def test_the_session_of_another_browser_is_not_taken_over(address, key, request):
    """With several processes another browser may come to one where there is no such session: it finds nothing to take."""
    own, path = f"http://{address.netloc}", CHANNEL.format("right")
    several = "two processes" in request.node.name
    with connect(f"ws://{address.netloc}{path}", origin=own, additional_headers={"Cookie": key}):
        for other in (key.replace("session-id=s", "session-id=t"), key.partition(";")[0]):
            refused = suppress(InvalidStatus) if several else pytest.raises(InvalidStatus, match="403")
            with refused, connect(f"ws://{address.netloc}{path}", origin=own, additional_headers={"Cookie": other}):
                pass
            assert (
                ask(address, "/_solara/api/close/k-right?session_id=p", "POST", cookie=other, origin=own).status == 200
            )
        assert ask(address, "/nothing", cookie=key).status == 404
    with connect(f"ws://{address.netloc}{path}", origin=own, additional_headers={"Cookie": key}):
        pass  # nobody has closed it


def test_pages_beyond_the_limit_are_told_so(address, key):
    own = {"origin": f"http://{address.netloc}", "additional_headers": {"Cookie": key}}
    url = f"ws://{address.netloc}" + CHANNEL
    with connect(url.format("right"), **own), connect(url.format("b"), **own):
        with pytest.raises(InvalidStatus, match="403"), connect(url.format("c"), **own):
            pass
        answer = ask(address, "/", cookie=key)
        assert answer.status == 503
        assert "As many pages are open as this server takes" in answer.text


def test_a_message_too_large_ends_its_connection_only(address, key):
    own = {"origin": f"http://{address.netloc}", "additional_headers": {"Cookie": key}}
    with connect(f"ws://{address.netloc}" + CHANNEL.format("b"), **own) as wire:
        wire.send("x" * 3_000_000)
        end = time.monotonic() + 20
        while wire.close_code is None and time.monotonic() < end:
            with suppress(TimeoutError, ConnectionClosed):
                wire.recv(1)
        assert wire.close_code == 1009
    assert ask(address, "/nothing", cookie=key).status == 404


@pytest.mark.parametrize("sent", [
    "", "x", "[" * 100_000, "[]", "3", "{}", '{"header": 1}', '{"header": {"msg_type": "comm_msg"}}', b"", b"\0" * 100, b"\xff" * 8,
    message("execute_request", code="1/0"), message("comm_msg", comm_id=[], data=1),
    message("comm_open", comm_id="x", target_name="os.system", data={}),
], ids=range(14))  # fmt: skip
def test_a_connection_that_speaks_nonsense_ends_without_a_traceback(address, key, sent):
    own = {"origin": f"http://{address.netloc}", "additional_headers": {"Cookie": key}}
    url = f"ws://{address.netloc}" + CHANNEL.format("b")
    with connect(url, **own) as wire, suppress(TimeoutError, ConnectionClosed):
        wire.send(sent)
        wire.recv(0.5)
        wire.send(message("shutdown_request"))
        wire.recv(5)
    assert ask(address, "/nothing", cookie=key).status == 404


def test_what_is_no_request_is_refused(address):
    with socket.create_connection((address.hostname, address.port), 20) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil\r\n\r\n")
        assert wire.recv(100).split()[1] in (b"400", b"403")
    with socket.create_connection((address.hostname, address.port), 20) as wire:
        wire.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert wire.recv(100).split()[1] in (b"400", b"403")
