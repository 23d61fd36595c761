"""What a search found, in words, as tables, as JSON and as a folder with figures and a report."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from patronage.batch.disk import write_whole
from patronage.batch.folders import MANIFEST, FolderError, sha256, write_manifest
from patronage.batch.identity import provenance
from patronage.batch.sweepstore import encoded_table
from patronage.figures import search as drawn
from patronage.figures.lettering import letters_for
from patronage.figures.style import save, styled
from patronage.formats import FORMAT
from patronage.reports.folders import FIGURES, REPORT, SUMMARY
from patronage.reports.page import _environment, pictures
from patronage.reports.words import listed, number, percent, plural, subject
from patronage.scenario import quarter_name
from patronage.searches.evaluating import FIRST
from patronage.searches.goals import COST, Goal
from patronage.searches.searching import SearchResult

SCENARIO, RESULT = "scenario.yaml", "result.json"
MOST_ROWS = 16
"""Packages of the front that the summary shows."""
STILL = 0.01
"""A front of which the last quarter of the generations grew the hypervolume by less has hardly anything left to find."""
CAPTIONS = {
    "trade-off": "What the front costs and brings: as it was found, and with fresh luck (bars: 95 % intervals).",
    "levers": "Levers and objectives of every package of the front; the thick line is regretted least.",
    "growth": "Hypervolume of the front by packages simulated.",
}
BEYOND = "beyond sampling error (95 % for all of them together)"
OVERS = {"worst_tenth": "mean of the worst tenth of the futures", "regret": "largest regret in any future"}


class _Words:
    """Goals and levers of one search in words."""

    def __init__(self, found: SearchResult) -> None:
        self.search = found.search
        self.about = {name: subject(self.search.experiment.scenario, name, values.ravel()) for name, values in found.runs.items()}

    def goal(self, g: Goal) -> str:
        """What a goal is about."""
        what = "what it costs" if g.of == COST else self.about[g.of].full
        over = f"share of futures in which the mean is {g.sign} {g.limit:g}" if g.sign else OVERS.get(g.over, "")
        return f"{what}{f', {over}' if over else ''}{self.unit(g)}"

    def unit(self, g: Goal) -> str:
        unit = "MUSD" if g.of == COST else self.about[g.of].unit
        return f" ({unit})" if unit and unit != "1" and not g.sign and not self.truth(g) else ""

    def truth(self, g: Goal) -> bool:
        """Whether it is a share, told in per cent."""
        return bool(g.sign) or (g.of != COST and self.about[g.of].truth)

    def cell(self, g: Goal, value: float) -> str:
        if math.isnan(value):
            return "unknown"
        return percent(value) if self.truth(g) else number(value)

    def between(self, g: Goal, low: float, high: float) -> str:
        return f"[{self.cell(g, low)}, {self.cell(g, high)}]".replace("\u00a0%, ", ", ")

    def lever(self, name: str, value: Any) -> str:
        return next(x for x in self.search.levers if x.name == name).factor.words(value)

    def package(self, row: Mapping[str, Any]) -> str:
        """Its levers."""
        return listed([f"{x.name} {self.lever(x.name, row[x.name])}" for x in self.search.levers])


def search_text(found: SearchResult) -> str:
    """Head, the front, and sentences."""
    s, words = found.search, _Words(found)
    lines = [s.experiment.title, *_wanted(found, words), "", *_sentences(found, words)]
    if len(rows := shown(found)):
        lines += ["", *_table(found, words, rows)]
    return "\n".join(lines)


def shown(found: SearchResult) -> pd.DataFrame:
    """The front; where there is none, the nearest to one."""
    return found.front if len(found.front) else found.nearest


def _wanted(found: SearchResult, words: _Words) -> list[str]:
    s = found.search
    e = s.experiment
    unsure = "1 uncertainty" if len(e.uncertainties) == 1 else f"{len(e.uncertainties)} uncertainties"
    rival = "1 theory" if len(e.theories) == 1 else f"{len(e.theories)} theories"
    of = " and ".join([*([rival] if e.theories else []), *([unsure] if e.uncertainties else [])])
    futures = f"{plural(len(s.futures), 'future')} of {of}" if of else "1 future"
    each = f"{plural(s.runs_each, 'run')} each ({futures} × {e.replications}, the same luck for all)"
    what = f"{plural(found.evaluations, 'package')} of {plural(len(s.levers), 'lever')}"
    lines = [f"{what} in {e.scenario_name}, {each}, to {quarter_name(s.last)}."]
    lines += [f"Wanted: {g.name}, {'low' if g.minimised else 'high'}: {words.goal(g)}." for g in s.objectives]
    for c in s.constraints:
        bound = f"{'at least' if c.at_least else 'at most'} {words.cell(c.goal, c.bound)}"
        lines.append(f"Kept: {c.name}, {bound}: {words.goal(c.goal)}.")
    return lines


def _sentences(found: SearchResult, words: _Words) -> list[str]:
    s, front = found.search, found.front
    if not len(front):
        return _none(found, words)
    many = f"{plural(len(front), 'package')} that no other beats" if len(s.objectives) > 1 else "The best package"
    lines = [f"{many}; hypervolume {found.growth['hypervolume'].iloc[-1]:.3f} of the box of all packages, {converged(found)}."]
    if len(found.candidates):
        lines.append(f"{_choice(found)}.")
    if "holds" in front:
        runs, shifts = s.divided(s.confirm) * len(s.futures), []
        for g in s.objectives:
            before, after = float(front[g.name].mean()), float(front[f"{g.name}_again"].mean())
            shifts.append(f"{g.name} {words.cell(g, before)} as found, {words.cell(g, after)} again")
        lines.append(f"With {_fresh(found)} ({plural(runs, 'run')} each), mean over the front: {'; '.join(shifts)}.")
        if s.constraints:
            lost = int((~front["holds"]).sum())
            some = f"{lost} of {len(front)} lose a constraint with it (marked lost)."
            lines.append(some if lost else "All keep their constraints with it.")
    if s.constraints and len(s.objectives) > 1:
        lines.append(f"Best in {s.objectives[0].name}: {words.package(front.iloc[0])}.")
    best = front[front["least_regret"]].iloc[0]
    if len(s.objectives) > 1 or len(s.futures) > 1:
        regret = f"at most {percent(best['regret'])} of what the front differs by, in any future and objective"
        lines.append(f"Least regret: {words.package(best)} ({regret}).")
    failed = int((found.packages["failed"] != "").sum())
    if failed:
        first = found.packages.loc[found.packages["failed"] != "", "failed"].iloc[0]
        lines.append(f"{plural(failed, 'package')} could not be simulated. The first: {first}")
    return lines


def _fresh(found: SearchResult) -> str:
    return "a third luck" if found.search.validate else "fresh luck"


def _choice(found: SearchResult) -> str:
    """How the front was chosen."""
    s, near = found.search, found.candidates
    runs = s.divided(s.validate) * len(s.futures)
    among = f"Chosen among {plural(len(near), 'package')} near the front as found, with a second luck ({plural(runs, 'run')} each)"
    if not s.constraints:
        return among
    sure = int(near["sure"].sum())
    return f"{among}: {sure} of them {'keeps' if sure == 1 else 'keep'} all constraints with it {BEYOND}"


def _none(found: SearchResult, words: _Words) -> list[str]:
    """No package keeps all constraints: the nearest."""
    s, p = found.search, found.packages
    if not s.constraints or (s.validate and not len(found.candidates)):
        return ["No package could be simulated in all futures."]
    if s.validate:
        near, best = found.candidates, found.nearest.iloc[0]
        runs = s.divided(s.validate) * len(s.futures)
        lucky = int(p.loc[near.index, "kept"].sum())
        again = "_again" if "holds" in found.nearest else ""
        reached = listed([f"{c.name} {words.cell(c.goal, best[f'{c.name}{again}'])}" for c in s.constraints])
        return [
            f"None of {plural(len(p), 'package')} tried keeps all constraints.",
            f"Of the {len(near)} nearest {lucky} did as found; none does {BEYOND} with a second luck ({plural(runs, 'run')} each).",
            f"Nearest: {words.package(best)}, with {reached}{f' with {_fresh(found)}' if again else ''}.",
        ]
    parts = [np.maximum(c.excess(p[c.name].to_numpy()), 0) / max(abs(c.bound), 1e-9) for c in s.constraints]
    best = p.iloc[int(np.argmin(np.column_stack(parts).sum(axis=1)))]
    reached = listed([f"{c.name} {words.cell(c.goal, best[c.name])}" for c in s.constraints])
    return [f"None of {plural(len(p), 'package')} tried keeps all constraints. Nearest: {words.package(best)}, with {reached}."]


def converged(found: SearchResult) -> str:
    """How much the last quarter of the generations added."""
    grown = found.growth["hypervolume"].to_numpy()
    last = max(1, len(grown) // 4)
    if len(grown) <= last or grown[-1] <= 0:
        return "of too few generations to tell whether more would find more"
    more = 1 - grown[-1 - last] / grown[-1]
    words = "hardly anything is left to find" if more < STILL else "more generations would find more"
    return f"{100 * more:.1f} % of it from the last {last} of {len(grown)} generations: {words}"


def _table(found: SearchResult, words: _Words, front: pd.DataFrame) -> list[str]:
    """A front, at most so many rows of it, evenly chosen, the one of least regret among them."""
    s, rows = found.search, front
    if len(front) > MOST_ROWS:
        place = set(np.linspace(0, len(front) - 1, MOST_ROWS - 1).round().astype(int).tolist())
        place |= set(np.flatnonzero(front["least_regret"])[:1].tolist())
        rows = front.iloc[sorted(place)]
    again = "holds" in front
    head = ["package"]
    for g in s.goals:
        head += [g.name, *(("again", "95 % interval") if again else ())]
    cells = [[*head, *(x.name for x in s.levers), ""]]
    for index, row in rows.iterrows():
        line = [str(index)]
        for g in s.goals:
            line.append(words.cell(g, row[g.name]))
            if again:
                line += [words.cell(g, row[f"{g.name}_again"]), words.between(g, row[f"{g.name}_low"], row[f"{g.name}_high"])]
        marks = [*(["least regret"] if row.get("least_regret") else []), *(["lost"] if again and not row["holds"] else [])]
        cells.append([*line, *(words.lever(x.name, row[x.name]) for x in s.levers), ", ".join(marks)])
    wide = [max(len(line[i]) for line in cells) for i in range(len(cells[0]))]
    text = ["  ".join([*(c.rjust(w) for c, w in zip(line[:-1], wide[:-1], strict=True)), line[-1]]).rstrip() for line in cells]
    return [*text, *([f"({len(front) - len(rows)} more in front.csv)"] if len(rows) < len(front) else [])]


def rerun(found: SearchResult, package: Mapping[str, Any], folder: str | Path) -> str:
    """The command that simulates a package with fresh luck, uncertainties as the scenario has them."""
    s = found.search
    words = ["patronage", "run", str(Path(folder) / SCENARIO)]
    for path, value in s.settings(package).items():
        words += ["--set", f"{path}={value if isinstance(value, str) else f'{value:.10g}'}"]
    luck = {"--runs": s.confirm or 500, "--seed": s.experiment.seed, "--first": FIRST, "--until": quarter_name(s.last)}
    return shlex.join([*words, *(w for k, v in luck.items() for w in (k, str(v)))])


def search_json(found: SearchResult, folder: str | Path, command: str = "") -> dict[str, Any]:
    """The same for machines; numbers as they are, unknown ones null."""
    s = found.search

    def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
        return [{str(k): _plain(v) for k, v in row.items()} | {"package": int(str(i))} for i, row in table.iterrows()]

    def named(table: pd.DataFrame) -> list[dict[str, Any]]:
        return [row | {"rerun": rerun(found, row, folder)} for row in rows(table)]

    levels = [("low" if g.minimised else "high", "share" if g.sign else g.over) for g in s.goals]
    goals = [{"name": g.name, "of": g.of, "better": better, "over": over} for g, (better, over) in zip(s.goals, levels, strict=True)]
    return {
        "format": FORMAT, "kind": "search", "folder": str(folder), "command": command,
        "title": s.experiment.title, "scenario": s.experiment.scenario_name,
        "seed": s.experiment.seed, "packages": found.evaluations, "futures": len(s.futures), "replications": s.experiment.replications,
        "validate": s.validate, "confirm": s.confirm, "goals": goals, "levers": [x.name for x in s.levers],
        "front": named(found.front), "nearest": named(found.nearest), "candidates": rows(found.candidates),
        "growth": [{str(k): _plain(v) for k, v in row.items()} for row in found.growth.to_dict("records")],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """What JSON can hold."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return str(value)


def search_to_folder(found: SearchResult, folder: str | Path, command: str = "", plates: bool = True, name: str | None = None) -> Path:
    """Write what was found beside the generations: summary, tables, scenario, figures, report, and the manifest last.

    `name`: the folder as rerun lines name it; as it is given here otherwise.
    """
    out, named = Path(folder), name or str(folder)
    out.mkdir(parents=True, exist_ok=True)
    front = found.front.assign(rerun=[rerun(found, row, named) for _, row in found.front.iterrows()])
    files = {
        SUMMARY: (search_text(found) + "\n").encode(),
        RESULT: (json.dumps(search_json(found, named, command), indent=1, ensure_ascii=False) + "\n").encode(),
        "front.csv": front.to_csv(lineterminator="\n").encode(),
        "candidates.csv": found.candidates.to_csv(lineterminator="\n").encode(),
        "growth.csv": found.growth.to_csv(index=False, lineterminator="\n").encode(),
        "futures.csv": found.search.futures.to_csv(lineterminator="\n").encode(),
        "packages.parquet": encoded_table(pa.Table.from_pandas(found.packages.reset_index(), preserve_index=False)),
        SCENARIO: found.search.experiment.scenario.resolved().encode(),
    }
    for file, content in files.items():
        write_whole(out / file, content)
    pictured = plot_search(found, out / FIGURES) if plates and len(found.front) else []
    facts = provenance(command or "patronage search")
    write_whole(out / REPORT, _page(found, pictured, facts, named).encode())
    (out / ".manifest").mkdir(exist_ok=True)
    write_manifest(out / ".manifest", {
        "kind": "search", **facts, "name": found.search.name, "scenario": found.search.experiment.scenario.digest,
        "seed": found.search.experiment.seed, "packages": found.evaluations, "front": len(found.front),
        "files": {file: sha256(out / file) for file in files},
    })  # fmt: skip
    (out / ".manifest" / MANIFEST).replace(out / MANIFEST)
    (out / ".manifest").rmdir()
    return out


def plot_search(found: SearchResult, folder: Path) -> list[Path]:
    """All figures as PNG and SVG."""
    folder.mkdir(parents=True, exist_ok=True)
    s, words = found.search, _Words(found)
    title = s.experiment.title
    letters = letters_for([title, *(words.goal(g) for g in s.objectives)])
    note = f"{plural(found.evaluations, 'package')}, {s.runs_each} runs each, seed {s.experiment.seed}."
    columns = [(x.name, x.factor.label or x.name.replace("_", " ")) for x in s.levers]
    columns += [(g.name, g.name.replace("_", " ")) for g in s.objectives]
    with styled(letters):
        figures = {"levers": drawn.parallel(found.front, columns, title, note), "growth": drawn.growth(found.growth, title, note)}
        if len(s.objectives) > 1:
            two = s.objectives[:2]
            labels = (words.goal(two[0]), words.goal(two[1]))
            figures["trade-off"] = drawn.trade_off(found.packages, found.front, (two[0].name, two[1].name), labels, title, note)
        return [path for name, figure in figures.items() for path in save(figure, folder, name)]


def _page(found: SearchResult, pictured: Sequence[Path], facts: Mapping[str, Any], folder: str) -> str:
    words = _Words(found)
    lines = [(str(i), rerun(found, row, folder)) for i, row in shown(found).iterrows()]
    e = found.search.experiment
    return _environment().get_template("search.html.j2").render(
        title=e.title, question=e.question, facts=facts, wanted=_wanted(found, words), general=_sentences(found, words),
        table="\n".join(_table(found, words, shown(found))) if len(shown(found)) else "", lines=lines,
        figures=pictures(pictured, CAPTIONS), seed=e.seed, packages=found.evaluations, scenario=e.scenario_name,
    )  # fmt: skip


def search_held(folder: str | Path, as_json: bool = False) -> Any:
    """What a folder of a finished search says, as text or as a mapping. FolderError if it does not say it."""
    path = Path(folder) / (RESULT if as_json else SUMMARY)
    try:
        promised = json.loads((Path(folder) / MANIFEST).read_bytes())["files"][path.name]
        if sha256(path) != promised:
            raise FolderError(f"{path} is not as it was written: give the search's command again, which makes it again")
        text = path.read_text(encoding="utf-8")
        return json.loads(text) if as_json else text.rstrip("\n")
    except (OSError, ValueError, KeyError, TypeError):
        raise FolderError(f"the search in {folder} is not finished: give its command again to go on") from None


def is_search(folder: str | Path) -> bool:
    """Whether a folder holds a search, finished or not."""
    from patronage.searches.searching import STATE

    return (Path(folder) / STATE).is_file()

