"""How the page looks and who can use it: every tab at two sizes, light and dark, with pictures to be looked at.

Pictures lie in .pytest_cache/d/pictures afterwards, outside git.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from browser_tools import bring, chart, choose, hindrances, press, shows, step, still, tab, until, visit

pytestmark = [pytest.mark.browser, pytest.mark.browser_long]
TABS = (
    "Overview", "Influence", "Deals & bases", "Blocs", "Patrons", "Compare", "Ensemble", "Explorer", "What if", "Take a seat",
    "How to read",
)  # fmt: skip
SIZES = ((1366, 768), (1920, 1080))
MISFITS = {
    "scrolls sideways": "document.documentElement.scrollWidth > innerWidth + 1 ? ['the page'] : []",
    "card cut off": "[...document.querySelectorAll('.pg-card')].filter(c => c.getBoundingClientRect().right > innerWidth + 1 "
    "|| [...c.children].some(e => e.getBoundingClientRect().right > c.getBoundingClientRect().right + 1))"
    ".map(c => c.innerText.slice(0, 60))",
    "tile cut off": "[...document.querySelectorAll('.pg-tile .v, .pg-tile .l')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    ".map(e => e.innerText)",
    "note of a tile cut off": "[...document.querySelectorAll('.pg-tile .n')].filter(e => e.scrollHeight > e.clientHeight + 1)"
    ".map(e => e.innerText)",
    "region scrolls sideways": "[...document.querySelectorAll('.pg-scroll')].filter(e => e.scrollWidth > e.clientWidth + 1)"
    ".map(e => e.ariaLabel)",
}
INKED = """[...document.querySelectorAll('.pg-map canvas')].map(c => {
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  return d.some(x => x > 0);
})"""
"""Of the layers of the map, whether anything is painted on them yet."""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_tab_fits_and_anyone_can_use_it(browser, url, request, dark):
    """No sideways scrolling, no card or tile cut off, and axe finds nothing serious or critical in our own markup.

    In the dark everything stands where it stood: one size is enough.
    """
    folder = Path(request.config.cache.mkdir("pictures"))
    with visit(browser, url, SIZES[0]) as page:
        if dark:
            page.get_by_role("button", name="Light or dark").click()
            page.locator(".v-application.theme--dark").wait_for()
        bring(page, "us-withdrawal", 16)
        for name in TABS:
            tab(page, name)
            if name == "Ensemble" and not dark:
                press(page, "Compute bands")
                page.locator("[data-testid=bands]", has_text="complete").wait_for()
            if name == "Explorer":
                page.locator("[data-testid=explorer-runs][data-ready]").wait_for()
            if name == "Compare":
                page.get_by_text("The other run is complete").wait_for()
            for size in SIZES[:1] if dark else SIZES:
                page.set_viewport_size({"width": size[0], "height": size[1]})
                still(page)
                until(page, lambda: [what for what, script in MISFITS.items() if page.evaluate(script)], [])
                word = name.split()[0].lower()
                page.screenshot(path=folder / f"tab-{word}-{size[0]}-{'dark' if dark else 'light'}.png")
            until(page, lambda: hindrances(page), [])


def test_the_strip_stays_in_view(browser, url):
    with visit(browser, url, (1366, 768)) as page:
        page.get_by_role("heading", name="Legitimacy").scroll_into_view_if_needed()
        page.mouse.move(800, 600)
        page.mouse.wheel(0, 3000)
        page.wait_for_function("document.querySelector('.pg-page').getBoundingClientRect().top < -50")
        until(page, lambda: page.locator("[data-testid=tile-quarter]").bounding_box()["y"] >= 40)


def in_view(box):
    return 0 <= box["x"] < box["x"] + box["width"] <= 684


def test_on_a_phone_and_at_twice_the_size(browser, url, request):
    """Controls out of the way, Play and Step at the thumb, two numbers, nothing cut off; and a laptop's screen at 200 %."""
    folder = Path(request.config.cache.mkdir("pictures"))
    with visit(browser, url, (390, 844)) as page:
        page.wait_for_function("document.querySelector('nav.v-navigation-drawer').getBoundingClientRect().right <= 0")
        until(page, page.locator(".pg-tile:visible").count, 2)
        page.get_by_role("heading", level=1, name="patronage").wait_for()
        bar = page.locator(".pg-bottom")
        until(page, lambda: sum(bar.bounding_box()[side] for side in ("y", "height")), pytest.approx(844, abs=1))
        bar.get_by_role("button", name="Step", exact=True).click()
        shows(page, "tile-quarter", "2000Q1")
        bar.get_by_text("2000Q1").wait_for()
        page.locator("[data-testid=announced]").filter(has_text="2000Q1, leading patron Russia").wait_for(state="attached")
        page.locator("[data-testid=answers]").wait_for()
        until(page, lambda: page.locator("[data-testid=answers] td").nth(1).bounding_box()["width"] > 300)  # one column
        for name in TABS:
            tab(page, name)
            if name in ("Blocs", "Patrons"):  # a row is a block there, with the heads beside its cells
                page.locator(f"[data-testid={name.lower()}] td[data-head]").first.wait_for()
                until(page, lambda: page.evaluate(MISFITS["region scrolls sideways"]), [])
            until(page, lambda: in_view(page.get_by_role("tab", selected=True).bounding_box()))
            if name == "Explorer":
                page.locator("[data-testid=explorer-runs][data-ready]").wait_for()
            for size in ((390, 844), (683, 384)):
                page.set_viewport_size({"width": size[0], "height": size[1]})
                still(page)
                until(page, lambda: page.evaluate(MISFITS["scrolls sideways"]), [])
                page.screenshot(path=folder / f"phone-{name.split()[0].lower()}-{size[0]}.png")
                if size[0] == 390:
                    until(page, lambda: hindrances(page), [])


OUTSIDE = """() => {
  const bars = '[data-testid=explained], [data-testid=explained] *, [data-testid=tour], [data-testid=tour] *';
  const parts = '.pg-orders td, .pg-orders .pg-amount > *, ' + bars;
  const shown = [...document.querySelectorAll(parts)].filter(e => e.checkVisibility() && e.getBoundingClientRect().width);
  const beyond = e => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1;
  const clipped = e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline' && e.tagName !== 'INPUT';
  const bar = document.querySelector('.pg-bottom'), top = bar.checkVisibility() ? bar.getBoundingClientRect().top : innerHeight;
  const under = e => e.matches('[data-testid=tour]') && e.getBoundingClientRect().bottom > top + 1;
  const narrow = e => innerWidth < 701 && e.matches('td:not([data-head])') && e.clientWidth < 0.9 * e.parentElement.clientWidth;
  return shown.filter(e => beyond(e) || clipped(e) || under(e) || narrow(e)).map(e => `${e.tagName} ${e.innerText}`.slice(0, 60));
}"""
"""Of an order, an explanation and the bar of a story: what lies beside the screen or below a bar, is cut off, or is given no room."""


def test_a_seat_and_a_story_on_a_phone_and_at_twice_the_size_and_in_the_dark(browser, url, request):
    """The form, what a turn brought, score and debrief, an explanation, the bar of a story: nothing cut off, nobody hindered."""
    folder = Path(request.config.cache.mkdir("pictures"))
    small = ((390, 844), (683, 384))

    def fits(page, what):
        for size in (*small, SIZES[0]):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            still(page)
            until(page, lambda: (page.evaluate(MISFITS["scrolls sideways"]), page.evaluate(OUTSIDE)), ([], []))
            page.screenshot(path=folder / f"phone-{what}-{size[0]}.png")
            if size != small[1]:
                until(page, lambda: hindrances(page), [])

    with visit(browser, url, SIZES[0]) as page:
        for seat, word in (("United States", "patron"), ("Kyrgyzstan, a client", "client")):
            tab(page, "Take a seat")
            choose(page, "You play", seat)
            page.get_by_test_id("order").wait_for()
            press(page, "Advise me")
            fits(page, f"{word}-form")
            page.locator("[data-testid=order] [data-ask^='foreseen price']").first.click()
            page.locator("[data-testid=explained][aria-busy=false]").wait_for()
            fits(page, f"{word}-explained")
            page.keyboard.press("Escape")
            press(page, "Play the year")
            page.get_by_test_id("turn-report").wait_for()
            press(page, "Score the game so far")
            page.get_by_test_id("score-table").wait_for()
            fits(page, f"{word}-debrief")
            for colours in ("dark", "light"):
                while not page.locator(f".v-application.theme--{colours}").count():  # it goes round in three
                    page.get_by_role("button", name="Light or dark").click()
                    page.wait_for_timeout(200)
                until(page, lambda: hindrances(page), [])
        choose(page, "You play", "nobody: watch")
        tab(page, "Overview")
        page.get_by_role("button", name="Take the tour").click()
        page.get_by_test_id("tour").wait_for()
        fits(page, "story")


FOCUSED = """() => {
  const now = document.activeElement, body = document.body;
  const around = e => {
    const out = [];
    for (let x = e; x && x !== body && out.length < 6; x = x.parentElement) out.push(x);
    return out;
  };
  const ringed = e => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(e);
    return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1 && !/, 0\\)$/.test(outlineColor);
  };
  const left = window.before && window.before !== now ? around(window.before).filter(e => !e.contains(now) && ringed(e)) : [];
  window.before = now;
  if (now === body) return null;
  const special = now.matches('.pg-plot') ? 'plot' : now.type === 'file' ? 'file' : now.getAttribute('role');
  const kind = special || now.tagName.toLowerCase();
  const name = `${kind} ${now.getAttribute('aria-label') || now.innerText || now.id}`.slice(0, 60);
  return { kind, name, seen: around(now).some(ringed), left: left.map(e => e.className) };
}"""
"""What has the focus, whether a line is drawn around it, and what still has one that has it no more."""


def test_the_focus_is_seen_wherever_the_keyboard_leads(browser, url):
    kinds = set()
    with visit(browser, url, SIZES[0]) as page:
        bring(page, "us-withdrawal", 8)
        for name in ("Overview", "What if", "Take a seat", "Explorer", "Deals & bases"):
            tab(page, name)
            if name == "Explorer":
                page.locator("[data-testid=explorer-runs][data-ready]").wait_for()
            still(page)
            page.evaluate("document.activeElement.blur(); window.before = null; scrollTo(0, 0)")
            unseen, stops = [], 0
            for _ in range(150):
                page.keyboard.press("Tab")
                found = page.evaluate(FOCUSED)
                if found is None:
                    continue
                stops += 1
                kinds.add(found["kind"])
                if not found["seen"] or found["left"]:
                    unseen.append(found)
            assert stops > 30, name
            assert unseen == [], name
    assert {"plot", "file", "slider", "tab", "button", "input", "select", "summary"} <= kinds


def test_the_map_is_enlarged_by_buttons(browser, url):
    with visit(browser, url) as page:
        zoom = "document.querySelector('[data-testid=map]').chart.getOption().geo[0].zoom"
        layers = "[...document.querySelectorAll('.pg-map canvas')].map(c => c.toDataURL())"
        until(page, lambda: page.evaluate(INKED), [True, True])  # lands that never change, and what does
        before = page.evaluate(layers)
        page.get_by_role("button", name="Zoom in").click()
        until(page, lambda: [a != b for a, b in zip(before, page.evaluate(layers), strict=True)], [True, True])
        page.get_by_role("button", name="Zoom in").click()
        until(page, lambda: page.evaluate(zoom), pytest.approx(1.96))
        drawn = int(page.locator("[data-testid=map]").get_attribute("data-draws"))
        step(page)
        until(page, lambda: int(page.locator("[data-testid=map]:not([data-late])").get_attribute("data-draws")) > drawn)
        assert page.evaluate(zoom) == pytest.approx(1.96)  # kept from quarter to quarter
        page.get_by_role("button", name="Whole region").click()
        until(page, lambda: page.evaluate(zoom), 1)


def test_everything_can_be_done_without_a_mouse(browser, url):
    with visit(browser, url) as page:
        page.get_by_role("button", name="Step", exact=True).focus()
        page.keyboard.press("Enter")
        shows(page, "tile-quarter", "2000Q1")
        page.keyboard.press("Space")
        shows(page, "tile-quarter", "2000Q2")
        slider = page.get_by_role("slider", name="Look at")
        page.wait_for_function("document.querySelector('.pg-top [role=slider]').ariaValueNow === '2'")
        slider.focus()
        page.keyboard.press("ArrowLeft")
        shows(page, "looked-at", "2000Q1")
        page.get_by_label("Client", exact=True).focus()
        page.keyboard.press("ArrowDown")  # the first of the list
        page.get_by_role("heading", name="Kazakhstan: shares of influence").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("tab", name="Overview").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        chart(page, "stream-KGZ").wait_for()
        wanted = {"Save as PNG: Influence in Kyrgyzstan", "Save as SVG: Influence in Kyrgyzstan"}
        for _ in range(60):  # the Tab key comes to every kind of control, and shows where it is
            page.keyboard.press("Tab")
            wanted.discard(page.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText.trim()"))
            if not wanted:
                break
        assert not wanted
        page.get_by_role("button", name="Save as PNG: Influence in Kyrgyzstan").focus()
        with page.expect_download() as got:
            page.keyboard.press("Enter")
        assert got.value.suggested_filename == "influence-in-kyrgyzstan-2000Q1.png"
