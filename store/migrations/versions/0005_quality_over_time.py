"""quality over time."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("batch", sa.Column("feed", sa.Text(), server_default="", nullable=False))
    op.create_index("ix_batch_started_at", "batch", ["started_at"], unique=False)
    op.add_column("quality_result", sa.Column("observed", sa.Float(), nullable=True))
    op.add_column("quality_result", sa.Column("bound", sa.Float(), nullable=True))
    op.add_column("unknown_code", sa.Column("feed", sa.Text(), server_default="", nullable=False))
    op.drop_constraint("pk_unknown_code", "unknown_code", type_="primary")
    op.create_primary_key("pk_unknown_code", "unknown_code", ["feed", "namespace", "raw_code"])
    op.create_table(
        "feed_alert",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter_put", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_alert")),
    )
    op.create_index(
        "uq_feed_alert_open", "feed_alert", ["feed", "kind"], unique=True, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index("ix_feed_alert_feed_closed_at", "feed_alert", ["feed", "closed_at"], unique=False)
    op.create_table(
        "feed_hour",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.Column("read", sa.BigInteger(), nullable=False),
        sa.Column("quarantined", sa.BigInteger(), nullable=False),
        sa.Column("unknown", sa.BigInteger(), nullable=False),
        sa.Column("understandable", sa.BigInteger(), nullable=False),
        sa.Column("late_weight", sa.Float(), nullable=False),
        sa.Column("late_median_sum", sa.Float(), nullable=False),
        sa.Column("late_p95_sum", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "hour", "part", name=op.f("pk_feed_hour")),
    )
    op.create_table(
        "feed_failure_hour",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("failed", sa.BigInteger(), nullable=False),
        sa.Column("batches", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "hour", "part", "reason_code", name=op.f("pk_feed_failure_hour")),
    )
    op.create_table(
        "feed_heard",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("heard_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listening_since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feed_heard")),
    )
    op.create_table(
        "feed_pause",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payloads", sa.BigInteger(), nullable=False),
        sa.Column("seconds_max", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "hour", name=op.f("pk_feed_pause")),
    )


def downgrade() -> None:
    for table in ("feed_pause", "feed_heard", "feed_failure_hour", "feed_hour", "feed_alert"):
        op.drop_table(table)
    op.drop_constraint("pk_unknown_code", "unknown_code", type_="primary")
    op.execute(
        "DELETE FROM unknown_code one USING unknown_code other WHERE (one.namespace, one.raw_code) = "
        "(other.namespace, other.raw_code) AND one.feed > other.feed"
    )
    op.create_primary_key("pk_unknown_code", "unknown_code", ["namespace", "raw_code"])
    op.drop_column("unknown_code", "feed")
    op.drop_column("quality_result", "bound")
    op.drop_column("quality_result", "observed")
    op.drop_index("ix_batch_started_at", "batch")
    op.drop_column("batch", "feed")
