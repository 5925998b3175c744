"""What people see of the messages posted to their side."""

import base64
from collections.abc import Mapping
from typing import Any

from frontdesk.rehearsal.people import Seen


def seen(at: float, body: Mapping[str, Any], external_id: str) -> Seen:
    """Return what became visible of a post at `at`."""
    files = body.get("media") or [{}]
    data = files[0].get("data")
    place = body.get("place")
    choices = [(each["title"], each.get("payload", "")) for each in (*body.get("rows", ()), *body.get("buttons", ()))]
    return Seen(
        at=at,
        account=str(body["channel"]),
        conversation=str(body["conversation"]),
        external_id=external_id,
        type=str(body["type"]),
        text=body.get("text"),
        choices=tuple(choices),
        place=(place["latitude"], place["longitude"]) if place else None,
        file=base64.b64decode(data) if data else None,
        emoji=body.get("emoji"),
        target=body.get("target"),
    )
