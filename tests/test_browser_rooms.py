"""A room played through by three browsers at once: a facilitator and two patrons. In a real browser."""

from __future__ import annotations

import re
from contextlib import ExitStack

import pytest

from browser_tools import press, tab, until, visit

pytestmark = pytest.mark.browser
SECRET = "7.770123"


def seat(page, code, words):
    page.locator(f"[data-testid=seat-{code}]").get_by_text(words).wait_for()


def silent(heard, ann, bob):
    """The wire of who orders is overheard, and nothing of it is told to the other."""
    until(ann, lambda: any(SECRET in f for f in heard[ann]))
    bob.wait_for_timeout(500)
    assert not [f for f in heard[bob] if SECRET in f or "offers Kyrgyzstan" in f]


def sealed(page):
    """Seal what stands in the fields: the page says beside the button what becomes of it."""
    state = page.get_by_test_id("seal-state")
    until(page, state.inner_text, "You have sealed nothing: the model plays your seat in this turn.")
    press(page, "Seal the order")
    until(page, state.inner_text, "Your order is sealed. Until the turn is revealed you can seal another one.")
    page.get_by_label("Offer to Kyrgyzstan").fill("8")
    until(page, lambda: "What stands in the fields is another one" in state.inner_text())
    page.get_by_label("Offer to Kyrgyzstan").fill(SECRET)
    until(page, lambda: "What stands in the fields" in state.inner_text(), False)


MINUTES = "Minutes for a turn, 0: no limit"


@pytest.mark.browser_long
def test_the_clock_of_a_turn_counts_down_from_when_it_is_begun_and_can_be_given_more(browser, two_patrons):
    with visit(browser, two_patrons, (1366, 768)) as teacher:
        tab(teacher, "Take a seat")
        teacher.get_by_label(MINUTES).fill("1")
        teacher.get_by_label(MINUTES).blur()
        press(teacher, "Open a room for this scenario")
        clock = teacher.get_by_test_id("timer")
        until(teacher, clock.inner_text, "the clock has not begun")
        press(teacher, "Begin the clock")
        left = lambda: [int(n) for n in re.fullmatch(r"(\d+):(\d\d) left", clock.inner_text()).groups()]  # noqa: E731
        until(teacher, lambda: left()[0] == 0 and 40 < left()[1] < 60)
        before = left()
        until(teacher, lambda: left() < before)
        press(teacher, "Two minutes more")
        until(teacher, lambda: left()[0], 2)
        teacher.evaluate("() => { const now = Date.now; Date.now = () => now() + 200_000; }")  # so much later
        until(teacher, clock.inner_text, "time is up")
        press(teacher, "Two minutes more")  # which says what time it is for the server: another clock than this one counts as well
        until(teacher, lambda: left()[0], 4)
        press(teacher, "Close the room")
        press(teacher, "Yes, close it")
        teacher.locator("[data-testid=door]").wait_for()


@pytest.mark.browser_long
def test_three_browsers_play_a_room_with_sealed_orders_and_one_that_slept_comes_back(browser, two_patrons, place, tmp_path):
    with ExitStack() as stack:
        wires = [], [], []
        teacher, ann, bob = (stack.enter_context(visit(browser, two_patrons, (1366, 768), heard=wire)) for wire in wires)
        heard = dict(zip((teacher, ann, bob), wires, strict=True))
        for page in heard:
            tab(page, "Take a seat")
        press(teacher, "Open a room for this scenario")
        title = teacher.get_by_role("heading", name=re.compile("Room [A-Z0-9]{6}"))
        code = re.search(r"Room (\w{6})", title.inner_text())[1]
        for page, name in ((ann, "Russia"), (bob, "United States")):
            page.get_by_label("Room code").fill(code.lower())
            press(page, "Join the room")
            press(page, f"Sit for {name}")
            page.locator("[data-testid=decisions]").wait_for()
        assert ann.get_by_role("button", name="Reveal").count() == 0
        ann.get_by_label("Offer to Kyrgyzstan").fill(SECRET)
        sealed(ann)
        for page in (teacher, bob):
            seat(page, "RUS", "order sealed")
        teacher.get_by_text("1 of 2 orders are sealed.").wait_for()
        ann.reload()  # a laptop that slept: the page comes back into its room, the order still sealed
        seat(ann, "RUS", "(you): order sealed")
        until(ann, ann.get_by_label("Offer to Kyrgyzstan").input_value, SECRET)
        assert not [f for page in (teacher, bob) for f in heard[page] if SECRET in f]
        ann.go_back()
        until(ann, lambda: ann.evaluate("location.hash"), "")
        ann.evaluate("history.replaceState(null, '', '#scenario=two-patrons&seed=5')")
        ann.reload()  # neither Back nor an address of before leads out of the room
        until(ann, lambda: ann.evaluate("location.hash"), "")
        seat(ann, "RUS", "(you): order sealed")
        ann.get_by_label("Offer to Kyrgyzstan").focus()
        press(teacher, "Reveal")
        for page in (teacher, ann, bob):
            page.get_by_text("Step: 4", exact=True).wait_for()
        until(ann, lambda: ann.evaluate("document.activeElement.getAttribute('aria-label')"), "Offer to Kyrgyzstan")
        teacher.locator("[data-testid=revealed]").get_by_text(f"offers Kyrgyzstan {float(SECRET):g}").wait_for()
        teacher.locator("[data-testid=turn-report]").get_by_text("Russia is told: 2009Q1 to 2009Q4: you spent").wait_for()
        bob.locator("[data-testid=turn-report]").get_by_text("2009Q1 to 2009Q4: you spent").wait_for()
        silent(heard, ann, bob)
        for page in (teacher, ann, bob):
            until(page, page.get_by_role("button", name="Play", exact=True).is_disabled)
        press(teacher, "Debrief")
        press(teacher, "Yes, end the game")
        for page in (teacher, ann, bob):
            page.locator("[data-testid=room-debrief]").get_by_text("Russia: Up to 2009Q4 this game does better").wait_for()
        bob.locator("[data-testid=revealed]").get_by_text("offers Kyrgyzstan").wait_for()
        seat(bob, "RUS", "Russia: played to the end")
        seat(bob, "USA", "United States (you): the model played")
        bob.screenshot(path=str(tmp_path / "room.png"), full_page=False)
        press(teacher, "Close the room")
        press(teacher, "No")
        press(teacher, "Close the room")
        press(teacher, "Yes, close it")
        for page in (teacher, ann, bob):
            page.locator("[data-testid=door]").wait_for()
        until(teacher, lambda: list((place / "rooms").iterdir()), [])
