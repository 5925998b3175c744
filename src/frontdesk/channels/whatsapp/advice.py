"""What each of Meta's error codes means for us, and what to do about it, in plain words.

After https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Class = Literal["wait", "transient", "credentials", "account", "recipient", "policy", "request", "operator"]


@dataclass(frozen=True, slots=True)
class Advice:
    """The class of an error, its words, and where it is one of waiting, how long."""

    kind: Class
    words: str
    wait: timedelta | None = None


def _seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


WAIT: dict[int, tuple[str, timedelta]] = {
    4: ("the app makes too many calls an hour", _seconds(60)),
    613: ("too many calls of this kind", _seconds(60)),
    80007: ("the business account makes too many calls an hour", _seconds(60)),
    130429: ("the number sends faster than its throughput allows", _seconds(2)),
    131048: (
        "people blocked or reported the number, so its sending is slowed: send less, and only what is wanted",
        _seconds(300),
    ),
    131056: ("too many messages to this one person: about one in six seconds is allowed", _seconds(6)),
    131064: ("too many messages started with people who had not written", _seconds(300)),
    132069: ("the flow is asked for too often", _seconds(60)),
    133016: ("the number was registered or taken off too often", _seconds(3600)),
}
TRANSIENT = {
    1: "Meta can't say what went wrong",
    2: "Meta's service is down or overloaded for now",
    131000: "something went wrong at Meta",
    131016: "a service at Meta is overloaded for now",
    131053: "the file could not be taken: its type, its size, or its address",
    131057: "the business account is in maintenance, perhaps while its throughput is raised",
    133004: "the server at Meta is away for now",
    135000: "Meta could not read the message, without saying why",
}
CREDENTIALS = {
    0: "the access token is no longer good: make a new one for the system user and give it to the channel",
    3: "the app may not do this: check its permissions at Meta",
    10: "the permission whatsapp_business_messaging is missing or was taken away: grant it to the system user",
    190: "the access token is wrong, was revoked, or has expired: make a new one for the system user",
    131005: "access was denied: grant the system user whatsapp_business_messaging for this business account",
    133010: "the number is not registered with the Cloud API: register it at Meta, with its six-digit pin",
}
PERMISSION = "a permission was not granted, or was taken away: grant it to the system user and make a new access token"
ACCOUNT = {
    368: "Meta blocked the business account for breaking a policy: see it in the WhatsApp Manager and appeal there",
    131031: "Meta locked or restricted the business account: see it in the WhatsApp Manager",
    131037: "the number has no approved display name: ask for one in the WhatsApp Manager",
    131042: "Meta can't bill the business account: mend its payment method in the Billing Hub",
    131045: "the number's certificate is wrong: register the number at Meta again",
}
RECIPIENT = {
    130497: "businesses like this one may not write to people in this country",
    131021: "the message is addressed to the sending number itself",
    131026: "it can't be delivered: the number has no WhatsApp, its app is too old, its owner has not accepted the terms,"
    " or blocked this number. Reach the person in another way",
    131030: "a test number writes only to those on its list: add the person there, or use a real number",
    131062: "this kind of message can't go to a person known by user id alone: it needs the phone number",
    131063: "this template can't go to a person known by user id alone: it needs the phone number",
}
POLICY = {
    130472: "Meta holds marketing back from this person, as part of an experiment: it would need their own message first",
    131047: "the window is closed: the person last wrote more than 24 hours ago. Set a template to be sent then"
    " (window_template), or wait for the person",
    131049: "Meta holds marketing back from this person, to keep it few: not before 24 hours, and not again and again",
    131050: "the person wants no marketing from this business: send them no more of it",
}
REQUEST = {
    100: "a field is wrong, unknown to Meta, or too long",
    131008: "a field is missing",
    131009: "a value is not one Meta takes",
    131051: "Meta does not take messages of this type",
    131052: "the person's file can't be downloaded: ask them to send it again",
    132000: "the number of parameters is not that of the template",
    132005: "the template's text is too long once its parameters are filled in",
    132012: "a parameter does not have the form the template wants",
    132018: "a parameter has line ends, tabs, or too many spaces in it",
}
OPERATOR = {
    132001: "there is no approved template of this name in this language: create it in the WhatsApp Manager",
    132007: "the template breaks a policy: change it in the WhatsApp Manager",
    132015: "the template is paused for its quality: change it in the WhatsApp Manager, or choose another",
    132016: "the template is disabled for good: choose another",
    132068: "the form is blocked: mend it in the WhatsApp Manager",
}
TABLES: tuple[tuple[Class, dict[int, str]], ...] = (
    ("transient", TRANSIENT),
    ("credentials", CREDENTIALS),
    ("account", ACCOUNT),
    ("recipient", RECIPIENT),
    ("policy", POLICY),
    ("request", REQUEST),
    ("operator", OPERATOR),
)
KNOWN: dict[int, Advice] = {
    **{code: Advice("wait", words, wait) for code, (words, wait) in WAIT.items()},
    **{code: Advice(kind, words) for kind, table in TABLES for code, words in table.items()},
    **{code: Advice("credentials", PERMISSION) for code in range(200, 300)},
}


def advice(code: int | None) -> Advice | None:
    """Return what is known of a code, None where nothing is."""
    return KNOWN.get(code) if code is not None else None


def remedy(code: int | None) -> str:
    """Return a code's plain words."""
    known = advice(code)
    return known.words if known else "Meta gives no reason that is known here"
