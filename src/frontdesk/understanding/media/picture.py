"""A picture's bytes made into pixels: its size is judged by the header, before anything is unpacked."""

import io
import math
import warnings
from typing import TYPE_CHECKING, Any

from frontdesk.understanding.media.values import Limits, Refused

if TYPE_CHECKING:
    from PIL import Image

LONGEST_SIDE = 2000
MOST_POINTS = 3_000_000
"""Larger pictures are made smaller: the recogniser would do the same, after they have taken the memory."""
PICTURES_UNPACKED = 4
"""How many pictures of the largest size may be unpacked to reach an animation's frames."""
FORMATS = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/avif": "AVIF",
}


def pages(data: bytes, mime: str, limits: Limits) -> list[Any]:
    """Return the pages of a picture as arrays of blue, green and red, upright; Refused says why one can't be.

    An animation's frames are its pages; no more than `most_pages` are read, spread over the whole.
    """
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = limits.most_pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[FORMATS[mime]]) as picture:
                return [
                    page_of(picture, number, limits) for number in chosen(count(picture, limits), limits.most_pages)
                ]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused("too_large", str(error)[:200]) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError) as error:
        raise Refused("unreadable", f"{mime}: {str(error)[:200]}") from None


def count(picture: "Image.Image", limits: Limits) -> int:
    """Return how many pages may be reached: each before the last one read has to be unpacked, too.

    A JPEG's further pages are previews and maps of depth, not pages.
    """
    if picture.format in {"JPEG", "MPO"}:
        return 1
    reach = limits.most_pixels * PICTURES_UNPACKED // max(1, picture.width * picture.height)
    return min(int(getattr(picture, "n_frames", 1)), max(1, reach))


def chosen(total: int, most: int) -> list[int]:
    """Return which of `total` pages are read, evenly spread, the first always among them."""
    taken = min(total, most)
    return [number * total // taken for number in range(taken)] if taken > 0 else []


def page_of(picture: "Image.Image", number: int, limits: Limits) -> Any:
    """Return one page upright, on white, no side longer than LONGEST_SIDE."""
    import numpy as np
    from PIL import Image, ImageOps

    picture.seek(number)
    width, height = picture.size
    if width * height > limits.most_pixels:
        raise Refused("too_large", f"the picture has {width} × {height} pixels")
    picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    picture.load()
    page = ImageOps.exif_transpose(smaller(picture))
    if page.mode in {"RGBA", "LA", "PA", "P"}:
        page = page.convert("RGBA")
        white = Image.new("RGBA", page.size, "white")
        white.alpha_composite(page)
        page = white
    return np.ascontiguousarray(np.asarray(page.convert("RGB"))[:, :, ::-1])


def share_of(width: int, height: int) -> float:
    """Return how much smaller a picture is made in each direction; 1 or more leaves it as it is."""
    return min(LONGEST_SIDE / max(width, height), math.sqrt(MOST_POINTS / (width * height)))


def smaller(picture: "Image.Image") -> "Image.Image":
    """Return a picture within what is read, without a second one of full size in memory."""
    from PIL import Image

    share = share_of(*picture.size)
    if share >= 1:
        return picture
    kept = picture.getexif()
    if picture.mode in {"P", "1", "PA"}:
        picture = picture.convert("RGBA")
    size = (max(1, int(picture.width * share)), max(1, int(picture.height * share)))
    made = picture.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)
    made.info["exif"] = kept.tobytes()
    return made
