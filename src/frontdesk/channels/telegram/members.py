"""Comings and goings: of people in groups, of our bot, and of a group to its new id."""

from collections.abc import Iterable
from typing import Any

from frontdesk.channels.telegram.origins import Bot, is_group, origin
from frontdesk.channels.telegram.payloads import Fields, flag, moment, part, parts, whole
from frontdesk.core.message import Event, Happening, Ignored, Origin


def service_events(message: Fields, external_id: str, spoken_at: Origin, bot: Bot) -> list[Event]:
    """Return the happenings a service message tells of, none for an ordinary message.

    A migration is told in the old chat and again in the new one: only the first, which knows both ids, counts.
    """

    def happening(event: str, **detail: Any) -> Happening:
        return Happening(
            event=event,
            origin=spoken_at,
            external_id=external_id,
            timestamp=moment(message, "date"),
            detail=detail,
        )

    if (new_chat := whole(message, "migrate_to_chat_id")) is not None:
        return [happening("chat_migrated", new_conversation=str(new_chat))]
    if joined := parts(message, "new_chat_members"):
        ours: list[Event] = [happening("bot_added")] if any(bot.is_(user) for user in joined) else []
        others = _ids(user for user in joined if not bot.is_(user))
        return [*ours, happening("member_joined", members=others)] if others else ours
    if gone := part(message, "left_chat_member"):
        return [happening("bot_removed") if bot.is_(gone) else happening("member_left", members=_ids([gone]))]
    return []


def read_own_membership(update: Fields, external_id: str | None) -> list[Event]:
    """Return what happened to our bot: in a private chat a block or its end, in a group its coming or going."""
    chat = part(update, "chat")
    if whole(chat, "id") is None:
        return [Ignored(reason="malformed", detail="a membership without a readable chat")]
    event = _group_change(update, "bot_added", "bot_removed") if is_group(chat) else _private_change(update)
    return [_membership(event, update, external_id)] if event else [Ignored(reason="system")]


def read_membership(update: Fields, external_id: str | None) -> list[Event]:
    """Return who came or went; sent only to channels whose operator asked Telegram for `chat_member`."""
    members = _ids([part(part(update, "new_chat_member"), "user")])
    if whole(part(update, "chat"), "id") is None or not members:
        return [Ignored(reason="malformed", detail="a membership without a readable chat or member")]
    event = _group_change(update, "member_joined", "member_left")
    return [_membership(event, update, external_id, members=members)] if event else [Ignored(reason="system")]


def _membership(event: str, update: Fields, external_id: str | None, **detail: Any) -> Happening:
    return Happening(
        event=event,
        origin=origin(part(update, "chat"), part(update, "from")),
        external_id=external_id,
        timestamp=moment(update, "date"),
        detail=detail,
    )


def _private_change(update: Fields) -> str | None:
    before, after = part(update, "old_chat_member").get("status"), part(update, "new_chat_member").get("status")
    match before, after:
        case _, "kicked":
            return "blocked"
        case "kicked", "member":
            return "unblocked"
        case _:
            return None


def _group_change(update: Fields, came: str, went: str) -> str | None:
    before, after = _is_inside(part(update, "old_chat_member")), _is_inside(part(update, "new_chat_member"))
    if after is None or before == after:
        return None
    return came if after else went


def _is_inside(member: Fields) -> bool | None:
    match member.get("status"):
        case "creator" | "administrator" | "member":
            return True
        case "restricted":
            return flag(member, "is_member")
        case "left" | "kicked":
            return False
        case _:
            return None


def _ids(users: Iterable[Fields]) -> list[str]:
    return [str(number) for user in users if (number := whole(user, "id")) is not None]
