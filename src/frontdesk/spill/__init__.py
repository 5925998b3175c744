"""The spill: what a provider will never send again, on this machine's disk while PostgreSQL is away."""

from frontdesk.spill.record import Key, Record
from frontdesk.spill.segment import Entry
from frontdesk.spill.spill import Spill

__all__ = ["Entry", "Key", "Record", "Spill"]
