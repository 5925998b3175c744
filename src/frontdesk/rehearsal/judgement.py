"""What became of every message: read from the databases and from what the provider received, and compared."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from frontdesk.core.tenant import Tenant
from frontdesk.rehearsal.crowd import Chat
from frontdesk.rehearsal.faults import Fault
from frontdesk.rehearsal.people import Seen
from frontdesk.services.tenants import tenancy
from frontdesk.store.db import Databases

ANSWER = "answer {number} of {tenant}"
GRACE_SECONDS = 6.0
"""How long after the provider got a call a fault may still have kept its result from being stored: the longest answer of
the provider, and PostgreSQL coming back."""

STORED = """
SELECT i.external_id, i.status, o.id IS NOT NULL AS said, o.external_id AS sent_as, o.status AS delivery, o.in_doubt, o.text,
       (SELECT count(*) FROM turns t WHERE t.message_id = i.id) AS turns,
       count(*) OVER (PARTITION BY i.id) AS answers
FROM messages i LEFT JOIN messages o ON o.turn_id = i.turn_id AND o.direction = 'outbound'
WHERE i.direction = 'inbound' AND i.channel_id = $1
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says of one question: turns and answers should be one, and the answer sent."""

    turns: int
    answers: int
    delivery: str | None
    in_doubt: bool
    text: str | None
    sent_as: str | None


@dataclass(slots=True)
class Verdict:
    """The faults found, in words; a run is good when all of them are empty."""

    lost: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.twice or self.disordered or self.unmarked or self.strange)

    @property
    def complaints(self) -> list[str]:
        named = (
            ("lost", self.lost),
            ("answered twice", self.twice),
            ("out of order", self.disordered),
            ("repeated without reason", self.unmarked),
            ("strange", self.strange),
        )
        return [f"{name}: {complaint}" for name, complaints in named for complaint in complaints]


Question = tuple[str, str, int]
"""Line, person and number of a message."""


async def stored(databases: Databases, chats: Sequence[Chat]) -> dict[Question, Stored]:
    """Read every line's questions with what answered them."""
    found: dict[Question, Stored] = {}
    for line in {chat.line.name: chat.line for chat in chats}.values():
        asked = {
            line.people.external_id(line.bot.channel, chat.person, number): (*chat.key, number)
            for chat in chats
            for number in range(1, len(chat.times) + 1)
            if chat.line.name == line.name
        }
        async with databases.tenant(tenancy(line.bot.tenant)) as tx:
            for row in await tx.fetch(STORED, line.bot.channel.id):
                found[asked.get(row["external_id"], (line.name, row["external_id"], 0))] = Stored(
                    turns=row["turns"],
                    answers=row["answers"] if row["said"] else 0,
                    delivery=row["delivery"],
                    in_doubt=bool(row["in_doubt"]),
                    text=row["text"],
                    sent_as=row["sent_as"],
                )
    return found


async def leftovers(databases: Databases, tenants: Iterable[Tenant]) -> list[str]:
    """Say what still waits in the queue or lies among the dead letters."""
    async with databases.platform() as tx:
        waiting = await tx.fetchval("SELECT count(*) FROM frontdesk.work")
    found = [f"{waiting} pieces of work are still queued"] if waiting else []
    for tenant in tenants:
        async with databases.tenant(tenancy(tenant)) as tx:
            dead = await tx.fetch("SELECT kind, error FROM dead_letters LIMIT 5")
        found += [f"dead letter of {tenant.code}: {row['kind']}, {row['error']}" for row in dead]
    return found


def judge(
    chats: Sequence[Chat],
    rows: Mapping[Question, Stored],
    seen: Mapping[str, Iterable[Seen]],
    faults: Sequence[Fault],
) -> Verdict:
    """Compare what was asked with what was stored and what people saw on each line, by its name."""
    verdict = Verdict()
    heard: dict[tuple[str, str], list[Seen]] = defaultdict(list)
    for line, all_seen in seen.items():
        for each in all_seen:
            heard[line, each.conversation].append(each)
    for chat in chats:
        code = chat.line.bot.tenant.code
        answers = {ANSWER.format(number=n, tenant=code): n for n in range(1, len(chat.times) + 1)}
        said = heard.pop(chat.key, [])
        verdict.strange += [f"{name_of(chat, 0)} saw {each.text!r}" for each in said if each.text not in answers]
        numbered = [(answers[each.text], each) for each in said if each.text in answers]
        _judge_order(verdict, chat, [number for number, _ in numbered])
        for number in range(1, chat.accepted + 1):
            about = [each for answered, each in numbered if answered == number]
            _judge_question(verdict, chat, number, rows.get((*chat.key, number)), about, faults)
    verdict.strange += [f"chat {chat} of {line} nobody wrote in" for line, chat in heard]
    return verdict


def _judge_order(verdict: Verdict, chat: Chat, numbers: Sequence[int]) -> None:
    """A repeated delivery of an earlier answer is a repeat, not a disorder: only first arrivals count."""
    firsts = list(dict.fromkeys(numbers))
    wrong = [
        f"{name_of(chat, later)} answered after {earlier}" for earlier, later in pairwise(firsts) if later < earlier
    ]
    verdict.disordered += wrong


def _judge_question(
    verdict: Verdict, chat: Chat, number: int, row: Stored | None, seen: Sequence[Seen], faults: Sequence[Fault]
) -> None:
    name = name_of(chat, number)
    if row is None or not seen:
        verdict.lost.append(f"{name}: {'no answer at the provider' if row else 'not even stored'}")
        return
    if row.turns > 1 or row.answers > 1:
        verdict.twice.append(f"{name}: {row.turns} turns, {row.answers} answers")
    elif row.turns != 1 or row.answers != 1 or row.delivery not in ("sent", "delivered", "read"):
        verdict.strange.append(f"{name}: {row.turns} turns, {row.answers} answers, delivery {row.delivery}")
    if row.sent_as not in {each.external_id for each in seen}:
        verdict.strange.append(f"{name}: stored as {row.sent_as}, which the provider never gave it")
    for first, again in pairwise(seen):
        _judge_repeat(verdict, name, row, first, again, faults)


def _judge_repeat(verdict: Verdict, name: str, row: Stored, first: Seen, again: Seen, faults: Sequence[Fault]) -> None:
    apart = f"{name}: delivered again after {again.at - first.at:.1f} s"
    verdict.repeated.append(apart)
    in_flight = any(
        first.at <= fault.back_at and fault.at <= min(first.at + GRACE_SECONDS, again.at) for fault in faults
    )
    if not row.in_doubt:
        verdict.unmarked.append(f"{apart}, and not marked in doubt")
    elif not in_flight:
        verdict.unmarked.append(f"{apart}, though nothing failed while it was in flight")


def name_of(chat: Chat, number: int) -> str:
    return f"{chat.line.name} c{chat.person} m{number}"
