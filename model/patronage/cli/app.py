"""The commands, and what is said when none is given."""

from __future__ import annotations

import typer

from patronage.compiling import on_waiting

from . import (
    analysis,
    attributing,
    calibrating,
    comparing,
    doctor,
    exploring,
    exporting,
    gaming,
    hindcasts,
    landscapes,
    machine,
    measuring,
    patterns,
    regions,
    results,
    scenarios,
    searching,
    serving,
    sweeps,
    view,
)
from .output import echo

GUIDE = """\
patronage: patrons bid, clients sell, influence follows.

Look       patronage list                                  the built-in scenarios
           patronage show us-withdrawal                    who plays, what happens, what is asked
           patronage explain us-withdrawal patrons.USA     what a number means, where it comes from; or where a word stands
           patronage diff us-withdrawal us-stays           in what two scenarios differ
Simulate   patronage run us-withdrawal                     an ensemble, with figures and a report
           patronage compare us-withdrawal us-stays        two ensembles with the same luck, in pairs
           patronage summary RUN                           say again what they say
           patronage why RUN USA KGZ base                  why that base stands or falls; also a share, an outcome, …
           patronage attribute A B --outcome NAME          which events, mechanisms or actors cause a difference
           patronage game kyrgyzstan                       what each patron would do, given what the others do
           patronage plot RUN, patronage landscape RUN     draw its figures again; say which two blocs the region is near
Trust      patronage verify, or verify SCENARIO         which patterns of history it reproduces; a board of dated facts
           patronage hindcast central-asia --help          forecasts of the past against history and naive ones
           patronage calibrate central-asia --help         which values of the assumptions agree with real series
Watch      patronage view us-withdrawal                    the page in the browser: step, ask what if, play
Vary       patronage sweep what.yaml --workers 2           simulate it; the same again goes on; --dry-run: what it would take
           patronage analyse SWEEP, patronage explore SWEEP   what drives the outcomes, when they hold; a page of its runs
           patronage search keep-manas                     what it would cost: the packages that no other beats
Write      patronage new mine.yaml                         a small scenario to start from
           patronage check mine.yaml                       everything that is wrong with it, with line and column
           patronage tables FILE --out DIR                 files of the World Bank and SIPRI as build reads them
           patronage build --help                          a whole region from real series
           patronage measure --data DIR                    influence as FBIC measures it, for any patron and year
           patronage schema                                JSON Schema of scenario files, for editors
Offer      patronage serve-tools --folder runs             these commands as tools for an assistant
Once       patronage prepare, doctor, --install-completion compile the model; say what the machine lacks; the tab key offers names

patronage COMMAND --help tells more. Wherever a scenario is asked for, give a built-in name or a file.
"""

app = typer.Typer(
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(invoke_without_command=True)
def guide(context: typer.Context) -> None:
    """Simulate how patrons bid for the favour of client states."""
    on_waiting(machine.Waiting())
    if context.invoked_subcommand is None:
        echo(GUIDE)


for commands in (
    scenarios, results, comparing, landscapes, sweeps, regions, measuring, hindcasts, calibrating, patterns, view, analysis,
    exploring, attributing, gaming, searching, machine, doctor, serving, exporting,
):  # fmt: skip
    for command in commands.COMMANDS:
        app.command(command.__name__.rstrip("_").replace("_", "-"))(command)
