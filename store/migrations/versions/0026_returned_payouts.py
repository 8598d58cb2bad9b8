"""which returned payouts their claims took notice of."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

UNHEARD = sa.text("state = 'reversed' AND reversal_heard_at IS NULL")


def upgrade() -> None:
    op.add_column("payout", sa.Column("reversal_heard_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE payout p SET reversal_heard_at = p.state_since FROM claim c WHERE c.case_no = p.claim_no "
        "AND p.state = 'reversed' AND NOT (p.number = c.payouts AND (c.state = 'PAYING' "
        "OR c.paid_amount > 0 AND c.state IN ('PAID', 'RECOVERING', 'CLOSED')))"
    )
    op.drop_index("ix_payout_reversed", table_name="payout")
    op.create_index("ix_payout_reversed", "payout", ["claim_no"], unique=False, postgresql_where=UNHEARD)


def downgrade() -> None:
    op.drop_index("ix_payout_reversed", table_name="payout")
    op.create_index(
        "ix_payout_reversed", "payout", ["claim_no"], unique=False, postgresql_where=sa.text("state = 'reversed'")
    )
    op.drop_column("payout", "reversal_heard_at")
