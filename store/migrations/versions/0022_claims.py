"""claims, what was told of them, amounts that were named, dockets, and what was settled privately."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute(sa.schema.CreateSequence(sa.Sequence("claim_number")))
    op.execute(sa.schema.CreateSequence(sa.Sequence("docket_number")))
    op.create_table(
        "claim",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("waybill", sa.Text(), server_default="", nullable=False),
        sa.Column("language", sa.Text(), server_default="zh", nullable=False),
        sa.Column("claimant_key", sa.Text(), server_default="", nullable=False),
        sa.Column("relation", sa.Text(), server_default="other", nullable=False),
        sa.Column("origin_case", sa.Text(), server_default="", nullable=False),
        sa.Column("reference", sa.Text(), server_default="", nullable=False),
        sa.Column("claimed", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("currency", sa.Text(), server_default="CNY", nullable=False),
        sa.Column("severity", sa.Integer(), server_default="2", nullable=False),
        sa.Column("severity_score", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_major", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("assigned_to", sa.Text(), server_default="", nullable=False),
        sa.Column("handler", sa.Text(), server_default="", nullable=False),
        sa.Column("liability", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("established", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("route", sa.Text(), nullable=True),
        sa.Column("docket_no", sa.Text(), server_default="", nullable=False),
        sa.Column("rounds", sa.Integer(), server_default="0", nullable=False),
        sa.Column("proposals_refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("offered", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("offer_due_at", INSTANT, nullable=True),
        sa.Column("evidence_due_at", INSTANT, nullable=True),
        sa.Column("agreed_amount", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("payouts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("paid_amount", sa.Numeric(precision=12, scale=2), server_default="0", nullable=False),
        sa.Column("escalation_level", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_escalated_at", INSTANT, nullable=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("state_since", INSTANT, nullable=False),
        sa.Column("customer_told_at", INSTANT, nullable=True),
        sa.Column("next_due_at", INSTANT, nullable=True),
        sa.Column("due_kind", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_profile", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_calendars", sa.Text(), server_default="", nullable=False),
        sa.Column("clock_anchors", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("tell_due_at", INSTANT, nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("ending", sa.Text(), server_default="", nullable=False),
        sa.Column("history_head", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_no", name=op.f("pk_claim")),
    )
    op.create_index(
        "ix_claim_claimant_key",
        "claim",
        ["claimant_key", "opened_at"],
        unique=False,
        postgresql_where=sa.text("claimant_key <> ''"),
    )
    op.create_index(
        "ix_claim_closed_at", "claim", ["closed_at"], unique=False, postgresql_where=sa.text("closed_at IS NOT NULL")
    )
    op.create_index(
        "ix_claim_docket_no", "claim", ["docket_no"], unique=False, postgresql_where=sa.text("docket_no <> ''")
    )
    op.create_index(
        "ix_claim_evidence_due_at",
        "claim",
        ["evidence_due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'EVIDENCE'"),
    )
    op.create_index(
        "ix_claim_next_due_at",
        "claim",
        ["next_due_at", "case_no"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_index(
        "ix_claim_offer_due_at",
        "claim",
        ["offer_due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('OFFERED', 'DENIED')"),
    )
    op.create_index("ix_claim_opened_at", "claim", ["opened_at"], unique=False)
    op.create_index(
        "ix_claim_origin_case", "claim", ["origin_case"], unique=False, postgresql_where=sa.text("origin_case <> ''")
    )
    op.create_index(
        "ix_claim_reference", "claim", ["reference"], unique=False, postgresql_where=sa.text("reference <> ''")
    )
    op.create_index(
        "ix_claim_state", "claim", ["state", "case_no"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(
        "ix_claim_tell_due_at", "claim", ["tell_due_at"], unique=False, postgresql_where=sa.text("closed_at IS NULL")
    )
    op.create_index(
        "ix_claim_undocketed",
        "claim",
        ["case_no"],
        unique=False,
        postgresql_where=sa.text("route = 'docket' AND docket_no = ''"),
    )
    op.create_index("ix_claim_waybill", "claim", ["waybill"], unique=False, postgresql_where=sa.text("waybill <> ''"))
    op.create_table(
        "claim_form",
        sa.Column("form_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("missing", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("form_id", name=op.f("pk_claim_form")),
    )
    op.create_index("ix_claim_form_case_no", "claim_form", ["case_no", "form_id"], unique=False)
    op.create_table(
        "claim_payee",
        sa.Column("payee_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("account_sealed", sa.Text(), nullable=False),
        sa.Column("account_tail", sa.Text(), nullable=False),
        sa.Column("account_hash", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("payee_id", name=op.f("pk_claim_payee")),
    )
    op.create_index("ix_claim_payee_account_hash", "claim_payee", ["account_hash"], unique=False)
    op.create_index("ix_claim_payee_case_no", "claim_payee", ["case_no", "payee_id"], unique=False)
    op.create_table(
        "claim_offer",
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=True),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("case_no", "number", name=op.f("pk_claim_offer")),
    )
    op.create_index(
        "uq_claim_offer_open", "claim_offer", ["case_no"], unique=True, postgresql_where=sa.text("state = 'open'")
    )
    op.create_table(
        "docket",
        sa.Column("docket_no", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("docket_no", name=op.f("pk_docket")),
    )
    op.create_index(
        "ix_docket_waiting", "docket", ["docket_no"], unique=False, postgresql_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "docket_claim",
        sa.Column("docket_no", sa.Text(), nullable=False),
        sa.Column("case_no", sa.Text(), nullable=False),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("docket_no", "case_no", name=op.f("pk_docket_claim")),
    )
    op.create_index("ix_docket_claim_case_no", "docket_claim", ["case_no"], unique=False)
    op.create_table(
        "private_settlement",
        sa.Column("settlement_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_no", sa.Text(), server_default="", nullable=False),
        sa.Column("waybill", sa.Text(), server_default="", nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=12, scale=2), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("told_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("settlement_id", name=op.f("pk_private_settlement")),
    )
    op.create_index("ix_private_settlement_settled_on", "private_settlement", ["settled_on"], unique=False)
    op.create_index(
        "ix_private_settlement_waybill",
        "private_settlement",
        ["waybill"],
        unique=False,
        postgresql_where=sa.text("waybill <> ''"),
    )


def downgrade() -> None:
    for name in (
        "private_settlement", "docket_claim", "docket", "claim_offer", "claim_payee", "claim_form", "claim",
    ):  # fmt: skip
        op.drop_table(name)
    for name in ("docket_number", "claim_number"):
        op.execute(sa.schema.DropSequence(sa.Sequence(name)))
