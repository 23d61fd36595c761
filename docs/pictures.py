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

from browser_tools import chart, launched, served, step, still, tab, visit  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
MOST = 200_000
STEPS = 57
"""To 2014Q1, when the American base in Kyrgyzstan has been given notice."""


def keep(shot: bytes, name: str) -> None:
    """A small picture with 256 colours."""
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    image = image.resize((1200, round(1200 * image.height / image.width)), Image.Resampling.LANCZOS)
    out = FOLDER / f"{name}.png"
    image.quantize(256, kmeans=2, dither=Image.Dither.NONE).save(out, optimize=True)
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
        step(page, STEPS)
        still(page)
        keep(page.screenshot(), "overview")
        tab(page, "Deals & bases")
        chart(page, "bases").wait_for()
        page.get_by_label("Filter deals").fill("united states kyrgyzstan renewed")
        page.get_by_role("button", name="Why:").first.click()
        page.locator("[data-testid=why]").wait_for()
        still(page)
        keep(page.screenshot(), "deals")
        page.get_by_role("button", name="Light or dark").click()
        page.locator(".v-application.theme--dark").wait_for()
        tab(page, "Influence")
        chart(page, "channels").wait_for()
        still(page)
        keep(page.screenshot(), "influence")


if __name__ == "__main__":
    main()
