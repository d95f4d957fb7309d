"""From funnel and panel to the layout that the compiled density reads."""

from __future__ import annotations

from omnimix.data import Panel
from omnimix.mechanics import Learned, design, slots
from omnimix.model.layout import Layout, lay_out
from omnimix.spec import Funnel


def build_layout(funnel: Funnel, panel: Panel, learned: Learned) -> Layout:
    """Lay out design, parameters and data for the compiled density."""
    controls = panel.frame[list(funnel.controls)] if funnel.controls else None
    window = design(funnel, learned, learned.window_weeks, controls)
    return lay_out(funnel, learned, panel, window, slots(funnel, learned, window))
