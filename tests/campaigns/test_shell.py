"""`omnimix campaigns`: exit codes, what is printed, and the same as JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from omnimix.cli import main
from tests.campaigns.tables import TWO_STEPS, many


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / "export.csv"
    file.write_text(TWO_STEPS, encoding="utf-8")
    return file


def test_tables_sentences_and_the_warning_are_printed(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["campaigns", str(export)]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert printed.index("not incremental") < printed.index("Chain spring")
    assert "Do not judge guide by its own ROAS" in printed
    assert "From visits to orders" in printed


def test_dutch_is_dutch_throughout(export: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["campaigns", str(export), "--language", "nl"]) == 0
    printed = capsys.readouterr().out
    assert "Lees dit eerst" in printed
    assert "Van bezoeken naar bestellingen" in printed
    assert not [word for word in (" visits", "hurdle", "observed", " the ") if word in printed]


def test_the_json_holds_the_same(tmp_path: Path) -> None:
    file, told = tmp_path / "export.csv", tmp_path / "told.json"
    many().to_csv(file, index=False)
    assert main(["campaigns", str(file), "--json", str(told), "--hurdle", "1.5", "--margin", "0.5"]) == 0
    found = json.loads(told.read_text(encoding="utf-8"))
    assert found["schema"] == 1
    assert "not incremental" in found["warning"]
    assert (found["interval"], found["hurdle"], found["margin"]) == (0.9, 1.5, 0.5)
    chain = found["chains"][0]
    assert {"chain", "spend", "revenue", "roas", "cost_per_lead", "cost_per_order", "links"} <= set(chain)
    link = {"campaign", "step", "spend", "platform_roas", "cost_per_lead", "cost_per_order", "contradicts", "sentence"}
    assert link <= set(chain["links"][0])
    assert {"campaign", "step", "rate", "mean", "lower", "upper"} <= set(found["rates"][0])
    assert found["weakest"]
    assert found["break_even"]
    assert isinstance(found["findings"], list)


def test_nothing_usable_ends_with_one_and_the_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, told = tmp_path / "export.csv", tmp_path / "told.json"
    file.write_text("campaign,spend,clicks,orders\na,-5,10,1\n", encoding="utf-8")
    assert main(["campaigns", str(file), "--json", str(told)]) == 1
    assert "no row can be used" in capsys.readouterr().err
    assert json.loads(told.read_text(encoding="utf-8"))["findings"][0]["severity"] == "blocks"


@pytest.mark.parametrize(
    "more",
    [["--hurdle", "0"], ["--margin", "x"], ["--language", "fr"], ["--hurdel", "1"], ["--json", "nowhere/x.json"]],
)
def test_wrong_usage_ends_with_two(export: Path, more: list[str]) -> None:
    assert main(["campaigns", str(export), *more]) == 2


def test_a_file_that_is_not_there_ends_with_two(tmp_path: Path) -> None:
    assert main(["campaigns", str(tmp_path / "export.csv")]) == 2


def test_a_dutch_export_is_read_as_it_is(tmp_path: Path) -> None:
    file, told = tmp_path / "export.csv", tmp_path / "told.json"
    lines = ["Campagnerapport;;;;;", "Campagne;Stap;Kosten;Bezoeken;Leads;Bestellingen;Omzet"]
    lines += ["gids;1;€ 1.000,50;5.000;600;0;0,00", "aanbod;2;€ 300,00;1.200;;90;€ 3.600,00"]
    file.write_text("\n".join([*lines, "Totaal;;1.300,50;6.200;600;90;3.600,00"]), encoding="cp1252")
    assert main(["campaigns", str(file), "--json", str(told)]) == 0
    found = json.loads(told.read_text(encoding="utf-8"))
    assert found["chains"][0]["spend"] == 1300.5
    assert [(row["row"], row["reason"]) for row in found["left_out"]] == [(5, "totals_row")]


def test_a_workbook_is_read(tmp_path: Path) -> None:
    file = tmp_path / "export.xlsx"
    many(campaigns=2, periods=3).to_excel(file, index=False)
    assert main(["campaigns", str(file)]) == 0


def test_starting_needs_nothing_that_a_fit_needs(export: Path) -> None:
    heavy = ("pymc", "pytensor", "nutpie", "arviz", "numba", "xarray", "matplotlib")
    code = "import sys; from omnimix.cli import main; main(sys.argv[1:]); "
    code += f"sys.exit(any(m in sys.modules for m in {heavy!r}))"
    done = subprocess.run([sys.executable, "-c", code, "campaigns", str(export)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_long_table_is_cut_on_the_screen_and_whole_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "export.csv"
    many(campaigns=80, periods=1).to_csv(file, index=False)
    assert main(["campaigns", str(file)]) == 0
    assert "more; --json FILE has them all" in capsys.readouterr().out
