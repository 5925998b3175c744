"""Which rules may apply at all: by the intents and the words without which a condition can't hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.core.rules.conditions import AllOf, AnyOf, Comparison, Condition
from frontdesk.core.rules.facts import Facts
from frontdesk.core.wording import plain


@dataclass(frozen=True, slots=True)
class Needs:
    """What a condition can't hold without: one of these intents, or one of these folded words."""

    intents: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()


def needs(condition: Condition) -> Needs | None:
    """Return what a condition can't hold without; None where it may do without any."""
    match condition:
        case Comparison(fact="intent", is_=wanted) if wanted:
            return Needs(intents=frozenset(str(one) for one in wanted))
        case Comparison(fact="text") if phrases := condition.contains or condition.is_:
            return Needs(words=frozenset(plain(str(phrase)).split(" ", 1)[0] for phrase in phrases))
        case AllOf():
            found = [need for part in condition.all_ if (need := needs(part))]
            return min(found, key=lambda need: (bool(need.words), len(need.words)), default=None)
        case AnyOf():
            either = [needs(part) for part in condition.any_]
            held = [need for need in either if need is not None]
            if len(held) < len(either):
                return None
            intents, words = (need.intents for need in held), (need.words for need in held)
            return Needs(frozenset[str]().union(*intents), frozenset[str]().union(*words))
    return None


@dataclass(frozen=True, slots=True)
class Index:
    """The places of rules, by what they need; `free` are those that need nothing of the kind."""

    by_intent: Mapping[str, Sequence[int]]
    by_word: Mapping[str, Sequence[int]]
    free: Sequence[int]

    def candidates(self, facts: Facts) -> Sequence[int]:
        """Return the places of the rules that may apply, in order."""
        found = list(self.by_intent.get(facts.intent, ())) if facts.intent else []
        if self.by_word:
            for word in facts.words:
                found += self.by_word.get(word, ())
        return sorted({*found, *self.free}) if found else self.free


def indexed(conditions: Iterable[Condition]) -> Index:
    """Return an index of conditions by their places."""
    by_intent: defaultdict[str, list[int]] = defaultdict(list)
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    free: list[int] = []
    for place, condition in enumerate(conditions):
        need = needs(condition)
        if need is None:
            free.append(place)
            continue
        for intent in need.intents:
            by_intent[intent].append(place)
        for word in need.words:
            by_word[word].append(place)
    return Index(dict(by_intent), dict(by_word), tuple(free))
