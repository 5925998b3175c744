"""What Slack keeps of one installation: messages, reactions, files; and how each method changes it."""

import time
from dataclasses import dataclass, field
from typing import Any

from frontdesk.rehearsal.slack.refusal import Refusal, require
from frontdesk.rehearsal.slack.vocabulary import APP, BOT, BOT_USER, team_of

Arguments = dict[str, Any]


@dataclass(slots=True)
class Deposit:
    """A file on its way: the place its bytes go to, and the bytes once they came."""

    name: str
    length: int
    mime: str = "application/octet-stream"
    data: bytes | None = None


@dataclass(slots=True)
class Workspace:
    """One installation's state, by its token."""

    token: str
    url: str
    messages: dict[tuple[str, str], Arguments] = field(default_factory=dict)
    reactions: set[tuple[str, str, str]] = field(default_factory=set)
    deposits: dict[str, Deposit] = field(default_factory=dict)
    _last: int = 0

    @property
    def team(self) -> str:
        return team_of(self.token)

    def carry_out(self, method: str, arguments: Arguments) -> Arguments:
        """Do what a checked call asks and return its answer, without `ok`."""
        match method:
            case "chat.postMessage":
                return self._post(arguments)
            case "chat.postEphemeral":
                return {"message_ts": self.next_ts()}
            case "chat.update" | "chat.delete":
                return self._change(method, arguments)
            case "reactions.add" | "reactions.remove" | "reactions.get":
                return self._react(method, arguments)
            case "files.getUploadURLExternal":
                return self._make_place(arguments)
            case "files.completeUploadExternal":
                return self._share(arguments)
            case "conversations.history" | "conversations.replies":
                return self._look_back(method, arguments)
        return self._tell(method, arguments)

    def next_ts(self) -> str:
        """Return the time as Slack writes it; each is later than the one before."""
        self._last = max(self._last + 1, time.time_ns() // 1000)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def _post(self, arguments: Arguments) -> Arguments:
        channel, ts = _direct(arguments["channel"]), self.next_ts()
        self.messages[channel, ts] = {**arguments, "channel": channel}
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "app_id": APP, "team": self.team, "ts": ts}
        return {"channel": channel, "ts": ts, "message": {**message, "text": arguments.get("text", "")}}

    def _change(self, method: str, arguments: Arguments) -> Arguments:
        key = arguments["channel"], arguments["ts"]
        require(key in self.messages, "message_not_found")
        if method == "chat.delete":
            del self.messages[key]
        else:
            self.messages[key] |= {name: arguments[name] for name in ("text", "blocks") if name in arguments}
        return {"channel": key[0], "ts": key[1], "text": arguments.get("text", "")}

    def _react(self, method: str, arguments: Arguments) -> Arguments:
        place = arguments["channel"], arguments["timestamp"]
        if method == "reactions.get":
            names = sorted(name for *where, name in self.reactions if tuple(where) == place)
            found = [{"name": name, "users": [BOT_USER], "count": 1} for name in names]
            return {"type": "message", "channel": place[0], "message": {"ts": place[1], "reactions": found}}
        reaction = (*place, arguments["name"])
        if method == "reactions.add":
            require(reaction not in self.reactions, "already_reacted")
            self.reactions.add(reaction)
        else:
            require(reaction in self.reactions, "no_reaction")
            self.reactions.remove(reaction)
        return {}

    def _make_place(self, arguments: Arguments) -> Arguments:
        number = f"F{len(self.deposits) + 1:08d}"
        self.deposits[number] = Deposit(arguments["filename"], int(arguments["length"]))
        return {"upload_url": f"{self.url}/upload/v1/{self.token}/{number}", "file_id": number}

    def deposit(self, number: str, data: bytes, mime: str) -> None:
        """Take a file's bytes; there must be as many as were told."""
        place = self.deposits.get(number)
        if place is None or place.length != len(data):
            raise Refusal("invalid_upload", 400)
        place.data, place.mime = data, mime

    def _share(self, arguments: Arguments) -> Arguments:
        numbers = [file["id"] for file in arguments["files"]]
        there = [number for number in numbers if number in self.deposits and self.deposits[number].data is not None]
        require(there == numbers, "file_not_found")
        self.messages[arguments["channel_id"], self.next_ts()] = arguments
        return {"files": [{"id": number, "title": self.deposits[number].name} for number in numbers]}

    def _look_back(self, method: str, arguments: Arguments) -> Arguments:
        """Return messages of a channel, the latest first, or of a thread, the earliest first."""
        thread = arguments.get("ts") if method == "conversations.replies" else None
        since = float(arguments.get("oldest") or 0)
        found = [
            self._shown(ts, said, arguments)
            for (channel, ts), said in self.messages.items()
            if channel == arguments["channel"] and float(ts) > since and thread in (said.get("thread_ts"), ts, None)
        ]
        if thread is None:
            found.reverse()
        limit = int(arguments.get("limit", 100))
        return {"messages": found[:limit], "has_more": len(found) > limit}

    def _shown(self, ts: str, said: Arguments, arguments: Arguments) -> Arguments:
        shown = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": ts, "text": said.get("text", "")}
        wanted = str(arguments.get("include_all_metadata")).lower() in ("true", "1")
        return {**shown, **({"metadata": said["metadata"]} if wanted and "metadata" in said else {})}

    def _tell(self, method: str, arguments: Arguments) -> Arguments:
        match method:
            case "auth.test":
                who = {"user": "desk", "user_id": BOT_USER, "bot_id": BOT, "is_enterprise_install": False}
                return {"url": f"{self.url}/", "team": "Rehearsal", "team_id": self.team, **who}
            case "bots.info":
                require(arguments.get("bot") == BOT, "bot_not_found")
                return {"bot": {"id": BOT, "name": "desk", "app_id": APP, "user_id": BOT_USER}}
            case "conversations.open":
                return {"channel": {"id": _direct(arguments["users"].split(",")[0])}}
            case "users.info":
                return {"user": {"id": arguments["user"], "team_id": self.team, "name": "ada", "real_name": "Ada"}}
            case "team.info":
                return {"team": {"id": self.team, "name": "Rehearsal", "domain": "rehearsal"}}
            case "views.open":
                return {"view": {"id": "V00000001", **arguments["view"]}}
        return {}


def _direct(place: str) -> str:
    """Return the conversation with a person where one is named instead of a channel."""
    return f"D{place[1:]}" if place[0] in "UW" else place
