"""What each content becomes at the Web API."""

import json
from typing import Any

import pytest

from frontdesk.channels import slack
from frontdesk.core.content import Button, OutboundMedia, Row
from frontdesk.errors import DeliveryRejected
from tests.channels.slack.builders import (
    DIRECT,
    KEY,
    ROOM,
    TS,
    a_channel,
    an_outbound,
    asked,
    drive,
    ok,
    refusal,
    sent,
)

METADATA = {"event_type": "frontdesk_message", "event_payload": {"key": KEY}}
SEEN = {"unfurl_links": True, "unfurl_media": True, "metadata": METADATA}
TARGET = f"{ROOM}:1759990000.000200"
AT = {"channel": ROOM, "ts": "1759990000.000200"}
REACT = {"channel": ROOM, "timestamp": "1759990000.000200"}
YES, NO = Button(title="Yes", payload="confirm:yes"), Button(title="No")
MAP = Button(title="Map", url="https://example.org/map")
TEN, ELEVEN = Row(title="At 10", payload="book:10", description="two left"), Row(title="At 11", payload="book:11")
PNG = OutboundMedia(type="image", url="https://example.org/map.png", filename="map.png")


def said(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}


YES_NO = {
    "type": "actions",
    "elements": [
        {"type": "button", "text": plain("Yes"), "action_id": "choice:0", "value": "confirm:yes"},
        {"type": "button", "text": plain("No"), "action_id": "choice:1", "value": "No"},
    ],
}
TIMES = {
    "type": "actions",
    "elements": [
        {
            "type": "static_select",
            "action_id": "list:0",
            "placeholder": plain("When?"),
            "options": [
                {"text": plain("At 10"), "value": "book:10", "description": plain("two left")},
                {"text": plain("At 11"), "value": "book:11"},
            ],
        }
    ],
}
PICTURE = {"type": "image", "image_url": "https://example.org/map.png", "alt_text": "We are here"}

CALLS: dict[str, tuple[dict[str, Any], str, dict[str, Any]]] = {
    "text": ({"text": "Hi"}, "chat.postMessage", {"channel": DIRECT, "text": "Hi", **SEEN}),
    "text escaped": (
        {"text": "1 < 2 && <@U1> &lt;"},
        "chat.postMessage",
        {"channel": DIRECT, "text": "1 &lt; 2 &amp;&amp; &lt;@U1&gt; &amp;lt;", **SEEN},
    ),
    "html": (
        {"text": "<b>Hi</b> <i>there</i>, <code>a&lt;b</code>", "format": "html"},
        "chat.postMessage",
        {"channel": DIRECT, "text": "*Hi* _there_, `a&lt;b`", **SEEN},
    ),
    "no preview": (
        {"text": "https://example.org", "link_preview": False},
        "chat.postMessage",
        {
            "channel": DIRECT,
            "text": "https://example.org",
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": METADATA,
        },
    ),
    "silent is said all the same": (
        {"text": "Hi", "silent": True},
        "chat.postMessage",
        {"channel": DIRECT, "text": "Hi", **SEEN},
    ),
    "buttons": (
        {"text": "Sure?", "buttons": (YES, NO)},
        "chat.postMessage",
        {"channel": DIRECT, "text": "Sure?", "blocks": [said("Sure?"), YES_NO], **SEEN},
    ),
    "a link": (
        {"text": "Look", "buttons": (MAP,)},
        "chat.postMessage",
        {
            "channel": DIRECT,
            "text": "Look",
            "blocks": [
                said("Look"),
                {
                    "type": "actions",
                    "elements": [
                        {
                            "type": "button",
                            "text": plain("Map"),
                            "action_id": "link:0",
                            "url": "https://example.org/map",
                        }
                    ],
                },
            ],
            **SEEN,
        },
    ),
    "rows": (
        {"text": "Choose", "rows": (TEN, ELEVEN), "list_title": "When?"},
        "chat.postMessage",
        {"channel": DIRECT, "text": "Choose", "blocks": [said("Choose"), TIMES], **SEEN},
    ),
    "image by address": (
        {"type": "image", "media": (PNG,), "text": "We are here"},
        "chat.postMessage",
        {"channel": DIRECT, "text": "We are here", "blocks": [PICTURE, said("We are here")], **SEEN},
    ),
    "image without words": (
        {"type": "image", "media": (PNG,)},
        "chat.postMessage",
        {"channel": DIRECT, "text": "map.png", "blocks": [{**PICTURE, "alt_text": "map.png"}], **SEEN},
    ),
    "reaction": (
        {"type": "reaction", "target": TARGET, "emoji": "👍🏽"},
        "reactions.add",
        {**REACT, "name": "+1::skin-tone-4"},
    ),
    "edit": (
        {"type": "edit", "target": TARGET, "text": "At <11>"},
        "chat.update",
        {**AT, "text": "At &lt;11&gt;", "blocks": []},
    ),
    "edit with buttons": (
        {"type": "edit", "target": TARGET, "text": "Sure?", "buttons": (YES, NO)},
        "chat.update",
        {**AT, "text": "Sure?", "blocks": [said("Sure?"), YES_NO]},
    ),
    "delete": ({"type": "delete", "target": TARGET}, "chat.delete", AT),
}


@pytest.mark.parametrize(("content", "method", "body"), CALLS.values(), ids=CALLS)
def test_each_content_is_one_call(content: dict[str, Any], method: str, body: dict[str, Any]) -> None:
    requests, external_id = drive(slack.send(an_outbound(**content), a_channel()), [sent()])
    assert [asked(request) for request in requests] == [(method, body)]
    assert external_id == content.get("target", f"{DIRECT}:{TS}")


def test_every_content_type_is_sent_here_or_as_a_file() -> None:
    kinds = {content.get("type", "text") for content, _, _ in CALLS.values()}
    files = {"audio", "voice", "video", "animation", "document", "sticker", "album"}
    assert kinds | files == slack.LIMITS.types


@pytest.mark.parametrize(
    ("conversation", "thread", "reply_to", "expected"),
    [
        (ROOM, "1759990000.000200", None, "1759990000.000200"),
        (DIRECT, "1759990000.000200", None, "1759990000.000200"),
        (ROOM, None, f"{ROOM}:1759990000.000200", "1759990000.000200"),
        (ROOM, "1.1", f"{ROOM}:1759990000.000200", "1.1"),
        (DIRECT, None, f"{DIRECT}:1759990000.000200", None),
        (ROOM, None, "C0ELSE:1759990000.000200", None),
        (ROOM, None, "77.88.abc", None),
        (ROOM, None, f"{ROOM}:{KEY}", None),
    ],
)
def test_an_answer_stands_in_the_thread_of_what_it_answers(
    conversation: str, thread: str | None, reply_to: str | None, expected: str | None
) -> None:
    message = an_outbound(conversation, thread, text="Hi", reply_to=reply_to)
    requests, _ = drive(slack.send(message, a_channel()), [sent()])
    assert asked(requests[0])[1].get("thread_ts") == expected


def test_a_message_for_one_member_is_ephemeral() -> None:
    message = an_outbound(ROOM, "1759990000.000200", text="psst", only_for="U0PETRA", buttons=(YES, NO))
    requests, external_id = drive(slack.send(message, a_channel()), [ok(message_ts=TS)])
    body = {"channel": ROOM, "user": "U0PETRA", "text": "psst", "thread_ts": "1759990000.000200"}
    assert asked(requests[0]) == ("chat.postEphemeral", {**body, "blocks": [said("psst"), YES_NO]})
    assert external_id == f"{ROOM}:{KEY}"


def test_in_private_nothing_needs_to_be_ephemeral() -> None:
    requests, _ = drive(slack.send(an_outbound(text="psst", only_for="U0PETRA"), a_channel()), [sent()])
    assert asked(requests[0])[0] == "chat.postMessage"


def test_a_message_taken_but_not_named_is_not_sent_twice() -> None:
    _, external_id = drive(slack.send(an_outbound(text="Hi"), a_channel()), [ok()])
    assert external_id == f"{DIRECT}:{KEY}"


def test_a_reaction_is_taken_back_by_its_names() -> None:
    found = ok(
        message={
            "reactions": [
                {"name": "eyes", "users": ["U0DESK", "U0BO"]},
                {"name": "tada", "users": ["U0BO"]},
                {"name": "+1::skin-tone-2", "users": ["U0DESK"]},
            ]
        }
    )
    message = an_outbound(type="reaction", target=TARGET)
    answers = [found, refusal("no_reaction"), ok()]
    requests, external_id = drive(slack.send(message, a_channel(bot_user_id="U0DESK")), answers)
    assert [asked(request)[0] for request in requests] == ["reactions.get", "reactions.remove", "reactions.remove"]
    assert [asked(request)[1]["name"] for request in requests[1:]] == ["eyes", "+1::skin-tone-2"]
    assert external_id == TARGET


@pytest.mark.parametrize(
    ("emoji", "name"),
    [
        ("❤️", "heart"),
        ("❤", "heart"),
        ("👍🏿", "+1::skin-tone-6"),
        ("✌🏻", "v::skin-tone-2"),
        ("👨‍💻", "male-technologist"),
        ("😍", "heart_eyes"),
        ("thumbsup", "thumbsup"),
        (":party_parrot:", "party_parrot"),
        ("+1::skin-tone-3", "+1::skin-tone-3"),
    ],
)
def test_emoji_go_by_their_short_names(emoji: str, name: str) -> None:
    request = next(slack.send(an_outbound(type="reaction", target=TARGET, emoji=emoji), a_channel()))
    assert asked(request) == ("reactions.add", {**REACT, "name": name})


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"type": "reaction", "emoji": "👍"}, "already_reacted"),
        ({"type": "delete"}, "message_not_found"),
    ],
)
def test_a_change_already_made_is_fine(content: dict[str, Any], error: str) -> None:
    message = an_outbound(target=TARGET, **content)
    assert drive(slack.send(message, a_channel()), [refusal(error)])[1] == TARGET


@pytest.mark.parametrize(
    "content",
    [
        {"text": ""},
        {"text": " \n"},
        {"type": "image"},
        {"type": "document", "media": (OutboundMedia(type="document", stored="f1"),)},
        {"type": "document", "media": (OutboundMedia(type="document", data=b""),)},
        {"type": "document", "media": (OutboundMedia(type="document", data=b"a"),), "buttons": (YES,)},
        {"type": "location"},
        {"type": "contacts"},
        {"type": "template"},
        {"type": "delete"},
        {"type": "delete", "target": "77.88.abc"},
        {"type": "edit", "target": f"{ROOM}:{KEY}", "text": "new"},
        {"type": "edit", "target": TARGET},
        {"type": "edit", "target": TARGET, "buttons": (YES,)},
        {"type": "reaction", "target": TARGET},
        {"type": "reaction", "target": TARGET, "emoji": "🪤"},
        {"type": "reaction", "target": TARGET, "emoji": "custom:5312"},
        {"text": "Hi", "buttons": (Button(title="x", url="https://example.org/" + "a" * 3000),)},
    ],
    ids=lambda content: "-".join(map(str, content.values()))[:40],
)
def test_what_slack_can_t_say_is_refused_before_any_call(content: dict[str, Any]) -> None:
    with pytest.raises(DeliveryRejected):
        next(slack.send(an_outbound(**content), a_channel()))


def test_a_file_for_one_member_is_never_shown_to_all() -> None:
    media = (OutboundMedia(type="document", data=b"secret"),)
    with pytest.raises(DeliveryRejected, match="one person only"):
        next(slack.send(an_outbound(ROOM, type="document", media=media, only_for="U0PETRA"), a_channel()))


def test_lone_surrogates_do_not_break_a_request() -> None:
    request = next(slack.send(an_outbound(text="a\ud800", buttons=(Button(title="\udfff"),)), a_channel()))
    assert json.loads(request.body)["text"] == "a?"
