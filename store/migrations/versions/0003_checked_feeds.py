"""payloads that are stopped, the clock of an event, what a shipment's fold needs."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event_log", sa.Column("clock", sa.Text(), nullable=False, server_default="declared"))
    op.add_column("inbox", sa.Column("stopped_because", sa.Text(), nullable=True))
    op.drop_index("ix_inbox_unprocessed", table_name="inbox")
    op.create_index(
        "ix_inbox_unprocessed",
        "inbox",
        ["id"],
        postgresql_where=sa.text("processed_at IS NULL AND stopped_because IS NULL"),
    )
    op.create_index("ix_inbox_stopped", "inbox", ["feed"], postgresql_where=sa.text("stopped_because IS NOT NULL"))
    op.execute("ALTER TABLE inbox ALTER COLUMN body SET STORAGE EXTERNAL")  # compressing costs more than it saves
    op.add_column("shipment", sa.Column("troubled", sa.Boolean(), nullable=False, server_default="true"))
    op.add_column("shipment", sa.Column("first_scan_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("shipment", "first_scan_at")
    op.drop_column("shipment", "troubled")
    op.execute("ALTER TABLE inbox ALTER COLUMN body SET STORAGE EXTENDED")
    op.drop_index("ix_inbox_stopped", table_name="inbox")
    op.drop_index("ix_inbox_unprocessed", table_name="inbox")
    op.create_index("ix_inbox_unprocessed", "inbox", ["id"], postgresql_where=sa.text("processed_at IS NULL"))
    op.drop_column("inbox", "stopped_because")
    op.drop_column("event_log", "clock")
