"""What a rehearsal needs of a channel kind: people who write as its provider would post it, and what they got to see."""

from dataclasses import dataclass
from typing import Protocol

from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One message, reaction or change a stub provider accepted and a person now sees.

    `at` is `time.monotonic()`; `account` who sent it (token, number id, workspace); `conversation` and `external_id` as the
    channel's events name them. `choices` are what can be pressed, as (title, payload) in order, rows first; `target`
    is what a reaction, an edit or a deletion is about.
    """

    at: float
    account: str
    conversation: str
    external_id: str
    type: str = "text"
    text: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    place: tuple[float, float] | None = None
    file: bytes | None = None
    emoji: str | None = None
    target: str | None = None


class People(Protocol):
    """A module `frontdesk.rehearsal.<kind>.people` has these functions. Requests are whole webhooks, signed with the
    channel's own secrets; their url is left empty. `number` counts a person's messages from 1.
    """

    def person(self, index: int) -> str:
        """Return the id of the person of this number, which is also their conversation with us."""

    def external_id(self, channel: Channel, person: str, number: int) -> str:
        """Return the external id of a person's message."""

    def says(self, channel: Channel, person: str, number: int, text: str) -> Request:
        """Write a text in private."""

    def presses(self, channel: Channel, person: str, number: int, seen: Seen, choice: int) -> Request:
        """Choose the choice of that index (from 0) under a message seen; where there are no buttons, write its number."""

    def sends_image(self, channel: Channel, person: str, number: int, ref: str, caption: str | None) -> Request:
        """Send a picture the stub holds under `ref`."""

    def reacts(self, channel: Channel, person: str, number: int, target: str, emoji: str) -> Request:
        """Put an emoji on the message of ours with the external id `target`."""

    def edits(self, channel: Channel, person: str, number: int, text: str) -> Request:
        """Change the text of an earlier message of theirs."""
