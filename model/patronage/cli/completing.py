"""What a shell offers after the tab key: names of scenarios, paths, measures, figures.

Whatever cannot be read offers nothing: a shell has no place for an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import typer


def _quietly(offer: Callable[[typer.Context, str], Iterable[str]]) -> Callable[[typer.Context, str], list[str]]:
    """An offer, cut to what has been typed so far."""

    def wrapped(ctx: typer.Context, incomplete: str) -> list[str]:
        from patronage.batch.folders import FolderError
        from patronage.scenario import ScenarioError

        try:
            return [word for word in offer(ctx, incomplete) if word.startswith(incomplete)]
        except (OSError, ValueError, ScenarioError, FolderError):
            return []

    return wrapped


def _files(incomplete: str) -> list[str]:
    """Scenario files where the user is writing, and folders on the way to them."""
    where = Path(incomplete).parent if incomplete and not incomplete.endswith("/") else Path(incomplete or ".")
    found = (p for p in where.iterdir() if p.suffix in (".yaml", ".yml")) if where.is_dir() else ()
    return sorted(str(p) for p in found)


@_quietly
def scenario_names(_: typer.Context, incomplete: str) -> Iterable[str]:
    """Built-in scenarios, and files beside them."""
    from patronage.scenario.library import builtin_names

    return [*builtin_names("scenarios"), *_files(incomplete)]


@_quietly
def paths(ctx: typer.Context, incomplete: str) -> Iterable[str]:
    """Paths of a scenario's numbers and words, one step at a time; without a dot also the measures."""
    from patronage.scenario import load_scenario
    from patronage.scenario.vocabulary import MEASURES

    scenario = load_scenario(str(ctx.params.get("scenario")))
    whole = [*scenario.figures(), *scenario.words]
    step = incomplete.count(".") + 1
    steps = dict.fromkeys(".".join(path.split(".")[:step]) for path in whole)
    return [*steps, *(MEASURES if "." not in incomplete else ())]


@_quietly
def asked_about(ctx: typer.Context, _: str) -> Iterable[str]:
    """Actors of a run folder, measures, kinds of concessions and outcomes: what may be asked about."""
    from patronage.scenario import load_scenario
    from patronage.scenario.vocabulary import MEASURES

    folder = Path(str(ctx.params.get("folder")))
    files = [folder / "scenario.yaml", *sorted(folder.glob("runs/*/scenario.yaml"))]  # of a run, or of a comparison's first
    s = load_scenario(next((f for f in files if f.is_file()), files[0]))
    given = ctx.params.get("about") or ()
    words = dict.fromkeys((*MEASURES, *s.kinds, *s.outcomes))
    return [*(code for code in (*s.patrons, *s.clients, *s.blocs) if code not in given), *words]


@_quietly
def figure_names(_: typer.Context, __: str) -> Iterable[str]:
    """Figures of a run."""
    from patronage.figures import FIGURES

    return [plate.name for plate in FIGURES]
