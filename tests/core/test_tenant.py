"""Tenant codes and tenant settings."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.tenant import TenantSettings, checked_code, schema_of
from frontdesk.errors import InvalidInput
from frontdesk.store.tenants import read_settings


@pytest.mark.parametrize("code", ["a", "acme", "acme_2", "a" * 40])
def test_a_good_code_names_its_schema(code: str) -> None:
    assert schema_of(code) == f"tenant_{code}"


@pytest.mark.parametrize(
    "code", ["", "Acme", "2acme", "_a", "a-b", "a b", "a" * 41, "acme\n", "ä", 'a"; DROP ROLE x; --', "a.b", "а"]
)
def test_a_code_that_could_be_more_than_a_name_is_refused(code: str) -> None:
    with pytest.raises(InvalidInput, match="tenant code"):
        checked_code(code)


@given(code=st.text())
def test_whatever_passes_is_safe_in_sql(code: str) -> None:
    try:
        schema = schema_of(code)
    except InvalidInput:
        return
    assert schema.isascii()
    assert schema.replace("_", "").isalnum()
    assert len(schema) <= 63


@pytest.mark.parametrize(
    ("document", "names"),
    [
        ({"languages": []}, ["languages"]),
        ({"time_zone": "Mars/Olympus"}, ["time_zone", "IANA"]),
        ({"persona": {"tone": "rude"}}, ["persona.tone"]),
        ({"persona": {"name": "x" * 61}}, ["persona.name"]),
        ({"keyword_rules": [{"keywords": []}]}, ["keyword_rules.0.keywords"]),
        ({"quiet_hours": {"start": "25:00", "end": "07:00"}}, ["quiet_hours.start"]),
        ({"quiet_hours": {"start": "22:00"}}, ["quiet_hours.end"]),
        ({"history": {"messages": 101}}, ["history.messages"]),
        ({"webhooks_per_minute": 0}, ["webhooks_per_minute"]),
        ({"colour": "red"}, ["colour"]),
        ({"time_zone": "x", "history": {"messages": -1}, "z": 1}, ["time_zone", "history.messages", "z"]),
    ],
)
def test_settings_name_every_fault_at_once(document: dict[str, Any], names: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_settings(document)
    assert all(name in str(refused.value) for name in names)


def test_settings_need_nothing_and_survive_being_stored() -> None:
    document = {"time_zone": "Europe/Madrid", "quiet_hours": {"start": "22:00", "end": "07:00"}}
    settings = read_settings(document)
    assert TenantSettings.model_validate_json(settings.model_dump_json(exclude_unset=True)) == settings
    assert read_settings({}) == TenantSettings()
