"""What signal-cli's JSON becomes: our own fixtures, and the shared corpus where it lies beside the repository."""

from typing import Any

import pytest

from frontdesk.channels import signal
from frontdesk.core.channel import Adapter
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Happening, Ignored, Message, Reaction, Status
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import MalformedPayload
from tests.channels.signal.builders import ANA, CORPUS, FIXTURES, GROUP, US, a_channel, cases, webhook

OURS = cases(FIXTURES)
SHARED = cases(CORPUS / "signal")


def _events(payload: Any, **settings: Any) -> list[Event]:
    return signal.parse(webhook(payload), a_channel(**settings))


def _kept(case: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        events = _events(case["payload"], **case.get("context", {}))
    except MalformedPayload:
        return []
    return [flatten(event) for event in events if not isinstance(event, Ignored)]


def _fulfils(item: dict[str, Any], expected: dict[str, Any]) -> bool:
    return all(_agrees(item.get(key), value) for key, value in expected.items())


def _agrees(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        return (
            isinstance(found, list)
            and len(found) == len(wanted)
            and all(_fulfils(item, each) for item, each in zip(found, wanted, strict=True))
        )
    return not found if wanted is False else bool(found == wanted)


def test_the_package_is_an_adapter() -> None:
    adapter: Adapter = signal
    assert (adapter.KIND, adapter.LIMITS.unit, adapter.SENDS_ONCE) == ("signal", "bytes", True)
    assert [(each.name, each.required) for each in adapter.CREDENTIALS] == [
        ("number", True),
        ("webhook_secret", False),
        ("api_authorization", False),
    ]


@pytest.mark.parametrize("case", OURS + SHARED, ids=lambda case: case["case"])
def test_a_body_becomes_what_its_case_expects(case: dict[str, Any]) -> None:
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


def _frame(account: str | None = US, **content: Any) -> dict[str, Any]:
    envelope = {"sourceUuid": ANA, "sourceNumber": "+4917011", "timestamp": 1760000100001, **content}
    return {"envelope": envelope, **({"account": account} if account else {})}


def _said(**message: Any) -> dict[str, Any]:
    return _frame(dataMessage={"timestamp": 1760000100000, **message})


def test_the_number_is_kept_as_another_name_of_who_has_a_uuid() -> None:
    [message] = _events(_said(message="hi"))
    assert isinstance(message, Message)
    assert (message.origin.sender, message.origin.aliases) == (ANA, ("+4917011",))
    assert message.external_id == f"{ANA}:1760000100000"


def test_who_has_no_uuid_goes_by_the_number_alone() -> None:
    [message] = _events(_frame(sourceUuid="", source="+4917011", dataMessage={"timestamp": 1, "message": "hi"}))
    assert isinstance(message, Message)
    assert (message.origin.sender, message.origin.aliases) == ("+4917011", ())


@pytest.mark.parametrize(
    ("mention", "settings", "ours"),
    [
        ({"number": US}, {}, True),
        ({"number": "", "uuid": "9d0e"}, {"account_uuid": "9d0e"}, True),
        ({"number": None, "uuid": "9d0e"}, {}, False),
        ({"name": US, "number": "+1", "uuid": "9d0e"}, {}, False),
    ],
)
def test_a_mention_of_us_is_known_by_number_or_uuid(
    mention: dict[str, Any], settings: dict[str, Any], ours: bool
) -> None:
    [message] = _events(_said(message="\ufffc", mentions=[mention], groupInfo={"groupId": GROUP}), **settings)
    assert isinstance(message, Message)
    assert message.mentions_bot is ours


def test_the_account_decides_whose_message_it_is() -> None:
    bodies = [_said(message="a"), {**_said(message="b"), "account": "+4930900200"}]
    first, second = _events(bodies)
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert (first.external_id, first.origin.account) == (second.external_id, signal.account(a_channel()))
    assert second.origin.account == "+4930900200"


def test_a_number_may_be_written_with_blanks() -> None:
    assert signal.account(a_channel({"number": "+49 (30) 900-100"})) == US
    assert signal.account(a_channel({"number": ""})) is None


def test_events_that_are_no_messages_have_a_name_of_their_own() -> None:
    bodies = [
        _said(reaction={"emoji": "👍", "targetAuthorNumber": US, "targetSentTimestamp": 9}),
        _frame(editMessage={"targetSentTimestamp": 5, "dataMessage": {"timestamp": 7, "message": "b"}}),
        _frame(callMessage={"offerMessage": {"id": 2**64 - 1}}),
    ]
    reaction, edit, call = _events(bodies)
    assert isinstance(reaction, Reaction)
    assert isinstance(edit, Happening)
    assert isinstance(call, Happening)
    assert (reaction.external_id, reaction.target) == (f"{ANA}:1760000100000", f"{US}:9")
    assert (edit.external_id, edit.target) == (f"{ANA}:7", f"{ANA}:5")
    assert call.external_id == f"{ANA}:1760000100001"


@pytest.mark.parametrize("ours", [US, "9d0e-our-uuid"])
def test_what_points_at_a_message_of_ours_names_it_as_send_did(ours: str) -> None:
    bodies = [
        _said(reaction={"emoji": "👍", "targetAuthorUuid": ours, "targetSentTimestamp": 9}),
        _said(message="yes", quote={"id": 9, "authorUuid": ours}),
        _said(message="yes", quote={"id": 9, "authorUuid": ANA}),
        _said(message="yes", quote={"id": 9, "author": "+4917011"}),
    ]
    events = _events(bodies)
    assert [event.about for event in events if isinstance(event, Message | Reaction)] == ["9", "9", None, None]


def test_each_event_of_a_poll_keeps_the_frame_it_came_in() -> None:
    events = _events([_said(message="a"), _said(message="b\x00")])
    assert [event.piece is not None and event.piece.count('"message":') for event in events] == [1, 1]  # type: ignore[union-attr]
    assert "\x00" not in str(events)
    [alone] = _events(_said(message="a"))
    assert isinstance(alone, Message)
    assert alone.piece is None


@pytest.mark.parametrize(
    ("flags", "status"),
    [
        ({"isDelivery": True}, "delivered"),
        ({"isRead": True}, "read"),
        ({"isViewed": True, "isRead": True}, "played"),
    ],
)
def test_a_receipt_is_a_status_for_each_of_our_timestamps(flags: dict[str, bool], status: str) -> None:
    stamps = [1760000000001, "1760000000002", 0, None, "x", 1760000000003]
    events = _events(_frame(receiptMessage={"when": 1760000000009, "timestamps": stamps, **flags}))
    assert [(event.external_id, event.status) for event in events if isinstance(event, Status)] == [
        (f"176000000000{n}", status) for n in (1, 2, 3)
    ]


def test_a_view_once_picture_is_kept_only_where_the_channel_says_so() -> None:
    body = _said(viewOnce=True, attachments=[{"contentType": "image/jpeg", "id": "once.jpg"}])
    for settings, kept in (({}, []), ({"keep_view_once": True}, ["once.jpg"])):
        [message] = _events(body, **settings)
        assert isinstance(message, Message)
        assert (message.type, [media.ref for media in message.media]) == ("image", kept)


def test_an_exception_does_not_hide_what_came_with_it() -> None:
    frame = {**_said(message="still here"), "exception": {"type": "IOException", "message": "half"}}
    assert [flatten(event).get("event", event.kind) for event in _events(frame)] == ["provider_error", "message"]


@pytest.mark.parametrize("broken", [{"groupInfo": {}}, {"groupInfo": {"groupId": None}}, {"groupInfo": "g"}])
def test_a_group_without_an_id_is_never_taken_for_a_private_chat(broken: dict[str, Any]) -> None:
    assert [event.kind for event in _events(_said(message="hi", **broken))] == ["ignored"]
    edit = {"targetSentTimestamp": 5, "dataMessage": {"timestamp": 7, "message": "b", **broken}}
    assert [event.kind for event in _events(_frame(editMessage=edit))] == ["ignored"]


@pytest.mark.parametrize("key", ["sourceUuid", "sourceNumber", "source"])
def test_an_id_too_long_for_an_index_names_nobody(key: str) -> None:
    envelope = {key: "a" * 5000, "timestamp": 1, "dataMessage": {"timestamp": 1, "message": "hi"}}
    assert [event.kind for event in _events({"envelope": envelope})] == ["ignored"]


@pytest.mark.parametrize("body", ["", "{", "\ufeff{}", '{"envelope": NaN}', "[" * 100_000], ids=lambda body: body[:9])
def test_a_body_that_is_no_json_is_malformed(body: str) -> None:
    with pytest.raises(MalformedPayload):
        _events(body)


def test_a_body_that_is_no_utf8_is_malformed() -> None:
    with pytest.raises(MalformedPayload):
        signal.parse(Request("POST", "/webhook", body=b'{"envelope":"\xff"}'), a_channel())
