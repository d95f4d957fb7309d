"""What can be typed after `omnimix`, and what is said when it cannot."""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from omnimix.cli.argument_kinds import MAX_SEED, MOST_WEEKS, label, not_negative, positive, whole
from omnimix.cli.tests_arguments import add_analyze_test, add_calibrate, add_tests
from omnimix.cli.tracking_arguments import add_customers, add_journeys, add_readiness
from omnimix.errors import OmnimixError, did_you_mean

VERBS = {
    "demo": "fit the shipped, simulated example and leave the shared page, plan, figures and pictures in a folder",
    "init": "write a commented omnimix.toml and an example table into a folder",
    "check": "read and check the data of a project; fit nothing",
    "fit": "fit a project and save its posterior",
    "refit": "fit the same funnel to a table that goes on, from what was learned, and say why figures moved",
    "effects": "print ROAS, contributions, paths, traffic shares and payback of a saved posterior",
    "chains": "judge chained campaigns on their combined ROAS, and each of their links",
    "budget": "divide one joint budget over channels and weeks, and say what separate budgets would cost",
    "goals": "say how likely declared goals are reached under today's plan and the joint plan, and the cheapest plan",
    "long-run": "say what every channel brings soon and in years, or that the data cannot say",
    "track": "hold what happened against what a plan promised, cause by cause, to the cent",
    "plan": "value a plan workbook that was edited: what it brings, what the edit costs, which limits it breaks",
    "report": "write the page that a brand and an e-commerce manager read together: one HTML file, Dutch or English",
    "backtest": "forecast weeks that are held back, from several origins, and say how far off that is; a fit each",
    "calibrate": "take results of tests into a saved posterior, without fitting again",
    "tests": "design tests that could be done next, with what each costs and what its answer is worth",
    "analyze-test": "read a test in some markets from a long table, held against markets without it; no model",
    "campaigns": "judge chains of campaigns from a plain export (csv, xlsx, parquet); no model, nothing incremental",
    "journeys": "say where journeys start and what every attribution method would credit, from touches and orders",
    "readiness": "say how ready a team is: its own score beside what can be shown, and the next step of each part",
    "customers": "say how many customers buy in more than one place and what that changes, from a table of orders",
    "mcp": "answer an assistant (Model Context Protocol, stdio) about the posteriors of one folder; reads only",
}
MOST_DRAWS, MOST_CHAINS = 100_000, 64  # as in config.keys, which is too slow to import for `--help`
MOST_FOLDS = 52


class UsageError(OmnimixError):
    """Refuse what was typed: an unknown verb or option, or a path that cannot be used."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `{self.prog} --help`.")


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """Return what was typed. Raises :class:`UsageError`; `--help` and `--version` leave by SystemExit."""
    parser, by_verb = _parsers()
    verb = next((a for a in arguments if not a.startswith("-")), None)
    if verb is not None and verb not in VERBS:
        near = did_you_mean(verb, VERBS) or f"; the verbs are {', '.join(VERBS)}"
        raise UsageError(f"there is no verb `{verb}`{near}")
    if not arguments:
        parser.print_help(sys.stderr)
        raise UsageError("name a verb.")
    given, rest = parser.parse_known_args(arguments)
    if given.verb is None:
        raise UsageError(f"there is no option `{rest[0]}`; see `omnimix --help`.")
    if rest:
        options = [o for action in by_verb[given.verb]._actions for o in action.option_strings]
        what = "option" if rest[0].startswith("-") else "further argument"
        near = did_you_mean(rest[0].partition("=")[0], options) if what == "option" else ""
        raise UsageError(
            f"`omnimix {given.verb}` has no {what} `{rest[0]}`{near or f'; see `omnimix {given.verb} --help`.'}"
        )
    return given


def _parsers() -> tuple[_Parser, dict[str, _Parser]]:
    parser = _Parser(
        prog="omnimix",
        description="Bayesian marketing-mix modelling: what each channel earns, with honest intervals.",
        epilog="Exit codes: 0 done; 1 a finding blocks, with the reason on stderr; 2 wrong usage.",
        allow_abbrev=False,
    )
    version = f"omnimix {importlib.metadata.version('omnimix')}"
    parser.add_argument("--version", action="version", version=version, help="print the version and leave")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    by_verb = {v: verbs.add_parser(v, help=h, description=h, allow_abbrev=False) for v, h in VERBS.items()}
    by_verb["demo"].add_argument(
        "--out", type=Path, default=Path("omnimix-demo"), metavar="DIR", help="folder to write to (./omnimix-demo)"
    )
    by_verb["init"].add_argument("folder", type=Path, metavar="DIR", help="folder to write to")
    for verb in ("check", "fit", "backtest"):
        by_verb[verb].add_argument("project", type=Path, metavar="omnimix.toml", help="project file")
    by_verb["fit"].add_argument(
        "--out", type=Path, default=Path("posterior.nc"), metavar="FILE", help="where to save (posterior.nc)"
    )
    for verb in ("effects", "chains", "budget", "plan", "goals", "report", "long-run"):
        by_verb[verb].add_argument("posterior", type=Path, metavar="posterior.nc", help="a saved posterior")
        if verb != "report":  # its page says so by itself
            by_verb[verb].add_argument(
                "--allow-unconverged", action="store_true", help="print the figures of a fit that did not converge"
            )
    for verb, what in (
        ("chains", "the chains"),
        ("budget", "the budget"),
        ("goals", "the goals"),
        ("report", "chains and budget"),
    ):
        by_verb[verb].add_argument(
            "--project", type=Path, metavar="omnimix.toml", help=f"project file with {what}, if changed since the fit"
        )
        by_verb[verb].add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    by_verb["effects"].add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    _add_long_run(by_verb["long-run"])
    by_verb["check"].add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    _add_refit(by_verb["refit"])
    _add_track(by_verb["track"])
    by_verb["plan"].add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    by_verb["plan"].add_argument("workbook", type=Path, metavar="plan.xlsx", help="a plan that was edited")
    _add_budget(by_verb["budget"])
    _add_report(by_verb["report"])
    _add_campaigns(by_verb["campaigns"])
    add_customers(by_verb["customers"])
    _add_backtest(by_verb["backtest"])
    add_journeys(by_verb["journeys"])
    add_readiness(by_verb["readiness"])
    for verb in ("demo", "fit", "backtest"):
        _add_sampling(by_verb[verb])
    add_calibrate(by_verb["calibrate"])
    add_tests(by_verb["tests"])
    add_analyze_test(by_verb["analyze-test"])
    by_verb["mcp"].add_argument("folder", type=Path, metavar="FOLDER", help="the only folder that is read")
    for verb in (v for v in VERBS if v not in ("init", "refit", "track", "mcp")):
        by_verb[verb].add_argument("--json", type=Path, metavar="FILE", help="write the same content as JSON")
    return parser, by_verb


def _add_sampling(parser: argparse.ArgumentParser) -> None:
    kept = {
        "draws": (MOST_DRAWS, "draws kept of each chain (1000)"),
        "tune": (MOST_DRAWS, "draws of each chain spent on adapting (1000)"),
        "chains": (MOST_CHAINS, "independent chains (4)"),
    }
    for name, (most, words) in kept.items():
        parser.add_argument(f"--{name}", type=whole(1, most), metavar="N", help=words)
    parser.add_argument("--seed", type=whole(0, MAX_SEED), metavar="N", help="the same seed gives the same draws")


def _add_refit(parser: argparse.ArgumentParser) -> None:
    _add_stored(parser)
    parser.add_argument("--out", type=Path, metavar="new.nc", help="where to save (beside the old fit, as .new.nc)")
    parser.add_argument("--no-plans", dest="plans", action="store_false", help="do not compare the best plans")
    for name, most in (("draws", MOST_DRAWS), ("tune", MOST_DRAWS)):
        parser.add_argument(f"--{name}", type=whole(1, most), metavar="N", help="of each chain, where it is sampled")
    parser.add_argument("--seed", type=whole(0, MAX_SEED), metavar="N", help="the same seed gives the same draws")


def _add_long_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    parser.add_argument(
        "--discount",
        type=not_negative,
        default=0.1,
        metavar="X",
        help="yearly rate by which later money counts less (0.1)",
    )
    parser.add_argument(
        "--weeks", type=whole(1, MOST_WEEKS), default=13, metavar="N", help="length of the campaign looked at (13)"
    )


def _add_track(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("posterior", type=Path, metavar="posterior.nc", help="the posterior the plan was made from")
    parser.add_argument("plan", type=Path, metavar="plan.xlsx", help="the plan's workbook")
    parser.add_argument("table", type=Path, metavar="weekly.csv", help="the whole table: old weeks and new ones")
    parser.add_argument("--out", type=Path, metavar="bridge.xlsx", help="write the bridge as a workbook")
    _add_reading(parser)


def _add_stored(parser: argparse.ArgumentParser) -> None:
    """Add a saved posterior, a weekly table that goes on from it, and how that table is read."""
    parser.add_argument("posterior", type=Path, metavar="posterior.nc", help="a saved posterior")
    parser.add_argument("table", type=Path, metavar="weekly.csv", help="the whole table: old weeks and new ones")
    _add_reading(parser)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--project", type=Path, metavar="omnimix.toml", help="project file that says how such a table is read"
    )
    parser.add_argument("--allow-unconverged", action="store_true", help="go on from a fit that did not converge")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the same content as JSON")


def _add_backtest(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--folds", type=whole(1, MOST_FOLDS), default=4, metavar="N", help="forecasts, a fit each (4)")
    parser.add_argument(
        "--horizon", type=whole(1, MOST_WEEKS), default=13, metavar="N", help="weeks of every forecast (13)"
    )
    parser.add_argument(
        "--every", type=whole(1, MOST_WEEKS), metavar="N", help="weeks between one origin and the next (the horizon)"
    )
    parser.add_argument("--plans", action="store_true", help="also say how the best plan's shares move between folds")
    parser.add_argument("--perturb", action="store_true", help="also fit with a little noise; two fits more")
    parser.add_argument(
        "--placebo", action="store_true", help="also fit with a channel that does nothing; one fit more"
    )
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")


def _add_budget(parser: argparse.ArgumentParser) -> None:
    _add_size(parser)
    parser.add_argument("--by", choices=("geo",), help="decide money by channel and geo, of a fit of several geos")
    parser.add_argument(
        "--phasing", choices=("pattern", "free"), help="keep every channel's weekly pattern, or plan every week"
    )
    parser.add_argument("--out", type=Path, metavar="plan.xlsx", help="write the plan as a workbook that can be edited")
    parser.add_argument(
        "--round", type=int, choices=(100, 1000), metavar="N", help="round the money of the workbook to 100 or 1000"
    )


def _add_report(parser: argparse.ArgumentParser) -> None:
    _add_size(parser)
    parser.add_argument(
        "--out", type=Path, default=Path("report.html"), metavar="report.html", help="where to write (report.html)"
    )
    parser.add_argument("--title", default="", metavar="TEXT", help="the heading (the finding itself)")
    parser.add_argument("--subtitle", default="", metavar="TEXT", help="a line under the title, such as the company")
    parser.add_argument("--logo", type=Path, metavar="FILE", help="a picture to stand above it")
    parser.add_argument("--accent", metavar="#rrggbb", help="the colour of links and marks")
    parser.add_argument(
        "--label", action="append", default=[], type=label, metavar="NAME=TEXT", help="what readers call a channel"
    )
    parser.add_argument("--template", type=Path, metavar="DIR", help="a folder with templates of your own")
    parser.add_argument("--next-test", action="store_true", help="tell which test is worth doing, and ask for no other")
    parser.add_argument("--goals", action="store_true", help="tell how likely the declared goals are reached")
    parser.add_argument("--readiness", type=Path, metavar="readiness.toml", help="tell how ready the team is")
    parser.add_argument("--orders", type=Path, metavar="orders.csv", help="tell what customers do, from their orders")
    parser.set_defaults(allow_unconverged=True, phasing=None)


def _add_size(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--total",
        type=positive,
        metavar="X",
        help="money of all channels over the whole window (as declared, or today's)",
    )
    parser.add_argument(
        "--weeks", type=whole(1, MOST_WEEKS), metavar="N", help="length of the window (as declared, or 13)"
    )


def _add_campaigns(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", type=Path, metavar="table.csv", help="an export of campaigns: csv, xlsx or parquet")
    parser.add_argument("--hurdle", type=positive, default=1.0, metavar="X", help="the ROAS a chain must reach (1)")
    parser.add_argument("--margin", type=positive, default=1.0, metavar="X", help="earned on 1 of revenue (1)")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    parser.add_argument("--steps", metavar="A,B,...", help="the order of steps that are texts")
    parser.add_argument("--decimal", choices=(".", ","), help="decimal mark, where the table does not show it")
    parser.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
