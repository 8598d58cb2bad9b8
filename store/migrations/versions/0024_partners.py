"""what partners tell of claims and insurances of their own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_claim",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("case_no", sa.Text(), server_default="", nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("partner", "reference", name=op.f("pk_partner_claim")),
    )
    op.create_index(
        "ix_partner_claim_waiting",
        "partner_claim",
        ["updated_at"],
        unique=False,
        postgresql_where=sa.text("taken_at IS NULL"),
    )
    op.create_table(
        "partner_insurance",
        sa.Column("partner", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(12, 2)),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("partner", "reference", name=op.f("pk_partner_insurance")),
    )
    op.create_index("ix_partner_insurance_waybill", "partner_insurance", ["waybill"], unique=False)


def downgrade() -> None:
    op.drop_table("partner_insurance")
    op.drop_table("partner_claim")
