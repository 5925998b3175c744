"""Answers given by a press: buttons of messages and of templates, rows of lists, forms."""

from dataclasses import replace

from frontdesk.channels.whatsapp.payloads import Fields, part, storable, words
from frontdesk.core.exchange import read_json
from frontdesk.core.message import Message, Press
from frontdesk.errors import MalformedPayload


def read_button(envelope: Message, message: Fields) -> Message:
    """Read the quick reply of a template, which comes as a type of its own."""
    button = part(message, "button")
    title = words(button, "text")
    payload = words(button, "payload") or title
    if payload is None:
        return envelope
    return replace(envelope, type="button_reply", text=title, press=Press(payload=payload))


def read_interactive(envelope: Message, message: Fields) -> Message:
    """Read a pressed button, a chosen row, or a form; the object may be missing, or of a kind that is new."""
    interactive = part(message, "interactive")
    if reply := part(interactive, "button_reply"):
        return _chosen(replace(envelope, type="button_reply"), reply) or envelope
    if reply := part(interactive, "list_reply"):
        return _chosen(replace(envelope, type="list_reply"), reply) or envelope
    if reply := part(interactive, "nfm_reply"):
        return _form(envelope, reply)
    return envelope


def _chosen(envelope: Message, reply: Fields) -> Message | None:
    title = words(reply, "title")
    payload = words(reply, "id") or title
    if payload is None:
        return None
    press = Press(payload=payload, description=words(reply, "description"))
    return replace(envelope, text=title, press=press)


def _form(envelope: Message, reply: Fields) -> Message:
    """Read a form: its answers are JSON inside a string; what is no JSON object there is kept as the string it is."""
    raw = words(reply, "response_json") or ""
    try:
        answers = storable(read_json(raw.encode("utf-8", "replace")))
    except MalformedPayload:
        answers = None
    payload = answers if isinstance(answers, dict) else raw
    return replace(envelope, type="form", text=words(reply, "body"), press=Press(payload=payload))
