"""Conditions, rules and facts of every kind, for hypothesis."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from frontdesk.core.entities import KINDS, Entity
from frontdesk.core.facts import Fact, Source
from frontdesk.core.hours import DAYS, BusinessHours, Opening
from frontdesk.core.rules.facts import Facts
from frontdesk.core.rules.subjects import SUBJECTS, Subject

WORDS = st.sampled_from(("refund", "money back", "Reembolso", "order 12", "hola", "मदद", "1"))
NAMES = st.sampled_from(("a", "b", "city", "date", "vip"))
NUMBERS = st.one_of(st.integers(-3, 3), st.floats(-1, 1, allow_nan=False))
DATES = st.dates(date(2024, 12, 30), date(2025, 1, 3)).map(date.isoformat)
TIMES = st.sampled_from(("00:00", "08:00", "12:00", "18:00", "23:59"))
ODD: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), WORDS, DATES, TIMES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(("from", "x")), inner, max_size=2)
    ),
    max_leaves=5,
)


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    """Return a comparison as a tenant writes it: of any fact, with any comparison that fits it."""
    fact = draw(st.sampled_from(sorted(SUBJECTS)))
    subject = SUBJECTS[fact]
    operator = draw(st.sampled_from(subject.operators))
    written: dict[str, Any] = {"fact": fact, operator: draw(wanted(subject, operator))}
    return written | ({"name": draw(NAMES)} if subject.named else {})


def wanted(subject: Subject, operator: str) -> st.SearchStrategy[Any]:
    """Return what a fact can be compared with."""
    match operator, subject.kind:
        case "exists", _:
            return st.booleans()
        case "contains", _:
            return st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=3))
        case "matches", _:
            return st.sampled_from((r"order \d+", "^h", "(a|b)+c", "[0-9]{2}"))
        case _, "number":
            return st.sampled_from((0, 0.5, 1))
        case _, "flag":
            return st.booleans()
        case _, "date":
            return DATES
        case _, "time":
            return TIMES
        case "is", "value":
            return st.one_of(WORDS, NUMBERS, st.booleans(), DATES)
        case _, "value":
            return st.one_of(NUMBERS, DATES, TIMES)
    return st.sampled_from(subject.options) if subject.options else st.one_of(NAMES, st.lists(NAMES, min_size=1))


CONDITIONS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
).filter(lambda written: depth(written) <= 6)


def depth(written: dict[str, Any]) -> int:
    """Return how deep conditions stand in each other."""
    inner = [*written.get("all", ()), *written.get("any", ()), *([written["not"]] if "not" in written else ())]
    return 1 + max(map(depth, inner), default=0)


ACTIONS = st.sampled_from(
    (
        {"do": "handler", "handler": "handoff"},
        {"do": "reply", "text": {"en": "Yes."}},
        {"do": "escalate", "reason": "angry"},
        {"do": "tag", "tags": ["late"]},
        {"do": "set_field", "field": "plan", "value": 3},
        {"do": "listener", "listener": "crm"},
    )
)
RULES = st.lists(
    st.fixed_dictionaries(
        {"when": CONDITIONS, "then": ACTIONS.map(lambda action: [action]), "goes_on": st.booleans()},
        optional={"enabled": st.booleans(), "description": st.text(max_size=5)},
    ),
    max_size=6,
).map(lambda rules: [{**rule, "name": f"rule {number}"} for number, rule in enumerate(rules)])

MOMENTS = st.datetimes(datetime(2024, 12, 30), datetime(2025, 1, 3), timezones=st.just(UTC))
ENTITIES = st.builds(
    Entity,
    kind=st.sampled_from(KINDS),
    value=ODD,
    text=WORDS,
    start=st.just(0),
    end=st.just(1),
    detail=st.one_of(st.just({}), st.fixed_dictionaries({"name": ODD})),
)
KNOWN = st.builds(
    Fact,
    NAMES,
    st.one_of(WORDS, st.decimals(allow_nan=True), st.dates(), st.booleans(), st.just(Decimal("sNaN"))),
    st.sampled_from(Source),
    MOMENTS,
)
TAGS = st.frozensets(NAMES, max_size=2)
HOURS = BusinessHours(weekly={day: (Opening(opens=time(9), closes=time(17)),) for day in DAYS[:5]})


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


FACTS = st.builds(
    Facts,
    text=st.one_of(WORDS, st.text(max_size=20), st.lists(WORDS, max_size=3).map(" ".join)),
    working=maybe(WORDS),
    message=maybe(st.sampled_from(("text", "voice", "event"))),
    intent=maybe(NAMES),
    confidence=maybe(st.floats()),
    entities=st.lists(ENTITIES, max_size=2).map(tuple),
    slots=st.dictionaries(NAMES, ODD, max_size=2),
    language=maybe(st.sampled_from(("a", "es-MX", "", "zh_Hant_TW"))),
    sentiment=maybe(st.floats()),
    channel_id=maybe(st.just(UUID(int=1))),
    channel_name=maybe(NAMES),
    channel_kind=maybe(NAMES),
    now=maybe(st.one_of(MOMENTS, st.just(datetime.max.replace(tzinfo=UTC)), st.just(datetime.min.replace(tzinfo=UTC)))),
    zone=st.sampled_from((UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12)))),
    hours=maybe(st.just(HOURS)),
    contact_name=maybe(st.text(max_size=5)),
    fields=st.dictionaries(NAMES, ODD, max_size=3),
    contact_facts=st.lists(KNOWN, max_size=2).map(tuple),
    contact_tags=TAGS,
    opted_out=maybe(st.booleans()),
    new_contact=maybe(st.booleans()),
    conversation_tags=TAGS,
    group=maybe(st.booleans()),
    turns=maybe(st.integers(0, 3)),
    misses=maybe(st.integers(0, 3)),
    silence=maybe(st.floats(0)),
    mode=maybe(NAMES),
    owner=maybe(st.sampled_from(("bot", "human"))),
    variables=st.dictionaries(NAMES, ODD, max_size=3),
)
