"""Goals under plans: what comes together, beside what was to come."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.budget.plan import PLAN, TODAY
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.plot.canvas import Drawn, as_drawn, dress, grid_lines, number_axis, sheets
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.steering.record import CHEAPEST, PROBABILITY, TARGET, GoalChances
from omnimix.words import exact, percent

NAMES = {TODAY: "goal_today", PLAN: "goal_joint", CHEAPEST: "goal_cheapest"}  # by the names of their words


@spoken
@checked
def goal_chances(
    result: GoalChances, *, goal: str | None = None, language: str = "en", ax: Axes | None = None
) -> Drawn:
    """Draw what comes together for every goal under every plan; the line is the target.

    ``goal`` names one of several. Words and figures are in ``language``, ``en`` or ``nl``.
    """
    table = result.table()
    names = [str(n) for n in dict.fromkeys(table["goal"]) if goal is None or n == goal]
    axes = sheets(ax, len(names), width=8.0, height=2.2, what="goal")
    for name, one in zip(names, axes, strict=True):
        rows = table[table["goal"] == name]
        target = float(rows[TARGET].iloc[0])
        one.axvline(target, color=INK, linewidth=1.0, linestyle="--")
        for place, row in enumerate(rows.to_dict("records")):
            one.plot([row[LOWER], row[UPPER]], [-place, -place], color=OKABE_ITO[3], alpha=0.45, linewidth=5)
            one.plot(row[MEAN], -place, marker="o", color=OKABE_ITO[3], markersize=5)
            one.annotate(
                percent(row[PROBABILITY], spoken_language()), (row[UPPER], -place), (5, 0), textcoords="offset points",
                va="center", fontsize=8.5, color=QUIET,
            )  # fmt: skip
        one.set_yticks([-k for k in range(len(rows))], [say(NAMES[p]) for p in rows["plan"]])
        one.set_ylim(-len(rows) + 0.5, 0.5)
        one.margins(x=0.12)
        one.set_xlabel(say("goal_axis", node=named(str(rows["node"].iloc[0]))))
        number_axis(one, "x")
        grid_lines(one, "x")
        best = rows.iloc[0]
        title = say(
            "goal_title",
            name=name,
            target=exact(target, spoken_language()),
            by=best["by"].date(),
            probability=percent(best[PROBABILITY], spoken_language()),
        )
        dress(one, title, say("goal_under", interval=f"{result.interval:.0%}"))
    return as_drawn(axes)
