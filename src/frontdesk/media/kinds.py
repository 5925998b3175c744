"""What a file is, told by its first bytes; what its sender said of it counts only where bytes can't tell."""

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from frontdesk.core.wording import storable

UNKNOWN = "application/octet-stream"

MARKS: Sequence[tuple[bytes, str]] = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"\x7fELF", "application/x-elf"),
)
SHORT_MARKS = ((b"MZ", "application/vnd.microsoft.portable-executable"), (b"BM", "image/bmp"))
"""Two bytes that a text might begin with, too."""
RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
BRANDS = (
    (b"M4A", "audio/mp4"),
    (b"M4B", "audio/mp4"),
    (b"qt", "video/quicktime"),
    (b"3g", "video/3gpp"),
    (b"avif", "image/avif"),
    (b"hei", "image/heic"),
    (b"mif1", "image/heic"),
)
HOLDS: dict[str, re.Pattern[str]] = {
    "application/zip": re.compile(
        r"application/(vnd\.openxmlformats-officedocument\.[\w.]+|vnd\.oasis\.opendocument\.[\w.-]+|epub\+zip"
        r"|vnd\.android\.package-archive|java-archive)"
    ),
    "application/gzip": re.compile(r"application/(x-tgsticker|x-gzip)"),
    "application/x-ole-storage": re.compile(r"application/(msword|vnd\.ms-[\w.-]+)"),
    "video/mp4": re.compile(r"audio/(mp4|x-m4a)|video/3gpp2?"),
    "video/3gpp": re.compile(r"audio/3gpp2?|video/3gpp2"),
    "video/webm": re.compile(r"audio/webm|video/x-matroska"),
    "text/plain": re.compile(r"text/(?!html)[\w.+-]+|application/(json|x-ndjson|yaml|toml)"),
}
"""Which claims are finer than what bytes tell, and believed: they name what such a container can hold."""

RECOGNISED = re.compile(r"(image|audio|video|text)/.*|application/(pdf|zip|gzip|json|xml|xhtml\+xml|javascript)")
"""Types whose bytes would have shown: a file that claims one of them and does not look like it is of an unknown type."""

MIME = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,60}/[a-z0-9][a-z0-9!#$&^_.+-]{0,80}\Z")
MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|script|iframe|svg|\?xml)\b", re.I | re.S)
SVG = re.compile(rb"<svg\b", re.I)
UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]')
SHOWN = re.compile(r"image/(jpeg|png|gif|webp|avif|bmp)|audio/[\w.+-]+|video/(mp4|webm|ogg|quicktime|3gpp)")
"""Types a browser may show in place: none of them can hold a script."""


def sniffed(data: bytes, claim: str | None = None) -> str:
    """Return a file's MIME type; `claim` is the sender's word."""
    said = (claim or "").partition(";")[0].strip().lower()
    found = _marked(data) or _framed(data) or _text(data[:4096]) or _begins(data, SHORT_MARKS)
    if found is None:
        return said if MIME.match(said) and not RECOGNISED.match(said) else UNKNOWN
    finer = HOLDS.get(found)
    return said if finer and finer.fullmatch(said) else found


def _marked(data: bytes) -> str | None:
    if data[4:8] == b"ftyp":
        return next((mime for brand, mime in BRANDS if data[8:12].startswith(brand)), "video/mp4")
    if data[:4] == b"OggS":
        return "video/ogg" if b"theora" in data[:200] else "audio/ogg"
    if data[:4] == b"\x1a\x45\xdf\xa3":
        return "video/webm" if b"webm" in data[:64] else "video/x-matroska"
    if data[:4] == b"RIFF":
        return RIFF.get(data[8:12])
    if data[:3] == b"ID3" and data[3:4] < b"\x10":
        return "audio/mpeg"
    return _begins(data, MARKS)


def _begins(data: bytes, marks: Sequence[tuple[bytes, str]]) -> str | None:
    return next((mime for mark, mime in marks if data.startswith(mark)), None)


def _framed(data: bytes) -> str | None:
    """Tell bare frames of MP3 and AAC by their sync words."""
    if len(data) < 4 or data[0] != 0xFF:
        return None
    if data[1] & 0xF6 == 0xF0:
        return "audio/aac"
    layer, bits, rate = data[1] & 0x06, data[2] >> 4, data[2] >> 2 & 0x03
    return "audio/mpeg" if data[1] & 0xE0 == 0xE0 and layer and bits != 0x0F and rate != 0x03 else None


def _text(head: bytes) -> str | None:
    if MARKUP.match(head.removeprefix(b"\xef\xbb\xbf")):
        return "image/svg+xml" if SVG.search(head) else "application/xml" if b"<?xml" in head[:64] else "text/html"
    if not head or b"\x00" in head:
        return None
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return None
        text = head[: error.start].decode()
    return "text/plain" if all(mark.isprintable() or mark in "\r\n\t\f\x1b" for mark in text) else None


def is_shown(mime: str) -> bool:
    """Say whether a browser may show such a file in place of saving it."""
    return bool(SHOWN.fullmatch(mime.partition(";")[0]))


def clean_name(given: str | None, fallback: str) -> str:
    """Return a file name fit for any system: no path, no control or direction marks, 150 characters with its ending."""
    name = UNSAFE_IN_NAMES.sub("_", storable(given or "")).strip(" .")
    if not name:
        return fallback
    ending = PurePosixPath(name).suffix[:12]
    return name if len(name) <= 150 else name[: 150 - len(ending)] + ending
