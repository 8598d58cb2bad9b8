"""a case of customs carries the office that holds the parcel, and so does its analysis."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("cases", "case_analysis"):
        op.add_column(table, sa.Column("customs_office", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    for table in ("case_analysis", "cases"):
        op.drop_column(table, "customs_office")
