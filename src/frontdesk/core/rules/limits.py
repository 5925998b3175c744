"""How large a condition may be, seen before anything in it is looked at."""

from typing import Any

from frontdesk.core.rules.conditions import attribute, which_part

MOST_DEPTH = 8
MOST_COMPARISONS = 100
MOST_NODES = 200


def bounded(value: Any) -> Any:
    """Return a condition as it came; ValueError where it is too deep or too large to be looked at."""
    level, depth, seen, compared = [value], 1, 0, 0
    while level:
        seen, compared = seen + len(level), compared + sum(which_part(part) == "fact" for part in level)
        if depth > MOST_DEPTH:
            raise ValueError(f"conditions stand at most {MOST_DEPTH} deep in each other")
        if compared > MOST_COMPARISONS or seen > MOST_NODES:
            raise ValueError(f"a condition has at most {MOST_COMPARISONS} comparisons; make two rules of it")
        level, depth = [inner for part in level for inner in _inside(part)], depth + 1
    return value


def _inside(part: Any) -> list[Any]:
    joint = which_part(part)
    if joint == "fact":
        return []
    held = part[joint] if isinstance(part, dict) else getattr(part, attribute(joint))
    if joint == "not":
        return [held]
    return list(held[: MOST_NODES + 1]) if isinstance(held, list | tuple) else []
