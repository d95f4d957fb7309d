"""A test laid on the calendar of a posterior: its two arms as plans, and what the model expects to lie between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.chains.layout import lay_out
from omnimix.effects.engine import Engine, at_once
from omnimix.effects.plan import ONE_WEEK, Plan, buy_exposure, data_window, history, with_money, within
from omnimix.effects.respond import PlanOutcome, answer, values
from omnimix.errors import SpecError, did_you_mean
from omnimix.labels import CHANNEL, NODE, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Experiment, Names, told_together

ONE_DAY = pd.Timedelta(days=1)
RECENT = 13  # weeks of which the mean is the usual spend of weeks after the data


@dataclass(frozen=True)
class Arms:
    """The two arms of a test.

    Attributes:
        usual: the plan with the usual spend.
        tested: the plan with the spend times the scale of the test.
        weeks: the weeks in which the effect is counted, those of the test and its tail.
        spent: money by which the arms differ in the channels that the test set, the arm with more less the other.
        set_by_test: those channels; all others may answer.
    """

    experiment: Experiment
    usual: Plan
    tested: Plan
    weeks: pd.DatetimeIndex
    spent: float
    set_by_test: tuple[str, ...]

    @property
    def ordered(self) -> tuple[Plan, Plan]:
        """The arm with more spend and the arm with less."""
        more = (self.experiment.scale or 0.0) > 1
        return (self.tested, self.usual) if more else (self.usual, self.tested)


def predicted(posterior: Posterior, experiments: Sequence[Experiment]) -> Array:
    """Return what a posterior expects every test to find, in its own metric, shape (draws, experiments).

    It is the difference of two runs of the funnel, as in :func:`omnimix.roas` and :func:`omnimix.contributions`: with
    the usual spend and with that of the test, carryover, saturation, stages and answering channels included.

    Raises :class:`SpecError` for tests that cannot be laid on the calendar, with everything wrong at once.
    """
    sums = np.zeros((2, posterior.size, len(experiments)))
    for part, own in _by_geo(posterior, experiments):
        tests = [replace(experiments[k], geos=None) for k in own] if part is not posterior else list(experiments)
        sums[:, :, own] += _found(part, lay_out_all(part, tests))
    counted = np.array([e.metric == "increment" for e in experiments])
    return np.asarray(sums[0] / np.where(counted, 1.0, sums[1]))


def _by_geo(posterior: Posterior, experiments: Sequence[Experiment]) -> Iterator[tuple[Posterior, list[int]]]:
    """Give every geo of a fit by geo with the tests that were done there; all tests of a national fit at once."""
    geos = tuple(str(g) for g in getattr(posterior, "geos", ()))
    if not geos:
        yield posterior, list(range(len(experiments)))
        return
    wrong = [
        f"experiment {e.name!r}: {g!r} is no geo{did_you_mean(g, geos)}"
        for e in experiments
        for g in e.geos or ()
        if g not in geos
    ]
    wrong += [
        f"experiment {e.name!r}: `spend` is of one geo; where a test was done in several, leave it to the table"
        for e in experiments
        if e.spend is not None and len(e.geos or geos) > 1
    ]
    if wrong:
        raise SpecError("\n".join(wrong))
    for geo in geos:
        own = [k for k, e in enumerate(experiments) if e.geos is None or geo in e.geos]
        if own:
            yield posterior.of(geo), own  # type: ignore[attr-defined]


def lay_out_all(posterior: Posterior, experiments: Sequence[Experiment]) -> list[Arms]:
    """Lay tests on the calendar. Raises :class:`SpecError` with everything wrong at once."""
    wrong = [f"experiment {e.name!r}: {told_together(w)}" for e in experiments if (w := [*_unknown(posterior, e)])]
    names = [e.name for e in experiments]
    wrong += [f"two experiments are called {n!r}." for n in sorted({n for n in names if names.count(n) > 1})]
    if not wrong:
        laid = [_laid(posterior, e) for e in experiments]
        wrong = [f"experiment {a.experiment.name!r}: {_nothing(a)}" for a in laid if a.spent <= 0 and a.set_by_test]
    if wrong:
        raise SpecError("\n".join(wrong))
    return laid


def _found(posterior: Posterior, laid: Sequence[Arms]) -> Array:
    """Return what tests find and what that is told over, each a sum over weeks, shape (2, draws, tests)."""
    found = np.ones((2, posterior.size, len(laid)))
    engines: dict[int, Engine] = {}
    for k, arms in enumerate(laid):
        index = pd.DatetimeIndex(arms.usual.spend.index)
        if len(index) not in engines:  # one for all tests on one timeline; it holds what was carried out
            engines[len(index)] = Engine(posterior, index)
        found[:, :, k] = _sums(posterior, engines[len(index)], arms)
    return found


def _sums(posterior: Posterior, engine: Engine, arms: Arms) -> tuple[Array, Array]:
    more, less = at_once(lambda plan: answer(engine, plan, arms.weeks), arms.ordered)
    one = arms.experiment
    if one.metric == "roas":
        outcomes = [o.name for o in posterior.funnel.outcomes] if one.outcome is None else [one.outcome]
        worth = values(posterior).sel({NODE: outcomes})
        brought = ((more.nodes - less.nodes).sel({NODE: outcomes}) * worth).sum([NODE, WEEK]).to_numpy()
        return brought, arms.spent + _induced(more, less, arms.set_by_test)
    usual = (less if (one.scale or 0.0) > 1 else more).nodes.sel({NODE: str(one.outcome)}).sum(WEEK).to_numpy()
    return (more.nodes - less.nodes).sel({NODE: str(one.outcome)}).sum(WEEK).to_numpy(), usual


def _induced(more: PlanOutcome, less: PlanOutcome, fixed: Sequence[str]) -> Array:
    """Return what the arm with more makes channels spend that answer and were not set by the test."""
    outside = [c for c in more.spend[CHANNEL].to_numpy() if c not in fixed]
    return np.asarray((more.spend - less.spend).sel({CHANNEL: outside}).sum([CHANNEL, WEEK]).to_numpy())


def _laid(posterior: Posterior, one: Experiment) -> Arms:
    return _laid_chain(posterior, one) if one.chain is not None else _laid_channels(posterior, one)


def _laid_channels(posterior: Posterior, one: Experiment) -> Arms:
    plan, cover, first, count = _timeline(posterior, one)
    usual = _at_usual_spend(posterior, plan, one, cover)
    factor = 1.0 + (float(one.scale or 0.0) - 1.0) * cover
    spend = {c: usual.spend_by_channel[c] * factor for c in one.channels}
    exposure = {c: usual.exposure_by_channel[c] * factor for c in one.channels}
    tested = replace(with_money(usual, spend, exposure, {}), answering=usual.answering - set(one.channels))
    moved = sum(float((usual.spend_by_channel[c] - spend[c]).sum()) for c in one.channels)
    weeks = pd.DatetimeIndex(plan.spend.index[first : first + count], name=WEEK)
    return Arms(one, within(usual, first, count), within(tested, first, count), weeks, abs(moved), tuple(one.channels))


def _laid_chain(posterior: Posterior, one: Experiment) -> Arms:
    """Lay out a test of a chain: all its money in the weeks of the chain, times the scale.

    Its channels that answer to a stage go on answering, as in the verdict on the chain.
    """
    assert one.chain is not None
    laid = lay_out(posterior, one.chain)
    names, scale = laid.chain.link_names, float(one.scale or 0.0)
    usual = laid.keeping(names)
    tested = laid.keeping(names, dict.fromkeys(names, scale)) if scale else laid.keeping(())
    count = min(laid.weeks + int(one.tail_weeks or 0), len(usual.spend) - laid.first)
    weeks = pd.DatetimeIndex(usual.spend.index[laid.first : laid.first + count], name=WEEK)
    fixed = tuple(c for c in laid.channels if c not in {a.name for a in posterior.funnel.responding})
    moved = sum(float((usual.spend_by_channel[c] - tested.spend_by_channel[c]).sum()) for c in fixed)
    return Arms(one, usual, tested, weeks, abs(moved), fixed)


def _timeline(posterior: Posterior, one: Experiment) -> tuple[Plan, Array, int, int]:
    """Return what was carried out, the part of every week that the test covers, and the weeks that count.

    After the data nothing is spent, as in the tail of every return; a test that reaches beyond the data has the usual
    spend around it instead, the mean of the last weeks.
    """
    tail = int(one.tail_weeks or 0)
    plan = data_window(posterior, at_least=tail)
    start, end = pd.Timestamp(str(one.start)), pd.Timestamp(str(one.end))
    trained = posterior.scaling.weeks
    if end >= trained[-1] + ONE_WEEK:
        plan = _usual_after(posterior, end, tail)
    weeks = pd.DatetimeIndex(plan.spend.index)
    days = [(min(end + ONE_DAY, w + ONE_WEEK) - max(start, w)) / ONE_WEEK for w in weeks]
    cover = np.clip(np.array(days), 0.0, 1.0)
    first, last = np.flatnonzero(cover)[[0, -1]]
    return plan, cover, int(first), int(min(last + 1 + tail, len(weeks)) - first)


def _usual_after(posterior: Posterior, end: pd.Timestamp, tail: int) -> Plan:
    before = history(posterior)
    last = before.index[-1]
    count = int((end - last) // ONE_WEEK) + tail
    after = pd.date_range(last + ONE_WEEK, periods=max(count, 1), freq="7D", name=WEEK)
    mean = before.iloc[-RECENT:].mean()
    rows = pd.DataFrame(np.tile(mean.to_numpy(), (len(after), 1)), index=after, columns=before.columns)
    spend = pd.concat([before, rows])
    exposure = pd.DataFrame(
        {c: buy_exposure(posterior, str(c), spend[c].to_numpy(dtype=float)) for c in spend.columns}, index=spend.index
    )
    answering = frozenset(c.name for c in posterior.funnel.responding)
    return Plan(spend, exposure, slice(0, None), answering, len(spend))


def _at_usual_spend(posterior: Posterior, plan: Plan, one: Experiment, cover: Array) -> Plan:
    """Return the plan with the stated usual spend in the days of the test; as it was where none is stated."""
    if one.spend is None:
        return plan
    shares = _shares(plan, one, cover)
    spend: dict[str, Array] = {}
    for channel, share in shares.items():
        money = plan.spend_by_channel[channel] * (1 - cover)
        held = plan.spend_by_channel[channel] * cover
        pattern = held if held.sum() > 0 else cover
        spend[channel] = money + one.spend * share * pattern / pattern.sum()
    exposure = {c: buy_exposure(posterior, c, money) for c, money in spend.items()}
    return replace(with_money(plan, spend, exposure, {}), answering=plan.answering - set(one.channels))


def _shares(plan: Plan, one: Experiment, cover: Array) -> Mapping[str, float]:
    """Return how the stated money divides over the channels of a test: as in the test's weeks, or as ever."""
    for weights in (cover, np.ones_like(cover)):
        spent = {c: float(plan.spend_by_channel[c] @ weights) for c in one.channels}
        if sum(spent.values()) > 0:
            return {c: v / sum(spent.values()) for c, v in spent.items()}
    return dict.fromkeys(one.channels, 1 / len(one.channels))


def _unknown(posterior: Posterior, one: Experiment) -> Iterator[str]:
    """Say what a test names that the posterior does not have."""
    funnel, window = posterior.funnel, posterior.scaling.window_weeks
    names, earning = Names.of(funnel), [o.name for o in funnel.outcomes]
    yield from filter(None, map(names.no_channel, one.levers))
    if one.outcome is not None and one.outcome not in names.nodes:
        yield names.no_node(one.outcome)
    elif one.metric == "roas" and one.outcome is not None and one.outcome not in earning:
        yield f"{one.outcome!r} is a stage, and a roas is of what earns money; state an increment of the stage"
    if one.geos is not None:
        yield (
            f"it was done in {', '.join(one.geos)}, and this fit knows no markets: what a part of the country did says "
            "nothing of the whole until it is scaled up; state the result for the whole country, or fit by market"
        )
    start, end = pd.Timestamp(str(one.start)), pd.Timestamp(str(one.end))
    if start < window[0]:
        yield f"it starts {start.date()}, before the data window, which starts {window[0].date()}"
    if one.chain is not None:
        return  # its days are those of the chain, and told with it
    after = end >= posterior.scaling.weeks[-1] + ONE_WEEK
    if after and one.spend is None:
        yield (
            f"it ends {end.date()}, after the data, where the usual spend cannot be read; give `spend`, the money that "
            "its channels would have spent in the days of the test"
        )
    if after and start > posterior.scaling.weeks[-1] + 53 * ONE_WEEK:
        yield f"it starts {start.date()}, more than a year after the data; fit to newer data first"


def _nothing(arms: Arms) -> str:
    names, weeks = " and ".join(arms.experiment.levers), arms.weeks
    return (
        f"the table has no spend of {names} from {weeks[0].date()} on to be changed; where the channel was off for the "
        "test, give `spend`, the money that it would have spent in those days."
    )
