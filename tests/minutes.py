"""Limits count in whole minutes of the clock: a test of one must not run across the end of such a minute."""

import asyncio
import time

MINUTE = 60
NEEDED = 12


async def uncut_minute() -> None:
    """Wait for the next minute where this one ends too soon for a test."""
    left = MINUTE - time.time() % MINUTE
    if left < NEEDED:
        await asyncio.sleep(left + 0.1)
