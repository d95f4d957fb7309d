"""The model written again, plainly and slowly, in PyTensor: what the compiled density must equal.

Nothing is integrated out by the kernel's formulas: the weeks of a node are a multivariate normal with covariance
noise^2 I + Z D^2 Z', where Z holds the design and a column for the unseen demand of every parent.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as pt
from pytensor.compile.mode import Mode

import omnimix as om
from omnimix.data import with_sums
from omnimix.mechanics import design, fit_scaling, sampled_parameters
from tests.model.reference_prior import Values, log_prior

SHOCK = {"none": 0.0, "some": 0.5, "strong": 2.0}
LAGS = 3  # weeks after which unseen demand of a parent may still move a node


def reference_density(funnel: om.Funnel, panel: om.Panel) -> Any:
    """Compile z -> (log posterior, gradient) of the same model with dense covariance matrices."""
    panel = with_sums(panel, funnel.roles)
    scaling = fit_scaling(funnel, panel)
    controls = panel.frame[list(funnel.controls)] if funnel.controls else None
    window = design(funnel, scaling, scaling.window_weeks, controls)
    z = pt.dvector("z")
    value, total = log_prior(funnel, scaling, sampled_parameters(funnel, scaling, window), z)
    terms = [total, *_Equations(funnel, panel, scaling, window, value).log_likelihoods()]
    whole = pt.stack([pt.as_tensor_variable(t).astype("float64") for t in terms]).sum()
    return pytensor.function([z], [whole, pytensor.grad(whole, z)], mode=Mode(linker="py", optimizer=None))


class _Equations:
    """All weekly vectors run over the training weeks, media history first; deviations from a typical week."""

    def __init__(self, funnel: om.Funnel, panel: om.Panel, scaling: Any, window: Any, value: Values) -> None:
        self.funnel, self.scaling, self.window, self.value = funnel, scaling, window, value
        self.frame = panel.frame.reindex(scaling.weeks)
        self.series: dict[str, Any] = {}
        self.known: dict[str, Any] = {}
        self.media: dict[str, Any] = {}
        self.own: dict[str, Any] = {}
        self.stocks: list[Any] = []  # what is in the stock of every effect, in shares of what the effect brings

    def log_likelihoods(self) -> list[Any]:
        found = [self._node(n) for n in self.funnel.nodes]
        found += [self._spend(c) for c in self.funnel.responding]
        return found + ([] if self.funnel.roles.tracker is None else [self._survey()])

    def _survey(self) -> Any:
        """Return log p(survey): one multivariate normal over the weeks in which people were asked."""
        home, q = self.funnel.slow_nodes()[0], self.scaling.tracker_level
        share, asked = (self.frame[c].to_numpy() for c in self.funnel.roles.tracker)
        known = np.flatnonzero(np.isfinite(share) & np.isfinite(asked))
        near = (asked * share + 1) / (asked + 2)
        chance = (np.sqrt(near * (1 - near) / asked) / (q * (1 - q)))[known]
        path = sum(self.stocks[1:], self.stocks[0])
        moved = self.value[home, None, "tracker_slope"] * (path / self._window_mean(path) - 1)
        whole = design(self.funnel, self.scaling, self.scaling.weeks, None)
        columns = []
        for k, (term, group) in enumerate(zip(whole.terms, whole.groups, strict=True)):
            sd: Any = {"intercept": 1.0, "trend": 0.5, "level": 1.0, "season": whole.relative_sds[k]}.get(group)
            if term == "carry_in_4":
                sd = 0.3
            if group in ("level", "season"):
                sd = sd * self.value[home, None, f"tracker_{group}_scale"]
            if sd is not None:
                columns.append(sd * pt.as_tensor_variable(whole.matrix[known, k]))
        z = pt.stack(columns, axis=1)
        covariance = (1 + self.value[home, None, "tracker_spread"]) * pt.diag(chance**2) + z @ z.T
        residual = (share[known] - q) / (q * (1 - q)) - moved[known]
        log_det = 2 * pt.log(pt.diagonal(pt.linalg.cholesky(covariance))).sum()
        return -0.5 * (len(known) * np.log(2 * np.pi) + log_det + residual @ pt.linalg.solve(covariance, residual))

    def _node(self, node: Any) -> Any:
        name, scale = node.name, self.scaling.scale(node.name)
        self.series[name], self.known[name] = self._deviations(name, self.frame[name].to_numpy(), scale)
        brought = {c.name: self._brought(node, c) for c in self.funnel.drivers(node)}
        answering = [c.name for c in self.funnel.drivers(node) if c.responds_to == name]
        zero = pt.zeros(len(self.frame))
        direct = sum(brought.values(), zero)
        self.own[name] = sum((brought[c] for c in answering), zero)
        self.media[name], mean, shocks = direct, direct, []
        for parent in node.parents:
            effect, kernel = self.value[name, parent, "stage_effect"], self._link(node, parent)
            mean = mean + effect * _carried(kernel, self.series[parent])
            self.media[name] = self.media[name] + effect * _carried(kernel, self.media[parent])
            shocks += self._demand(node, name, parent, LAGS) if SHOCK[node.confounding] else []
        return self._log_density(name, mean, shocks, student=node.likelihood == "student_t")

    def _spend(self, channel: om.Channel) -> Any:
        name, stage = f"spend of {channel.name}", str(channel.responds_to)
        spend = self.frame[channel.spend_column].to_numpy()
        running = np.where(np.arange(len(spend)) < self.scaling.window, np.nan, np.where(spend > 0, spend, np.nan))
        self.series[name], self.known[name] = self._deviations(name, running, self.scaling.scale(name))
        slope = self.value[name, None, "spend_response"]
        shocks = self._demand(channel, name, stage, 0) if SHOCK[channel.confounding] else []
        return self._log_density(name, slope * (self.series[stage] - self.own[stage]), shocks, student=False)

    def _demand(self, equation: Any, name: str, parent: str, lags: int) -> list[Any]:
        """Return unseen demand of a parent in this week and those before, in prior sds; none before the window."""
        spread, weeks = SHOCK[equation.confounding] * self._noise(name) / self._noise(parent), len(self.frame)
        inside = np.arange(weeks) >= self.scaling.window
        demand = spread * (self.series[parent] - self.media[parent]) * inside
        return [0.5**k * pt.concatenate([pt.zeros(k), demand[: weeks - k]]) for k in range(lags + 1)]

    def _deviations(self, name: str, raw: np.ndarray, scale: Any) -> tuple[Any, np.ndarray]:
        level = 0.0 if scale.log else 1.0
        values = ((np.log(raw) if scale.log else raw) - scale.shift) / scale.scale - level
        series, known = pt.as_tensor_variable(np.nan_to_num(values)), np.isfinite(values)
        for week in self.scaling.missing.get(name, ()):
            at = int(np.flatnonzero(self.scaling.weeks == week)[0])
            series = pt.set_subtensor(series[at], self.value[name, week, "missing_week"] - level)
            known[at] = True
        for week in self.scaling.unspent.get(name, ()):
            at = int(np.flatnonzero(self.scaling.weeks == week)[0])
            series = pt.set_subtensor(series[at], -self.value[name, week, "unspent_week"] - level)
            known[at] = True
        return series, np.flatnonzero(known)

    def _brought(self, node: Any, channel: om.Channel) -> Any:
        x = self._exposure(channel) / self.scaling.typical_exposure[channel.name]
        if channel.frequency:
            x = x * self._worth(node, channel)
        names = [[p.name for p in curve.parameters] for curve in channel.curves]
        adstock, (s0, s1, _) = (
            [self.value[node.name, channel.name, n] for n in group] + [1.0] * (3 - len(group)) for group in names
        )
        u = _carried(_kernel(channel.adstock, np.arange(channel.lags), *adstock), pt.as_tensor_variable(x))
        response = _saturation("none" if channel.frequency else channel.saturation, u, s0, s1) * self._audience(channel)
        contribution = self.value[node.name, channel.name, "contribution_share"]
        if self.funnel.is_slow(node, channel):
            response, part = self._with_stock(response, channel)
            self.stocks.append(contribution * part / self._window_mean(response))
        response = response * self._level(channel)
        return contribution * response / self._window_mean(response)

    def _with_stock(self, response: Any, channel: om.Channel) -> Any:
        """Return a response of which a part comes through the stock, as one matrix over all weeks, and that part."""
        half_life = self.value[self.funnel.slow_nodes()[0], None, "half_life"]
        share = self.value[self.funnel.slow_nodes(channel)[0], channel.name, "long_run_share"]
        fading, weeks = 2.0 ** (-1.0 / half_life), np.arange(len(self.frame))
        since = weeks[:, None] - weeks[None, :]
        weights = (1.0 - fading) * pt.switch(since >= 0, fading ** np.maximum(since, 0), 0.0)
        level = fading ** (weeks + 1.0) * self._window_mean(response) + weights @ response
        return (1.0 - share) * response + share * level, share * level

    def _level(self, channel: om.Channel) -> Any:
        """Return by how much effects differ, week by week: 26 weeks from the first of the window on, or 52."""
        weeks = len(self.frame)
        if self.funnel.effects_change is None:
            return np.ones(weeks)
        size = {"half_year": 26, "year": 52}[self.funnel.effects_change]
        starts = np.arange(self.scaling.window, weeks, size)
        starts = starts[weeks - starts >= size / 2]
        number = np.maximum(np.searchsorted(starts, np.arange(weeks), side="right") - 1, 0)
        names = [str(self.scaling.weeks[k].date()) for k in starts]
        away = pt.stack([self.value["", channel.name, f"effect_away {name}"] for name in names])
        return pt.exp(self.value["", None, "effect_spread"] * away[number])

    def _exposure(self, channel: om.Channel) -> Any:
        if not channel.campaigns:
            return self.frame[channel.exposure_column].to_numpy()
        columns = [self.frame[c].to_numpy() for c in channel.campaigns]
        money = np.array([c[self.scaling.window :].sum() for c in columns])
        shares = money / money.sum()
        away = [
            self.value["", c, "campaign_away"] / np.sqrt(2 * max(w, 0.05))
            for c, w in zip(channel.campaigns, shares, strict=True)
        ]
        middle = sum(w * a for w, a in zip(shares, away, strict=True))
        looseness = self.value["", None, "campaign_looseness"]
        return sum(pt.exp(looseness * (a - middle)) * x for a, x in zip(away, columns, strict=True))

    def _worth(self, node: Any, channel: om.Channel) -> Any:
        """Return what a person reached is worth at the frequency of each week."""
        slope, half = (self.value[node.name, channel.name, n] for n in ("frequency_slope", "half_frequency"))
        reached = self.frame[channel.reach].to_numpy() > 0
        frequency = np.where(reached, self.frame[channel.frequency].to_numpy(), 1.0)
        return frequency**slope / (frequency**slope + half**slope)

    def _window_mean(self, weekly: Any) -> Any:
        return weekly[self.scaling.window :].mean()

    def _audience(self, channel: om.Channel) -> np.ndarray:
        out = np.ones(len(self.frame))
        if channel.fuelled_by is None:
            return out
        stage = self.frame[channel.fuelled_by].to_numpy() / self.scaling.scale(channel.fuelled_by).level
        for week in range(len(out)):
            last = stage[max(0, week - channel.fuel_weeks + 1) : week + 1]
            if np.isfinite(last).any():
                out[week] = np.nanmean(last)
        return out

    def _link(self, node: Any, parent: str) -> Any:
        names = [p.name for p in om.ADSTOCKS[node.adstock].parameters]
        found = [self.value[node.name, parent, f"link_{n}"] for n in names] + [1.0] * (3 - len(names))
        return _kernel(node.adstock, np.arange(node.lags), *found)

    def _noise(self, name: str) -> Any:
        return self.value[name, None, "noise"]

    def _log_density(self, name: str, mean: Any, shocks: list[Any], *, student: bool) -> Any:
        known, scale, start = self.known[name], self.scaling.scale(name), self.scaling.window
        scales = [
            self.value[name, None, f"{g}_scale"] if g in ("level", "season", "holiday") else pt.constant(1.0)
            for g in self.window.groups
        ]
        columns = pt.as_tensor_variable((self.window.matrix * self.window.sds(scale))[known - start])
        columns = pt.concatenate([columns * pt.stack(scales)[None, :], *(s[known][:, None] for s in shocks)], axis=1)
        residual, noise = (self.series[name] - mean)[known], self._noise(name)
        if student:
            return self._student_t(name, residual, columns, noise)
        covariance = noise**2 * pt.eye(len(known)) + columns @ columns.T
        # By a Cholesky factor: PyTensor's slogdet passes through the determinant, which underflows at small noise.
        log_det = 2 * pt.log(pt.diagonal(pt.linalg.cholesky(covariance))).sum()
        quadratic = residual @ pt.linalg.solve(covariance, residual)
        return -0.5 * (len(known) * np.log(2 * np.pi) + log_det + quadratic)

    def _student_t(self, name: str, residual: Any, columns: Any, noise: Any) -> Any:
        parents = self.funnel.node(name).parents if SHOCK[self.funnel.node(name).confounding] else ()
        terms = (
            *self.window.terms,
            *(f"shock_of_{p}" + f"_{k}_before" * (k > 0) for p in parents for k in range(LAGS + 1)),
        )
        freedom = self.value[name, None, "degrees_of_freedom"]
        ratio = (residual - columns @ pt.stack([self.value[name, t, "raw_baseline"] for t in terms])) / noise
        constant = pt.gammaln((freedom + 1) / 2) - pt.gammaln(freedom / 2) - 0.5 * pt.log(freedom * np.pi)
        return (constant - pt.log(noise) - (freedom + 1) / 2 * pt.log1p(ratio**2 / freedom)).sum()


def _carried(kernel: Any, series: Any) -> Any:
    """Return sum_k w_k s(t - k), with nothing before the first week."""
    weeks = int(series.type.shape[0] or 0) or series.shape[0]
    lags = kernel.type.shape[0] if kernel.type.shape[0] is not None else 0
    parts = [kernel[k] * pt.concatenate([pt.zeros(k), series[: weeks - k]]) for k in range(lags)]
    return sum(parts[1:], parts[0])


def _kernel(name: str, lags: np.ndarray, p0: Any, p1: Any, p2: Any) -> Any:
    if name == "two_speed":
        slow = p0 ** (lags / 3.0)
        return (1.0 - p2) * _kernel("gamma", lags, p0, p1, p2) + p2 * slow / slow.sum()
    raw = {
        "gamma": lambda: (lags + 1.0) ** p1 * p0**lags,
        "geometric": lambda: p0**lags,
        "delayed": lambda: p0 ** ((lags - p1) ** 2),
        "weibull": lambda: ((lags + 1) / p0) ** (p1 - 1) * pt.exp(-(((lags + 1) / p0) ** p1)) * p1 / p0,
        "none": lambda: pt.as_tensor_variable((lags == 0) * 1.0),
    }[name]()
    return pt.specify_shape(raw / raw.sum(), (len(lags),))


def _saturation(name: str, u: Any, p0: Any, p1: Any) -> Any:
    safe = pt.switch(u > 0, u, 1.0)
    return {
        "elastic": lambda: pt.switch(u > 0, safe ** (1 + p1) / ((1 - p0) * safe ** (1 + p1) + p0), 0.0),
        "hill": lambda: pt.switch(u > 0, safe**p1 / (safe**p1 + p0**p1), 0.0),
        "logistic": lambda: pt.tanh(np.arctanh(0.5) * u / p0),
        "michaelis_menten": lambda: u / (u + p0),
        "none": lambda: u,
    }[name]()
