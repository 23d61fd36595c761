"""Colours of patrons: the same in every scenario, on the page and in figures, and apart for every common form of sight."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from patronage import load_scenario
from patronage.figures import style
from patronage.looks import KNOWN, PALETTE, colour_of, nth, patron_places
from patronage.results.ensemble import Statistics
from patronage.scenario.library import builtin_names
from patronage.telling.palette import PATTERNS, contrast, looks

LEAST_APART = 16.0
"""Distance in CIELAB (1976) of two patrons' colours, however seen; about 2.3 is just noticeable; the palette itself has 16.1."""
SIGHT = {
    "full": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Linear RGB as it is seen; Machado, Oliveira and Fernandes 2009, severity 1."""
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])


def lab(colour: str, sight: str) -> np.ndarray:
    """CIELAB (D65) of #RRGGBB as somebody sees it."""
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(SIGHT[sight]) @ linear, 0, 1)
    ratio = (TO_XYZ @ seen) / (TO_XYZ @ np.ones(3))
    x, y, z = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.fixture(scope="module")
def shipped():
    return {name: load_scenario(name) for name in builtin_names()}


def test_a_patron_has_one_colour_and_pattern_in_all_built_in_scenarios(shipped):
    found: dict[str, set[tuple[str, str, str]]] = {}
    for scenario in shipped.values():
        for patron, look in looks(scenario).items():
            found.setdefault(patron, set()).add((look.colour, look.pattern, look.marker))
    assert len(found) >= 12
    assert {patron: ways for patron, ways in found.items() if len(ways) > 1} == {}
    assert {patron: ways.copy().pop()[0] for patron, ways in found.items()} == {p: KNOWN[p] for p in found}


def test_patrons_of_one_scenario_are_told_apart_however_one_sees(shipped):
    near = {}
    for name, scenario in shipped.items():
        for one, other in combinations([look.colour for look in looks(scenario).values()], 2):
            apart = min(float(np.linalg.norm(lab(one, sight) - lab(other, sight))) for sight in SIGHT)
            if apart < LEAST_APART:
                near[name, one, other] = apart
    assert near == {}


def test_figures_of_reports_have_the_colours_of_the_page(shipped):
    class Coordinates:
        """As much of an ensemble as the style of figures asks for."""

        def __init__(self, scenario):
            self.scenario, self.coords = scenario, {"patron": list(scenario.patrons)}

    for scenario in shipped.values():
        figures: Statistics = Coordinates(scenario)  # type: ignore[assignment]
        assert {p: k.colour for p, k in style.looks(figures).items()} == {p: k.colour for p, k in looks(scenario).items()}
        assert all(contrast(look.ink, look.colour) >= 4.5 for look in looks(scenario).values())


def test_patrons_that_nobody_knows_take_what_is_left_the_poles_first():
    poles = {"security": ("SEA", "LND")}
    assert [colour_of(i) for i in patron_places(("ISL", "LND", "SEA"), ("security",), poles).values()] == list(PALETTE[:3])
    mixed = patron_places(("ISL", "USA", "SEA"), ("security",), {"security": ("SEA", "USA")})
    assert mixed == {"SEA": 0, "USA": 1, "ISL": 2}
    both = patron_places(("ARE", "EUU"), (), {})  # they share a colour: one has it
    assert colour_of(both["EUU"]) == KNOWN["EUU"] != colour_of(both["ARE"])


def test_more_patrons_than_colours_still_look_each_their_own_way():
    places = patron_places([f"P{i:02}" for i in range(20)], (), {})
    assert len({(colour_of(i), nth(PATTERNS, i)) for i in places.values()}) == 20
