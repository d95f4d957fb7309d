"""Everything that least squares see in a table, in one verb."""

from __future__ import annotations

from omnimix.arguments import checked
from omnimix.associations.bend import bent_responses
from omnimix.associations.level import media_follow_level
from omnimix.associations.sign import wrong_signs
from omnimix.data import Panel, with_sums
from omnimix.findings import Finding
from omnimix.spec import Funnel


@checked
def check_associations(funnel: Funnel, panel: Panel) -> tuple[Finding, ...]:
    """Return what least squares see in a table that a fit would not say, before any fit is made; takes under a second.

    ``wrong_sign`` names channels that the data would rather give a negative effect, ``late_or_negative`` those of
    which regular flights cannot tell, ``bent_response`` S-shaped responses and ``media_follow_level`` an outcome with
    whose slow swings all media go. None of them blocks; ``om.check`` says them again of a fit.

    A panel that cannot be fitted has no such findings: see :func:`omnimix.check_panel`.

    >>> import omnimix as om
    >>> world = om.simulate("retailer", seed=1)
    >>> [f.name for f in om.check_associations(world.funnel, world.panel)]
    []
    """
    panel = with_sums(panel, funnel.roles)
    names = [n.name for n in funnel.nodes]
    columns = {*names, *funnel.controls, *(column for c in funnel.channels for column in c.columns)}
    if not columns <= set(panel.columns):
        return ()
    return (*wrong_signs(funnel, panel), *bent_responses(funnel, panel), *media_follow_level(funnel, panel))
