"""One chart as an HTML file, from the page's button and from Python: in a browser it draws by itself and asks for nothing."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from browser_server import PATIENCE
from browser_tools import chart, download, step, until, visit
from patronage import chart as chart_file

pytestmark = pytest.mark.browser


@contextmanager
def opened(browser, path):
    """A file in a browser without a network; fails on whatever it asks for and on any error."""
    context = browser.new_context(viewport={"width": 1100, "height": 700})
    context.set_default_timeout(PATIENCE)
    page, asked, wrong = context.new_page(), [], []
    page.on("request", lambda r: asked.append(r.url) if not r.url.startswith(("data:", "blob:")) else None)
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.on("console", lambda m: wrong.append(m.text) if m.type in ("error", "warning") else None)
    page.goto(path.as_uri())
    page.wait_for_function("document.getElementById('plot').chart")
    yield page
    context.close()
    assert asked == [path.as_uri()], "the file asks for more than itself"
    assert wrong == []


def drawn(page):
    """The lines of the run, without colours, which follow the theme, and without what is computed beside the page."""
    value = "d => d && d.value !== undefined ? d.value : d"
    lines = f"filter(s => s.id && s.id.length === 3).map(s => ({{id: s.id, name: s.name, data: (s.data || []).map({value})}}))"
    plot = "(document.getElementById('plot') || document.querySelector('[data-testid=shares]'))"
    return page.evaluate(f"JSON.stringify({plot}.chart.getOption().series.{lines})")


def inked(page):
    """How many colours a picture of it holds: an empty one holds a few."""
    return page.evaluate(
        "() => { const c = document.querySelector('#plot canvas'), found = new Set(); "
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; "
        "for (let i = 0; i < d.length; i += 4) if (d[i + 3]) found.add([d[i], d[i + 1], d[i + 2]].join()); "
        "return found.size }"
    )


@pytest.fixture(scope="module")
def taken(browser, url, tmp_path_factory):
    """The page's own files of two charts after three steps, and what the page drew."""
    folder = tmp_path_factory.mktemp("files")
    with visit(browser, url, (1366, 768)) as page:
        step(page, 3)
        chart(page, "shares").wait_for()
        for name in ("Influence map", "Shares of influence in Kyrgyzstan"):
            got = download(page, f"Save as HTML: {name}")
            assert got.suggested_filename == f"{name.lower().replace(' ', '-')}-2000Q3.html"
            got.save_as(folder / f"{name.split()[0]}.html")
        return folder, drawn(page)


def test_the_file_of_the_page_draws_what_the_page_draws(browser, taken, request):
    folder, shares = taken
    with opened(browser, folder / "Shares.html") as page:
        assert shares != "[]"
        until(page, lambda: drawn(page), shares)
        assert page.inner_text("h1") == "Shares of influence in Kyrgyzstan"
        assert "2000Q3 · seed 1, run 0" in page.inner_text("main")
        assert "patronage run us-withdrawal --runs 1 --seed 1 --until 2000Q3" in page.inner_text("main")
        until(page, lambda: inked(page) > 20)
    with opened(browser, folder / "Influence.html") as page:
        assert "Boundaries: Natural Earth" in page.inner_text("main")
        until(page, lambda: inked(page) > 50)
        page.screenshot(path=request.config.cache.mkdir("pictures") / "file-map.png")


def test_the_file_of_the_function_draws_what_the_page_draws(browser, taken, tmp_path, request):
    chart_file("us-withdrawal", "map", quarter="2014Q1").save(tmp_path / "map.html")
    with opened(browser, tmp_path / "map.html") as page:
        until(page, lambda: inked(page) > 50)
        page.screenshot(path=request.config.cache.mkdir("pictures") / "function-map.png")
    (tmp_path / "notebook.html").write_text(
        f"<div id=plot></div><script>document.getElementById('plot').chart = 1</script>"
        f"{chart_file('us-withdrawal', 'shares', quarter='2000Q3')._repr_html_()}", encoding="utf-8",
    )  # fmt: skip
    with opened(browser, tmp_path / "notebook.html") as page:
        inside = page.frame_locator("iframe")
        inside.get_by_text("Shares of influence in Kyrgyzstan").wait_for()
        inside.locator("#plot canvas").wait_for()
        page.screenshot(path=request.config.cache.mkdir("pictures") / "notebook-shares.png")
