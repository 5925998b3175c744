"""The installation's settings: read from the environment, all faults named at once."""

import stat
from pathlib import Path

import pytest

from frontdesk import settings
from frontdesk.errors import ConfigurationError


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("FRONTDESK_")]:
        monkeypatch.delenv(name)


def test_nothing_has_to_be_set() -> None:
    assert settings.load().base_url() == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"PORT": "http"}, ["FRONTDESK_PORT"]),
        ({"PORT": "70000", "LOG_LEVEL": "loud"}, ["FRONTDESK_PORT", "FRONTDESK_LOG_LEVEL"]),
        ({"DATABASES": "second"}, ["FRONTDESK_DATABASES", "name=url"]),
        ({"DATABASES": "primary=postgresql://x"}, ["FRONTDESK_DATABASES", "primary"]),
        ({"LEASE_SECONDS": "4", "PROVIDER_SECONDS": "3"}, ["FRONTDESK_PROVIDER_SECONDS"]),
        (
            {"CONCURRENCY": "0", "POOL_SIZE": "1", "MAX_ATTEMPTS": "0", "DRAIN_SECONDS": "-1"},
            ["FRONTDESK_CONCURRENCY", "FRONTDESK_POOL_SIZE", "FRONTDESK_MAX_ATTEMPTS", "FRONTDESK_DRAIN_SECONDS"],
        ),
    ],
)
def test_every_fault_is_named(variables: dict[str, str], named: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"FRONTDESK_{name}", value)
    with pytest.raises(ConfigurationError) as refused:
        settings.load()
    assert all(name in str(refused.value) for name in named), refused.value


def test_secrets_are_neither_printed_nor_shown_in_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_ADMIN_KEY", "hush-1")
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", "postgresql://owner:hush-2@db/x")
    monkeypatch.setenv("FRONTDESK_SECRET_KEYS", "hush-3")
    monkeypatch.setenv("FRONTDESK_DATABASES", "two=postgresql://owner:hush-4@db/y")
    assert "hush" not in repr(settings.load())
    monkeypatch.setenv("FRONTDESK_PORT", "x")
    with pytest.raises(ConfigurationError) as refused:
        settings.load()
    assert "hush" not in str(refused.value)


def test_lists_are_read_from_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_SECRET_KEYS", "new, old,")
    monkeypatch.setenv("FRONTDESK_DATABASES", "two=postgresql://a/b?c=d  three=postgresql://e")
    loaded = settings.load()
    assert loaded.keys() == ["new", "old"]
    assert {name: url.get_secret_value() for name, url in loaded.databases.items()} == {
        "two": "postgresql://a/b?c=d",
        "three": "postgresql://e",
    }


def test_a_key_is_made_once_and_kept_to_oneself(tmp_path: Path) -> None:
    loaded = settings.load(data_dir=tmp_path / "new")
    made = loaded.keys()
    assert made == settings.load(data_dir=tmp_path / "new").keys()
    assert len(made[0]) >= 32
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret.key"]


@pytest.mark.parametrize(
    ("given", "port", "shown"),
    [
        ({"public_url": "https://desk.example.org/"}, None, "https://desk.example.org"),
        ({"host": "0.0.0.0", "port": 0}, 4711, "http://127.0.0.1:4711"),
        ({"host": "10.0.0.5"}, None, "http://10.0.0.5:8080"),
    ],
)
def test_the_address_shown_can_be_reached(given: dict[str, object], port: int | None, shown: str) -> None:
    assert settings.load(**given).base_url(port) == shown


def test_every_setting_is_described() -> None:
    assert [name for name, field in settings.Settings.model_fields.items() if not field.description] == []
