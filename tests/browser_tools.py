"""What tests do on the page, and what they wait for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from browser_server import PATIENCE, ROOT, Browser, origin

LATE = "Syncing error: no comm channel defined"
"""What ipywidgets writes when a control changes that the server has just taken away: on a busy machine a person is that quick,
too. Whether anything was lost by it shows in what the test waits for."""

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = """async rules => {
  const own = e => e && e.closest('.pg-page') && !e.closest('.v-input') && !e.closest('.v-tabs-bar');
  const found = await axe.run({ resultTypes: ['violations'], ...(rules && { runOnly: { type: 'rule', values: rules } }) });
  const bad = found.violations.filter(v => ['serious', 'critical'].includes(v.impact));
  return bad.flatMap(v => v.nodes.map(n => [v.id, own(document.querySelector(n.target[0])) ? n.html.slice(0, 150) : '']));
}"""
"""Rule and, in our own markup, the element; of all rules, or of some."""
SOLARAS = {"aria-progressbar-name", "nested-interactive"}
"""What axe finds in Solara's own selects: docs/page.md lists it."""


@contextmanager
def visit(
    browser: Browser, url: str, size: tuple[int, int] = (1680, 1050), ready: str = "map", heard: list[str] | None = None
) -> Iterator[Any]:
    """A page in a profile without a past; fails on any console error, failed or outside request.

    `heard`: takes all that the wire brings.
    """
    with browser.profile(origin(url)) as context:
        page, bad = context.new_page(), []
        page.set_viewport_size({"width": size[0], "height": size[1]})
        own = (origin(url), "data:", "blob:", "about:")

        def note(words: str) -> None:
            bad.append(f"{words} in {os.environ.get('PYTEST_CURRENT_TEST')}")  # a page may outlast the test that hears of it

        page.on("request", lambda r: None if r.url.startswith(own) else note("outside: " + r.url))
        page.on("pageerror", lambda e: note(f"script: {e}"))
        page.on("console", lambda m: note(f"console: {m.text}") if m.type == "error" and LATE not in m.text else None)
        page.on("response", lambda r: note(f"{r.status} {r.url}") if r.status >= 400 else None)
        if heard is not None:
            page.on("websocket", lambda ws: ws.on("framereceived", lambda data: heard.append(str(data))))
        page.goto(url)
        assert page.url == f"{origin(url)}/", "the key stays in the address"
        chart(page, ready).wait_for()
        yield page
        page.goto("about:blank")  # so that the server hears of it and ends what it computes for this page
    assert not bad, "\n".join(bad)


def chart(page: Any, name: str) -> Any:
    """A chart that has been drawn."""
    return page.locator(f"[data-testid={name}][data-ready]")


def inside(page: Any, name: str) -> bool:
    """Whether all of a card is to be seen, below what stays at the head of the page."""
    return bool(page.evaluate(
        "n => { const [card, head] = [`[data-testid=${n}]`, '.pg-top'].map(s => document.querySelector(s).getBoundingClientRect());"
        " return card.top >= head.bottom - 1 && card.bottom <= innerHeight + 1; }", name,
    ))  # fmt: skip


def press(page: Any, name: str) -> None:
    """Press a button by its exact name."""
    page.get_by_role("button", name=name, exact=True).first.click()


def tab(page: Any, name: str) -> None:
    """Open a tab and wait until it is there."""
    page.get_by_role("tab", name=name, exact=True).click()
    page.locator(f"[data-tab='{name}']").wait_for()


def until(page: Any, found: Callable[[], Any], wanted: Any = True) -> None:
    """Wait until something is as wanted, for nothing comes to a page at once; a failure tells what it was last."""
    end = time.monotonic() + PATIENCE / 1000
    while True:
        late = time.monotonic() > end
        try:
            value = found()
        except Exception:  # what is to be read has not come
            if late:
                raise
        else:
            if value == wanted:
                return
            assert not late, f"{value!r} has not become {wanted!r}"
        page.wait_for_timeout(50)


def says(page: Any, name: str, *words: str) -> None:
    """Wait until an element says all these words."""
    place = page.get_by_test_id(name)
    place.wait_for(state="attached")
    until(page, lambda: [w for w in words if w not in place.inner_text()], [])


def choose(page: Any, label: str, option: str, *, exact: bool = True, within: Any = None) -> None:
    """Choose from a list by its label; `exact`: by all the words of the option; `within`: a part of the page."""
    field = (within or page).get_by_label(label, exact=True)
    wanted = page.get_by_role("option", name=option, exact=exact).first
    until(page, field.is_enabled)

    def opened() -> bool:
        if not wanted.is_visible():
            field.click(force=True)  # the label lies over it; what moves may be missed
            wanted.wait_for(timeout=PATIENCE / 20)
        return True

    until(page, opened)
    wanted.click()
    wanted.wait_for(state="hidden")


def tried_in(page: Any) -> int:
    """The number of pairs in which the levers were tried where they stand, once it grows no more."""
    page.get_by_text("against the scenario: ").first.wait_for()
    page.get_by_text("pairs of runs are being computed").first.wait_for(state="detached")
    head = page.get_by_role("columnheader").filter(has_text="Where your levers stand, ").first
    return int(head.inner_text().removesuffix(" pairs").rpartition(" ")[2])


def drawn_down(page: Any, slider: Any, *, up: bool = False) -> None:
    """Draw a slider to its low end, or to its high one, with the mouse; it stands where the hand is, as long as it is held."""
    thumb = slider.locator(".v-slider__thumb")
    thumb.scroll_into_view_if_needed()
    box = thumb.bounding_box()
    at, height = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(at, height)
    page.mouse.down()
    page.mouse.move(at + 10 if up else at - 10, height)
    page.wait_for_timeout(500)  # the page is drawn anew for where it was for a moment
    page.mouse.move(page.viewport_size["width"] - 1 if up else 0, height, steps=20)
    page.wait_for_timeout(500)
    until(page, lambda: slider.get_attribute("aria-valuenow"), slider.get_attribute("aria-valuemax" if up else "aria-valuemin"))
    assert slider.get_attribute("aria-valuetext"), "a place on a slider is no word"
    page.mouse.up()


def download(page: Any, name: str) -> Any:
    """What a button hands over, which is pressed once."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=name, exact=True).click()
    return coming.value


def taken(page: Any, name: str) -> Path:
    """The file behind a button."""
    return Path(download(page, name).path())


def tile(page: Any, name: str) -> str:
    """The text of a tile's value."""
    return str(page.locator(f"[data-testid=tile-{name}] .v").inner_text())


def shows(page: Any, name: str, words: str) -> None:
    """Wait until an element, or the value of a tile, shows these words."""
    page.wait_for_function(
        "([n, w]) => { const e = document.querySelector(`[data-testid=${n}]`); "
        "return e && (e.querySelector('.v') || e).innerText.trim() == w }", arg=[name, words],
    )  # fmt: skip


ARRIVED = """n => {
  const of = name => document.querySelector(`[data-testid=${name}]`), shares = of('shares');
  const tile = of('tile-quarter'), note = tile.querySelector('.n').innerText;
  const told = JSON.parse(document.querySelector('[data-figure]').dataset.figure).quarter;
  const drawn = !shares || shares.chart?.getOption().series.find(s => s && s.id && !s.id.includes('-'))?.data.length == n + 1;
  return drawn && !shares?.dataset.late && told == tile.querySelector('.v').innerText.trim()
    && (note.startsWith(n ? `quarter ${n} ` : 'before') || note.startsWith('the last'));
}"""
"""Whether the tiles, the note below figures and the shares, where they are on the page, are those of a quarter."""


def arrived(page: Any, number: int) -> None:
    """Wait until the page shows the run after so many quarters."""
    page.get_by_text(f"Step: {number}", exact=True).wait_for()
    page.wait_for_function(ARRIVED, arg=number)


def step(page: Any, times: int = 1) -> None:
    """Step and wait until the page shows it."""
    for _ in range(times):
        number = steps(page) + 1
        press(page, "Step")
        arrived(page, number)


def bring(page: Any, scenario: str, quarters: int, more: str = "") -> None:
    """Bring the run of a scenario there by a link, drawn once: where stepping is not what is tested. `more`: of the link."""
    from patronage import load_scenario
    from patronage.scenario import quarter_name

    page.locator("[data-figure]").wait_for(state="attached")  # it listens
    at = quarter_name(load_scenario(scenario).start + quarters - 1)
    page.evaluate("place => { location.hash = place }", f"scenario={scenario}&seed=1&run=0&at={at}{more}")
    arrived(page, quarters)


class Shared:
    """A page that tests of a module have one after the other: to open one takes several times as long as to begin it anew."""

    def __init__(self, page: Any, scenario: str, like: str = "") -> None:
        """`like`: the built-in one that a file extends."""
        from patronage import load_scenario
        from patronage.browser.answering import interesting

        self._page, self._failed, self._used = page, 0, False
        patron, client = interesting(load_scenario(like or scenario))
        self._place = f"scenario={scenario}&seed=1&run=0&tab=Overview&client={client}&patron={patron}"

    def anew(self, failed: int) -> Any:
        """Before its first quarter, by a link. `failed`: of all tests so far; one may have left the page anyhow."""
        page, before, self._failed = self._page, self._failed, failed
        unwritten = self._used and page.evaluate("location.hash") == f"#{self._place}"  # a test was quick: to go there is to stay
        self._used = True
        if failed != before or unwritten:
            bookmark(page, self._place)
        else:
            page.evaluate("localStorage.clear()")
            page.evaluate("for (const folded of document.querySelectorAll('details[open]')) folded.open = false")
            page.evaluate("place => { location.hash = place }", self._place)
        page.locator("[data-tab=Overview]").wait_for()
        page.locator("[data-testid=problem]").wait_for(state="detached")
        page.wait_for_function("place => location.hash === '#' + place", arg=self._place)
        arrived(page, 0)
        return page


def bookmark(page: Any, place: str) -> None:
    """Load the page at a place, as from a bookmark: one that is open may write where it is over what is asked, and be loaded there."""
    own = origin(page.url)
    page.goto("about:blank")
    page.goto(f"{own}/#{place}")


def steps(page: Any) -> int:
    """Steps so far, as the controls count them."""
    return int(page.get_by_text("Step: ").inner_text().split(":")[1])


def play(page: Any, until: str) -> None:
    """Play to a quarter or somewhat beyond, and pause."""
    press(page, "Play")
    pause(page, until)


PAUSE = """quarter => {
  if (document.querySelector('[data-testid=tile-quarter] .v').innerText < quarter) return false;
  const button = [...document.querySelectorAll('nav button')].find(b => b.innerText.trim().toLowerCase() === 'pause');
  if (button) button.click();
  return true;
}"""
"""In the page itself, for a run may end before a test has heard of its quarter; then it rests, too."""


def pause(page: Any, after: str) -> None:
    """Pause a run that plays as soon as a quarter has come."""
    page.wait_for_function(PAUSE, arg=after, timeout=2 * PATIENCE)
    rested(page)


def rested(page: Any) -> int:
    """Wait until the run rests and the page shows where; how many quarters it has had."""
    page.get_by_role("button", name="Play", exact=True).wait_for()
    still(page)  # the steps come with the button, but in a message of their own
    until(page, lambda: page.evaluate(ARRIVED, steps(page)))
    return steps(page)


def advanced(page: Any) -> None:
    """Open what is seldom needed: seed, number of the run, speed."""
    page.locator("details.pg-advanced:not([open]) > summary").click()


def seldom(page: Any) -> None:
    """Open what is seldom opened: a run folder, a command."""
    page.locator("details:not([open]) > summary", has_text="A run folder, or a command").click()


def tip(page: Any, name: str, of: str) -> str:
    """What the tooltips on the page say; that of an item of a chart is asked for, and may be there when this is called again."""
    page.evaluate(
        """([n, of]) => {
          const c = document.querySelector(`[data-testid=${n}]`).chart, o = c.getOption();
          const found = (o.series || []).findIndex(s => (s.data || []).some(d => d && d.name === of && d.tooltip));
          if (o.geo && o.geo.length) c.dispatchAction({ type: 'showTip', geoIndex: 0, name: of });
          else c.dispatchAction({ type: 'showTip', seriesIndex: found, name: of });
        }""",
        [name, of],
    )
    return "\n".join(page.locator(".pg-tip:visible").all_inner_texts())


def still(page: Any) -> None:
    """Wait until every chart is drawn, in its letters, and nothing has been drawn for a while."""
    page.wait_for_function(
        """() => {
          const plots = [...document.querySelectorAll('.pg-plot')];
          const now = plots.map(p => p.dataset.draws).join() + document.querySelector('.pg-page').innerText.length;
          const due = plots.some(p => !p.dataset.ready || p.dataset.late) || document.fonts.status !== 'loaded';
          if (now !== window.lastSeen || due) { window.lastSeen = now; window.since = Date.now(); }
          return Date.now() - window.since > 250;
        }""",
        polling=100,
    )


def series(page: Any, name: str, *, settled: bool = True) -> list[dict[str, Any]]:
    """What a chart draws once no drawing is due: name and data of its series. What the server has yet to send may be missing.

    `settled`: where a run plays quickly, a drawing is always due.
    """
    page.locator(f"[data-testid={name}][data-ready]{':not([data-late])' if settled else ''}").wait_for(state="attached")
    return list(
        page.evaluate(
            "n => document.querySelector(`[data-testid=${n}]`).chart.getOption().series.filter(s => s).map(s => "
            "({name: s.name, id: s.id, data: s.data}))",
            name,
        )
    )


def line(page: Any, name: str, of: str) -> list[Any]:
    """The data of a series by its id or name."""
    return next(list(s["data"]) for s in series(page, name) if of in (s["id"], s["name"]))


def hindrances(page: Any, rules: list[str] | None = None) -> list[Any]:
    """What axe finds serious or critical, by all its rules or some: rule, and of our own markup the element."""
    if page.evaluate("typeof axe") == "undefined":
        assert AXE.is_file(), "make build-assets brings axe"
        # Not as a tag: the page runs no script but its own.
        page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text("utf-8")})
    return [f for f in page.evaluate(FINDINGS, rules) if f[1] or f[0] not in SOLARAS]
