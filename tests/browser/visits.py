"""What a visitor sees and does in the chat."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page, expect


@dataclass(frozen=True, slots=True)
class Visit:
    """One page with the chat on it."""

    page: Page

    @property
    def input(self) -> Locator:
        return self.page.locator("[part=input]")

    @property
    def inbound(self) -> Locator:
        return self.page.locator("[part=message][data-direction=inbound]")

    @property
    def outbound(self) -> Locator:
        return self.page.locator("[part=message][data-direction=outbound]")

    async def say(self, text: str) -> None:
        await self.input.fill(text)
        await self.input.press("Enter")

    async def shows(self, inbound: int, outbound: int) -> None:
        """Wait for so many messages of each side, no fewer and no more."""
        await expect(self.inbound).to_have_count(inbound)
        await expect(self.outbound).to_have_count(outbound)

    async def texts(self) -> list[str]:
        return await self.page.locator("[part=message] [part=text]").all_inner_texts()


async def visit(page: Page, url: str) -> Visit:
    """Open a page with an open chat."""
    await page.goto(url)
    made = Visit(page)
    await expect(made.input).to_be_visible()
    return made
