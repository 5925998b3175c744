"""A Telegram Bot API that runs here: as strict as the real one, and as unreliable as it is told to be."""

from frontdesk.rehearsal.telegram.orders import Order
from frontdesk.rehearsal.telegram.refusal import Refusal
from frontdesk.rehearsal.telegram.stub import Call, TelegramStub

__all__ = ["Call", "Order", "Refusal", "TelegramStub"]
