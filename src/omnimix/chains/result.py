"""The verdict on a chain: figures, judgements and sentences, ready to be read, drawn or written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix import notebook, words
from omnimix.chains.coalitions import Coalitions
from omnimix.chains.link_rule import LinkRule, link_rule, no_rule, own_gains
from omnimix.chains.narrative import told
from omnimix.chains.verdict import Judgement, Losses, PricedTests, Returns, Worth, best_worth, judge, not_judged
from omnimix.effects import Figures
from omnimix.labels import DRAW, INTERVAL, LINK, LOWER, MEAN, MEASURE, MEDIAN, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.spec import Chain

WHOLE = "whole chain"
SUMMARY = (MEAN, MEDIAN, LOWER, UPPER)
OF_A_LINK = ("roas", "roas_marginal", "roas_half")  # what it is judged by
OF_A_CHAIN = ("net", "marginal", "half")
_ENDS = {LOWER: words.ratio, UPPER: words.ratio}


@dataclass(frozen=True, repr=False)
class ChainVerdict(words.Counted):
    """What a chain earned together, what each link was to that, and what to do with each.

    Attributes:
        chain: what was asked.
        weeks: the chain's weeks.
        currency: of all money.
        channels: all channels of the funnel, in its order.
        outcomes: names of the outcomes whose value counts.
        spend: money spent on every link.
        later: by link, the links that come after it.
        returns: combined ROAS by ``basis``: ``net`` of induced spend (the one that counts), ``gross``, ``frozen``
            (answering channels held at what they spent), ``marginal`` (of the next money, spread over the links
            as the money was) and ``half`` (of half the spend).
        value: money brought to every outcome.
        totals: ``value``, ``cost`` (induced spend included), ``profit`` (value less the hurdle times cost) and
            ``synergy`` (value beyond the sum of what links bring standing alone), in money.
        links: by ``measure`` and link: ``roas`` (incremental: what the link adds to all others), ``roas_direct`` (had
            later links not existed), ``roas_standalone`` (had only this link run), ``roas_marginal`` (marginal),
            ``roas_half`` (of half its spend), ``roas_shapley``; and in money ``value`` (incremental), ``value_direct``,
            ``value_standalone``, ``passed_on`` (value it has only through later links), ``shapley_value`` and
            ``shapley_cost`` (shares that add up to the value and cost of the chain), ``cost`` and ``induced_spend``.
        payback: value less cost so far, by weeks since the chain's first.
        judgement: the verdict on the whole chain.
        judgements: by link, the verdict on it.
        link_rule: what judging every link by its own figures would decide, and cost.
        coalitions: every set of links with what it brings and costs.
        losses: what verdicts cost where something else is true.
        tests: by channel, what its best test would be worth and cost; ``None`` where no tests were designed. Verdicts
            ask for no test that is not worth its cost then.
        extrapolated: channels that would run in some week more than they ever did.
        unvalued: outcomes without a value in money. Then all value is in units and returns are units for one unit of
            money; what holds value against money (verdicts, profit, payback, the rule that judges link by link) is not
            known, whatever the hurdle. A hurdle in units for money is the same as a value of ``1 / hurdle``.
        made_from: fingerprint of the funnel and data it was made of; empty where that is not known.
    """

    chain: Chain
    weeks: pd.DatetimeIndex
    currency: str
    channels: tuple[str, ...]
    outcomes: tuple[str, ...]
    spend: Mapping[str, float]
    later: Mapping[str, tuple[str, ...]]
    returns: Figures
    value: Figures
    totals: Figures
    links: Figures
    payback: Figures
    judgement: Judgement
    judgements: Mapping[str, Judgement]
    link_rule: LinkRule
    coalitions: Coalitions
    losses: Losses
    extrapolated: tuple[str, ...] = ()
    unvalued: tuple[str, ...] = ()
    tests: Mapping[str, Worth] | None = None
    made_from: str = ""

    @property
    def verdict(self) -> str | None:
        """The verdict on the whole chain: scale, keep, fix, test or stop; ``None`` where there is nothing to judge."""
        return self.judgement.verdict

    @property
    def probability_above_hurdle(self) -> float:
        """Probability that combined ROAS, net of induced spend, reaches the hurdle."""
        return self.judgement.above_hurdle

    @property
    def runs(self) -> tuple[str, ...]:
        """The links to run, decided together: the set that is expected to earn most beyond the hurdle.

        Verdicts judge one link at a time, all others running. Of links that replace each other each may be told to
        stop; together one of them stays.
        """
        return self.link_rule.best

    def at(self, hurdle: float) -> ChainVerdict:
        """Return the verdict against another hurdle; figures stay, judgements are made anew.

        Raises :class:`OmnimixError` where outcomes have no value in money.
        """
        self.value_unit.require_money("a verdict against a hurdle")
        return self._judged_by(replace(self.chain, hurdle=hurdle), self.tests)

    def priced(self, tests: PricedTests) -> ChainVerdict:
        """Return the verdict knowing what tests are worth and cost; figures stay, judgements are made anew."""
        return self._judged_by(self.chain, tests.worth)

    def _judged_by(self, chain: Chain, tests: Mapping[str, Worth] | None) -> ChainVerdict:
        parts = judged(
            chain,
            self.coalitions,
            self.later,
            self.returns,
            self.links,
            self.losses,
            tests,
            is_money=self.value_unit.is_money,
        )
        return replace(self, chain=chain, tests=tests, **parts)

    def draws(self, measure: str, link: str) -> Array:
        """Return a figure of a link, one a draw."""
        return self.links.draws.sel({MEASURE: measure, LINK: link}).to_numpy()

    def table(self, interval: float | None = None) -> pd.DataFrame:
        """Return one row a link and one of the whole chain: verdict, ROAS with its interval, and what leads to it.

        ``mean``, ``median``, ``lower`` and ``upper`` are of ROAS, net of induced spend: of a link what it adds to all
        others, of the chain the combined one. Every other ROAS is a median, money is a mean.
        """
        mass = interval or self.returns.interval
        returns = self.returns.table(mass).set_index("basis")
        figures = self.links.table(mass).set_index([LINK, MEASURE])
        totals = self.totals.draws.mean(DRAW).to_series()
        spent = sum(self.spend.values())
        rows = [self._row(n, pd.DataFrame(figures.loc[n]), totals["value"]) for n in self.spend]
        rows.append(
            {
                LINK: WHOLE,
                **_judged(self.judgement),
                SPEND: spent,
                "induced_spend": totals["cost"] - spent,
                **{part: returns.loc["net", part] for part in SUMMARY},
                "roas_marginal": returns.loc["marginal", self.returns.told],
                "shapley_value": totals["value"],
                "shapley_share": 1.0,
                "contradicts_link_rule": False,
            }
        )
        return pd.DataFrame(rows).assign(interval=mass)

    def _row(self, link: str, figures: pd.DataFrame, whole: float) -> dict[str, object]:
        """Return the row of one link; ``figures`` summarise its measures."""
        told = {str(m): float(row[words.told(str(m))]) for m, row in figures.iterrows()}
        return {
            LINK: link,
            **_judged(self.judgements[link]),
            SPEND: self.spend[link],
            "induced_spend": told["induced_spend"],
            **{part: figures.loc["roas", part] for part in SUMMARY},
            **{m: told[m] for m in ("roas_direct", "roas_standalone", "roas_marginal", "passed_on", "shapley_value")},
            "shapley_share": told["shapley_value"] / whole,
            "probability_link_rule_wrong": self.link_rule.wrong[link],
            "contradicts_link_rule": self.link_rule.contradicts(link),
        }

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what to do and why in plain words: of every link, and of the whole chain last.

        ``language`` is ``en`` or ``nl``. Raises :class:`OmnimixError` for another.
        """
        return told(self, language, whole=WHOLE)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw every link's own ROAS beside the combined one; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        columns = ["verdict", "probability", SPEND, "roas_direct", self.returns.told, LOWER, UPPER]
        table = self.table().fillna({"verdict": words.NOTHING})
        shown = notebook.text(table[[LINK, *columns]].rename(columns={self.returns.told: "roas"}), _ENDS)
        head = f"chain {self.chain.name}: {self.verdict or words.NOTHING}"
        lines = [f"{head}, {self.returns.told} ROAS, {words.percent(self.returns.interval)} interval", shown]
        return "\n".join([*lines, *self.sentences().values()])

    def _repr_html_(self) -> str:
        columns = [LINK, "verdict", "probability", SPEND, "roas_direct", self.returns.told, LOWER, UPPER, INTERVAL]
        shown = self.table()[columns].rename(columns={self.returns.told: "roas"})
        unit = self.value_unit
        hurdle = f", hurdle {words.ratio(self.chain.hurdle)}" if unit.is_money else ""
        returns = "ROAS" if unit.is_money else f"ROAS ({unit.per_money()})"
        weeks = f"{len(self.weeks)} weeks {self.weeks[0]:%Y-%m-%d} to {self.weeks[-1]:%Y-%m-%d}"
        return notebook.card(
            f"Chain {self.chain.name}",
            notebook.table(shown, _ENDS),
            notebook.lines(self.sentences().values()),
            verdict=self.verdict or "",
            under=f"{weeks}{hurdle}; {self.returns.told} {returns} net of induced spend, of links beyond the rest",
        )


def judged(
    chain: Chain,
    coalitions: Coalitions,
    later: Mapping[str, tuple[str, ...]],
    returns: Figures,
    links: Figures,
    losses: Losses,
    tests: Mapping[str, Worth] | None = None,
    *,
    is_money: bool = True,
) -> dict[str, Any]:
    """Hold the figures of a chain against its hurdle; return the parts of a verdict that depend on it.

    Value that is no money cannot be held against it: nothing is judged then.
    """
    hurdle = chain.hurdle
    totals = Figures("chain", _totals(coalitions, hurdle if is_money else np.nan), "money", returns.interval)
    if not is_money:
        nothing = dict.fromkeys(coalitions.links, not_judged())
        return {
            "judgement": not_judged(),
            "judgements": nothing,
            "link_rule": no_rule(coalitions),
            "totals": replace(totals, unit="value and synergy in units, cost in money"),
        }
    by_link = {
        n: Returns(*(links.draws.sel({LINK: n, MEASURE: m}).to_numpy() for m in OF_A_LINK)) for n in coalitions.links
    }
    rule = link_rule(coalitions, own_gains(coalitions, later), hurdle)
    net, marginal, half = (returns.draws.sel(basis=b).to_numpy() for b in OF_A_CHAIN)
    whole = Returns(net, marginal, np.fmax(half, _best_part(coalitions, rule.best)))
    members = {n: chain.link(n).channels for n in by_link}
    return {
        "judgement": judge(whole, hurdle, losses, best_worth([c for m in members.values() for c in m], tests)),
        "judgements": {n: judge(r, hurdle, losses, best_worth(members[n], tests)) for n, r in by_link.items()},
        "link_rule": rule,
        "totals": totals,
    }


def _best_part(coalitions: Coalitions, best: tuple[str, ...]) -> Array:
    """Return the ROAS of the best links alone: a chain of which a part earns its money is to be fixed, not stopped."""
    value, cost = (x[coalitions.number(best)] for x in (coalitions.value, coalitions.cost))
    return np.asarray(np.divide(value, cost, out=np.full(value.shape, np.nan), where=cost > 0))


def _totals(coalitions: Coalitions, hurdle: float) -> xr.DataArray:
    alone = sum((coalitions.gain(n, ())[0] for n in coalitions.links), np.zeros(coalitions.value.shape[1]))
    parts = {
        "value": coalitions.value[-1],
        "cost": coalitions.cost[-1],
        "profit": coalitions.profit(hurdle)[-1],
        "synergy": coalitions.value[-1] - alone,
    }
    return xr.DataArray(np.stack(list(parts.values()), axis=1), coords={MEASURE: list(parts)}, dims=(DRAW, MEASURE))


def _judged(judgement: Judgement) -> dict[str, object]:
    return {
        "verdict": judgement.verdict,
        "probability": judgement.probability,
        "probability_above_hurdle": judgement.above_hurdle,
    }
