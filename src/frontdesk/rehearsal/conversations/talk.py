"""One conversation under way: people do things, the installation comes to rest, and what they then see is told."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from frontdesk.channels import web
from frontdesk.core.exchange import Request
from frontdesk.errors import InvalidInput
from frontdesk.media import Files
from frontdesk.rehearsal.conversations import attending, deeds, passing, stored
from frontdesk.rehearsal.conversations.bubbles import Bubble, bubbles, choice
from frontdesk.rehearsal.conversations.deeds import PLACES, Sent
from frontdesk.rehearsal.conversations.lane import Lane
from frontdesk.rehearsal.conversations.passing import Impossible, at_rest, moment
from frontdesk.rehearsal.conversations.script import File, Step
from frontdesk.rehearsal.conversations.stored import Standing
from frontdesk.rehearsal.installation import Bot
from frontdesk.rehearsal.people import Seen
from frontdesk.rehearsal.stages import Stage
from frontdesk.services.tenants import tenancy
from frontdesk.store import attachments
from frontdesk.store.attachments import Attachment

SOMEBODY = "somebody"
"""Who acts where a step names nobody."""
PLAIN_FILE = b"a file of a conversation test"


@dataclass(slots=True)
class Talk:
    """People of one tenant's bot. `shown` is all they have seen; `waiting` what the bot said since somebody last acted."""

    lane: Lane
    bot: Bot
    stage: Stage
    folder: Path
    people: dict[str, str] = field(default_factory=dict)
    number: int = 0
    written: dict[str, list[int]] = field(default_factory=dict)
    shown: list[Seen] = field(default_factory=list)
    waiting: list[Bubble] = field(default_factory=list)
    known_refusals: int = 0
    conversation: str = ""
    sender: str = ""

    def person(self, name: str) -> str:
        """Return the id a person of this name has on the channel."""
        if name not in self.people:
            self.people[name] = self.stage.people.person(len(self.people) + 1)
        return self.people[name]

    async def does(self, step: Step) -> None:
        """Do what a step says; Impossible where that can't be done."""
        self.waiting = []
        match step.act:
            case "wait":
                assert step.wait is not None
                await passing.until(self.lane, self.bot.tenant, self.lane.clock.now + step.wait)
            case "at":
                assert step.at is not None
                await passing.until(self.lane, self.bot.tenant, moment(step.at, self.bot.tenant.settings.zone))
            case "answer" | "desk":
                self._turn_to(step.whom)
                await attending.does(self.lane, self.bot.tenant, step, (await self.stands()).conversation)
            case _:
                await self._post(await self._request(step))
        await self.sees()

    async def sees(self) -> None:
        """Wait until nothing is left to do, and look at what came."""
        await at_rest(self.lane, self.bot.tenant.code)
        if self.stage.kind == web.KIND:
            people = list(dict.fromkeys([*self.people.values()]))
            await self.stage.stub.look(self.lane.http, self.lane.base_url, self.bot.channel, people)
        everything = [each for each in self.stage.seen() if each.conversation]
        keys = {id_of(each) for each in self.shown}
        fresh = [each for each in everything if id_of(each) not in keys]
        self.shown += fresh
        self.waiting += bubbles(fresh)

    async def stands(self) -> Standing:
        """Return how the conversation of whoever acted last stands."""
        databases, bot = self.lane.databases, self.bot
        return await stored.standing(databases, bot.tenant, bot.channel.id, self.conversation, self.sender)

    async def mishaps(self) -> list[str]:
        """Return what the provider refused since the last time, and what went wrong behind the bot's words."""
        refused = self.stage.refused()
        fresh, self.known_refusals = list(refused[self.known_refusals :]), len(refused)
        told = [f"the provider refused what was sent: {words:.300}" for words in fresh]
        return told or [f"{why:.300}" for why in await stored.mishaps(self.lane.databases, self.bot.tenant)]

    async def _post(self, request: Request) -> None:
        address = self.lane.base_url + (request.url or self.bot.path)
        async with self.lane.http.post(address, data=request.body, headers=request.headers) as answer:
            if answer.status >= 300:
                raise Impossible(f"Frontdesk refused it ({answer.status}): {(await answer.text())[:300]}")

    async def _request(self, step: Step) -> Request:
        person = self._turn_to(step.by or SOMEBODY)
        self.number += 1
        try:
            request = await self._deed(step, person)
            return self._in_place(step, request)
        except InvalidInput as error:
            raise Impossible(str(error)) from None

    def _turn_to(self, name: str | None) -> str:
        """Look at somebody's conversation from here on; without a name, at the one looked at so far."""
        if name is None and self.conversation:
            return self.conversation
        person = self.conversation = self.sender = self.person(name or SOMEBODY)
        if self.stage.kind == "slack":
            self.sender = f"U{person[1:]}"
        return person

    def _in_place(self, step: Step, request: Request) -> Request:
        if step.place is None:
            return request
        if step.act != "user":
            raise Impossible("in a group people only write in a test: `in` goes with `user`")
        changed = deeds.changed(self.bot.channel, request, "in", step.place)
        self.conversation = PLACES[self.stage.kind](step.place)
        return changed

    async def _deed(self, step: Step, person: str) -> Request:
        people, channel, number = self.stage.people, self.bot.channel, self.number
        if step.press is not None:
            return self._press(step, person)
        if step.reaction is not None:
            return people.reacts(channel, person, number, self._about(step.on).seen.external_id, step.reaction)
        if step.edit is not None:
            return people.edits(channel, person, self._own(person, step.of), step.edit)
        self.written.setdefault(person, []).append(number)
        if step.user is not None:
            return people.says(channel, person, number, step.user)
        words = people.says(channel, person, number, "-")
        if step.location is not None:
            return deeds.changed(channel, words, "location", step.location)
        if step.contact is not None:
            return deeds.changed(channel, words, "contact", step.contact)
        file = step.send or File(type="voice", file=step.voice)
        return deeds.changed(channel, words, "file", await self._held(file, person))

    def _press(self, step: Step, person: str) -> Request:
        assert step.press is not None
        offered = self._about(step.on, with_choices=True)
        index = choice(offered, step.press)
        if index is None:
            raise Impossible(f"there is no {step.press!r} to press under {offered}")
        if offered.numbered and self.stage.kind != "signal":
            return self.stage.people.says(self.bot.channel, person, self.number, str(index + 1))
        return self.stage.people.presses(self.bot.channel, person, self.number, offered.seen, index)

    def _about(self, words: str | None, *, with_choices: bool = False) -> Bubble:
        """Return the latest message of the bot's to the one who acts, or the latest that holds these words."""
        ours = [each for each in bubbles(self.shown) if each.seen.conversation == self.conversation]
        fitting = [each for each in ours if words is None or words.casefold() in each.text.casefold()]
        if with_choices:
            fitting = [each for each in fitting if each.titles]
        if not fitting:
            what = f" with {words!r}" if words else ""
            raise Impossible(f"the bot has sent no message{what}{' that has choices' if with_choices else ''} yet")
        return fitting[-1]

    def _own(self, person: str, which: int | None) -> int:
        written = self.written.get(person, [])
        if not written or (which or 1) > len(written):
            raise Impossible(f"there is no message {which or 1} to change: so far there are {len(written)}")
        return written[which - 1 if which else -1]

    async def _held(self, file: File, person: str) -> Sent:
        """Put a file where the channel's people have theirs, and return what it is known by."""
        data, name = PLAIN_FILE, f"{file.type}.bin"
        if file.file is not None:
            path = self.folder / file.file
            try:
                data, name = await asyncio.to_thread(path.read_bytes), path.name
            except OSError as error:
                raise Impossible(f"the file {path} can't be read: {error.strerror}") from None
        ref = f"4711{self.number:04d}"
        sent = Sent(file.type, ref, name, len(data), file.caption)
        if self.stage.kind == web.KIND:
            return await self._uploaded(sent, data, person)
        if self.stage.kind == "whatsapp":
            self.stage.stub.hold(ref, data, sent.mime)
        else:
            self.stage.hold(ref, data)
        folder = {"slack": "files-pri", "custom": "files"}.get(self.stage.kind, "")
        return replace(sent, address=f"{self.bot.channel.api_base}/{folder}/{ref}")

    async def _uploaded(self, sent: Sent, data: bytes, person: str) -> Sent:
        kept = Attachment(id=uuid4(), sender=person, mime=sent.mime, filename=sent.filename, size=sent.size)
        files: Files = await self.lane.app.get(Files)
        await files.keep(self.bot.tenant.code, kept.id, data)
        async with self.lane.databases.tenant(tenancy(self.bot.tenant)) as tx:
            await attachments.add(tx, self.bot.channel.id, kept, b"")
        return replace(sent, ref=str(kept.id))


def id_of(seen: Seen) -> tuple[Any, ...]:
    """Tell two things seen apart, also where one list is made anew at each look."""
    return seen.conversation, seen.external_id, seen.type, seen.text, seen.emoji
