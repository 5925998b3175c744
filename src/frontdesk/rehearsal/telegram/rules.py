"""What Telegram refuses, a rule a method; the words are its own, so that adapters meet what they will meet."""

import re

from frontdesk.rehearsal.telegram import changing, sending
from frontdesk.rehearsal.telegram.markup import check_markup
from frontdesk.rehearsal.telegram.refusal import Refusal, require
from frontdesk.rehearsal.telegram.sending import Fields, Rule
from frontdesk.rehearsal.telegram.vocabulary import ADDRESSED, FILES

CHANNEL = re.compile(r"@[A-Za-z]\w{3,}\Z")


def check(method: str, fields: Fields) -> None:
    """Refuse a call (method in lower case) that Telegram would refuse; unknown methods are 404."""
    rule = RULES.get(method)
    if rule is None:
        raise Refusal("Not Found", 404)
    if method in ADDRESSED:
        fields["chat_id"] = chat_of(fields)
    rule(fields)
    if fields.get("reply_markup") is not None:
        check_markup(fields["reply_markup"], private=isinstance(fields.get("chat_id"), int) and fields["chat_id"] > 0)


def chat_of(fields: Fields) -> int | str:
    """Return the chat a call is about: people's ids are positive, groups' negative, channels may go by name."""
    chat = fields.get("chat_id")
    require(chat not in (None, ""), "chat_id is empty")
    if isinstance(chat, str) and CHANNEL.match(chat):
        return chat
    if isinstance(chat, str) and chat.removeprefix("-").isdecimal():
        chat = int(chat)
    if not isinstance(chat, int) or isinstance(chat, bool) or chat == 0 or abs(chat) >= 1 << 52:
        raise Refusal("chat not found")
    return chat


def chat_type(chat: int | str) -> str:
    """Return the type of a chat by its id: supergroups and channels start with -100."""
    if isinstance(chat, str):
        return "channel"
    if chat > 0:
        return "private"
    return "supergroup" if chat < -1_000_000_000_000 else "group"


RULES: dict[str, Rule] = {
    **{method: sending.file(name) for method, name in FILES.items()},
    "sendmessage": sending.message,
    "sendmediagroup": sending.album,
    "sendlocation": sending.location,
    "sendvenue": sending.venue,
    "sendcontact": sending.contact,
    "sendchataction": sending.chat_action,
    "answercallbackquery": changing.press_answer,
    "setmessagereaction": changing.reaction,
    "editmessagetext": changing.edited_text,
    "editmessagecaption": changing.edited_caption,
    "editmessagereplymarkup": changing.target,
    "deletemessage": changing.target,
    "getfile": changing.wanted_file,
    "setwebhook": changing.webhook,
    "deletewebhook": changing.anything,
    "getwebhookinfo": changing.anything,
    "getme": changing.anything,
}
