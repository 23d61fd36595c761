"""The command that lets an assistant use the others: serve-tools."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from patronage.extras import how_to_install

from .output import RefusalError, note, plainly
from .tools import INSTRUCTIONS, Tools

if TYPE_CHECKING:
    from mcp.server.mcpserver import MCPServer

READING = ("list", "show", "check", "explain", "diff", "why")
WRITING = ("run", "compare")


@plainly
def serve_tools(
    folder: Annotated[
        Path, typer.Option("--folder", metavar="DIR", help="The one folder that is read and written.", show_default=False)
    ],
    most_runs: Annotated[int, typer.Option("--most-runs", min=1, max=1_000_000, help="Runs of one ensemble, at most.")] = 1000,
    minutes: Annotated[float, typer.Option("--minutes", min=0.1, max=1440, help="After which a call is given up.")] = 10.0,
) -> None:
    """Offer list, show, check, run, compare, why, diff and explain to an assistant, over standard input and output (MCP)."""
    if find_spec("mcp") is None:
        raise RefusalError(f"Tools for assistants need a package (mcp): {how_to_install('assistants')}")
    if not folder.is_dir():
        raise RefusalError(f"{folder}: there is no such folder. Make it first; run folders will lie in it.")
    note(f"Tools for {folder.resolve()}, over standard input and output. Ctrl-C ends them.")
    server_of(Tools(folder, most_runs, 60 * minutes)).run("stdio")


def server_of(tools: Tools) -> MCPServer[Any]:
    """The server with a tool a command."""
    from mcp.server.mcpserver import MCPServer
    from mcp_types import ToolAnnotations

    from patronage import __version__

    server: MCPServer[Any] = MCPServer("patronage", instructions=INSTRUCTIONS, version=__version__, log_level="WARNING")
    for name in (*READING, *WRITING):
        known = ToolAnnotations(read_only_hint=name in READING, destructive_hint=False, open_world_hint=False)
        server.add_tool(_refusing(tools.listed if name == "list" else getattr(tools, name)), name=name, annotations=known)
    return server


def _refusing(tool: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """What can be mended comes back as an error that the assistant may read."""

    @functools.wraps(tool)
    def wrapped(**words: Any) -> dict[str, Any]:
        from mcp.server.mcpserver.exceptions import ToolError

        try:
            return tool(**words)
        except RefusalError as error:
            raise ToolError(str(error)) from None

    return wrapped


COMMANDS = (serve_tools,)
