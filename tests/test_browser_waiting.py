"""What is on the screen before the page is: a sign with the question, in both themes, and a sentence without scripts."""

from __future__ import annotations

import pytest

from patronage.browser.waiting import Sign
from patronage.scenario import load_scenario

SCRIPTS = "**/solara-vuetify-app*.js"
DARK = "getComputedStyle(document.querySelector('[data-testid=loading]')).backgroundColor"


def test_a_sign_says_the_question_before_anything_else():
    sign = Sign.of("us-withdrawal")
    page = sign.put_into(b'<html><head></head><body class="a"><div id="app"></div></body></html>').decode()
    assert page.startswith('<html><head></head><body class="a"><style>')
    assert page.index(load_scenario("us-withdrawal").question) < page.index('<div id="app">')
    assert "<code>patronage run us-withdrawal</code>" in page


def test_a_document_without_a_body_stays_as_it_is():
    assert Sign("a", "b", "c").put_into(b"<p>plain</p>") == b"<p>plain</p>"


def test_texts_of_a_scenario_are_text():
    written = Sign("<b>COMMAND</b>", "<script>alert(1)</script>", 'a"><img src=x>').html.decode()
    assert "&lt;script&gt;" in written
    assert "<img" not in written
    assert "<b>" not in written
    assert "&lt;b&gt;COMMAND&lt;/b&gt;" in written, "words of a scenario are no places to fill"


def test_a_scenario_that_cannot_be_read_leaves_a_sign_without_a_question():
    sign = Sign.of("no-such-scenario")
    assert "<h1>" not in sign.html.decode()
    assert "Loading" in sign.html.decode()


@pytest.mark.browser
def test_the_sign_stands_until_the_page_does(browser, url):
    """With the page's scripts held back, it is all there is; it leaves with the first part of the page."""
    for chosen, colour in (("dark", "rgb(16, 20, 25)"), ("light", "rgb(243, 245, 248)")):
        context, held = browser.new_context(viewport={"width": 390, "height": 844}), []
        context.add_init_script(f"localStorage.setItem(':solara:theme.variant', '\"{chosen}\"')")
        page = context.new_page()
        page.route(SCRIPTS, lambda route, _request, held=held: held.append(route))
        page.goto(url, wait_until="commit")
        sign = page.locator("[data-testid=loading]")
        sign.wait_for()
        page.wait_for_function(f"{DARK} === '{colour}'")
        assert load_scenario("us-withdrawal").question in sign.inner_text()
        assert "Loading the page" in sign.inner_text()
        assert page.locator(".pg-page").count() == 0, "the page is held back"
        while not held:
            page.wait_for_timeout(50)
        for route in held:
            route.continue_()
        sign.wait_for(state="detached", timeout=180_000)
        page.locator(".pg-page").wait_for()
        context.close()


@pytest.mark.browser
def test_a_reader_without_scripts_is_told_what_to_do(browser, url):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    told = page.locator("noscript p")
    told.wait_for()
    assert "patronage run us-withdrawal" in told.inner_text()
    assert not page.get_by_text("Loading the page").is_visible()
    context.close()
