"""Which language a text is in: its script, its small words and a model, weighed against the one spoken so far."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from frontdesk.understanding.language import lexicon
from frontdesk.understanding.language.evidence import LATIN, base, folded, scripts, spoken, words, written_in
from frontdesk.understanding.language.model import Detector

LINGUA_FRANCA = "en"
"""Its courtesies ("thank you") are said in conversations of every language, so they end none."""

WORD_COUNTS = 1.5
"""What one small word adds to a language's log-likelihood, beside the model's."""

TRUST = 2.0
"""What the model's log-likelihoods are multiplied by: on short texts it is surer than it says."""

UNHEARD = 1e-4
"""Likelihood of a language the model doesn't know or rules out."""

SHORT = 3
"""Words up to which a text is short."""

SURE = {True: 0.9, False: 0.8}
"""Probability another language needs to take over from the current one, for short and longer texts."""

GUESS = 0.4
"""Probability a language needs at the beginning, when there is no current one; else the working language is taken."""

SHARE = 0.3
"""Share of the words in a script other than Latin that makes it the text's: names and terms stand in Latin anywhere."""

ROMANISED = 0.4
"""Share of the words that are Hindi, say, in Latin letters, which makes the text that language's."""

MIXED = 0.5
"""A longer text is mixed, and changes nothing, from this ratio of the small words only the current language has to those
only the other has."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The language to go on in, how sure that is (0 to 1), and the reason, one of docs/understanding-language.md."""

    language: str
    confidence: float
    reason: str


def language_of(
    text: str, allowed: Sequence[str], current: str | None, detector: Detector, *, ignored: Collection[str] = ()
) -> Decision:
    """Decide the language of a text among those allowed (BCP 47, the working one first; at least one).

    `current` is the conversation's so far: it stays unless the text speaks strongly for another. `ignored` are words
    that say nothing, such as a tenant's glossary.
    """
    tags = {base(tag): tag for tag in reversed(allowed)}
    bases = list(dict.fromkeys(base(tag) for tag in allowed))
    now = base(current) if current and base(current) in tags else None
    unheard = {folded(word) for phrase in ignored for word in words(phrase)}
    said = lexicon.tidy([word for word in words(spoken(text)) if folded(word) not in unheard])
    found = _decide(said, bases, now, detector)
    if found.language == now and current in allowed:
        return Decision(str(current), found.confidence, found.reason)
    return Decision(tags[found.language], found.confidence, found.reason)


def _decide(said: Sequence[str], bases: Sequence[str], now: str | None, detector: Detector) -> Decision:
    stay = now or bases[0]
    if len(bases) == 1:
        return Decision(stay, 1.0, "only language")
    if not said:
        return Decision(stay, 0.0, "nothing to read")
    written = _script(said, bases, now)
    candidates = [language for language in bases if written in written_in(language)]
    others = [language for language in bases if language not in candidates] if written == LATIN else []
    if romanised := _romanised(said, others, candidates):
        return romanised
    if not candidates:
        return Decision(stay, 0.0, "script of none")
    sure = {candidates[0]: 1.0} if len(candidates) == 1 else {}
    if written == LATIN and now not in {None, *candidates}:
        return _borrowed(said, sure or _chances(said, candidates, detector), stay)
    if sure:
        return Decision(candidates[0], scripts(said)[written], "script")
    return _weighed(said, candidates, now, detector)


def _script(said: Sequence[str], bases: Sequence[str], now: str | None) -> str:
    """Return the script a text counts as written in: one other than Latin as soon as it is more than a name."""
    shares = scripts(said)
    ours = {name for language in bases for name in written_in(language)}
    for name, share in shares.items():
        single = share * len(said) < 1.5 and LATIN in shares and now is not None and name not in written_in(now)
        if name in ours - {LATIN} and share >= SHARE and not single:
            return name
    return LATIN if LATIN in shares else next(iter(shares))


def _romanised(said: Sequence[str], others: Sequence[str], candidates: Sequence[str]) -> Decision | None:
    """Recognise a language of another script in Latin letters: by courtesies, or by two small words and more."""
    whole = " ".join(folded(word) for word in said)
    for language in others:
        if whole in lexicon.courtesies(language):
            return Decision(language, 0.9, "courtesy")
        hits = lexicon.hits(said, lexicon.romanised_words(language))
        rivals = [lexicon.hits(said, lexicon.small_words(candidate)) for candidate in candidates]
        if hits >= 2 and hits >= ROMANISED * len(said) and hits > max(rivals, default=0):
            return Decision(language, hits / len(said), "romanised")
    return None


def _borrowed(said: Sequence[str], chances: Mapping[str, float], now: str) -> Decision:
    """Decide a Latin text in a conversation in another script: only small words tell speech from borrowed terms."""
    best = max(chances, key=lambda language: chances[language])
    hits = lexicon.hits(said, lexicon.small_words(best))
    courtesy = best == LINGUA_FRANCA and " ".join(folded(word) for word in said) in lexicon.courtesies(best)
    enough = hits >= 0.5 * len(said) if len(said) <= SHORT else hits >= max(2, 0.25 * len(said))
    if len(said) > 1 and enough and not courtesy and chances[best] >= SURE[len(said) <= SHORT]:
        return Decision(best, chances[best], "likeliest")
    return Decision(now, 0.5, "borrowed")


def _weighed(said: Sequence[str], candidates: Sequence[str], now: str | None, detector: Detector) -> Decision:
    whole = " ".join(folded(word) for word in said)
    if polite := [language for language in candidates if whole in lexicon.courtesies(language)]:
        return _polite(polite, now)
    chances = _chances(said, candidates, detector)
    best = max(candidates, key=lambda language: chances[language])
    if now is None and chances[best] < GUESS:
        return Decision(candidates[0], chances[candidates[0]], "not sure")
    if now is None or now not in chances or now == best:
        return Decision(best, chances[best], "likeliest")
    if reason := _doubt(said, best, now, chances):
        return Decision(now, chances[now], reason)
    return Decision(best, chances[best], "likeliest")


def _polite(polite: Sequence[str], now: str | None) -> Decision:
    if now in polite or (len(polite) == 1 and (now is None or polite[0] != LINGUA_FRANCA)):
        return Decision(now if now in polite and now else polite[0], 0.95, "courtesy")
    return Decision(now or polite[0], 1 / (len(polite) + 1), "shared courtesy")


def _doubt(said: Sequence[str], best: str, now: str, chances: Mapping[str, float]) -> str | None:
    """Return why a conversation doesn't change its language here, None if it does."""
    of_best, of_now = lexicon.small_words(best), lexicon.small_words(now)
    if len(said) == 1:
        return "one word"
    if len(said) <= SHORT and not lexicon.hits(said, of_best):
        return "no small word"  # names and goods are all such a text may be
    if _named(said, best):
        return "name"
    only_now = lexicon.hits(said, of_now - of_best)
    if len(said) > SHORT and only_now >= 2 and only_now >= MIXED * lexicon.hits(said, of_best - of_now):
        return "mixed"
    return None if chances[best] >= SURE[len(said) <= SHORT] else "not sure"


def _named(said: Sequence[str], language: str) -> bool:
    """Say whether a text may be a name: words in capitals, none of them a small one, with particles between them."""
    own = [word for word in said if folded(word) not in lexicon.particles()]
    capitals = len(own) > 1 and len(said) <= 5 and all(word[0].isupper() for word in own)
    return capitals and not lexicon.hits(own, lexicon.small_words(language))


def _chances(said: Sequence[str], candidates: Sequence[str], detector: Detector) -> Mapping[str, float]:
    """Return the probability of each candidate: the model's, raised by the small words of each."""
    model = detector(" ".join(said))
    logs = {
        language: TRUST * math.log(max(model.get(language, 0.0), UNHEARD))
        + WORD_COUNTS * lexicon.hits(said, lexicon.small_words(language))
        for language in candidates
    }
    most = max(logs.values())
    weights = {language: math.exp(log - most) for language, log in logs.items()}
    return {language: weight / sum(weights.values()) for language, weight in weights.items()}
