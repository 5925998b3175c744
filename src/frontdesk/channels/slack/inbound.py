"""Messages of people, and what becomes of them later: edits and deletions."""

from dataclasses import dataclass, replace

from frontdesk.channels.slack.attachments import files_of, is_shared
from frontdesk.channels.slack.installations import App, is_group, origin, thread_of
from frontdesk.channels.slack.payloads import Fields, moment, part, stamp, storable, words
from frontdesk.channels.slack.texts import said
from frontdesk.core.message import Event, Happening, Ignored, Message, Origin

SPOKEN = (None, "file_share", "thread_broadcast", "me_message")
SLACKBOT = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What surrounds an event: its name, when it happened, workspace and organisation, and who we are there."""

    id: str | None
    at: Fields
    where: tuple[str | None, str | None]
    app: App


def read_message(event: Fields, envelope: Envelope) -> Event:
    """Return what a `message` or an `app_mention` says; the subtype tells a person's words from everything else."""
    match event.get("subtype"):
        case "message_changed":
            return _read_change(event, envelope)
        case "message_deleted":
            return _read_deletion(event, envelope)
        case subtype if subtype in SPOKEN:
            return _unwanted(event, envelope.app) or _read_words(event, envelope)
        case "bot_message":
            return _unwanted(event, envelope.app) or Ignored(reason="bot_message")
        case subtype:
            name = storable(subtype[:40]) if isinstance(subtype, str) else None
            return Ignored(reason="system", detail=name)


def _unwanted(message: Fields, app: App) -> Ignored | None:
    """Say which messages are no person's: two bots that answer each other would never end."""
    if app.wrote(message):
        return Ignored(reason="own_message")
    if words(message, "bot_id") or words(message, "user") == SLACKBOT or part(message, "bot_profile"):
        return Ignored(reason="bot_message")
    return None


def _read_words(event: Fields, envelope: Envelope) -> Message | Ignored:
    channel, ts, user = words(event, "channel"), stamp(event, "ts"), words(event, "user")
    if part(event, "message") and user is None:
        return Ignored(reason="system", detail="message_replied")  # comes without its subtype
    if channel is None or ts is None or user is None:
        return Ignored(reason="malformed", detail="a message without channel, ts or user")
    text, files = said(event), files_of(event)
    if text is None and not files:
        return Ignored(reason="empty")
    mentioned = event.get("type") == "app_mention" or envelope.app.mentioned_in(words(event, "text") or "")
    spoken_at = _place(event, envelope, sender=user)
    return Message(
        type=files[0].type if files else "text",
        external_id=f"{channel}:{ts}",
        origin=_opening(spoken_at, ts, mentioned=mentioned, app=envelope.app),
        timestamp=moment(event, "ts"),
        text=text,
        reply_to=f"{channel}:{spoken_at.thread}" if spoken_at.thread else None,
        forwarded=is_shared(event),
        mentions_bot=mentioned,
        media=files,
    )


def _opening(spoken_at: Origin, ts: str, *, mentioned: bool, app: App) -> Origin:
    """Add the thread that an answer opens: in channels one stands below the message it answers, in private never."""
    answered = mentioned or app.answers_all(spoken_at.conversation)
    opens = spoken_at.group and spoken_at.thread is None and answered
    return replace(spoken_at, opens=ts) if opens else spoken_at


def _place(event: Fields, envelope: Envelope, *, sender: str | None, about: Fields | None = None) -> Origin:
    channel = words(event, "channel")
    return origin(
        envelope.where,
        conversation=channel,
        thread=thread_of(event if about is None else about),
        group=is_group(channel, words(event, "channel_type")),
        sender=sender,
    )


def _read_change(event: Fields, envelope: Envelope) -> Event:
    """Return an edit of a person's words, or a deletion that left a stub.

    A link preview or a thread's counters change everything but the words, and our own edits come back this way too.
    """
    now, before = part(event, "message"), part(event, "previous_message")
    ts = stamp(now, "ts") or stamp(before, "ts")
    if words(event, "channel") is None or ts is None:
        return Ignored(reason="malformed", detail="a change without channel or ts")
    if now.get("subtype") == "tombstone":
        return _gone(event, envelope, ts, before)
    if unwanted := _unwanted(now, envelope.app):
        return unwanted
    if now.get("subtype") not in SPOKEN:
        return Ignored(reason="hidden_edit")
    text = said(now)
    if text == said(before) or (not before and not part(now, "edited")):
        return Ignored(reason="hidden_edit")
    return Happening(
        event="edited",
        origin=_place(event, envelope, sender=words(now, "user"), about={**now, "ts": ts}),
        external_id=envelope.id,
        target=f"{words(event, 'channel')}:{ts}",
        timestamp=moment(event, "ts") or moment(envelope.at, "event_time"),
        type="text",
        text=text,
    )


def _read_deletion(event: Fields, envelope: Envelope) -> Event:
    before = part(event, "previous_message")
    ts = stamp(event, "deleted_ts") or stamp(before, "ts")
    if words(event, "channel") is None or ts is None:
        return Ignored(reason="malformed", detail="a deletion without channel or ts")
    return _gone(event, envelope, ts, before)


def _gone(event: Fields, envelope: Envelope, ts: str, before: Fields) -> Happening:
    return Happening(
        event="deleted",
        origin=_place(event, envelope, sender=None, about={**before, "ts": ts}),
        external_id=envelope.id,
        target=f"{words(event, 'channel')}:{ts}",
        timestamp=moment(event, "ts") or moment(envelope.at, "event_time"),
    )
