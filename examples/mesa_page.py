"""The same model in the stock page of Mesa. Needs the extra `browser`.

solara run examples/mesa_page.py
"""

# ruff: noqa: INP001, N802
from __future__ import annotations

import solara
from mesa.visualization import SolaraViz, make_plot_component
from mesa_kyrgyzstan import Republic

from patronage.browser import guard

guard.protect()  # other pages in your browser could press its buttons; other machines could, too

PARAMETERS = {
    "seed": {"type": "InputText", "value": "1", "label": "seed of the experiment"},
    "replication": {"type": "SliderInt", "value": 0, "min": 0, "max": 50, "step": 1, "label": "number of the run"},
    "exclusive": {"type": "Checkbox", "value": True, "label": "hosts one patron at a time"},
}


@solara.component
def Page() -> None:
    """Every visitor gets a model of their own: one at module level would be shared by all."""
    model = solara.use_memo(Republic, [])
    plots = [make_plot_component("American rent"), make_plot_component("Russian share")]
    SolaraViz(model, components=plots, model_params=PARAMETERS, name="Kyrgyzstan hosts one patron at a time")
