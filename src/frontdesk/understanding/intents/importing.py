"""Training data taken into a tenant's own: joined with what is there, or in its place."""

import asyncio
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from frontdesk.core.intents import Intent
from frontdesk.store import intents, training_sections, utterances
from frontdesk.store.pool import Transaction
from frontdesk.understanding.intents.stored import Rows, joined

Mode = Literal["merge", "replace"]


@dataclass(frozen=True, slots=True)
class Count:
    """How many came, changed and went."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What an import does. `repeated` are lines of the file that say again what it said before; `others` are synonyms,
    regexes, lookups and whatever else stands in the file."""

    intents_added: tuple[str, ...] = ()
    intents_removed: tuple[str, ...] = ()
    utterances: Count = field(default_factory=Count)
    others: Count = field(default_factory=Count)
    repeated: int = 0

    def counts(self) -> dict[str, Any]:
        """Return the numbers alone."""
        intents_ = {"added": len(self.intents_added), "removed": len(self.intents_removed)}
        return {"intents": intents_, "utterances": asdict(self.utterances), "others": asdict(self.others)}


async def bring_in(tx: Transaction, rows: Rows, mode: Mode, by: str) -> Changes:
    """Take rows in and return what changed; definitions stay as they are.

    `merge` adds to what is there. `replace` makes the rows all there is: intents that are not among them lose their
    utterances, and go where they are not defined in any other way.
    """
    added = await _intents(tx, rows, whole=mode == "replace")
    lines = await asyncio.to_thread(rows.lines_of, await intents.ids(tx))
    sections = list(rows.sections.values())
    removed, gone, dropped = 0, 0, []
    if mode == "replace":
        removed, gone = await utterances.keep_only(tx, lines), await training_sections.keep_only(tx, sections)
        dropped = await intents.remove_undefined(tx, list(rows.intents))
    else:
        known = {(section.kind, section.name): section for section in await training_sections.whole(tx)}
        sections = [joined(known.get((section.kind, section.name)), section) for section in sections]
    new, changed = await utterances.renew(tx, lines, by, whole=mode == "replace")
    others = await training_sections.put(tx, sections)
    return Changes(
        intents_added=tuple(added),
        intents_removed=tuple(dropped),
        utterances=Count(new, changed, removed),
        others=Count(*others, gone),
        repeated=rows.repeated,
    )


async def _intents(tx: Transaction, rows: Rows, *, whole: bool) -> list[str]:
    """Make the intents there are not yet, keep what else stands with them, and return the names of the new ones."""
    known = {stored.intent.name: stored for stored in await intents.listed(tx)}
    if whole:
        for name, stored in known.items():
            if stored.further and name not in rows.intents:
                await intents.keep_further(tx, stored.id, {})
    for name, further in rows.intents.items():
        if name not in known:
            await intents.add(tx, Intent(name=name), further)
        elif (wanted := further if whole else {**known[name].further, **further}) != known[name].further:
            await intents.keep_further(tx, known[name].id, wanted)
    return [name for name in rows.intents if name not in known]
