"""Takes the pictures of the page that README and docs show, from the running page.

python docs/pictures.py          needs a Chromium, the extra browser-test and collected assets
"""

# ruff: noqa: INP001, T201
from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "model")]

from PIL import Image  # noqa: E402

from browser_tools import chart, launched, press, served, tab, visit  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
MOST = 200_000
QUARTER = "2011Q4"


def keep(shot: bytes, name: str) -> None:
    """A small picture with 128 colours."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image = image.resize((1200, round(1200 * image.height / image.width)), Image.Resampling.LANCZOS)
    out = FOLDER / f"{name}.png"
    image.quantize(96, dither=Image.Dither.NONE).save(out, optimize=True)
    assert out.stat().st_size < MOST, f"{out} is too large"
    print(out.relative_to(ROOT), out.stat().st_size)


def main() -> None:
    """Three tabs of one run."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), "us-withdrawal") as url,
        launched() as browser,
        visit(browser, url, (1600, 1000)) as page,
    ):
        press(page, "▶")
        page.wait_for_function(f"document.querySelector('[data-testid=tile-quarter] .v').innerText >= '{QUARTER}'")
        press(page, "❚❚")
        page.wait_for_timeout(3000)
        keep(page.screenshot(), "overview")
        tab(page, "Deals & bases")
        chart(page, "bases").wait_for()
        page.get_by_label("Filter deals").fill("united states kyrgyzstan renewed")
        page.get_by_role("button", name="Why:").first.click()
        page.locator("[data-testid=why]").wait_for()
        page.wait_for_timeout(1500)
        keep(page.screenshot(), "deals")
        page.locator("header button").last.click()
        tab(page, "Influence")
        chart(page, "channels").wait_for()
        page.wait_for_timeout(2000)
        keep(page.screenshot(), "influence")


if __name__ == "__main__":
    main()
