"""Blocks stay within Block Kit's limits, in the eyes of Slack's own library."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block

from frontdesk.channels import slack
from frontdesk.channels.slack.markup import split
from frontdesk.core.choosing import meant
from frontdesk.core.content import Button, Content, OutboundMedia, Row
from tests.channels.slack.builders import a_channel, an_outbound, asked

LONG = "ж" * 400


def _posted(**content: Any) -> dict[str, Any]:
    return asked(next(slack.send(an_outbound(**content), a_channel())))[1]


def _valid(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let Slack's own models read the blocks, and see that they write the same."""
    for block in blocks:
        read = Block.parse(block)
        assert read is not None
        read.validate_json()
        assert json.loads(json.dumps(read.to_dict())) == block
    assert len(blocks) <= 50
    return blocks


@pytest.mark.parametrize(
    "content",
    [
        {"text": "Sure?", "buttons": tuple(Button(title=f"{n}", payload=f"p{n}") for n in range(60))},
        {"text": "Sure?", "buttons": (Button(title=LONG, payload="я" * 3000), Button(title=" ", payload=""))},
        {"text": "Look", "buttons": (Button(title="Map", url="https://example.org/?a=1&b=2"),)},
        {"text": "Pick", "rows": tuple(Row(title=f"{n}", payload=f"p{n}") for n in range(250))},
        {"text": "Pick", "rows": tuple(Row(title=LONG, payload=LONG, description=LONG) for _ in range(100))},
        {"text": "Pick", "list_title": LONG, "rows": (Row(title="", payload="", description=""),)},
        {"text": "&" * 3900, "buttons": (Button(title="Go"),)},
        {"text": "", "rows": (Row(title="a", payload="b"),)},
        {"text": "Mixed", "rows": (Row(title="a", payload="b"),), "buttons": (Button(title="c"),)},
        {
            "type": "image",
            "text": "x" * 3900,
            "media": (OutboundMedia(type="image", url="https://example.org/a.png"),),
            "buttons": (Button(title="c"),),
        },
    ],
    ids="-".join,
)
def test_blocks_are_those_of_slack_s_own_models(content: dict[str, Any]) -> None:
    posted = _posted(**content)
    assert posted["text"]
    blocks = _valid(posted["blocks"])
    for block in blocks:
        elements = block.get("elements", [])
        assert len(elements) <= 25
        for element in elements:
            assert len(element.get("value", "")) <= 2000
            assert len(element.get("options", [])) <= 100
            assert all(len(option["value"]) <= 150 for option in element.get("options", []))
    names = [element["action_id"] for block in blocks for element in block.get("elements", [])]
    assert len(set(names)) == len(names)


def test_a_message_of_many_long_rows_stays_under_slack_s_total() -> None:
    rows = tuple(Row(title="t" * 75, payload=f"{n:0>140}", description="d" * 75) for n in range(100))
    [select] = _posted(text="x" * 3900, rows=rows)["blocks"][-1]["elements"]
    written = sum(
        len(option["text"]["text"]) + len(option["value"]) + len(option.get("description", {}).get("text", ""))
        for option in select["options"]
    )
    assert written + 3900 <= 12_000
    payloads = [row.payload for row in rows]
    assert [meant(option["value"], payloads) for option in select["options"]] == payloads


def test_what_travels_as_a_short_key_is_counted_over_rows_first() -> None:
    content = {"rows": (Row(title="a", payload="x" * 151),), "buttons": (Button(title="b", payload="~mark"),)}
    lists, buttons = _posted(text="Pick", **content)["blocks"][1:]
    assert lists["elements"][0]["options"][0]["value"] == "~0"
    assert buttons["elements"][0]["value"] == "~1"


MARKUP = [
    ("<b>Hi</b>", "*Hi*"),
    ("<b> Hi </b>you", " *Hi* you"),
    ("<b><i>both</i></b> <s>gone</s>", "*_both_* ~gone~"),
    ("<u>under</u>", "under"),
    ("<code>*a* &lt; b</code>", "`*a* &lt; b`"),
    ("<b><code>x</code></b>", "`x`"),
    ("<pre>a &amp; b\nc</pre>", "```\na &amp; b\nc\n```"),
    ('<a href="https://example.org/?a=1&amp;b=2">here &gt;</a>', "<https://example.org/?a=1&amp;b=2|here &gt;>"),
    ('<a href="https://example.org/a|b">c|d</a>', "<https://example.org/a%7Cb|c¦d>"),
    ("<blockquote>one\ntwo</blockquote>", "> one\n> two"),
    ("5 &lt; 6 &amp; <unknown>", "5 &lt; 6 &amp; &lt;unknown&gt;"),
]


@pytest.mark.parametrize(("html", "written"), MARKUP)
def test_formatted_text_is_written_in_slack_s_marks(html: str, written: str) -> None:
    assert _posted(text=html, format="html")["text"] == written


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.text(alphabet="ab &<>;\n|", max_size=300), st.integers(10, 50))
def test_a_cut_goes_through_no_entity_and_loses_no_word(text: str, limit: int) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts = split(escaped, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(escaped.split())
    assert not any(part.endswith(("&", "&a", "&am", "&amp", "&l", "&lt", "&g", "&gt")) for part in parts)


def test_limits_are_those_the_adapter_keeps() -> None:
    limits = slack.LIMITS
    assert (limits.buttons, limits.button_title, limits.rows, limits.row_title) == (25, 75, 100, 75)
    assert limits.threads == "talks"
    assert Content().type in limits.types
