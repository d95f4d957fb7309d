"""Simulate a world whose truth is known: a panel to fit, a funnel to fit it with, and what should come out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from omnimix.data import Panel
from omnimix.errors import OmnimixError, SpecError
from omnimix.labels import WEEK
from omnimix.spec import Channel, Funnel, Outcome
from omnimix.truth.media import Medium, stream, true_medium, with_families
from omnimix.truth.surroundings import Surroundings, TrueBaseline, add_noise, true_baseline
from omnimix.truth.truth import TrueNode, Truth

SIMULATED = "SIMULATED by omnimix.truth"
DEFAULT_MEDIA = (
    Medium("tv", style="flighted"),
    Medium("radio", style="flighted"),
    Medium("search", style="always_on"),
    Medium("social", style="pulsed"),
)


@dataclass(frozen=True, repr=False)
class World:
    """A simulated world: what an analyst sees (``panel``), how it may be fitted (``funnel``), and the ``truth``."""

    panel: Panel
    funnel: Funnel
    truth: Truth

    def write(self, folder: str | Path) -> Path:
        """Write ``weekly.csv`` and ``omnimix.toml`` to start a project; return the path of the latter.

        Raises :class:`OmnimixError` where one of them is there already.
        """
        from omnimix.truth.example import config_text

        place = Path(folder)
        table, config = place / "weekly.csv", place / "omnimix.toml"
        there = [str(f) for f in (table, config) if f.exists()]
        if there:
            raise OmnimixError(
                f"{' and '.join(there)} would be overwritten; move what is there or name another folder."
            )
        place.mkdir(parents=True, exist_ok=True)
        frame = self.panel.frame.round(dict.fromkeys(self._money, 2) | dict.fromkeys(self._measured, 3))
        frame.to_csv(table, date_format="%Y-%m-%d")
        config.write_text(config_text(self.funnel, file=table.name, currency=self.panel.currency), encoding="utf-8")
        return config

    @property
    def _money(self) -> list[str]:
        return [*(c.spend_column for c in self.funnel.channels), *(n.name for n in self.funnel.nodes)]

    @property
    def _measured(self) -> list[str]:
        return [c.exposure for c in self.funnel.channels if c.exposure]

    def __repr__(self) -> str:
        return f"World, {self.panel.source}: {self.panel!r}"


def simulate(
    *,
    seed: int = 0,
    weeks: int = 156,
    start: str = "2022-01-03",
    history: int = 0,
    channels: Iterable[Medium | Channel | str] = DEFAULT_MEDIA,
    adstock: str | None = None,
    saturation: str | None = None,
    media_share: float = 0.25,
    surroundings: Surroundings | None = None,
    outcome: Outcome | str = "sales",
) -> World:
    """Simulate a weekly world of one outcome.

    Mean outcome = level x (1 + baseline + sum of media), each media part with mean ``share`` over the window; for a
    ``log_normal`` outcome level x exp(the same sum).

    Args:
        seed: the same seed and arguments give the same world; each channel has random numbers of its own.
        weeks: weeks in which the outcome is observed.
        start: first of them.
        history: weeks of media before it, in which the outcome is empty.
        channels: media, or channels or names for which everything else is drawn.
        adstock: true carryover family of media that name none: any of ``TRUE_ADSTOCKS``.
        saturation: true saturation family of media that name none: any of ``TRUE_SATURATIONS``.
        media_share: mean contribution of all media that state no share, as a share of the level.
        surroundings: what happens without media.
        outcome: the outcome, with its value and the likelihood to fit, or its name.

    >>> world = simulate(seed=1, weeks=104, saturation="exponential")
    >>> world.truth.table().channel.tolist()
    ['tv', 'radio', 'search', 'social', 'all_media']
    """
    given = surroundings or Surroundings()
    wanted = tuple(with_families(_as_medium(m), adstock, saturation) for m in channels)
    _require_distinct(wanted)
    first = pd.Timestamp(start) - pd.Timedelta(weeks=history)
    index = pd.date_range(first, periods=weeks + history, freq="7D", name=WEEK)
    shares = _shares(wanted, media_share, seed)
    media = tuple(true_medium(m, shares[m.name], given.level, index, seed) for m in wanted)
    baseline = true_baseline(given, index, seed)
    kept = Outcome(outcome, likelihood=given.likelihood) if isinstance(outcome, str) else outcome
    node = TrueNode(kept.name, media, baseline, index[history:], kept.value or 1.0)
    truth = Truth(pd.DataFrame({m.channel.name: m.spend for m in media}), index[history:], (node,))
    funnel = Funnel(
        channels=[m.channel for m in media],
        outcomes=[kept],
        controls=list(given.controls),
        holidays=given.holidays,
    )
    return World(_panel(node, truth, baseline, seed), funnel, truth)


def _panel(node: TrueNode, truth: Truth, baseline: TrueBaseline, seed: int) -> Panel:
    columns: dict[str, pd.Series] = {}
    for medium in node.media:
        columns[medium.channel.spend_column] = medium.spend
        columns[medium.channel.exposure_column] = medium.exposure
    mean = truth.mean(node.name)
    noisy = pd.Series(add_noise(mean.to_numpy(), baseline.surroundings, seed), index=mean.index)
    frame = pd.DataFrame(columns).join(baseline.controls)
    frame[node.name] = noisy.reindex(frame.index)
    panel = Panel(frame.rename_axis(WEEK).reset_index())
    object.__setattr__(panel, "source", f"{SIMULATED}, seed {seed}")
    return panel


def _shares(media: tuple[Medium, ...], total: float, seed: int) -> dict[str, float]:
    """Share what media bring: stated shares stay, the others split ``total`` by uneven random parts."""
    parts = {m.name: float(stream(seed, "share", m.name).gamma(3.0)) for m in media if m.share is None}
    return {m.name: parts[m.name] / sum(parts.values()) * total if m.share is None else m.share for m in media}


def _as_medium(given: Medium | Channel | str) -> Medium:
    return given if isinstance(given, Medium) else Medium(given)


def _require_distinct(media: tuple[Medium, ...]) -> None:
    names = [m.name for m in media]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice or not names:
        raise SpecError(f"every channel of a world needs its own name; used twice: {', '.join(twice) or 'none given'}")
