"""Why a rule holds or does not: its condition as a tree, each part with what was wanted and what was seen."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field

from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.reading import SEVERAL, as_several
from frontdesk.core.rules.trees import Tree
from frontdesk.core.rules.wording import MOST_SHOWN, one_value

NOT_KNOWN = "not known"


@dataclass(slots=True)
class Because:
    """One part of a condition: whether it holds, what was wanted, and what was seen.

    Not frozen: thousands are made for one explanation, and a frozen one takes three times as long to make.
    """

    holds: bool
    wanted: str
    seen: str = field(default="", repr=False)
    parts: tuple["Because", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """What became of one rule: `matched` says that its condition holds, `applied` that its actions were taken."""

    rule: str
    matched: bool
    applied: bool
    note: str
    why: Because


def because(tree: Tree, facts: Facts, seen: MutableMapping[tuple[str, str | None], str]) -> Because:
    """Return why a condition holds or not. `seen` keeps the words for each fact, for the conditions after this one."""
    if tree.comparison is not None:
        if (words := seen.get(tree.subject)) is None:
            words = seen[tree.subject] = shown(tree, facts)
        return Because(tree.holds(facts), tree.wanted, words)
    parts = tuple([because(part, facts, seen) for part in tree.parts])
    held = [part.holds for part in parts]
    holds = True in held if tree.joint == "any" else True not in held if tree.joint == "not" else False not in held
    return Because(holds, tree.wanted, parts=parts)


def shown(tree: Tree, facts: Facts) -> str:
    """Return what a leaf sees, in words."""
    value = tree.read(facts)
    match tree.subject[0]:
        case "date" | "time" if value is not None:
            return value.date().isoformat() if tree.subject[0] == "date" else f"{value:%H:%M}"
        case "text":
            value = " / ".join(filter(None, (facts.text.strip(), (facts.working or "").strip())))
        case "language":
            value = facts.language
        case fact if fact in SEVERAL:
            value = list(value or ())
    values = sorted(map(str, value)) if isinstance(value, frozenset | set) else as_several(value)
    said = ", ".join(one_value(each) for each in list(values)[:10])
    return (said[:MOST_SHOWN].strip() or "nothing") if values else NOT_KNOWN
