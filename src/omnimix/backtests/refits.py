"""The fit that others are held against, and fits of the same funnel on a changed table."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from omnimix.data import Panel
from omnimix.errors import FitError
from omnimix.posterior import Posterior
from omnimix.spec import Funnel


@dataclass(frozen=True)
class Settings:
    """How to sample every fit; ``None`` as seed draws one, which all fits then share."""

    draws: int
    tune: int
    chains: int
    seed: int

    @classmethod
    def of(cls, draws: int, tune: int, chains: int, seed: int | None) -> Settings:
        """Return the settings with a seed."""
        return cls(draws, tune, chains, secrets.randbelow(2**31) if seed is None else seed)


def fitted(
    funnel: Funnel, panel: Panel, settings: Settings, done: Callable[[], None] | None = None, *, progress: bool = False
) -> Posterior:
    """Fit, and count the step of a longer work; ``progress`` shows the bar of this fit alone."""
    from omnimix.model import fit  # names the sampling libraries, which reading results does not need

    posterior = fit(funnel, panel, progress=progress, **vars(settings))
    if done:
        done()
    return posterior


def require_same(posterior: Posterior | None, funnel: Funnel, panel: Panel) -> None:
    """Refuse a posterior of another funnel or other weeks than those to fit again. Raises :class:`FitError`."""
    if posterior is None:
        return
    wrong = [
        *(["another funnel"] if posterior.funnel != funnel else []),
        *(["another table"] if not posterior.panel.frame.equals(panel.frame) else []),
    ]
    if wrong:
        raise FitError(f"the posterior given is a fit of {' and '.join(wrong)}; leave it out, and it is fitted here.")


def unconverged(posterior: Posterior, what: str) -> tuple[str, ...]:
    """Return a remark on a fit whose chains do not agree."""
    seen = posterior.run.diagnostics
    return () if seen.usable else (f"{what} did not converge: {seen.complaint}.",)
