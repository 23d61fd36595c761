"""Files that a page makes when they are asked for. Without a browser."""

from __future__ import annotations

import time

import pytest
import solara
from solara.components.file_download import FileDownloadWidget

from patronage.browser.panels.card import Download


@solara.component
def drawn(number: int, seconds: float) -> None:
    def made() -> bytes:
        time.sleep(seconds)
        return f"{number}".encode()

    Download("a.csv", made, "a.csv")


def comes(button, wanted):
    """Wait for what the button hands over; it is made in another thread."""
    end = time.monotonic() + 30
    while button.bytes != wanted and time.monotonic() < end:
        time.sleep(0.02)
    assert button.bytes == wanted


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_file_that_was_asked_for_comes_though_the_page_is_drawn_anew(seconds):
    _, page = solara.render(drawn(1, seconds), handle_error=False)
    button = page.find(FileDownloadWidget).widget
    button.request_download = True  # pressed
    page.render(drawn(2, seconds))
    assert button.request_download
    comes(button, b"1")
    button.request_download = False  # the browser has it
    comes(button, None)
    page.render(drawn(3, seconds))
    button.request_download = True
    comes(button, b"3")
    page.close()
