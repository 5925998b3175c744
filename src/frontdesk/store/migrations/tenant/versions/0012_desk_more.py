"""Teams, whom a conversation is meant for, and tags to look for conversations and canned replies by."""

from pathlib import Path

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())
