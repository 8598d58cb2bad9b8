"""promises and lane times; what was discarded stays discarded."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _promises()
    _lane_times()
    _quarantine()


def _promises() -> None:
    for name in ("lane_from", "lane_to", "promised_by"):
        op.add_column("shipment", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("shipment", sa.Column("lane_class", sa.Text(), server_default="unknown", nullable=False))
    op.add_column("shipment", sa.Column("promised_told_at", INSTANT, nullable=True))
    op.create_index(
        "ix_shipment_delivered_at",
        "shipment",
        ["delivered_at"],
        postgresql_where=sa.text("delivered_at IS NOT NULL"),
    )
    op.create_table(
        "shipment_promise",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("promised_at", INSTANT, nullable=False),
        sa.Column("first_told_at", INSTANT, nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shipment_promise"),
    )
    op.create_index(
        "uq_shipment_promise_said", "shipment_promise", ["waybill", "source", "detail", "promised_at"], unique=True
    )
    # What was promised so far was promised at pick-up; a parcel without any gets the product's, like its lane from its
    # next registration, when detection looks at it next.
    op.execute(
        "UPDATE shipment SET promised_by = 'pick_up', promised_told_at = coalesce(registered_at, created_at) "
        "WHERE promised_at IS NOT NULL"
    )
    op.execute("UPDATE shipment SET dirty_at = now() WHERE promised_at IS NULL AND watch_at IS NOT NULL")
    op.execute(
        "INSERT INTO shipment_promise (waybill, source, detail, promised_at, first_told_at, told_at) "
        "SELECT waybill, promised_by, 'registration (R115)', promised_at, promised_told_at, promised_told_at "
        "FROM shipment WHERE promised_at IS NOT NULL"
    )


def _lane_times() -> None:
    key = ("origin", "destination", "product", "leg", "place", "carrier")
    op.create_table(
        "lane_time",
        *(sa.Column(name, sa.Text(), nullable=False) for name in key),
        sa.Column("parcels", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Interval(), nullable=False) for name in ("p50", "p80", "p95")),
        sa.Column("refreshed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint(*key, name="pk_lane_time"),
    )


def _quarantine() -> None:
    op.drop_index("uq_quarantine_held", table_name="quarantine", postgresql_where=sa.text("status = 'held'"))
    # A record that was discarded and then held again is discarded: its older rows say who and why as before.
    op.execute(
        "UPDATE quarantine q SET status = 'superseded' WHERE status IN ('held', 'discarded') AND EXISTS (SELECT 1 FROM "
        "quarantine d WHERE d.feed = q.feed AND d.record_hash = q.record_hash AND d.status = 'discarded' AND d.id <> q.id "
        "AND (q.status = 'held' OR d.id > q.id))"
    )
    op.create_index(
        "uq_quarantine_kept",
        "quarantine",
        ["feed", "record_hash"],
        unique=True,
        postgresql_where=sa.text("status IN ('held', 'discarded')"),
    )
    op.create_index(
        "ix_quarantine_held_inbox_id", "quarantine", ["inbox_id"], postgresql_where=sa.text("status = 'held'")
    )
    op.create_index("ix_quarantine_reasons", "quarantine", ["reasons"], postgresql_using="gin")


def downgrade() -> None:
    for name in ("ix_quarantine_reasons", "ix_quarantine_held_inbox_id", "uq_quarantine_kept"):
        op.drop_index(name, table_name="quarantine")
    op.create_index(
        "uq_quarantine_held",
        "quarantine",
        ["feed", "record_hash"],
        unique=True,
        postgresql_where=sa.text("status = 'held'"),
    )
    op.drop_table("lane_time")
    op.drop_table("shipment_promise")
    op.drop_index("ix_shipment_delivered_at", table_name="shipment")
    for name in ("promised_told_at", "lane_class", "promised_by", "lane_to", "lane_from"):
        op.drop_column("shipment", name)
