"""What many runs say, explained: the answer, bands, twenty runs side by side, futures, pairs, what-ifs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from patronage.browser.answering import Level, command, levels_of
from patronage.browser.attempts import in_words
from patronage.browser.futures import RUNS
from patronage.browser.reach import Moved
from patronage.browser.setup import Setup
from patronage.browser.workspace import Desk
from patronage.scenario import explain
from patronage.telling.charts.base import number
from patronage.telling.charts.twenty import leading
from patronage.telling.explanation import Explanation
from patronage.telling.history import Story
from patronage.telling.loading import reports_loaded
from patronage.world.arrays import Array

from .compare import commanded
from .futures import outlook
from .spread import of_line, of_pair, share_title

OF_MANY = (
    "The same scenario many times, each run with its own luck. Brackets: the 95 % interval of the mean, or of the share of runs, "
    "which narrows with more runs; 5–95 % of runs: what nine tenths of the runs lie between."
)
OF_PAIRS = (
    "Each run has its twin with the same luck on the other side; brackets: the 95 % interval. An interval that holds 0 says that "
    "these runs show no difference."
)
OF_FUTURES = (
    "Runs with the past of this one up to {}, events fired and orders given up to then included, and other luck from there on; the "
    "last order of a seat stands. Band: what nine tenths of them lie between; dotted: the middle one."
)
OF_ONE = "To open it: {} as the number of the run, under Advanced, and Reset. In the folder that the command makes it is the last run."


def _line(desk: Desk, name: str) -> Level | None:
    """What the answer says of an outcome, once it is there."""
    found = levels_of(desk.answer, desk.model.value.scenario)
    return next((line for line in found.lines if line.name == name), None) if found is not None else None


def _pair_of(story: Story, rest: str) -> tuple[str, str] | None:
    """A patron and a client."""
    patron, _, client = rest.partition(" ")
    return (patron, client) if patron in story.patrons and client in story.clients else None


def _many(desk: Desk, story: Story, when: int, name: str) -> Explanation | None:
    """What many runs say of an outcome: the answer's number."""
    line, found = _line(desk, name), levels_of(desk.answer, desk.model.value.scenario)
    if line is None or found is None:
        return None
    value = f"{found.runs} runs: {line.text}" + (f"\n{line.cause}" if line.cause else "")
    meaning = f"{OF_MANY}\n{explain(desk.model.value.scenario, f'outcomes.{name}')}"
    parts = (("What it is in this run, and what moved it there", f"outcome {name}"),)
    return Explanation(line.title, value, meaning, parts=parts, commands=(command(desk.setup, found.runs),))


def _spread(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """A bar of the spread: how many runs came to it."""
    about, _, part = rest.rpartition(" ")
    pair, line, bands = _pair_of(story, about), _line(desk, about), desk.bands
    if line is not None:
        found, asks, words = of_line(story, line, when), f"outcome {about}", explain(story.scenario, f"outcomes.{about}")
    elif bands is not None and len(bands.spread) and pair is not None:
        asks = f"share({pair[0]}, {pair[1]})"
        found, words = of_pair(story, bands, pair, min(when, bands.done)), explain(story.scenario, asks)
    else:
        return None
    if not part.isdecimal() or int(part[:4]) >= len(found.counts):
        return None
    reports_loaded()
    from patronage.reports.words import percent, percents
    from patronage.results.ensemble import proportion_interval

    k = int(part[:4])
    share, low, high = proportion_interval(found.counts[k], found.runs)
    here = ", this one among them" if k == found.here else ""
    value = f"{found.counts[k]} of {found.runs} runs{here}: {percent(share)} {percents(low, high, found.runs)}"
    title = f"{found.title[:1].upper()}{found.title[1:]}: {found.names[k]}{found.unit}"
    whole = f"Bars are parts of the scale, their height the runs that end up there. {found.words()}"
    return Explanation(title, value, f"{whole}\n{OF_MANY}\n{words}", parts=(("What it is in this run", asks),))


def _levels(found: Array) -> str:
    """Shares at 5 %, 50 % and 95 % of runs, in words."""
    low, middle, high = (number(100 * float(x)) for x in found)
    return f"the middle one {middle} %, nine tenths of them from {low} to {high} %"


def _bands(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """What an ensemble says of a patron in a client, in one quarter."""
    bands, pair = desk.bands, _pair_of(story, rest)
    if bands is None or not bands.done or pair is None:
        return None
    at, (i, j) = min(when, bands.done), (story.patrons.index(pair[0]), story.clients.index(pair[1]))
    title = share_title(story, pair)
    leads, stands = (number(100 * float(x[at, i, j])) for x in (bands.lead, bands.base))
    value = f"{story.quarters[at]}, {bands.runs} runs: {_levels(bands.share[at, :, i, j])}"
    shares = f"It leads in {leads} % of the runs, its base stands in {stands} %."
    asks = f"share({pair[0]}, {pair[1]})"
    parts = (("What it is in this run", asks), ("The base in this run", f"base({pair[0]}, {pair[1]})"))
    return Explanation(
        f"{title[:1].upper()}{title[1:]}, in many runs", f"{value}\n{shares}", f"{OF_MANY}\n{explain(story.scenario, asks)}",
        parts=parts, commands=(command(desk.setup, bands.runs),),
    )  # fmt: skip


def _twenty(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """One of the runs side by side."""
    run, _, client = rest.partition(" ")
    bands = desk.bands
    if bands is None or not bands.finished or client not in story.clients or not run.isdecimal():
        return None
    if int(run[:4]) >= bands.first.shape[1]:
        return None
    n, at = int(run[:4]), min(when, len(bands.first) - 1)
    patron, share = leading(story, bands.first[at], client)[n]
    shares = sorted(zip(story.patrons, bands.first[at, n, :, story.clients.index(client)], strict=True), key=lambda x: -x[1])
    every = ", ".join(f"{story.name(p)} {number(100 * float(s))} %" for p, s in shares)
    meaning = f"{OF_ONE.format(n)}\n{OF_MANY}\n{explain(story.scenario, 'share')}"
    return Explanation(
        f"Run {n} of seed {bands.seed}: {story.name(client)}",
        f"{story.quarters[at]}: {story.name(patron)} leads with {number(100 * share)} %\n{every}", meaning,
        parts=(("What many runs come to", f"bands {patron} {client}"), ("Who leads in this run", f"leads {client}")),
        commands=(replace(desk.setup, replication=n).command,),
    )  # fmt: skip


def _ahead(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """What may come of the run: an outcome, or a share, over its futures."""
    job, pair, line = desk.ahead.latest, _pair_of(story, rest), _line(desk, rest)
    if job is None or job.found is None or (pair is None and line is None):
        return None
    since, parts = story.quarters[job.when], []
    if line is not None:
        value, asks, words = outlook(job, line), f"outcome {rest}", explain(story.scenario, f"outcomes.{rest}")
        title, parts = line.title, [("In all runs of the scenario", f"many {rest}")]
    else:
        assert pair is not None
        at, (i, j) = max(when, job.when), (story.patrons.index(pair[0]), story.clients.index(pair[1]))
        asks = f"share({pair[0]}, {pair[1]})"
        value, words = f"{story.quarters[at]}: {_levels(job.band[at, :, i, j])}", explain(story.scenario, asks)
        title = share_title(story, pair)
    return Explanation(
        f"{title[:1].upper()}{title[1:]}, from {since} on", f"{RUNS} runs: {value}", f"{OF_FUTURES.format(since)}\n{words}",
        parts=(("What it is in this run", asks), *parts),
    )  # fmt: skip


def _pair(desk: Desk, story: Story, when: int, name: str) -> Explanation | None:
    """An outcome over pairs of runs."""
    job = desk.pairs
    if job is None or name not in job.outcomes:
        return None
    heads, row = job.cells[0], job.cells[1 + job.outcomes.index(name)]
    value = "\n".join(f"{head[:1].upper()}{head[1:]}: {cell}" for head, cell in zip(heads[1:], row[1:], strict=True) if cell)
    by = commanded(desk)
    parts = (("What it is in this run", f"outcome {name}"),)
    meaning = f"{OF_PAIRS}\n{explain(story.scenario, f'outcomes.{name}')}"
    return Explanation(row[0], value, meaning, parts=parts, commands=(by,) if by else ())


def _moved(desk: Desk, story: Story, when: int, name: str) -> Explanation | None:
    """An outcome where the levers stand that wait for Reset."""
    trial = desk.trials.trial
    return None if trial is None else _paired(desk, trial.found.get(name), name, trial.setup, "the scenario in force")


def _tried(desk: Desk, story: Story, when: int, rest: str) -> Explanation | None:
    """An outcome of a what-if that was tried."""
    place, _, name = rest.partition(" ")
    attempts = desk.lasting.attempts
    if attempts.job is None or not place.isdecimal() or int(place[:4]) >= len(attempts.list):
        return None
    setup = attempts.setup(attempts.list[int(place[:4])])
    found = attempts.job.found.get(setup.changes)
    return _paired(desk, found.outcomes.get(name) if found is not None else None, name, setup, "the first what-if")


def _paired(desk: Desk, moved: Moved | None, name: str, setup: Setup, other: str) -> Explanation | None:
    """An outcome of changes over pairs of runs with the same luck."""
    line = _line(desk, name)
    if moved is None or line is None:
        return None
    value = f"{moved.runs} runs: {moved.text}" + (f"\nAgainst {other}, pair by pair: {moved.difference}" if moved.difference else "")
    what = in_words(setup, setup.changes)
    meaning = f"{what[:1].upper()}{what[1:]}.\n{OF_PAIRS}\n{explain(desk.model.value.scenario, f'outcomes.{name}')}"
    return Explanation(line.title, value, meaning, commands=(command(setup, moved.runs),))


OF_RUNS: dict[str, Callable[[Desk, Story, int, str], Explanation | None]] = {
    "many": _many, "spread": _spread, "bands": _bands, "twenty": _twenty, "ahead": _ahead, "pair": _pair, "moved": _moved,
    "tried": _tried,
}  # fmt: skip
LATER = ("bands", "twenty", "ahead")
"""What may be asked of quarters that the run has not reached."""


def further(desk: Desk, question: str) -> tuple[tuple[str, str], ...]:
    """What many runs and futures say of a number of this run, once they are there."""
    about = question.removeprefix("share(").removesuffix(")").replace(",", "") if question.startswith("share(") else ""
    name = question.removeprefix("outcome ") if question.startswith("outcome ") else ""
    found = []
    if (about and desk.bands is not None and desk.bands.done) or (name and _line(desk, name) is not None):
        found.append(("In many runs", f"bands {about}" if about else f"many {name}"))
    if (about or name) and desk.ahead.latest is not None and desk.ahead.latest.found is not None:
        found.append(("From here on", f"ahead {about or name}"))
    return tuple(found)
