"""Who answers a turn: commands, then an intent chosen by button, the active mode, keywords, small talk, the intent, the
fallback.
"""

from collections.abc import Mapping, Sequence

from frontdesk.core.addressing import is_named
from frontdesk.core.message import Happening, Message, Reaction
from frontdesk.core.tenant import KeywordRule
from frontdesk.core.turn import Route, Turn
from frontdesk.core.wording import contains, plain

COMMANDS = {
    "start": "commands",
    "help": "commands",
    "cancel": "commands",
    "stop": "consent",
    "unstop": "consent",
    "human": "handoff",
    "bot": "handoff",
    "feedback": "feedback",
}
PRESSED = "/intent "
"""What the payload of a button that stands for an intent begins with; its name follows."""


def route(turn: Turn, words: Mapping[str, Sequence[str]], small_talk: Mapping[str, Sequence[str]]) -> Route:
    """Choose the handler. `words` are what stands for each command, `small_talk` for each kind of small talk, in the
    turn's language.
    """
    match turn.event:
        case Reaction():
            return Route(handler="feedback", reason="a reaction")
        case Happening(event=event):
            return Route(handler="happenings", reason=f"event {event}", argument=event)
        case Message() as message:
            return _route_message(turn, message, words, small_talk)


def _route_message(
    turn: Turn, message: Message, words: Mapping[str, Sequence[str]], small_talk: Mapping[str, Sequence[str]]
) -> Route:
    folded, working = plain(turn.text), plain(turn.working or "")
    tried: list[str] = []
    command = _command(turn, message, folded, words)
    if command:
        return Route(handler=COMMANDS[command], reason=f"command {command}", argument=command)
    if turn.conversation.owner == "human":
        return Route(handler="handoff", reason="a person has this conversation", argument="silent")
    if turn.conversation.is_group and not (turn.addressed or is_named(message, turn.about)):
        return Route(handler="silence", reason="said in a group, not to us")
    pressed = pressed_intent(turn)
    if pressed is not None and not (turn.mode and turn.mode.handler == "did_you_mean"):
        return Route(handler="intent", reason=f"chosen: intent {pressed}", argument=pressed)
    if turn.mode:
        return Route(handler=turn.mode.handler, reason="the active mode")
    for number, rule in enumerate(turn.settings.keyword_rules):
        keyword = _keyword(rule, folded) or _keyword(rule, working)
        if keyword:
            handler = rule.handler or "keywords"
            return Route(handler=handler, reason=f"keyword {keyword!r}", argument=str(number), tried=tuple(tried))
        tried.append(f"keyword rule {number + 1}: none of {', '.join(rule.keywords[:5])}")
    kind = small_talk_kind(folded, small_talk)
    if kind:
        return Route(handler="small_talk", reason=f"small talk: {kind}", argument=kind, tried=tuple(tried))
    return _by_meaning(turn, (*tried, "small talk: no"))


def _by_meaning(turn: Turn, tried: tuple[str, ...]) -> Route:
    meaning = turn.meaning
    if meaning.intent:
        reason = f"intent {meaning.intent} ({meaning.confidence:.2f}, by {meaning.by})"
        return Route(handler="intent", reason=reason, argument=meaning.intent, tried=tried)
    if meaning.asked:
        close = ", ".join(f"{one.intent} ({one.confidence:.2f})" for one in meaning.asked)
        return Route(handler="did_you_mean", reason=f"close intents: {close}", tried=tried)
    return Route(handler="fallback", reason="nothing else fits", tried=(*tried, "intent: none"))


def pressed_intent(turn: Turn) -> str | None:
    """Return the intent whose button was pressed, under whatever message and however long ago; it may be gone."""
    is_press = isinstance(turn.event, Message) and turn.event.press is not None
    return turn.text.removeprefix(PRESSED) if is_press and turn.text.startswith(PRESSED) else None


def _command(turn: Turn, message: Message, folded: str, words: Mapping[str, Sequence[str]]) -> str | None:
    if message.command:
        name = message.command.casefold()
        return name if name in COMMANDS else None
    pressed = message.press.payload if message.press and isinstance(message.press.payload, str) else ""
    if pressed.startswith("/"):
        return pressed[1:] if pressed[1:] in COMMANDS else None
    typed = turn.text[1:].split(" ", 1)[0].casefold() if turn.text.startswith("/") else ""
    if typed in COMMANDS:
        return typed  # before the words: a bare "start" means messages are wanted again, "/start" does not
    spoken = typed or folded
    return next((name for name, said in words.items() if spoken in said), None)


def _keyword(rule: KeywordRule, folded: str) -> str | None:
    return next((keyword for keyword in rule.keywords if contains(folded, keyword)), None)


def small_talk_kind(folded: str, small_talk: Mapping[str, Sequence[str]]) -> str | None:
    """Return which kind of small talk a short text is, if it is nothing but that."""
    if len(folded.split()) > 5:
        return None
    for kind, phrases in small_talk.items():
        if folded in phrases or any(folded.startswith(f"{phrase} ") for phrase in phrases):
            return kind
    return None
