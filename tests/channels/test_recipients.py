"""A recipient a program names goes to the conversation that the channel's own events speak of."""

import pytest

from frontdesk.channels import adapter


@pytest.mark.parametrize(
    ("kind", "written", "known"),
    [
        ("whatsapp", "+7 (701) 000-00-01", "77010000001"),
        ("whatsapp", "77010000001", "77010000001"),
        ("whatsapp", "US.13491208655302741918", "US.13491208655302741918"),
        ("whatsapp", "Y2FwaV9ncm91cDox", "Y2FwaV9ncm91cDox"),
        ("signal", "+49 151 2345678", "+491512345678"),
        ("signal", "5EED0000-0000-4000-8000-000000000001", "5eed0000-0000-4000-8000-000000000001"),
        ("signal", "mHN1kiXgMXpKz5Ah2l110NLQHzIrYaFuC3c3mzpSoaE=", "mHN1kiXgMXpKz5Ah2l110NLQHzIrYaFuC3c3mzpSoaE="),
        ("signal", "ada.01", "ada.01"),
        ("telegram", "-1001", "-1001"),
        ("slack", "D0000001", "D0000001"),
    ],
)
def test_a_recipient_is_known_by_one_name(kind: str, written: str, known: str) -> None:
    assert adapter(kind).known_as(written) == known
    assert adapter(kind).known_as(known) == known
