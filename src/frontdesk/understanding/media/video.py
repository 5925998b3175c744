"""The frames of a video worth reading: one at a time where the picture changed, spread over its length."""

from collections.abc import Iterator
from typing import Any

from frontdesk.understanding.media.picture import share_of
from frontdesk.understanding.media.sound import frames, opened
from frontdesk.understanding.media.values import Limits, Refused

LEAST_GAP_SECONDS = 0.5
THUMB = 48
CHANGED_SHARE = 0.004
"""The share of a small picture's points that have to differ: a new caption changes no more."""
CHANGED_BY = 40


def scenes(data: bytes, demuxer: str, limits: Limits) -> Iterator[Any]:
    """Yield at most `most_frames` changed frames as arrays of blue, green and red; none where there is no video."""
    with opened(data, demuxer) as source:
        stream = moving(source)
        if stream is None:
            return
        stream.codec_context.thread_count = 1
        stream.codec_context.options = {"max_pixels": str(limits.most_pixels)}
        if stream.width * stream.height > limits.most_pixels:
            raise Refused("too_large", f"the video has {stream.width} × {stream.height} points")
        gap, last, due, given = gap_between(source, limits), None, -1.0, 0
        for frame in frames(source, stream):
            at = frame.time if frame.time is not None else due
            if at > limits.most_seconds:
                raise Refused("too_long", f"the video is longer than {limits.most_seconds} s")
            if at < due:
                continue
            if changed(last, small := thumbnail(frame)):
                yield scaled(frame)
                last, given = small, given + 1
            due = at + gap
            if given >= limits.most_frames:
                return


def moving(source: Any) -> Any | None:
    """Return the first video stream that is no cover picture of a song."""
    import av

    cover = av.stream.Disposition.attached_pic
    return next((stream for stream in source.streams.video if not stream.disposition & cover), None)


def gap_between(source: Any, limits: Limits) -> float:
    """Return the seconds from one look to the next, so that the last looks reach the end."""
    length = (source.duration or 0) / 1_000_000
    return max(LEAST_GAP_SECONDS, min(length, limits.most_seconds) / max(1, limits.most_frames))


def thumbnail(frame: Any) -> Any:
    import numpy as np

    return frame.reformat(width=THUMB * 2, height=THUMB, format="gray").to_ndarray().astype(np.int16)


def changed(before: Any | None, now: Any) -> bool:
    if before is None:
        return True
    return bool((abs(now - before) > CHANGED_BY).mean() > CHANGED_SHARE)


def scaled(frame: Any) -> Any:
    """Return a frame's pixels, upright as its player would turn it, no side longer than the recogniser reads."""
    import numpy as np

    share = min(1.0, share_of(frame.width, frame.height))
    size = {"width": max(2, int(frame.width * share)), "height": max(2, int(frame.height * share))}
    pixels = frame.reformat(**size, format="bgr24").to_ndarray()
    turns = round((getattr(frame, "rotation", 0) or 0) / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels
