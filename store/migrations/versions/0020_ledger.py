"""the ledger, which balances and is never changed, and the payouts that it books."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
AMOUNT = sa.Numeric(14, 2)

CHECK = """
CREATE FUNCTION check_booking() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    head booking%ROWTYPE;
    reversed booking%ROWTYPE;
    counted integer;
BEGIN
    SELECT * INTO head FROM booking WHERE booking_id = NEW.booking_id;
    SELECT count(*) INTO counted FROM booking_line WHERE booking_id = head.booking_id;
    IF counted < 2 OR counted <> head.line_count THEN
        RAISE EXCEPTION 'booking %: it has % lines and says %', head.key, counted, head.line_count
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT FROM booking_line WHERE booking_id = head.booking_id
               GROUP BY currency HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'booking %: it does not balance', head.key
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF head.reverses IS NOT NULL THEN
        SELECT * INTO reversed FROM booking WHERE booking_id = head.reverses;
        IF reversed.reverses IS NOT NULL OR reversed.claim_no <> head.claim_no OR EXISTS (
               SELECT FROM booking_line WHERE booking_id IN (head.booking_id, head.reverses)
               GROUP BY account, party, currency HAVING sum(amount) <> 0) THEN
            RAISE EXCEPTION 'booking %: it does not take back what it reverses', head.key
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$
"""
REFUSE = """
CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is never changed: % of % is refused; book a reversal', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def upgrade() -> None:
    op.create_table(
        "booking",
        sa.Column("booking_id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("reverses", sa.BigInteger()),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name="pk_booking"),
        sa.ForeignKeyConstraint(["reverses"], ["booking.booking_id"], name="fk_booking_reverses"),
    )
    op.create_index("uq_booking_key", "booking", ["key"], unique=True)
    op.create_index(
        "uq_booking_reverses", "booking", ["reverses"], unique=True, postgresql_where=sa.text("reverses IS NOT NULL")
    )
    op.create_index("ix_booking_claim_no", "booking", ["claim_no", "booking_id"])
    op.create_index("ix_booking_at", "booking", ["at"])
    op.create_table(
        "booking_line",
        sa.Column("booking_id", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("party", sa.Text(), server_default="", nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.PrimaryKeyConstraint("booking_id", "line", name="pk_booking_line"),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.booking_id"], name="fk_booking_line_booking_id"),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_booking_line_moves")),
    )
    op.create_index(
        "ix_booking_line_party", "booking_line", ["account", "party"], postgresql_where=sa.text("party <> ''")
    )
    op.execute(CHECK)
    op.execute(REFUSE)
    for table in ("booking", "booking_line"):
        op.execute(
            f"CREATE CONSTRAINT TRIGGER check_{table} AFTER INSERT ON {table} DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION check_booking()"
        )
        op.execute(
            f"CREATE TRIGGER refuse_{table}_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
        )
    op.execute(sa.schema.CreateSequence(sa.Sequence("payout_batch_number")))
    op.create_table(
        "payout_batch",
        sa.Column("batch_no", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("payouts", sa.Integer(), nullable=False),
        sa.Column("total", AMOUNT, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_no", name="pk_payout_batch"),
    )
    op.create_table(
        "payout",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("account_sealed", sa.Text(), nullable=False),
        sa.Column("account_tail", sa.Text(), nullable=False),
        sa.Column("account_hash", sa.Text(), nullable=False),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("state_since", INSTANT, nullable=False),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.Column("batch_no", sa.Text()),
        sa.Column("provider_reference", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("paid_at", INSTANT),
        sa.Column("reversal_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("reversed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", INSTANT, server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_payout"),
        sa.ForeignKeyConstraint(["batch_no"], ["payout_batch.batch_no"], name="fk_payout_batch_no"),
        sa.CheckConstraint("amount > 0", name=op.f("ck_payout_pays")),
    )
    op.create_index("uq_payout_claim_no_number", "payout", ["claim_no", "number"], unique=True)
    op.create_index(
        "ix_payout_under_way",
        "payout",
        ["state", "key"],
        postgresql_where=sa.text("state IN ('requested', 'batched', 'reversing')"),
    )
    op.create_index("ix_payout_paid_at", "payout", ["paid_at"], postgresql_where=sa.text("paid_at IS NOT NULL"))
    op.create_index("ix_payout_batch_no", "payout", ["batch_no"], postgresql_where=sa.text("batch_no IS NOT NULL"))
    op.create_index(
        "ix_outbox_uncertain", "outbox", ["kind", "not_before"], postgresql_where=sa.text("status = 'uncertain'")
    )


def downgrade() -> None:
    op.drop_index("ix_outbox_uncertain", "outbox")
    for name in ("payout", "payout_batch", "booking_line", "booking"):
        op.drop_table(name)
    op.execute(sa.schema.DropSequence(sa.Sequence("payout_batch_number")))
    op.execute("DROP FUNCTION check_booking()")
    op.execute("DROP FUNCTION refuse_ledger_change()")
