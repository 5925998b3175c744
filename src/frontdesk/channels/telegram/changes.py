"""Changes to messages already there: reactions, edits, deletions."""

from dataclasses import replace
from typing import Any

from frontdesk.channels.telegram.attachments import caption, parse_mode
from frontdesk.channels.telegram.calls import Call
from frontdesk.channels.telegram.errors import says
from frontdesk.channels.telegram.markup import inline_keyboard
from frontdesk.channels.telegram.targets import target_of
from frontdesk.core.content import Content
from frontdesk.core.exchange import Response

VARIATION_SELECTOR = "\ufe0f"  # Telegram's set of reactions is written without it: ❤, not ❤️


def change_call(content: Content) -> Call:
    """Return the call that changes the target; the caller has seen to it that `content` is a change."""
    target = target_of(content.target)
    match content.type:
        case "reaction":
            return Call("setMessageReaction", {**target, "reaction": _reaction(content.emoji)})
        case "delete":
            return Call("deleteMessage", target)
        case _:
            return _edit_call(content, target)


def is_done(response: Response) -> bool:
    """Say whether a refusal only tells that the wanted state is there already."""
    return says(response, "message is not modified", "message to delete not found")


def captioned(edit: Call) -> Call:
    """Return an edit of words as the edit of a caption."""
    fields = {key: value for key, value in edit.fields.items() if key not in {"text", "link_preview_options"}}
    return replace(edit, method="editMessageCaption", fields={**fields, "caption": edit.fields["text"]})


def _edit_call(content: Content, target: dict[str, Any]) -> Call:
    """Choose by what is new: words of a file's message, words, or only the buttons (none takes them away)."""
    fields = {**target, "reply_markup": inline_keyboard(content)} if content.buttons or content.rows else target
    if not content.text:
        return Call("editMessageReplyMarkup", fields)
    if content.media:
        return Call("editMessageCaption", {**fields, **caption(content)})
    fields = {**fields, "text": content.text, **parse_mode(content)}
    if not content.link_preview:
        fields["link_preview_options"] = {"is_disabled": True}
    return Call("editMessageText", fields)


def _reaction(emoji: str | None) -> list[dict[str, str]]:
    """Return the one reaction a bot may have on a message; an empty list takes it away."""
    if not emoji:
        return []
    kind, _, number = emoji.partition(":")
    if kind == "custom" and number:
        return [{"type": "custom_emoji", "custom_emoji_id": number}]
    return [{"type": "emoji", "emoji": emoji.replace(VARIATION_SELECTOR, "")}]
