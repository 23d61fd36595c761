"""What a game says: in words, as a table, as JSON and as a folder with a figure and a report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from patronage.batch.disk import write_whole
from patronage.batch.folders import FolderError, write_manifest
from patronage.batch.identity import provenance
from patronage.batch.manifests import read_json
from patronage.equilibria import solving
from patronage.equilibria.evidence import ResponseRow
from patronage.equilibria.file import SCENARIO
from patronage.equilibria.playing import RESOLVED, WORTH, SolvedGame
from patronage.figures.lettering import letters_for
from patronage.figures.payoffs import payoff_figure
from patronage.figures.style import save, styled
from patronage.looks import the
from patronage.reports.folders import FIGURES, REPORT, SUMMARY
from patronage.reports.page import _environment, pictures
from patronage.reports.words import genitive, interval, listed, number, percent, plural, upper
from patronage.scenario.quarters import quarter_name

FIGURE = "payoffs"
RESULT = "game.json"
TABLES = ("payoffs", "terms", "responses", "dominance", "equilibria", "stability")
MOST_ANSWERS = 8
"""Sentences on what one player does in answer to the others."""
MOST_PROFILES = 24
"""Rows of the table of payoffs in the summary."""
CAPTION = "Mean payoffs in MUSD a year; best responses in colour, equilibria shaded."


def game_text(g: SolvedGame) -> str:
    """Head, answers and table."""
    return "\n".join([*_head(g), "", *(f"- {line}" for line in game_answers(g)), "", *_table(g)])


def _head(g: SolvedGame) -> list[str]:
    f = g.file
    counts = g.evidence.counts
    runs = f"{counts.min():,}" if counts.min() == counts.max() else f"{counts.min():,} to {counts.max():,}"
    sizes = " by ".join(str(n) for n in f.shape)
    lines = [f.title, *([f"Question: {f.question}"] if f.question else [])]
    lines.append(
        f"{plural(len(f.profiles), 'profile')} ({sizes}), {runs} runs of each with the same luck, seed {f.seed}; payoffs in MUSD "
        f"a year, {quarter_name(f.first)}–{quarter_name(f.last)}."
    )
    return lines


# --- sentences ---


def game_answers(g: SolvedGame) -> list[str]:
    """Who does what, in sentences: each player, then equilibria, then what is not known."""
    lines = [line for i in range(len(g.file.players)) for line in _player(g, i)]
    return [*lines, *_equilibria(g), *_unknown(g)]


def _player(g: SolvedGame, player: int) -> list[str]:
    """What one player does."""
    f, mine = g.file, [r for r in g.evidence.rows if r.player == player]
    who = the(f.players[player].name)
    others = listed([the(p.name) for i, p in enumerate(f.players) if i != player])
    lines = []
    for choice in _ruling(g, mine):
        losses = [(r.difference(choice, k)) for r in mine for k in range(len(r.profiles)) if k != choice]
        least = min(losses)
        shares = [float(r.best_in_runs[choice]) for r in mine]
        do = "do" if len(f.players) > 2 else "does"
        lines.append(
            f"{upper(who)}: {f.players[player].options[choice].name}, whatever {others} {do}. Anything else gives at least "
            f"{number(least[0])} {interval(least[1], least[2])} less; nothing else would have given more in {_span(shares)} of runs."
        )
    if lines:
        return lines
    groups: dict[int, list[ResponseRow]] = {}
    for row in mine:
        groups.setdefault(row.leader, []).append(row)
    lines = [_answer(g, rows) for rows in groups.values()]
    rest = len(lines) - MOST_ANSWERS
    return lines[:MOST_ANSWERS] + ([f"{upper(who)} has {rest} more answers: responses.csv."] if rest > 0 else [])


def _ruling(g: SolvedGame, mine: Sequence[ResponseRow]) -> list[int]:
    """The choice that is known to be better than all others whatever happens, if there is one."""
    best = {r.leader for r in mine}
    least = g.file.least
    return [c for c in best if len(best) == 1 and all(r.better(c, k, least) for r in mine for k in range(len(r.profiles)) if k != c)]


def _answer(g: SolvedGame, rows: Sequence[ResponseRow]) -> str:
    """What is the best answer to what others do."""
    f, first = g.file, rows[0]
    player = first.player
    who, options = the(f.players[player].name), f.players[player].options
    choice = first.leader
    total = sum(1 for r in g.evidence.rows if r.player == player)
    when = "Whatever the others do" if len(rows) == total else f"If {_others(g, rows)}"
    near = [(r, *_nearest(r)) for r in rows]
    row, rival, gap = min(near, key=lambda x: x[2][0])
    text = f"{when}, {who} does best with {options[choice].name}"
    ties = [k for k in range(len(options)) if k != choice and all(r.tie(choice, k, f.least) for r in rows)]
    if ties:
        text += f" or {listed([options[k].name for k in ties])}, which pay the same"
    unsure = not row.better(choice, rival, f.least) and not row.tie(choice, rival, f.least)
    verdict = "which may be as good" if unsure else "next"
    shares = [float(r.best_in_runs[choice]) for r in rows]
    return (
        f"{text}; nothing else would have given more in {_span(shares)} of runs. {upper(verdict)}: {options[rival].name}, "
        f"{number(gap[0])} {interval(gap[1], gap[2])} less."
    )


def _nearest(row: ResponseRow) -> tuple[int, tuple[float, float, float]]:
    """The second best choice of a row, and by how much it is behind; of equal ones the first."""
    best = row.leader
    others = [k for k in range(len(row.profiles)) if k != best]
    rival = max([k for k in others if not row.tie(best, k, 0.0)] or others, key=lambda k: row.means[k])
    return rival, row.difference(best, rival)


def _others(g: SolvedGame, rows: Sequence[ResponseRow]) -> str:
    """What the others do in some rows: one player by its choices, several by whole profiles."""
    f, player = g.file, rows[0].player
    found = []
    for row in rows:
        names = [(p.name, p.options[row.profiles[0][i]].name) for i, p in enumerate(f.players) if i != player]
        found.append(" and ".join(f"{the(n)} plays {o}" for n, o in names))
    if len(f.players) == 2:
        rival = the(next(p.name for i, p in enumerate(f.players) if i != player))
        return f"{rival} plays " + " or ".join(s.partition(" plays ")[2] for s in found)
    return ", or ".join(found)


def _span(shares: Sequence[float]) -> str:
    """From the lowest to the highest share."""
    low, high = percent(min(shares)), percent(max(shares))
    return low if low == high else f"{low[:-2]} to {high}"


def _equilibria(g: SolvedGame) -> list[str]:
    f, lines = g.file, []
    if not len(g.equilibria):
        lines.append("There is no equilibrium of the mean payoffs" + (" in pure choices." if len(f.players) > 2 else "."))
    for row in g.equilibria.to_dict("records"):
        does = "; ".join(f"{the(p.name)} {row[p.code]}" for p in f.players)
        gets = ", ".join(f"{the(p.name)} {number(row[f'payoff_{p.code}'])}" for p in f.players)
        kind = "Equilibrium" if row["kind"] == "pure" else "Equilibrium with drawn choices"
        lines.append(f"{kind}: {does}; in {percent(row['draws'])} of payoffs drawn anew. Payoffs: {gets}.")
    pure = g.equilibria[g.equilibria["kind"] == "pure"]
    known = {tuple(r[p.code] for p in f.players) for r in pure.to_dict("records")}
    maybe = [r for r in g.stability.to_dict("records") if r["draws"] >= WORTH and tuple(r[p.code] for p in f.players) not in known]
    lines += [
        f"May be one too: {'; '.join(f'{the(p.name)} {r[p.code]}' for p in f.players)}, in {percent(r['draws'])} of draws."
        for r in sorted(maybe, key=lambda r: -r["draws"])[:3]
    ]
    if g.without >= WORTH:
        lines.append(f"In {percent(g.without)} of payoffs drawn anew there is none in pure choices.")
    return lines


def _unknown(g: SolvedGame) -> list[str]:
    rows = g.contested
    if not rows:
        return []
    most = max(r.runs for r in rows)
    what = "best answer is" if len(rows) == 1 else "best answers are"
    return [f"{len(rows)} of {len(g.evidence.rows)} {what} not known after {most:,} runs: most_runs in the file allows more."]


# --- tables ---


def _table(g: SolvedGame) -> list[str]:
    """Payoffs by profile; * beside a best response."""
    f = g.file
    best, means = _best(g), g.evidence.means()
    shown = sorted(f.profiles, key=lambda p: -_draws(g, p)) if len(f.profiles) > MOST_PROFILES else f.profiles
    rows = [(*(p.code for p in f.players), *(f"payoff {p.code}" for p in f.players), "equilibrium")]
    for profile in shown[:MOST_PROFILES]:
        cells = [f"{means[i][profile]:.1f}".replace("-", "−") + ("*" if best[i][profile] else " ") for i in range(len(f.players))]
        rows.append((*f.names(profile).values(), *cells, percent(_draws(g, profile)) if _draws(g, profile) else ""))
    wide = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    n = len(f.players)
    lines = ["  ".join(r[i].ljust(w) if i < n else r[i].rjust(w) for i, w in enumerate(wide)).rstrip() for r in rows]
    rest = len(f.profiles) - MOST_PROFILES
    return [*lines, "(* best response)"] + ([f"{rest} more profiles: payoffs.csv."] if rest > 0 else [])


def _best(g: SolvedGame) -> list[np.ndarray[Any, Any]]:
    """Per player [*shape]: whether its choice is a best response of the means."""
    return list(solving.best(g.evidence.means()))


def _draws(g: SolvedGame, profile: tuple[int, ...]) -> float:
    return float(g.stability["draws"].iloc[g.file.number(profile)])


def drawn_payoffs(g: SolvedGame) -> pd.DataFrame:
    """`payoffs` with what a figure shows besides: best responses, and the share of draws in which a profile is an equilibrium."""
    best = _best(g)
    frame = g.payoffs.copy()
    order = [(p, i) for p in g.file.profiles for i in range(len(g.file.players))]
    frame["best"] = [bool(best[i][p]) for p, i in order]
    frame["equilibrium"] = [_draws(g, p) for p, _ in order]
    return frame


# --- for machines, and as a folder ---


def game_json(g: SolvedGame) -> dict[str, Any]:
    """The same for machines; payoffs in MUSD a year."""
    f = g.file
    frames = {"payoffs": drawn_payoffs(g), **{name: getattr(g, name) for name in ("responses", "dominance", "equilibria", "terms")}}
    return {
        "kind": "game", "name": f.name, "title": f.title, "question": f.question, "scenario": f.scenario_name, "seed": f.seed,
        "first_quarter": quarter_name(f.first), "last_quarter": quarter_name(f.last),
        "players": [{"code": p.code, "name": p.name, "choices": {o.name: dict(o.settings) for o in p.options}} for p in f.players],
        "answers": game_answers(g), "without_pure": g.without, "contested": len(g.contested),
        **{name: json.loads(frame.to_json(orient="records", double_precision=12)) for name, frame in frames.items()},
    }  # fmt: skip


def read_game_json(folder: str | Path) -> Any:
    """What `game_json` gave of the game that a folder holds. FolderError if it cannot be read."""
    try:
        return read_json(Path(folder) / RESULT)
    except FileNotFoundError:
        raise FolderError(f"{folder} holds no {RESULT}: give the game's command again") from None


def game_to_folder(g: SolvedGame, folder: str | Path, command: str = "", plates: bool = True) -> Path:
    """Write what was found beside the runs it was found in: summary, tables, game, figure, report, and the manifest last."""
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    files = {
        SUMMARY: game_text(g) + "\n", RESOLVED: g.file.resolved(), SCENARIO: g.file.scenario.resolved(),
        RESULT: json.dumps(game_json(g), indent=1, ensure_ascii=False) + "\n",
        **{f"{name}.csv": getattr(g, name).to_csv(index=False) for name in TABLES},
    }  # fmt: skip
    facts = {
        "kind": "game", **provenance(command), "scenarios": [{"name": g.file.scenario_name, "digest": g.file.scenario.digest}],
        "game": g.file.name, "seed": g.file.seed, "runs": int(g.evidence.counts.sum()),
    }  # fmt: skip
    for name, text in files.items():
        write_whole(out / name, text.encode("utf-8"))
    drawn = _draw(g, out / FIGURES) if plates else []
    write_whole(out / REPORT, _page(g, drawn, facts).encode("utf-8"))
    write_manifest(out, facts)
    return out


def _draw(g: SolvedGame, out: Path) -> list[Path]:
    """The payoffs, as PNG and SVG."""
    f = g.file
    note = f"{f.scenario_name}; {int(g.evidence.counts.min()):,} runs of a profile or more, seed {f.seed}; MUSD a year."
    out.mkdir(exist_ok=True)
    players = [(p.code, p.name) for p in f.players]
    with styled(letters_for([f.title, note, *(n for _, n in players)])):
        return save(payoff_figure(drawn_payoffs(g), players, f.title, note), out, FIGURE)


def _page(g: SolvedGame, drawn: Sequence[Path], facts: dict[str, Any]) -> str:
    f = g.file
    named = [p.name for p in f.players]
    wants = [
        {
            "who": upper(genitive(the(p.name))), "what": f.scenario.outcomes[t.outcome].label or t.name.replace("_", " "),
            "measure": f.scenario.outcomes[t.outcome].text, "weight": number(t.weight),
        }
        for p in f.players for t in p.terms
    ]  # fmt: skip
    wants += [
        {"who": upper(genitive(the(p.name))), "what": "money spent (given, rents, less fees)", "measure": "",
         "weight": number(-p.money)}
        for p in f.players if p.spending
    ]  # fmt: skip
    return str(_environment().get_template("game.html.j2").render(
        title=f.title, question=f.question, notes=f.notes, answers=game_answers(g), names=named, profiles=len(f.profiles),
        runs=int(g.evidence.counts.sum()), seed=f.seed, period=f"{quarter_name(f.first)}–{quarter_name(f.last)}",
        figures=pictures(drawn, {FIGURE: CAPTION}), table=_html_table(g), responses=_html_responses(g), wants=wants, facts=facts,
        dominance=g.dominance.to_dict("records"),
    ))  # fmt: skip


def _html_table(g: SolvedGame) -> list[list[str]]:
    f = g.file
    rows = [[*(p.name for p in f.players), *(f"payoff of {the(p.name)}" for p in f.players), "equilibrium", "runs"]]
    frame = drawn_payoffs(g)
    for k, profile in enumerate(f.profiles):
        mine = frame.iloc[k * len(f.players) : (k + 1) * len(f.players)]
        cells = [f"{number(r.payoff)} {interval(r.low, r.high)}{' *' if r.best else ''}" for r in mine.itertuples()]
        rows.append([*f.names(profile).values(), *cells, percent(_draws(g, profile)), f"{int(g.evidence.counts[k]):,}"])
    return rows


def _html_responses(g: SolvedGame) -> list[list[str]]:
    codes = [p.code for p in g.file.players]
    names = {p.code: p.name for p in g.file.players}
    rows = [["player", "if", "choice", "behind the best", "best in runs", "best in draws"]]
    for r in g.responses.to_dict("records"):
        when = ", ".join(f"{names[c]} {r[c]}" for c in codes if c != r["player"])
        behind = "best" if r["best"] else f"{number(r['behind'])} {interval(r['low'], r['high'])}"
        rows.append([names[r["player"]], when, r["choice"], behind, percent(r["futures"]), percent(r["draws"])])
    return rows
