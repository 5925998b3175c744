"""The state of a form as it is found again: its form may have changed since, and what is stored may be damaged."""

from collections.abc import Mapping
from typing import Any

from frontdesk.core.slots import Form, State, fresh

MOST_COUNTED = 1_000_000


def restored(form: Form, stored: object) -> State:
    """Return a state the machine can go on with: what still fits the form is kept, all else is asked for again."""
    state = fresh(form)
    if not isinstance(stored, Mapping):
        return state
    kept, kinds = stored.get("filled"), {slot.name: slot.kind for slot in form.slots}
    values = kept.items() if isinstance(kept, Mapping) else ()
    filled = {name: dict(value) for name, value in values if _is_value(value, kinds.get(name))}
    skipped = stored.get("skipped")
    names = [name for name in skipped if isinstance(name, str)] if isinstance(skipped, list) else []
    state.update(
        filled=filled,
        skipped=[slot.name for slot in form.slots if slot.name in names and not slot.required],
        last=_among(stored.get("last"), filled),
        failures=_count(stored.get("failures")),
        turns=_count(stored.get("turns")),
    )
    open_slots = {slot.name: slot for slot in form.slots if slot.name not in filled}
    state["asked"] = _among(stored.get("asked"), open_slots)
    complete = form.confirm and not any(slot.required for slot in open_slots.values())
    if stored.get("stage") == "confirming" and complete:
        state.update(stage="confirming", asked=None)
    return state


def _is_value(kept: object, kind: str | None) -> bool:
    return isinstance(kept, Mapping) and {"kind", "value", "text"} <= kept.keys() and kept["kind"] == kind


def _among(name: Any, names: Mapping[str, Any]) -> str | None:
    return name if isinstance(name, str) and name in names else None


def _count(number: Any) -> int:
    return min(number, MOST_COUNTED) if isinstance(number, int) and number > 0 else 0
