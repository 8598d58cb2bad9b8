"""Freezing what the log says of a parcel as evidence: later news never changes what a decision rested on."""

from collections.abc import Iterable, Mapping

from adapters.vault.client import FileVault
from adapters.vault.media import EXTENSION
from rules.evidence import frozen_events, shown_file_name
from schemas.evidence import Door, Entered, EvidenceKind, MediaType
from store import evidence as evidence_store
from store.cases import NoSuchCase
from store.evidence import Kept
from store.tracking import events
from store.unit_of_work import unit_of_work
from tasks.evidence.keeping import record_pieces


def freeze_tracking(parcels: Mapping[str, str], *, by: str) -> dict[str, int]:
    """Keep all that the log says of the parcels of some cases now as evidence, and give its number by case.

    `parcels` gives the waybill by case. As long as the log has no news a case has one snapshot, however often this is
    asked for. It is kept also where others gave as many pieces as a case may have. It writes to the vault, so call it
    before a step's own transaction.

    Raises:
        NoSuchCase: there is none with one of these numbers.
        Unavailable, Refused, TooLarge: the vault does not take it.

    """
    if not parcels:
        return {}
    with unit_of_work() as connection:
        if missing := parcels.keys() - evidence_store.about_waybills(connection, parcels).keys():
            raise NoSuchCase(f"there is no case {min(missing)}")
        logs = events.whole_logs_of(connection, set(parcels.values()))
    with FileVault() as vault:
        frozen = [(case_no, _snapshot(vault, waybill, logs[waybill])) for case_no, waybill in parcels.items()]
    with unit_of_work() as connection:
        recorded = record_pieces(connection, frozen, entered=Entered(by=by, door=Door.SYSTEM))
    return {case_no: one.evidence_id for case_no, one in zip(parcels, recorded, strict=True)}


def _snapshot(vault: FileVault, waybill: str, log: Iterable[Mapping[str, object]]) -> Kept:
    content = frozen_events(waybill, log)
    return Kept(
        kind=EvidenceKind.TRACKING_SNAPSHOT,
        sha256=vault.keep(content),
        size_bytes=len(content),
        media_type=MediaType.JSON,
        file_name=shown_file_name(f"tracking-{waybill}", endings=EXTENSION[MediaType.JSON]),
        taken_at=None,
        note="",
    )
