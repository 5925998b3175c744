"""Consent: to the tenant's policy, to messages at all (STOP and START), and the right to be erased or to have one's data."""

from dataclasses import replace
from typing import Literal

from frontdesk.core.agreement import AnsweredBy, AskPrivacy, RecordConsent
from frontdesk.core.answers import foreign
from frontdesk.core.consenting import HANDLER, MISSING
from frontdesk.core.content import Button, Content
from frontdesk.core.conversation import Mode
from frontdesk.core.message import Message
from frontdesk.core.routing import onwards
from frontdesk.core.slots import heard
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import HandOver, Onward, OptIn, OptOut, Outcome, Route, Turn
from frontdesk.phrases import listened_for, say

Asked = Literal["policy", "erasure", "export"]
WISHES: dict[str, Asked] = {"erase": "erasure", "export": "export"}
AGREE, DECLINE, SURE, KEEP = "agree", "decline", "sure", "keep"
"""What the buttons say, with the version or the wish after it."""


class Consent:
    """Asks for consent and keeps the answer; takes a contact out of all messages, and back in; passes on what they want done
    with what there is of them.
    """

    def __init__(self, settings: TenantSettings) -> None:
        self.persona = settings.persona
        self.settings = settings.consent

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        match (route.argument or "").split(" "):
            case ["stop"]:
                return self._stop(turn)
            case ["unstop"]:
                return self._start(turn)
            case [word] if word in WISHES:
                return _confirm(turn, WISHES[word])
            case [word, version] if word in (AGREE, DECLINE):
                return self._answered(turn, word == AGREE, version)
            case [word, "erasure" | "export" as wish] if word in (SURE, KEEP):
                return self._sure(turn, wish, word == SURE)
            case [word] if word == MISSING:
                return self._missing(turn)
        return self._in_words(turn)

    def _stop(self, turn: Turn) -> Outcome:
        """End all messages; what was agreed to is taken back with that."""
        withdrawn = (
            (self._record(turn, "stop", given=False),) if self.settings.required and turn.consent == "given" else ()
        )
        return Outcome.say(say(turn.language, "consent.stopped"), OptOut(), *withdrawn).leaving_all()

    def _start(self, turn: Turn) -> Outcome:
        back = (OptIn(),) if turn.contact.opted_out else ()
        if turn.consent != "given":
            asked = self._ask(turn)
            return replace(asked, effects=(*back, *asked.effects))
        if back:
            return Outcome.say(say(turn.language, "consent.started"), *back)
        return Outcome.say(say(turn.language, "start.text", name="", bot=self.persona.name))

    def _missing(self, turn: Turn) -> Outcome:
        """Take the answer to the question, where it was put; else put it."""
        if not self.settings.policy:  # a rule may send somebody here though there is nothing to agree to
            return self._in_words(turn)
        mode, answer = _asked(turn, "policy"), _yes_or_no(turn)
        if answer is not None and mode and mode.state.get("version") == self.settings.version:
            return self._answered(turn, answer, str(self.settings.version))
        if answer is not None and (_asked(turn, "erasure") or _asked(turn, "export")):
            return self._in_words(turn)
        if mode or turn.consent == "declined":
            key = "consent.needed" if turn.consent == "declined" else "consent.again"
            return self._waiting(turn, Content(text=say(turn.language, key), buttons=self._buttons(turn.language)))
        return self._ask(turn)

    def _ask(self, turn: Turn) -> Outcome:
        text, tag = self.settings.text(turn.spoken or turn.language, turn.language)
        question = Content(text=text, language=foreign(tag, turn.language), buttons=self._buttons(turn.language))
        return self._waiting(turn, question, tag)

    def _waiting(self, turn: Turn, question: Content, language: str | None = None) -> Outcome:
        """Put a question and wait for the answer; in a group it is waited for by nobody else, so a button must say it.

        `language` is that of the policy, where this is it.
        """
        asked = Outcome(replies=(question,), evidence=f"policy {self.settings.version} is asked")
        if turn.conversation.is_group:
            return asked
        shown = language or self._shown(turn)
        state = {"asks": "policy", "version": self.settings.version, "contact": str(turn.contact.id), "language": shown}
        return replace(asked, modes=(*_others(turn), Mode(handler=HANDLER, state=state)))

    def _buttons(self, language: str) -> tuple[Button, ...]:
        titles = {AGREE: say(language, "consent.agree"), DECLINE: say(language, "consent.decline")}
        return tuple(
            Button(title=title, payload=f"/{HANDLER} {answer} {self.settings.version}")
            for answer, title in titles.items()
        )

    def _answered(self, turn: Turn, given: bool, version: str) -> Outcome:
        if not self.settings.required or version != str(self.settings.version):
            return self._missing(turn) if turn.consent != "given" else Outcome.silent(evidence="an old question")
        words = say(turn.language, "consent.agreed" if given else "consent.declined")
        by: AnsweredBy = "button" if isinstance(turn.event, Message) and turn.event.press else "words"
        said = Outcome.say(words, self._record(turn, by, given=given))
        return replace(said, modes=_others(turn), evidence=f"policy {version}: {'agreed' if given else 'declined'}")

    def _record(self, turn: Turn, by: AnsweredBy, *, given: bool) -> RecordConsent:
        policy, language = self.settings.text(self._shown(turn))
        return RecordConsent(
            version=self.settings.version,
            language=language,
            given=given,
            message_id=turn.message_id,
            name=turn.event.origin.sender_name if given else None,
            policy=policy,
            by=by,
        )

    def _shown(self, turn: Turn) -> str:
        """Return the language the policy was shown in: the answer may be in another."""
        mode = _asked(turn, "policy")
        known = mode.state.get("language") if mode else None
        wanted = (turn.spoken or turn.language, turn.language)
        return known if isinstance(known, str) and known in self.settings.policy else self.settings.text(*wanted)[1]

    def _in_words(self, turn: Turn) -> Outcome:
        """Take the answer to whether they are sure; what is no answer is for whoever answers such words."""
        mode = _asked(turn, "erasure") or _asked(turn, "export")
        answer = _yes_or_no(turn) if mode else None
        if mode and answer is not None:
            return self._sure(turn, mode.state["asks"], answer)
        left = replace(turn, conversation=replace(turn.conversation, modes=_others(turn)))
        found = onwards(left, listened_for(turn.language))
        onward = Onward(handler=found.handler, argument=found.argument)
        return Outcome(modes=_others(turn), onward=onward, evidence=f"not what was asked: {found.reason}")

    def _sure(self, turn: Turn, wish: Literal["erasure", "export"], sure: bool) -> Outcome:
        """Do what was asked for; a button pressed long after the question asks again."""
        if not _asked(turn, wish):
            return _confirm(turn, wish)
        if not sure:
            return replace(Outcome.say(say(turn.language, "consent.kept")), modes=_others(turn))
        said = Outcome.say(say(turn.language, f"consent.{wish}_begins"), AskPrivacy(wants=wish)).leaving_all()
        return said if wish == "erasure" else replace(said, effects=(*said.effects, HandOver()))


def _confirm(turn: Turn, wish: Asked) -> Outcome:
    if turn.conversation.is_group:
        return Outcome.say(say(turn.language, "consent.alone"))
    buttons = [
        Button(title=say(turn.language, f"consent.{wish}_sure"), payload=f"/{HANDLER} {SURE} {wish}"),
        Button(title=say(turn.language, "consent.keep"), payload=f"/{HANDLER} {KEEP} {wish}"),
    ]
    asked = Outcome.say(say(turn.language, f"consent.{wish}_confirm"), buttons=buttons)
    mode = Mode(handler=HANDLER, state={"asks": wish, "contact": str(turn.contact.id)})
    return replace(asked, modes=(*_others(turn), mode))


def _asked(turn: Turn, what: str) -> Mode | None:
    """Return the mode in which this contact was asked something, where it is the active one."""
    mode = turn.mode
    if mode is None or mode.handler != HANDLER or mode.state.get("contact") != str(turn.contact.id):
        return None
    return mode if mode.state.get("asks") == what else None


def _others(turn: Turn) -> tuple[Mode, ...]:
    return tuple(mode for mode in turn.conversation.modes if mode.handler != HANDLER)


def _yes_or_no(turn: Turn) -> bool | None:
    said, ear = heard(turn.text), turn.ear
    if ear is None or not said:
        return None
    return True if said in ear.words.yes else False if said in ear.words.no else None
