"""appeals, the papers of their files, and how their conditions stood."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("appeal_number")))
    op.create_table(
        "appeal",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("regulator", sa.Text(), nullable=False),
        sa.Column("regulator_no", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), server_default="", nullable=False),
        sa.Column("appellant_key", sa.Text(), server_default="", nullable=False),
        sa.Column("complaint_no", sa.Text(), server_default="", nullable=False),
        sa.Column("admission", sa.Text(), server_default="unknown", nullable=False),
        sa.Column("assessments", sa.Integer(), server_default="0", nullable=False),
        sa.Column("handler", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("appealed_at", INSTANT, nullable=True),
        sa.Column("forwarded_at", INSTANT, nullable=True),
        sa.Column("answer_by", INSTANT, nullable=True),
        sa.Column("extended_at", INSTANT, nullable=True),
        sa.Column("reports", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reported_at", INSTANT, nullable=True),
        sa.Column("answers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("returned_at", INSTANT, nullable=True),
        sa.Column("sessions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opinion_at", INSTANT, nullable=True),
        sa.Column("response", sa.Text(), server_default="", nullable=False),
        sa.Column("responded_at", INSTANT, nullable=True),
        sa.Column("ending", sa.Text(), server_default="", nullable=False),
        sa.Column("kept_until", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("state_since", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("next_due_at", INSTANT, nullable=True),
        sa.Column("due_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_profile", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_calendars", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_anchors", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("tell_due_at", INSTANT, nullable=True),
        sa.Column("history_head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_appeal")),
    )
    op.create_index(
        "ix_appeal_complaint_no", "appeal", ["complaint_no"], postgresql_where=sa.text("complaint_no <> ''")
    )
    op.create_index(
        "ix_appeal_tell_due_at", "appeal", ["tell_due_at", "case_no"], postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(
        "ix_appeal_kept_until", "appeal", ["kept_until"], postgresql_where=sa.text("kept_until IS NOT NULL")
    )
    op.create_index("ix_appeal_state", "appeal", ["state", "case_no"], postgresql_where=sa.text("closed_at IS NULL"))
    op.create_index("ix_appeal_waybill", "appeal", ["waybill"], postgresql_where=sa.text("waybill <> ''"))
    op.create_index("uq_appeal_regulator_regulator_no", "appeal", ["regulator", "regulator_no"], unique=True)
    op.create_table(
        "appeal_paper",
        sa.Column("paper_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("document", sa.Text(), server_default="", nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_appeal_paper")),
    )
    op.create_index("uq_appeal_paper_case_no_kind_number", "appeal_paper", ["case_no", "kind", "number"], unique=True)
    op.create_table(
        "appeal_precondition",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("assessment", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=False),
        sa.Column("en", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("verified", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("case_no", "assessment", "kind", name=op.f("pk_appeal_precondition")),
    )


def downgrade() -> None:
    for name in ("appeal_precondition", "appeal_paper", "appeal"):
        op.drop_table(name)
    op.execute(sa.schema.DropSequence(sa.Sequence("appeal_number")))
