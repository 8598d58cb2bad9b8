"""calls of the service desk, what could not be used of their files, and what customers praised."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "call_intake",
        sa.Column("intake_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("read", sa.Integer(), nullable=False),
        sa.Column("clean", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("quarantined", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("intake_id", name=op.f("pk_call_intake")),
    )
    op.create_table(
        "call_quarantine",
        sa.Column("quarantine_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("record_hash", sa.LargeBinary(), nullable=False),
        sa.Column("times_seen", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("quarantine_id", name=op.f("pk_call_quarantine")),
    )
    op.create_index("uq_call_quarantine_record_hash", "call_quarantine", ["record_hash"], unique=True)
    op.create_table(
        "call_record",
        sa.Column("centre", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("rings", sa.Integer(), nullable=True),
        sa.Column("queue", sa.Text(), server_default="", nullable=False),
        sa.Column("agent", sa.Text(), server_default="", nullable=False),
        sa.Column("caller_key", sa.Text(), server_default="", nullable=False),
        sa.Column("hung_up_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("centre", "call_id", name=op.f("pk_call_record")),
    )
    op.create_index("ix_call_record_started_at", "call_record", ["started_at"], unique=False)
    op.create_table(
        "praise",
        sa.Column("praise_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), server_default="", nullable=False),
        sa.Column("courier", sa.Text(), server_default="", nullable=False),
        sa.Column("waybill", sa.Text(), server_default="", nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("praise_id", name=op.f("pk_praise")),
    )
    op.create_index("ix_praise_told_at", "praise", ["told_at"], unique=False)


def downgrade() -> None:
    for name in ("praise", "call_record", "call_quarantine", "call_intake"):
        op.drop_table(name)
