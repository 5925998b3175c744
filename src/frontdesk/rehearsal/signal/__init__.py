"""A Signal bridge that runs here: as strict as the real one, and as unreliable as it is told to be."""

from frontdesk.rehearsal.signal.orders import Order
from frontdesk.rehearsal.signal.refusal import Refusal
from frontdesk.rehearsal.signal.stub import Call, SignalStub

__all__ = ["Call", "Order", "Refusal", "SignalStub"]
