"""Results as notebooks show them: short, and with what one would ask first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from patronage.experiments import SweepFolder
from patronage.reports.json_answers import sweep_json
from patronage.reports.summary import level_cells, outcome_cells
from patronage.reports.words import number
from patronage.results.comparison import compare
from patronage.results.ensemble import Statistics
from patronage.results.result import Result
from patronage.runs.comparison import ComparisonFolder
from patronage.runs.store import RunFolder


def run_html(result: Result | RunFolder) -> str:
    """Title, period, actors, runs and seed of an ensemble, and its outcomes as a table, in HTML."""
    s = Statistics(result)
    scenario, held = s.scenario, s.coords["quarter"]
    actors = f"{', '.join(scenario.patrons)} in {', '.join(scenario.clients)}"
    lines = (
        f"<b>{escape(scenario.title)}</b>",
        escape(f"{held[0]} to {held[-1]}, {s.runs} runs, seed {result.seed}; {actors}"),
        escape(scenario.question),
    )
    return _page(lines, level_cells(s))


def comparison_html(held: ComparisonFolder) -> str:
    """Of every pair the outcomes of both sides and their difference."""
    sides = {name: Statistics(held.run(name)) for name in held.names}
    first = held.names[0]
    pages = []
    for name in held.names[1:]:
        size = f"{sides[first].runs} pairs of runs, seed {held.manifest['seed']}"
        lines = (f"<b>{escape(f'{first} less {name}')}</b>", escape(size))
        pages.append(_page(lines, outcome_cells(sides[first], compare(sides[first], sides[name]), (first, name))))
    return "".join(pages)


def sweep_html(sweep: SweepFolder) -> str:
    """Title, design and size of a sweep, and its outcomes over all runs."""
    e, m = sweep.experiment, sweep.manifest
    varied = ", ".join(f.name for f in e.factors)
    size = f"{e.scenario_name}, seed {sweep.seed}; {m['points']} points ({e.design.kind}), {m['runs']} runs; varied: {varied}"
    known = sweep_json(sweep)["outcomes"] if "command" in m else []
    cells = [(r["name"], *(number(r[k]) if r[k] is not None else "" for k in ("mean", "lowest", "highest"))) for r in known]
    return _page((f"<b>{escape(e.title or e.name)}</b>", escape(size)), [("outcome", "mean", "lowest point", "highest point"), *cells])


def text_html(text: str) -> str:
    """Plain text as it stands."""
    return f"<pre>{escape(text)}</pre>"


def _page(lines: Iterable[str], cells: Sequence[tuple[str, ...]]) -> str:
    """Lines of HTML above a table of texts whose first row is its head."""
    head, *rows = cells
    body = "".join(_row("td", row) for row in rows)
    table = f"<table><thead>{_row('th', head)}</thead><tbody>{body}</tbody></table>" if rows else ""
    return f"<div>{'<br>'.join(line for line in lines if line)}{table}</div>"


def _row(cell: str, texts: tuple[str, ...]) -> str:
    """A row of a table; notebooks align numbers to the right, which words do not like."""
    start = f'<{cell} style="text-align:left">'
    return f"<tr>{''.join(f'{start}{escape(text)}</{cell}>' for text in texts)}</tr>"
