"""Many pages of one server without their browsers: clients that open a page, press Play and say at once that they have drawn.

python -m benchmarks.page_clients [PAGES] [SECONDS] [WORKERS ...]        needs the extra browser-test and collected assets

So the machine's processors are the server's (the clients take a small part, which is told), as in a class whose browsers are
elsewhere. Nothing is drawn: what a slow browser would hold up is not in it. `page_many` has the browsers on this machine.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psutil
from websockets.asyncio.client import connect

from benchmarks.page_many import MAIN, spent

ROOT = Path(__file__).resolve().parents[1]
SETTLED = 20.0
"""Seconds for what a page computes by itself."""
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "model")]

from browser_server import served, server  # noqa: E402


def message(kind: str, **content: object) -> str:
    """A message as the page's scripts send it."""
    header = {"msg_type": kind, "msg_id": uuid4().hex, "session": "s", "username": "", "version": "5.2"}
    return json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []})


def custom(comm: str, event: str, data: object) -> str:
    """An event of a widget."""
    return message("comm_msg", comm_id=comm, data={"method": "custom", "content": {"event": event, "data": data}})


class Client:
    """One open page without a browser."""

    def __init__(self, address: str) -> None:
        self.address = urlsplit(address)
        self.tiles = self.button = ""
        self.now = self.drawings = 0
        self.ready = asyncio.Event()
        """Whether it shows what is needed."""
        self.wire: Any = None

    def cookies(self) -> str:
        """The key and a session of its own, as a browser gets them."""
        found = []
        for path in (f"/?{self.address.query}", "/"):
            wire = http.client.HTTPConnection(self.address.hostname or "", self.address.port, timeout=300)
            wire.request("GET", path, headers={"Cookie": "; ".join(found)})
            answer = wire.getresponse()
            answer.read()
            found += [v.split(";")[0] for v in answer.headers.get_all("set-cookie") or ()]
            wire.close()
        return "; ".join(found)

    async def open(self) -> None:
        """Open the page and follow what it is sent."""
        cookies = await asyncio.to_thread(self.cookies)
        url = f"ws://{self.address.netloc}/jupyter/api/kernels/{uuid4()}/channels?session_id={uuid4()}"
        own = f"http://{self.address.netloc}"
        self.wire = await connect(url, origin=own, additional_headers={"Cookie": cookies}, max_size=None, open_timeout=300)  # type: ignore[arg-type]
        control = uuid4().hex
        await self.wire.send(message("comm_open", comm_id=control, target_name="solara.control", data={}))
        run = {"method": "run", "args": {"path": "", "appName": None, "dark": False}}
        await self.wire.send(message("comm_msg", comm_id=control, data=run))
        self.follower = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        async for data in self.wire:
            await self._hear(data)

    async def _hear(self, data: str | bytes) -> None:
        if self.tiles and self.button:  # of what is drawn only the tiles matter here
            wanted = self.tiles.encode() if isinstance(data, bytes) else self.tiles
            if wanted not in data:  # type: ignore[operator]
                return
        text = data if isinstance(data, str) else data[data.index(b"{") :].decode("utf-8", "replace")
        for part in _documents(text):
            content = part.get("content", part)
            comm = content.get("comm_id", "")
            state = (content.get("data") or {}).get("state") if isinstance(content.get("data"), dict) else None
            if not comm or not isinstance(state, dict):
                continue
            if "tiles_json" in state and not self.tiles:
                self.tiles = comm
            if comm == self.tiles and "now" in state:
                self.now, self.drawings = state["now"], self.drawings + 1
                await self.wire.send(custom(comm, "shown", self.now))
            if state.get("children") == ["Play"] and state.get("_model_name") == "BtnModel" and not self.button:
                self.button = comm
            if self.tiles and self.button:
                self.ready.set()

    async def close(self) -> None:
        """Leave."""
        self.follower.cancel()
        await self.wire.close()

    async def press(self) -> None:
        """Press Play, or Pause where it plays."""
        await self.wire.send(custom(self.button, "click", {}))


def _documents(text: str) -> list[dict[str, Any]]:
    """JSON objects that follow each other."""
    found, at, read = [], 0, json.JSONDecoder()
    while (at := text.find("{", at)) >= 0:
        try:
            one, at = read.raw_decode(text, at)
        except ValueError:
            break
        found.append(one)
    return found


def memory(processes: list[Any]) -> float:
    """Megabytes that belong to these processes alone."""
    return float(sum(p.memory_full_info().uss for p in processes)) / 1e6


async def together(address: str, processes: list[Any], pages: int, seconds: float) -> str:
    """Open pages, let all play, and tell what each got and what it cost."""
    empty, clients = memory(processes), [Client(address) for _ in range(pages)]
    for client in clients:
        await client.open()
        await client.ready.wait()
    await asyncio.sleep(SETTLED)  # their ensembles and screenings are done
    for client in clients:
        await client.press()
    await asyncio.sleep(3)
    own, before = psutil.Process(), [c.now for c in clients]
    drawn, cost, ours, at = [c.drawings for c in clients], sum(map(spent, processes)), spent(own), time.monotonic()
    await asyncio.sleep(seconds)
    lasted, after = time.monotonic() - at, [c.now for c in clients]
    cost, ours = sum(map(spent, processes)) - cost, spent(own) - ours
    drawings = sum(c.drawings - d for c, d in zip(clients, drawn, strict=True))
    each = sorted((b - a) / lasted for a, b in zip(before, after, strict=True))
    full = memory(processes)
    for client in clients:
        await client.press()
    await asyncio.sleep(5)
    for client in clients:
        await client.close()
    return (
        f"{each[0]:.1f} to {each[-1]:.1f} quarters a second each, median {each[pages // 2]:.1f}, {sum(each):.1f} together; "
        f"{drawings / lasted:.1f} drawings a second, {1000 * cost / max(1, drawings):.0f} ms of a core each; server {cost / lasted:.2f} "
        f"cores, clients {ours / lasted:.2f}; memory {empty:.0f} MB empty, {full:.0f} MB with them ({(full - empty) / pages:.0f} MB a page); "
        f"load {os.getloadavg()[0]:.0f}"
    )


def main() -> None:
    """As many pages as are asked for, with each number of processes."""
    pages, seconds, *workers = (int(word) for word in (sys.argv[1:] + ["10", "15", "1", "2"][len(sys.argv) - 1 :]))
    for number in workers:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "main.yaml").write_text(MAIN, encoding="utf-8")
            with served(Path(folder), "main.yaml", "--workers", str(number)) as address:
                front = server(Path(folder))
                processes = [front, *(p for p in front.children() if "spawn_main" in " ".join(p.cmdline()))]
                found = asyncio.run(together(address, processes, pages, seconds))
        sys.stdout.write(f"{pages} pages, {number} process{'es' if number > 1 else ''}: {found}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
