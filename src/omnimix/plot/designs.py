"""Tests that could be done next: what their answers are worth beside what they cost."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import OKABE_ITO, QUIET
from omnimix.experiments import TestDesigns
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.words import figure

MOST = 14
WORTH, COST = OKABE_ITO[3], OKABE_ITO[5]


@spoken
@checked
def next_tests(result: TestDesigns, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the tests worth most, each with what its answer is worth and what it is expected to cost.

    Words and figures are in ``language``, ``en`` or ``nl``.
    """
    rows = result.table().head(MOST).iloc[::-1]
    ax = sheet(ax, width=9.0, height=1.4 + 0.36 * len(rows))
    place = range(len(rows))
    ax.barh([p + 0.2 for p in place], rows["evsi"], height=0.36, color=WORTH, label=say("tests_worth"))
    ax.barh([p - 0.2 for p in place], rows["cost"], height=0.36, color=COST, label=say("tests_cost"))
    ax.axvline(0.0, color=QUIET, linewidth=0.8)
    ax.set_yticks(list(place), [result.called(int(k), language) for k in rows.index])
    unit, quarters = result.value_unit, result.quarters
    lasting = figure(quarters, spoken_language(), 0 if float(quarters).is_integer() else 1)
    ax.set_xlabel(say("tests_axis", unit=unit.name(spoken_language()), quarters=lasting))
    number_axis(ax, "x")
    grid_lines(ax, "x")
    legend_beside(ax)
    best = result.rows.iloc[0]
    net = unit.told(float(best["net_value"]), spoken_language())
    title = say("tests_title", test=result.called(0, language), net=net) if best["net_value"] > 0 else say("tests_none")
    dress(ax, title, result.sentence(spoken_language()))
    return ax
