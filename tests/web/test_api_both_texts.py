"""Over the API a message shows what was said, and what that is in the tenant's working language."""

from frontdesk.rehearsal.telegram import TelegramStub
from frontdesk.services.provisioning import Provisioning
from tests.builders import a_telegram_text
from tests.installation import Installation
from tests.services.desk import TOKEN, until
from tests.understanding.talking import CHAT, MEANT, PHRASES, RULES, WANTED
from tests.understanding.translation.libre_stub import LibreStub


async def test_both_texts_are_shown(installation: Installation, telegram: TelegramStub) -> None:
    async with LibreStub(phrases=PHRASES, key="") as libre:
        provisioning = await installation.app.get(Provisioning)
        translation = {"provider": "libretranslate", "url": libre.url}
        settings = {"languages": ["en", "hi"], "translation": translation, "keyword_rules": RULES}
        made = await provisioning.create_tenant("both_texts", "Clinic", actor="tests")
        tenant = await provisioning.change_settings(made.code, settings, actor="tests")
        channel, address = await installation.add_channel(tenant, credentials={"token": TOKEN}, api_base=telegram.url)
        assert await installation.post(address, a_telegram_text(WANTED, chat=CHAT), channel) == 200
        await until(lambda: bool(telegram.said(CHAT)))
    base = f"/tenants/{tenant.code}/conversations"
    (conversation,) = (await installation.api("GET", base))["items"]
    asked, answered = (await installation.api("GET", f"{base}/{conversation['id']}/messages"))["items"]
    assert (asked["text"], asked["working_text"]) == (WANTED, MEANT)
    assert (answered["text"], answered["working_text"]) == (PHRASES[RULES[0]["reply"]], RULES[0]["reply"])
    single = await installation.api("GET", f"/tenants/{tenant.code}/messages/{asked['id']}")
    assert single["working_text"] == MEANT
