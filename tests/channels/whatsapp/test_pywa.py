"""Held against pywa, a client of the Cloud API by others: it writes what we write, and reads our fixtures as we do."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from pywa import WhatsApp
from pywa.types import (
    Button,
    CallbackButton,
    CallbackSelection,
    Contact,
    DeletedMessage,
    EditedMessage,
    IdentityChange,
    Message,
    MessageStatus,
    PhoneNumberChange,
    Section,
    SectionList,
    SectionRow,
    URLButton,
)
from pywa.types.templates import BodyText, QuickReplyButton, TemplateLanguage
from pywa.types.user_preferences import UserMarketingPreferences

from frontdesk.channels import whatsapp
from frontdesk.core import content as ours
from frontdesk.core.message import ContactCard, Place
from tests.channels.whatsapp.builders import (
    ANA,
    BASE,
    FIXTURES,
    GROUP,
    PHONE_ID,
    TOKEN,
    USER_ID,
    WAMID,
    a_channel,
    a_file,
    an_outbound,
    cases,
    drive,
    ok,
    sent,
)

KEY = "0199-key"
Client = tuple[WhatsApp, list[Any]]


@pytest.fixture
def pywa() -> Client:
    """pywa's client, and the bodies it sends."""
    bodies: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert str(request.url) == f"{BASE}/{PHONE_ID}/messages"
        bodies.append(json.loads(request.content))
        return httpx.Response(200, json={**json.loads(sent().body), "success": True})

    session = httpx.Client(transport=httpx.MockTransport(answer))
    return WhatsApp(phone_id=PHONE_ID, token=TOKEN, session=session, api_version=25.0), bodies


def _said(value: Any) -> Any:
    """Return JSON without what says nothing: pywa writes what is missing as null."""
    if isinstance(value, dict):
        return {key: _said(item) for key, item in value.items() if item not in (None, [])}
    return [_said(item) for item in value] if isinstance(value, list) else value


Write = Callable[[WhatsApp], Any]
SAME: dict[str, tuple[dict[str, Any], Write]] = {
    "text": ({"text": "Hi"}, lambda wa: wa.send_message(ANA, "Hi", tracker=KEY)),
    "to a user id": ({"text": "Hi", "conversation": USER_ID}, lambda wa: wa.send_message(USER_ID, "Hi", tracker=KEY)),
    "to a group": ({"text": "Hi", "conversation": GROUP}, lambda wa: wa.send_message(GROUP, "Hi", tracker=KEY)),
    "reply": (
        {"text": "see https://example.org", "reply_to": WAMID},
        lambda wa: wa.send_message(
            ANA, "see https://example.org", preview_url=True, reply_to_message_id=WAMID, tracker=KEY
        ),
    ),
    "image": (
        {"type": "image", "media": (a_file("image"),), "text": "map"},
        lambda wa: wa.send_image(ANA, "9001", caption="map", tracker=KEY),
    ),
    "video": ({"type": "video", "media": (a_file("video"),)}, lambda wa: wa.send_video(ANA, "9001", tracker=KEY)),
    "voice": ({"type": "voice", "media": (a_file("voice"),)}, lambda wa: wa.send_voice(ANA, "9001", tracker=KEY)),
    "sticker": (
        {"type": "sticker", "media": (a_file("sticker"),)},
        lambda wa: wa.send_sticker(ANA, "9001", tracker=KEY),
    ),
    "document": (
        {"type": "document", "media": (a_file("document", ref="9001", filename="a.pdf"),)},
        lambda wa: wa.send_document(ANA, "9001", filename="a.pdf", tracker=KEY),
    ),
    "location": (
        {"type": "location", "place": Place(latitude=43.2, longitude=76.8, name="Hall", address="Abay 10")},
        lambda wa: wa.send_location(ANA, 43.2, 76.8, "Hall", "Abay 10", tracker=KEY),
    ),
    "contacts": (
        {"type": "contacts", "contacts": (ContactCard(name="Bo Li", phones=("+77010000002",)),)},
        lambda wa: wa.send_contact(
            ANA,
            Contact(
                name=Contact.Name(formatted_name="Bo Li", first_name="Bo"),
                phones=[Contact.Phone(phone="+77010000002", type="CELL", wa_id="77010000002")],
            ),
            tracker=KEY,
        ),
    ),
    "buttons": (
        {"text": "Sure?", "buttons": (ours.Button(title="Yes", payload="y"), ours.Button(title="No", payload="n"))},
        lambda wa: wa.send_message(ANA, "Sure?", buttons=[Button("Yes", "y"), Button("No", "n")], tracker=KEY),
    ),
    "a link": (
        {"text": "Pay", "buttons": (ours.Button(title="Now", url="https://example.org"),)},
        lambda wa: wa.send_message(ANA, "Pay", buttons=URLButton("Now", "https://example.org"), tracker=KEY),
    ),
    "asking for the place": (
        {"text": "Where?", "asks_for": "location"},
        lambda wa: wa.request_location(ANA, "Where?", tracker=KEY),
    ),
    "reaction": (
        {"type": "reaction", "target": WAMID, "emoji": "👍"},
        lambda wa: wa.send_reaction(ANA, emoji="👍", message_id=WAMID, tracker=KEY),
    ),
    "reaction taken back": (
        {"type": "reaction", "target": WAMID},
        lambda wa: wa.remove_reaction(ANA, WAMID, tracker=KEY),
    ),
}


@pytest.mark.parametrize(("content", "write"), SAME.values(), ids=SAME)
def test_pywa_writes_the_same(pywa: Client, content: dict[str, Any], write: Write) -> None:
    client, bodies = pywa
    write(client)
    conversation = content.get("conversation", ANA)
    rest = {key: value for key, value in content.items() if key != "conversation"}
    [request], _ = drive(whatsapp.send(an_outbound(conversation, **rest), a_channel()), [sent()])
    assert json.loads(request.body) == _said(bodies[0])


def test_pywa_writes_the_same_rows(pywa: Client) -> None:
    client, bodies = pywa
    rows = [SectionRow("Stall 14", "stall:14", "fruit"), SectionRow("Stall 15", "stall:15")]
    client.send_message(ANA, "Which?", buttons=SectionList("Stalls", [Section("All", rows)]), tracker=KEY)
    mine = (
        ours.Row(title="Stall 14", payload="stall:14", description="fruit"),
        ours.Row(title="Stall 15", payload="stall:15"),
    )
    [request], _ = drive(
        whatsapp.send(an_outbound(text="Which?", rows=mine, list_title="Stalls"), a_channel()), [sent()]
    )
    [section] = bodies[0]["interactive"]["action"]["sections"]
    del section["title"]  # pywa always names a section; one alone needs no name
    assert json.loads(request.body) == _said(bodies[0])


def test_pywa_writes_the_same_template(pywa: Client) -> None:
    client, bodies = pywa
    params = [BodyText("{{1}}", "Bo").params("Ana"), QuickReplyButton.params(callback_data="stop", index=0)]
    client.send_template(ANA, "stall_news", TemplateLanguage.ENGLISH_US, params, tracker=KEY)
    template = ours.Template(name="stall_news", language="en_US", body=("Ana",), buttons=("stop",))
    [request], _ = drive(whatsapp.send(an_outbound(type="template", template=template), a_channel()), [sent()])
    body = json.loads(request.body)
    button = body["template"]["components"][1]
    button["index"] = int(button["index"])  # Meta's own examples have it either way
    theirs = _said(bodies[0])
    for component in theirs["template"]["components"]:  # and in capitals or not
        component |= {key: component[key].lower() for key in ("type", "sub_type") if key in component}
    assert body == theirs


def test_pywa_writes_the_same_sign_of_typing(pywa: Client) -> None:
    client, bodies = pywa
    client.indicate_typing(WAMID)
    [request], _ = drive(whatsapp.show_typing(ANA, None, WAMID, a_channel()), [ok(success=True)])
    assert json.loads(request.body) == bodies[0]


EVENTS = {
    "edited": EditedMessage,
    "deleted": DeletedMessage,
    "identity_changed": IdentityChange,
    "number_changed": PhoneNumberChange,
    "marketing_opt_in": UserMarketingPreferences,
    "marketing_opt_out": UserMarketingPreferences,
}
PRESSES = {"button_reply": CallbackButton, "list_reply": CallbackSelection}
OTHERWISE = {
    "request_welcome",
    "user_id_update",
    "system_user_id_changed",
    "system_identity_changed",
    "contact_of_another",
    "profile_missing",
    "form_reply",
    "form_reply_broken",
    "type_of_the_future",
    "interactive_missing",
    "text_without_body",
    "image_without_id",
    "location_without_numbers",
    "contacts",
    "timestamp_unreadable",
    "timestamp_milliseconds",
    "status_of_bsuid",
    "status_in_group",
}
"""Odd on purpose, or of a kind for which pywa has other types."""


def _type_of(expected: dict[str, Any]) -> Any:
    match expected["kind"]:
        case "message":
            return PRESSES.get(expected["type"], Message)
        case "status":
            return MessageStatus
        case "reaction":
            return Message
        case _:
            return EVENTS.get(expected["event"])


READABLE = [
    (case["payload"], case["expect"][0], _type_of(case["expect"][0]))
    for case in cases(FIXTURES)
    if len(case["expect"]) == 1
    and case["expect"][0]["kind"] != "ignored"
    and case["case"] not in OTHERWISE
    and _type_of(case["expect"][0])
]


@pytest.mark.parametrize(("payload", "expected", "kind"), READABLE)
def test_pywa_reads_our_fixtures_as_we_do(pywa: Client, payload: Any, expected: dict[str, Any], kind: Any) -> None:
    update = kind.from_update(client=pywa[0], update=payload)
    if "external_id" in expected:
        assert update.id == expected["external_id"]
    if "sender" in expected:
        assert expected["sender"] in (update.from_user.wa_id, update.from_user.bsuid)
    if expected["kind"] == "message" and kind is Message:
        assert (update.text or update.caption) == expected.get("text") or expected["type"] == "order"
        assert bool(update.forwarded or update.forwarded_many_times) == bool(expected.get("forwarded"))
    if expected["kind"] == "status":
        assert (update.status.value, update.tracker) == (expected["status"], expected.get("tracker"))


def test_most_fixtures_are_read_by_both() -> None:
    assert len(READABLE) > 30
