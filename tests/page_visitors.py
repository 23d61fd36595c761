"""Browsers as the server sees them, each with a page of its own. Without a browser."""

from __future__ import annotations

import json
import time

import ipyvuetify as v
import solara
from solara.components.file_download import FileDownloadWidget
from solara.server.kernel import Kernel
from solara.server.kernel_context import VirtualKernelContext

from patronage.browser.app import TABS
from patronage.browser.panels.seat import Seat
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk


class Visitor:
    """Somebody's browser, on the tab *Take a seat*."""

    panel = staticmethod(Seat)
    """The tab that is open."""

    def __init__(self, name):
        self.session = VirtualKernelContext(id=name, kernel=Kernel(), session_id=name)
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

    def shown(self):
        story = self.desk.model.value.story
        return self.panel(self.desk, story, story.now)

    def parts(self):
        """Everything on the page, drawn anew."""
        with self.session:
            self.page.render(self.shown())
            todo = [self.box]
            while todo:
                part = todo.pop()
                yield part
                todo += [child for child in getattr(part, "children", ()) if not isinstance(child, str)]

    def words(self):
        """All that stands on the page: words, and whatever its parts are told."""
        found = []
        for part in self.parts():
            found += [child for child in getattr(part, "children", ()) if isinstance(child, str)]
            found += [json.dumps(json.loads(getattr(part, n) or "null"), ensure_ascii=False) for n in part.keys if n.endswith("_json")]
        return "\n".join(found)

    def all_tabs(self):
        """All that the browser is sent of any tab, numbers of charts included; the one that is open stays so."""
        before, found = self.panel, []
        for panel in TABS.values():
            self.opens(panel)
            found += [self.words(), *(str(part.get_state()) for part in self.parts())]
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
