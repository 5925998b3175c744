"""What is heard in a message before anybody answers it: so far, its language."""

from frontdesk.core.conversation import Contact
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.tenant import Tenant
from frontdesk.understanding import language
from frontdesk.understanding.language import Decision


async def language_heard(tenant: Tenant, event: Message | Reaction | Happening, contact: Contact) -> Decision | None:
    """Return the language a contact writes in; None where nothing was written, or the tenant speaks only one."""
    spoken = tenant.settings.languages
    if len(spoken) < 2 or not isinstance(event, Message) or event.press or not event.text:
        return None
    return language.language_of(event.text, spoken, contact.language, await language.detector(spoken))
