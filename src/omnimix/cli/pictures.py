"""The pictures of the demo."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from omnimix.errors import OmnimixError
from omnimix.posterior import Posterior
from omnimix.rows.results import Results
from omnimix.whole_file import write_whole

if TYPE_CHECKING:
    from omnimix.plot import Drawn


YEAR = 52  # weeks


def pictures(posterior: Posterior, found: Results, folder: Path) -> list[str]:
    """Draw every picture to a PNG; return a line on each."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt
    from matplotlib.axes import Axes

    from omnimix import plot
    from omnimix.effects import payback, response_curves

    curves = response_curves(posterior, allow_unconverged=True)
    weekly = payback(posterior, horizons=range(1, YEAR + 1), common=True, allow_unconverged=True)
    currency, shares = posterior.panel.currency, found.traffic_share
    drawn: dict[str, tuple[str, Callable[[], Drawn]]] = {
        "funnel": ("what flows from media to money", lambda: plot.funnel(posterior, allow_unconverged=True)),
        "fit": ("what was observed beside what the model expects", lambda: plot.fit(posterior)),
        "contributions": ("what each channel brought by week", lambda: plot.contributions(found.contributions)),
        "waterfall": ("how baseline and channels add up", lambda: plot.waterfall(found.contributions)),
        "roas": ("what each channel returns", lambda: plot.roas(found.roas)),
        "payback": ("when a campaign has paid back", lambda: plot.payback(weekly, currency=currency)),
        "response_curves": ("what more or less spend would bring", lambda: plot.response_curves(curves)),
        "prior_posterior": ("what the data added to the prior", lambda: plot.prior_posterior(posterior)),
    }
    if shares is not None:
        drawn["traffic_share"] = ("where traffic comes from", lambda: plot.traffic_share(shares))
        drawn["paths"] = ("which way value comes", lambda: plot.paths(found.paths, currency=currency))
    lines = []
    for name, (words, picture) in drawn.items():
        axes = picture()
        figure = (axes if isinstance(axes, Axes) else axes[0]).get_figure(root=True)
        assert figure is not None  # axes drawn here stand on a figure
        held = io.BytesIO()
        figure.savefig(held, format="png", dpi=150)
        write_whole(held.getvalue(), folder / f"{name}.png", kind="the picture", error=OmnimixError)
        plt.close(figure)
        lines.append(f"{name}.png".ljust(21) + words)
    return lines
