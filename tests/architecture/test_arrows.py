"""Who may import whom. ARCHITECTURE.md draws the same arrows for people."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import omnimix
from tests.architecture.sources import FRONT_DOOR, ORDER, PACKAGE, Import, files, imports, room_of, rooms

# Every number after sampling is computed without the sampling libraries.
WITHOUT_MODEL = {
    "effects",
    "flows",
    "lasting",
    "frequency",
    "chains",
    "budget",
    "workbook",
    "plot",
    "page",
    "rows",
    "truth",
}
# What a posterior knows reaches a spreadsheet in a plan.
WITHOUT_POSTERIOR = {"workbook"}
# Pictures are asked for from the outside, or by a record through a door below.
MAY_PLOT = {"cli"}

# The declared exceptions, each inside one function that a user calls by name.
DOORS = {
    ("posterior/posterior.py::Posterior.model", "model"),
    ("model/sampling.py::fit", "experiments"),
    ("effects/figures.py::Figures.plot", "plot"),
    ("effects/contributions.py::Contributions.plot", "plot"),
    ("effects/roas.py::ResponseCurves.plot", "plot"),
    ("comparison/compare.py::Comparison.plot", "plot"),
    ("chains/result.py::ChainVerdict.plot", "plot"),
    ("chains/compare.py::ChainComparison.plot", "plot"),
    ("budget/plan.py::BudgetPlan.plot", "plot"),
    ("budget/plan.py::BudgetPlan.to_excel", "workbook"),
    ("budget/levels.py::BudgetLevels.plot", "plot"),
    ("budget/costs.py::SiloCost.plot", "plot"),
    ("budget/costs.py::PoolSplit.plot", "plot"),
    ("budget/costs.py::PlansCompared.plot", "plot"),
    ("backtests/record.py::Backtest.plot", "plot"),
    ("maturity/record.py::Readiness.plot", "plot"),
    ("tracking/_customers.py::Customers.plot", "plot"),
    ("attribution/record.py::Journeys.plot", "plot"),
    ("triangulation/record.py::Witnesses.plot", "plot"),
    ("experiments/designs.py::TestDesigns.plot", "plot"),
    ("experiments/schedule.py::TeachingSchedule.plot", "plot"),
    ("geo_tests/result.py::GeoTest.plot", "plot"),
    ("promises/record.py::Tracking.plot", "plot"),
    ("lasting/record.py::LongRun.plot", "plot"),
    ("frequency/record.py::BestFrequency.plot", "plot"),
    ("refits/record.py::FitsCompared.plot", "plot"),
    ("steering/record.py::GoalChances.plot", "plot"),
    ("steering/tree.py::KpiTree.plot", "plot"),
    ("truth/_recover.py::Recovery.plot", "plot"),
    ("checks/unseen_demand.py::Sensitivity.plot", "plot"),
    ("checks/health.py::Health.plot", "plot"),
    ("campaigns/record.py::CampaignVerdict.plot", "plot"),
    ("spec/chain.py::Chain.plot", "plot"),
}

ARROWS = [arrow for file in files() for arrow in imports(file) if room_of(file) != FRONT_DOOR]


def refusal(arrow: Import) -> str | None:
    """Why an import is not allowed, or None."""
    if (arrow.place, arrow.imported) in DOORS:
        return None
    rules = {
        "a room imports from the room that owns the name, not from the front door": arrow.imported == FRONT_DOOR,
        "this room must work with PyMC absent": arrow.imported == "model" and arrow.importer in WITHOUT_MODEL,
        "this room must work without a posterior": arrow.imported in {"posterior", "effects"}
        and arrow.importer in WITHOUT_POSTERIOR,
        "only cli imports plot": arrow.imported == "plot" and arrow.importer not in MAY_PLOT,
        "chains and budget do not know each other": {arrow.importer, arrow.imported} == {"chains", "budget"},
        "it is further down the order of rooms": place(arrow.imported) > place(arrow.importer),
    }
    return next((why for why, broken in rules.items() if broken), None)


def place(room: str) -> int:
    """Return a room's place in the order; a room without one can be imported by nobody."""
    return ORDER.index(room) if room in ORDER else len(ORDER)


def test_every_room_has_its_place_in_the_order() -> None:
    assert rooms() <= set(ORDER)


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_room_imports_only_from_rooms_above_it(room: str) -> None:
    wrong = [f"{arrow}: {why}" for arrow in ARROWS if arrow.importer == room and (why := refusal(arrow))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("door", sorted(DOORS))
def test_a_declared_door_is_in_use_exactly_once(door: tuple[str, str]) -> None:
    assert sum((arrow.place, arrow.imported) == door for arrow in ARROWS) == 1


def test_only_the_model_room_names_the_sampling_libraries() -> None:
    heavy = {"pymc", "pytensor", "nutpie"}
    found = set()
    for file in files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            if heavy & {n.split(".")[0] for n in names}:
                found.add(room_of(file))
    assert found <= {"model"}


def test_the_reader_of_imports_sees_every_form(tmp_path: Path) -> None:
    package = tmp_path / "omnimix"
    (package / "effects").mkdir(parents=True)
    file = package / "effects" / "figures.py"
    file.write_text(
        "from typing import TYPE_CHECKING\n"
        "import omnimix.curves\n"
        "from omnimix import labels\n"
        "from ..spec import Funnel\n"
        "from . import plan\n"
        "if TYPE_CHECKING:\n"
        "    from omnimix.model.graph import build_model\n"
        "class Figures:\n"
        "    def plot(self):\n"
        "        import omnimix.plot as p\n"
    )
    seen = [(i.imported, i.place) for i in imports(file, package)]
    assert seen == [
        ("curves", "effects/figures.py"),
        ("labels", "effects/figures.py"),
        ("spec", "effects/figures.py"),
        ("model", "effects/figures.py"),
        ("plot", "effects/figures.py::Figures.plot"),
    ]
    assert [refusal(i) is None for i in imports(file, package)] == [True, True, True, False, True]


def test_the_tests_look_at_the_package_that_is_imported() -> None:
    assert Path(omnimix.__file__).parent == PACKAGE
