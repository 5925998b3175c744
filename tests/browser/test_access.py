"""The chat by keyboard and by screen reader: names, roles, focus."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.visits import visit

UNNAMED = """() => {
  const root = document.querySelector("frontdesk-chat").shadowRoot;
  const named = (element) =>
    element.getAttribute("aria-label") || element.textContent.trim() || element.getAttribute("aria-labelledby") || element.title;
  const seen = (element) => element.checkVisibility() && !element.closest("[aria-hidden=true]");
  return [...root.querySelectorAll("button, a[href], input, textarea, [role=button], [role=group], [role=log], [role=dialog]")]
    .filter((element) => seen(element) && !named(element))
    .map((element) => element.outerHTML.slice(0, 200));
}"""
IMAGES = """() => [...document.querySelector("frontdesk-chat").shadowRoot.querySelectorAll("img")]
  .filter((image) => !image.hasAttribute("alt")).length"""
FOCUSED = """() => {
  const active = document.querySelector("frontdesk-chat").shadowRoot.activeElement;
  return active && (active.getAttribute("part") || active.className);
}"""


async def test_everything_has_a_name_and_its_role(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await chat.say("opening hours")
    await chat.shows(1, 1)
    assert await page.evaluate(UNNAMED) == []
    assert await page.evaluate(IMAGES) == 0
    log = page.get_by_role("log", name="Messages")
    await expect(log).to_have_attribute("aria-live", "polite")
    await expect(log).to_have_attribute("tabindex", "0")
    await expect(page.get_by_role("dialog", name="Harbour Clinic")).to_be_visible()
    await expect(page.get_by_role("textbox", name="Message")).to_be_visible()
    await expect(page.get_by_role("group", name="Choices")).to_be_visible()


async def test_it_can_be_used_by_keyboard_alone(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await chat.input.focus()
    await page.keyboard.type("opening hours")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("please")
    assert await chat.input.input_value() == "opening hours\nplease"
    await page.keyboard.press("Enter")
    await chat.shows(1, 1)
    assert await page.evaluate(FOCUSED) == "input"
    await chat.outbound.locator("[part=button]").first.focus()
    await page.keyboard.press("Enter")
    await chat.shows(2, 2)
    assert await page.evaluate(FOCUSED) == "input"


async def test_escape_closes_it_and_focus_returns_to_the_launcher(demo: Demo, page: Page) -> None:
    chat = await visit(page, demo.page)
    await chat.input.focus()
    await page.keyboard.press("Escape")
    await expect(chat.input).to_be_hidden()
    assert await page.evaluate(FOCUSED) == "launcher"
    launcher = page.get_by_role("button", name="Open chat")
    await expect(launcher).to_have_attribute("aria-expanded", "false")
    await page.keyboard.press("Enter")
    await expect(chat.input).to_be_focused()


async def test_it_turns_right_to_left_and_dark(demo: Demo, page: Page) -> None:
    await visit(page, f"{demo.page}&lang=ar&theme=dark")
    root = page.locator("frontdesk-chat .root")
    await expect(root).to_have_attribute("dir", "rtl")
    await expect(root).to_have_attribute("data-theme", "dark")
    assert await page.evaluate(UNNAMED) == []
