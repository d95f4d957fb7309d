"""The tools as a server of the Model Context Protocol, over standard input and output. Needs the extra `mcp`."""

from __future__ import annotations

import importlib.metadata
import json
import sys
from typing import Any

import anyio
from mcp import types
from mcp.server import Server, ServerRequestContext
from mcp.server.stdio import stdio_server

from omnimix.cli.assistant_folder import Folder
from omnimix.cli.assistant_tools import TOOLS, call
from omnimix.errors import OmnimixError

INSTRUCTIONS = (
    "Figures of Bayesian marketing-mix models, read-only. Begin with list_posteriors, then findings. Tell every "
    "figure with its range, and odds as they are given; a return is told by its median, money that adds up by its "
    "mean. Prefer the sentences that come with the figures. What is refused is refused for a reason: tell the reason, "
    "do not work around it. Figures rest on observation; only tests prove what media cause."
)
READING = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


def serve(folder: Folder) -> None:
    """Answer over standard input and output until the other side ends it."""
    anyio.run(_over_stdio, server(folder))


def server(folder: Folder) -> Server[Any]:
    """Return the server of a folder; a question is answered after the other, because a verb prints."""
    one_at_a_time = anyio.Lock()

    async def tools(_: ServerRequestContext[Any], __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(name=name, description=tool.does, input_schema=tool.schema, annotations=READING)
                for name, tool in TOOLS.items()
            ]
        )

    async def answer(_: ServerRequestContext[Any], asked: types.CallToolRequestParams) -> types.CallToolResult:
        async with one_at_a_time:
            return await anyio.to_thread.run_sync(_answered, folder, asked.name, asked.arguments or {})

    return Server(
        "omnimix",
        version=importlib.metadata.version("omnimix"),
        instructions=INSTRUCTIONS,
        on_list_tools=tools,
        on_call_tool=answer,
    )


def _answered(folder: Folder, name: str, given: dict[str, Any]) -> types.CallToolResult:
    try:
        found = call(folder, name, given)
    except OmnimixError as problem:
        return _refused(str(problem))
    except Exception as problem:  # a mistake in omnimix: the assistant is told that, and its server stays up
        print(f"omnimix: {name}: {problem!r}", file=sys.stderr)  # noqa: T201
        return _refused(f"omnimix made a mistake in {name} ({type(problem).__name__}); the shell tells more.")
    said = [found.said] if found.said else []
    texts = [*said, json.dumps(found.rows, ensure_ascii=False)]
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text) for text in texts], structured_content=found.rows
    )


def _refused(reason: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=reason)], is_error=True)


async def _over_stdio(served: Server[Any]) -> None:
    async with stdio_server() as (reading, writing):
        await served.run(reading, writing, served.create_initialization_options())
