"""The command that says what a sweep has found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import Json, refuse_existing
from .output import RefusalError, echo, echo_json, plainly, progress_bar
from .results import free

Words = list[str] | None


@plainly
def analyse(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a sweep, finished or not.", show_default=False)],
    outcome: Annotated[
        Words,
        typer.Option(
            "--outcome", metavar="NAME", help="Only this outcome; may be given several times.", show_default=False
        ),
    ] = None,
    methods: Annotated[
        Words,
        typer.Option(
            "--methods",
            metavar="A,B",
            show_default="those the experiment asks for, or all that fit its design",
            help="Only these: summary, sobol, morris, scores, shapley, prim, cart, regret, paired, theories, scenarios, tipping, "
            "idle.",
        ),
    ] = None,
    good: Annotated[
        Words,
        typer.Option(
            "--good",
            metavar="'NAME > X'",
            show_default=False,
            help="When an outcome counts: for conditions, satisficing and tipping points; may be given several times.",
        ),
    ] = None,
    low: Annotated[
        Words,
        typer.Option(
            "--low", metavar="NAME", help="An outcome of which less is better, for regret.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="PLACE", help="Folder to make. Default: a new one, analysis, in DIR.", show_default=False
        ),
    ] = None,
    figures: Annotated[
        bool, typer.Option("--figures/--no-figures", help="Draw figures, or leave them out to be quicker.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Say what drives the outcomes of a sweep, under which conditions they hold, which choice does well."""
    if out is not None:
        refuse_existing(out, "choose another folder with --out, or remove it first")
    from patronage.answers import AnalysisError, MissingExtraError
    from patronage.batch.folders import FolderError
    from patronage.commands import analyse as answers_of

    refuse_no_sweep(folder)
    named = [word for text in methods or () for word in text.replace(",", " ").split()]
    target = out or free(folder / "analysis")
    try:
        with progress_bar(f"analysis of {folder.name}") as advance:
            found = answers_of(
                folder, outcome=outcome or (), methods=named, good=good or (), low=low or (), out=target, figures=figures,
                progress=advance,
            )  # fmt: skip
    except (FolderError, AnalysisError) as error:
        text = str(error)
        raise RefusalError(text if text.endswith(".") else f"{text}.") from None
    except MissingExtraError as error:
        raise RefusalError(str(error)[:1].upper() + str(error)[1:]) from None
    if as_json:
        from patronage.batch.manifests import read_manifest
        from patronage.reports.json_answers import analysis_json

        echo_json(analysis_json(found, target, read_manifest(target)))
        return
    echo((target / "summary.txt").read_text(encoding="utf-8"))
    for what, name in (("Report", "report.html"), ("Figures", "figures"), ("Tables", "tables")):
        if (target / name).exists():
            echo(f"{what:<8} {target / name}")


def refuse_no_sweep(folder: Path) -> None:
    """Say what a folder is, if it is not that of a sweep."""
    from patronage.batch.folders import MANIFEST
    from patronage.batch.sweepstore import SweepStore
    from patronage.experiments import experiment_names

    if (folder / MANIFEST).is_file() or SweepStore(folder).exists():
        return
    if folder.is_dir():
        raise RefusalError(
            f"{folder} is no folder of a sweep: it holds no {MANIFEST} and no plan. "
            "patronage sweep EXPERIMENT --out DIR makes one."
        )
    if str(folder) in experiment_names():
        raise RefusalError(
            f"{folder}: there is no such folder. It is a built-in experiment: patronage sweep {folder} --out {folder} first."
        )
    raise RefusalError(f"{folder}: there is no such folder. analyse takes the folder of a sweep.")


COMMANDS = (analyse,)
