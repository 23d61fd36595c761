"""Browsers as the server sees them, each with a page of its own. Without a browser."""

from __future__ import annotations

import json
import threading
import time
from functools import partial

import ipyvuetify as v
import pytest
import solara
from solara.components.file_download import FileDownloadWidget
from solara.server import kernel_context
from solara.server.kernel import Kernel
from solara.server.kernel_context import VirtualKernelContext

from patronage.browser.app import TABS
from patronage.browser.panels.seat import Seat
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk


def words_of(part):
    """Words in a part of a page, and what it is told."""
    told = [json.dumps(json.loads(getattr(part, name) or "null"), ensure_ascii=False) for name in part.keys if name.endswith("_json")]
    return [*(child for child in getattr(part, "children", ()) if isinstance(child, str)), *told]


def within(page, run):
    with page:
        run()


def of_page(init):
    """How a thread is made that knows, as a server's do, whose page began it."""

    def made(self, *args, **kwargs):
        init(self, *args, **kwargs)
        if isinstance(self, threading._DummyThread):  # with which Solara asks who it is, once a server was imported
            return
        if kernel_context.has_current_context():
            self.run = partial(within, kernel_context.get_current_context(), self.run)

    return made


class Visitor:
    """Somebody's browser, on the tab *Take a seat*."""

    panel = staticmethod(Seat)
    """The tab that is open."""

    def __init__(self, name):
        self.session = VirtualKernelContext(id=name, kernel=Kernel(), session_id=name)
        self.threads = pytest.MonkeyPatch()
        self.threads.setattr(threading.Thread, "__init__", of_page(threading.Thread.__init__))
        with self.session:
            self.desk = Desk(Setup("two-patrons"), held=True)
            self.desk.tabs = tuple(TABS)
            self.box, self.page = solara.render(self.shown(), handle_error=False)

    @property
    def problem(self):
        """What the page refuses."""
        with self.session:
            return self.desk.problem.value

    def shares(self):
        """Of the run on the page."""
        with self.session:
            return self.desk.model.value.story.array("share").tolist()

    def close(self):
        """Leave."""
        with self.session:
            self.page.close()
            self.desk.close()
        self.threads.undo()

    def shown(self):
        story = self.desk.model.value.story
        return self.panel(self.desk, story, story.now)

    def seen(self, look=lambda part: part):
        """What is to be seen of every part of the page, drawn anew. Nobody else draws meanwhile, in whose hands parts would end."""
        with self.session:
            while True:
                self.page.render(self.shown())  # leaves it to a thread that draws just now
                with self.page.thread_lock:
                    if self.page._rerender_needed:
                        continue
                    return [look(part) for part in self._below(self.box)]

    def _below(self, part):
        yield part
        for child in getattr(part, "children", ()):
            if not isinstance(child, str):
                yield from self._below(child)

    def parts(self):
        """Everything on the page."""
        return self.seen()

    def words(self):
        """All that stands on the page: words, and whatever its parts are told."""
        return "\n".join(word for found in self.seen(words_of) for word in found)

    def all_tabs(self):
        """All that the browser is sent of any tab, numbers of charts included; the one that is open stays so."""
        before, found = self.panel, []
        for panel in TABS.values():
            self.opens(panel)
            found += [self.words(), *self.seen(lambda part: str(part.get_state()))]
        self.opens(before)
        return "\n".join((*found, self.words()))

    def opens(self, panel):
        """Another tab."""
        self.panel = panel

    def buttons(self):
        return {part.children[0]: part for part in self.parts() if isinstance(part, v.Btn) and part.children}

    def press(self, words):
        button = self.buttons()[words]
        with self.session:
            button.click()

    def files(self):
        """Names of what can be taken away."""
        return {part.filename for part in self.parts() if isinstance(part, FileDownloadWidget)}

    def taken(self, name):
        """What a button hands over, as text."""
        file = next(part for part in self.parts() if isinstance(part, FileDownloadWidget) and part.filename.endswith(name))
        with self.session:
            file.request_download = True
        end = time.monotonic() + 20
        while not file.bytes and time.monotonic() < end:
            time.sleep(0.05)
        return file.bytes.decode()

    def field(self, label):
        return next(part for part in self.parts() if getattr(part, "label", "") == label)

    def fill(self, label, words):
        """Type, and leave the field."""
        field = self.field(label)
        with self.session:
            field.v_model = words
            if not label.startswith("Room"):
                field.fire_event("focusout", None)

    def deadline(self):
        return next(part.deadline for part in self.parts() if hasattr(part, "deadline"))

    def waits(self):
        """Whether the clock has not begun."""
        return next(part.waits for part in self.parts() if hasattr(part, "deadline"))

    def seal(self, order):
        self.send(lambda part: hasattr(part, "draft_json"), "play", order)

    def send(self, wanted, event, data):
        """What a part of the page tells the server."""
        part = next(part for part in self.parts() if wanted(part))
        sent = {"method": "custom", "content": {"event": event, "data": data}}
        with self.session:
            part._handle_msg({"content": {"data": sent}, "buffers": []})
