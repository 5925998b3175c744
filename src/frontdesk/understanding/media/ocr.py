"""The words in a picture, by RapidOCR with the models its wheel carries; nothing is downloaded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from frontdesk.core.wording import plain
from frontdesk.understanding.media.picture import LONGEST_SIDE

SHORT_SIDE = 736
ENLARGED_SIDE = 1600
SAME_LINE = 0.5
"""The share of the lower box's height by which two boxes overlap where they stand in one line."""
LOOK_ALIKES = str.maketrans("oilsbz", "011582")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text as read, with the engine's score from 0 to 1."""

    text: str
    score: float


@cache
def engine() -> Any:
    """Return the recogniser, loaded once a process, on one thread."""
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    threads = {f"EngineConfig.onnxruntime.{name}_op_num_threads": 1 for name in ("intra", "inter")}
    size = {"Det.limit_type": "max", "Det.limit_side_len": LONGEST_SIDE}
    return RapidOCR(params={"Global.log_level": "critical", **threads, **size})


def lines(pixels: Any, least_score: float) -> list[Line]:
    """Return the lines of a picture from top to bottom, those the engine is sure enough of."""
    if min(pixels.shape[:2]) < 8:
        return []
    found = engine()(enlarged(pixels), text_score=least_score)
    if found.txts is None or found.boxes is None:
        return []
    boxes = [Box.around(corners, text, float(score)) for corners, text, score in zip(*parts(found), strict=True)]
    return worded(joined(row) for row in rows(boxes))


def enlarged(pixels: Any) -> Any:
    """Return a small picture larger, as the finder of text likes it; a wide strip grows no longer than ENLARGED_SIDE.

    RapidOCR itself would make a strip of 600 × 100 points 4,400 wide, which takes seconds and finds no more.
    """
    import cv2

    height, width = pixels.shape[:2]
    share = min(SHORT_SIDE / min(height, width), ENLARGED_SIDE / max(height, width))
    return cv2.resize(pixels, None, fx=share, fy=share, interpolation=cv2.INTER_CUBIC) if share > 1 else pixels


def parts(found: Any) -> tuple[Any, Any, Any]:
    return found.boxes, found.txts, found.scores


@dataclass(frozen=True, slots=True)
class Box:
    """A piece of text and where it stands."""

    left: float
    top: float
    bottom: float
    text: str
    score: float

    @classmethod
    def around(cls, corners: Any, text: str, score: float) -> "Box":
        across, down = [float(corner[0]) for corner in corners], [float(corner[1]) for corner in corners]
        return cls(min(across), min(down), max(down), text, score)


def rows(boxes: Iterable[Box]) -> list[list[Box]]:
    """Return boxes gathered into lines; boxes side by side belong together."""
    found: list[list[Box]] = []
    for box in sorted(boxes, key=lambda box: (box.top + box.bottom) / 2):
        if found and beside(found[-1][-1], box):
            found[-1].append(box)
        else:
            found.append([box])
    return [sorted(row, key=lambda box: box.left) for row in found]


def beside(one: Box, other: Box) -> bool:
    overlap = min(one.bottom, other.bottom) - max(one.top, other.top)
    return overlap > SAME_LINE * min(one.bottom - one.top, other.bottom - other.top)


def joined(row: Sequence[Box]) -> Line:
    texts = [box.text.strip() for box in row if box.text.strip()]
    return Line(" ".join(texts), sum(box.score for box in row) / len(row))


def worded(found: Iterable[Line]) -> list[Line]:
    """Return lines with a letter or a digit: of a script it doesn't know, the engine reads the commas alone."""
    return [line for line in found if any(char.isalnum() for char in line.text)]


def distinct(found: Iterable[Line]) -> list[Line]:
    """Return the lines of many frames without those seen before; the surest reading of each stays."""
    kept: dict[str, Line] = {}
    for line in found:
        shape = folded(line.text)
        if shape not in kept or line.score > kept[shape].score:
            kept[shape] = line
    return list(kept.values())


def folded(text: str) -> str:
    """Return what two readings of one line share: no spaces, no case, look-alikes one.

    Nothing looser: lines that differ in a word, such as one capsule and two, are both told.
    """
    return plain(text).replace(" ", "").translate(LOOK_ALIKES) or text.strip()
