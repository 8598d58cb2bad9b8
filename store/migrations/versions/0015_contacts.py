"""attempts to reach customers are kept, and when each customer's turn is next."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "contact_attempt",
        sa.Column("attempt_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("purpose", sa.Text(), server_default="", nullable=False),
        sa.Column("key", sa.Text()),
        sa.Column("created_at", INSTANT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", name="pk_contact_attempt"),
    )
    op.create_index("ix_contact_attempt_case_no", "contact_attempt", ["case_no", "attempt_id"])
    op.create_index("uq_contact_attempt_key_outcome", "contact_attempt", ["key", "outcome"], unique=True)
    op.create_table(
        "next_contact",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_no", name="pk_next_contact"),
    )
    op.create_index("ix_next_contact_due_at", "next_contact", ["due_at", "case_no"])


def downgrade() -> None:
    op.drop_table("next_contact")
    op.drop_table("contact_attempt")
