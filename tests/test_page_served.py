"""A page in the background of a notebook: it answers who has its link, and ends with it."""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import pytest

import patronage

pytestmark = pytest.mark.browser


def test_a_page_is_served_until_it_is_closed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with patronage.page("two-patrons") as served:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        assert b"patronage" in opener.open(served.address, timeout=60).read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(served.address.partition("?")[0], timeout=60)
        assert f'href="{served.address}"' in served._repr_html_()
        assert served.address in repr(served)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(served.address, timeout=5)


def test_a_page_that_cannot_be_served_says_why(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text("extends: two-patrons\nperiode: {}\n")
    with pytest.raises(RuntimeError, match="periode"):
        patronage.page("wrong.yaml")
