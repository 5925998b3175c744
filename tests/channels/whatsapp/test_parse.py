"""What Meta's webhooks become: our own fixtures, and the shared corpus where it lies beside the repository."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from frontdesk.channels import whatsapp
from frontdesk.core.channel import Channel
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Happening, Ignored, Message, Status
from frontdesk.core.vocabulary import flatten
from frontdesk.errors import MalformedPayload
from tests.channels.whatsapp.builders import ANA, CORPUS, FIXTURES, USER_ID, a_channel, cases, webhook

OURS = cases(FIXTURES)
SHARED = cases(CORPUS / "whatsapp")
NOW = datetime(2025, 10, 9, tzinfo=UTC)


def _fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))["payload"]


def _request(case: dict[str, Any]) -> Request:
    if case.get("method") == "GET":
        return Request("GET", "/webhook", query=case["query"])
    if "payload_base64" in case:
        return Request("POST", "/webhook", body=base64.b64decode(case["payload_base64"]))
    return webhook(case["payload"])


def _channel(case: dict[str, Any]) -> Channel:
    context = case.get("context") or {}
    return a_channel({name: value for name, value in context.items() if name == "verify_token"})


def _events(case: dict[str, Any]) -> list[Event]:
    try:
        return whatsapp.parse(_request(case), _channel(case))
    except MalformedPayload:
        return [Ignored(reason="malformed")]


def _fulfils(item: Any, expected: Any) -> bool:
    match expected:
        case dict():
            return all(_fulfils(item.get(key), value) for key, value in expected.items())
        case list():
            return len(item or []) == len(expected) and all(map(_fulfils, item or [], expected))
        case False:
            return not item
    return bool(item == expected)


@pytest.mark.parametrize("case", OURS + SHARED, ids=lambda case: case["case"])
def test_a_webhook_becomes_what_its_case_expects(case: dict[str, Any]) -> None:
    expected = [item for item in case["expect"] if item["kind"] != "ignored"]
    kept = [flatten(event) for event in _events(case) if not isinstance(event, Ignored)]
    assert len(kept) == len(expected), kept
    for item, wanted in zip(kept, expected, strict=True):
        assert _fulfils(item, wanted), (item, wanted)


@pytest.mark.parametrize("case", OURS + SHARED, ids=lambda case: case["case"])
def test_what_is_left_alone_says_why(case: dict[str, Any]) -> None:
    expected = [item["reason"] for item in case["expect"] if item["kind"] == "ignored"]
    assert [event.reason for event in _events(case) if isinstance(event, Ignored)] == expected


@pytest.mark.parametrize("case", [case for case in OURS + SHARED if "response" in case], ids=lambda case: case["case"])
def test_the_handshake_is_answered_with_the_challenge_alone(case: dict[str, Any]) -> None:
    request, channel = _request(case), _channel(case)
    valid = whatsapp.verify(request, channel, NOW)
    assert valid is (case["response"]["status"] == 200)
    if valid:
        answer = whatsapp.answer(request, whatsapp.parse(request, channel), channel)
        assert (answer.status, answer.body.decode()) == (200, case["response"]["body"])
        assert answer.headers == {"content-type": "text/plain"}


def test_a_post_is_answered_with_nothing() -> None:
    answer = whatsapp.answer(webhook({}), [], a_channel())
    assert (answer.status, answer.body) == (200, b"")


def test_number_and_user_id_are_aliases_of_each_other() -> None:
    [known] = whatsapp.parse(webhook(_fixture("text")), a_channel())
    payload = _fixture("number_hidden")
    payload["entry"][0]["changes"][0]["value"]["contacts"][0]["wa_id"] = ANA
    [hidden] = whatsapp.parse(webhook(payload), a_channel())
    assert isinstance(known, Message)
    assert isinstance(hidden, Message)
    assert (known.origin.sender, known.origin.aliases) == (ANA, (USER_ID,))
    assert (hidden.origin.sender, hidden.origin.aliases) == (USER_ID, (ANA,))


def test_a_failed_status_says_what_to_do() -> None:
    [status] = whatsapp.parse(webhook(_fixture("status_failed")), a_channel())
    assert isinstance(status, Status)
    assert status.error_code == "131047"
    assert "window_template" in (status.error_title or "")


def test_a_question_about_a_product_names_it() -> None:
    [message] = whatsapp.parse(webhook(_fixture("asks_about_product")), a_channel())
    assert isinstance(message, Message)
    assert message.product_id == "APPLES"


def test_a_file_that_came_without_an_id_has_no_reference() -> None:
    [message] = whatsapp.parse(webhook(_fixture("image_without_id")), a_channel())
    assert isinstance(message, Message)
    assert [(media.ref, media.mime) for media in message.media] == [("", "image/jpeg")]


def test_a_number_answered_for_by_request_is_the_sender_s_own() -> None:
    payload = _fixture("contacts")
    payload["entry"][0]["changes"][0]["value"]["messages"][0]["origin"] = "contact_request"
    [shared] = whatsapp.parse(webhook(_fixture("contacts")), a_channel())
    [own] = whatsapp.parse(webhook(payload), a_channel())
    assert isinstance(shared, Message)
    assert isinstance(own, Message)
    assert [shared.contacts[0].own, own.contacts[0].own] == [False, True]


@pytest.mark.parametrize("name", ["template_status", "account_update", "marketing_stop", "user_id_update"])
def test_what_meta_gives_no_id_is_named_so_that_a_repeat_is_known(name: str) -> None:
    [first], [again] = (whatsapp.parse(webhook(_fixture(name)), a_channel()) for _ in range(2))
    assert isinstance(first, Happening)
    assert isinstance(again, Happening)
    assert first.external_id
    assert first.external_id == again.external_id


@pytest.mark.parametrize("body", ["", "{", "\ufeff{}", '{"object": NaN}', "[" * 100_000], ids=lambda body: body[:9])
def test_a_body_that_is_no_json_is_malformed(body: str) -> None:
    with pytest.raises(MalformedPayload):
        whatsapp.parse(webhook(body), a_channel())


def test_a_body_that_is_no_utf8_is_malformed() -> None:
    with pytest.raises(MalformedPayload):
        whatsapp.parse(Request("POST", "/webhook", body=b'{"object":"\xff"}'), a_channel())
