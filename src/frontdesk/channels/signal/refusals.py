"""What the bridge's refusals mean: 400 is its answer to nearly everything, so that the words decide."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from frontdesk.channels.signal.authors import our_number
from frontdesk.channels.signal.payloads import UNSTORABLE, Fields, part, parts, whole, words
from frontdesk.channels.signal.targets import is_group
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConversationClosed,
    DeliveryError,
    DeliveryInDoubt,
    DeliveryRejected,
    OperatorNeeded,
    RecipientOptedOut,
)

LONGEST_WAIT = timedelta(days=30)
RATE = re.compile(r"rate.?limit|\b413\b")
IDENTITY = re.compile(r"untrusted.?identit|identity_failure")
NETWORK = re.compile(
    r"network.?failure|connection (refused|reset|closed)|broken pipe|timed? ?out|unreachable|no route to host"
)
KEYS = re.compile(r"invalid.?pre.?key")
UNREGISTERED = re.compile(r"unregistered.?(user|failure)|the user \S+ is not registered")
NOT_REGISTERED = re.compile(r"user (?:(\S+) )?is not registered")
OURS = re.compile(
    r"authorization failed|specified account does not exist|account (is )?(locked|unlinked|deleted)|not linked"
    r"|device (was |is )?(unlinked|removed|not registered)|number not registered with json-rpc|no local users found"
)
LEFT = re.compile(r"not a (group )?member|group not found|group .{1,80} not found")
PERSON = re.compile(r"""identit\w+ for:? ["']?([+\w-]{5,60})""", re.IGNORECASE)
TIMESTAMP = re.compile(r"(?<![0-9+])([0-9]{13})(?![0-9])")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal says, in the bridge's own shape or in that of signal-cli's JSON-RPC."""

    status: int
    said: str
    code: int | None
    types: tuple[str, ...]
    tokens: tuple[str, ...]
    wait: timedelta | None
    timestamp: int | None

    def is_about(self, sign: re.Pattern[str], *codes: int) -> bool:
        return self.code in codes or any(sign.search(text.lower()) for text in (self.said, *self.types))


def refusal(response: Response, channel: Channel) -> Refusal:
    """Read a refusal; whatever shape it has, something is read."""
    body = response.json()
    answer: Fields = body if isinstance(body, dict) else {}
    error = part(answer, "error")
    detail = part(part(error, "data"), "response") or answer
    results = [*parts(detail, "results"), *parts(part(answer, "errors"), "recipients")]
    said = words(answer, "error") or words(error, "message") or _text(response)
    tokens = answer.get("challenge_tokens")
    waits = [_seconds(result.get("retryAfterSeconds")) for result in (answer, error, *results)]
    return Refusal(
        status=response.status,
        said=redacted(said, channel),
        code=_code(error.get("code")),
        types=tuple(kind for each in results if (kind := words(each, "type") or words(each, "reason"))),
        tokens=tuple(
            token
            for token in (*(tokens if isinstance(tokens, list) else []), *(each.get("token") for each in results))
            if isinstance(token, str) and token.strip()
        ),
        wait=next(filter(None, [*waits, _seconds(response.headers.get("retry-after"))]), None),
        timestamp=whole(detail, "timestamp") or _timestamp(said),
    )


def failure(response: Response, channel: Channel, conversation: str | None = None) -> DeliveryError:
    """Name the failure of a call, the most telling sign first; the words hold no secret of ours."""
    told = refusal(response, channel)
    if 200 <= told.status < 300 and not told.types:
        return DeliveryInDoubt("the bridge took the message and did not say which timestamp it has")
    return _of_operator(told, channel, conversation) or _of_contact(told, channel, conversation) or _of_network(told)


def _of_operator(told: Refusal, channel: Channel, conversation: str | None) -> DeliveryError | None:
    """Return the failures that end only once somebody does something."""
    ours = our_number(channel)
    if told.tokens:
        return OperatorNeeded(
            f"Signal wants a captcha before {ours} may send on: solve the one at"
            " https://signalcaptchas.org/challenge/generate.html, POST"
            f' {{"challenge_token": "{told.tokens[0]}", "captcha": "signalcaptcha://…"}} to'
            f" /v1/accounts/{ours}/rate-limit-challenge of the bridge, then replay the dead letter"
        )
    if told.code == -6 or (told.status < 500 and "captcha" in told.said.lower()):
        return OperatorNeeded(f"Signal refused the captcha: solve a new one and send it at once ({told.said})")
    if is_ours(told, ours, conversation):
        return ChannelUnauthorised(
            f"Signal no longer knows the account {ours} on this bridge ({told.said}): register or link it again,"
            " then start the channel"
        )
    if told.status in (401, 403, 407):
        return ChannelUnauthorised(
            f"the proxy in front of the bridge answers {told.status}: mend the credential api_authorization"
        )
    return None


def is_ours(told: Refusal, ours: str | None, conversation: str | None) -> bool:
    """Say whether the account at fault is ours: "User … is not registered" is said of recipients, too."""
    if told.is_about(OURS):
        return True
    named = NOT_REGISTERED.search(told.said.lower())
    if named is None or (conversation and named[1] == conversation.lower()):
        return False
    return named[1] == ours or not UNREGISTERED.search(told.said.lower())


def _of_contact(told: Refusal, channel: Channel, conversation: str | None) -> DeliveryError | None:
    """Return the failures that are about who is written to."""
    if told.is_about(IDENTITY, -4):
        return untrusted(told, channel, conversation)
    unregistered = told.is_about(UNREGISTERED) or NOT_REGISTERED.search(told.said.lower())
    if unregistered and conversation and is_group(conversation):
        return DeliveryRejected(f"a member of the group has no Signal account: {told.said}")
    if unregistered:
        return RecipientOptedOut("the contact has no Signal account (any more)")
    if told.is_about(LEFT):
        return ConversationClosed("we are not in this group: a member has to add us again")
    if told.is_about(KEYS):
        return ChannelUnreachable(f"the contact's keys can't be used now, and may be later: {told.said}")
    return None


def untrusted(told: Refusal, channel: Channel, conversation: str | None) -> OperatorNeeded:
    """Name the remedy for a safety number that changed: the contact has a new phone, or somebody listens in."""
    who = whom(told) or (conversation if conversation and not is_group(conversation) else None) or "the contact"
    return OperatorNeeded(
        f"the safety number of {who} changed and is not trusted: compare it with the contact, then PUT"
        f' {{"verified_safety_number": "…"}} to /v1/identities/{our_number(channel)}/trust/{who} of the bridge and replay the'
        " dead letter; the setting trust_new_identities does so unasked"
    )


def whom(told: Refusal) -> str | None:
    """Return whose identity is not trusted, where the bridge says so."""
    found = PERSON.search(told.said)
    return found[1] if found else None


def _of_network(told: Refusal) -> DeliveryError:
    """Return the failures that pass by themselves, or else that the request is at fault."""
    if told.status == 429 or told.is_about(RATE, -5):
        return ChannelThrottled("Signal asks us to slow down", told.wait)
    if told.is_about(NETWORK, -3):
        return ChannelUnreachable(f"the bridge can't reach Signal: {told.said}")
    if told.status >= 500:
        return ChannelUnreachable(f"the bridge fails on its side and answers {told.status}")
    return DeliveryRejected(f"the bridge refuses with {told.status}: {told.said}")


def redacted(text: str, channel: Channel) -> str:
    """Return the bridge's words without our credentials, short enough for a log line."""
    for name in ("api_authorization", "webhook_secret"):
        secret = channel.credentials.get(name)
        text = text.replace(secret, "…") if secret else text
    return " ".join(UNSTORABLE.sub("\ufffd", text).split())[:300]


def _text(response: Response) -> str:
    return response.body[:300].decode("utf-8", "replace") or "no reason given"


def _code(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _seconds(value: Any) -> timedelta | None:
    seconds = whole({"wait": value}, "wait")
    return None if seconds is None else min(timedelta(seconds=min(seconds, 10**9)), LONGEST_WAIT)


def _timestamp(said: str) -> int | None:
    """Return the timestamp in the words of a message that reached only some; years 2001 to 2286 have thirteen digits."""
    found = TIMESTAMP.findall(said)
    return int(found[-1]) if found else None


def partly_sent(told: Refusal, conversation: str) -> int | None:
    """Return the timestamp of a group's message that did not reach every member: the others have it."""
    if not is_group(conversation):
        return None
    if told.status < 300:
        return told.timestamp if told.types else None
    some = "SUCCESS" in told.types if told.types else told.status != 429
    return told.timestamp if some else None
