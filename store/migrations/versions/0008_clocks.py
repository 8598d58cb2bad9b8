"""what a case's clocks are read from stands in its row."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("clock_calendars", sa.Text(), server_default="", nullable=False))
    # Empty anchors are folded from the history by the next sweep of the clocks.
    op.add_column(
        "cases",
        sa.Column("clock_anchors", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )


def downgrade() -> None:
    op.drop_column("cases", "clock_anchors")
    op.drop_column("cases", "clock_calendars")
