"""In a browser: a note with keys alone, in the address, on the timeline, in files; undo and redo; what was tried."""

from __future__ import annotations

import re

import pytest

from browser_tools import chart, press, shows, step, tab, taken, visit

NOTE = '<img src=x onerror="document.title=1"> {b|x} closes'
FIRED = "Forgive debt"


def marks(page, number):
    """Wait until the timeline draws so many notes."""
    page.wait_for_function(
        "n => ((document.querySelector('[data-testid=timeline]')?.chart?.getOption().series || [])"
        ".find(s => s && s.name === 'Note')?.data || []).length === n", arg=number,
    )  # fmt: skip


def listed(page, number):
    """Wait until the list below the timeline has so many notes."""
    page.wait_for_function("n => document.querySelectorAll('[data-testid=notes] li').length === n", arg=number)


def linked(page, words):
    """Wait until the address says something."""
    page.wait_for_function("w => decodeURIComponent(window.location.hash).includes(w)", arg=words)


def saved(page, name) -> str:
    """The text of a file that a button hands over."""
    return taken(page, name).read_text(encoding="utf-8")


def with_keys(page):
    """Write a note about the client shown without a pointer; the focus goes to the field and back."""
    page.get_by_role("button", name="Write a note at 2009Q2").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.dataset.testid === 'note-text'")
    page.keyboard.type(NOTE)
    for key in ("Tab", "Space", "Tab", "Enter"):
        page.keyboard.press(key)
    listed(page, 1)
    shows(page, "note-said", "The note is on the timeline.")
    page.wait_for_function("document.activeElement.innerText === 'Write a note at 2009Q2'")


def asked_with_keys(page):
    """Walk to the mark on the chart, hear it, and read it in full."""
    chart(page, "timeline").focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")  # the lowest series is the last one
    said = "w => [...document.querySelectorAll('.pg-chart [role=status]')].some(e => e.innerText.includes(w))"
    page.wait_for_function(said, arg=NOTE)
    page.keyboard.press("Enter")
    page.locator(".pg-explained").get_by_text(NOTE).wait_for()
    page.keyboard.press("Escape")


def back_and_anew(page):
    """Another tab and back, and the page loaded anew."""
    tab(page, "Influence")
    linked(page, "tab=Influence")
    page.go_back()
    page.locator("[data-tab=Overview]").wait_for()
    listed(page, 1)
    page.reload()
    shows(page, "tile-quarter", "2009Q2")
    listed(page, 1)
    marks(page, 1)


def twice(page, button, between):
    """A double click so slow that its first half has acted when the second falls on the next of its kind."""
    button.first.click()
    between()
    button.first.hover()
    page.mouse.down(click_count=2)
    page.mouse.up(click_count=2)
    page.wait_for_timeout(500)  # what acted would be seen by then
    between()


def changed_and_undone(page):
    """A second note, changed; the first deleted; both undone, one of them done again."""
    second = page.locator("[data-testid=notes] li").nth(1)
    press(page, "Write a note at 2009Q3")
    page.keyboard.type("quiet")
    page.keyboard.press("Enter")
    listed(page, 2)
    press(page, "Edit note 2, 2009Q3")
    page.keyboard.press("End")
    page.keyboard.type("er now")
    page.keyboard.press("Enter")
    second.get_by_text("quieter now", exact=True).wait_for()
    twice(page, page.get_by_role("button", name="Delete note 1, "), lambda: listed(page, 1))
    press(page, "Undo")
    listed(page, 2)
    press(page, "Undo")
    second.get_by_text("quiet", exact=True).wait_for()
    press(page, "Redo")
    second.get_by_text("quieter now", exact=True).wait_for()


@pytest.mark.browser
def test_a_note_is_written_with_keys_kept_by_the_address_undone_and_taken_away(browser, two_patrons):
    with visit(browser, two_patrons, (1366, 768)) as page:
        step(page, 2)
        with_keys(page)
        marks(page, 1)
        assert NOTE in page.locator("[data-testid=notes] li").inner_text()
        assert page.locator("[data-testid=notes] img").count() == 0
        linked(page, f"note=2009Q2 KGZ: {NOTE}")
        asked_with_keys(page)
        back_and_anew(page)
        step(page)
        changed_and_undone(page)
        press(page, "Go to 2009Q2, Kyrgyzstan")
        shows(page, "tile-quarter", "2009Q2")
        marks(page, 2)

        svg = saved(page, "Save as SVG: What happened where")
        assert "Note 1, 2009Q2, Kyrgyzstan: &#60;img" in svg
        assert "<img" not in svg
        tab(page, "What if")
        assert f"# note 2009Q2 KGZ: {NOTE}\n# note 2009Q3: quieter now\n" in saved(page, "scenario.yaml")
        assert saved(page, "notes.csv").count("\n") == 3


@pytest.mark.browser
def test_changes_are_undone_and_what_was_tried_stands_side_by_side(browser, two_patrons):
    with visit(browser, two_patrons, (1366, 768)) as page:
        tab(page, "What if")
        step_words = "[data-testid=command]"

        def command(has, lacks=""):
            page.wait_for_function(
                "([s, h, l]) => { const t = document.querySelector(s).innerText; return t.includes(h) && !(l && t.includes(l)) }",
                arg=[step_words, has, lacks],
            )  # fmt: skip

        def rows(number):
            page.wait_for_function("n => document.querySelectorAll('[data-testid=attempts] tbody tr').length === n", arg=number)

        rows(1)
        assert page.get_by_role("button", name="Undo", exact=True).is_disabled()
        page.locator("[data-testid=levers] [role=slider]").first.focus()
        page.keyboard.press("ArrowRight")
        page.locator("[data-testid=pending]").wait_for()
        waiting = page.locator("[data-testid=pending]").inner_text()
        press(page, "Undo")
        page.locator("[data-testid=pending]").wait_for(state="detached")
        press(page, "Redo")
        page.locator("[data-testid=pending]").wait_for()
        assert page.locator("[data-testid=pending]").inner_text() == waiting
        press(page, "Reset")
        command("--set")
        rows(2)

        press(page, "Step")
        page.get_by_text("Step: 1", exact=True).wait_for()
        press(page, "Fire it now")
        command("events.now_withdraw_1")
        rows(3)
        press(page, "Undo")
        command("--set", "events.now_withdraw_1")
        page.get_by_text("Step: 1", exact=True).wait_for()
        press(page, "Redo")
        command("events.now_withdraw_1")

        # every row with its level, the first without a difference, the others with one
        page.locator("[data-testid=trying]").wait_for(state="detached")
        page.wait_for_function("![...document.querySelectorAll('[data-testid=attempts] td')].some(e => e.innerText === '…')")
        told = page.locator("[data-testid=attempts] tbody tr").all_inner_texts()
        assert [t.startswith(f"{n}. ") for n, t in enumerate(told, 1)] == [True] * 3
        assert ["the first" in t for t in told] == [True, False, False]
        assert told[0].startswith("1. as in the scenario")
        assert re.search(r"\d", told[1].split("\n", 1)[1]), "no outcome is told"
        page.get_by_role("button", name="On the page: Withdraw").wait_for()
        page.get_by_role("button", name="Back to this one: as in the scenario").click()
        command("two-patrons", "--set")
        page.get_by_role("button", name="On the page: as in the scenario").wait_for()  # its Remove rests now
        twice(page, page.get_by_role("button", name="Remove: ").and_(page.locator(":enabled")), lambda: rows(2))
        page.wait_for_function("!window.location.hash.includes('set=')")
        press(page, "Undo")
        command("events.now_withdraw_1")
