"""What people see of the calls an app made."""

import re
import time
from typing import Any

from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.slack.workspace import Workspace

Arguments = dict[str, Any]

CHANGES = {
    "chat.update": "edit",
    "chat.delete": "delete",
    "reactions.add": "reaction",
    "reactions.remove": "reaction",
}
ENTITY = re.compile("&(amp|lt|gt);")


def seen(method: str, arguments: Arguments, answer: Arguments, workspace: Workspace) -> Seen | None:
    """Return what became visible by an accepted call, None where nothing did."""
    match method:
        case "chat.postMessage" | "chat.postEphemeral":
            return said(arguments, workspace.team, answer.get("ts") or answer.get("message_ts") or "")
        case "files.completeUploadExternal":
            return _shared(arguments, workspace)
        case "chat.update" | "chat.delete" | "reactions.add" | "reactions.remove":
            return _changed(CHANGES[method], arguments, workspace.team)
    return None


def said(arguments: Arguments, team: str, ts: str) -> Seen:
    """Return a message as it is read, with its entities undone."""
    blocks = arguments.get("blocks") or []
    pictured = any(block.get("type") == "image" for block in blocks)
    channel = arguments["channel"]
    return Seen(
        at=time.monotonic(),
        account=team,
        conversation=channel,
        external_id=f"{channel}:{ts}",
        type="image" if pictured else "text",
        text=_read(arguments.get("text")),
        choices=_choices(blocks),
    )


def _shared(arguments: Arguments, workspace: Workspace) -> Seen:
    files = [workspace.deposits[file["id"]] for file in arguments["files"]]
    kind = files[0].mime.partition("/")[0]
    alone = kind if kind in ("image", "audio", "video") else "document"
    channel = arguments["channel_id"]
    ts = next(ts for (place, ts), kept in workspace.messages.items() if kept is arguments and place == channel)
    return Seen(
        at=time.monotonic(),
        account=workspace.team,
        conversation=channel,
        external_id=f"{channel}:{ts}",
        type="album" if len(files) > 1 else alone,
        text=_read(arguments.get("initial_comment")),
        file=files[0].data,
    )


def _changed(kind: str, arguments: Arguments, team: str) -> Seen:
    channel = arguments["channel"]
    target = f"{channel}:{arguments.get('ts') or arguments.get('timestamp')}"
    return Seen(
        at=time.monotonic(),
        account=team,
        conversation=channel,
        external_id=target,
        type=kind,
        text=_read(arguments.get("text")),
        choices=_choices(arguments.get("blocks") or []),
        emoji=arguments.get("name"),
        target=target,
    )


def _choices(blocks: list[Any]) -> tuple[tuple[str, str], ...]:
    """Return what can be pressed, in the order of the blocks: lists stand above buttons."""
    elements = [element for block in blocks if block.get("type") == "actions" for element in block["elements"]]
    found = []
    for element in elements:
        options = element.get("options") or ([element] if "value" in element else [])
        found += [(option["text"]["text"], option["value"]) for option in options]
    return tuple(found)


def _read(text: str | None) -> str | None:
    return ENTITY.sub(lambda match: {"amp": "&", "lt": "<", "gt": ">"}[match[1]], text) if text else None
