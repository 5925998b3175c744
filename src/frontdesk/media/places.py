"""Where bytes can be kept: a folder, or a bucket of an S3-compatible server, as `FRONTDESK_MEDIA_URL` says."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from obstore.store import LocalStore, ObjectStore, S3Store

from frontdesk.errors import ConfigurationError

if TYPE_CHECKING:
    from obstore.store import S3Config

EXAMPLE = "write it as s3://bucket/prefix?endpoint=https://…&region=… or file:///folder"
OPTIONS = frozenset({"endpoint", "region", "access_key_id", "secret_access_key", "session_token", "virtual_hosted"})
TRIES = 3
CALL_SECONDS = 20


def place(url: str, folder: Path) -> ObjectStore:
    """Return the place `url` names; without one it is `folder`. ConfigurationError never repeats the query.

    What the query leaves out of an S3 address is read from the usual AWS_* variables.
    """
    parts = urlsplit(url)
    match parts.scheme:
        case "":
            return _folder(Path(url) if url else folder)
        case "file" if parts.netloc in ("", "localhost") and parts.path.strip("/"):
            return _folder(Path(unquote(parts.path)))
        case "s3" if parts.netloc:
            return _bucket(parts.netloc, unquote(parts.path.strip("/")), dict(parse_qsl(parts.query)))
    raise ConfigurationError(f"FRONTDESK_MEDIA_URL can't be used: {EXAMPLE}")


def _folder(path: Path) -> LocalStore:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return LocalStore(path.resolve(), mkdir=True)


def _bucket(name: str, prefix: str, given: Mapping[str, str]) -> S3Store:
    if unknown := given.keys() - OPTIONS:
        raise ConfigurationError(
            f"FRONTDESK_MEDIA_URL has options nobody knows ({', '.join(sorted(unknown))}): {EXAMPLE}"
        )
    config = cast("S3Config", {key: value for key, value in given.items() if key != "virtual_hosted"})
    hosted = given.get("virtual_hosted", "").lower() in ("1", "true", "yes")
    try:
        return S3Store(
            name,
            prefix=prefix or None,
            config=config,
            virtual_hosted_style_request=hosted,
            client_options={
                "allow_http": given.get("endpoint", "").startswith("http://"),
                "timeout": timedelta(seconds=CALL_SECONDS),
            },
            retry_config={"max_retries": TRIES, "retry_timeout": timedelta(seconds=CALL_SECONDS)},
        )
    except Exception as error:
        raise ConfigurationError(f"FRONTDESK_MEDIA_URL can't be used ({type(error).__name__}): {EXAMPLE}") from None
