"""Registering, checks, and the small courtesies."""

import hashlib
import hmac
from typing import Any

import pytest

from frontdesk.channels import whatsapp
from frontdesk.core.channel import Adapter, Channel
from frontdesk.core.exchange import Response
from frontdesk.core.message import Message, Origin
from frontdesk.errors import (
    ChannelUnauthorised,
    ConfigurationError,
    DeliveryRejected,
    FrontdeskError,
    OperatorNeeded,
    SecretRefused,
)
from tests.channels.whatsapp.builders import (
    ANA,
    APP_SECRET,
    BASE,
    PHONE_ID,
    TOKEN,
    WABA,
    a_channel,
    asked,
    drive,
    ok,
    refusal,
)

WEBHOOK = "https://desk.example.org/messages/receive/tenants/acme/channels/whatsapp/tokens/t0ken"
HELLO = Message(type="text", external_id="wamid.theirs", origin=Origin(conversation=ANA), text="hello")
APPS = ok(data=[{"whatsapp_business_api_data": {"name": "Our app", "id": "1"}, "override_callback_uri": WEBHOOK}])
CHOSEN = {"name": "stall_news", "language": "ru", "body": ["{text}"]}


def test_the_package_is_an_adapter() -> None:
    adapter: Adapter = whatsapp
    assert (
        "whatsapp",
        "https://graph.facebook.com",
        SecretRefused,
    ) == (adapter.KIND, adapter.API_BASE, adapter.UNSIGNED)
    assert {each.name: (each.required, each.generated) for each in adapter.CREDENTIALS} == {
        "access_token": (True, False),
        "app_secret": (True, False),
        "phone_number_id": (True, False),
        "verify_token": (False, True),
    }
    assert adapter.account(a_channel()) == PHONE_ID
    assert {"edit", "delete", "animation", "album"}.isdisjoint(adapter.LIMITS.types)


def test_register_subscribes_the_account_with_its_own_address() -> None:
    (posted, looked), words = drive(whatsapp.register(a_channel(waba_id=WABA), WEBHOOK), [ok(success=True), APPS])
    assert asked(posted) == (
        f"{WABA}/subscribed_apps",
        {"override_callback_uri": WEBHOOK, "verify_token": "a-verify-token"},
    )
    assert (looked.method, looked.url) == ("GET", f"{BASE}/{WABA}/subscribed_apps")
    assert "Our app" in words
    assert "messages" in words
    for secret in (TOKEN, APP_SECRET, "a-verify-token", "t0ken"):
        assert secret not in words


def test_register_without_the_account_says_what_to_enter() -> None:
    requests, words = drive(whatsapp.register(a_channel(), WEBHOOK), [])
    assert requests == []
    assert WEBHOOK in words
    assert "a-verify-token" in words
    assert TOKEN not in words
    assert APP_SECRET not in words


@pytest.mark.parametrize(
    ("answer", "failure", "words"),
    [
        (refusal(400, 2200), DeliveryRejected, "answer by https"),
        (refusal(400, 100), DeliveryRejected, "answer by https"),
        (refusal(403, 200), ChannelUnauthorised, "permission"),
        (refusal(401, 190), ChannelUnauthorised, "new one for the system user"),
    ],
)
def test_register_names_the_failure(answer: Response, failure: type[Exception], words: str) -> None:
    with pytest.raises(failure, match=words) as caught:
        drive(whatsapp.register(a_channel(waba_id=WABA), WEBHOOK), [answer])
    assert "t0ken" not in str(caught.value)


def test_register_needs_a_verify_token() -> None:
    with pytest.raises(ConfigurationError, match="verify_token"):
        next(whatsapp.register(a_channel({"verify_token": ""}), WEBHOOK))


def _check(what: str, answers: list[Response], channel: Channel | None = None, url: str | None = WEBHOOK) -> Any:
    found = {check.what: check for check in whatsapp.checks(channel or a_channel(), url)}
    return drive(found[what].exchange, answers)


def test_checks_stand_in_the_order_to_mend_them() -> None:
    first = ["access token", "app secret", "number registered", "webhook"]
    assert [check.what for check in whatsapp.checks(a_channel(), WEBHOOK)] == first
    assert [check.what for check in whatsapp.checks(a_channel(window_template=CHOSEN), None)] == [
        *first,
        "template for a closed window",
    ]


def test_the_token_is_good_where_it_reads_the_number() -> None:
    answer = ok(id=PHONE_ID, display_phone_number="+7 727 000", verified_name="Harbour", quality_rating="GREEN")
    [request], found = _check("access token", [answer])
    assert request.url == f"{BASE}/{PHONE_ID}"
    assert found.detail == "the token reads Harbour at +7 727 000, quality green"
    assert found.learned == {"display_phone_number": "+7 727 000"}


def test_the_app_secret_is_proved_to_meta() -> None:
    [request], found = _check("app secret", [ok(id=PHONE_ID)])
    proof = hmac.new(APP_SECRET.encode(), TOKEN.encode(), hashlib.sha256).hexdigest()
    assert request.query == {"fields": "id", "appsecret_proof": proof}
    assert "one app" in found.detail


@pytest.mark.parametrize(
    ("what", "answers"),
    [
        ("number registered", [ok(status="CONNECTED", platform_type="CLOUD_API")]),
        ("number registered", [ok(status="FLAGGED", platform_type="CLOUD_API")]),
        ("number registered", [ok(id=PHONE_ID)]),
        ("webhook", [ok(webhook_configuration={"application": WEBHOOK})]),
        ("webhook", [ok(webhook_configuration={"application": "https://desk.example.org/messages/another"})]),
        ("webhook", [ok(webhook_configuration={"phone_number": WEBHOOK, "application": "https://else.example"})]),
    ],
)
def test_what_is_right_is_found_to_be(what: str, answers: list[Response]) -> None:
    _check(what, answers)


@pytest.mark.parametrize(
    ("what", "answers", "failure", "words"),
    [
        ("access token", [refusal(401, 190)], ChannelUnauthorised, "new one for the system user"),
        ("access token", [refusal(400, 100, error_subcode=33)], ChannelUnauthorised, "phone_number_id"),
        ("app secret", [refusal(400, 100)], ChannelUnauthorised, "App settings"),
        (
            "number registered",
            [ok(status="CONNECTED", platform_type="NOT_APPLICABLE")],
            OperatorNeeded,
            "not registered",
        ),
        ("number registered", [ok(status="BANNED", platform_type="CLOUD_API")], OperatorNeeded, "banned"),
        ("webhook", [ok(id=PHONE_ID)], OperatorNeeded, "no webhook"),
        ("webhook", [ok(webhook_configuration={"application": "https://else.example/a"})], OperatorNeeded, "another"),
    ],
)
def test_what_is_wrong_comes_with_its_remedy(
    what: str, answers: list[Response], failure: type[Exception], words: str
) -> None:
    with pytest.raises(failure, match=words):
        _check(what, answers)


@pytest.mark.parametrize(
    ("configuration", "words"), [({}, "none is set yet"), ({"application": WEBHOOK}, "set already")]
)
def test_before_there_is_a_webhook_none_is_missed(configuration: dict[str, str], words: str) -> None:
    _, found = _check("webhook", [ok(webhook_configuration=configuration)], a_channel(waba_id=WABA), None)
    assert words in found.detail


def test_a_known_account_has_to_have_an_app() -> None:
    configured = ok(webhook_configuration={"whatsapp_business_account": WEBHOOK})
    channel = a_channel(waba_id=WABA)
    _check("webhook", [configured, APPS], channel)
    with pytest.raises(OperatorNeeded, match="no app"):
        _check("webhook", [configured, ok(data=[])], channel)


def _template(answers: list[Response], **settings: Any) -> Any:
    channel = a_channel(**{"window_template": CHOSEN, "waba_id": WABA, **settings})
    return _check("template for a closed window", answers, channel)


def test_the_template_for_a_closed_window_is_looked_for() -> None:
    here = {"name": "stall_news", "language": "ru", "status": "APPROVED"}
    [request], found = _template([ok(data=[{"name": "stall_news", "language": "en", "status": "PAUSED"}, here])])
    assert (request.url, request.query) == (f"{BASE}/{WABA}/message_templates", {"name": "stall_news"})
    assert "approved" in found.detail


@pytest.mark.parametrize(
    ("answers", "settings", "failure"),
    [
        ([ok(data=[])], {}, DeliveryRejected),
        ([ok(data=[{"name": "stall_news", "language": "ru", "status": "PAUSED"}])], {}, OperatorNeeded),
        ([], {"waba_id": None}, ConfigurationError),
        ([], {"window_template": "stall_news"}, ConfigurationError),
    ],
)
def test_a_template_that_would_not_go_is_told_before(
    answers: list[Response], settings: dict[str, Any], failure: type[FrontdeskError]
) -> None:
    with pytest.raises(failure):
        _template(answers, **settings)


def test_a_message_is_marked_read() -> None:
    [request], _ = drive(whatsapp.acknowledge(HELLO, a_channel()), [ok(success=True)])
    assert asked(request) == (
        f"{PHONE_ID}/messages",
        {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.theirs"},
    )


def test_typing_is_shown_under_the_message_that_is_answered() -> None:
    [request], _ = drive(whatsapp.show_typing(ANA, None, "wamid.theirs", a_channel()), [ok(success=True)])
    assert asked(request)[1] == {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": "wamid.theirs",
        "typing_indicator": {"type": "text"},
    }


@pytest.mark.parametrize("setting", [False, "false", "no", 0])
def test_who_does_not_want_to_disclose_reading_shows_no_typing_either(setting: object) -> None:
    channel = a_channel(mark_read=setting)
    assert drive(whatsapp.acknowledge(HELLO, channel), [])[0] == []
    assert drive(whatsapp.show_typing(ANA, None, "wamid.theirs", channel), [])[0] == []


def test_nothing_is_typed_at_nobody() -> None:
    assert drive(whatsapp.show_typing(ANA, None, None, a_channel()), [])[0] == []


def test_a_mark_that_is_refused_says_why() -> None:
    with pytest.raises(ChannelUnauthorised):
        drive(whatsapp.acknowledge(HELLO, a_channel()), [refusal(401, 190)])
