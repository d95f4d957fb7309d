"""Pictures of what was judged: a recovery, beliefs about unseen demand, campaigns, the health of a fit, a chain."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from matplotlib.axes import Axes

from omnimix.campaigns import CampaignVerdict
from omnimix.checks import Health
from omnimix.checks.unseen_demand import CONFOUNDING, Sensitivity
from omnimix.colours import INK, OKABE_ITO, PALE, QUIET, channel_colours
from omnimix.errors import OmnimixError
from omnimix.findings import SEVERITIES, Finding
from omnimix.labels import CHANNEL, LOWER, MEDIAN, ROAS, UPPER
from omnimix.plot.canvas import beside, dress, grid_lines, number_axis, rows, sheet, spread
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import plain
from omnimix.plot.variants import chain_called
from omnimix.spec import Chain
from omnimix.truth import Recovery
from omnimix.words import day, finding_name, listing, percent, ratio

ROW = 0.36  # inches
BLUE = OKABE_ITO[3]
TONES = {"blocks": OKABE_ITO[4], "warns": OKABE_ITO[0], "notes": QUIET}
MOST = 25  # rows drawn


@spoken
def recovery(result: Recovery, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the interval of every channel's ROAS with its median, and the truth beside it."""
    table = result.scores
    ax = sheet(ax, width=8.0, height=1.6 + ROW * len(table))
    for k, row in enumerate(table.to_dict("records")):
        held = bool(row["covered"])
        ax.plot([row[LOWER], row[UPPER]], [-k, -k], color=BLUE if held else OKABE_ITO[4], linewidth=2.2)
        ax.plot(row[MEDIAN], -k, marker="o", color=INK, markersize=6)
        ax.plot(row["truth"], -k, marker="D", markerfacecolor="white", markeredgecolor=INK, markersize=7, zorder=4)
        beside(ax, -k, spread(row[MEDIAN], row[LOWER], row[UPPER], ratio))
    rows(ax, [plain(str(n)) for n in table[CHANNEL]])
    number_axis(ax, "x")
    grid_lines(ax, "x")
    inside = int(result.channels["covered"].sum())
    title = say("recovery_title", inside=inside, count=len(result.channels))
    dress(ax, title, say("recovery_under", interval=f"{result.interval:.0%}"))
    return ax


@spoken
def sensitivity(result: Sensitivity, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw net ROAS of every channel under each belief about unseen demand, with the hurdle."""
    table = result.table()
    settings, channels = list(result.draws), list(dict.fromkeys(table[CHANNEL]))
    ax = sheet(ax, width=8.5, height=1.8 + ROW * len(table))
    colours = dict(zip(settings, (INK, *OKABE_ITO), strict=False))
    names: list[str] = []
    for k, row in enumerate(table.to_dict("records")):
        colour = colours[row[CONFOUNDING]]
        ax.plot([row[LOWER], row[UPPER]], [-k, -k], color=colour, linewidth=2.0)
        ax.plot(row[MEDIAN], -k, marker="o", color=colour, markersize=6)
        beside(ax, -k, spread(row[MEDIAN], row[LOWER], row[UPPER], ratio))
        names.append(f"{plain(str(row[CHANNEL]))}, {say(f'belief_{row[CONFOUNDING]}')}")
    rows(ax, names)
    if result.value_unit.is_money:
        ax.axvline(result.hurdle, color=QUIET, linestyle="--", linewidth=1)
    number_axis(ax, "x")
    turned = [plain(c) for c in channels if table.loc[table[CHANNEL] == c, "flips"].any()]
    names_turned = listing(turned, spoken_language())
    title = say("sensitivity_turns", names=names_turned) if turned else say("sensitivity_holds")
    dress(ax, title, say("sensitivity_under", interval=f"{result.interval:.0%}"))
    return ax


@spoken
def campaigns(result: CampaignVerdict, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw every campaign's own tracked ROAS beside that of its chain, with the hurdle.

    Raises :class:`OmnimixError` where no campaign has a tracked ROAS.
    """
    links, chains = result.table(), result.chains().set_index("chain")[ROAS]
    own = pd.to_numeric(links["platform_roas"], errors="coerce")
    if not own.notna().any():
        raise OmnimixError("there is nothing to draw: no campaign in this table has a ROAS of its own.")
    shown = links.assign(own=own, whole=links["chain"].map(chains)).head(MOST)
    ax = sheet(ax, width=8.0, height=1.7 + ROW * len(shown))
    for k, row in enumerate(shown.to_dict("records")):
        if pd.notna(row["own"]) and pd.notna(row["whole"]):
            ax.plot([row["own"], row["whole"]], [-k, -k], color=PALE, linewidth=2.5, zorder=1)
        ax.plot(row["whole"], -k, marker="D", markerfacecolor="white", markeredgecolor=INK, markersize=7)
        ax.plot(row["own"], -k, marker="o", color=OKABE_ITO[4] if row["contradicts"] else BLUE, markersize=7)
    rows(ax, [f"{row['chain']}: {row['campaign']}" for row in shown.to_dict("records")])
    ax.axvline(result.hurdle, color=QUIET, linestyle="--", linewidth=1)
    number_axis(ax, "x")
    misleads = int(links["contradicts"].fillna(value=False).astype(bool).sum())
    dress(ax, say("campaigns_title", count=misleads, all=len(links)), say("campaigns_under"))
    return ax


@spoken
def health(result: Health, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw how many findings of every severity there are, each named."""
    names = [_finding(f) for f in result.findings[:MOST]]
    ax = sheet(ax, width=7.0, height=1.6 + ROW * max(len(names), 1))
    for k, finding in enumerate(result.findings[:MOST]):
        place = SEVERITIES[::-1].index(finding.severity) + 1
        ax.barh(-k, place, color=TONES[finding.severity], height=0.6)
    rows(ax, names or [say("health_nothing")])
    ax.set_xlim(0, len(SEVERITIES))
    ax.set_xticks(range(1, len(SEVERITIES) + 1), [say(f"severity_{name}") for name in SEVERITIES[::-1]])
    dress(ax, say("health_passed" if result.usable else "health_failed"), say("health_under"))
    return ax


def _finding(finding: Finding) -> str:
    """Return the name of a finding and where it was made."""
    name = finding_name(finding, spoken_language())
    where = ", ".join(plain(part) for part in finding.where.split(", ")) if finding.where else ""
    return f"{name} ({where})" if where else name


@spoken
def chain(result: Chain, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the links of a chain: what is asked of each, in shares of what it spent, and how much later it would run."""
    names = list(result.link_names)
    ax = sheet(ax, width=7.0, height=1.6 + ROW * len(names))
    colours = channel_colours(names)
    for k, link in enumerate(result.links):
        ax.barh(-k, link.factor, left=0.0, color=colours[link.name], height=0.6)
        later = say("chain_later", weeks=f"{link.weeks_later:+d}") if link.weeks_later else ""
        beside(ax, -k, say("chain_of_spend", percent=percent(link.factor, spoken_language())) + later)
    rows(ax, [plain(n) for n in names])
    ax.axvline(1.0, color=QUIET, linestyle="--", linewidth=1)
    ax.set_xlim(0, max(1.2, 1.1 * max(link.factor for link in result.links)))
    number_axis(ax, "x")
    hurdle = ratio(result.hurdle, spoken_language())
    title = say("chain_plan", name=chain_called(result.name), count=len(names), hurdle=hurdle)
    dress(ax, title, say("chain_plan_under", when=_when(result)))
    return ax


def _when(result: Chain) -> str:
    ends = [d if isinstance(d, dt.date) else None for d in (result.start, result.end)]
    first, last = (None if d is None else day(d, spoken_language()) for d in ends)
    if first is None and last is None:
        return say("chain_all_weeks")
    if first is not None and last is not None:
        return say("to", low=first, high=last)
    return say("chain_until", day=last) if first is None else say("chain_from", day=first)
