"""The long run: what a campaign brings in years, and whether the data can say."""

from omnimix.lasting.record import LongRun
from omnimix.lasting.verb import long_run

__all__ = ["LongRun", "long_run"]
