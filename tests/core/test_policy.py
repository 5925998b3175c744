"""May this message be sent now?"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.policy import Facts, Purpose, decide, until_quiet_ends
from frontdesk.core.tenant import QuietHours, TenantSettings

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def facts(purpose: Purpose = "answer", **changes: Any) -> Facts:
    usual = {"channel_status": "active", "conversation_status": "open", "opted_out": False, "blocked": False}
    return Facts(purpose=purpose, **{**usual, **changes})


def quiet(start: str, end: str, zone: str = "UTC") -> TenantSettings:
    return TenantSettings(
        time_zone=zone, quiet_hours=QuietHours(start=time.fromisoformat(start), end=time.fromisoformat(end))
    )


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({}, "send", "allowed"),
        ({"channel_status": "stopped"}, "refuse", "channel_stopped"),
        ({"channel_status": "removed"}, "refuse", "channel_stopped"),
        ({"conversation_status": "closed"}, "refuse", "conversation_closed"),
        ({"conversation_status": "waiting"}, "send", "allowed"),
        ({"blocked": True}, "refuse", "blocked_by_contact"),
        ({"opted_out": True}, "refuse", "opted_out"),
        ({"opted_out": True, "consent_reply": True}, "send", "allowed"),
        ({"opted_out": True, "consent_reply": True, "blocked": True}, "refuse", "blocked_by_contact"),
        ({"opted_out": True, "purpose": "person"}, "refuse", "opted_out"),
    ],
)
def test_decision(changes: dict[str, Any], verdict: str, reason: str) -> None:
    decision = decide(facts(**changes), TenantSettings(), NOON)
    assert (decision.verdict, decision.reason) == (verdict, reason)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("changes", "verdict", "reason"),
    [
        ({"free_until": NOON + HOUR}, "send", "allowed"),
        ({"free_until": NOON}, "refuse", "window_closed"),
        ({"free_until": NOON, "approved": True}, "send", "allowed"),
        ({"free_until": NOON, "has_stand_in": True}, "template", "window_closed"),
        ({"free_until": NOON + HOUR, "has_stand_in": True}, "send", "allowed"),
        ({"free_until": NOON, "has_stand_in": True, "opted_out": True}, "refuse", "opted_out"),
    ],
)
def test_after_the_window_only_templates_go(changes: dict[str, Any], verdict: str, reason: str) -> None:
    decision = decide(facts(**changes), TenantSettings(), NOON)
    assert (decision.verdict, decision.reason) == (verdict, reason)


def test_quiet_hours_hold_a_template_back_as_well() -> None:
    held = decide(facts("notice", free_until=NOON, has_stand_in=True), quiet("11:00", "13:00"), NOON)
    assert (held.verdict, held.reason) == ("wait", "quiet_hours")


@pytest.mark.parametrize(("purpose", "verdict"), [("answer", "send"), ("person", "send"), ("notice", "wait")])
def test_only_notices_mind_quiet_hours(purpose: Purpose, verdict: str) -> None:
    assert decide(facts(purpose), quiet("11:00", "13:00"), NOON).verdict == verdict


@pytest.mark.parametrize(
    ("start", "end", "now", "hours"),
    [
        ("22:00", "07:00", "2025-06-01T23:00", 8),
        ("22:00", "07:00", "2025-06-02T03:30", 3.5),
        ("22:00", "07:00", "2025-06-02T06:59", 1 / 60),
        ("22:00", "07:00", "2025-06-02T07:00", None),
        ("22:00", "07:00", "2025-06-01T21:59", None),
        ("12:00", "14:00", "2025-06-01T12:00", 2),
        ("12:00", "14:00", "2025-06-01T14:00", None),
        ("00:00", "06:00", "2025-06-01T00:00", 6),
        ("08:00", "08:00", "2025-06-01T07:00", 1),
    ],
)
def test_quiet_hours_end_when_the_clock_says_so(start: str, end: str, now: str, hours: float | None) -> None:
    wait = until_quiet_ends(quiet(start, end), datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert wait == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        ("2025-10-25T23:00+00:00", 7),  # 01:00 CEST; the hour from 2 to 3 comes twice
        ("2025-03-29T23:30+00:00", 5.5),  # 00:30 CET; the hour from 2 to 3 is left out
        ("2025-06-01T23:00+00:00", 6),
    ],
)
def test_a_wait_over_a_change_of_clocks_is_as_long_as_it_really_lasts(now: str, hours: float) -> None:
    madrid = quiet("22:00", "07:00", "Europe/Madrid")
    assert until_quiet_ends(madrid, datetime.fromisoformat(now)) == timedelta(hours=hours)


@given(
    start=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    end=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2026, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(["UTC", "Europe/Madrid", "America/St_Johns", "Pacific/Chatham", "Asia/Kolkata"]),
)
def test_after_the_wait_it_is_the_end_of_quiet_hours_on_the_wall(
    start: time, end: time, now: datetime, zone: str
) -> None:
    settings = TenantSettings(time_zone=zone, quiet_hours=QuietHours(start=start, end=end))
    wait = until_quiet_ends(settings, now)
    if wait is None:
        return
    assert timedelta(0) < wait <= timedelta(hours=25)
    after = (now + wait).astimezone(settings.zone)
    there = datetime.combine(after.date(), end, settings.zone)
    if there.astimezone(UTC).astimezone(settings.zone).time() == end:  # a wall time that exists that day
        assert after.time() == end
