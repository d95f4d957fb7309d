"""Results as plain rows: what JSON files and the data block of the page hold."""

from omnimix.rows.budget import budget_rows
from omnimix.rows.chains import chain_rows
from omnimix.rows.fits import check_rows, effects_rows, fit_rows
from omnimix.rows.json_file import plain, write_json
from omnimix.rows.results import Results, results

__all__ = [
    "Results",
    "budget_rows",
    "chain_rows",
    "check_rows",
    "effects_rows",
    "fit_rows",
    "plain",
    "results",
    "write_json",
]
