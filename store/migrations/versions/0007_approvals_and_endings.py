"""several approvals of one plan, and how a case ends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gate", sa.Column("step", sa.Integer(), server_default="1", nullable=False))
    op.add_column("gate", sa.Column("level", sa.Text(), server_default="supervisor", nullable=False))
    op.add_column(
        "gate", sa.Column("given", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False)
    )
    op.drop_index("uq_gate_case_no_plan_version", table_name="gate")
    op.create_index("uq_gate_case_no_plan_version_step", "gate", ["case_no", "plan_version", "step"], unique=True)
    op.add_column("decision", sa.Column("final", sa.Boolean(), server_default="true", nullable=False))
    # What waits to be started was asked for without a step.
    _endings()
    op.execute(
        "UPDATE outbox SET payload = payload || '{\"step\": 1}' WHERE kind = 'start_run' AND NOT payload ? 'step'"
    )


def _endings() -> None:
    for name in ("answer_due_at", "follow_up_at"):
        op.add_column("cases", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name in ("objections", "follow_ups"):
        op.add_column("cases", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("cases", sa.Column("demand", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE cases SET answer_due_at = now() WHERE state = 'FED_BACK'")
    op.create_index(
        "ix_cases_answer_due_at", "cases", ["answer_due_at"], postgresql_where=sa.text("state = 'FED_BACK'")
    )
    op.create_index(
        "ix_cases_follow_up_at", "cases", ["follow_up_at"], postgresql_where=sa.text("follow_up_at IS NOT NULL")
    )
    op.create_index("ix_outbox_failed", "outbox", ["case_no"], postgresql_where=sa.text("status = 'failed'"))


def downgrade() -> None:
    op.drop_index("ix_outbox_failed", table_name="outbox")
    op.drop_index("ix_cases_follow_up_at", table_name="cases")
    op.drop_index("ix_cases_answer_due_at", table_name="cases")
    for name in ("demand", "follow_ups", "objections", "follow_up_at", "answer_due_at"):
        op.drop_column("cases", name)
    op.drop_column("decision", "final")
    op.drop_index("uq_gate_case_no_plan_version_step", table_name="gate")
    op.create_index("uq_gate_case_no_plan_version", "gate", ["case_no", "plan_version"], unique=True)
    for name in ("given", "level", "step"):
        op.drop_column("gate", name)
