"""archives of complaints, what they lack, and what was erased when its time was over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "archive",
        sa.Column("archive_no", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("retention_until", INSTANT, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("held_because", sa.Text(), server_default="", nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("archive_no", name=op.f("pk_archive")),
    )
    op.create_index("uq_archive_case_no_edition", "archive", ["case_no", "edition"], unique=True)
    op.create_index(
        "ix_archive_retention_until",
        "archive",
        ["retention_until", "case_no"],
        unique=False,
        postgresql_where=sa.text("erased_at IS NULL"),
    )
    op.create_index("ix_archive_sha256", "archive", ["sha256"], unique=False)
    op.create_table(
        "archive_gap",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("lacks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("looked_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_archive_gap")),
    )
    op.create_table(
        "archive_file",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_no", "sha256", name=op.f("pk_archive_file")),
    )
    op.create_table(
        "erasure",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("files_kept", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", "erased_at", name=op.f("pk_erasure")),
    )
    op.create_table(
        "erased_file",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_erased_file")),
    )
    op.create_index(
        "ix_complaint_abandoned",
        "complaint",
        ["closed_at"],
        unique=False,
        postgresql_where=sa.text("ending = 'abandoned'"),
    )
    op.create_index(
        "ix_complaint_earlier_case",
        "complaint",
        ["earlier_case"],
        unique=False,
        postgresql_where=sa.text("earlier_case <> ''"),
    )
    op.create_index("ix_evidence_sha256", "evidence", ["sha256"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_evidence_sha256", table_name="evidence")
    op.drop_index("ix_complaint_earlier_case", table_name="complaint")
    op.drop_index("ix_complaint_abandoned", table_name="complaint")
    for name in ("erased_file", "erasure", "archive_file", "archive_gap", "archive"):
        op.drop_table(name)
