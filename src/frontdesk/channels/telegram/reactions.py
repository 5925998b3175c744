"""Emoji put on messages and taken away."""

from frontdesk.channels.telegram.origins import message_identity, origin
from frontdesk.channels.telegram.payloads import Fields, moment, part, parts, words
from frontdesk.core.message import Event, Ignored, Reaction


def read_reaction(update: Fields, external_id: str | None) -> list[Event]:
    """Return what changed between the old and the new list, removals first; Telegram sends both lists whole."""
    target = message_identity(update)
    if target is None:
        return [Ignored(reason="malformed", detail="a reaction without readable chat and message ids")]
    before, after = _emoji(update, "old_reaction"), _emoji(update, "new_reaction")
    changes = [("remove", emoji) for emoji in before if emoji not in after]
    changes += [("add", emoji) for emoji in after if emoji not in before]
    author = origin(part(update, "chat"), part(update, "actor_chat"), part(update, "user"))
    reactions: list[Event] = [
        Reaction(
            target=target,
            action="add" if action == "add" else "remove",
            origin=author,
            emoji=emoji,
            external_id=f"{external_id}:{number}" if external_id else None,
            timestamp=moment(update, "date"),
        )
        for number, (action, emoji) in enumerate(changes)
    ]
    return reactions or [Ignored(reason="empty", detail="a reaction that changes nothing")]


def _emoji(update: Fields, key: str) -> list[str]:
    return [emoji for reaction in parts(update, key) if (emoji := _emoji_name(reaction))]


def _emoji_name(reaction: Fields) -> str | None:
    match reaction.get("type"):
        case "emoji":
            return words(reaction, "emoji")
        case "custom_emoji":
            number = words(reaction, "custom_emoji_id")
            return f"custom:{number}" if number else None
        case "paid":
            return "paid"
        case _:
            return None
