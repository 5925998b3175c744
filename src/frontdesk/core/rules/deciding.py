"""Rules made ready once per version, and what they decide about a message."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from frontdesk.core.rules.actions import Action, is_final
from frontdesk.core.rules.explaining import Explained, because
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.index import Index, indexed
from frontdesk.core.rules.reading import Predicate
from frontdesk.core.rules.rule import Rule
from frontdesk.core.rules.trees import Tree, planted


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the rules want: actions in order, the rules they are from, and those that were passed over before the last.

    Of several rules that answer the message only the first does; the others' answers are left out.
    """

    actions: tuple[Action, ...] = ()
    matched: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    answered_by: str | None = None

    @property
    def answers(self) -> bool:
        """True where a rule answers, so that mode, intent and fallback don't."""
        return self.answered_by is not None


@dataclass(frozen=True, slots=True)
class Ready:
    """One rule made ready, and its place among those that are enabled; −1 where it is not."""

    place: int
    rule: Rule
    holds: Predicate
    tree: Tree


@dataclass(frozen=True, slots=True)
class Rules:
    """A version of a tenant's rules: `every` one, and those that are `enabled` with their names and an index of them."""

    every: tuple[Ready, ...]
    enabled: tuple[Ready, ...]
    names: tuple[str, ...]
    index: Index

    def decide(self, facts: Facts) -> Decision:
        """Return what the rules want; never raises."""
        return self._decision(self._matched(facts))

    def explain(self, facts: Facts) -> tuple[Explained, ...]:
        """Return of every rule whether it holds and why, those that are switched off and those never reached included."""
        matched, seen = self._matched(facts), dict[tuple[str, str | None], str]()
        decision, places = self._decision(matched), {one.place for one in matched}
        explained = []
        for one in self.every:
            why, applied = because(one.tree, facts, seen), one.place in places
            note = _note(one.rule, why.holds, applied, decision)
            explained.append(Explained(rule=one.rule.name, matched=why.holds, applied=applied, note=note, why=why))
        return tuple(explained)

    def _matched(self, facts: Facts) -> list[Ready]:
        matched: list[Ready] = []
        for place in self.index.candidates(facts):
            one = self.enabled[place]
            if one.holds(facts):
                matched.append(one)
                if not one.rule.goes_on:
                    break
        return matched

    def _decision(self, matched: Sequence[Ready]) -> Decision:
        ends = bool(matched) and not matched[-1].rule.goes_on
        tried = list(self.names[: matched[-1].place + 1] if ends else self.names)
        for one in reversed(matched):
            del tried[one.place]
        first = next((one for one in matched if one.rule.answers), None)
        return Decision(
            actions=tuple(
                action for one in matched for action in one.rule.then if one is first or not is_final(action)
            ),
            matched=tuple(one.rule.name for one in matched),
            tried=tuple(tried),
            answered_by=first.rule.name if first else None,
        )


def _note(rule: Rule, holds: bool, applied: bool, decision: Decision) -> str:
    if not rule.enabled:
        return "switched off"
    if not holds:
        return "does not hold"
    if not applied:
        return f"holds, but {decision.matched[-1]!r} came first"
    if rule.answers and decision.answered_by != rule.name:
        return f"applied, but for its answer: {decision.answered_by!r} answers"
    return "applied"


def compiled(rules: Iterable[Rule]) -> Rules:
    """Make rules ready, once per version."""
    places, every = itertools.count(), list[Ready]()
    for rule in rules:
        tree = planted(rule.when)
        every.append(Ready(next(places) if rule.enabled else -1, rule, tree.holds, tree))
    enabled = tuple(one for one in every if one.rule.enabled)
    names = tuple(one.rule.name for one in enabled)
    return Rules(tuple(every), enabled, names, indexed(one.rule.when for one in enabled))
