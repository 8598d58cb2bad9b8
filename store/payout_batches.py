"""The batches in which payouts go to the bank, each one file."""

from sqlalchemy import Column, Connection, Integer, Table, Text, insert, text
from sqlalchemy import Sequence as Numbering

from schemas.payments import Batch, Payout
from store.ledger import AMOUNT
from store.metadata import INSTANT, metadata
from store.payouts import COLUMNS

payout_batch_number = Numbering("payout_batch_number", metadata=metadata)
payout_batch = Table(
    "payout_batch",
    metadata,
    Column("batch_no", Text, primary_key=True),
    Column("currency", Text, nullable=False),
    Column("payouts", Integer, nullable=False),
    Column("total", AMOUNT, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("sha256", Text, nullable=False),  # of the file, which is written once
    Column("made_at", INSTANT, nullable=False),
    Column("made_by", Text, nullable=False),
)
_BATCH = (
    "b.batch_no, b.currency, b.payouts, b.total, b.file_name, b.sha256, b.made_at, "
    "EXISTS (SELECT FROM outbox o WHERE o.key = b.batch_no AND o.status = 'done') AS written"
)


def waiting(connection: Connection, *, limit: int) -> list[Payout]:
    """Read and lock payouts that are to go to the bank by file, of one currency, the first requested first."""
    rows = connection.execute(
        text(
            f"SELECT {COLUMNS} FROM payout p WHERE p.state = 'requested' AND p.method = 'bank_file' "  # noqa: S608
            "AND p.currency = (SELECT q.currency FROM payout q WHERE q.state = 'requested' AND q.method = 'bank_file' "
            "ORDER BY q.requested_at, q.key LIMIT 1) ORDER BY p.requested_at, p.key LIMIT :limit "
            "FOR UPDATE OF p SKIP LOCKED"
        ),
        {"limit": limit},
    )
    return [Payout.model_validate(row._asdict()) for row in rows]


def next_number(connection: Connection, *, day: str) -> str:
    """Give the number of a new batch."""
    number = connection.execute(text("SELECT nextval('payout_batch_number')")).scalar_one()
    return f"PB-{day}-{number:06d}"


def add(connection: Connection, batch: Batch, *, who: str) -> None:
    """Take a batch down."""
    connection.execute(insert(payout_batch).values(**batch.model_dump(exclude={"written"}), made_by=who))


def one(connection: Connection, batch_no: str) -> Batch | None:
    """Read a batch, if there is one with this number."""
    row = connection.execute(
        text(f"SELECT {_BATCH} FROM payout_batch b WHERE b.batch_no = :batch_no"),  # noqa: S608
        {"batch_no": batch_no},
    ).one_or_none()
    return Batch.model_validate(row._asdict()) if row else None


def listing(connection: Connection, *, limit: int = 100) -> list[Batch]:
    """List batches, newest first."""
    rows = connection.execute(
        text(f"SELECT {_BATCH} FROM payout_batch b ORDER BY b.made_at DESC, b.batch_no DESC LIMIT :limit"),  # noqa: S608
        {"limit": limit},
    )
    return [Batch.model_validate(row._asdict()) for row in rows]


def keys_of(connection: Connection, batch_no: str) -> list[str]:
    """List the payouts of a batch."""
    rows = connection.execute(
        text("SELECT key FROM payout WHERE batch_no = :batch_no ORDER BY key"), {"batch_no": batch_no}
    )
    return [row.key for row in rows]
