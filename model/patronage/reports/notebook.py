"""Results as notebooks show them: short, and with what one would ask first."""

from __future__ import annotations

from html import escape

from patronage.reports.summary import level_cells
from patronage.results.ensemble import Statistics
from patronage.results.result import Result


def result_html(result: Result) -> str:
    """Title, period, actors, runs and seed of an ensemble, and its outcomes as a table, in HTML."""
    s = Statistics(result)
    scenario, held = s.scenario, s.coords["quarter"]
    actors = f"{', '.join(scenario.patrons)} in {', '.join(scenario.clients)}"
    lines = (
        f"<b>{escape(scenario.title)}</b>",
        escape(f"{held[0]} to {held[-1]}, {s.runs} runs, seed {result.seed}; {actors}"),
        escape(scenario.question),
    )
    head, *rows = level_cells(s)
    body = "".join(_row("td", row) for row in rows)
    table = f"<table><thead>{_row('th', head)}</thead><tbody>{body}</tbody></table>" if rows else ""
    return f"<div>{'<br>'.join(line for line in lines if line)}{table}</div>"


def _row(cell: str, texts: tuple[str, ...]) -> str:
    """A row of a table; notebooks align numbers to the right, which words do not like."""
    start = f'<{cell} style="text-align:left">'
    return f"<tr>{''.join(f'{start}{escape(text)}</{cell}>' for text in texts)}</tr>"
