"""Processes for tests of the pool: each answers with its number; asked to, it ends, works for long, or sends the session elsewhere."""

from __future__ import annotations

import json
import os
import socket
import threading
import time

BEAT = 0.1
BUSY = 2.5
"""Seconds: longer than the front of the tests waits for a word."""


def beat(wire):
    """Tell that it lives."""
    while True:
        time.sleep(BEAT)
        wire.sendall(b"{}\n")


def work(wire, number, processes, settings):
    """Answer what comes through the wire, one after the other."""
    if settings == "broken":
        os._exit(3)
    if settings == "half broken" and number:
        time.sleep(1)
        os._exit(3)
    words = {}
    wire.sendall(b'{"ready": true}\n')
    threading.Thread(target=beat, args=(wire,), daemon=True).start()
    while True:
        data, found, _, _ = socket.recv_fds(wire, 1 << 16, 1)
        if not data:
            return
        for line in data.splitlines():
            words |= json.loads(line)
        for file in found:
            with socket.socket(fileno=file) as visitor:
                asked = visitor.recv(1 << 16)
                if asked.startswith(b"GET /die"):
                    os._exit(7)
                if asked.startswith(b"GET /busy"):
                    end = time.monotonic() + BUSY
                    while time.monotonic() < end:
                        sum(range(1000))
                if asked.startswith(b"GET /move"):
                    session = asked.partition(b"session-id=")[2].split()[0].decode()
                    wire.sendall(json.dumps({"move": [session, "ABCDEF"]}).encode() + b"\n")
                told = json.dumps({"number": number, "of": processes, "pid": os.getpid(), "asked": len(asked), **words})
                visitor.sendall(b"HTTP/1.0 200 OK\r\n\r\n" + told.encode())
