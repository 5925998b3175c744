"""Measures what reading media takes here: python -m tests.understanding.media.measure."""

import asyncio
import statistics
import sys
from itertools import pairwise
from pathlib import Path

import psutil

from frontdesk.understanding.media.reading import Reader
from frontdesk.understanding.media.values import MediaSettings
from frontdesk.understanding.media.work import Bounds, Pool
from tests.understanding.media.conftest import nobody
from tests.understanding.media.making import LABEL, SPOKEN, encoded, page, photo, video

TIMES = 3
ROW = "{:<34}{:>9.2f}{:>9.2f}{:>9}\n"


async def main() -> None:
    """Print a row a file: seconds of CPU in a cold and in a warm child (median), and the child's most memory in MiB."""
    pages = (page(LABEL[:2], (640, 360)), page(LABEL[2:4], (640, 360)))
    files = {
        "label, 800 x 360": (encoded(page()), "image"),
        "photo of it, 1080 x 560": (photo(page()), "image"),
        "photo, 4000 x 3000": (encoded(page().resize((4000, 3000)), "JPEG"), "image"),
        "voice message, 3.1 s": (SPOKEN, "audio"),
        "voice message, 31 s": (SPOKEN * 10, "audio"),
        "video, 3 s, two captions, spoken": (video(pages, SPOKEN), "video"),
    }
    sys.stdout.write("{:<34}{:>9}{:>9}{:>9}\n".format("", "cold", "warm", "MiB"))
    for name, (data, kind) in files.items():
        sys.stdout.write(ROW.format(name, *await measured(data, kind)))


async def measured(data: bytes, kind: str) -> tuple[float, float, int]:
    pool = Pool(Bounds(at_once=1))
    reader = Reader(pool, nobody)
    took: list[float] = []
    for _ in range(TIMES + 1):
        await reader.read(data, None, kind, MediaSettings())
        took.append(sum(psutil.Process(pool.idle[0].process.pid).cpu_times()[:2]))
    status = Path(f"/proc/{pool.idle[0].process.pid}/status").read_text()
    await pool.close()
    warm = statistics.median(after - before for before, after in pairwise(took))
    return took[0], warm, int(status.split("VmHWM:")[1].split()[0]) // 1024


if __name__ == "__main__":
    asyncio.run(main())
