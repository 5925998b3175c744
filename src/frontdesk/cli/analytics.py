"""`frontdesk analytics`: counts of what routing did."""

from datetime import datetime, timedelta
from typing import Annotated

import typer
from dishka import AsyncContainer
from rich.console import Console

from frontdesk.cli import session
from frontdesk.errors import InvalidInput
from frontdesk.services.counting import Counting
from frontdesk.services.tenants import Directory
from frontdesk.store.db import Databases

app = typer.Typer(help="Counts of what routing did.", no_args_is_help=True)
console = Console(soft_wrap=True)
DAY = ["%Y-%m-%d"]


@app.callback()
def main() -> None:
    """Counts of what routing did."""


@app.command()
def recount(
    tenant: Annotated[str, typer.Argument(help="The tenant's code.", metavar="TENANT")],
    first: Annotated[datetime, typer.Argument(help="The first day.", formats=DAY, metavar="FROM")],
    last: Annotated[
        datetime | None, typer.Argument(help="The last; without, the first.", formats=DAY, metavar="TO")
    ] = None,
) -> None:
    """Count days anew from the turns there still are, as after a change of the tenant's time zone."""
    days = ((last or first) - first).days + 1
    if days < 1:
        raise InvalidInput("the first day comes after the last")

    async def use(container: AsyncContainer) -> None:
        directory = await container.get(Directory)
        counting, found = Counting(await container.get(Databases), directory), await directory.tenant(tenant)
        for number in range(days):
            day = (first + timedelta(days=number)).date()
            console.print(f"{day}: {await counting.recount(found, day)} turns")

    session.run(use)
