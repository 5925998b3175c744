"""What each content becomes at the bridge."""

import json
from typing import Any

import pytest

from frontdesk.channels import signal
from frontdesk.core.content import Button, Content, Row
from frontdesk.core.exchange import Request, Response
from frontdesk.core.fitting import fit
from frontdesk.core.message import ContactCard, Message, Origin, Place
from frontdesk.errors import ConfigurationError, DeliveryRejected
from tests.channels.signal.builders import (
    ANA,
    GROUP,
    GROUP_SENT,
    SENT_AT,
    US,
    a_channel,
    a_file,
    an_outbound,
    answered,
    asked,
    drive,
    sent,
)

SEND = {"number": US, "recipients": [ANA], "text_mode": "normal"}
PNG = "data:image/png;filename=a.png;base64,Ynl0ZXM="
STICKER = f"{'9acc9e8a' * 4}:0"

SENDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"text": "Hi *there*"}, {**SEND, "message": "Hi *there*"}),
    "html": (
        {"text": "<b>Hi</b> 2*3", "format": "html"},
        {**SEND, "message": r"**Hi** 2\*3", "text_mode": "styled"},
    ),
    "html without a style": ({"text": "a &lt; b*", "format": "html"}, {**SEND, "message": "a < b*"}),
    "no preview": ({"text": "https://example.org", "link_preview": False}, {**SEND, "message": "https://example.org"}),
    "reply": (
        {"text": "Yes", "reply_to": f"{ANA}:1760000100000"},
        {**SEND, "message": "Yes", "quote_author": ANA, "quote_timestamp": 1760000100000},
    ),
    "reply to ourselves": (
        {"text": "Yes", "reply_to": SENT_AT},
        {**SEND, "message": "Yes", "quote_author": US, "quote_timestamp": int(SENT_AT)},
    ),
    "reply to a thing unnamed": ({"text": "Yes", "reply_to": "x:y"}, {**SEND, "message": "Yes"}),
    "edit": (
        {"type": "edit", "text": "At ten", "target": SENT_AT},
        {**SEND, "message": "At ten", "edit_timestamp": int(SENT_AT)},
    ),
    "edit by our number": (
        {"type": "edit", "text": "At ten", "target": f"{US}:{SENT_AT}"},
        {**SEND, "message": "At ten", "edit_timestamp": int(SENT_AT)},
    ),
    "image": (
        {"type": "image", "media": (a_file("image"),), "text": "map"},
        {**SEND, "message": "map", "base64_attachments": [PNG]},
    ),
    "image with styled words": (
        {"type": "image", "media": (a_file("image"),), "text": "<i>map</i>", "format": "html"},
        {**SEND, "message": "*map*", "text_mode": "styled", "base64_attachments": [PNG]},
    ),
    "video": (
        {"type": "video", "media": (a_file("video", data=b"v", mime="video/mp4"),)},
        {**SEND, "message": "", "base64_attachments": ["data:video/mp4;filename=video.mp4;base64,dg=="]},
    ),
    "animation": (
        {"type": "animation", "media": (a_file("animation", data=b"v", mime="video/mp4"),)},
        {**SEND, "message": "", "base64_attachments": ["data:video/mp4;filename=animation.mp4;base64,dg=="]},
    ),
    "audio": (
        {"type": "audio", "media": (a_file("audio", data=b"v", mime="audio/mpeg", filename="song.mp3"),)},
        {**SEND, "message": "", "base64_attachments": ["data:audio/mpeg;filename=song.mp3;base64,dg=="]},
    ),
    "voice": (
        {"type": "voice", "media": (a_file("voice", data=b"v", mime="audio/aac", filename="v.aac"),)},
        {**SEND, "message": "", "base64_attachments": ["data:audio/aac;filename=v.aac;base64,dg=="]},
    ),
    "document": (
        {"type": "document", "media": (a_file("document", data=b"v", filename="form.pdf"),)},
        {**SEND, "message": "", "base64_attachments": ["data:application/pdf;filename=form.pdf;base64,dg=="]},
    ),
    "sticker of a pack": (
        {"type": "sticker", "media": (a_file("sticker", ref=STICKER),)},
        {**SEND, "message": "", "sticker": STICKER},
    ),
    "sticker of our own": (
        {"type": "sticker", "media": (a_file("sticker", data=b"v", mime="image/webp", filename="s.webp"),)},
        {**SEND, "message": "", "base64_attachments": ["data:image/webp;filename=s.webp;base64,dg=="]},
    ),
    "album": (
        {"type": "album", "media": (a_file("image"), a_file("image")), "text": "both"},
        {**SEND, "message": "both", "base64_attachments": [PNG, PNG]},
    ),
}
TARGET = {"recipient": ANA, "target_author": ANA, "timestamp": 1760000100000}
DEEDS: dict[str, tuple[dict[str, Any], str, str, dict[str, Any]]] = {
    "reaction": (
        {"type": "reaction", "target": f"{ANA}:1760000100000", "emoji": "👍"},
        "POST",
        f"/v1/reactions/{US}",
        {**TARGET, "reaction": "👍"},
    ),
    "reaction on our own": (
        {"type": "reaction", "target": SENT_AT, "emoji": "👍"},
        "POST",
        f"/v1/reactions/{US}",
        {"recipient": ANA, "target_author": US, "timestamp": int(SENT_AT), "reaction": "👍"},
    ),
    "reaction taken away": (
        {"type": "reaction", "target": f"{ANA}:1760000100000"},
        "DELETE",
        f"/v1/reactions/{US}",
        TARGET,
    ),
    "delete": (
        {"type": "delete", "target": SENT_AT},
        "DELETE",
        f"/v1/remote-delete/{US}",
        {"recipient": ANA, "timestamp": int(SENT_AT)},
    ),
}


@pytest.mark.parametrize(("content", "body"), SENDS.values(), ids=SENDS)
def test_each_content_is_one_send(content: dict[str, Any], body: dict[str, Any]) -> None:
    requests, external_id = drive(signal.send(an_outbound(**content), a_channel()), [sent()])
    assert [asked(request) for request in requests] == [("POST", "/v2/send", body)]
    assert external_id == SENT_AT


@pytest.mark.parametrize(("content", "method", "path", "body"), DEEDS.values(), ids=DEEDS)
def test_a_change_names_its_target(content: dict[str, Any], method: str, path: str, body: dict[str, Any]) -> None:
    requests, external_id = drive(signal.send(an_outbound(**content), a_channel()), [Response(204)])
    assert [asked(request) for request in requests] == [(method, path, body)]
    assert external_id == content["target"]


def test_every_content_type_is_sent() -> None:
    kinds = {content.get("type", "text") for content, *_ in (*SENDS.values(), *DEEDS.values())}
    assert kinds == signal.LIMITS.types


@pytest.mark.parametrize(
    ("conversation", "recipient"),
    [
        (GROUP, GROUP_SENT),
        (GROUP_SENT, GROUP_SENT),
        ("Z3JvdXA=", "group.WjNKdmRYQT0="),
        ("+4917011", "+4917011"),
        (ANA, ANA),
        ("ana.01", "ana.01"),
    ],
)
def test_people_go_by_their_names_and_groups_by_base64_of_base64(conversation: str, recipient: str) -> None:
    requests, _ = drive(signal.send(an_outbound(conversation, text="Hi"), a_channel()), [sent()])
    assert asked(requests[0])[2]["recipients"] == [recipient]
    for content in ({"type": "reaction", "emoji": "👍"}, {"type": "delete"}):
        message = an_outbound(conversation, target=f"{ANA}:17", **content)
        requests, _ = drive(signal.send(message, a_channel()), [Response(204)])
        assert asked(requests[0])[2]["recipient"] == recipient


def test_our_number_may_be_written_with_blanks() -> None:
    requests, _ = drive(signal.send(an_outbound(text="Hi"), a_channel({"number": "+49 30 900 100"})), [sent()])
    assert asked(requests[0])[2]["number"] == US


@pytest.mark.parametrize("credentials", [{"number": "0309001"}, {"number": ""}, {"number": "+1"}])
def test_a_number_that_can_t_be_one_is_told_before_any_call(credentials: dict[str, str]) -> None:
    with pytest.raises(ConfigurationError, match="number"):
        next(signal.send(an_outbound(text="Hi"), a_channel(credentials)))


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"type": "image"},
        {"type": "image", "media": (a_file("image", stored="f1"),)},
        {"type": "image", "media": (a_file("image", data=b""),)},
        {"type": "image", "media": (a_file("image", ref="../secrets"),)},
        {"type": "sticker", "media": (a_file("sticker", ref=STICKER),), "text": "words"},
        {"type": "album", "media": (a_file("image"),) * 33},
        {"type": "location", "place": Place(latitude=1, longitude=2)},
        {"type": "contacts", "contacts": (ContactCard(name="Bo"),)},
        {"type": "template"},
        {"type": "edit", "target": SENT_AT},
        {"type": "edit", "text": "no target"},
        {"type": "delete"},
        {"type": "reaction", "target": "4382bfd", "emoji": "👍"},
        {"text": "pick", "buttons": (Button(title="Yes"),)},
        {"text": "pick", "rows": (Row(title="Yes", payload="y"),)},
    ],
    ids=lambda content: "-".join(content) or "nothing",
)
def test_what_signal_can_t_say_is_refused_before_any_call(content: dict[str, Any]) -> None:
    with pytest.raises(DeliveryRejected):
        next(signal.send(an_outbound(**content), a_channel()))


def test_what_signal_has_no_form_for_is_said_in_words() -> None:
    contents = [
        Content(
            text="pick", buttons=(Button(title="Yes", payload="y"), Button(title="See", url="https://example.org"))
        ),
        Content(type="location", place=Place(latitude=43.2, longitude=76.8, name="Clinic 4")),
        Content(type="contacts", contacts=(ContactCard(name="Bo", phones=("+4930",)),)),
        Content(text="ä" * 3000),
    ]
    for content in contents:
        parts = fit(content, signal.LIMITS)
        for part in parts:
            requests, _ = drive(signal.send(an_outbound(**{"text": part.text}), a_channel()), [sent()])
            assert len(asked(requests[0])[2]["message"].encode()) < 2000
        assert all(part.type == "text" and not (part.buttons or part.rows) for part in parts)


def test_lone_surrogates_do_not_break_a_request() -> None:
    request: Request = next(signal.send(an_outbound(text="a\ud800"), a_channel()))
    assert json.loads(request.body)["message"] == "a?"


def test_a_proxy_before_the_bridge_gets_its_authorization_with_every_call() -> None:
    channel = a_channel({"api_authorization": "Basic dTpw"})
    exchanges = [
        signal.send(an_outbound(text="Hi"), channel),
        signal.send(an_outbound(type="reaction", target="u:1", emoji="👍"), channel),
        signal.send(an_outbound(type="delete", target="1"), channel),
        signal.show_typing(ANA, None, None, channel),
        *(check.exchange for check in signal.checks(channel, None)),
    ]
    assert {next(exchange).headers["authorization"] for exchange in exchanges} == {"Basic dTpw"}  # type: ignore[arg-type]
    assert "authorization" not in next(signal.send(an_outbound(text="Hi"), a_channel())).headers


def test_typing_is_shown_to_people_and_groups() -> None:
    for conversation, recipient in ((ANA, ANA), (GROUP, GROUP_SENT)):
        requests, _ = drive(signal.show_typing(conversation, None, None, a_channel()), [Response(204)])
        assert asked(requests[0]) == ("PUT", f"/v1/typing-indicator/{US}", {"recipient": recipient})


def test_a_read_receipt_goes_to_the_author_also_in_a_group() -> None:
    message = Message(
        type="text", external_id=f"{ANA}:17", origin=Origin(conversation=GROUP, group=True, sender=ANA), text="hi"
    )
    requests, _ = drive(signal.acknowledge(message, a_channel()), [Response(204)])
    body = {"recipient": ANA, "receipt_type": "read", "timestamp": 17}
    assert [asked(request) for request in requests] == [("POST", f"/v1/receipts/{US}", body)]
    requests, _ = drive(signal.acknowledge(message, a_channel(read_receipts=False)), [])
    assert requests == []


def test_a_message_in_doubt_waits_for_its_receipt() -> None:
    requests, found = drive(signal.recall(an_outbound(text="Hi"), a_channel()), [answered({})])
    assert (requests, found) == ([], None)
