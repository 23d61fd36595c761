"""In which fonts figures are written, and what they write where no font has the letters.

Names come in all scripts. Figures are set in DejaVu Sans; what it lacks is drawn in fonts of the system that have it.
A name for which there is none is drawn as its code, so that no figure shows empty boxes.
"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from matplotlib import font_manager, ft2font
from matplotlib.font_manager import FontEntry

from patronage.results.ensemble import Statistics
from patronage.scenario import Scenario

FAMILY = "DejaVu Sans"
"""It comes with matplotlib."""
SHAPES = hasattr(ft2font, "__libraqm_version__")
"""Whether this matplotlib joins letters and writes from right to left."""
_JOINED = ("ARABIC", "HEBREW", "SYRIAC", "THAANA", "NKO", "MONGOLIAN", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI",
           "ORIYA", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "MYANMAR", "KHMER", "TIBETAN")  # fmt: skip
"""Scripts whose letters change with their neighbours, or run from right to left."""
_NO_LETTERS = ("last resort", "lastresort", "emoji", "blank")
"""Parts of names of fonts that have a glyph for everything, but no letters, or only coloured pictures."""
MOST_SHOWN = 12
"""Characters that the sentence about missing ones lists."""


def scenario_texts(s: Scenario) -> list[str]:
    """All texts of a scenario that figures write."""
    return [s.title, *s.names.values(), *(o.label for o in s.outcomes.values())]


def letters_for(texts: Iterable[str]) -> Letters:
    """The fonts with which some texts can be drawn."""
    wanted = sorted({c for text in texts for c in text if _needs_glyph(c)})
    own = _face(font_manager.findfont(FAMILY))
    missing = [c for c in wanted if own is None or not own.get_char_index(ord(c))]
    hidden = {c for c in wanted if not SHAPES and unicodedata.name(c, "").split(" ")[0] in _JOINED}
    families: list[str] = []
    for name, path in _system_fonts() if missing else ():
        face = _face(path)
        found = [c for c in missing if face is not None and face.get_char_index(ord(c))]
        if found:
            families.append(name)
            missing = [c for c in missing if c not in found]
        if not missing:
            break
    return Letters(tuple(families), frozenset({*missing, *hidden}))


@dataclass(frozen=True)
class Letters:
    """Fonts, and the characters that none of them has."""

    families: tuple[str, ...] = ()
    """Besides the first one."""
    missing: frozenset[str] = field(default_factory=frozenset)

    @property
    def rc(self) -> dict[str, object]:
        """What matplotlib must know."""
        return {"font.family": [FAMILY, *self.families]}

    def spell(self, text: str) -> str:
        """A text with an ellipsis for every run of characters that cannot be drawn."""
        parts = groupby(text, lambda c: c in self.missing)
        return "".join("…" if lost else "".join(part) for lost, part in parts)

    def name(self, name: str, code: str = "") -> str:
        """A name, or its code if the name cannot be drawn."""
        return code if self.missing.intersection(name) else name

    def respelt(self, s: Statistics) -> Statistics:
        """The same statistics, of a scenario whose texts can all be drawn and stand among English words."""
        scenario = s.scenario
        respelt = _with(
            scenario,
            title=_embedded(self.spell(scenario.title)),
            names={code: _embedded(self.name(name, code)) for code, name in scenario.names.items()},
            called={k: _embedded(self.name(name, " ".join(k[:2]))) for k, name in scenario.called.items()},
            outcomes={k: _with(o, label=self.name(o.label)) for k, o in scenario.outcomes.items()},
        )
        return _with(s, scenario=respelt)


T = TypeVar("T")


def _with(something: T, **changes: object) -> T:
    """A copy that says something else in some places, whatever was computed of the original."""
    out = copy.copy(something)
    for name, value in changes.items():
        object.__setattr__(out, name, value)  # scenarios are frozen
    return out


def undrawn(texts: Iterable[str]) -> str:
    """One sentence on the characters that figures with these texts cannot show; "" if they show all."""
    lost = sorted(letters_for(texts).missing)
    if not lost:
        return ""
    some = " ".join(lost[:MOST_SHOWN]) + (f" and {len(lost) - MOST_SHOWN} more" if len(lost) > MOST_SHOWN else "")
    what = "1 character" if len(lost) == 1 else f"{len(lost)} characters"
    return f"No font of this system has {what} of these names ({some}): figures show codes instead of them."


def _embedded(text: str) -> str:
    """With a mark behind what runs from right to left, so that numbers and points behind it stay where they are."""
    return f"{text}\N{LEFT-TO-RIGHT MARK}" if any(unicodedata.bidirectional(c) in ("R", "AL") for c in text) else text


def _needs_glyph(char: str) -> bool:
    """Whether something must be seen: not of spaces, joiners and selectors of variants."""
    return not char.isspace() and unicodedata.category(char) != "Cf" and not 0xFE00 <= ord(char) <= 0xFE0F


@cache
def _face(path: str) -> ft2font.FT2Font | None:
    try:
        return ft2font.FT2Font(path)
    except (OSError, RuntimeError):  # no font, or one of a kind that cannot be drawn
        return None


@cache
def _system_fonts() -> tuple[tuple[str, str], ...]:
    """(family, file) of every upright font of the system, sans serif and of usual weight first."""
    known = {Path(f.fname) for f in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if Path(path) not in known:  # installed since matplotlib looked last
            try:
                font_manager.fontManager.addfont(path)
            except (OSError, RuntimeError, ValueError):
                continue

    def order(f: FontEntry) -> tuple[bool, bool, int, str, str]:
        weight = f.weight if isinstance(f.weight, int) else 400
        return ("Sans" not in f.name, "Mono" in f.name, abs(weight - 400), f.name, f.fname)

    fonts = sorted((f for f in font_manager.fontManager.ttflist if f.style == "normal"), key=order)
    named = [(f.name, f.fname) for f in fonts if f.size == "scalable"]
    return tuple((name, path) for name, path in named if not any(part in name.lower() for part in _NO_LETTERS))
