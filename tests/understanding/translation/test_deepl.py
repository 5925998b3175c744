"""DeepL as values: the requests its reference asks for, and its answers."""

import json
from typing import Any

import pytest

from frontdesk.core.exchange import Exchange, Request, Response
from frontdesk.errors import ChannelUnreachable, DeliveryRejected
from frontdesk.understanding.translation import Translated, TranslationFailed, deepl
from frontdesk.understanding.translation.deepl import DeepL

ACCOUNT = DeepL("279a2e9d-83b3-c416-7e2d-f721593e42a0:fx")


def started(*texts: str, source: str | None = "en", target: str = "de", **given: Any) -> tuple[Exchange[Any], Request]:
    account = given.pop("account", ACCOUNT)
    exchange = deepl.translate(texts, source, target, given.pop("glossary", ()), account)
    return exchange, next(exchange)


def body(request: Request) -> dict[str, Any]:
    return dict(json.loads(request.body))


def answer(*texts: str, source: str = "EN") -> Response:
    found = [{"detected_source_language": source, "text": text} for text in texts]
    return Response(200, json.dumps({"translations": found}).encode())


def finished(exchange: Exchange[list[Translated]], response: Response) -> list[Translated]:
    with pytest.raises(StopIteration) as stop:
        exchange.send(response)
    return list(stop.value.value)


@pytest.mark.parametrize(
    ("account", "url"),
    [
        (ACCOUNT, "https://api-free.deepl.com/v2/translate"),
        (DeepL("279a2e9d"), "https://api.deepl.com/v2/translate"),
        (DeepL("279a2e9d", "http://127.0.0.1:9/"), "http://127.0.0.1:9/v2/translate"),
    ],
)
def test_the_key_says_which_host_is_asked(account: DeepL, url: str) -> None:
    _, request = started("hi there", account=account)
    assert (request.method, request.url) == ("POST", url)
    assert request.headers["authorization"] == f"DeepL-Auth-Key {account.key}"
    assert account.key not in repr(account) + repr(request)


@pytest.mark.parametrize(
    ("source", "target", "codes"),
    [
        ("de", "en", ("DE", "EN-US")),
        ("de", "en-GB", ("DE", "EN-GB")),
        ("en-GB", "pt", ("EN", "PT-BR")),
        ("en", "pt-PT", ("EN", "PT-PT")),
        ("pt-BR", "zh-Hant", ("PT", "ZH-HANT")),
        ("en", "hi-IN", ("EN", "HI")),
        ("no", "es-MX", ("NB", "ES-419")),
        (None, "fr", (None, "FR")),
    ],
)
def test_languages_are_named_as_deepl_does(source: str | None, target: str, codes: tuple[str | None, str]) -> None:
    asked = body(started("bonjour", source=source, target=target)[1])
    assert (asked.get("source_lang"), asked["target_lang"]) == codes


@pytest.mark.parametrize(("formal", "said"), [(None, None), (True, "prefer_more"), (False, "prefer_less")])
def test_formality_is_a_preference(formal: bool | None, said: str | None) -> None:
    asked = body(started("hello you", account=DeepL("k", formal=formal))[1])
    assert asked.get("formality") == said


def test_what_is_kept_is_tagged_and_the_rest_escaped() -> None:
    exchange, request = started("Tom & Ann of MaxiCare: 3 > 2 <b>now</b>", glossary=["maxicare"])
    asked = body(request)
    assert asked["text"] == [
        'Tom &amp; Ann of <x id="0">MaxiCare</x>: 3 &gt; 2 <x id="1">&lt;b&gt;</x>now<x id="2">&lt;/b&gt;</x>'
    ]
    assert (asked["tag_handling"], asked["ignore_tags"]) == ("xml", ["x"])
    said = 'Tom &amp; Ann von <x id="0">Maxicare</x>: 3 &gt; 2 <x id="1">&lt;b&gt;</x>jetzt<x id="2">&lt;/b&gt;</x>'
    [found] = finished(exchange, answer(said))
    assert found.text == "Tom & Ann von MaxiCare: 3 > 2 <b>jetzt</b>"


@pytest.mark.parametrize(
    "broken",
    ["Hallo von", 'Hallo <x id="0">MaxiCare</x> <x id="0">MaxiCare</x>', 'Hallo <x id="1">MaxiCare</x>', "Hallo <x"],
)
def test_a_lost_tag_is_asked_around(broken: str) -> None:
    exchange, _ = started("Hello from MaxiCare today", glossary=["MaxiCare"])
    again = exchange.send(answer(broken))
    assert body(again)["text"] == ["Hello from", "today"]
    [found] = finished(exchange, answer("Hallo von", "heute"))
    assert (found.text, found.pieces) == ("Hallo von MaxiCare heute", True)


def test_a_changed_number_is_asked_around() -> None:
    exchange, _ = started("Come at 15:30 please")
    again = exchange.send(answer("Kommen Sie um halb vier"))
    assert body(again)["text"] == ["Come at", "please"]
    [found] = finished(exchange, answer("Kommen Sie um", "bitte"))
    assert found.text == "Kommen Sie um 15:30 bitte"


def test_digits_of_another_script_are_the_same_number() -> None:
    exchange, _ = started("room 42 please", target="ar")
    assert finished(exchange, answer("الغرفة ٤٢ من فضلك"))[0].text == "الغرفة ٤٢ من فضلك"


def test_the_source_found_is_given_back() -> None:
    exchange, _ = started("bonjour", source=None)
    assert finished(exchange, answer("hallo", source="FR"))[0].source == "fr"


def test_a_request_holds_fifty_texts() -> None:
    exchange, request = started(*(f"hello you {number}" for number in range(60)))
    first = body(request)["text"]
    assert len(first) == 50
    rest = body(exchange.send(answer(*first)))["text"]
    assert len(finished(exchange, answer(*rest))) == 60


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (400, "unsupported", False),
        (403, "unauthorised", False),
        (404, "refused", False),
        (413, "too_long", False),
        (429, "throttled", True),
        (456, "quota", False),
        (500, "unreachable", True),
        (503, "unreachable", True),
        (529, "throttled", True),
    ],
)
def test_failures_are_named(status: int, reason: str, retryable: bool) -> None:
    exchange, _ = started("hello you")
    with pytest.raises(TranslationFailed) as failed:
        exchange.send(Response(status, b'{"message": "why"}', {"retry-after": "soon"}))
    assert (failed.value.reason, failed.value.retryable, failed.value.retry_after) == (reason, retryable, None)
    assert ACCOUNT.key not in str(failed.value)


@pytest.mark.parametrize(
    "said", [b"", b"[]", b'{"translations": {}}', b'{"translations": [{}]}', b'{"translations": []}']
)
def test_an_answer_that_is_none_is_malformed(said: bytes) -> None:
    exchange, _ = started("hello you")
    with pytest.raises(TranslationFailed) as failed:
        exchange.send(Response(200, said))
    assert failed.value.reason == "malformed"


@pytest.mark.parametrize(
    ("failure", "reason"), [(ChannelUnreachable("gone"), "unreachable"), (DeliveryRejected("too large"), "refused")]
)
def test_failures_of_http_are_named(failure: Exception, reason: str) -> None:
    exchange, _ = started("hello you")
    with pytest.raises(TranslationFailed) as failed:
        exchange.throw(failure)
    assert failed.value.reason == reason
