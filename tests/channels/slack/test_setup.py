"""Checks, registration, the small courtesies, and finding a message again."""

import json
from typing import Any

import pytest

from frontdesk.channels import slack
from frontdesk.channels.slack.registration import ESSENTIAL, USEFUL
from frontdesk.core.channel import Adapter, Found
from frontdesk.core.content import OutboundMedia
from frontdesk.core.exchange import Response
from frontdesk.core.message import Message, Origin, Press
from frontdesk.errors import (
    ChannelThrottled,
    ChannelUnauthorised,
    ChannelUnreachable,
    ConfigurationError,
    OperatorNeeded,
)
from tests.channels.slack.builders import DIRECT, KEY, ROOM, a_channel, an_outbound, asked, drive, ok, refusal

WEBHOOK = "https://desk.example.org/messages/receive/tenants/acme/channels/slack/tokens/t0ken"
WHO = {
    "url": "https://home.slack.com/",
    "team": "Home",
    "user": "desk",
    "team_id": "T0HOME",
    "user_id": "U0DESK",
    "bot_id": "B0DESK",
}
ALL = ",".join([*ESSENTIAL, *USEFUL])


def _who(scopes: str = ALL, **more: Any) -> Response:
    return Response(200, json.dumps({"ok": True, **WHO, **more}).encode(), {"x-oauth-scopes": scopes})


def _check(what: str, *answers: Response) -> Found:
    [check] = [check for check in slack.checks(a_channel(), WEBHOOK) if check.what == what]
    _, found = drive(check.exchange, answers)
    assert isinstance(found, Found)
    return found


def test_the_package_is_an_adapter() -> None:
    adapter: Adapter = slack
    assert (adapter.KIND, adapter.API_BASE) == ("slack", "https://slack.com")
    assert [credential.name for credential in adapter.CREDENTIALS] == ["bot_token", "signing_secret"]
    assert all(credential.required for credential in adapter.CREDENTIALS)
    assert adapter.SHARED_BY in [credential.name for credential in adapter.CREDENTIALS]


def test_the_token_tells_who_we_are() -> None:
    found = _check("bot token", _who(app_id="A0DESK"))
    assert found.detail == "desk in Home"
    assert found.learned == {
        "bot_user_id": "U0DESK",
        "bot_id": "B0DESK",
        "app_id": "A0DESK",
        "team_id": "T0HOME",
        "url": "https://home.slack.com/",
    }


def test_an_organisation_s_token_is_no_single_workspace_s() -> None:
    found = _check("bot token", _who(team_id="E0ORG", enterprise_id="E0ORG", is_enterprise_install=True))
    assert "team_id" not in found.learned
    assert found.learned["enterprise_id"] == "E0ORG"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (refusal("invalid_auth"), ChannelUnauthorised),
        (refusal("token_expired"), ChannelUnauthorised),
        (_who(bot_id=None), OperatorNeeded),
        (Response(503), ChannelUnreachable),
    ],
)
def test_a_token_that_is_no_good_says_why(answer: Response, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        _check("bot token", answer)


def test_missing_scopes_are_named_with_what_they_are_for() -> None:
    with pytest.raises(OperatorNeeded, match=r"im:history \(to hear direct messages\)"):
        _check("scopes", _who("chat:write,app_mentions:read"))
    assert "files:read (to download files)" in _check("scopes", _who(",".join(ESSENTIAL))).detail
    assert _check("scopes", _who()).detail == "all that Frontdesk uses"
    assert "doesn't tell" in _check("scopes", _who("")).detail


def test_the_app_s_id_is_learned_where_it_may_be() -> None:
    assert _check("app", _who(), ok(bot={"app_id": "A0DESK"})).learned == {"app_id": "A0DESK"}
    assert _check("app", _who(app_id="A0DESK")).learned == {"app_id": "A0DESK"}
    assert _check("app", _who(), refusal("missing_scope", needed="users:read")).learned == {}


@pytest.mark.parametrize("secret", ["", " ", "xoxb-1-2"])
def test_a_secret_that_can_t_be_one_is_noticed(secret: str) -> None:
    channel = a_channel()
    object.__setattr__(channel, "credentials", {**channel.credentials, "signing_secret": secret})
    with pytest.raises(ConfigurationError, match="signing secret"):
        drive(slack.checks(channel, None)[0].exchange, [])


def test_registering_says_where_the_address_belongs() -> None:
    requests, words = drive(slack.register(a_channel(), WEBHOOK), [])
    assert requests == []
    for part in (WEBHOOK, "Event Subscriptions", "Interactivity & Shortcuts", "slash command"):
        assert part in words


def test_typing_is_shown_in_an_assistant_s_thread_and_nowhere_else() -> None:
    [request], _ = drive(slack.show_typing(DIRECT, "1.1", None, a_channel()), [ok()])
    status = {"channel_id": DIRECT, "thread_ts": "1.1", "status": "is typing…"}
    assert asked(request) == ("assistant.threads.setStatus", status)
    for conversation, thread in ((DIRECT, None), (ROOM, "1.1"), (ROOM, None)):
        assert drive(slack.show_typing(conversation, thread, None, a_channel()), [])[0] == []


def test_a_press_asks_nothing_of_slack() -> None:
    press = Message(type="button_reply", external_id="1.2.a", origin=Origin(), press=Press(payload="x"))
    assert drive(slack.acknowledge(press, a_channel()), [])[0] == []


def _history(*keys: str | None) -> Response:
    def said(index: int, key: str | None) -> dict[str, Any]:
        metadata = {"event_type": "frontdesk_message", "event_payload": {"key": key}}
        return {"ts": f"176000000{index}.000100", "text": "x", **({"metadata": metadata} if key else {})}

    return ok(messages=[said(index, key) for index, key in enumerate(keys)])


def test_a_message_in_doubt_is_found_by_its_key() -> None:
    [request], found = drive(slack.recall(an_outbound(text="Hi"), a_channel()), [_history(None, "other", KEY)])
    method, arguments = asked(request)
    assert method == "conversations.history"
    assert arguments | {"oldest": ""} == {
        "channel": DIRECT,
        "limit": "15",
        "include_all_metadata": "true",
        "oldest": "",
    }
    assert found == f"{DIRECT}:1760000002.000100"


def test_a_thread_is_searched_where_the_message_went_to_one() -> None:
    [request], found = drive(slack.recall(an_outbound(ROOM, "1.1", text="Hi"), a_channel()), [_history(None)])
    assert (asked(request)[0], asked(request)[1]["ts"], found) == ("conversations.replies", "1.1", None)


def test_only_what_was_said_since_is_searched() -> None:
    [request], _ = drive(slack.recall(an_outbound(text="Hi"), a_channel()), [_history()])
    assert asked(request)[1]["oldest"] == f"{(0x019A00000000 // 1000) - 60}.000000"


@pytest.mark.parametrize("error", ["missing_scope", "channel_not_found", "not_in_channel", "invalid_auth"])
def test_where_slack_does_not_let_us_look_nobody_knows(error: str) -> None:
    assert drive(slack.recall(an_outbound(text="Hi"), a_channel()), [refusal(error)])[1] is None


@pytest.mark.parametrize(
    ("answer", "failure"), [(Response(429), ChannelThrottled), (Response(503), ChannelUnreachable)]
)
def test_looking_may_help_later(answer: Response, failure: type[Exception]) -> None:
    with pytest.raises(failure):
        drive(slack.recall(an_outbound(text="Hi"), a_channel()), [answer])


@pytest.mark.parametrize(
    "content",
    [
        {"type": "delete", "target": f"{ROOM}:1.1"},
        {"type": "document", "media": (OutboundMedia(type="document", data=b"x"),)},
        {"text": "psst", "only_for": "U0PETRA"},
    ],
)
def test_what_bears_no_key_is_not_looked_for(content: dict[str, Any]) -> None:
    assert drive(slack.recall(an_outbound(**content), a_channel()), []) == ([], None)
