"""A plain campaign table becomes a verdict on chains; nothing here needs a model or a posterior."""

from __future__ import annotations

from omnimix.campaigns.evaluate import evaluate_campaigns
from omnimix.campaigns.record import CampaignVerdict

__all__ = ["CampaignVerdict", "evaluate_campaigns"]
