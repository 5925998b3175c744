"""The question for a rating after a person has helped, asked where the bot is given the conversation back."""

from uuid import UUID

from frontdesk.core.asking import SHARES
from frontdesk.core.channel import Channel
from frontdesk.core.content import Content
from frontdesk.core.feedback import AskedFeedback, rating_buttons
from frontdesk.core.tenant import Tenant
from frontdesk.phrases import best, say
from frontdesk.services.sending import Sending
from frontdesk.store import feedback
from frontdesk.store.pool import Transaction


async def after_handoff(
    tx: Transaction, sending: Sending, tenant: Tenant, channel: Channel, conversation_id: UUID, handoff_id: UUID
) -> bool:
    """Ask for a rating, once a handoff and once a session; False where the settings, or the talk, are against it.

    The caller wakes the workers once its transaction has ended.
    """
    asks = tenant.settings.feedback
    if asks.ask == "never" or (asks.ask == "sometimes" and handoff_id.int % SHARES >= asks.share * SHARES):
        return False
    noted = AskedFeedback(occasion=f"handoff {handoff_id}", handler="handoff")
    mode = {"handler": "feedback", "state": {"awaiting": "rating", "about": None, "handoff": str(handoff_id)}}
    version = tenant.settings.consent.version if tenant.settings.consent.required else None
    place = await feedback.ask(tx, noted, conversation_id, mode, version)
    if place is None:
        return False
    language = best((place["language"], *tenant.settings.languages))
    content = Content(text=say(language, "feedback.ask"), buttons=rating_buttons(noted.occasion))
    await sending.put(
        tx, tenant, channel, place["external_id"], content, thread=place["thread"], author="bot", purpose="notice"
    )
    return True
