"""what the reports need of a closed case, and who made which report."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _analysis()
    op.create_table(
        "report",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("answered_for_by", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("files", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("figures", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("flow_run_id", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
    )
    op.create_index("ix_report_name_period", "report", ["name", "period"])


def _analysis() -> None:
    for name in ("lane_from", "lane_to", "product"):
        op.add_column("case_analysis", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("case_analysis", sa.Column("insured", sa.Boolean(), server_default="false", nullable=False))
    for name in ("promised_at", "first_response_at", "first_response_due_at", "resolved_at", "resolution_due_at"):
        op.add_column("case_analysis", sa.Column(name, INSTANT, nullable=True))
    op.add_column("case_analysis", sa.Column("reopened", sa.Integer(), server_default="0", nullable=False))
    # What is known of the cases closed so far. Their limits were the two and the six hours of profile seed-outlet.
    op.execute(
        "UPDATE case_analysis SET first_response_at = customer_told_at, resolved_at = closed_at, "
        "first_response_due_at = opened_at + interval '2 hours', resolution_due_at = opened_at + interval '6 hours'"
    )
    op.execute(
        "UPDATE case_analysis a SET lane_from = s.lane_from, lane_to = s.lane_to, product = s.product, "
        "insured = s.insured_amount IS NOT NULL, promised_at = s.promised_at FROM shipment s WHERE s.waybill = a.waybill"
    )


def downgrade() -> None:
    op.drop_table("report")
    for name in (
        "reopened", "resolution_due_at", "resolved_at", "first_response_due_at", "first_response_at", "promised_at",
        "insured", "product", "lane_to", "lane_from",
    ):  # fmt: skip
        op.drop_column("case_analysis", name)
