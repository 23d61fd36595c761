"""What is on the screen while the page loads: its scripts take seconds, and a reader without scripts gets a sentence."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from patronage.scenario import ScenarioError

from .setup import DEFAULT, Setup

BODY = re.compile(rb"<body[^>]*>")
SIGN = Path(__file__).with_name("waiting.html")


@dataclass(frozen=True)
class Sign:
    """Stands in a page until the page is there."""

    title: str = ""
    question: str = ""
    source: str = ""
    """Name of the scenario: a link may lead to another one, of which nothing is known yet."""

    @classmethod
    def of(cls, source: str) -> Sign:
        """About a scenario; why one cannot be read the page itself will say."""
        try:
            scenario = Setup(source).load()
        except (ScenarioError, OSError):
            return cls()
        return cls(scenario.title or scenario.name, scenario.question, source)

    @cached_property
    def html(self) -> bytes:
        """What comes first in the body of a document; texts of scenarios are escaped."""
        words = ""
        if self.source:
            lines = [self.title] if not self.question else [self.question, self.title]
            head, *below = map(html.escape, lines)
            quiet = "".join(f'<p class="pgw-quiet">{line}</p>' for line in below)
            words = f'<div data-of="{html.escape(self.source)}"><h1>{head}</h1>{quiet}</div>'
        command = html.escape(f"patronage run {self.source or DEFAULT}")
        parts = {"TOLD": words, "COMMAND": command}
        return re.sub("TOLD|COMMAND", lambda found: parts[found[0]], SIGN.read_text(encoding="utf-8")).encode()

    def put_into(self, document: bytes) -> bytes:
        """A document with the sign first in its body; one without a body as it is."""
        found = BODY.search(document)
        return document if found is None else document[: found.end()] + self.html + document[found.end() :]
