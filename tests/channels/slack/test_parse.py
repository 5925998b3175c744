"""What Slack's requests become: our own fixtures, and the shared corpus where it lies beside the repository."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from frontdesk.channels import slack
from frontdesk.core.exchange import Request
from frontdesk.core.message import Event, Happening, Ignored, Message
from frontdesk.errors import MalformedPayload
from tests.channels.slack.builders import CORPUS, FIXTURES, a_channel, cases, flat, form, webhook

OURS = cases(FIXTURES)
SHARED = cases(CORPUS / "slack")


def _request(case: dict[str, Any]) -> Request:
    if "payload_base64" in case:
        given = {name.lower(): value for name, value in case.get("headers", {}).items()}
        return Request("POST", "/webhook", given, base64.b64decode(case["payload_base64"]))
    return webhook(case["payload"], case.get("headers"))


def _fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"))


def _events(name: str, **settings: Any) -> list[Event]:
    case = _fixture(name)
    return slack.parse(_request(case), a_channel(**{**case.get("context", {}), **settings}))


def _kept(case: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        events = slack.parse(_request(case), a_channel(**case.get("context", {})))
    except MalformedPayload:
        return []
    return [flat(event) for event in events if not isinstance(event, Ignored)]


def _fulfils(item: dict[str, Any], expected: dict[str, Any]) -> bool:
    if "media" in expected and len(item.get("media", [])) != len(expected["media"]):
        return False
    pairs = zip(item.get("media", []), expected.get("media", []), strict=True)
    plain = {key: value for key, value in expected.items() if key != "media"}
    return all(_fulfils(got, want) for got, want in pairs) and all(
        (not item.get(key)) if value is False else item.get(key) == value for key, value in plain.items()
    )


@pytest.mark.parametrize("case", OURS + SHARED, ids=lambda case: case["case"])
def test_a_request_becomes_what_its_case_expects(case: dict[str, Any]) -> None:
    expected = [item for item in case["expect"] if item["kind"] != "ignored"]
    kept = _kept(case)
    assert len(kept) == len(expected), kept
    for item, wanted in zip(kept, expected, strict=True):
        assert _fulfils(item, wanted), (item, wanted)


@pytest.mark.parametrize("case", OURS, ids=lambda case: case["case"])
def test_what_is_left_alone_says_why(case: dict[str, Any]) -> None:
    expected = [item["reason"] for item in case["expect"] if item["kind"] == "ignored"]
    events = slack.parse(_request(case), a_channel(**case.get("context", {})))
    assert [event.reason for event in events if isinstance(event, Ignored)] == expected


@pytest.mark.parametrize("case", OURS + SHARED, ids=lambda case: case["case"])
def test_every_request_is_answered_at_once_with_200(case: dict[str, Any]) -> None:
    wanted = case.get("response", {})
    response = slack.answer(_request(case), [], a_channel())
    assert response.status == 200
    assert response.body == wanted.get("body", response.body).encode() if "body" in wanted else True
    kind = case["case"]
    assert response.body == b"" or kind.startswith(("url_verification", "suggestion"))


def test_the_challenge_comes_back_as_plain_text() -> None:
    response = slack.answer(webhook({"type": "url_verification", "challenge": "c0ffee"}), [], a_channel())
    assert (response.body, response.headers["content-type"]) == (b"c0ffee", "text/plain; charset=utf-8")


@pytest.mark.parametrize("kind", ["block_suggestion", "dialog_suggestion"])
def test_a_menu_that_asks_for_choices_gets_none(kind: str) -> None:
    response = slack.answer(form({"type": kind, "value": "x"}), [], a_channel())
    assert json.loads(response.body) == {"options": []}


def test_a_mention_in_a_channel_opens_a_thread_and_other_talk_does_not() -> None:
    [mention], [talk] = _events("mention"), _events("channel_message")
    assert isinstance(mention, Message)
    assert isinstance(talk, Message)
    assert (mention.origin.thread, mention.origin.opens) == (None, mention.external_id.partition(":")[2])
    assert (talk.origin.opens, talk.mentions_bot) == (None, False)


@pytest.mark.parametrize("answer_all", [True, ["C0LOBBY"]])
def test_where_everything_is_answered_every_message_opens_a_thread(answer_all: Any) -> None:
    [talk] = _events("channel_message", answer_all=answer_all)
    assert isinstance(talk, Message)
    assert talk.origin.opens == "1760000000.000100"
    [private] = _events("direct_message", answer_all=answer_all)
    assert isinstance(private, Message)
    assert private.origin.opens is None


def test_a_reply_in_a_thread_answers_its_first_message() -> None:
    [reply] = _events("thread_reply")
    assert isinstance(reply, Message)
    assert (reply.origin.thread, reply.origin.opens) == ("1759990000.000200", None)
    assert reply.reply_to == "C0LOBBY:1759990000.000200"


@pytest.mark.parametrize("name", ["command", "button"])
def test_the_address_for_answers_is_good_for_half_an_hour(name: str) -> None:
    case = _fixture(name)
    case["headers"]["X-Slack-Request-Timestamp"] = "1760000000"
    [message] = slack.parse(_request(case), a_channel())
    assert isinstance(message, Message)
    assert message.answer_url
    assert message.answer_url.startswith("https://hooks.slack.com/")
    assert message.answer_by == datetime(2025, 10, 9, 9, 23, 20, tzinfo=UTC)
    assert message.answer_url not in repr(message)


@pytest.mark.parametrize("timestamp", [None, "soon", "9" * 12])
def test_without_a_readable_time_nobody_knows_how_long_it_is_good(timestamp: str | None) -> None:
    case = _fixture("command")
    case["headers"] |= {"X-Slack-Request-Timestamp": timestamp} if timestamp else {}
    [message] = slack.parse(_request(case), a_channel())
    assert isinstance(message, Message)
    assert message.answer_url
    assert message.answer_by is None


def test_a_retry_is_read_like_the_first_try() -> None:
    case = _fixture("direct_message")
    first = slack.parse(_request(case), a_channel())
    case["headers"] = {**case.get("headers", {}), "X-Slack-Retry-Num": "2", "X-Slack-Retry-Reason": "http_timeout"}
    assert slack.parse(_request(case), a_channel()) == first


def test_events_without_a_message_are_named_after_their_event() -> None:
    [reaction] = _events("reaction_added")
    [joined] = _events("bot_added")
    assert [getattr(event, "external_id", None) for event in (reaction, joined)] == ["Ev0000REACT", "Ev0000JOIN"]


def test_what_another_workspace_of_the_app_hears_is_read_with_its_own_bot() -> None:
    case = _fixture("mention_elsewhere")
    [message] = slack.parse(_request(case), a_channel(team_id="T0HOME", bot_user_id="U0DESK", bot_id="B0DESK"))
    assert isinstance(message, Message)
    assert (message.mentions_bot, message.origin.account) == (True, "T0ELSE")


def test_revoked_tokens_tell_whose_they_were() -> None:
    [revoked] = _events("tokens_revoked")
    assert isinstance(revoked, Happening)
    assert revoked.detail == {"bot": ["U0DESK"], "oauth": ["U0PETRA"]}


@pytest.mark.parametrize(
    "body", ["", "{", "\ufeff{}", '{"type": NaN}', "[" * 100_000, "9" * 5000], ids=lambda body: body[:9]
)
def test_a_body_that_is_no_json_is_malformed(body: str) -> None:
    with pytest.raises(MalformedPayload):
        slack.parse(webhook(body), a_channel())


@pytest.mark.parametrize("body", [b"payload=\xff", b"&".join([b"a=1"] * 500), b"payload=%5B" + b"%5B" * 50_000])
def test_a_form_that_can_t_be_read_is_malformed(body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    with pytest.raises(MalformedPayload):
        slack.parse(Request("POST", "/webhook", headers, body), a_channel())


@pytest.mark.parametrize(
    ("settings", "account"), [({"team_id": "T0HOME"}, "T0HOME"), ({}, None), ({"enterprise_id": "E1"}, None)]
)
def test_a_channel_is_one_workspace_s_or_an_organisation_s(settings: dict[str, str], account: str | None) -> None:
    assert slack.account(a_channel(**settings)) == account
