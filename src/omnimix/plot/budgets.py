"""A joint plan beside today's: who gets more, who less, and how far the plan could be moved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from omnimix.arguments import checked
from omnimix.budget import BudgetPlan
from omnimix.colours import INK, QUIET, channel_colours
from omnimix.errors import OmnimixError
from omnimix.plot.canvas import TEXT_SIZE, dress, grid_lines, in_lines, number_axis, rows, sheet, spread
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import capital, column, few, key_below, plain, weeks_of
from omnimix.words import amount, day, money, percent

UP = 6.5  # points from the middle of a row to the upper of two lines of text
NOTES_AT = 118.0  # points from the axes to the second column of text
NOTE_WIDTH = 32  # letters
TODAY_COLOUR = "#B4B4B4"
HATCH = "////"
SAME = 1e-6  # of the total: less is no change
SMALL = 0.01  # of the total: less is too small for a title
NO_TEAM = "no_team"  # its words stand with the others
# Where the two bars of a row lie, from its middle, and how high they are.
TODAY_LANE, PLAN_LANE = (0.24, 0.18), (-0.07, 0.40)


@dataclass(frozen=True)
class Entry:
    """A row of the picture: money today and in the plan, and what is written beside it."""

    name: str
    today: float
    plan: float
    colour: str
    share: tuple[float, float, float] | None = None  # the plan's, and the ends of where the best lies
    expected: bool = False
    weeks_beyond: int = 0
    note: str = ""

    @property
    def change(self) -> float:
        """Money the plan gives more."""
        return self.plan - self.today


@spoken
@checked
def plan(result: BudgetPlan, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw today's money of every channel beside the plan's, by team, with the change and where the best share lies.

    Channels that answer to a stage are pale and called expected: the plan does not set them. Channels that run outside
    what the data have seen are hatched and called extrapolated. Pools stand below, as the sum of their members.

    Args:
        result: the result of :func:`omnimix.optimize_budget`.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.

    Raises :class:`OmnimixError` for a plan that spends nothing.
    """
    if not result.total > 0:
        raise OmnimixError("there is nothing to draw: this plan spends nothing.")
    blocks = dict(_blocks(result))
    names = [n for head, block in blocks.items() for n in (*([""] if head else []), *(e.name for e in block))]
    tall = any("\n" in in_lines(n) for n in names)
    ax = sheet(ax, width=9.5, height=2.3 + (0.47 if tall else 0.44) * len(names))
    row = 0
    for head, block in blocks.items():
        if head:
            _head(ax, -row, head, first=row == 0)
            row += 1
        for entry in block:
            _bars(ax, -row, entry, result.total)
            _told(ax, -row, entry, result)
            row += 1
    rows(ax, names)
    entries = [entry for block in blocks.values() for entry in block]
    ends = [e.share[2] * result.total for e in entries if e.share]
    ax.set_xlim(0.0, 1.03 * max([*ends, *(max(e.today, e.plan) for e in entries)]))
    number_axis(ax, "x", most=6)
    grid_lines(ax, "x")
    weeks = weeks_of(len(result.spend))
    ax.set_xlabel(say("plan_axis", currency=result.currency, weeks=weeks))
    key_below(ax, _key(result, entries))
    total = money(result.total, result.currency, spoken_language())
    under = say("plan_under", total=total, weeks=weeks, day=day(result.weeks[0], spoken_language()))
    dress(ax, _sentence(result), under)
    return ax


def _blocks(result: BudgetPlan) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the rows of every team, its money in their heading, then those of pools; without teams, one block."""
    table = BudgetPlan.table(result).set_index("channel")  # by geo, a channel is called with it
    colours = channel_colours(result.channels)
    entries = {
        name: Entry(
            name=name,
            today=float(row["today"]),
            plan=float(row["plan"]),
            colour=colours[name],
            share=(float(row["share"]), float(row["share_lower"]), float(row["share_upper"])),
            expected=bool(row["answers"]),
            weeks_beyond=int(result.extrapolated[name].sum()),
            note=say("pool", pool=plain(row["pool"])) if row["pool"] else "",
        )
        for name, row in ((str(n), r) for n, r in table.iterrows())
    }
    teams = dict.fromkeys(result.teams.get(c, NO_TEAM) for c in result.channels)
    for team in teams:
        members = [entries[c] for c in result.channels if result.teams.get(c, NO_TEAM) == team]
        yield (_money_of(team, members, result) if result.teams else ""), members
    pools = {p: [entries[c] for c in result.channels if result.pools.get(c) == p] for p in _pools(result)}
    if pools:
        yield say("pools"), [_together(name, members) for name, members in pools.items()]


def _pools(result: BudgetPlan) -> list[str]:
    """Return the pools of several channels."""
    owners = [result.pools[c] for c in result.channels if c in result.pools]
    return [p for p in dict.fromkeys(owners) if owners.count(p) > 1]


def _together(name: str, members: Sequence[Entry]) -> Entry:
    today, planned = (sum(getattr(m, part) for m in members) for part in ("today", "plan"))
    return Entry(name, today, planned, QUIET, note=few([m.name for m in members], width=NOTE_WIDTH))


def _money_of(team: str, members: Sequence[Entry], result: BudgetPlan) -> str:
    whole = _together(team, members)
    today, planned = (amount(value, spoken_language()) for value in (whole.today, whole.plan))
    name = say(NO_TEAM) if team == NO_TEAM else plain(team)
    return say("team_money", team=name, today=today, plan=planned, change=_change(whole.change, result))


def _change(change: float, result: BudgetPlan) -> str:
    if abs(change) < SAME * result.total:
        return say("same")
    return say("more" if change > 0 else "less", amount=amount(abs(change), spoken_language()))


def _head(ax: Axes, row: float, text: str, *, first: bool) -> None:
    """Write the heading of a block, under a line that ends the block before."""
    ax.annotate(
        text, (0.0, row), (2, -3), xycoords=ax.get_yaxis_transform(), textcoords="offset points", va="center",
        fontsize=TEXT_SIZE, fontweight="bold", color=INK, zorder=5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )  # fmt: skip
    if not first:
        ax.axhline(row + 0.5, color=QUIET, linewidth=0.6)


def _bars(ax: Axes, row: float, entry: Entry, total: float) -> None:
    """Draw today's bar, the plan's under it, and where its best share lies."""
    place, height = TODAY_LANE
    ax.barh(row + place, entry.today, height=height, color=TODAY_COLOUR, zorder=2)
    place, height = PLAN_LANE
    hatched = entry.weeks_beyond > 0
    ax.barh(
        row + place, entry.plan, height=height, facecolor=_face(entry), edgecolor=_edge(entry),
        hatch=HATCH if hatched else None, linewidth=0.8, linestyle=(0, (3, 2)) if entry.expected else "-", zorder=2,
    )  # fmt: skip
    if entry.share is None:
        return
    for colour, width in (("white", 3.2), (INK, 1.3)):  # a white rim, for it also crosses dark bars
        ax.plot(
            [entry.share[1] * total, entry.share[2] * total], [row + place] * 2, color=colour, linewidth=width,
            solid_capstyle="butt", marker="|", markersize=6, markeredgewidth=width, zorder=4,
        )  # fmt: skip


def _face(entry: Entry) -> str:
    if not entry.expected and entry.weeks_beyond == 0:
        return entry.colour
    lightness = 0.75 if entry.expected else 0.45  # a hatch shows on a paler face
    red, green, blue = (part + (1.0 - part) * lightness for part in to_rgb(entry.colour))
    return to_hex((red, green, blue))


def _edge(entry: Entry) -> str:
    return INK if entry.weeks_beyond and not entry.expected else entry.colour


def _told(ax: Axes, row: float, entry: Entry, result: BudgetPlan) -> None:
    """Write the change, the share with its range, and what is special right of a row."""
    column(ax, row, _change(entry.change, result), up=UP if entry.share else 0.0, bold=True)
    if entry.share is not None:
        column(ax, row, spread(*entry.share, percent), up=-UP, quiet=True)
    notes = [", ".join(part for part in (say("is_expected") if entry.expected else "", entry.note) if part)]
    if entry.weeks_beyond:
        count, weeks = entry.weeks_beyond, len(result.spend)
        notes.append(say("extrapolated" if count == weeks else "extrapolated_in", count=count, weeks=weeks))
    notes = [note for note in notes if note]
    for note, up in zip(notes, (UP, -UP) if len(notes) == 2 else (0.0,), strict=False):
        column(ax, row, note, at=NOTES_AT, up=up, quiet=True)


def _key(result: BudgetPlan, entries: Sequence[Entry]) -> list[Artist]:
    example = QUIET
    pale = Entry("", 0.0, 0.0, example, expected=True)
    beyond = Entry("", 0.0, 0.0, example, weeks_beyond=1)
    span = say("best_share", interval=f"{result.shares.interval:.0%}")
    handles: list[Artist] = [
        Patch(facecolor=TODAY_COLOUR, label=say("today_bar")),
        Patch(facecolor=example, label=say("plan_bar")),
        Line2D([], [], color=INK, linewidth=1.3, marker="|", markersize=6, label=span),
    ]
    if any(e.expected for e in entries):
        label = say("expected_bar")
        handles.append(Patch(facecolor=_face(pale), edgecolor=example, linestyle=(0, (3, 2)), label=label))
    if any(e.weeks_beyond for e in entries):
        label = say("extrapolated_bar")
        handles.append(Patch(facecolor=_face(beyond), edgecolor=_edge(beyond), hatch=HATCH, label=label))
    return handles


def _sentence(result: BudgetPlan) -> str:
    """Return who gets most more and who most less, as a sentence."""
    change = (result.spend.sum() - result.today.sum()).rename(index=str)
    levers = change.drop(list(result.answering), errors="ignore")
    change = change if levers.empty else levers
    if change.abs().max() < SAME * result.total:
        return say("plan_same")
    if change.abs().max() < SMALL * result.total:
        return say("plan_near", most=money(float(change.abs().max()), result.currency, spoken_language()))
    up, down = (str(change.idxmax()), float(change.max())), (str(change.idxmin()), -float(change.min()))
    gained, lost = (money(value, result.currency, spoken_language()) for _, value in (up, down))
    if up[1] < SMALL * result.total:
        return say("gets_less", channel=capital(down[0]), money=lost)
    more = say("gets_more", channel=capital(up[0]), money=gained)
    return more if down[1] < SMALL * result.total else say("gets_both", more=more, channel=plain(down[0]), money=lost)
