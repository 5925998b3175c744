"""A handler of another package that does what a test tells it to: text `run <name>` runs the script of that name."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

from frontdesk.core.tenant import TenantSettings
from frontdesk.core.turn import Outcome, Route, Turn

Script = Callable[[Turn], Awaitable[Outcome]]
SETTINGS = {"keyword_rules": [{"keywords": ["run"], "handler": "scripted"}]}
"""Tenant settings that lead to it."""

_scripts: dict[str, Script] = {}


class Scripted:
    """Runs the script a message names."""

    def __init__(self, settings: TenantSettings) -> None:
        self.settings = settings

    async def handle(self, turn: Turn, route: Route) -> Outcome:
        return await _scripts[turn.text.split()[-1]](turn)


def told(script: Script) -> str:
    """Keep a script and return the text that runs it."""
    name = f"s{uuid4().hex}"
    _scripts[name] = script
    return f"run {name}"
