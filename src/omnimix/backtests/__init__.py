"""How well a funnel forecasts weeks it has not seen, and how steady its figures are: everything is fitted again."""

from omnimix.backtests.folds import Fold
from omnimix.backtests.made_up_channel import Placebo, placebo
from omnimix.backtests.perturbation import Perturbation, perturb
from omnimix.backtests.record import Backtest
from omnimix.backtests.run import backtest

__all__ = ["Backtest", "Fold", "Perturbation", "Placebo", "backtest", "perturb", "placebo"]
