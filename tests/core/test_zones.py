"""Time zones by what people call them."""

import pytest

from frontdesk.core.zones import zone_said

SAID = [
    ("Lisbon", "Europe/Lisbon"),
    ("I'm in Nairobi", "Africa/Nairobi"),
    ("estoy en Lisboa", "Europe/Lisbon"),
    ("ich bin in Wien", "Europe/Vienna"),
    ("je suis à Pékin", "Asia/Shanghai"),
    ("Zürich", "Europe/Zurich"),
    ("in New York City", "America/New_York"),
    ("Ciudad de México", "America/Mexico_City"),
    ("europe/madrid", "Europe/Madrid"),
    ("UTC+3", "Etc/GMT-3"),
    ("utc 3", "Etc/GMT-3"),
    ("I'm at UTC+3", "Etc/GMT-3"),
    ("here it is GMT -5", "Etc/GMT+5"),
    ("+2 hours", "Etc/GMT-2"),
    ("+5:30", "Asia/Kolkata"),
    ("utc", "Etc/UTC"),
    ("Nice", "Europe/Paris"),
    ("nice, I am in Berlin", "Europe/Berlin"),
]
NOT_SAID = [
    "what?", "", "the south of France", "I live up north", "yes in the east", "in the center", "+15", "UTC+19", "12:30", "at 8",
    "2", "GMT-5:30", "I don't know", "nice one", "../../etc/passwd", "\0", "🙂", "a" * 5_000,
]  # fmt: skip


@pytest.mark.parametrize(("text", "zone"), SAID)
def test_a_zone_goes_by_its_name_a_city_or_the_difference_to_utc(text: str, zone: str) -> None:
    assert zone_said(text) == zone


@pytest.mark.parametrize("text", NOT_SAID)
def test_what_names_no_zone_is_none(text: str) -> None:
    assert zone_said(text) is None
