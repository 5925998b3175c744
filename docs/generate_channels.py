"""Writes the tables of docs/channels.md from the adapters themselves: `.venv/bin/python docs/generate_channels.py`."""

from collections.abc import Callable, Iterator
from pathlib import Path

from frontdesk.channels import adapters
from frontdesk.core.channel import EVERY_TYPE, Adapter, Limits

TARGET = Path(__file__).parent / "channels.md"
START, END = "<!-- {name}:start, written by docs/generate_channels.py -->", "<!-- {name}:end -->"

UNITS = {"characters": "characters", "utf16": "UTF-16 units", "bytes": "bytes"}
LINKS = {"with": "beside other buttons", "alone": "alone, one a message", "no": "as text"}


def page() -> str:
    """Return the whole page with its tables as the adapters are now."""
    text = TARGET.read_text()
    for name, table in (("abilities", abilities()), ("credentials", credentials())):
        start, end = START.format(name=name), END.format(name=name)
        before, rest = text.split(start, 1)
        text = f"{before}{start}\n{table}{end}{rest.split(end, 1)[1]}"
    return text


def abilities() -> str:
    """Return what one message of each kind can show."""
    kinds = sorted(adapters().items())
    head = f"| | {' | '.join(name for name, _ in kinds)} |\n| --- |{' --- |' * len(kinds)}\n"
    return head + "".join(
        f"| {label} | {' | '.join(say(kind) for _, kind in kinds)} |\n" for label, say in ROWS.items()
    )


def credentials() -> str:
    """Return what each kind asks for."""
    return "| Kind | Credential | | What it is |\n| --- | --- | --- | --- |\n" + "".join(credential_rows())


def credential_rows() -> Iterator[str]:
    for name, kind in sorted(adapters().items()):
        for each in kind.CREDENTIALS:
            need = "made for you" if each.generated else "required" if each.required else "optional"
            yield f"| {name} | `{each.name}` | {need} | {each.help.replace('|', chr(92) + '|')} |\n"


def most(count: int, none: str = "as numbered text") -> str:
    return f"up to {count:,}" if count else none


def of_limits(say: Callable[[Limits], str]) -> Callable[[Adapter], str]:
    return lambda kind: say(kind.LIMITS)


def missing(limits: Limits) -> str:
    return ", ".join(sorted(EVERY_TYPE - limits.types)) or "–"


def per_second(limits: Limits) -> str:
    return f"{limits.per_second:g}" if limits.per_second else "–"


def window(limits: Limits) -> str:
    return f"{limits.window.total_seconds() / 3600:g} hours" if limits.window else "–"


ROWS: dict[str, Callable[[Adapter], str]] = {
    "text is split at": of_limits(lambda limits: f"{limits.text:,} {UNITS[limits.unit]}"),
    "captions end at": of_limits(lambda limits: f"{limits.caption:,}"),
    "buttons": of_limits(lambda limits: most(limits.buttons)),
    "rows of a list": of_limits(lambda limits: most(limits.rows)),
    "buttons that open an address": of_limits(lambda limits: LINKS[limits.links]),
    "files in one album": of_limits(lambda limits: f"{limits.album}" if limits.album > 1 else "–"),
    "has no form of its own for": of_limits(missing),
    "free text is allowed for": of_limits(window),
    "messages a second": of_limits(per_second),
    "a message in doubt": lambda kind: "is sent again" if kind.RESENDS_IN_DOUBT else "is held for you",
    "marks messages as read": lambda kind: "yes" if kind.MARKS_READ else "–",
}
"""What is said of each kind, in the order of the page."""


if __name__ == "__main__":
    TARGET.write_text(page())
