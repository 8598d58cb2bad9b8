"""what consignees ask for, and changes of who a parcel is for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _preferences()
    _shipments()
    _change_requests()


def _preferences() -> None:
    op.create_table(
        "preference",
        sa.Column("consignee", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("preference", postgresql.JSONB(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("declared_by", "door", "taken_by")),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("consignee", "version", "kind", name="pk_preference"),
    )


def _shipments() -> None:
    # Hashing needs the installation's key, which SQL does not have: `advise_outlets` hashes the numbers that are there.
    op.add_column("shipment", sa.Column("consignee_key", sa.Text(), nullable=True))
    op.add_column("shipment", sa.Column("advise_at", INSTANT, nullable=True))
    op.add_column("shipment", sa.Column("advised", sa.Text(), server_default="", nullable=False))
    for name, columns, where in (
        ("ix_shipment_advise_at", ["advise_at"], "advise_at IS NOT NULL"),
        ("ix_shipment_consignee_key", ["consignee_key", "delivered_at"], "consignee_key <> ''"),
        ("ix_shipment_unkeyed", ["waybill"], "consignee_key IS NULL AND consignee_phone <> ''"),
    ):
        op.create_index(name, "shipment", columns, postgresql_where=sa.text(where))


def _change_requests() -> None:
    op.execute("CREATE SEQUENCE change_number")
    op.create_table(
        "change_request",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("asked_by", "door", "taken_by")),
        sa.Column("old", postgresql.JSONB(), nullable=False),
        sa.Column("new", postgresql.JSONB(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("vouched_by", sa.Text(), server_default="", nullable=False),
        sa.Column("route", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("state_since", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("code_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("code_until", INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("history_head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_change_request"),
    )
    op.create_index("ix_change_request_waybill", "change_request", ["waybill", "requested_at"])
    op.create_index(
        "uq_change_request_open",
        "change_request",
        ["waybill"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "change_request_history",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("command", "from_state", "to_state", "stage", "who", "role", "reason", "note")
        ),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", "seq", name="pk_change_request_history"),
    )


def downgrade() -> None:
    op.drop_table("change_request_history")
    op.drop_table("change_request")
    op.execute("DROP SEQUENCE change_number")
    for name in ("ix_shipment_unkeyed", "ix_shipment_consignee_key", "ix_shipment_advise_at"):
        op.drop_index(name, table_name="shipment")
    for name in ("advised", "advise_at", "consignee_key"):
        op.drop_column("shipment", name)
    op.drop_table("preference")
