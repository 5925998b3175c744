"""LibreTranslate over real HTTP: what is asked, what comes back, what a failure means."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from frontdesk.embedded import Servers
from frontdesk.http import Http
from frontdesk.live import Live
from frontdesk.media import Files
from frontdesk.understanding.translation import Translated, TranslationFailed, libretranslate
from frontdesk.understanding.translation.dialogue import MOST_CHARACTERS
from frontdesk.understanding.translation.libretranslate import LibreTranslate
from tests.understanding.translation.libre_stub import KEY, LibreStub

WORDS = {"your": "tu", "order": "pedido", "is": "está", "ready": "listo", "and": "y", "thanks": "gracias", "from": "de"}


@pytest.fixture
async def http(servers: Servers, tmp_path: Path) -> AsyncIterator[Http]:
    live = Live(servers.redis_url)
    http = Http(0.5, live, Files(tmp_path))
    yield http
    await http.close()
    await live.close()


@pytest.fixture
async def stub() -> AsyncIterator[LibreStub]:
    async with LibreStub(WORDS) as stub:
        yield stub


async def translated(
    http: Http, stub: LibreStub, *texts: str, source: str | None = "en", target: str = "es", **given: Any
) -> list[Translated]:
    server = LibreTranslate(stub.url, given.pop("key", KEY))
    return await http.perform(libretranslate.translate(texts, source, target, given.pop("glossary", ()), server))


async def test_texts_come_back_in_their_order_beside_the_originals(http: Http, stub: LibreStub) -> None:
    found = await translated(http, stub, "Your order is ready", "thanks")
    assert [(one.original, one.text) for one in found] == [
        ("Your order is ready", "tu pedido está listo"),
        ("thanks", "gracias"),
    ]
    assert {(one.source, one.target, one.provider, one.pieces) for one in found} == {
        ("en", "es", "libretranslate", False)
    }


async def test_the_server_finds_the_source_where_none_is_given(http: Http, stub: LibreStub) -> None:
    stub.found = "pt"
    [found] = await translated(http, stub, "obrigado", source=None)
    assert found.source == "pt"
    assert stub.asked[0]["source"] == "auto"


async def test_a_region_is_not_asked_for_but_a_script_is(http: Http, stub: LibreStub) -> None:
    await translated(http, stub, "olá", source="pt-BR", target="zh-TW")
    assert (stub.asked[0]["source"], stub.asked[0]["target"]) == ("pt", "zt")


KEPT = [
    "Your order ORD-7781 is ready",
    "thanks from MaxiCare Plus and your order",
    "thanks, see https://shop.example/a?b=1&c=d. Your order is ready",
    "write to desk@clinic.example and call +254 712 345 678",
    "hi @ana is <b>your order</b> ready {name}",
    "order for <@U024BE7LH> is `ready`",
    "Your order: 1.250,50 at 14:30",
    "Your order\n\n • thanks 🙂\n • ready 👍🏽",
    "code xz0z and qx1 from MaxiCare Plus",
]


@pytest.mark.parametrize("loses", [None, r"[A-Z]{2}\d+Z", r"\d+", r"(?<=[A-Z])\d"])
@pytest.mark.parametrize("text", KEPT)
async def test_what_is_not_to_be_translated_comes_back_exactly(
    text: str, loses: str | None, http: Http, stub: LibreStub
) -> None:
    stub.loses = loses
    glossary = ["maxicare plus", "xz0z", "qx1"]
    [found] = await translated(http, stub, text, glossary=glossary)
    kept = ("ORD-7781", "MaxiCare Plus", "https://shop.example/a?b=1&c=d", "desk@clinic.example", "+254 712 345 678")
    more = (
        "@ana",
        "<b>",
        "</b>",
        "{name}",
        "<@U024BE7LH>",
        "`ready`",
        "1.250,50",
        "14:30",
        "\n\n • ",
        "🙂\n • ",
        "👍🏽",
    )
    for part in (*kept, *more, "xz0z", "qx1"):
        assert found.text.count(part) == text.count(part), found.text
    assert "order" not in found.text.replace("`", "").split()


async def test_marks_may_come_back_with_spaces_and_in_small_letters(http: Http, stub: LibreStub) -> None:
    stub.words = {"xz": "xz ", "z": " z"}
    [found] = await translated(http, stub, "from MaxiCare", glossary=["maxicare"])
    assert (found.text, found.pieces) == ("from MaxiCare", False)


@pytest.mark.parametrize("text", ["", "  \n", "42", "👍", "https://shop.example/", "ORD-7781", "MaxiCare"])
async def test_what_has_no_words_is_not_sent(text: str, http: Http, stub: LibreStub) -> None:
    [found] = await translated(http, stub, text, glossary=["MaxiCare"])
    assert (found.text, stub.asked) == (text, [])


@pytest.mark.parametrize(("source", "target"), [("en", "en"), ("en", "en-GB"), ("en-GB", "en")])
async def test_what_is_in_the_language_already_is_not_sent(
    source: str, target: str, http: Http, stub: LibreStub
) -> None:
    [found] = await translated(http, stub, "thanks", source=source, target=target)
    assert (found.text, stub.asked) == ("thanks", [])


async def test_many_and_long_texts_are_asked_for_within_the_limits(http: Http, stub: LibreStub) -> None:
    texts = [f"Your order {number} is ready. " * 3 for number in range(60)]
    long = "Your order is ready and thanks. " * 200 + "ready" * 500
    found = await translated(http, stub, *texts, long)
    assert len(found) == 61
    assert found[59].text == "tu pedido 59 está listo. " * 3
    assert found[60].text == "tu pedido está listo y gracias. " * 200 + "ready" * 500
    assert len(stub.asked) > 4


async def test_more_than_a_message_is_refused_before_anything_is_sent(http: Http, stub: LibreStub) -> None:
    with pytest.raises(TranslationFailed) as failed:
        await translated(http, stub, "order " * MOST_CHARACTERS)
    assert (failed.value.reason, failed.value.retryable, stub.asked) == ("too_long", False, [])


@pytest.mark.parametrize(
    ("answer", "reason", "retryable"),
    [
        ((400, '{"error": "xx is not supported"}'), "unsupported", False),
        ((403, '{"error": "Invalid API key"}'), "unauthorised", False),
        ((413, ""), "too_long", False),
        ((418, ""), "refused", False),
        ((429, '{"error": "Slowdown"}'), "throttled", True),
        ((500, '{"error": "Cannot translate text"}'), "unreachable", True),
        ((502, "<html>"), "unreachable", True),
        ((200, "<html>"), "malformed", False),
        ((200, '{"translatedText": []}'), "malformed", False),
        ((200, '{"translatedText": "one"}'), "malformed", False),
        ((200, '{"translatedText": [7]}'), "malformed", False),
        ((200, "[" * 5000), "malformed", False),
    ],
)
async def test_failures_are_named(
    answer: tuple[int, str], reason: str, retryable: bool, http: Http, stub: LibreStub
) -> None:
    stub.failures.append(web.Response(status=answer[0], text=answer[1], content_type="application/json"))
    with pytest.raises(TranslationFailed) as failed:
        await translated(http, stub, "thanks")
    assert (failed.value.reason, failed.value.retryable) == (reason, retryable)
    assert KEY not in str(failed.value)


async def test_a_throttled_server_says_when_to_come_again(http: Http, stub: LibreStub) -> None:
    stub.failures.append(web.Response(status=429, headers={"retry-after": "30"}))
    with pytest.raises(TranslationFailed) as failed:
        await translated(http, stub, "thanks")
    assert failed.value.retry_after
    assert failed.value.retry_after.total_seconds() == 30


async def test_a_wrong_key_is_the_operators_matter(http: Http, stub: LibreStub) -> None:
    with pytest.raises(TranslationFailed) as failed:
        await translated(http, stub, "thanks", key="wrong")
    assert failed.value.reason == "unauthorised"
    assert "wrong" not in repr(LibreTranslate(stub.url, "wrong"))


async def test_nobody_there_is_unreachable(http: Http, stub: LibreStub) -> None:
    stub.url = "http://127.0.0.1:9"
    with pytest.raises(TranslationFailed) as failed:
        await translated(http, stub, "thanks")
    assert (failed.value.reason, failed.value.retryable) == ("unreachable", True)
