"""Sound made into the type a channel demands, in a process that a hostile file may break without harm."""

import asyncio
import contextlib
import sys
from pathlib import Path

from frontdesk.errors import DeliveryRejected
from frontdesk.media.kinds import sniffed

PROGRAM = Path(__file__).with_name("converter.py")
AT_ONCE = 2
SECONDS = 45.0
MOST_SECONDS = 1800
DEMUXERS = {
    "audio/ogg": "ogg",
    "video/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/amr": "amr",
    "audio/mp4": "mov",
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/3gpp": "mov",
    "audio/3gpp": "mov",
    "video/webm": "matroska",
    "audio/webm": "matroska",
    "video/x-matroska": "matroska",
}
TARGETS = {"audio/ogg": "audio/ogg", "audio/opus": "audio/ogg", "audio/mp4": "audio/mp4", "audio/aac": "audio/aac"}


class Conversion:
    """Converts at most `AT_ONCE` files at a time; each has a deadline and limits of its own."""

    def __init__(self, at_once: int = AT_ONCE, seconds: float = SECONDS, most_seconds: int = MOST_SECONDS) -> None:
        self.free = asyncio.Semaphore(at_once)
        self.seconds = seconds
        self.most_seconds = most_seconds

    async def convert(self, data: bytes, mime: str) -> bytes:
        """Return the sound of a file as `mime`: one channel, as voice messages have it. DeliveryRejected says why not."""
        target = TARGETS.get(mime.partition(";")[0].strip().lower())
        if target is None:
            raise DeliveryRejected(f"nothing here makes {mime[:60]!r}: sound becomes {', '.join(TARGETS)}")
        found = sniffed(data)
        demuxer = DEMUXERS.get(found)
        if demuxer is None:
            raise DeliveryRejected(f"the file can't be read as audio: it is {found}")
        async with self.free:
            return await self._run(data, demuxer, target)

    async def _run(self, data: bytes, demuxer: str, target: str) -> bytes:
        limits = (str(self.most_seconds), str(int(self.seconds) + 1))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(PROGRAM), demuxer, target, *limits),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
        )
        try:
            async with asyncio.timeout(self.seconds):
                made, _ = await process.communicate(data)
        except TimeoutError:
            raise DeliveryRejected(f"the file can't be read as audio within {self.seconds:g} s") from None
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if process.returncode == 3:
            raise DeliveryRejected(f"the sound is longer than {self.most_seconds} s")
        if process.returncode or not made:
            raise DeliveryRejected("the file can't be read as audio")
        return made
