"""The web chat as visitors use it, in Chromium against a running demo."""

import struct
import zlib

from playwright.async_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.visits import Visit, visit


def a_picture() -> bytes:
    """Return a PNG of 40 by 30 dark green pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\x10\x60\x30" * 40) * 30
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def test_a_text_is_answered(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await expect(page.locator("[part=greeting]")).to_contain_text("Welcome!")
    await chat.say("When are you open?")
    await chat.shows(1, 1)
    assert "Monday to Friday" in (await chat.texts())[1]
    await expect(chat.inbound.locator(".status")).to_have_attribute("data-status", "sent")


async def test_a_pressed_button_is_marked_and_answered(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await chat.say("opening hours")
    await page.get_by_role("button", name="Book a visit").click()
    await chat.shows(2, 2)
    pressed = chat.outbound.first.locator("[part=button]").filter(has_text="Book a visit")
    await expect(pressed).to_have_attribute("data-chosen", "")
    await expect(pressed).to_be_disabled()
    assert "Whom would you like to see?" in (await chat.texts())[-1]
    await page.reload()
    await expect(pressed).to_have_attribute("data-chosen", "")


async def test_a_picture_is_sent_and_shown(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    picture = {"name": "map.png", "mimeType": "image/png", "buffer": a_picture()}
    await page.locator("[part=file]").set_input_files([picture])
    await page.locator("[part=send]").click()
    await chat.shows(1, 1)
    await _picture_is_shown(chat)
    await page.reload()
    await chat.shows(1, 1)
    await _picture_is_shown(chat)
    assert "/files/" in str(await chat.inbound.locator("img").get_attribute("src"))


async def _picture_is_shown(chat: Visit) -> None:
    image = chat.inbound.locator("img")
    await expect(image).to_be_visible()
    await expect(image).to_have_js_property("complete", True)
    assert await image.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [40, 30]


async def test_a_reaction_is_put_kept_and_taken_back(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await chat.say("hello")
    await chat.shows(1, 1)
    await chat.outbound.locator(".bubble").hover()
    await chat.outbound.locator("[part=react]").click()
    await chat.outbound.locator(".emoji-tray").get_by_role("button", name="React with 👍").click()
    chip = chat.outbound.locator(".reactions [data-emoji='👍']")
    await expect(chip).to_have_attribute("aria-pressed", "true")
    await page.wait_for_timeout(300)
    await page.reload()
    await expect(chip).to_have_count(1)
    await chip.click()
    await expect(chip).to_have_count(0)
    await page.wait_for_timeout(300)
    await page.reload()
    await chat.shows(1, 1)
    await expect(chip).to_have_count(0)


async def test_a_reload_keeps_the_conversation_and_another_visitor_has_none(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await chat.say("hello")
    await chat.shows(1, 1)
    await chat.say("where are you?")
    await chat.shows(2, 2)
    before = await chat.texts()
    await page.reload()
    await chat.shows(2, 2)
    assert sorted(await chat.texts()) == sorted(before)
    assert page.context.browser
    stranger = await page.context.browser.new_context()
    other = await visit(await stranger.new_page(), demo.page)
    await other.shows(0, 0)
    await stranger.close()


async def test_words_are_shown_and_never_run(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    text = "<img src=x onerror=\"document.title='run'\"><b>bold</b> &amp; <script>document.title='run'</script>"
    await chat.say(text)
    await chat.shows(1, 1)
    assert (await chat.texts())[0] == text
    await page.reload()
    await chat.shows(1, 1)
    assert (await chat.texts())[0] == text
    assert await page.title() == "Harbour Clinic"


async def test_two_tabs_show_the_same_conversation(demo: Demo, page: Page) -> None:
    first = await visit(page, demo.page)
    await first.say("hello")
    await first.shows(1, 1)
    second = await visit(await page.context.new_page(), demo.page)
    await second.shows(1, 1)
    await first.say("where are you?")
    await first.shows(2, 2)
    await expect(second.outbound).to_have_count(2)


async def test_the_pages_own_button_speaks_through_the_element(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await page.locator("#ask").click()
    await chat.shows(1, 1)


async def test_after_the_server_was_killed_what_was_typed_is_sent_once_and_answered(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await chat.say("hello")
    await chat.shows(1, 1)
    await demo.kill()
    await chat.say("where are you?")
    await expect(chat.inbound.nth(1).locator(".status")).to_have_attribute("data-status", "waiting")
    await expect(page.locator("[part=status]")).to_have_text("Reconnecting…")
    await demo.start_again()
    await expect(chat.outbound).to_have_count(2, timeout=30_000)
    await chat.shows(2, 2)
    assert "Tram 4" in (await chat.texts())[-1]
    await expect(page.locator("[part=status]")).to_be_hidden()
    await page.reload()
    await chat.shows(2, 2)


async def test_what_waits_survives_a_reload_while_the_server_is_away(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await chat.say("hello")
    await chat.shows(1, 1)
    await page.route(
        "**/messages", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    await chat.say("where are you?")
    await expect(chat.inbound.nth(1).locator(".status")).to_have_attribute("data-status", "waiting")
    await page.reload()
    await expect(chat.inbound).to_have_count(2)
    await page.unroute("**/messages")
    await expect(chat.outbound).to_have_count(2, timeout=20_000)
    await chat.shows(2, 2)
