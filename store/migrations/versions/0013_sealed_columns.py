"""what an entry of history sets is sealed with it; due items are found in order; forms are known to be there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

PENDING = sa.text("status = 'pending'")


def upgrade() -> None:
    op.add_column(
        "case_history", sa.Column("updates", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)
    )
    op.add_column("gate", sa.Column("form_kept", sa.Integer(), server_default="1", nullable=False))
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.create_index("ix_outbox_due", "outbox", ["kind", "not_before", "id"], postgresql_where=PENDING)
    op.drop_index("ix_cases_next_due_at", table_name="cases")
    op.create_index(
        "ix_cases_next_due_at", "cases", ["next_due_at", "case_no"], postgresql_where=sa.text("closed_at IS NULL")
    )


def downgrade() -> None:
    op.drop_index("ix_cases_next_due_at", table_name="cases")
    op.create_index("ix_cases_next_due_at", "cases", ["next_due_at"], postgresql_where=sa.text("closed_at IS NULL"))
    op.drop_index("ix_outbox_due", table_name="outbox")
    op.create_index("ix_outbox_due", "outbox", ["kind", "not_before"], postgresql_where=PENDING)
    op.drop_column("gate", "form_kept")
    op.drop_column("case_history", "updates")
