"""The chart component: an ECharts option goes to the browser as one JSON text, so that no framework walks it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import solara

from .assets import ECHARTS


@solara.component_vue("chart.vue")
def _Chart(
    option_json: str = "{}",
    map_json: str = "",
    map_name: str = "",
    height: str = "320px",
    label: str = "",
    file: str = "figure",
    testid: str = "",
    src: str = ECHARTS,
    event_click: Callable[[Any], None] | None = None,
) -> None: ...


def Chart(  # components are named like classes
    option: dict[str, Any],
    *,
    label: str,
    testid: str,
    height: str = "320px",
    map_json: str = "",
    map_name: str = "",
    on_click: Callable[[Any], None] | None = None,
) -> Any:
    """Draw an option. `label`: the figure in words, for those who do not see it and for file names."""
    return _Chart(
        option_json=json.dumps(option, separators=(",", ":"), allow_nan=False),
        map_json=map_json,
        map_name=map_name,
        height=height,
        label=label,
        file="".join(c if c.isalnum() else "-" for c in label.lower())[:60].strip("-") or "figure",
        testid=testid,
        event_click=on_click or (lambda _: None),
    )
