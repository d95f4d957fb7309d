"""What was handed in beside the model: claims of platforms, results of tests; everything wrong with them at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import CHANNEL
from omnimix.posterior import Evidence

RETURNS = ("platform_roas", "roas")


def claimed(platform: Any, channels: Sequence[str]) -> dict[str, float]:
    """Return the ROAS that platforms claim by channel, from a mapping or a frame. Raises :class:`OmnimixError`."""
    return _read(_as_mapping(platform), channels, "platform", _claim_problem)


def measured(experiments: Mapping[str, Any] | None, channels: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return ROAS and standard error of tests by channel. Raises :class:`OmnimixError`."""
    found = _read(dict(experiments or {}), channels, "experiments", _test_problem)
    return {name: (float(value), float(error)) for name, (value, error) in found.items()}


def taken_in(evidence: Sequence[Evidence], channels: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Return ROAS and standard error by channel of the tests that a fit has taken in.

    Only tests of one channel that measured a ROAS over all outcomes stand beside a ROAS. Several of one channel count
    by how precise they are.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    for one in (e.experiment for e in evidence):
        if one.metric == "roas" and one.outcome is None and len(one.levers) == 1 and one.levers[0] in channels:
            found.setdefault(one.levers[0], []).append((one.result, one.standard_error))
    return {name: _together(results) for name, results in found.items()}


def _together(results: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the mean of results by their precision, and its standard error.

    >>> _together([(1.0, 0.2), (2.0, 0.2)])[0]
    1.5
    """
    weights = [1.0 / error**2 for _, error in results]
    total = sum(weights)
    return sum(w * value for w, (value, _) in zip(weights, results, strict=True)) / total, total**-0.5


def same(name: str) -> str:
    """Return a name without what writing makes of it: capitals, blanks and hyphens.

    >>> same("Online Video") == same("online_video")
    True
    """
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def _as_mapping(platform: Any) -> dict[str, Any]:
    if platform is None:
        return {}
    if isinstance(platform, Mapping):
        return dict(platform)
    if not isinstance(platform, pd.DataFrame):
        raise OmnimixError(
            f"platform is a dict such as {{'search': 4.2}} or a frame with channel and roas, not "
            f"{type(platform).__name__}"
        )
    column = next((name for name in RETURNS if name in platform.columns), None)
    missing = [name for name, there in ((CHANNEL, CHANNEL in platform.columns), ("roas", column)) if not there]
    if missing:
        raise OmnimixError(f"platform has no column {' and no column '.join(f'`{name}`' for name in missing)}.")
    twice = platform[CHANNEL][platform[CHANNEL].duplicated()].astype(str).unique()
    if len(twice):
        raise OmnimixError(f"platform has more than one row for {', '.join(twice)}; add up claims and spend first.")
    return dict(zip(platform[CHANNEL].astype(str), platform[str(column)], strict=True))


def _read(given: dict[str, Any], channels: Sequence[str], what: str, problem: Any) -> dict[str, Any]:
    known = {same(name): name for name in channels}
    wrong = list(_problems(given, known, problem))
    if wrong:
        raise OmnimixError(f"{what}: {'; '.join(wrong)}.")
    return {known[same(name)]: value for name, value in given.items()}


def _problems(given: dict[str, Any], known: Mapping[str, str], problem: Any) -> Iterator[str]:
    seen: set[str] = set()
    for name, value in given.items():
        if same(str(name)) not in known:
            near = did_you_mean(str(name), known.values()) or f"; the channels are {', '.join(known.values())}"
            yield f"there is no channel `{name}`{near}"
        elif same(str(name)) in seen:
            yield f"`{name}` is there twice"
        elif said := problem(value):
            yield f"`{name}` {said}"
        seen.add(same(str(name)))


def _claim_problem(value: Any) -> str:
    return "" if _is_number(value) and value >= 0 else f"is a ROAS of 0 or more, not {value!r}"


def _test_problem(value: Any) -> str:
    pair = isinstance(value, tuple | list) and len(value) == 2 and all(map(_is_number, value)) and value[1] > 0
    return "" if pair else f"is a pair of ROAS and its standard error, such as (1.4, 0.3), not {value!r}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
