"""Events that are no messages: edits, blocks, moves, joins."""

from frontdesk.core.message import Happening
from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import (
    CloseConversation,
    DeleteMessage,
    EditMessage,
    Effect,
    MoveConversation,
    Onward,
    OpenConversation,
    Outcome,
    RenameIdentity,
    Route,
    SetReachable,
    Turn,
)
from frontdesk.phrases import say


class Happenings:
    """Keeps what happened; only being added to a group, or started, is answered."""

    def __init__(self, settings: TenantSettings) -> None:
        self.persona = settings.persona

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        if not isinstance(turn.event, Happening):
            return _not_ours(turn)
        if turn.event.event in ("bot_added", "conversation_started"):
            if turn.conversation.status != "closed" and any(said.direction == "outbound" for said in turn.history):
                return Outcome.silent(evidence="greeted already: providers tell of it in more ways than one")
            return Outcome.say(say(turn.language, "start.text", name="", bot=self.persona.name), OpenConversation())
        return Outcome.silent(*effects_of(turn.event, turn), evidence=route.reason)


def _not_ours(turn: Turn) -> Outcome:
    """Return that a message is for somebody else: a rule may name any handler, and a mode of ours would never end."""
    modes = tuple(mode for mode in turn.conversation.modes if mode.handler != "happenings")
    return Outcome(modes=modes, evidence="a message is no event", onward=Onward(handler="fallback"))


def effects_of(event: Happening, turn: Turn) -> list[Effect]:
    """Return what an event changes in what we keep."""
    match event.event:
        case "edited" if event.target:
            at = event.timestamp or turn.now
            return [EditMessage(external_id=event.target, text=event.text, at=at, version=event.external_id)]
        case "deleted" if event.target:
            return [DeleteMessage(external_id=event.target, at=event.timestamp or turn.now)]
        case "blocked":
            return [SetReachable(reachable=False)]
        case "unblocked":
            return [SetReachable(reachable=True)]
        case "bot_removed":
            return [CloseConversation()]
        case "chat_migrated" if isinstance(event.detail.get("new_conversation"), str):
            return [MoveConversation(new_external_id=event.detail["new_conversation"])]
        case "number_changed" if (old := event.origin.sender) and (new := event.detail.get("new_sender")):
            return [RenameIdentity(old=old, new=new)] if isinstance(new, str) else []
    return []
