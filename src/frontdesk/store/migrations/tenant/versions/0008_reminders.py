"""Reminders: what a contact wants to be told, when, and each time it was said; the contact's time zone."""

from pathlib import Path

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())
