"""the carrier's departments, and whose parcel was in trouble before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "department",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in ("parent", "manager", "contact")),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("retired_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_department"),
    )
    op.create_index(
        "ix_shipment_consignee_phone",
        "shipment",
        ["consignee_phone"],
        postgresql_where=sa.text("consignee_phone <> ''"),
    )


def downgrade() -> None:
    op.drop_index("ix_shipment_consignee_phone", table_name="shipment")
    op.drop_table("department")
