"""who worked on a claim, its objections, accounts that failed, and payouts that came back."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("claim", sa.Column("objections", sa.Integer(), server_default="0", nullable=False))
    op.add_column("claim", sa.Column("touched_by", sa.Text(), server_default="", nullable=False))
    op.add_column("claim_payee", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "ix_payout_reversed", "payout", ["claim_no"], unique=False, postgresql_where=sa.text("state = 'reversed'")
    )


def downgrade() -> None:
    op.drop_index("ix_payout_reversed", table_name="payout")
    op.drop_column("claim_payee", "failed_at")
    op.drop_column("claim", "touched_by")
    op.drop_column("claim", "objections")
