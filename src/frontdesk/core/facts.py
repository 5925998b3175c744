"""What is known of a contact: each fact with its source and its age, and rules for which of two counts.

Facts may arrive in any order, and twice: the same facts always leave the same knowledge behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import IntEnum
from typing import Any, Literal

from frontdesk.core.understanding import FactRule
from frontdesk.core.wording import plain, storable
from frontdesk.errors import InvalidInput

MOST_CHARACTERS = 1000
MOST_DIGITS = 30

Value = str | Decimal | date | bool
Kind = Literal["text", "number", "date", "boolean", "choice"]
Merge = Literal["latest", "strongest", "first", "collect"]


class Source(IntEnum):
    """Where a fact is from; a higher one is believed over a lower one."""

    GUESSED = 1
    """A model or a rule concluded it."""
    EXTRACTED = 2
    """Read from what the contact wrote."""
    PROVIDER = 3
    """The channel's provider says so."""
    STATED = 4
    """The contact answered a question for it."""
    DESK = 5
    """A person of the tenant wrote it down."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What kind of value a fact has, which of two counts, and how long it is believed (None: for good).

    `latest` believes what was said last, `strongest` the better source and then the last word, `first` what was said first;
    `collect` keeps up to `most` different values, the latest ones.
    """

    kind: Kind = "text"
    merge: Merge = "strongest"
    life: timedelta | None = None
    options: tuple[str, ...] = ()
    most: int = 10


Rules = Mapping[str, Rule]


def rules_of(settings: Mapping[str, FactRule]) -> Rules:
    """Return a tenant's settings as rules."""
    return {
        name: Rule(
            rule.kind, rule.merge, timedelta(days=rule.life_days) if rule.life_days else None, rule.options, rule.most
        )
        for name, rule in settings.items()
    }


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing known of a contact. `origin` says where to look it up, such as the id of a message."""

    name: str
    value: Value = field(repr=False)
    source: Source
    said_at: datetime
    confidence: float = 1.0
    origin: str = ""

    def age(self, now: datetime) -> timedelta:
        return max(now - self.said_at, timedelta())


def read(name: str, raw: object, rules: Rules) -> Value:
    """Return a fact's value as its rule has it; InvalidInput names the fact and what it should be."""
    rule = rule_of(name, rules)
    text = storable(str(raw)).strip()
    if not text or len(text) > MOST_CHARACTERS:
        raise InvalidInput(f"{name} needs a value of 1 to {MOST_CHARACTERS} characters")
    match rule.kind:
        case "number":
            return _number(name, text)
        case "date":
            return _date(name, text)
        case "boolean":
            if text.lower() not in ("true", "false"):
                raise InvalidInput(f"{name} is either true or false")
            return text.lower() == "true"
        case "choice":
            chosen = next((option for option in rule.options if plain(option) == plain(text)), None)
            if chosen is None:
                raise InvalidInput(f"{name} is one of: {', '.join(rule.options)}")
            return chosen
    return text


def rule_of(name: str, rules: Rules) -> Rule:
    if name not in rules:
        raise InvalidInput(f"there is no fact {name[:60]!r}; the settings name: {', '.join(sorted(rules)) or 'none'}")
    return rules[name]


def _number(name: str, text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > MOST_DIGITS or len(number.as_tuple().digits) > MOST_DIGITS:
        raise InvalidInput(f"{name} is a number such as 12 or 12.5")
    return number


def _date(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{name} is a date such as 2026-05-31") from None


def current(facts: Iterable[Fact], rules: Rules, now: datetime) -> tuple[Fact, ...]:
    """Return the facts still believed; those whose rule is gone are not."""
    return tuple(fact for fact in facts if fact.name in rules and not _expired(fact, rules[fact.name], now))


def _expired(fact: Fact, rule: Rule, now: datetime) -> bool:
    return rule.life is not None and fact.age(now) >= rule.life


def merge(known: Iterable[Fact], heard: Iterable[Fact], rules: Rules, now: datetime) -> tuple[Fact, ...]:
    """Return what is known after `heard`, sorted by name and time; what has expired holds nothing back.

    A fact from the future counts as said now. InvalidInput for one without a rule, or whose value is of another kind.
    """
    named: dict[str, list[Fact]] = {}
    fresh = [_checked(fact, rules, now) for fact in heard]
    for fact in current((*known, *fresh), rules, now):
        named.setdefault(fact.name, []).append(fact)
    kept = (fact for name, group in named.items() for fact in _winners(group, rules[name]))
    return tuple(sorted(kept, key=lambda fact: (fact.name, fact.said_at, _text(fact.value))))


def _checked(fact: Fact, rules: Rules, now: datetime) -> Fact:
    if read(fact.name, fact.value, rules) != fact.value:
        raise InvalidInput(f"{fact.name} holds a value that is not as its rule has it")
    if fact.said_at <= now:
        return fact
    return Fact(fact.name, fact.value, fact.source, now, fact.confidence, fact.origin)


def _winners(group: Sequence[Fact], rule: Rule) -> Sequence[Fact]:
    match rule.merge:
        case "latest":
            return [max(group, key=_by_time)]
        case "strongest":
            return [max(group, key=lambda fact: (fact.source, _by_time(fact)))]
        case "first":
            return [min(group, key=_by_time)]
        case "collect":
            values: dict[str, Fact] = {}
            for fact in sorted(group, key=_by_time):
                values[plain(_text(fact.value)) or _text(fact.value)] = fact
            return sorted(values.values(), key=_by_time)[-rule.most :]


def _by_time(fact: Fact) -> tuple[datetime, int, float, str, str]:
    return fact.said_at, fact.source, fact.confidence, _text(fact.value), fact.origin


def _text(value: Value) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
    return str(value)


def record(fact: Fact) -> dict[str, Any]:
    """Return a fact as JSON holds it."""
    return {
        "name": fact.name,
        "value": _text(fact.value),
        "source": fact.source.name.lower(),
        "said_at": fact.said_at.isoformat(),
        "confidence": fact.confidence,
        "origin": fact.origin,
    }


def restore(document: Mapping[str, Any], rules: Rules) -> Fact:
    """Return the fact a record holds; InvalidInput where the rule has changed so that it can't be read any more."""
    name = str(document["name"])
    value = read(name, document["value"], rules)
    said_at = datetime.fromisoformat(document["said_at"])
    source = Source[str(document["source"]).upper()]
    return Fact(name, value, source, said_at, float(document["confidence"]), str(document["origin"]))
