"""`omnimix mcp`: what an assistant may ask of one folder, what it is told, and what it is refused."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters
from mcp.types import CallToolResult

import omnimix as om
from omnimix.cli import main
from omnimix.cli.assistant_folder import RESULTS, Folder, kind_of
from omnimix.cli.assistant_server import server
from omnimix.cli.assistant_tools import ARGUMENTS, TOOLS, call
from omnimix.errors import OmnimixError
from tests.chains.conftest import spring
from tests.fits import converged

BACKTEST = {"schema": 1, "folds": [], "overall": {"wape": 0.1}, "sentences": {}}


@pytest.fixture(scope="module")
def folder(funnel_posterior: om.Posterior, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A folder with a posterior, one below it, a backtest, a secret, and one link to a posterior outside."""
    outside = tmp_path_factory.mktemp("elsewhere")
    root = tmp_path_factory.mktemp("served")
    kept = replace(converged(funnel_posterior), campaign_chains=(spring(),))
    kept.save(outside / "theirs.nc")
    kept.save(root / "posterior.nc")
    (root / "last year").mkdir()
    bad = replace(kept.run.diagnostics, rhat_max=1.5)
    replace(kept, run=replace(kept.run, diagnostics=bad)).save(root / "last year" / "old.nc")
    (root / "broken.nc").write_text("no posterior")
    (root / "backtest.json").write_text(json.dumps(BACKTEST))
    (root / "secret.json").write_text('{"password": "tulip"}')
    (root / "link.nc").symlink_to(outside / "theirs.nc")
    (root / "shelf").symlink_to(outside)
    (root / "again.nc").symlink_to(root / "posterior.nc")
    return Folder(root.resolve())


def asked(client: Client, name: str, **given: Any) -> Awaitable[CallToolResult]:
    return client.call_tool(name, given)


def speak(where: Any, talk: Callable[[Client], Awaitable[None]]) -> None:
    async def whole() -> None:
        async with Client(where, read_timeout_seconds=120) as client:
            await talk(client)

    asyncio.run(whole())


def texts(result: CallToolResult) -> list[str]:
    return [part.text for part in result.content if part.type == "text"]


def test_an_assistant_speaks_with_the_verb_over_stdio(folder: Folder) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONWARNINGS"}
    verb = StdioServerParameters(
        command=sys.executable, args=["-m", "omnimix", "mcp", str(folder.root)], env=environment
    )

    async def talk(client: Client) -> None:
        assert {tool.name for tool in (await client.list_tools()).tools} == set(TOOLS)
        there = (await asked(client, "list_posteriors")).structured_content
        assert [p["file"] for p in there["posteriors"]] == ["again.nc", "broken.nc", "last year/old.nc", "posterior.nc"]
        assert there["results"] == [{"file": "backtest.json", "verb": "backtest"}]
        found = await asked(client, "effects", posterior="posterior.nc")
        assert not found.is_error
        assert json.loads(texts(found)[-1]) == found.structured_content
        refused = await asked(client, "effects", posterior="../theirs.nc")
        assert refused.is_error
        assert "not in the folder" in texts(refused)[0]

    speak(verb, talk)


def test_the_tools_say_that_they_only_read_and_what_they_take(folder: Folder) -> None:
    async def talk(client: Client) -> None:
        for tool in (await client.list_tools()).tools:
            assert tool.annotations is not None
            assert tool.annotations.read_only_hint
            assert set(tool.input_schema["properties"]) <= set(ARGUMENTS)
            assert tool.description

    speak(server(folder), talk)


def test_no_answer_carries_a_traceback_and_the_server_stays_up(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("inside")

    monkeypatch.setitem(TOOLS, "goals", replace(TOOLS["goals"], answer=fails))

    async def talk(client: Client) -> None:
        for name, given in (("goals", {"posterior": "posterior.nc"}), ("effects", {}), ("efects", {})):
            refused = await asked(client, name, **given)
            assert refused.is_error
            assert "Traceback" not in texts(refused)[0]
        assert not (await asked(client, "list_posteriors")).is_error

    speak(server(folder), talk)
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["effects", "chains"])
def test_a_tool_tells_what_the_verb_writes_and_prints(
    folder: Folder, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = call(folder, verb, {"posterior": "posterior.nc"})
    target = tmp_path / "told.json"
    assert main([verb, str(folder.root / "posterior.nc"), "--json", str(target)]) == 0
    assert answer.rows == json.loads(target.read_text(encoding="utf-8"))
    assert answer.said == capsys.readouterr().out.strip()


def test_sentences_come_in_the_language_that_is_asked(folder: Folder) -> None:
    said = {
        language: call(folder, "findings", {"posterior": "last year/old.nc", "language": language}).said
        for language in ("en", "nl")
    }
    assert said["en"] != said["nl"]
    assert " de " in said["nl"]
    dutch = call(folder, "chains", {"posterior": "posterior.nc", "language": "nl"}).rows["chains"][0]["sentence"]
    assert "Oordeel" in dutch


def test_findings_are_those_of_the_check(folder: Folder) -> None:
    told = call(folder, "findings", {"posterior": "posterior.nc"}).rows
    assert [f["name"] for f in told["findings"]] == [
        f.name for f in om.check(om.load(folder.root / "posterior.nc")).findings
    ]
    assert told["weeks"] == 90


def test_figures_of_a_fit_that_did_not_converge_are_refused_unless_wanted(folder: Folder) -> None:
    posterior = {"posterior": "last year/old.nc"}
    with pytest.raises(OmnimixError, match="not usable"):
        call(folder, "effects", posterior)
    assert call(folder, "effects", {**posterior, "allow_unconverged": True}).rows["roas"]


@pytest.mark.parametrize(
    "name",
    ["../theirs.nc", "link.nc", "shelf/theirs.nc", "last year/../posterior.nc", "~/posterior.nc", "", "a\0b.nc",
     "C:\\posterior.nc", "\\\\host\\share\\posterior.nc", "..\\theirs.nc"],
)  # fmt: skip
def test_what_lies_outside_the_folder_is_refused_with_a_sentence(folder: Folder, name: str) -> None:
    with pytest.raises(OmnimixError, match="is not in the folder that may be read"):
        call(folder, "effects", {"posterior": name})


def test_an_absolute_path_is_refused_even_to_a_file_of_the_folder(folder: Folder) -> None:
    for place in (folder.root / "posterior.nc", Path("/etc/passwd")):
        with pytest.raises(OmnimixError, match="is not in the folder"):
            call(folder, "effects", {"posterior": str(place)})


def test_a_link_within_the_folder_is_followed(folder: Folder) -> None:
    assert folder.file("again.nc", ".nc") == Path("posterior.nc")


@pytest.mark.parametrize(
    ("name", "reason"),
    [("posterior.nc", "is no .json file"), ("secret.json", "no result of omnimix"), ("none.json", "there is no file")],
)
def test_only_results_of_omnimix_are_read_back(folder: Folder, name: str, reason: str) -> None:
    with pytest.raises(OmnimixError, match=reason) as refused:
        call(folder, "read_result", {"file": name})
    assert "tulip" not in str(refused.value)


def test_a_result_comes_back_as_it_was_written(folder: Folder) -> None:
    assert call(folder, "read_result", {"file": "backtest.json"}).rows == BACKTEST


def test_every_argument_that_is_wrong_is_told_at_once(folder: Folder) -> None:
    with pytest.raises(OmnimixError) as refused:
        call(folder, "budget", {"totl": 5, "weeks": 2.5, "language": "de", "allow_unconverged": 1, "total": True})
    for part in (
        "needs posterior",
        "did you mean",
        "weeks is a whole",
        "one of en, nl",
        "is true or false",
        "total is a",
    ):
        assert part in str(refused.value)


def test_values_that_the_verb_refuses_are_told_as_the_verb_tells_them(folder: Folder) -> None:
    with pytest.raises(OmnimixError, match="a number above 0"):
        call(folder, "budget", {"posterior": "posterior.nc", "total": -5})
    with pytest.raises(OmnimixError, match="no goal is declared"):
        call(folder, "goals", {"posterior": "posterior.nc"})


def test_a_file_that_is_no_posterior_is_listed_with_the_reason(folder: Folder) -> None:
    listed = {p["file"]: p for p in call(folder, "list_posteriors", {}).rows["posteriors"]}
    assert "no omnimix posterior" in listed["broken.nc"]["problem"]
    assert str(folder.root) not in listed["broken.nc"]["problem"]
    assert listed["posterior.nc"]["chains"] == ["spring"]
    assert listed["posterior.nc"]["outcomes"] == ["online", "store"]


def test_asking_leaves_the_folder_as_it_was(folder: Folder) -> None:
    before = {p: p.stat().st_mtime_ns for p in folder.root.rglob("*")}
    call(folder, "effects", {"posterior": "posterior.nc"})
    assert {p: p.stat().st_mtime_ns for p in folder.root.rglob("*")} == before


def test_every_kind_of_result_is_told_apart() -> None:
    for kind, keys in RESULTS.items():
        assert kind_of(dict.fromkeys(keys)) == kind


def test_a_folder_that_is_not_there_and_a_missing_extra_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mcp", str(tmp_path / "none")]) == 2
    assert "there is no folder" in capsys.readouterr().err
    monkeypatch.delitem(sys.modules, "omnimix.cli.assistant_server")
    monkeypatch.setitem(sys.modules, "mcp", None)
    assert main(["mcp", str(tmp_path)]) == 2
    assert "pip install 'omnimix[mcp]'" in capsys.readouterr().err
