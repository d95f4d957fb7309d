"""What an assistant may ask: the reading verbs of the shell, each a tool with arguments that are checked.

A verb is run as the shell runs it: what a tool returns is what `--json` writes, with what the shell prints beside it,
and what it refuses is refused with the same sentence.
"""

from __future__ import annotations

import contextlib
import io
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnimix.cli.arguments import UsageError
from omnimix.cli.assistant_folder import POSTERIOR, RESULT, Folder
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.words import LANGUAGES

type Given = Mapping[str, Any]
FILES = {"posterior": POSTERIOR, "project": ".toml", "workbook": ".xlsx", "file": RESULT}
KINDS: dict[str, tuple[str, tuple[type, ...]]] = {
    "string": ("a text", (str,)),
    "number": ("a number", (int, float)),
    "integer": ("a whole number", (int,)),
    "boolean": ("true or false", (bool,)),
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "posterior": {"type": "string", "description": "a saved posterior, by its path in the folder"},
    "project": {"type": "string", "description": "an omnimix.toml in the folder, whose declarations are used instead"},
    "workbook": {"type": "string", "description": "an edited plan (.xlsx), by its path in the folder"},
    "file": {"type": "string", "description": "a result (.json), by its path in the folder"},
    "total": {"type": "number", "description": "money of all channels over the whole window"},
    "weeks": {"type": "integer", "description": "length of the window in weeks"},
    "phasing": {"type": "string", "enum": ["pattern", "free"], "description": "keep weekly patterns, or plan weeks"},
    "language": {"type": "string", "enum": list(LANGUAGES), "description": "of the sentences (en)"},
    "allow_unconverged": {"type": "boolean", "description": "tell figures of a fit that did not converge (false)"},
}


@dataclass(frozen=True)
class Answer:
    """What a tool found.

    Attributes:
        rows: the figures, as `--json` writes them.
        said: sentences and tables, as the shell prints them.
    """

    rows: dict[str, Any]
    said: str = ""


@dataclass(frozen=True)
class Tool:
    """One question that can be asked.

    Attributes:
        does: what it answers, for the assistant that chooses between tools.
        needs: arguments that must be given, in their order.
        takes: arguments that may be.
        answer: what finds the answer, of a folder and checked arguments; the verb of the same name by default.
    """

    does: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    answer: Callable[[Folder, Given], Answer] | None = None

    @property
    def schema(self) -> dict[str, Any]:
        """The arguments as JSON Schema."""
        return {
            "type": "object",
            "properties": {name: ARGUMENTS[name] for name in (*self.needs, *self.takes)},
            "required": list(self.needs),
            "additionalProperties": False,
        }


def call(folder: Folder, name: str, given: Given) -> Answer:
    """Answer one question. Raises :class:`OmnimixError` with every argument that is wrong, and for what is refused."""
    if name not in TOOLS:
        raise UsageError(f"there is no tool {name!r}{did_you_mean(name, TOOLS) or f'; there are {", ".join(TOOLS)}'}")
    tool = TOOLS[name]
    wrong = _wrong(tool, given)
    if wrong:
        raise UsageError(f"{name}: {'; '.join(wrong)}.")
    checked = {k: folder.file(v, FILES[k]).as_posix() if k in FILES else v for k, v in given.items()}
    with contextlib.chdir(folder.root):  # so that sentences name files as they are named here
        return tool.answer(folder, checked) if tool.answer else _verb(name, tool, checked)


def _wrong(tool: Tool, given: Given) -> list[str]:
    known = (*tool.needs, *tool.takes)
    wrong = [f"it needs {name}, {ARGUMENTS[name]['description']}" for name in tool.needs if name not in given]
    for name, value in given.items():
        if name not in known:
            wrong.append(f"it has no argument {name!r}{did_you_mean(name, known) or f'; it takes {", ".join(known)}'}")
            continue
        asked = ARGUMENTS[name]
        kind, types = KINDS[asked["type"]]
        if not isinstance(value, types) or isinstance(value, bool) != (types == (bool,)):
            wrong.append(f"{name} is {kind}, not {value!r}")
        elif value not in asked.get("enum", [value]):
            wrong.append(f"{name} is one of {', '.join(asked['enum'])}, not {value!r}")
    return wrong


def _verb(name: str, tool: Tool, given: Given) -> Answer:
    """Run a verb of the shell; return what it wrote and printed, or raise with what it said when it stopped."""
    from omnimix.cli import DONE, main

    asked = [name, *(given[k] for k in tool.needs)]
    for key in (k for k in tool.takes if k in given):
        option, value = f"--{key.replace('_', '-')}", given[key]
        asked += [option] * value if isinstance(value, bool) else [f"{option}={value}"]
    printed, told = io.StringIO(), io.StringIO()
    with tempfile.TemporaryDirectory() as aside:
        written = Path(aside) / "answer.json"
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(told):
            code = main([*asked, f"--json={written}"])
        remarks = "\n".join(line for line in told.getvalue().splitlines() if not line.endswith(" ..."))
        remarks = remarks.replace("omnimix: ", "")
        if code != DONE:
            raise OmnimixError(remarks)
        rows = json.loads(written.read_text(encoding="utf-8"))
    return Answer(rows, "\n\n".join(part for part in (remarks, printed.getvalue().strip()) if part))


def _list(folder: Folder, _: Given) -> Answer:
    posteriors = [{"file": name, **_about(name)} for name in folder.files(POSTERIOR)]
    return Answer({"posteriors": posteriors, "results": folder.results()})


def _about(name: str) -> dict[str, Any]:
    """Return what a posterior is of, or why it cannot be read."""
    from omnimix.posterior import load

    try:
        posterior = load(name)
    except OmnimixError as problem:
        return {"problem": str(problem)}
    funnel, weeks, seen = posterior.funnel, posterior.scaling.window_weeks, posterior.run.diagnostics
    return {
        "first_week": f"{weeks[0]:%Y-%m-%d}",
        "last_week": f"{weeks[-1]:%Y-%m-%d}",
        "currency": posterior.panel.currency,
        "channels": list(funnel.channel_names),
        "stages": [stage.name for stage in funnel.stages],
        "outcomes": [outcome.name for outcome in funnel.outcomes],
        "usable": seen.usable,
        "complaint": None if seen.usable else seen.complaint,
        "chains": [chain.name for chain in posterior.campaign_chains],
        "budget": posterior.budget is not None,
        "goals": [goal.name for goal in posterior.goals],
    }


def _findings(_: Folder, given: Given) -> Answer:
    from omnimix.checks import check
    from omnimix.page.reliability import told
    from omnimix.posterior import load
    from omnimix.rows.fits import fit_rows
    from omnimix.rows.json_file import plain
    from omnimix.words import Language

    posterior = load(given["posterior"])
    words = Language(given.get("language", LANGUAGES[0]), "report")
    health = check(posterior)
    read = [f for f in health.findings if f.severity != "notes"]
    usable = words.say("not_usable" if not health.usable else "healthy_but" if read else "healthy")
    rows = plain(fit_rows(len(posterior.scaling.window_weeks), posterior, health.findings))
    return Answer(rows, "\n".join(dict.fromkeys([usable, *(told(f, words) for f in read)])))


def _result(folder: Folder, given: Given) -> Answer:
    return Answer(folder.result(given["file"]))


_SAID, _JUDGED = ("language", "allow_unconverged"), ("project", "language", "allow_unconverged")
TOOLS: dict[str, Tool] = {
    "list_posteriors": Tool(
        "List the saved posteriors of the folder (what each is of, whether it can be used) and the results of earlier "
        "work, such as backtests. Begin here.",
        answer=_list,
    ),
    "findings": Tool(
        "Check a posterior: whether its figures can be used, and what to know before using them.",
        ("posterior",),
        ("language",),
        answer=_findings,
    ),
    "effects": Tool(
        "What every channel brought and returned: ROAS, contributions, paths, traffic shares, payback.",
        ("posterior",),
        _SAID,
    ),
    "chains": Tool(
        "Judge chained campaigns on their combined ROAS, and each of their links: scale, keep, fix, test or stop. "
        "Those declared with the fit, or in a project; all channels as one chain where none is.",
        ("posterior",),
        _JUDGED,
    ),
    "budget": Tool(
        "Divide one budget over channels and weeks: the plan beside today's, its gain with odds, and what separate "
        "budgets cost. Takes up to a minute.",
        ("posterior",),
        ("total", "weeks", "phasing", *_JUDGED),
    ),
    "goals": Tool("How likely declared goals are reached, and the cheapest plan.", ("posterior",), _JUDGED),
    "plan": Tool(
        "Value an edited plan workbook: what it brings, what the edit costs, which limits it breaks.",
        ("posterior", "workbook"),
        _SAID,
    ),
    "read_result": Tool("Read a result that a verb wrote with --json, such as a backtest.", ("file",), answer=_result),
}
