"""The names of dimensions and columns, once. One idea has one word everywhere."""

from __future__ import annotations

CHAIN = "chain"
DRAW = "draw"
WEEK = "week"
NODE = "node"
CHANNEL = "channel"
OUTCOME = "outcome"
TERM = "term"  # a column of the baseline: intercept, trend, level knots, season, holidays, controls

SPEND = "spend"
CONTRIBUTION = "contribution"
CONTRIBUTION_SHARE = "contribution_share"
ROAS = "roas"
MARGINAL_ROAS = "marginal_roas"

MEAN = "mean"
MEDIAN = "median"
LOWER = "lower"
UPPER = "upper"
INTERVAL = "interval"
DEFAULT_INTERVAL = 0.9

ALL_MEDIA = "all_media"
