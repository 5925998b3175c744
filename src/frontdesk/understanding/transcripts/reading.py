"""From what is stored of a conversation to the lines of a transcript."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from frontdesk.core import wire
from frontdesk.core.message import Message
from frontdesk.core.tenant import TenantSettings
from frontdesk.understanding.transcripts.writing import Held, Line


def held(
    about: Mapping[str, Any], said: Sequence[Mapping[str, Any]], names: Sequence[str], settings: TenantSettings
) -> Held:
    """Return a conversation as it was held."""
    return Held(
        channel=about["kind"],
        language=about["language"] or settings.working_language,
        settings=settings,
        lines=[line(row) for row in said],
        names=names,
        name=about["name"],
    )


def line(row: Mapping[str, Any]) -> Line:
    """Return one row of a transcript."""
    if row["direction"] == "outbound":
        by = "bot" if row["author"] == "bot" else "human"
        content = wire.load_content(row["content"])
        return Line(by=by, at=row["at"], type=row["type"], text=row["text"], content=content)  # type: ignore[arg-type]
    record = orjson.loads(row["record"] or "{}")
    event = wire.load_event(row["content"]) if row["content"] else None
    message = event if isinstance(event, Message) else None
    payload = message.press.payload if message and message.press else None
    return Line(
        by="contact",
        at=row["at"],
        who=str(row["contact_id"]),
        type=row["type"],
        text=row["text"],
        press=payload if isinstance(payload, str) else None,
        place=message.place if message else None,
        contacts=message.contacts if message else (),
        handler=row["handler"],
        intent=record.get("recognition", {}).get("intent"),
        modes=tuple(record["modes"]["after"]) if "modes" in record else None,
        owner="human" if record.get("route", {}).get("argument") == "silent" else "bot",
    )
