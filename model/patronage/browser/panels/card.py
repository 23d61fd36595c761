"""Cards, tables and captions that all panels share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any

import solara

from .markup import HtmlElement, ask, headed, put


def Card(
    title: str, hint: str = "", span: int = 12, *, does: str = "", testid: str, wide: bool = False
) -> AbstractContextManager[Any]:
    """A white card with a heading, to be used as a context. `wide`: over all columns on a small screen.

    `hint`: units and marks, which a saved figure needs as well; `does`: what a hand can do here, which it does not.

    Its name is its key: a card that comes or goes above would make a nameless one anew, lose what was just pressed in it, and show
    its chart twice for a moment.
    """
    beside = [HtmlElement("small", (words,), class_) for words, class_ in ((hint, "pg-key"), (does, "")) if words]
    heading = put(HtmlElement("h2", (headed(title), *(part for small in beside for part in (" ", small)))))
    card = solara.v.Html(
        tag="section",
        class_=f"pg-card pg-{span}{' pg-wide' if wide else ''}",
        attributes={"data-testid": testid},
        children=[heading],
    )
    return card.key(testid)


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


def announced() -> AbstractContextManager[Any]:
    """A part whose changes are spoken; to be used as a context, and to be there before what changes."""
    return solara.v.Html(tag="div", attributes={"role": "status"})


def table(
    heads: Sequence[str],
    rows: Sequence[Sequence[Any]],
    numeric: Sequence[int] = (),
    testid: str = "",
    wide: Sequence[int] = (),
    *,
    stacks: bool = False,
    asks: Sequence[str] = (),
) -> Any:
    """A small table; a cell is a text, a tag or an element, or a list of them.

    Columns in `wide` break their lines; on a phone what `stacks` is one column. `asks`: a question a row, which its texts but the
    first ask (`explaining`).
    """

    def cell(tag: str, content: Any, column: int, question: str = "") -> HtmlElement:
        if question and column and isinstance(content, str) and content:
            content = ask(content, question)
        children = list(content) if isinstance(content, list) else [content]
        named = {"data-head": str(heads[column])} if stacks and tag == "td" and column else {}
        class_ = "n" if column in numeric else "w" if column in wide else ""
        return HtmlElement(tag, children, class_, attributes=named)

    head = HtmlElement("tr", [cell("th", headed(h), i) for i, h in enumerate(heads)])
    body = [
        HtmlElement("tr", [cell("td", x, i, question) for i, x in enumerate(row)])
        for row, question in zip(rows, asks or [""] * len(rows), strict=True)
    ]
    return put(
        HtmlElement(
            "table", (HtmlElement("thead", (head,)), HtmlElement("tbody", body)), f"pg-table{' pg-stacks' if stacks else ''}",
            attributes={"data-testid": testid} if testid else {},
        )
    )  # fmt: skip


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
