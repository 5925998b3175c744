"""A WhatsApp Cloud API that runs here: as strict as Meta's, and as unreliable as it is told to be."""

from frontdesk.rehearsal.whatsapp.account import Template
from frontdesk.rehearsal.whatsapp.orders import Order
from frontdesk.rehearsal.whatsapp.reading import Call
from frontdesk.rehearsal.whatsapp.refusal import Refusal
from frontdesk.rehearsal.whatsapp.stub import WhatsAppStub

__all__ = ["Call", "Order", "Refusal", "Template", "WhatsAppStub"]
