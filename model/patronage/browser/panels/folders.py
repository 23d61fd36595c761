"""The run folders that the page may open, to choose from; a path that is typed does as well."""

from __future__ import annotations

from collections.abc import Callable

import solara

from patronage.browser.checked import one_of
from patronage.visitors.offered_folders import OfferedFolder, offered

from .card import text


@solara.component
def OfferedFolders(kinds: tuple[str, ...], choose: Callable[[str], None]) -> None:
    """A list, newest first, read beside the page; `choose` is given a path."""
    again, set_again = solara.use_state(0)
    read: solara.Result[list[OfferedFolder]] = solara.use_thread(offered, dependencies=[again], intrusive_cancel=False)
    found = {one.words: one.path for one in read.value or () if one.kind in kinds}
    words = "Run folders: none found yet" if read.value is not None else "Run folders are looked for …"
    with solara.Div(classes=["pg-bar"]):
        if found:
            pick = one_of(found, lambda one: choose(found[one]))
            solara.Select("Run folders, newest first", value=None, values=list(found), on_value=pick, dense=True)
        else:
            text(words, "pg-small", role="status")
        solara.Button("Look again", on_click=lambda: set_again(again + 1), small=True, text=True)
