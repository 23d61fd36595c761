"""Cards, tables and captions that all panels share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

import solara

from patronage.telling.explaining import term_behind, word_meaning
from patronage.telling.history import Story


class AskedNumber(NamedTuple):
    """A number of a table, and what a click on it asks (`explaining`)."""

    words: str
    question: str


def ask(words: Any, question: str) -> Any:
    """Something on which a click or Enter asks for an explanation."""
    attributes = {"type": "button", "data-ask": question, "aria-haspopup": "dialog"}
    return solara.v.Html(tag="button", class_="pg-ask", children=[words], attributes=attributes)


def term(words: str, word: str) -> Any:
    """A term of art: its meaning as a tooltip, and in full on a click or Enter."""
    attributes = {"type": "button", "data-ask": f"word {word}", "aria-haspopup": "dialog", "title": word_meaning(word)}
    return solara.v.Html(tag="button", class_="pg-term", children=[words], attributes=attributes)


def headed(words: Any) -> Any:
    """A heading; what is a term of art in it carries its meaning."""
    word = term_behind(words) if isinstance(words, str) else ""
    return term(words, word) if word else words


def Card(
    title: str, hint: str = "", span: int = 12, testid: str = "", *, wide: bool = False
) -> AbstractContextManager[Any]:
    """A white card with a heading, to be used as a context. `wide`: over all columns on a small screen.

    Its name is its key: another card that comes or goes above would make a nameless one anew, and lose what was just pressed in it.
    """
    heading = solara.v.Html(tag="h2", children=[headed(title), *([" ", solara.v.Html(tag="small", children=[hint])] if hint else [])])
    card = solara.v.Html(
        tag="section",
        class_=f"pg-card pg-{span}{' pg-wide' if wide else ''}",
        attributes={"data-testid": testid} if testid else {},
        children=[heading],
    )
    return card.key(testid) if testid else card


def grid() -> AbstractContextManager[Any]:
    """Twelve columns."""
    return solara.Div(classes=["pg-grid"])


def text(words: str, class_: str = "pg-note", tag: str = "div", **attributes: str) -> Any:
    """Plain text."""
    return solara.v.Html(tag=tag, class_=class_, children=[words], attributes=attributes)


def scroll(label: str) -> AbstractContextManager[Any]:
    """A part that scrolls by itself, also with the keyboard; to be used as a context."""
    attributes = {"tabindex": "0", "role": "region", "aria-label": label}
    return solara.v.Html(tag="div", class_="pg-scroll", attributes=attributes)


def dot(story: Story, patron: str) -> Any:
    """A swatch in a patron's colour."""
    return solara.v.Html(tag="i", class_="pg-dot", style_=f"background:{story.looks[patron].colour}")


def table(
    heads: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    numeric: Sequence[int] = (),
    testid: str = "",
    wide: Sequence[int] = (),
    *,
    stacks: bool = False,
) -> Any:
    """A small table; cells are texts or elements. Columns in `wide` break their lines; on a phone what `stacks` is one column."""

    def cell(tag: str, content: Any, column: int) -> Any:
        children = [ask(*content)] if isinstance(content, AskedNumber) else list(content) if isinstance(content, list) else [content]
        named = {"data-head": str(heads[column])} if stacks and tag == "td" and column else {}
        class_ = "n" if column in numeric else "w" if column in wide else ""
        return solara.v.Html(tag=tag, class_=class_, children=children, attributes=named)

    head = solara.v.Html(tag="tr", children=[cell("th", headed(h), i) for i, h in enumerate(heads)])
    body = [solara.v.Html(tag="tr", children=[cell("td", x, i) for i, x in enumerate(row)]) for row in rows]
    return solara.v.Html(
        tag="table", class_=f"pg-table{' pg-stacks' if stacks else ''}", attributes={"data-testid": testid} if testid else {},
        children=[solara.v.Html(tag="thead", children=[head]), solara.v.Html(tag="tbody", children=body)],
    )


@solara.component
def Download(label: str, data: Callable[[], bytes], filename: str) -> None:
    """A button that makes a file when it is pressed.

    Solara forgets the press when the page is drawn anew meanwhile with another function: it is given one that stays.
    """
    newest = solara.use_ref(data)
    newest.current = data

    def made() -> bytes:
        return newest.current()

    solara.FileDownload(data=solara.use_ref(made).current, filename=filename, label=label)
