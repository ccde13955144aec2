"""For tests, yours too: an in-memory cluster with server-side apply, controllers, faults, and a manual clock."""

from .cluster import FakeCluster, FakeOptions
from .controllers import OUTCOME
from .faults import Call, Fault, Faults, Killed, broken
from .manual import ManualClock

__all__ = ["OUTCOME", "Call", "FakeCluster", "FakeOptions", "Fault", "Faults", "Killed", "ManualClock", "broken"]
