"""The chat on a page of another origin: refused unless the channel lists it."""

import contextlib
from collections.abc import AsyncIterator

from aiohttp import web
from playwright.async_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.visits import Visit


@contextlib.asynccontextmanager
async def a_site(html: str) -> AsyncIterator[str]:
    """Serve one page on an origin of its own."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(text=html, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "http://{}:{}".format(*runner.addresses[0][:2])
    finally:
        await runner.cleanup()


def embedded(demo: Demo, token: str) -> str:
    """Return a page with the one script tag."""
    script = f"{demo.url}/widget/frontdesk-chat.js?tenant=demo&channel={token}"
    return (
        f'<!doctype html><html lang="en"><title>Elsewhere</title><script type="module" src="{script}"></script></html>'
    )


async def open_chat(page: Page) -> Visit:
    await page.locator("[part=launcher]").click()
    return Visit(page)


async def test_a_page_that_is_not_on_the_list_is_refused(demo: Demo, page: Page) -> None:
    token = await demo.add_channel(origins=["https://elsewhere.example"])
    refused: list[str] = []
    answered: list[str] = []
    page.on("requestfailed", lambda request: refused.append(request.url))
    page.on("requestfinished", lambda request: answered.append(request.url))
    async with a_site(embedded(demo, token)) as url:
        await page.goto(url)
        chat = await open_chat(page)
        await chat.say("hello")
        await page.wait_for_timeout(1500)
        await expect(chat.outbound).to_have_count(0)
    assert [url for url in refused if url.endswith("/sessions")]
    assert [url for url in answered if "/web/tenants/" in url] == []


async def test_a_page_on_the_list_can_chat(demo: Demo, page: Page) -> None:
    async with a_site("") as nothing:
        host = nothing.rpartition(":")[0]
    token = await demo.add_channel(origins=[f"{host}:*"])
    async with a_site(embedded(demo, token)) as url:
        await page.goto(url)
        chat = await open_chat(page)
        await chat.say("hello")
        await chat.shows(1, 1)
        await page.reload()
        await open_chat(page)
        await chat.shows(1, 1)
