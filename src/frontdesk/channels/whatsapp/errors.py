"""What the Graph API's refusals mean, by code; the words are ours, with Meta's details and trace behind them."""

import re
from datetime import timedelta

from frontdesk.channels.whatsapp.advice import Advice, advice
from frontdesk.channels.whatsapp.payloads import Fields, part, whole, words
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Response
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    DeliveryError,
    DeliveryRejected,
    OperatorNeeded,
)

LONGEST_WAIT = timedelta(days=1)
ADDRESS_OR_TOKEN = re.compile(r"https?://\S+|\bEA[A-Za-z0-9]{20,}")
WRONG_FIELD = 100
WRONG_OBJECT = 33  # subcode of 100: the id in the path is not there, or hidden from this token


def refused(response: Response) -> bool:
    """Say whether an answer is no success; Meta has said `error` with 200, too."""
    return response.status >= 300 or bool(part(_answer(response), "error"))


def code_of(response: Response) -> int | None:
    """Return Meta's code of a refusal, None where it gave none."""
    return whole(part(_answer(response), "error"), "code")


def accepted(response: Response, channel: Channel) -> Fields:
    """Return the answer of a call that changes nothing a person sees, or raise what its refusal means."""
    if refused(response):
        raise failure(response, channel)
    answer = _answer(response)
    if not answer:
        raise ChannelUnreachable(f"Meta answers {response.status} with a body that is none of the Graph API's")
    return answer


def failure(response: Response, channel: Channel) -> DeliveryError:
    """Name the failure; the words never hold an address or a token."""
    error = part(_answer(response), "error")
    code, status = whole(error, "code"), response.status
    if code == WRONG_FIELD and whole(error, "error_subcode") == WRONG_OBJECT:
        what = "Meta knows no such id, or the token may not see it: check phone_number_id and the access token"
        return ChannelUnauthorised(f"{what}{_details(error, channel)}")
    known = advice(code)
    if known is None:
        return _by_status(status, code, response, channel)
    message = f"Meta answers {code}: {known.words}{_details(error, channel)}"
    return _named(known, message, response)


def _named(known: Advice, message: str, response: Response) -> DeliveryError:
    match known.kind:
        case "wait":
            return ChannelThrottled(message, _retry_after(response) or known.wait)
        case "transient":
            return ChannelUnreachable(message)
        case "credentials" | "account":
            return ChannelUnauthorised(message)
        case "operator":
            return OperatorNeeded(message)
        case _:
            return DeliveryRejected(message)


def _by_status(status: int, code: int | None, response: Response, channel: Channel) -> DeliveryError:
    """Decide where the code is new, or missing: something between us and Meta may have answered."""
    what = f"Meta answers {status}" if code is None else f"Meta answers {status} with code {code}"
    what += _details(part(_answer(response), "error"), channel)
    match status:
        case 429:
            return ChannelThrottled(what, _retry_after(response))
        case 401:
            return ChannelUnauthorised(f"{what}: the access token is refused, make a new one for the system user")
        case _ if status >= 500:
            return ChannelUnreachable(what)
        case _:
            return DeliveryRejected(what)


def redacted(text: str, channel: Channel) -> str:
    """Return Meta's words without addresses or secrets, short enough for a log line."""
    for secret in channel.credentials.values():
        if len(secret) >= 8 and secret != channel.credentials.get("phone_number_id"):
            text = text.replace(secret, "…")
    return ADDRESS_OR_TOKEN.sub("…", text)[:200]


def _details(error: Fields, channel: Channel) -> str:
    """Return what Meta says itself, and the trace its support asks for."""
    said = words(part(error, "error_data"), "details") or words(error, "message")
    trace = words(error, "fbtrace_id")
    details = [redacted(said, channel)] if said else []
    details += [f"trace {redacted(trace, channel)[:40]}"] if trace else []
    return f" ({'; '.join(details)})" if details else ""


def _retry_after(response: Response) -> timedelta | None:
    seconds = whole(response.headers, "retry-after")
    if seconds is None or seconds <= 0:
        return None
    return min(timedelta(seconds=min(seconds, 10**9)), LONGEST_WAIT)


def _answer(response: Response) -> Fields:
    answer = response.json()
    return answer if isinstance(answer, dict) else {}
