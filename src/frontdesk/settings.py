"""Every setting of the installation, typed and described; tenants' own settings live in `core/tenant.py`."""

import contextlib
import os
import secrets
from datetime import timedelta
from math import inf
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from frontdesk.errors import ConfigurationError

PRIMARY = "primary"
"""The database that holds the platform's own tables and every tenant that names no other."""


class Settings(BaseSettings):
    """The installation's settings, read from `FRONTDESK_*` variables."""

    model_config = SettingsConfigDict(env_prefix="FRONTDESK_", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="Address the HTTP server listens on.")
    port: int = Field(8080, ge=0, le=65535, description="Port the HTTP server listens on; 0 picks a free one.")
    public_url: str = Field("", description="Address at which the world reaches Frontdesk, for webhooks and links.")
    data_dir: Path = Field(
        Path(".frontdesk"), description="Folder of the embedded PostgreSQL and Redis, of media and of generated keys."
    )
    database_url: SecretStr | None = Field(
        None,
        description="PostgreSQL of your own, as its owner role: migrations run as it, and make the login role used for the rest.",
    )
    databases: Annotated[dict[str, SecretStr], NoDecode] = Field(
        default_factory=dict, description="Further databases for tenants: `name=url` pairs, separated by spaces."
    )
    redis_url: SecretStr | None = Field(
        None, description="Redis of your own; without it one starts in the data directory."
    )
    secret_keys: Annotated[list[SecretStr], NoDecode] = Field(
        default_factory=list,
        description="Keys that encrypt credentials and sign sessions, separated by commas; the first is used for new ones.",
    )
    admin_key: SecretStr | None = Field(None, description="An operator's API key that works from the first start on.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="JSON lines, or coloured text; auto picks text on a terminal."
    )
    concurrency: int = Field(32, ge=1, le=1000, description="Work items one worker process has in hand at the most.")
    pool_size: int = Field(
        10, ge=2, le=200, description="PostgreSQL connections of one process to one database, at the most."
    )
    lease_seconds: float = Field(
        10, ge=1, le=600, description="How long a worker may be silent before its work is given on."
    )
    drain_seconds: float = Field(
        25, ge=0, le=3600, description="How long a stopping worker finishes what it has in hand."
    )
    max_attempts: int = Field(12, ge=1, le=100, description="Tries before a piece of work becomes a dead letter.")
    max_body_bytes: int = Field(4_194_304, ge=1024, description="Largest webhook body that is read.")
    max_file_bytes: int = Field(10_485_760, ge=1024, description="Largest file a web chat visitor may send.")
    media_url: SecretStr | None = Field(
        None,
        description="Where media are kept: `s3://bucket/prefix?endpoint=…&region=…` or `file:///folder`; without it in the data directory.",
    )
    max_media_bytes: int = Field(
        26_214_400, ge=1_048_576, description="Largest file that is fetched, and largest answer of a provider."
    )
    media_seconds: float = Field(60, gt=0, le=600, description="Longest one file may take to be fetched.")
    readers: int = Field(
        2, ge=1, le=64, description="Processes that read pictures and recordings at the same time, for one of ours."
    )
    reader_bytes: int = Field(
        2_147_483_648, ge=536_870_912, description="Memory (address space) one of these processes may take."
    )
    read_seconds: float = Field(120, gt=0, le=600, description="Longest the files of one message may take to be read.")
    whisper_folder: Path | None = Field(
        None, description="Folder with a converted faster-whisper model, for tenants whose speech engine is `whisper`."
    )
    link_seconds: int = Field(600, ge=10, le=604_800, description="How long a link to a kept file is good.")
    fetch_hosts: str = Field(
        "",
        description="Hosts and networks that files may be fetched from although they are private, separated by commas.",
    )
    private_apis: bool = Field(
        True, description="Let a channel's `api_base` lead to private addresses; link-local ones are never asked."
    )
    spill_bytes: int = Field(
        268_435_456,
        ge=65_536,
        description="Room on the disk of one process for messages of providers that never send again, while PostgreSQL is away.",
    )
    request_seconds: float = Field(
        10, gt=0, le=300, description="Longest a webhook request may take before it is answered 503."
    )
    provider_seconds: float = Field(
        4.5,
        gt=0,
        le=60,
        validate_default=True,
        description="Longest a provider call may take; less than half the lease.",
    )
    tenant_ttl_seconds: float = Field(60, gt=0, description="Longest a process trusts its copy of a tenant's settings.")
    rate_source: int = Field(
        3000, ge=0, description="Webhooks a minute from one address that fail their checks, at the most; 0 is no limit."
    )
    rate_channel: int = Field(60_000, ge=0, description="Webhooks a minute for one channel; 0 is no limit.")
    rate_tenant: int = Field(120_000, ge=0, description="Webhooks a minute for one tenant; 0 is no limit.")
    rate_visitor: int = Field(60, ge=0, description="Messages a minute from one web chat visitor; 0 is no limit.")
    trusted_proxies: str = Field(
        "127.0.0.1", description="Addresses whose X-Forwarded-For is believed, separated by commas."
    )
    metrics_port: int | None = Field(None, ge=0, le=65535, description="Port for a lone worker's /health and /metrics.")
    training_seconds: float = Field(
        1800, ge=1, le=86_400, description="Longest one training of a tenant's intents may take."
    )
    training_memory_bytes: int = Field(
        4_294_967_296, ge=268_435_456, description="Memory one training may take, in a process of its own."
    )
    models_bytes: int = Field(
        536_870_912, ge=1_048_576, description="Memory of one process for the intents' models of all tenants it serves."
    )
    embeddings_folder: Path | None = Field(
        None, description="Folder of a sentence-transformers model whose embeddings join the features of intents."
    )
    reply_typing_seconds: float = Field(1.0, gt=0, description="A turn slower than this shows typing.")

    @field_validator("databases", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        pairs = [item.partition("=") for item in value.split()]
        if any(not name or not url for name, _, url in pairs):
            raise ValueError("write it as name=url name=url")
        return {name: url for name, _, url in pairs}

    @field_validator("secret_keys", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [key.strip() for key in value.split(",") if key.strip()] if isinstance(value, str) else value

    @field_validator("databases")
    @classmethod
    def _further(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        if PRIMARY in value:
            raise ValueError(f"{PRIMARY!r} is FRONTDESK_DATABASE_URL itself; choose another name")
        return value

    @field_validator("provider_seconds")
    @classmethod
    def _within_the_lease(cls, value: float, others: ValidationInfo) -> float:
        if value * 2 >= others.data.get("lease_seconds", inf):
            raise ValueError("must be under half of FRONTDESK_LEASE_SECONDS, or a slow call outlives its lease")
        return value

    @property
    def lease(self) -> timedelta:
        return timedelta(seconds=self.lease_seconds)

    def base_url(self, port: int | None = None) -> str:
        """Return the address to show and to register: the public one, or the listener's own."""
        shown = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - shown, not bound
        return self.public_url.rstrip("/") or f"http://{shown}:{port or self.port}"

    def keys(self) -> list[str]:
        """Return the secret keys, newest first; without any, one made once and kept in the data directory."""
        if self.secret_keys:
            return [key.get_secret_value() for key in self.secret_keys]
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            new = path.with_suffix(f".{os.getpid()}")
            new.touch(mode=0o600)
            new.write_text(secrets.token_urlsafe(32))
            with contextlib.suppress(FileExistsError):
                os.link(new, path)
            new.unlink()
        return [path.read_text().strip()]


def load(**overrides: object) -> Settings:
    """Read the environment; ConfigurationError lists every fault at once."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        faults = [
            f"FRONTDESK_{'_'.join(str(part) for part in fault['loc']).upper()}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise ConfigurationError("these settings can't be used:\n  " + "\n  ".join(faults)) from None
