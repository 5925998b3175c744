"""What is heard in a message before anybody answers it: files, language, translation, intent, entities."""

from frontdesk.core.channel import Channel
from frontdesk.core.conversation import Contact
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.tenant import Tenant
from frontdesk.store.conversations import Opened
from frontdesk.understanding import language
from frontdesk.understanding.heard import Heard
from frontdesk.understanding.language import Decision


class Hearing:
    """Hears for one tenant, as its settings have it."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant

    async def hear(self, channel: Channel, event: Message | Reaction | Happening, text: str, opened: Opened) -> Heard:
        """Return what an event says; `text` is what was written, or what a press stands for."""
        return Heard(text=text, language=await language_heard(self.tenant, event, opened.contact))


async def language_heard(tenant: Tenant, event: Message | Reaction | Happening, contact: Contact) -> Decision | None:
    """Return the language a contact writes in; None where nothing was written, or the tenant speaks only one."""
    spoken = tenant.settings.languages
    if len(spoken) < 2 or not isinstance(event, Message) or event.press or not event.text:
        return None
    return language.language_of(event.text, spoken, contact.language, await language.detector(spoken))
