"""The documentation as somebody reads it who opens it from a folder, without a server."""

from __future__ import annotations

import pytest

from browser_server import PATIENCE
from test_site import ROOT, built

pytestmark = [pytest.mark.browser, pytest.mark.browser_long]


def test_the_search_box_works_without_a_server(browser, tmp_path):
    done = built(ROOT, tmp_path / "site")
    assert done.returncode == 0, done.stderr
    page = browser.new_page()
    try:
        page.goto((tmp_path / "site" / "index.html").as_uri(), timeout=PATIENCE)
        page.locator("input.md-search__input").click()
        page.keyboard.type("Shapley value")
        found = page.locator(".md-search-result__link").first
        found.wait_for(timeout=PATIENCE)
        assert "attribution.html" in page.locator(".md-search-result__list").inner_html()
        found.click()
        page.wait_for_url("**/*.html?h=*", timeout=PATIENCE)
    finally:
        page.close()
