"""Tables, headings and words that nobody can move: a tree of tags, sent to the browser as one text.

Solara keeps a widget of its own for every element, and walks them all whenever the page is drawn: a table of forty cells as one text
costs what one cell costs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import solara

from patronage.telling.explaining import term_behind, word_meaning
from patronage.telling.history import Story

ONCE = {"data-once": ""}
"""Attributes of a button that a double click presses once: what it does twice nobody wants (`frame.vue`)."""


@dataclass(frozen=True)
class HtmlElement:
    """An HTML element. A child is a text, another tag, or an element of Solara's, which stays one."""

    name: str
    children: Sequence[Any] = ()
    class_: str = ""
    style: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def plain(self) -> bool:
        """Whether it holds texts and tags only."""
        return all(isinstance(child, str) or (isinstance(child, HtmlElement) and child.plain) for child in self.children)

    @property
    def named(self) -> dict[str, str]:
        """Its attributes; heads of a table are those of columns."""
        return {**({"scope": "col"} if self.name == "th" else {}), **self.attributes}

    def packed(self) -> list[Any]:
        """Name, attributes and children, as `markup.vue` draws them."""
        look = {key: value for key, value in (("class", self.class_), ("style", self.style)) if value}
        children = [child.packed() if isinstance(child, HtmlElement) else child for child in self.children]
        return [self.name, look | self.named, children]


@solara.component_vue("markup.vue")
def Markup(tree_json: str = "") -> None:
    """A tree of tags."""


def put(tag: HtmlElement) -> Any:
    """Draw a tag here."""
    if tag.plain:
        return Markup(tree_json=json.dumps(tag.packed(), separators=(",", ":")))
    children = [put(child) if isinstance(child, HtmlElement) else child for child in tag.children]
    return solara.v.Html(
        tag=tag.name, class_=tag.class_, style_=tag.style, attributes=tag.named, children=children
    )


def ask(words: str, question: str, at: int = -1, title: str = "") -> HtmlElement:
    """Something on which a click or Enter asks for an explanation. `at`: of another time than the one shown; `title`: a tooltip."""
    attributes = {"type": "button", "data-ask": question, "aria-haspopup": "dialog"}
    attributes |= ({"data-at": str(at)} if at >= 0 else {}) | ({"title": title} if title else {})
    return HtmlElement("button", (words,), "pg-ask", attributes=attributes)


def term(words: str, word: str) -> HtmlElement:
    """A term of art: its meaning as a tooltip, and in full on a click or Enter."""
    attributes = {"type": "button", "data-ask": f"word {word}", "aria-haspopup": "dialog", "title": word_meaning(word)}
    return HtmlElement("button", (words,), "pg-term", attributes=attributes)


def headed(words: str) -> str | HtmlElement:
    """A heading; what is a term of art in it carries its meaning."""
    word = term_behind(words)
    return term(words, word) if word else words


def small(words: str, class_: str = "pg-small") -> HtmlElement:
    """A line below a number."""
    return HtmlElement("div", (words,), class_)


def dot(story: Story, patron: str) -> HtmlElement:
    """A swatch in a patron's colour."""
    return swatch(story.looks[patron].colour)


def swatch(colour: str) -> HtmlElement:
    """A small square in a colour."""
    return HtmlElement("i", class_="pg-dot", style=f"background:{colour}")


def legend(story: Story) -> Any:
    """All patrons with their colours."""
    patrons = [HtmlElement("span", (dot(story, p), story.name(p)), "pg-small") for p in story.patrons]
    return put(HtmlElement("div", patrons, "pg-legend"))
