"""What people add to an intent: sentences they write, perhaps with Rasa's marks, and messages that contacts sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from frontdesk.core.wording import storable
from frontdesk.errors import InvalidInput, NotFound
from frontdesk.store import utterances
from frontdesk.store.pool import Transaction
from frontdesk.store.utterances import Line, Original
from frontdesk.understanding.intents import markup
from frontdesk.understanding.intents.data import MOST_CHARACTERS, Annotation, Example
from frontdesk.understanding.intents.stored import checked_places, entity_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A sentence, or the message it stands in. `entities` None says that the text may be marked as Rasa marks it."""

    text: str | None = None
    message_id: UUID | None = None
    entities: tuple[Annotation, ...] | None = None


async def lines(tx: Transaction, intent_id: UUID, additions: Sequence[Addition]) -> list[Line]:
    """Return additions as lines; messages count with their text in the working language.

    NotFound names a message that is not there, InvalidInput what can't be used.
    """
    wanted = [addition.message_id for addition in additions if addition.message_id]
    originals = await utterances.originals(tx, wanted) if wanted else {}
    return list(_lines(intent_id, additions, originals))


def _lines(intent_id: UUID, additions: Sequence[Addition], originals: Mapping[UUID, Original]) -> Iterator[Line]:
    for addition in additions:
        example = _example(addition, originals)
        if not example.text:
            raise InvalidInput("an utterance is empty: write what somebody may say")
        if len(example.text) > MOST_CHARACTERS:
            raise InvalidInput(f"an utterance is over {MOST_CHARACTERS} characters: {example.text[:40]!r}…")
        checked_places(example.text, example.entities)
        yield Line(
            intent_id=intent_id,
            text=example.text,
            entities=entity_rows(example),
            message_id=addition.message_id,
        )


def _example(addition: Addition, originals: Mapping[UUID, Original]) -> Example:
    if addition.message_id:
        return Example(_said(addition.message_id, originals), addition.entities or ())
    text = storable(addition.text or "").strip()
    if addition.entities is None:
        return Example(*markup.parse(text))
    return Example(text, addition.entities)


def _said(message_id: UUID, originals: Mapping[UUID, Original]) -> str:
    original = originals.get(message_id)
    if original is None:
        raise NotFound(f"no message {message_id}")
    if original.direction != "inbound":
        raise InvalidInput(f"message {message_id} is one of ours: add what contacts wrote")
    text = markup.parse((original.text or "").strip())[0]  # what looks like a mark would become one in files
    if not text:
        raise InvalidInput(f"message {message_id} has no text: add the sentence itself")
    return text
