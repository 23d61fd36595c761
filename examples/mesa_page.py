"""The same model in the stock page of Mesa. Needs the extra `browser`.

solara run examples/mesa_page.py
"""

# ruff: noqa: INP001, N802
from __future__ import annotations

from collections.abc import Callable

import solara
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from mesa.visualization import SolaraViz
from mesa.visualization.utils import update_counter
from mesa_kyrgyzstan import Republic

from patronage.browser import guard
from patronage.scenario import quarter_name

guard.protect()  # other pages in your browser could press its buttons; other machines could, too

NAME = "Kyrgyzstan hosts one patron at a time"
PARAMETERS = {
    "seed": {"type": "InputText", "value": "1", "label": "seed of the experiment, a whole number"},
    "replication": {"type": "Select", "value": 0, "values": list(range(51)), "label": "number of the run"},
    "exclusive": {"type": "Checkbox", "value": True, "label": "hosts one patron at a time"},
}
LOOKS = """
.v-tabs { display: none; }  /* Mesa numbers its pages, "Page 0": there is only this one */
.v-slider__thumb-label-container { display: block !important; }  /* values of sliders, not only while they move */
.v-slider__thumb-label { transform: translateY(-20%) translateY(-12px) translateX(-50%) rotate(45deg) !important; }
.v-input__slider { margin-top: 24px; }
"""


def chart(measure: str, axis: str) -> Callable[[Republic], solara.Element]:
    """A chart over quarters: the stock one counts steps, and names no unit."""

    @solara.component
    def Chart(model: Republic) -> None:
        update_counter.get()
        values = model.datacollector.get_model_vars_dataframe()[measure]
        last = model.world.quarter
        figure = Figure()
        axes = figure.subplots()
        axes.plot(range(last - len(values) + 1, last + 1), values, marker=".")
        axes.set(title=measure, xlabel="year and quarter", ylabel=axis, xlim=(model.scenario.start - 1, model.scenario.end))
        axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        axes.xaxis.set_major_formatter(lambda quarter, _: quarter_name(int(quarter)))
        solara.FigureMatplotlib(figure, bbox_inches="tight")

    return Chart


@solara.component
def Page() -> None:
    """Every visitor gets a model of their own: one at module level would be shared by all."""
    model = solara.use_memo(Republic, [])
    solara.Title(NAME)
    solara.Style(LOOKS)
    plots = [chart("American rent", "MUSD a year"), chart("Russian share", "share of influence, 0 to 1")]
    SolaraViz(model, components=plots, model_params=PARAMETERS, name=NAME)
