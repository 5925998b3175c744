"""Whatever bytes a file holds, it becomes cases or faults that name a line of it; nothing else ever comes out."""

from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.rehearsal.conversations import running
from frontdesk.rehearsal.conversations.given import Given, Person
from frontdesk.rehearsal.conversations.script import Conversation, Script, Step

KEYS = sorted(
    {
        field.alias or name
        for part in (Script, Conversation, Step, Given, Person)
        for name, field in part.model_fields.items()
    }
    | {"for each", "steps", "then", "when", "<<", "{x}", ""}
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=8)
    | st.sampled_from(
        ["telegram", "{x}", "2h", "2026-03-29T08:00", "999999999d", "user", "9" * 400, "0001-01-01T00:00"]
    )
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
STEPS = st.lists(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=3), max_size=3)
TALKS = st.dictionaries(st.text(max_size=5), STEPS | TREES, max_size=2)
MANY = settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])


def holds(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    found, wrong = running.gathered([path])
    lines = (
        content.count(b"\n") + content.count(b"\r") + content.count("\x85".encode()) + 3 + content.count(b"\xe2\x80")
    )
    assert found or wrong
    assert all(1 <= fault.line <= lines and fault.words for fault in wrong)
    assert all(case.steps and case.title for case in found)


@MANY
@given(document=st.dictionaries(st.sampled_from(KEYS), TREES, max_size=3), talks=TALKS)
def test_documents_of_any_shape(tmp_path: Path, document: dict[str, object], talks: dict[str, object]) -> None:
    holds(tmp_path / "a.yaml", yaml.safe_dump({**document, "conversations": talks}, allow_unicode=True).encode())


@MANY
@given(content=st.binary(max_size=200) | st.text("[]{}:,-?&*!|>'\"#%@` \nabc1", max_size=120).map(str.encode))
def test_bytes_of_any_kind(tmp_path: Path, content: bytes) -> None:
    holds(tmp_path / "a.yaml", content)
