"""What a contact was shown when they agreed, and on which channel; which question a rating answers; tasks' last number."""

from pathlib import Path

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())
