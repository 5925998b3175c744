"""What people write: messages, edits, reactions, deletions, and the news of a group."""

from dataclasses import replace

from frontdesk.channels.signal.authors import QUOTED, TARGET, author, identity, is_us, origin
from frontdesk.channels.signal.cards import cards
from frontdesk.channels.signal.media import attachments
from frontdesk.channels.signal.payloads import Fields, flag, moment, part, parts, whole, words
from frontdesk.core.channel import Channel
from frontdesk.core.message import Event, Happening, Ignored, Message, MessageType, Origin, Reaction

LONGEST_EMOJI = 64
QUESTIONS = (("payment", "note"), ("pollCreate", "question"))
UNUSED = ("pollVote", "pollTerminate", "pinMessage", "unpinMessage")


def read_message(envelope: Fields, account: str | None, channel: Channel) -> list[Event]:
    """Return what a `dataMessage` says; the caller has seen to it that it has an author and a place."""
    message = part(envelope, "dataMessage")
    said_at = _said_at(message, envelope)
    if said_at is None:
        return [Ignored(reason="malformed", detail="a message without a timestamp")]
    spoken = origin(envelope, account, message)
    return [_deed(message, spoken, said_at) or _said(message, spoken, said_at, channel)]


def read_edit(envelope: Fields, account: str | None) -> list[Event]:
    """Return an edit with the new words. Some clients name the version before instead of the first one."""
    edit = part(envelope, "editMessage")
    message, target = part(edit, "dataMessage"), whole(edit, "targetSentTimestamp")
    said_at = _said_at(message, envelope)
    if not message or target is None or said_at is None:
        return [Ignored(reason="malformed", detail="an edit of nothing")]
    kind, text = _kind(message), words(message, "message")
    if kind is None and text is None:
        return [Ignored(reason="empty", detail="an edit without words")]
    spoken = origin(envelope, account, message)
    happening = _happening("edited", spoken, said_at, identity(spoken.sender, target))
    return [replace(happening, type=kind or "text", text=text)]


def _deed(message: Fields, spoken: Origin, said_at: int) -> Event | None:
    """Return what is done to another message, None where something is said."""
    if reaction := part(message, "reaction"):
        return _reaction(reaction, spoken, said_at)
    if deletion := part(message, "remoteDelete"):
        return _deletion(identity(spoken.sender, whole(deletion, "timestamp")), spoken, said_at)
    if deletion := part(message, "adminDelete"):
        target = identity(author(deletion, TARGET), whole(deletion, "targetSentTimestamp"))
        return _deletion(target, spoken, said_at)
    return None


def _reaction(reaction: Fields, spoken: Origin, said_at: int) -> Event:
    whose, sent_at = author(reaction, TARGET), whole(reaction, "targetSentTimestamp")
    target = identity(whose, sent_at)
    emoji, removed = words(reaction, "emoji"), flag(reaction, "isRemove")
    if target is None or not (emoji or removed) or len(emoji or "") > LONGEST_EMOJI:
        return Ignored(reason="malformed", detail="a reaction to nothing, or with nothing")
    return Reaction(
        target=target,
        action="remove" if removed else "add",
        origin=spoken,
        about=_perhaps_ours(whose, sent_at, spoken),
        emoji=emoji,
        external_id=identity(spoken.sender, said_at),
        timestamp=moment(said_at),
    )


def _deletion(target: str | None, spoken: Origin, said_at: int) -> Event:
    if target is None:
        return Ignored(reason="malformed", detail="a deletion of nothing")
    return _happening("deleted", spoken, said_at, target)


def _said(message: Fields, spoken: Origin, said_at: int, channel: Channel) -> Event:
    kind, external_id = _kind(message), identity(spoken.sender, said_at)
    if kind is None or external_id is None:
        return _nothing_said(message, spoken, said_at)
    answered = part(message, "quote")
    mentions = parts(message, "mentions")
    kept = not flag(message, "viewOnce") or channel.settings.get("keep_view_once") is True
    return Message(
        type=kind,
        external_id=external_id,
        origin=spoken,
        timestamp=moment(said_at),
        text=words(message, "message") or _question(message),
        reply_to=identity(author(answered, QUOTED), whole(answered, "id")),
        about=_perhaps_ours(author(answered, QUOTED), whole(answered, "id"), spoken),
        mentions_bot=any(is_us(mention, spoken.account, channel) for mention in mentions),
        media=attachments(message) if kept else (),
        contacts=cards(message),
    )


def _nothing_said(message: Fields, spoken: Origin, said_at: int) -> Event:
    """Say what a message without words was: being added to a group looks empty, too."""
    if flag(message, "isExpirationUpdate"):
        return Ignored(reason="system", detail="the timer of disappearing messages")
    if part(message, "groupInfo").get("type") == "UPDATE":
        return _happening("group_updated", spoken, said_at, None)
    if any(part(message, key) for key in UNUSED):
        return Ignored(reason="unsupported", detail="a vote or a pin")
    return Ignored(reason="empty")


def _kind(message: Fields) -> MessageType | None:
    """Return a message's type, None where nothing is said."""
    if files := attachments(message):
        return files[0].type
    if cards(message):
        return "contacts"
    if part(message, "sticker"):
        return "sticker"
    if any(part(message, key) for key, _ in QUESTIONS):
        return "unsupported"
    return "text" if words(message, "message") else None


def _question(message: Fields) -> str | None:
    return next((text for key, name in QUESTIONS if (text := words(part(message, key), name))), None)


def _happening(event: str, spoken: Origin, said_at: int, target: str | None) -> Happening:
    return Happening(
        event=event,
        origin=spoken,
        external_id=identity(spoken.sender, said_at),
        timestamp=moment(said_at),
        target=target,
    )


def _perhaps_ours(whose: str | None, sent_at: int | None, spoken: Origin) -> str | None:
    """Return what `send` named a message, where it may be ours: a timestamp, since apps name us by number or by uuid."""
    theirs = whose in (None, spoken.sender, *spoken.aliases)
    return None if theirs or sent_at is None else str(sent_at)


def _said_at(message: Fields, envelope: Fields) -> int | None:
    """Return the sender's clock in milliseconds; clients refuse a message whose envelope bears another one."""
    return whole(message, "timestamp") or whole(envelope, "timestamp")
