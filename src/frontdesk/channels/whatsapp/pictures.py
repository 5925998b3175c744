"""What a file is by its bytes, and whether Meta shows it as what it is meant to be."""

import mimetypes
from itertools import takewhile

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
UNKNOWN = "application/octet-stream"
SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", WEBP),
    (0, b"%PDF", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
)
EIGHT_BITS = 8
RGB_KINDS = (2, 6)  # PNG colour types: RGB, RGBA
JPEG_COLOURS = (1, 3)
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})  # JPEG markers that tell size and colours
STICKER_SIDE = 512


def mime_of(data: bytes | None, declared: str | None, filename: str | None) -> str:
    """Return a file's type without parameters: what its bytes say before what was declared, and its name last."""
    for offset, signature, mime in SIGNATURES if data else ():
        if data and data[offset : offset + len(signature)] == signature:
            return "audio/mp4" if mime == "video/mp4" and (declared or "").startswith("audio/") else mime
    told = (declared or "").partition(";")[0].strip().lower()
    return told or mimetypes.guess_type(filename or "")[0] or UNKNOWN


def is_opus(data: bytes) -> bool:
    return data.startswith(b"OggS") and b"OpusHead" in data[:256]


def is_plain_picture(data: bytes, mime: str) -> bool:
    """Say whether Meta takes the picture: eight bits a colour, RGB or RGBA."""
    if mime == PNG:
        return len(data) > 25 and data[24] == EIGHT_BITS and data[25] in RGB_KINDS
    return mime == JPEG and _is_plain_jpeg(data)


def _is_plain_jpeg(data: bytes) -> bool:
    """Walk over a JPEG's segments to the one that tells its colours; a file cut before it is left to Meta to judge."""
    at = 2
    while at + 10 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker in FRAMES:
            return data[at + 4] == EIGHT_BITS and data[at + 9] in JPEG_COLOURS
        at += 1 if marker == 0xFF else 2 + length
    return True


def sticker_limit(data: bytes) -> int | None:
    """Return how many bytes a sticker of this kind may have, None where it is no WebP of 512 by 512."""
    if _webp_size(data) != (STICKER_SIDE, STICKER_SIDE):
        return None
    moving = data[12:16] == b"VP8X" and bool(data[20] & 0x02)
    return 500_000 if moving else 100_000


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 30 or data[8:12] != b"WEBP":
        return None
    match data[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(data[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return None


def named(filename: str | None, kind: str, mime: str) -> str:
    """Return a file name: the given one on one line, or one made of what the file is."""
    given = "".join(takewhile(lambda char: char >= " ", (filename or "").strip()))[:240]
    return given or f"{kind}{mimetypes.guess_extension(mime) or ''}"
