"""Every tab on paper: light, without controls, tables whole, with a head that says what and when."""

from __future__ import annotations

import pytest

from browser_tools import bookmark, says, still, tab, until, visit
from patronage.browser.app import TABS

pytestmark = [pytest.mark.browser, pytest.mark.browser_long]
CONTROLS = """[...document.querySelectorAll('header, nav, .v-btn, .v-slider, .v-tabs, .pg-save, .pg-zoom, .pg-bottom, [type=search]')]
  .filter(e => e.getClientRects().length).map(e => e.outerHTML.slice(0, 90))"""
CUT = "[...document.querySelectorAll('.pg-scroll, .pg-marks, .pg-card')].filter(e => e.scrollHeight > e.clientHeight + 1"
CUT += " && getComputedStyle(e).overflowY != 'visible').map(e => e.className)"
DARK = """[...document.querySelectorAll('.v-application, .v-application main, .pg-card, .pg-tile')]
  .map(e => getComputedStyle(e).backgroundColor).filter(c => !['rgb(255, 255, 255)', 'rgba(0, 0, 0, 0)'].includes(c))"""
LAND = "[...document.querySelector('.pg-map .pg-flat').getContext('2d').getImageData(12, 12, 1, 1).data]"
COLOURS = """(() => {
  const flat = document.querySelector('#parallel .ex-flat');
  const seen = flat.getContext('2d').getImageData(0, flat.height >> 1, flat.width, 1).data;
  return [...Array(flat.width).keys()].map(i => seen.slice(4 * i, 4 * i + 3).join());
})()"""


@pytest.mark.parametrize(("dark", "tabs"), [(True, TABS), (False, ("Overview", "Deals & bases"))], ids=["dark", "light"])
def test_every_tab_on_paper(browser, url, dark, tabs):
    with visit(browser, url) as page:
        bookmark(page, "scenario=us-withdrawal&seed=1&run=3&at=2014Q4")  # another run, of the seed whose levers are known
        page.get_by_text("Step: 60").wait_for()
        if dark:
            page.get_by_role("button", name="Light or dark").click()
            page.locator(".v-application.theme--dark").wait_for()
        for name in tabs:
            tab(page, name)
            if name == "Explorer":
                page.locator("[data-testid=explorer-runs][data-ready]").wait_for()  # who has no runs yet prints none
            still(page)
            assert not page.locator("[data-testid=paper-head]").is_visible(), "it is for paper alone"
            until(page, lambda: len(page.evaluate(CONTROLS)) > 5)  # else the case hides nothing
            page.emulate_media(media="print")
            page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
            says(page, "paper-head", name, "2014Q4", "seed 1, run 3", "patronage run us-withdrawal")
            until(page, lambda: [page.evaluate(wrong) for wrong in (CONTROLS, CUT, DARK)], [[], [], []])
            if name == "Overview":  # lands around the clients are on paper too, in light colours
                until(page, lambda: page.evaluate(LAND), [236, 234, 228, 255])
            if name == "Deals & bases":
                rows = page.locator("[data-testid=ledger] tbody tr")
                page.wait_for_function("document.querySelectorAll('[data-testid=ledger] tbody tr').length > 25")
                whole = int(page.locator(".pg-ledger [role=status]").inner_text().split()[2])
                until(page, rows.count, 60)
                assert whole > 60, "the case cuts nothing"
                cut = page.locator("[data-testid=ledger-cut]").inner_text()
                assert cut.startswith(f"First 60 of {whole} deals: whole in deals.csv")
                assert page.locator("[data-testid=ledger] button").count() == 0, "the next sheet repeats no head with buttons"
            if name == "Explorer":  # its charts as one canvas each, the table of its runs filled
                until(page, lambda: page.locator(".ex-flat").count(), 2)
                until(page, lambda: page.locator("#table tbody tr").count() > 5)
                until(page, lambda: len(set(page.evaluate(COLOURS))) > 20)  # lines of runs beside axes and letters
            page.evaluate("window.dispatchEvent(new Event('afterprint'))")
            page.emulate_media(media="screen")
            until(page, page.locator(".pg-flat").count, 0)
            until(page, page.locator(".v-application.theme--dark").count, int(dark))
        assert page.pdf(prefer_css_page_size=True)[:4] == b"%PDF"
