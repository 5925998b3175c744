"""What Telegram's updates become: our own fixtures, and the shared corpus where it lies beside the repository."""

import json
from typing import Any

import pytest
from telegram import Update

from frontdesk.channels import telegram
from frontdesk.core.exchange import Request
from frontdesk.core.message import ContactCard, Event, Ignored, Message, Reaction
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import MalformedPayload
from tests.channels.telegram.builders import CORPUS, FIXTURES, a_channel, cases, webhook

OURS = cases(FIXTURES)
SHARED = cases(CORPUS / "telegram")
SIGNED = [case for case in OURS + SHARED if "response" not in case]
BROKEN = {"date_out_of_range", "entities_out_of_range", "update_id_missing"}
WITH_MESSAGE = [
    case
    for case in OURS
    if "message" in case["payload"] and case["expect"][0].get("external_id") and case["case"] not in BROKEN
]


def _fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))["payload"]


def _events(payload: Any, **settings: Any) -> list[Event]:
    return telegram.parse(webhook(payload), a_channel(**settings))


def _kept(case: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        events = _events(case["payload"], **case.get("context", {}))
    except MalformedPayload:
        return []
    return [flatten(event) for event in events if not isinstance(event, Ignored)]


def _fulfils(item: dict[str, Any], expected: dict[str, Any]) -> bool:
    return all((not item.get(key)) if value is False else item.get(key) == value for key, value in expected.items())


@pytest.mark.parametrize("case", SIGNED, ids=lambda case: case["case"])
def test_an_update_becomes_what_its_case_expects(case: dict[str, Any]) -> None:
    expected = [item for item in case["expect"] if item["kind"] != "ignored"]
    kept = _kept(case)
    assert len(kept) == len(expected), kept
    for item, wanted in zip(kept, expected, strict=True):
        assert _fulfils(item, wanted), (item, wanted)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["case"])
def test_what_is_left_alone_says_why(case: dict[str, Any]) -> None:
    expected = [item["reason"] for item in case["expect"] if item["kind"] == "ignored"]
    events = _events(case["payload"], **case.get("context", {}))
    assert [event.reason for event in events if isinstance(event, Ignored)] == expected


@pytest.mark.parametrize("case", WITH_MESSAGE, ids=lambda case: case["case"])
def test_python_telegram_bot_reads_the_same_ids(case: dict[str, Any]) -> None:
    update = Update.de_json(case["payload"], None)
    assert update.effective_message is not None
    identity = f"{update.effective_message.chat.id}:{update.effective_message.message_id}"
    assert {item["external_id"] for item in case["expect"]} == {identity}


def test_a_press_that_says_nothing_can_still_be_acknowledged() -> None:
    [ignored] = _events(_fixture("press_without_data"))
    assert isinstance(ignored, Ignored)
    assert ignored.press is not None
    assert ignored.press.external_id == "30495827364500001"


def test_only_the_sender_s_own_contact_is_proved() -> None:
    cards: list[ContactCard] = []
    for name in ("contact_own", "contact_of_another"):
        [message] = _events(_fixture(name))
        assert isinstance(message, Message)
        cards += message.contacts
    assert [card.own for card in cards] == [True, False]


def test_the_bot_s_id_is_read_from_the_token_where_no_setting_names_it() -> None:
    assert [event.kind for event in _events(_fixture("from_ourselves"))] == ["ignored"]
    [event] = _events(_fixture("we_were_removed_message"))
    assert flatten(event)["event"] == "bot_removed"


def test_the_setting_for_the_bot_s_name_may_be_written_with_its_at_sign() -> None:
    [event] = _events(_fixture("command_to_us"), bot_username="@FrontdeskBot")
    assert flatten(event)["command"] == "status"


def test_a_name_of_a_bot_we_do_not_know_is_taken_for_ours() -> None:
    [event] = _events(_fixture("command_to_another_bot"))
    assert flatten(event)["command"] == "status"


def test_events_without_a_message_are_named_after_their_update() -> None:
    payload = _fixture("reaction_replace")
    reactions = [event for event in _events(payload) if isinstance(event, Reaction)]
    number = payload["update_id"]
    assert [reaction.external_id for reaction in reactions] == [f"update:{number}:0", f"update:{number}:1"]


@pytest.mark.parametrize("body", ["", "{", "\ufeff{}", '{"update_id": NaN}', "[" * 100_000], ids=lambda body: body[:9])
def test_a_body_that_is_no_json_is_malformed(body: str) -> None:
    with pytest.raises(MalformedPayload):
        _events(body)


def test_a_body_that_is_no_utf8_is_malformed() -> None:
    with pytest.raises(MalformedPayload):
        telegram.parse(Request("POST", "/webhook", body=b'{"update_id":"\xff"}'), a_channel())
