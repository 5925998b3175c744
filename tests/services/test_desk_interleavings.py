"""Contacts, turns and two agents in any order: never two owners, no bot after a person's first answer, nothing lost."""

import asyncio
import os
from collections.abc import Coroutine
from typing import Any, ClassVar
from uuid import UUID

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.services.counter import Counter
from tests.services.desk import Desk

AGENTS = st.sampled_from((0, 1))
TEXTS = st.sampled_from(("hello", "what?", "/help", "/human", "/bot", "/start"))
EXAMPLES = int(os.environ.get("FRONTDESK_TEST_INTERLEAVINGS", "1000"))
SIDE_BY_SIDE = 4
STEPS = 6


class Interleavings(RuleBasedStateMachine):
    """Says by itself who must have the conversation, and looks after every step whether it is so."""

    counter: ClassVar[Counter]
    loop: ClassVar[asyncio.AbstractEventLoop]

    def run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(30)

    @initialize()
    def begin(self) -> None:
        self.run(self.counter.begin())
        self.has: int | None = None
        self.written, self.answered, self.under_way = 0, 0, ""
        self.silent_since = -1

    @rule(text=TEXTS)
    @precondition(lambda self: not self.under_way)
    def contact_writes(self, text: str) -> None:
        self.run(self.counter.write(text))
        self.written, self.under_way = self.written + 1, text

    @rule()
    @precondition(lambda self: self.under_way)
    def turn_ends(self) -> None:
        self.run(self.counter.finish())
        self._ended()

    @rule(agent=AGENTS)
    def agent_takes(self, agent: int) -> None:
        failed = self.run(self._tried("take", agent))
        assert failed == (None if self.has in (None, agent) else "conversation_taken")
        self.has = agent if failed is None else self.has

    @rule(agent=AGENTS)
    def agent_answers(self, agent: int) -> None:
        failed = self.run(self.counter.tried(self.counter.answer(agent, "here I am")))
        assert failed == (None if self.has in (None, agent) else "conversation_taken")
        self._heard(agent, failed)

    @rule(first=AGENTS)
    def both_answer_at_once(self, first: int) -> None:
        async def both() -> list[str | None]:
            one, other = (self.counter.tried(self.counter.answer(agent, "here I am")) for agent in (first, 1 - first))
            return list(await asyncio.gather(one, other))

        failed = self.run(both())
        assert sorted(filter(None, failed)) == ["conversation_taken"]
        winner = first if failed[0] is None else 1 - first
        assert self.has in (None, winner)
        self._heard(winner, None)

    @rule(agent=AGENTS)
    @precondition(lambda self: self.under_way)
    def agent_answers_while_the_turn_ends(self, agent: int) -> None:
        async def both() -> tuple[str | None, None]:
            answer = self.counter.tried(self.counter.answer(agent, "here I am"))
            return await asyncio.gather(answer, self.counter.finish())  # type: ignore[return-value]

        failed, _ = self.run(both())
        text, self.under_way = self.under_way, ""
        stands = self.run(self.counter.stands())
        if text == "/bot":  # before the answer or after it: both are right, and the tables say which
            self.answered += failed is None
            self.has = self._index(stands)
            self.silent_since = self._length() if stands["owner"] == "human" and stands["answered"] else -1
            return
        assert failed == (None if self.has in (None, agent) else "conversation_taken")
        if failed is None and self.silent_since < 0:  # the turn may have been first: nothing of the bot's comes after
            said = [author for author, _ in self.run(self.counter.said())]
            self.silent_since = len(said) - said[::-1].index("human")
        self.answered += failed is None
        self.has = agent if failed is None else self.has

    @rule(agent=AGENTS)
    def agent_releases(self, agent: int) -> None:
        failed = self.run(self._tried("release", agent))
        assert failed == ("not_found" if self.has is None else None if self.has == agent else "conversation_taken")
        self.has = None if failed is None else self.has

    @rule(agent=AGENTS)
    def agent_resolves(self, agent: int) -> None:
        failed = self.run(self._tried("resolve", agent))
        assert failed == (None if self.has in (None, agent) else "conversation_taken")
        if failed is None:
            self.has, self.silent_since = None, -1

    @invariant()
    def one_has_it_at_most_and_the_bot_is_silent_after_a_person(self) -> None:
        stands, said = self.run(self._looked())
        assert self._index(stands) == self.has
        assert stands["owner"] == "human" or stands["agents"] is None
        if self.silent_since >= 0:
            assert stands["owner"] == "human"
            assert {author for author, _ in said[self.silent_since :]} <= {"human"}

    def teardown(self) -> None:
        if not hasattr(self, "written"):
            return
        if self.under_way:
            self.run(self.counter.finish())
        rows = self.run(
            self.counter.rows(
                "SELECT m.direction, m.author, m.status, (SELECT count(*) FROM turns t WHERE t.message_id = m.id) AS turns"
                " FROM messages m WHERE conversation_id = $1",
                self.counter.conversation,
            )
        )
        inbound = [(row["status"], row["turns"]) for row in rows if row["direction"] == "inbound"]
        assert inbound == [("answered", 1)] * self.written
        assert sum(row["author"] == "human" for row in rows) == self.answered

    async def _tried(self, name: str, agent: int) -> str | None:
        counter = self.counter
        doing = getattr(counter.service, name)(counter.tenant, counter.conversation, counter.agents[agent])
        return await counter.tried(doing)

    async def _looked(self) -> tuple[Any, list[tuple[str, str]]]:
        said = await self.counter.said() if self.silent_since >= 0 else []
        return await self.counter.stands(), said

    def _ended(self) -> None:
        text, self.under_way = self.under_way, ""
        if text == "/bot":
            self.has, self.silent_since = None, -1

    def _heard(self, agent: int, failed: str | None) -> None:
        if failed is None:
            self.has, self.answered = agent, self.answered + 1
            self.silent_since = self._length() if self.silent_since < 0 else self.silent_since

    def _length(self) -> int:
        return len(self.run(self.counter.said()))

    def _index(self, stands: Any) -> int | None:
        held: list[UUID | None] = stands["agents"] or [None]
        assert len(held) == 1
        return None if held[0] is None else [str(each) for each in self.counter.agents].index(str(held[0]))


async def test_any_interleaving_leaves_one_owner_and_every_message(desk: Desk) -> None:
    """Most of a step is waiting for the database, so several tenants' counters are at it side by side."""
    loop = asyncio.get_running_loop()
    counters = [await Counter.opened(desk) for _ in range(SIDE_BY_SIDE)]
    machines = [
        hypothesis.seed(number)(type(f"Interleavings{number}", (Interleavings,), {"counter": counter, "loop": loop}))
        for number, counter in enumerate(counters)
    ]
    given = hypothesis.settings(
        max_examples=-(-EXAMPLES // SIDE_BY_SIDE),
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    async with asyncio.TaskGroup() as tasks:
        for machine in machines:
            tasks.create_task(asyncio.to_thread(run_state_machine_as_test, machine, settings=given))
