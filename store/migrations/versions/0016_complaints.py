"""complaints, what was told of them, their tasks, penalties and rewards, and the agents of the service desk."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("complaint_number")))
    op.create_table(
        "agent",
        sa.Column("staff_id", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), server_default="", nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("cases_max", sa.Integer(), nullable=False),
        sa.Column("on_duty", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_agent")),
    )
    op.create_table(
        "complaint",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("waybill", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="zh", nullable=False),
        sa.Column("caller_key", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("related_case", sa.Text(), server_default="", nullable=False),
        sa.Column("earlier_case", sa.Text(), server_default="", nullable=False),
        sa.Column("is_repeat", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("tellings", sa.Integer(), server_default="1", nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("caller_level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tier", sa.Integer(), server_default="1", nullable=False),
        sa.Column("severity", sa.Integer(), server_default="2", nullable=False),
        sa.Column("severity_score", sa.Integer(), server_default="0", nullable=False),
        sa.Column("assigned_to", sa.Text(), server_default="", nullable=False),
        sa.Column("handler", sa.Text(), server_default="", nullable=False),
        sa.Column("transferred_to", sa.Text(), server_default="", nullable=False),
        sa.Column("finding", postgresql.JSONB(), nullable=True),
        sa.Column("demanded", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), server_default="CNY", nullable=False),
        sa.Column("rounds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("escalation_level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_escalated_at", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("state_since", INSTANT, nullable=False),
        sa.Column("customer_told_at", INSTANT, nullable=True),
        sa.Column("next_due_at", INSTANT, nullable=True),
        sa.Column("due_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_profile", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_calendars", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_anchors", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("tell_due_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("ending", sa.Text(), server_default="", nullable=False),
        sa.Column("answer_due_at", INSTANT, nullable=True),
        sa.Column("objections", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ordered_version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("amount_ordered", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("follow_up_at", INSTANT, nullable=True),
        sa.Column("follow_ups", sa.Integer(), server_default="0", nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("archive_no", sa.Text(), server_default="", nullable=False),
        sa.Column("history_head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_complaint")),
    )
    op.create_index(
        "ix_complaint_answer_due_at",
        "complaint",
        ["answer_due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'FED_BACK'"),
    )
    op.create_index(
        "ix_complaint_caller_key",
        "complaint",
        ["caller_key", "opened_at"],
        unique=False,
        postgresql_where=sa.text("caller_key <> ''"),
    )
    op.create_index(
        "ix_complaint_follow_up_at",
        "complaint",
        ["follow_up_at"],
        unique=False,
        postgresql_where=sa.text("follow_up_at IS NOT NULL"),
    )
    op.create_index(
        "ix_complaint_handler",
        "complaint",
        ["handler"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL AND handler <> ''"),
    )
    op.create_index(
        "ix_complaint_next_due_at",
        "complaint",
        ["next_due_at", "case_no"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index("ix_complaint_opened_at", "complaint", ["opened_at"], unique=False)
    op.create_index(
        "ix_complaint_state",
        "complaint",
        ["state", "case_no"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_complaint_tell_due_at",
        "complaint",
        ["tell_due_at"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_complaint_waybill",
        "complaint",
        ["waybill", "type"],
        unique=False,
        postgresql_where=sa.text("waybill <> ''"),
    )
    op.create_table(
        "complaint_action",
        sa.Column("action_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("done_by", sa.Text(), server_default="", nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("verified_by", sa.Text(), server_default="", nullable=False),
        sa.Column("verified_at", INSTANT, nullable=True),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_complaint_action")),
    )
    op.create_index(
        "ix_complaint_action_due_at",
        "complaint_action",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "ix_complaint_action_unverified",
        "complaint_action",
        ["case_no"],
        unique=False,
        postgresql_where=sa.text("state = 'done' AND action = 'RECTIFY'"),
    )
    op.create_index(
        "uq_complaint_action_case_no_plan_version_action",
        "complaint_action",
        ["case_no", "plan_version", "action"],
        unique=True,
    )
    op.create_table(
        "complaint_record",
        sa.Column("record_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("missing", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("by_customer", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_complaint_record")),
    )
    op.create_index("ix_complaint_record_case_no", "complaint_record", ["case_no", "record_id"], unique=False)
    op.create_table(
        "consequence",
        sa.Column("consequence_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), server_default="CNY", nullable=False),
        sa.Column("rule", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("contest_until", INSTANT, nullable=False),
        sa.Column("contested_by", sa.Text(), server_default="", nullable=False),
        sa.Column("contest", sa.Text(), server_default="", nullable=False),
        sa.Column("ruled_by", sa.Text(), server_default="", nullable=False),
        sa.Column("ruled_at", INSTANT, nullable=True),
        sa.Column("ruling", sa.Text(), server_default="", nullable=False),
        sa.Column("reminded_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("consequence_id", name=op.f("pk_consequence")),
    )
    op.create_index(
        "ix_consequence_unruled",
        "consequence",
        ["contest_until"],
        unique=False,
        postgresql_where=sa.text("state IN ('proposed', 'contested')"),
    )
    op.create_index("uq_consequence_case_no_kind_party", "consequence", ["case_no", "kind", "party"], unique=True)


def downgrade() -> None:
    for name in ("consequence", "complaint_record", "complaint_action", "complaint", "agent"):
        op.drop_table(name)
    op.execute(sa.schema.DropSequence(sa.Sequence("complaint_number")))
