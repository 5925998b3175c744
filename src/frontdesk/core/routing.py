"""Who answers a turn: commands, a button that names its handler, the tenant's rules, the active mode, keywords, small talk,
words a request begins with, the intent, the fallback.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from frontdesk.core import consenting, interruptions, modes
from frontdesk.core.addressing import is_named
from frontdesk.core.choosing import chosen
from frontdesk.core.content import Choice
from frontdesk.core.conversation import Mode
from frontdesk.core.interruptions import Call, Manners
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.openings import Opens, opened
from frontdesk.core.rules.actions import Escalate, Hand, Start
from frontdesk.core.rules.deciding import Decision
from frontdesk.core.slots import heard
from frontdesk.core.tenant import KeywordRule
from frontdesk.core.turn import Route, Turn
from frontdesk.core.wording import contains, plain

COMMANDS = {
    "start": "commands",
    "help": "commands",
    "cancel": "commands",
    "stop": "consent",
    "unstop": "consent",
    "erase": "consent",
    "export": "consent",
    "human": "handoff",
    "bot": "handoff",
    "feedback": "feedback",
}
PRESSED = "/intent "
"""What the payload of a button that stands for an intent begins with; its name follows."""
PRESSABLE = frozenset({"intent", "reminder", "task", "feedback", "consent", "handoff"})
"""Handlers a button may name: its payload is `/<handler> <argument>`."""
FIRM = frozenset({"did_you_mean", "feedback", "consent"})
"""Modes no intent comes between: any words are an answer to them, or they look for the intent themselves."""

MOST_TRIED = 20
"""Rules that did not hold, named in a route's record."""
WHOLE = frozenset({"sorry", "compliment", "insult", "joke", "about_you", "cheer", "birthday", "weather", "wishes"})
"""Small talk only where nothing follows: "sorry, I can't come" is something else."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is listened for in a language: what stands for each command and for each kind of small talk, folded, and what
    tells a message to a handler by how it begins.
    """

    commands: Mapping[str, Sequence[str]]
    small_talk: Mapping[str, Sequence[str]]
    openings: Mapping[str, Opens] = field(default_factory=dict)


def route(turn: Turn, words: Words, decide: Callable[[], Decision] | None = None) -> Route:
    """Choose the handler. `decide` asks the tenant's rules; it is called once, where the message gets as far as they are.

    What is no message goes to whoever keeps it, and what the rules want comes on top.
    """
    if not isinstance(turn.event, Message) and (held := consenting.held(turn, None, None, to_us=True)):
        return held
    match turn.event:
        case Reaction():
            return _with_rules(Route(handler="feedback", reason="a reaction", by="event"), decide)
        case Happening(event=event):
            return _with_rules(Route(handler="happenings", reason=f"event {event}", argument=event, by="event"), decide)
        case Message() as message:
            return _before_rules(turn, message, words) or _by_rules(turn, words, decide)


def onwards(turn: Turn, words: Words) -> Route:
    """Choose the handler of a message no command, button or rule took."""
    if turn.mode:
        call = _call(turn, turn.mode, words)
        turned = interruptions.first(turn.conversation.modes, call, _manners(turn))
        if turned.to == "intent":
            return Route(handler="intent", reason=turned.reason, argument=call.intent, by="intent")
        if turned.to == "opening" and call.opening:
            return Route(handler=call.opening, reason=turned.reason, by="opening")
        return Route(handler=turn.mode.handler, reason=turned.reason, by="mode")
    folded, working = plain(turn.text), plain(turn.working or "")
    tried: list[str] = []
    for number, rule in enumerate(turn.settings.keyword_rules):
        if keyword := _keyword(rule, folded) or _keyword(rule, working):
            reason, handler = f"keyword {keyword!r}", rule.handler or "keywords"
            return Route(handler=handler, reason=reason, argument=str(number), by="keyword", tried=tuple(tried))
        tried.append(f"keyword rule {number + 1}: none of {', '.join(rule.keywords[:5])}")
    kind = None if _is_taught(turn, folded, words.small_talk) else small_talk_kind(folded, words.small_talk)
    if kind:
        reason = f"small talk: {kind}"
        return Route(handler="small_talk", reason=reason, argument=kind, by="small_talk", tried=tuple(tried))
    tried.append("small talk: no")
    opening = None if turn.meaning.by == "pattern" else opened(turn.text, words.openings)
    if opening:
        return Route(handler=opening, reason=f"begins like one for {opening}", by="opening", tried=tuple(tried))
    return _by_meaning(turn, tuple(tried))


def pressed(turn: Turn) -> tuple[str, str] | None:
    """Return the handler and the argument a pressed button names, under whatever message and however long ago."""
    if not isinstance(turn.event, Message) or turn.event.press is None or not turn.text.startswith("/"):
        return None
    handler, blank, argument = turn.text[1:].partition(" ")
    return (handler, argument) if blank and handler in PRESSABLE else None


def pressed_intent(turn: Turn) -> str | None:
    """Return the intent whose button was pressed; it may be gone."""
    handler, argument = pressed(turn) or ("", "")
    return argument if handler == "intent" else None


def came_between(turn: Turn, route: Route) -> bool:
    """Say whether somebody else than the active mode answers."""
    if turn.mode is None or route.by == "mode":
        return False
    return (route.handler, (route.argument or "") if route.handler == "intent" else "") != modes.identity(turn.mode)


def small_talk_kind(folded: str, small_talk: Mapping[str, Sequence[str]]) -> str | None:
    """Return which kind of small talk a text is, or, where it is short, begins like."""
    exactly = next((kind for kind, phrases in small_talk.items() if folded in phrases), None)
    if exactly or len(folded.split()) > 5:
        return exactly
    begun = (kind for kind, phrases in small_talk.items() if any(folded.startswith(f"{each} ") for each in phrases))
    return next((kind for kind in begun if kind not in WHOLE), None)


def _before_rules(turn: Turn, message: Message, words: Words) -> Route | None:
    to_us = turn.addressed or is_named(message, turn.about)
    command = _command(turn, message, words.commands)
    if turn.conversation.is_group and not (to_us or message.command or turn.text.startswith("/")):
        command = None  # people say "stop" and "help" to each other
    if held := consenting.held(turn, command, pressed(turn), to_us=to_us or not turn.conversation.is_group):
        return held
    if command:
        return Route(handler=COMMANDS[command], reason=f"command {command}", argument=command, by="command")
    if turn.conversation.owner == "human":
        return Route(handler="handoff", reason="a person has this conversation", argument="silent", by="human")
    if turn.conversation.is_group and not to_us:
        return Route(handler="silence", reason="said in a group, not to us", by="group")
    if (named := pressed(turn)) and not (turn.mode and turn.mode.handler == "did_you_mean" and named[0] == "intent"):
        handler, argument = named
        return Route(handler=handler, reason=f"chosen: {handler} {argument}", argument=argument, by="press")
    return None


def _by_rules(turn: Turn, words: Words, decide: Callable[[], Decision] | None) -> Route:
    decision = decide() if decide else None
    if decision is None or not decision.answers:
        return replace(onwards(turn, words), decision=decision)
    lead = next((action for action in decision.actions if isinstance(action, Hand | Start | Escalate)), None)
    handler = "handoff" if isinstance(lead, Escalate) else lead.handler if lead else "rules"
    return Route(
        handler=handler,
        reason=f"rule {decision.answered_by!r}",
        argument=lead.argument if isinstance(lead, Hand) else None,
        by="rule",
        tried=tuple(f"rule {name!r}: does not hold" for name in decision.tried[:MOST_TRIED]),
        decision=decision,
    )


def _with_rules(route: Route, decide: Callable[[], Decision] | None) -> Route:
    return replace(route, decision=decide()) if decide else route


def _by_meaning(turn: Turn, tried: tuple[str, ...]) -> Route:
    meaning = turn.meaning
    if meaning.intent:
        reason = f"intent {meaning.intent} ({meaning.confidence:.2f}, by {meaning.by})"
        return Route(handler="intent", reason=reason, argument=meaning.intent, by="intent", tried=tried)
    if meaning.asked:
        close = ", ".join(f"{one.intent} ({one.confidence:.2f})" for one in meaning.asked)
        return Route(handler="did_you_mean", reason=f"close intents: {close}", by="did_you_mean", tried=tried)
    return Route(handler="fallback", reason="nothing else fits", by="fallback", tried=(*tried, "intent: none"))


def _call(turn: Turn, mode: Mode, words: Words) -> Call:
    """Return what a message wants, as far as the active mode must know."""
    is_press = isinstance(turn.event, Message) and turn.event.press is not None
    opening = None if modes.takes_any_words(mode, turn.intents) else opened(turn.text, words.openings, between=True)
    wants = bool(turn.meaning.intent or opening)
    answers = is_press or (wants and mode.handler not in FIRM and (_is_reply(turn) or _offered(turn)))
    return Call(intent=turn.meaning.intent, confidence=turn.meaning.confidence, opening=opening, answers=answers)


def _is_reply(turn: Turn) -> bool:
    """Say whether the text is nothing but a yes, a no, or a wish to leave it."""
    said = turn.ear.words if turn.ear else None
    return said is not None and heard(turn.text) in said.yes | said.no | said.skip | said.cancel


def _offered(turn: Turn) -> bool:
    """Say whether the text is one of the choices the active mode asked among."""
    asked = modes.question(turn.mode) if turn.mode else None
    if asked is None:
        return False
    rows = [Choice(title=row.title, payload=row.payload) for row in asked.rows]
    buttons = [Choice(title=button.title, payload=button.answer) for button in asked.buttons]
    return chosen(turn.text, [*rows, *buttons]) is not None


def _manners(turn: Turn) -> Manners:
    return Manners(threshold=turn.settings.intents.interrupts, firm=FIRM)


def _command(turn: Turn, message: Message, words: Mapping[str, Sequence[str]]) -> str | None:
    if message.command:
        name = message.command.casefold()
        return name if name in COMMANDS else None
    payload = message.press.payload if message.press and isinstance(message.press.payload, str) else ""
    if payload.startswith("/"):
        return payload[1:] if payload[1:] in COMMANDS else None
    typed = turn.text[1:].split(" ", 1)[0].casefold() if turn.text.startswith("/") else ""
    if typed in COMMANDS and not pressed(turn):
        return typed  # before the words: a bare "start" means messages are wanted again, "/start" does not
    spoken = typed or plain(turn.text)
    return next((name for name, said in words.items() if spoken in said), None)


def _is_taught(turn: Turn, folded: str, small_talk: Mapping[str, Sequence[str]]) -> bool:
    """Say whether the tenant has an intent of its own for this very phrase: recognition makes nothing of one it was not
    taught.
    """
    return turn.meaning.intent is not None and any(folded in phrases for phrases in small_talk.values())


def _keyword(rule: KeywordRule, folded: str) -> str | None:
    return next((keyword for keyword in rule.keywords if contains(folded, keyword)), None)
