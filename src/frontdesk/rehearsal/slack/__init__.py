"""A Slack workspace that runs here: as strict as the real one, and as unreliable as it is told to be."""

from frontdesk.rehearsal.slack.calls import Call
from frontdesk.rehearsal.slack.orders import Order
from frontdesk.rehearsal.slack.refusal import Refusal
from frontdesk.rehearsal.slack.stub import SlackStub

__all__ = ["Call", "Order", "Refusal", "SlackStub"]
