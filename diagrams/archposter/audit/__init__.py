"""What a careful reader would call drawing mistakes, and what a picture should say and does not."""

from archposter.audit.faults import Fault, FaultKind, audit, untold

__all__ = ["Fault", "FaultKind", "audit", "untold"]
