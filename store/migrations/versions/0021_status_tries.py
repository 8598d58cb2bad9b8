"""wrong digits that were given about complaints' numbers, and what was on record where an archive was incomplete."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "status_try",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_status_try")),
    )
    op.create_index("ix_status_try_tried_at", "status_try", ["tried_at"], unique=False)
    op.add_column("archive_gap", sa.Column("seen", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("archive_gap", "seen")
    op.drop_table("status_try")
