"""What a file is: its bytes say so; what its sender says counts only where they can't."""

import pytest

from frontdesk.media.kinds import clean_name, is_shown, sniffed
from tests.media.sounds import JPEG, PNG, sound

FTYP = b"\0\0\0\x18ftyp"
ZIP = b"PK\x03\x04rest"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(
    ("data", "claim", "found"),
    [
        (PNG, "image/jpeg", "image/png"),
        (JPEG, None, "image/jpeg"),
        (b"GIF89a...", None, "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", None, "image/webp"),
        (b"RIFF\0\0\0\0AVI LIST", None, "video/x-msvideo"),
        (b"BM\x36\x00\x0c\x00\x00\x00\x00\x00", None, "image/bmp"),
        (b"BMW is a car", "text/plain", "text/plain"),
        (FTYP + b"heic", None, "image/heic"),
        (FTYP + b"avif", None, "image/avif"),
        (FTYP + b"M4A ", None, "audio/mp4"),
        (FTYP + b"qt  ", None, "video/quicktime"),
        (FTYP + b"isom", "audio/mp4", "audio/mp4"),
        (FTYP + b"isom", "text/html", "video/mp4"),
        (FTYP + b"3gp5", "audio/3gpp", "audio/3gpp"),
        (b"\x1a\x45\xdf\xa3....webm", "video/webm", "video/webm"),
        (b"\x1a\x45\xdf\xa3....webm", "audio/webm; codecs=opus", "audio/webm"),
        (b"OggS\0\x02 OpusHead", "audio/ogg; codecs=opus", "audio/ogg"),
        (b"ID3\x04\0", None, "audio/mpeg"),
        (b"\xff\xfb\x90\x64", None, "audio/mpeg"),
        (b"\xff\xf1\x50\x80", None, "audio/aac"),
        (b"%PDF-1.7", None, "application/pdf"),
        (ZIP, None, "application/zip"),
        (ZIP, DOCX, DOCX),
        (ZIP, "image/png", "application/zip"),
        (b"\x1f\x8b\x08", "application/x-tgsticker", "application/x-tgsticker"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword", "application/msword"),
        (b"MZ\x90\x00", "image/png", "application/vnd.microsoft.portable-executable"),
        (b"<!DOCTYPE html><script>", "image/png", "text/html"),
        (b"\xef\xbb\xbf  <!-- x --> <SCRIPT>", "text/plain", "text/html"),
        (b'<?xml version="1.0"?><svg onload="x">', "image/png", "image/svg+xml"),
        (b"<svg xmlns=", "text/plain", "image/svg+xml"),
        (b"<?xml version='1.0'?><a/>", None, "application/xml"),
        ("grüße".encode(), "text/plain; charset=utf-8", "text/plain"),
        (b"a,b\r\n1,2", "text/csv", "text/csv"),
        (b"alert(1)", "text/html", "text/plain"),
        (("é" * 4000).encode()[1:], "text/plain", "application/octet-stream"),
        (("x" + "é" * 4000).encode(), None, "text/plain"),
        (b"\x00\x01\x02", "image/png", "application/octet-stream"),
        (b"\x00\x01\x02", "application/vnd.lotus", "application/vnd.lotus"),
        (b"\x00\x01\x02", "no mime\r\nx: y", "application/octet-stream"),
        (b"", None, "application/octet-stream"),
    ],
)
def test_bytes_tell_the_type(data: bytes, claim: str | None, found: str) -> None:
    assert sniffed(data, claim) == found


def test_a_real_file_of_each_container_is_told() -> None:
    for container, codec, found in (("wav", "pcm_s16le", "audio/wav"), ("flac", "flac", "audio/flac")):
        assert sniffed(sound(container, codec, 0.1)) == found


@pytest.mark.parametrize(
    ("mime", "shown"),
    [
        ("image/png", True),
        ("audio/ogg", True),
        ("video/mp4", True),
        ("image/svg+xml", False),
        ("text/html", False),
        ("text/plain", False),
        ("application/pdf", False),
        ("application/octet-stream", False),
    ],
)
def test_only_what_can_hold_no_script_is_shown_in_place(mime: str, shown: bool) -> None:
    assert is_shown(mime) is shown


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("cat.png", "cat.png"),
        (None, "file"),
        ("  ...  ", "file"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\x00b\r\nc.txt", "a\ufffdb__c.txt"),
        ("exe\u202egnp.txt", "exe_gnp.txt"),
        ("ñandú 🐦.png", "ñandú 🐦.png"),
        ("x" * 500 + ".jpeg", "x" * 145 + ".jpeg"),
    ],
)
def test_names_are_fit_for_any_system(given: str | None, clean: str) -> None:
    assert clean_name(given, "file") == clean
