"""The names of dimensions and columns, once. One idea has one word everywhere."""

from __future__ import annotations

CHAIN = "chain"
DRAW = "draw"
WEEK = "week"
GEO = "geo"  # a region, store cluster, market or brand
TEAM = "team"  # whose budget a channel is part of
NODE = "node"
CHANNEL = "channel"
PERIOD = "period"  # a stretch of weeks in which effects are the same
CAMPAIGN = "campaign"  # one of the columns of money under a channel
OUTCOME = "outcome"
STAGE = "stage"
PATH = "path"
LINK = "link"
MEASURE = "measure"
HORIZON = "horizon"  # weeks since the first week of a campaign
PARENT = "parent"  # a node that acts on another node
TERM = "term"  # a column of the baseline: intercept, trend, level knots, season, holidays, controls

SPEND = "spend"
INDUCED_SPEND = "induced_spend"  # what a channel makes channels that answer to a stage spend
CONTRIBUTION = "contribution"
CONTRIBUTION_SHARE = "contribution_share"
MEAN_RESPONSE = "mean_response"  # of a channel on a node in the data window: what the engine scales by
BASELINE_COEFFICIENT = "baseline_coefficient"
ROAS = "roas"
MARGINAL_ROAS = "marginal_roas"

MEAN = "mean"
MEDIAN = "median"
LOWER = "lower"
UPPER = "upper"
INTERVAL = "interval"
DEFAULT_INTERVAL = 0.9

ALL_MEDIA = "all_media"
