"""what parties are charged for claims, and what insurers are asked and tell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
AMOUNT = sa.Numeric(precision=14, scale=2)
SHARE = sa.Numeric(precision=7, scale=4)


def upgrade() -> None:
    op.create_table(
        "charge",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("share", SHARE, nullable=False),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("noticed_at", INSTANT, nullable=False),
        sa.Column("object_until", INSTANT, nullable=False),
        sa.Column("objected_by", sa.Text(), server_default="", nullable=False),
        sa.Column("objection", sa.Text(), server_default="", nullable=False),
        sa.Column("objected_at", INSTANT, nullable=True),
        sa.Column("ruled_by", sa.Text(), server_default="", nullable=False),
        sa.Column("ruling", sa.Text(), server_default="", nullable=False),
        sa.Column("ruled_at", INSTANT, nullable=True),
        sa.Column("charged_at", INSTANT, nullable=True),
        sa.Column("recovered", AMOUNT, server_default="0", nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("amount > 0 AND recovered BETWEEN 0 AND amount", name=op.f("ck_charge_owes")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_charge")),
    )
    op.create_index("uq_charge_claim_no_number", "charge", ["claim_no", "number"], unique=True)
    op.create_index(
        "ix_charge_noticed",
        "charge",
        ["object_until", "key"],
        unique=False,
        postgresql_where=sa.text("state = 'noticed'"),
    )
    op.create_index(
        "ix_charge_waiting",
        "charge",
        ["noticed_at", "key"],
        unique=False,
        postgresql_where=sa.text("state IN ('objected', 'unapproved')"),
    )
    op.create_index(
        "ix_charge_owed", "charge", ["party", "key"], unique=False, postgresql_where=sa.text("state = 'charged'")
    )
    op.create_table(
        "insurance_case",
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("insurer", sa.Text(), nullable=False),
        sa.Column("policy_no", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed", AMOUNT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("granted", AMOUNT, nullable=True),
        sa.Column("ratio", SHARE, nullable=True),
        sa.Column("paid", AMOUNT, nullable=True),
        sa.Column("report_no", sa.Text(), server_default="", nullable=False),
        sa.Column("refusal", sa.Text(), server_default="", nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("state_since", INSTANT, nullable=False),
        sa.Column("submissions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("contact_due_at", INSTANT, nullable=True),
        sa.Column("contacted_at", INSTANT, nullable=True),
        sa.Column("contacts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("claimed > 0", name=op.f("ck_insurance_case_asks")),
        sa.PrimaryKeyConstraint("claim_no", name=op.f("pk_insurance_case")),
    )
    op.create_index(
        "ix_insurance_case_open",
        "insurance_case",
        ["contact_due_at", "claim_no"],
        unique=False,
        postgresql_where=sa.text("state NOT IN ('paid', 'refused', 'given_up')"),
    )
    op.create_index(
        "ix_insurance_case_preparing",
        "insurance_case",
        ["claim_no"],
        unique=False,
        postgresql_where=sa.text("state = 'preparing'"),
    )
    op.create_table(
        "insurance_event",
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_insurance_event")),
    )
    op.create_index("uq_insurance_event_claim_no_step", "insurance_event", ["claim_no", "step"], unique=True)
    op.create_table(
        "insurance_contact",
        sa.Column("contact_id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_insurance_contact")),
    )
    op.create_index("ix_insurance_contact_claim_no", "insurance_contact", ["claim_no", "contact_id"], unique=False)


def downgrade() -> None:
    for name in ("insurance_contact", "insurance_event", "insurance_case", "charge"):
        op.drop_table(name)
