"""evidence, inquiries, and requests that their sender named."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
WAITING = sa.text("state IN ('open', 'reminded')")


def upgrade() -> None:
    _evidence()
    _inquiries()
    op.create_table(
        "taken_request",
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("answer", postgresql.JSONB(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sender", "key", name="pk_taken_request"),
    )


def _evidence() -> None:
    op.create_table(
        "evidence",
        sa.Column("evidence_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("door_shown", sa.Text(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=True),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_evidence"),
    )
    op.create_index("uq_evidence_case_no_sha256_edition", "evidence", ["case_no", "sha256", "edition"], unique=True)
    op.create_table(
        "evidence_withdrawal",
        sa.Column("evidence_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_evidence_withdrawal"),
    )
    op.create_table(
        "evidence_waiver",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_no", "kind", name="pk_evidence_waiver"),
    )


def _inquiries() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("inquiry_number")))
    op.create_table(
        "inquiry",
        sa.Column("inquiry_no", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("wanted", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reminders", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_reminder_at", INSTANT, nullable=True),
        sa.Column("answers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.Text(), server_default="", nullable=False),
        sa.Column("withdrawn_because", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("inquiry_no", name="pk_inquiry"),
    )
    op.create_index("uq_inquiry_asked_once", "inquiry", ["case_no", "node", "department", "round"], unique=True)
    op.create_index("ix_inquiry_next_reminder_at", "inquiry", ["next_reminder_at"], postgresql_where=WAITING)
    op.create_index("ix_inquiry_due_at", "inquiry", ["due_at"], postgresql_where=WAITING)
    op.create_table(
        "inquiry_answer",
        sa.Column("answer_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("inquiry_no", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence_ids", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("door_shown", sa.Text(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", name="pk_inquiry_answer"),
    )
    op.create_index("ix_inquiry_answer_inquiry_no", "inquiry_answer", ["inquiry_no", "answer_id"])


def downgrade() -> None:
    for table in ("taken_request", "inquiry_answer", "inquiry"):
        op.drop_table(table)
    op.execute(sa.schema.DropSequence(sa.Sequence("inquiry_number")))
    for table in ("evidence_waiver", "evidence_withdrawal", "evidence"):
        op.drop_table(table)
