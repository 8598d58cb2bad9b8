"""which run is sending an item of the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("flow_run_id", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "flow_run_id")
