"""what a case's clocks are read from stands in its row, and who takes it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("cases", sa.Column("assigned_to", sa.Text(), server_default="", nullable=False))
    op.add_column("cases", sa.Column("clock_calendars", sa.Text(), server_default="", nullable=False))
    # Empty anchors are folded from the history by the next sweep of the clocks.
    op.add_column(
        "cases",
        sa.Column("clock_anchors", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
    )
    op.add_column("cases", sa.Column("tell_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_cases_tell_due_at", "cases", ["tell_due_at"], postgresql_where=sa.text("closed_at IS NULL"))


def downgrade() -> None:
    op.drop_index("ix_cases_tell_due_at", table_name="cases")
    op.drop_column("cases", "tell_due_at")
    op.drop_column("cases", "clock_anchors")
    op.drop_column("cases", "clock_calendars")
    op.drop_column("cases", "assigned_to")
