"""Greetings, thanks, goodbyes, apologies, praise, insults, jokes and the like, in the tenant's tone."""

from collections.abc import Mapping
from dataclasses import replace

from frontdesk.core.chatting import Talked, Talker
from frontdesk.core.message import Message
from frontdesk.core.talking import earlier, fresh, repeats, was_greeted
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Handler, Onward, Outcome, Route, Turn
from frontdesk.core.wording import plain
from frontdesk.handlers.wording import addressed, choices, written
from frontdesk.phrases import listened_for, variants

PATIENCE = 2
"""How often in a row an insult is answered."""
OURS_ALONE = frozenset({"insult", "human_or_bot", "who_are_you"})
"""Kinds no model finds the words for: they have to be honest, or calm, every time."""
OFFERS_A_PERSON = frozenset({"insult", "human_or_bot"})
MOST_CHARACTERS = 300
"""Longer texts are no small talk, and nobody is asked whether they are."""


class SmallTalk:
    """Answers politeness with politeness, and never with the words it said lately where there are others.

    What begins like small talk and goes on to what somebody wants is left to whoever answers that.
    """

    def __init__(self, settings: TenantSettings, talker: Talker | None = None) -> None:
        self.persona = settings.persona
        self.talker = talker

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        kind = route.argument if route.argument in listened_for(turn.language).small_talk else None
        if kind is None:
            return await self._found(turn, self._canned(turn, "greeting"), None)
        if route.by == "small_talk" and not _is_all(turn, kind) and turn.meaning.intent:
            onward = Onward(handler="intent", argument=turn.meaning.intent)
            return Outcome(onward=onward, evidence=f"more than small talk: {kind}")
        if kind == "insult" and repeats(_words(turn, kind), earlier(turn.history, turn.text)) >= PATIENCE:
            return Outcome.silent(evidence="insulted again and again")  # whoever goes on is not answered any more
        return await self._answered(turn, route, kind)

    async def _answered(self, turn: Turn, route: Route, kind: str) -> Outcome:
        again = kind == "greeting" and was_greeted(_words(turn, kind), earlier(turn.history, turn.text), turn.now)
        if kind == "greeting" and self.persona.greeting and not again:
            return Outcome.say(self.persona.greeting, language=written(turn))
        canned = self._canned(turn, "greeting_again" if again else kind)
        if kind in OURS_ALONE:
            return canned
        may_be_more = route.by == "small_talk" and not _is_all(turn, kind)
        return await self._found(turn, canned, kind, may_be_more=may_be_more)

    async def _found(self, turn: Turn, canned: Outcome, kind: str | None, *, may_be_more: bool = False) -> Outcome:
        """Return what the talker finds to say, and what is canned where it finds nothing or there is none."""
        if self.talker is None:
            return canned
        talked = await self.talker.talk(turn, kind)
        if may_be_more and talked.verdict in ("request", "other"):
            return replace(_onward(turn), evidence=f"more than small talk, says the language model: {kind}")
        return said(turn, talked) or replace(canned, evidence=f"our own words: {talked.failure or talked.verdict}")

    def _canned(self, turn: Turn, kind: str) -> Outcome:
        values = {"name": addressed(turn), "bot": self.persona.name}
        offered = variants(turn.language, f"small_talk.{kind}", tone=self.persona.tone, **values)
        words = fresh(offered, turn.history, turn.id.int)
        if kind not in OFFERS_A_PERSON:
            return Outcome.say(words)
        evidence = "insulted: a person is offered" if kind == "insult" else None
        return replace(Outcome.say(words, buttons=choices(turn.language, "human")), evidence=evidence)


class TalksFirst:
    """Stands before the fallback: what nobody understood may be small talk no phrase covers. All else goes on to it."""

    def __init__(self, fallback: Handler, talker: Talker) -> None:
        self.fallback = fallback
        self.talker = talker

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if not _may_be_small_talk(turn, route):
            return await self.fallback.handle(turn, route)
        talked = await self.talker.talk(turn, None)
        if answered := said(turn, talked):
            return answered
        outcome = await self.fallback.handle(turn, route)
        return replace(outcome, evidence="; ".join(filter(None, (_no_small_talk(talked), outcome.evidence))))


def in_company(made: Mapping[str, Handler], settings: TenantSettings, talker: Talker) -> Mapping[str, Handler]:
    """Return a tenant's handlers with somebody who finds words for small talk, where the settings want that."""
    if settings.small_talk.by != "model" or not isinstance(made.get("small_talk"), SmallTalk):
        return made
    ours: dict[str, Handler] = {"small_talk": SmallTalk(settings, talker)}
    if settings.small_talk.beyond:
        ours["fallback"] = TalksFirst(made["fallback"], talker)
    return {**made, **ours}


def said(turn: Turn, talked: Talked) -> Outcome | None:
    """Return words that were found as they are said: in the contact's own language."""
    if talked.text is None:
        return None
    spoken = turn.spoken or turn.language
    return replace(Outcome.say(talked.text, language=spoken), evidence="small talk, in the language model's words")


def _onward(turn: Turn) -> Outcome:
    """Let whoever answers such words do so."""
    meaning = turn.meaning
    if meaning.intent:
        return Outcome(onward=Onward(handler="intent", argument=meaning.intent))
    return Outcome(onward=Onward(handler="did_you_mean" if meaning.asked else "fallback"))


def _may_be_small_talk(turn: Turn, route: Route) -> bool:
    event = turn.event
    written_out = isinstance(event, Message) and event.press is None and not event.media
    return route.by == "fallback" and written_out and 0 < len(turn.text.strip()) <= MOST_CHARACTERS


def _no_small_talk(talked: Talked) -> str:
    if talked.failure:
        return f"nobody said whether it is small talk: {talked.failure}"
    return f"no small talk: {talked.verdict}"


def _is_all(turn: Turn, kind: str) -> bool:
    """Say whether a text is a phrase of this kind and nothing more."""
    return plain(turn.text) in _words(turn, kind)


def _words(turn: Turn, kind: str) -> tuple[str, ...]:
    return tuple(listened_for(turn.language).small_talk.get(kind, ()))
