"""What becomes of a changed number, and of a changed safety number."""

from dataclasses import replace
from typing import Any

import pytest

from frontdesk.core.message import Happening, Origin
from frontdesk.core.turn import Effect, RenameIdentity
from frontdesk.handlers.happenings import effects_of
from tests.builders import a_turn

MOVED = RenameIdentity(old="1", new="2")


@pytest.mark.parametrize(
    ("event", "sender", "detail", "effects"),
    [
        ("number_changed", "1", {"new_sender": "2"}, [MOVED]),
        ("number_changed", "1", {"new_sender": ["2"]}, []),
        ("number_changed", "1", {"new_sender": ""}, []),
        ("number_changed", "1", {}, []),
        ("number_changed", None, {"new_sender": "2"}, []),
        ("identity_changed", "1", {"new_sender": "2"}, []),
    ],
)
def test_a_changed_number_renames_the_identity_where_both_are_named(
    event: str, sender: str | None, detail: dict[str, Any], effects: list[Effect]
) -> None:
    happening = Happening(event=event, origin=Origin(conversation="1", sender=sender), detail=detail)
    assert effects_of(happening, replace(a_turn(), event=happening)) == effects
