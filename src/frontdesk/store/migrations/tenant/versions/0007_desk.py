"""People at the desk: agents, what is handed to them, their notes, and the answers they keep ready."""

from pathlib import Path

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.execute(Path(__file__).with_suffix(".sql").read_text())
