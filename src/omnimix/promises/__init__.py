"""What plans promised, what happened, and the bridge between them."""

from omnimix.promises.ledger import RecordedPlan, record_plan, recorded_plans
from omnimix.promises.record import Tracking
from omnimix.promises.track import track

__all__ = ["RecordedPlan", "Tracking", "record_plan", "recorded_plans", "track"]
