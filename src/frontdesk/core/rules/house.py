"""Rules checked against the house they are for, and against each other."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.core.rules.actions import Action, Assign, Escalate, Hand, Listen, Start
from frontdesk.core.rules.conditions import Comparison, comparisons
from frontdesk.core.rules.contradictions import always, never
from frontdesk.core.rules.matching import MOST_SEARCHES
from frontdesk.core.rules.rule import Rule

MOST_COMPARISONS = 10_000
TAG = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8}){0,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What there is that rules may name; None where that is not known, and then any name will do."""

    handlers: Collection[str] | None = None
    intents: Collection[str] | None = None
    listeners: Collection[str] | None = None
    agents: Collection[str] | None = None
    teams: Collection[str] | None = None
    skills: Collection[str] | None = None
    channels: Collection[str] | None = None
    channel_kinds: Collection[str] | None = None
    contact_facts: Collection[str] | None = None


ASKED_OF: Mapping[str, str] = {
    "intent": "intents",
    "mode": "handlers",
    "channel": "channels",
    "channel_kind": "channel_kinds",
}
"""Which names of the house the values of a fact are."""


def faults(rules: Sequence[Rule], house: House) -> list[str]:
    """Return what is wrong with rules as they stand together, each fault with its rule; none where they can be published.

    Rules that are switched off are checked for names, and stand in nobody's way.
    """
    named = [f"rule {rule.name!r}: {fault}" for rule in rules for fault in _names(rule, house)]
    vain = [f"rule {rule.name!r}: it never applies: {reason}" for rule in rules if (reason := never(rule.when))]
    return [*_doubled(rules), *named, *vain, *_unreached(rules), *too_much(rules)]


def _doubled(rules: Sequence[Rule]) -> Iterator[str]:
    for name, count in Counter(rule.name for rule in rules).items():
        if count > 1:
            yield f"rule {name!r}: {count} rules have this name; give each its own"


def _names(rule: Rule, house: House) -> Iterator[str]:
    for action in rule.then:
        for what, name, known in _named_by(action, house):
            if known is not None and name not in known:
                yield unknown(what, name, known)
    for comparison in comparisons(rule.when):
        yield from _values(comparison, house)
        if said := _vain(comparison):
            yield said


def _named_by(action: Action, house: House) -> list[tuple[str, str, Collection[str] | None]]:
    match action:
        case Hand() | Start():
            named: list[tuple[str, str | None, Collection[str] | None]] = [("handler", action.handler, house.handlers)]
            if action.handler == "intent":
                named.append(("intent", _intent(action) or "", house.intents))
        case Listen():
            named = [("listener", action.listener, house.listeners)]
        case Assign():
            named = [("agent", action.agent, house.agents), ("team", action.team, house.teams)]
        case Escalate():
            named = [("skill", action.skill, house.skills)]
        case _:
            named = []
    return [(what, name, known) for what, name, known in named if name is not None]


def _intent(action: Hand | Start) -> str | None:
    named = action.argument if isinstance(action, Hand) else action.state.get("intent")
    return named if isinstance(named, str) else None


def _values(comparison: Comparison, house: House) -> Iterator[str]:
    if comparison.fact == "contact_fact" and house.contact_facts is not None:
        if comparison.name not in house.contact_facts:
            yield unknown("contact_fact", str(comparison.name), house.contact_facts)
        return
    known = getattr(house, ASKED_OF[comparison.fact]) if comparison.fact in ASKED_OF else None
    if known is not None:
        yield from (unknown(comparison.fact, str(one), known) for one in comparison.is_ if one not in known)


def _vain(comparison: Comparison) -> str | None:
    """Return why a comparison can't hold, where its values alone say so."""
    if comparison.fact == "time" and comparison.at_most is not None:
        if comparison.at_least == comparison.at_most:
            return f"no time is at least {comparison.at_least} and before {comparison.at_most}: leave one of them out"
        if comparison.at_most == "00:00" and comparison.at_least is None:
            return "no time is before 00:00: leave `at_most` out"
    if comparison.fact == "language":
        odd = next((str(one) for one in comparison.is_ if not TAG.fullmatch(str(one))), None)
        return f"{odd[:60]!r} is no language tag such as es or es-MX" if odd is not None else None
    return None


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """Return that there is nothing of this name, and what there is."""
    if not name:
        where = "`argument`, or in the `state` of a mode" if what == "intent" else "the action"
        return f"it names no {what}: name one in {where}"
    there = ", ".join(sorted(known)[:20]) or "none"
    return f"there is no {what.replace('_', ' ')} {name[:60]!r}; there is: {there}"


def _unreached(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield the rules that stand behind one after which nothing is looked at whenever they would apply."""
    last: Rule | None = None
    conditions: dict[str, str] = {}
    for rule in rules:
        if not rule.enabled:
            continue
        written = rule.when.model_dump_json()
        before = last.name if last else conditions.get(written)
        if before is not None:
            yield f"rule {rule.name!r}: it is never reached: {before!r} stands before it and always ends the search then"
        elif not rule.goes_on:
            conditions[written] = rule.name
            last = rule if always(rule.when) else None


def too_much(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield what of the rules is more than one turn can look at."""
    every = [comparison for rule in rules if rule.enabled for comparison in comparisons(rule.when)]
    searched = {comparison.matches for comparison in every if comparison.matches is not None}
    if len(searched) > MOST_SEARCHES:
        yield (
            f"the rules look for {len(searched)} regular expressions; at most {MOST_SEARCHES} can be looked for:"
            " join those that are alike with |"
        )
    if len(every) > MOST_COMPARISONS:
        yield (
            f"the rules have {len(every)} comparisons; at most {MOST_COMPARISONS} can be made in a turn:"
            " name several values in one"
        )
