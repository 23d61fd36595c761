"""Takes the pictures of the page that README and docs show, from the running page.

python docs/pictures.py          needs a Chromium, the extra browser-test and collected assets
"""

# ruff: noqa: INP001, T201
from __future__ import annotations

import base64
import io
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "model")]

from PIL import Image, ImageDraw, ImageFont  # noqa: E402

from browser_server import launched, served  # noqa: E402
from browser_tools import chart, step, still, tab, visit  # noqa: E402

FOLDER = ROOT / "docs" / "pictures"
MOST = 200_000
MOST_MOVING = 500_000
YEARS = 22
"""Frames of the moving picture: the first quarters of 2000 to 2021."""
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


def moving(page: Any) -> None:
    """The map over all quarters, a frame a year: a picture that moves. The run is stepped to its end."""
    frames = []
    while True:
        drawn = chart(page, "map").evaluate("e => e.chart.getDataURL({backgroundColor: '#fff'})")
        image = Image.open(io.BytesIO(base64.b64decode(drawn.partition(",")[2]))).convert("RGB")
        image = image.resize((640, round(640 * image.height / image.width)), Image.Resampling.LANCZOS)
        ImageDraw.Draw(image).text((560, 12), str(2000 + len(frames)), fill="#333333", font=ImageFont.load_default(26))
        frames.append(image)
        if len(frames) == YEARS:
            break
        step(page, 4)
        still(page)
    colours = frames[-1].quantize(48, kmeans=2, dither=Image.Dither.NONE)
    flat = [f.quantize(palette=colours, dither=Image.Dither.NONE) for f in frames]
    out = FOLDER / "history.gif"
    flat[0].save(out, save_all=True, append_images=flat[1:], duration=[500] * (YEARS - 1) + [3000], loop=0, optimize=True)
    assert out.stat().st_size < MOST_MOVING, f"{out} is too large"
    print(out.relative_to(ROOT), out.stat().st_size)


def main() -> None:
    """One run's map over time, then three tabs of it."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), "us-withdrawal") as url,
        launched() as browser,
        visit(browser, url, (1600, 1000)) as page,
    ):
        step(page, 1)
        moving(page)
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), "us-withdrawal") as url,
        launched() as browser,
        visit(browser, url, (1600, 1000)) as page,
    ):
        step(page, STEPS)
        page.get_by_test_id("answers").get_by_text("…", exact=True).first.wait_for(state="detached")
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
