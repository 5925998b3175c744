"""A tenant's routing rules: as they are being written, and as they were published; tags; turns and misses of a session."""

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())
