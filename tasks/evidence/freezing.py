"""Freezing what the log says of a parcel as evidence: later news never changes what a decision rested on."""

from adapters.vault.client import FileVault
from adapters.vault.media import EXTENSION
from rules.evidence import frozen_events, shown_file_name
from schemas.evidence import Door, Entered, Evidence, EvidenceKind, MediaType
from store import evidence as evidence_store
from store.cases import NoSuchCase
from store.evidence import Kept
from store.tracking import events
from store.unit_of_work import unit_of_work
from tasks.evidence.keeping import record_pieces


def freeze_tracking(case_no: str, waybill: str, *, by: str) -> Evidence:
    """Keep all that the log says of a parcel now as evidence of a case, and give it.

    As long as the log has no news the case has one snapshot, however often this is asked for. It is kept also where
    others gave as many pieces as a case may have. It writes to the vault, so call it before a step's own transaction.

    Raises:
        NoSuchCase: there is none with that number.
        Unavailable, Refused, TooLarge: the vault does not take it.

    """
    with unit_of_work() as connection:
        if not evidence_store.is_case(connection, case_no):
            raise NoSuchCase(f"there is no case {case_no}")
        content = frozen_events(waybill, events.whole_log_of(connection, waybill))
    with FileVault() as vault:
        digest = vault.keep(content)
    kept = Kept(
        kind=EvidenceKind.TRACKING_SNAPSHOT,
        sha256=digest,
        size_bytes=len(content),
        media_type=MediaType.JSON,
        file_name=shown_file_name(f"tracking-{waybill}", endings=EXTENSION[MediaType.JSON]),
        taken_at=None,
        note="",
    )
    with unit_of_work() as connection:
        [recorded] = record_pieces(connection, case_no, [kept], entered=Entered(by=by, door=Door.SYSTEM))
        return evidence_store.one(connection, recorded.evidence_id)
