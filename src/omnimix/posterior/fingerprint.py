"""What tells a funnel on its data from any other: records of another fit are not taken for those of this one."""

from __future__ import annotations

import dataclasses
import hashlib
import json

from omnimix.data import Panel
from omnimix.spec import Funnel

LENGTH = 16


def fingerprint(funnel: Funnel, panel: Panel) -> str:
    """Return a short text that is the same for the same funnel on the same table, and another for any other.

    The order of the columns says nothing, and neither does whether a posterior was saved and read in between.
    """
    frame = panel.frame
    names = sorted(map(str, frame.columns))
    asked = json.dumps([dataclasses.asdict(funnel), panel.currency, names], default=str, sort_keys=True)
    found = hashlib.sha256(asked.encode())
    found.update(" ".join(map(str, frame.index)).encode())
    found.update(frame.rename(columns=str)[names].to_numpy(dtype=float).tobytes())
    return found.hexdigest()[:LENGTH]
