"""Erasing the personal data of complaints whose time is over: whose it is, what holds it, and what is taken.

What claims have beside is `store.claim_erasing`.

A case, its sealed history and its figures stay: the history names what was told by its hash. Taken are the words of
what was told, of the notices to the customer, of what was answered about him, and who gave which file. The files lie in
the vault: which of them nobody else needs is said here, removing them is for `tasks.retention`.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, Table, Text, text

from schemas.archives import HoldReason
from schemas.complaints import Complaint
from store.complaints import Chosen, complaint, select_complaints
from store.metadata import INSTANT, metadata

erasure = Table(
    "erasure",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("erased_at", INSTANT, primary_key=True),
    Column("basis", Text, nullable=False),  # the row of the rule pack whose time was over
    Column("files", Integer, nullable=False),  # removed from the vault
    Column("files_kept", Integer, nullable=False),  # another case needs the same file
)
erased_file = Table(
    "erased_file",
    metadata,
    Column("sha256", LargeBinary, primary_key=True),
    Column("erased_at", INSTANT, nullable=False),
)
Index("ix_complaint_abandoned", complaint.c.closed_at, postgresql_where=text("ending = 'abandoned'"))
Index("ix_complaint_earlier_case", complaint.c.earlier_case, postgresql_where=text("earlier_case <> ''"))

HOLDS: Mapping[HoldReason, str] = {
    HoldReason.APPEAL: "EXISTS (SELECT FROM appeal a WHERE a.complaint_no = c.case_no AND a.complaint_no <> '' "
    "AND (a.closed_at IS NULL OR a.kept_until > :now)) OR EXISTS (SELECT FROM appeal a WHERE a.waybill = c.waybill "
    "AND a.waybill <> '' AND a.closed_at IS NULL) OR EXISTS (SELECT FROM complaint r WHERE r.waybill = c.waybill "
    "AND r.waybill <> '' AND r.channel = 'regulator' AND r.case_no <> c.case_no AND r.closed_at IS NULL)",
    HoldReason.LATER_CASE: "EXISTS (SELECT FROM complaint l WHERE l.earlier_case = c.case_no AND l.earlier_case <> '' "
    "AND NOT EXISTS (SELECT FROM erasure e WHERE e.case_no = l.case_no AND e.erased_at >= l.state_since))",
    HoldReason.LATER_CLAIM: "EXISTS (SELECT FROM claim l WHERE l.origin_case = c.case_no AND l.origin_case <> '' "
    "AND NOT EXISTS (SELECT FROM erasure e WHERE e.case_no = l.case_no AND e.erased_at >= l.state_since))",
    HoldReason.PENALTY_OPEN: "EXISTS (SELECT FROM consequence p WHERE p.case_no = c.case_no "
    "AND p.state IN ('proposed', 'contested'))",
    HoldReason.RECTIFICATION_OPEN: "EXISTS (SELECT FROM complaint_action t WHERE t.case_no = c.case_no "
    "AND t.action = 'RECTIFY' AND t.state IN ('open', 'done'))",
}
"""Why a complaint `c` is kept although its time is over; the first that holds is named."""
ERASED = "EXISTS (SELECT FROM erasure e WHERE e.case_no = {0}.case_no AND e.erased_at >= {0}.{1})"
_LOCK = "pg_advisory_xact_lock{0}(hashtextextended('vault file ' || digest, 0))"


def due(
    connection: Connection, *, now: datetime, drafts_before: datetime, under: str | None, limit: int
) -> list[Complaint]:
    """Read and lock closed complaints whose time is over, the newest number first, from the one below `under` on.

    A complaint's time is over when that of its last archive is; a draft's, which has none, when it was given up before.
    One that somebody else holds is passed over until the next night.
    """
    numbers = connection.execute(
        text(
            "SELECT c.case_no FROM (SELECT case_no FROM archive WHERE erased_at IS NULL AND retention_until <= :now "  # noqa: S608
            "UNION SELECT d.case_no FROM complaint d WHERE d.ending = 'abandoned' AND d.closed_at <= :drafts_before "
            f"AND NOT {ERASED.format('d', 'closed_at')}) AS over JOIN complaint c USING (case_no) "
            "WHERE c.state = 'CLOSED' AND (CAST(:under AS text) IS NULL OR c.case_no < :under) AND NOT EXISTS "
            "(SELECT FROM archive a WHERE a.case_no = c.case_no AND a.erased_at IS NULL AND a.retention_until > :now) "
            "ORDER BY c.case_no DESC LIMIT :limit FOR UPDATE OF c SKIP LOCKED"
        ),
        {"now": now, "drafts_before": drafts_before, "under": under, "limit": limit},
    )
    chosen = Chosen(case_nos=list(numbers.scalars()))
    return select_complaints(connection, chosen, limit=limit)[::-1] if chosen.case_nos else []


def holds(connection: Connection, case_nos: Collection[str], *, now: datetime) -> dict[str, HoldReason]:
    """Say of each complaint why it is kept although its time is over; one that is not is left out."""
    return held_by(connection, "complaint", HOLDS, case_nos, now=now)


def held_by(
    connection: Connection,
    table: str,
    conditions: Mapping[HoldReason, str],
    case_nos: Collection[str],
    *,
    now: datetime,
) -> dict[str, HoldReason]:
    """Say of each case `c` of a table which condition holds it first; one that none holds is left out."""
    cases = " ".join(f"WHEN {condition} THEN '{reason.value}'" for reason, condition in conditions.items())
    rows = connection.execute(
        text(f"SELECT c.case_no, CASE {cases} END AS reason FROM {table} c WHERE c.case_no = ANY(:case_nos)"),  # noqa: S608
        {"case_nos": list(case_nos), "now": now},
    )
    return {row.case_no: HoldReason(row.reason) for row in rows if row.reason}


def note_holds(connection: Connection, case_nos: Collection[str], held: Mapping[str, HoldReason]) -> None:
    """Write down why archives are kept although their time is over, and take back what holds no longer."""
    connection.execute(
        text(
            "UPDATE archive SET held_because = coalesce(h.reason, '') FROM unnest(CAST(:case_nos AS text[]), "
            "CAST(:reasons AS text[])) AS h(case_no, reason) WHERE archive.case_no = h.case_no "
            "AND archive.held_because <> coalesce(h.reason, '')"
        ),
        {"case_nos": list(case_nos), "reasons": [held.get(number) for number in case_nos]},
    )


def bases(connection: Connection, case_nos: Collection[str]) -> dict[str, str]:
    """Say by which row of a rule pack the time of each complaint's last archive is over."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (case_no) case_no, basis FROM archive WHERE case_no = ANY(:case_nos) "
            "ORDER BY case_no, retention_until DESC"
        ),
        {"case_nos": list(case_nos)},
    )
    return {row.case_no: row.basis for row in rows}


def lock_files(connection: Connection, case_nos: Collection[str]) -> dict[str, set[str]]:
    """Lock what lies in the vault for these cases, and give the hashes of each.

    While they are locked nobody can write down that another case has such a file (`erased_among`).
    """
    rows = connection.execute(
        text(
            "SELECT case_no, encode(sha256, 'hex') AS digest FROM evidence WHERE case_no = ANY(:case_nos) UNION "
            "SELECT case_no, encode(sha256, 'hex') FROM archive WHERE case_no = ANY(:case_nos) UNION "
            "SELECT case_no, encode(sha256, 'hex') FROM archive_file WHERE case_no = ANY(:case_nos)"
        ),
        {"case_nos": list(case_nos)},
    )
    found: dict[str, set[str]] = {number: set() for number in case_nos}
    for row in rows:
        found[row.case_no].add(row.digest)
    _lock(connection, set().union(*found.values()), way="")
    return found


def _lock(connection: Connection, digests: Collection[str], *, way: str) -> None:
    connection.execute(
        text(f"SELECT {_LOCK.format(way)} FROM unnest(CAST(:digests AS text[])) AS digest"),  # noqa: S608
        {"digests": sorted(digests)},
    )


def needed_elsewhere(connection: Connection, digests: Collection[str], *, case_nos: Collection[str]) -> set[str]:
    """Find the files that a case beside these has too, and that were not erased there."""
    rows = connection.execute(
        text(
            "SELECT encode(e.sha256, 'hex') AS digest FROM evidence e WHERE e.sha256 = ANY(:digests) "
            "AND e.case_no <> ALL(:case_nos) AND NOT EXISTS (SELECT FROM erasure x WHERE x.case_no = e.case_no "
            "AND x.erased_at >= e.received_at) UNION SELECT encode(a.sha256, 'hex') FROM archive a "
            "WHERE a.sha256 = ANY(:digests) AND a.case_no <> ALL(:case_nos) AND a.erased_at IS NULL"
        ),
        {"digests": [bytes.fromhex(digest) for digest in digests], "case_nos": list(case_nos)},
    )
    return {row.digest for row in rows}


def erased_among(connection: Connection, digests: Collection[str]) -> list[str]:
    """Name those of these files that were erased once; whoever writes down that a case has them makes sure of them.

    Until the caller's transaction ends, nobody erases any of the files.
    """
    _lock(connection, digests, way="_shared")
    rows = connection.execute(
        text("SELECT encode(sha256, 'hex') FROM erased_file WHERE sha256 = ANY(:digests)"),
        {"digests": [bytes.fromhex(digest) for digest in digests]},
    )
    return list(rows.scalars())


def note_erased_files(connection: Connection, digests: Collection[str], *, at: datetime) -> None:
    """Write down which files were removed from the vault."""
    connection.execute(
        text(
            "INSERT INTO erased_file (sha256, erased_at) SELECT decode(digest, 'hex'), :at "
            "FROM unnest(CAST(:digests AS text[])) AS digest "
            "ON CONFLICT (sha256) DO UPDATE SET erased_at = excluded.erased_at"
        ),
        {"digests": sorted(digests), "at": at},
    )


OF_EVERY_CASE: Mapping[str, str] = {
    "notices": "UPDATE outbox SET payload = jsonb_build_object('audience', 'customer', 'purpose', "
    "payload->'purpose', 'channel', payload->'channel', 'erased_at', CAST(:at AS timestamptz)), error = '', "
    "answer = NULL WHERE case_no = ANY(:case_nos) AND payload->>'audience' = 'customer' "
    "AND NOT payload ? 'erased_at' AND status NOT IN ('pending', 'sending')",
    "evidence": "UPDATE evidence SET file_name = '', given_by = '', note = '' WHERE case_no = ANY(:case_nos)",
    "answers": "UPDATE inquiry_answer SET text = '', answered_by = '' WHERE inquiry_no IN "
    "(SELECT inquiry_no FROM inquiry WHERE case_no = ANY(:case_nos))",
    "contacts": "UPDATE contact_attempt SET note = '' WHERE case_no = ANY(:case_nos)",
}
"""What is taken of a case of any kind, by what it is counted as, and ..."""
OF_COMPLAINTS: Mapping[str, str] = {
    "records": "UPDATE complaint_record SET content = '{}', erased_at = :at "
    "WHERE case_no = ANY(:case_nos) AND erased_at IS NULL",
    "archives": "UPDATE archive SET erased_at = :at WHERE case_no = ANY(:case_nos) AND erased_at IS NULL",
}
"""... what complaints have beside."""


def take_words(
    connection: Connection, case_nos: Collection[str], *, own: Mapping[str, str], at: datetime
) -> dict[str, int]:
    """Empty everything that names or quotes the people of these cases; give how many rows of each kind it was.

    A notice that is still to be sent stays: nothing of a case whose time is over is under way. `own` is what their
    kind has beside.
    """
    given = {"case_nos": list(case_nos), "at": at}
    statements = {**own, **OF_EVERY_CASE}
    return {what: connection.execute(text(statement), given).rowcount for what, statement in statements.items()}


def note_erasure(
    connection: Connection, case_no: str, *, basis: str, files: int, files_kept: int, at: datetime
) -> None:
    """Write down that the personal data of a case was erased, and by which rule; at one moment it may be by two."""
    connection.execute(
        text(
            "INSERT INTO erasure (case_no, erased_at, basis, files, files_kept) "
            "VALUES (:case_no, :at, :basis, :files, :files_kept) ON CONFLICT (case_no, erased_at) DO UPDATE "
            "SET basis = erasure.basis || '; ' || excluded.basis, files = erasure.files + excluded.files, "
            "files_kept = erasure.files_kept + excluded.files_kept"
        ),
        {"case_no": case_no, "at": at, "basis": basis, "files": files, "files_kept": files_kept},
    )
