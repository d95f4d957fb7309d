"""The verb that writes the shared page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from omnimix.arguments import checked
from omnimix.backtests import Backtest
from omnimix.budget import BudgetPlan, SiloCost
from omnimix.chains import ChainVerdict
from omnimix.errors import OmnimixError
from omnimix.experiments import TestDesigns
from omnimix.maturity import Readiness
from omnimix.page.branding import Branding, branding
from omnimix.page.compose import figures
from omnimix.page.gather import Gathered, gather
from omnimix.page.given import Given, require_of_this_fit
from omnimix.page.html import html_of
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.promises import Tracking
from omnimix.spec import Chain
from omnimix.steering import GoalChances, KpiTree
from omnimix.tracking import Clv, Customers
from omnimix.triangulation import Witnesses
from omnimix.whole_file import why_not_writable, write_whole
from omnimix.words import require_language

PAGE_SUFFIXES = (".html", ".htm")


@dataclass(frozen=True, repr=False)
class Report:
    """The shared page: what it tells, in a language.

    Attributes:
        found: everything that was worked out for it.
        language: ``en`` or ``nl``.
        subtitle: a line under the title.
        path: where it was written, if it was.
        look: how the page of a firm looks and what it calls things.
    """

    found: Gathered
    language: str
    subtitle: str = ""
    path: Path | None = None
    look: Branding = field(default_factory=Branding)

    @property
    def usable(self) -> bool:
        """Whether the page gives advice: it does not for a fit that failed its checks."""
        return self.found.advice is not None

    @property
    def figures(self) -> dict[str, Any]:
        """Every figure of the page as plain data, as its data block holds it."""
        return figures(self.found, self.language)

    def html(self) -> str:
        """Return the page as one HTML text that needs no other file and no network."""
        return html_of(self.found, self.language, self.subtitle, self.look)

    def write(self, path: str | Path, *, language: str | None = None, subtitle: str | None = None) -> Report:
        """Write the page, in another language or with another line under the title if given; return what was written.

        Raises :class:`OmnimixError` for a language that is not spoken and a place that cannot be written to.
        """
        language = language or self.language
        require_language(language)
        _require_place(path)
        under = self.subtitle if subtitle is None else subtitle
        page = replace(self, language=language, path=Path(path), subtitle=under)
        write_whole(page.html(), path, kind="the page", error=OmnimixError)
        return page

    def __repr__(self) -> str:
        where = f" in {self.path}" if self.path else ""
        told = "with advice" if self.usable else "without advice: the fit failed its checks"
        return f"Shared page{where}, language {self.language}, {told}"

    def _repr_html_(self) -> str:
        from html import escape

        told = "" if self.usable else " The fit failed its checks, so it gives no advice."
        if self.path is None:
            return f"<p><b>Shared page</b>, not written yet: <code>.write(path)</code>.{told}</p>"
        place = escape(self.path.as_posix())
        return f'<p><b>Shared page</b>: <a href="{place}" target="_blank">{place}</a> ({self.language}).{told}</p>'


@checked
def report(  # noqa: PLR0913  one page; all but the posterior may be left out
    posterior: Posterior | GeoPosterior,
    path: str | Path | None = None,
    *,
    language: str = "en",
    chains: Sequence[Chain | ChainVerdict] | None = None,
    plan: BudgetPlan | None = None,
    silos: SiloCost | None = None,
    backtest: Backtest | None = None,
    tests: TestDesigns | None = None,
    promises: Tracking | None = None,
    goals: GoalChances | None = None,
    customers: Customers | None = None,
    clv: Clv | None = None,
    witnesses: Witnesses | None = None,
    readiness: Readiness | None = None,
    tree: KpiTree | None = None,
    title: str = "",
    subtitle: str = "",
    logo: str | Path | None = None,
    labels: Mapping[str, str] | None = None,
    accent: str | None = None,
    template: str | Path | None = None,
    progress: bool = True,
) -> Report:
    """Write the page that a brand manager and an e-commerce manager read together; return it.

    One HTML file without any request to the network: the finding, what to move and why, what to do on Monday, what
    media did and what each channel earns, other totals, and how sure all that is; chains, payback, separate budgets
    and shared pools are folded away where they decide nothing. A fit that failed its checks gives a page that says so
    and gives no advice.

    Args:
        posterior: a fitted model.
        path: the file to write; ``None`` writes nothing, see :meth:`Report.write`.
        language: ``en`` or ``nl``.
        chains: chains to judge, or verdicts on them; by default those declared with the fit, or all channels as one.
        plan: the joint plan; by default that of the budget declared with the fit, or of today's total for 13 weeks.
        silos: what separate budgets cost, if it was worked out already, for the same total and weeks.
        backtest: how well the funnel forecast weeks it had not seen (:func:`omnimix.backtest`), to be told as well.
        tests: tests that could be done next (:func:`omnimix.design_tests`): which is worth its cost. The advice and the
            verdicts of ``chains`` then ask for no test that is not.
        promises: what a plan promised beside what happened (:func:`omnimix.track`).
        goals: how likely goals are reached (:func:`omnimix.goals`).
        customers: who buys in more than one place (:func:`omnimix.customers`).
        clv: what a new customer is worth (:func:`omnimix.clv`).
        witnesses: what platforms, paths, the model and tests say of every channel (:func:`omnimix.witnesses`); what
            platforms claim then stands in the table of channels as well.
        readiness: how ready the team is (:func:`omnimix.readiness`).
        tree: why a result moved between two periods (:func:`omnimix.kpi_tree`).
        title: the heading; by default the finding itself, in a sentence.
        subtitle: a line under the title, such as the name of the company.
        logo: a picture to stand above it: a PNG, JPEG, GIF, WebP or SVG file, which goes into the page.
        labels: what readers call channels, stages, outcomes, teams and pools, such as ``{"tv": "Television"}``.
        accent: the colour of links and marks, such as ``#0072b2``; text of it on white has to be readable.
        template: a folder of a firm with its own ``page.css``, ``page.html.jinja`` or ``blocks/<kind>.html.jinja``,
            which go before those of omnimix.
        progress: show a progress bar.

    Raises :class:`OmnimixError` for a language that is not spoken, chains that are none, a place that cannot be
    written to, records of another funnel, other data or another currency, and a logo, labels, an accent or a template
    folder that cannot be used; :class:`BudgetError` where no plan keeps every limit that was declared.
    """
    require_language(language)
    if path is not None:
        _require_place(path)
    _require_backtest(backtest, posterior)
    given = Given(tests, promises, goals, customers, clv, witnesses, readiness, tree)
    require_of_this_fit(given, posterior, chains=chains, plan=plan, silos=silos)
    look = branding(posterior, title, logo, labels, accent, template)
    found = gather(posterior, chains, plan, silos, backtest=backtest, given=given, progress=progress)
    page = Report(found, language, subtitle, look=look)
    return page if path is None else page.write(path)


def _require_backtest(backtest: Backtest | None, posterior: Posterior) -> None:
    """Refuse forecasts of other outcomes than those of the fit."""
    own = tuple(o.name for o in posterior.funnel.outcomes)
    if backtest is not None and set(backtest.outcomes) != set(own):
        raise OmnimixError(
            f"this backtest is of {', '.join(backtest.outcomes)} and the fit of {', '.join(own)}; give a backtest of "
            "the same funnel."
        )


def _require_place(path: str | Path) -> None:
    """Refuse, before any work, a place where no page can be written."""
    if isinstance(path, str | Path) and Path(path).suffix.lower() not in PAGE_SUFFIXES:
        raise OmnimixError(f"{path}: a page is written as HTML; let its name end in .html. A browser prints it to PDF.")
    reason = why_not_writable(path)
    if reason:
        raise OmnimixError(f"the page cannot be written to {path}: {reason}.")
