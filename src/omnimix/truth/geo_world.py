"""A simulated world of several geos: one truth for all, around which every geo has its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.data import GeoPanel
from omnimix.data.raw import raw_from_frame
from omnimix.data.table import Reading
from omnimix.errors import SpecError, did_you_mean
from omnimix.labels import ALL_MEDIA, CHANNEL, GEO, ROAS, WEEK
from omnimix.spec import Channel, Experiment, Outcome, Stage, told_together
from omnimix.truth.build import SIMULATED, Calendar, Shared, build_world, declared_world
from omnimix.truth.draw import DrawnWorld
from omnimix.truth.media import Medium, stream
from omnimix.truth.project import config_text
from omnimix.truth.steps import Bond, Effect, Step
from omnimix.truth.truth import Truth
from omnimix.truth.world import World

POPULATION = "population"
HEADS_SPREAD = 0.6  # of the logarithm of a geo's size
TYPICAL_HEADS = 500_000


@dataclass(frozen=True, eq=False)
class GeoTruth:
    """The truth of a simulated world of several geos.

    Attributes:
        by_geo: the truth of every geo.
        heads: how many live in each.
    """

    by_geo: Mapping[str, Truth]
    heads: Mapping[str, float]

    @property
    def channels(self) -> tuple[str, ...]:
        """Names of the channels."""
        return next(iter(self.by_geo.values())).channels

    def roas(self, *, tail: bool = True) -> pd.Series:
        """Return true ROAS by channel over all geos, ``all_media`` last: what they bring over what they cost."""
        values, costs = self._accounts(tail)
        return pd.Series(values.sum() / costs.sum(), name=ROAS)

    def roas_by_geo(self, *, tail: bool = True) -> pd.DataFrame:
        """Return true ROAS, one row a geo, one column a channel, ``all_media`` last; nan where nothing was spent."""
        values, costs = self._accounts(tail)
        return values / costs.where(costs > 0)

    def contributions(self, node: str | None = None) -> pd.DataFrame:
        """Return what every channel brought to a node in the window over all paths, one row a geo."""
        return pd.DataFrame({g: truth.contributions(node).sum() for g, truth in self.by_geo.items()}).T.rename_axis(GEO)

    def _accounts(self, tail: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
        bought = next(iter(self.by_geo.values())).counterfactuals.bought
        groups = {**{c: (c,) for c in bought}, ALL_MEDIA: bought}
        values, costs = {}, {}
        for geo, truth in self.by_geo.items():
            spend = {k: float(truth.spend.loc[truth.window, list(v)].to_numpy().sum()) for k, v in groups.items()}
            values[geo] = {k: truth.incremental_value(v, tail=tail) for k, v in groups.items()}
            ratios = {**truth.roas(tail=tail), ALL_MEDIA: truth.all_media_roas(tail=tail)}
            # The cost of a ROAS is what was spent, and what that made answering channels spend.
            costs[geo] = {k: values[geo][k] / ratios[k] if ratios[k] > 0 else spend[k] for k in groups}
        frames = (pd.DataFrame(x).T.rename_axis(GEO).rename_axis(CHANNEL, axis=1) for x in (values, costs))
        first, second = frames
        return first, second


@dataclass(frozen=True, repr=False)
class GeoWorld(World):
    """A simulated world of several geos; ``truth`` is a :class:`GeoTruth`."""

    truth: GeoTruth  # type: ignore[assignment]

    def run_test(self, experiment: Experiment, seed: int = 0) -> Experiment:
        """Return a test with the result it would have over all geos, or in those that it names.

        Raises :class:`SpecError` for a test of a chain, in geos that there are not, of a national channel in some of
        them, or outside the simulated weeks.
        """
        from omnimix.truth.tested import run_test

        names = tuple(experiment.geos) if experiment.geos is not None else tuple(self.truth.by_geo)
        wrong = [f"{g!r} is no geo{did_you_mean(g, self.truth.by_geo)}" for g in names if g not in self.truth.by_geo]
        national = [c.name for c in self.funnel.channels if c.scope == "national" and c.name in experiment.levers]
        if experiment.geos is not None and national:
            wrong.append(f"{', '.join(national)} is national and runs alike in all geos; leave `geos` out")
        if wrong:
            raise SpecError(f"experiment {experiment.name!r}: {told_together(wrong)}")
        found = run_test([self.truth.by_geo[g] for g in names], replace(experiment, geos=None), seed)
        return replace(found, geos=experiment.geos)

    def _tables(self) -> dict[str, pd.DataFrame]:
        assert isinstance(self.panel, GeoPanel)
        long = self.panel.frame.drop(columns=list(self.panel.national_columns))
        long[POPULATION] = long.index.get_level_values(GEO).map(dict(self.truth.heads))
        national = {"national.csv": self.panel.national} if self.panel.national_columns else {}
        return {"weekly.csv": long, **national}

    def _config(self, files: list[str]) -> str:
        file = files[0] if len(files) == 1 else files
        return config_text(self.funnel, file=file, currency=self.panel.currency, geo=GEO, population=POPULATION)


def build_geo_world(
    media: Iterable[Medium | Channel | str],
    steps: Iterable[Step | Stage | Outcome],
    *,
    geos: int,
    heterogeneity: float,
    common: float = 0.5,
    seed: int = 0,
    calendar: Calendar,
    media_share: float = 0.25,
) -> GeoWorld:
    """Build a world of several geos.

    Curves and links are those of all geos. What a channel brings in a geo is that of all times exp(heterogeneity z), z
    standard normal. Geos differ in size, in spend and in their own weeks; ``common`` is the correlation of their weekly
    shocks. A national channel runs alike in all.
    """
    if geos < 1 or heterogeneity < 0 or not 0 <= common < 1:
        raise SpecError(
            "a world has at least one geo, a heterogeneity of 0 or more and a correlation of shocks from 0 to 1, not "
            f"{geos}, {heterogeneity} and {common}"
        )
    wanted = [m if isinstance(m, Medium) else Medium(m) for m in media]
    often = [m.name for m in wanted if m.record.frequency is not None]
    if often:
        raise SpecError(f"a world of several geos has no reach and frequency yet; leave out {', '.join(often)}")
    given = [s if isinstance(s, Step) else Step(s) for s in steps]
    funnel, drawn = declared_world(wanted, given, media_share, seed)
    names = [f"geo {k + 1}" for k in range(geos)]
    sizes = np.exp(stream(seed, "heads").normal(0.0, HEADS_SPREAD, geos))
    sizes /= sizes.mean()
    heads = {name: float(round(TYPICAL_HEADS * size)) for name, size in zip(names, sizes, strict=True)}
    national = frozenset(m.name for m in wanted if m.record.scope == "national")
    worlds = {}
    for name, people in heads.items():
        size = people / TYPICAL_HEADS
        own_media = [replace(m, weekly_spend=drawn.weekly_spend[m.name] * size) for m in wanted]
        own_steps = [_own(step, drawn, size, heterogeneity, seed, name) for step in given]
        own_seed = int(stream(seed, "geo", name).integers(2**31))
        shared = Shared(seed, national, common)
        worlds[name] = build_world(own_media, own_steps, seed=own_seed, calendar=calendar, shared=shared)
    panel = _panel(worlds, heads, [c for m in wanted if m.name in national for c in m.record.columns], seed)
    truth = GeoTruth({name: world.truth for name, world in worlds.items()}, heads)
    return GeoWorld(panel, funnel, truth)


def _own(step: Step, drawn: DrawnWorld, size: float, heterogeneity: float, seed: int, geo: str) -> Step:
    """Return a node as it is in one geo: the curves and links of all, its own level and effects around those of all."""
    name, media = step.node.name, {}
    for channel, effect in drawn.effects[name].items():
        away = stream(seed, "heterogeneity", name, channel, geo).standard_normal()
        media[channel] = Effect(
            effect.share * float(np.exp(heterogeneity * away)),
            adstock=effect.adstock.family,
            saturation=effect.saturation.family,
            parameters={**effect.adstock.parameters, **effect.saturation.parameters},
        )
    links = {
        link.parent: Bond(link.effect, retention=link.adstock.parameters["retention"], correlation=link.correlation)
        for link in drawn.links[name]
    }
    return replace(step, media=media, links=links, surroundings=replace(step.around, level=step.around.level * size))


def _panel(worlds: Mapping[str, World], heads: Mapping[str, float], national: list[str], seed: int) -> GeoPanel:
    frames = {name: world.panel.frame for name, world in worlds.items()}
    own = {name: frame.drop(columns=national) for name, frame in frames.items()}
    rows = pd.concat(own, names=[GEO, WEEK]).reset_index()
    rows[POPULATION] = rows[GEO].map(dict(heads))
    source = f"{SIMULATED}, seed {seed}"
    raws = [raw_from_frame(rows, week=WEEK, source=source)]
    if national:
        shared = pd.concat([f[national] for f in frames.values()]).groupby(level=0).sum()
        raws.append(raw_from_frame(shared.rename_axis(WEEK), week=WEEK, source=f"{source}, national"))
    return GeoPanel.from_raws(raws, Reading(), geo=GEO, population=POPULATION)
