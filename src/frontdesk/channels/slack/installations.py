"""Whose a payload is: the app as this workspace knows it, and the workspace it is installed in."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from frontdesk.channels.slack.payloads import Fields, flag, part, parts, several, stamp, words
from frontdesk.core.channel import Channel
from frontdesk.core.message import Origin

DIRECT = ("im", "D")
PERSON = ("U", "W")
"""How the ids of people start; a message to one goes to the conversation with them."""


@dataclass(frozen=True, slots=True)
class App:
    """What we know of our own app in this workspace; each id may be unknown until the channel was checked."""

    user_id: str | None
    bot_id: str | None
    app_id: str | None
    answers_in: Collection[str] | None
    """Channels in which all that is said is for us; None: all channels."""

    def wrote(self, message: Fields) -> bool:
        """Say whether a message is ours: posts through a response_url have a bot and no user."""
        apps = (words(message, "app_id"), words(part(message, "bot_profile"), "app_id"))
        return (
            self.is_user(words(message, "user"))
            or (self.bot_id is not None and words(message, "bot_id") == self.bot_id)
            or (self.app_id is not None and self.app_id in apps)
        )

    def is_user(self, user: str | None) -> bool:
        return user is not None and user == self.user_id

    def mentioned_in(self, text: str) -> bool:
        """Say whether text as Slack sent it, still escaped, mentions us."""
        return self.user_id is not None and re.search(f"<@{re.escape(self.user_id)}[>|]", text) is not None

    def answers_all(self, conversation: str | None) -> bool:
        return self.answers_in is None or conversation in self.answers_in


def our_app(channel: Channel, payload: Fields) -> App:
    """Read who we are from the channel's settings; the app's own id comes with every payload that is ours.

    The webhook is the app's, so that it may bring events of another workspace than the channel's: there our user is the
    one the event was authorised for.
    """
    settings, granted = channel.settings, next(iter(parts(payload, "authorizations")), {})
    home, team = account(channel), words(granted, "team_id")
    elsewhere = home is not None and team is not None and home != team
    authorised = words(granted, "user_id") if flag(granted, "is_bot") else None
    return App(
        user_id=authorised if elsewhere else words(settings, "bot_user_id"),
        bot_id=None if elsewhere else words(settings, "bot_id"),
        app_id=words(settings, "app_id") or words(payload, "api_app_id"),
        answers_in=None if flag(settings, "answer_all") else tuple(several(settings, "answer_all")),
    )


def is_for_another(payload: Fields, channel: Channel) -> bool:
    """Say whether a payload names another app than the channel's."""
    ours, theirs = words(channel.settings, "app_id"), words(payload, "api_app_id")
    return ours is not None and theirs is not None and ours != theirs


def account(channel: Channel) -> str | None:
    """Return the workspace of the channel; None for an organisation's, whose events come from any of its workspaces."""
    return words(channel.settings, "team_id") or channel.credentials.get("team_id") or None


def account_of_event(envelope: Fields) -> tuple[str | None, str | None]:
    """Return workspace and organisation an event was delivered to.

    The first authorization tells: the outer `team_id` may be the other company's in Slack Connect channels. Where an
    installation is the organisation's, it names no workspace, and the outer one is right.
    """
    granted = next(iter(parts(envelope, "authorizations")), {})
    team = words(granted, "team_id")
    if granted and team is None:
        return words(envelope, "team_id"), words(granted, "enterprise_id")
    return team or words(envelope, "team_id"), None


def account_of_interaction(payload: Fields, app: App) -> tuple[str | None, str | None]:
    """Return workspace and organisation of a press, a submitted form or a command.

    A view names the workspace it was installed in, a message of ours the one it was posted from; `team` is only where
    the person is.
    """
    message = part(payload, "message")
    posted_from = words(message, "team") if message and app.wrote(message) else None
    team = (
        words(part(payload, "view"), "app_installed_team_id")
        or posted_from
        or words(part(payload, "team"), "id")
        or words(payload, "team_id")
        or words(part(payload, "user"), "team_id")
    )
    wide = payload.get("is_enterprise_install") in (True, "true")
    return team, (words(part(payload, "enterprise"), "id") or words(payload, "enterprise_id")) if wide else None


def is_group(conversation: str | None, kind: str | None = None) -> bool:
    """Say whether others read along; where the type of a channel is not told (`app_mention`), its id tells."""
    if conversation is None:
        return False
    return kind not in DIRECT if kind else not conversation.startswith(("D", *PERSON))


def thread_of(message: Fields, key: str = "ts") -> str | None:
    """Return the thread a message stands in; the parent of a thread bears its own `ts` as `thread_ts` and stands in none."""
    thread = stamp(message, "thread_ts")
    return None if thread == message.get(key) else thread


def origin(where: tuple[str | None, str | None], **known: object) -> Origin:
    """Return an origin within workspace and organisation."""
    team, enterprise = where
    return Origin(account=team, enterprise=enterprise, **known)  # type: ignore[arg-type]
