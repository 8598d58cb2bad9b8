"""fetching."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "polled_parcel",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("refusals", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("provider", "waybill", name=op.f("pk_polled_parcel")),
    )
    op.create_table(
        "polled_provider",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resting_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_polled_provider")),
    )
    op.create_index(
        "ix_shipment_under_way",
        "shipment",
        ["registered_at"],
        unique=False,
        postgresql_where=sa.text("registered_at IS NOT NULL AND phase NOT IN ('cancelled', 'delivered', 'returned')"),
    )
    op.create_table(
        "dropped_file",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="seen", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=True),
        sa.Column("payloads", sa.Integer(), server_default="0", nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dropped_file")),
    )
    op.create_index(
        "uq_dropped_file_lying",
        "dropped_file",
        ["feed", "name", "size", "mark"],
        unique=True,
        postgresql_where=sa.text("moved_at IS NULL"),
    )
    op.create_index(
        "uq_dropped_file_taken",
        "dropped_file",
        ["feed", "sha256"],
        unique=True,
        postgresql_where=sa.text("status = 'taken'"),
    )


def downgrade() -> None:
    op.drop_table("dropped_file")
    op.drop_index("ix_shipment_under_way", table_name="shipment")
    op.drop_table("polled_provider")
    op.drop_table("polled_parcel")
