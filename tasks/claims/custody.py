"""Who had the parcels of claims, and who is presumed to answer for what happened (R40, R85)."""

from collections.abc import Sequence
from datetime import datetime

from rules.claims.liability import EXCEPTION_OF
from rules.exceptions.custody import chain_of_custody
from rules.exceptions.presumption import presumption
from schemas.claims import Claim
from schemas.custody import Custody, Presumption
from schemas.exceptions import ExceptionType
from store.tracking import events
from store.unit_of_work import Connection


def presumed_of(connection: Connection, claims: Sequence[Claim], *, now: datetime) -> dict[str, Presumption]:
    """Say of each claim who is presumed to answer, by the event log of its parcel."""
    return {
        number: presumption(custody, type_=about, reason="")
        for number, (custody, about) in _chains(connection, claims, now=now).items()
    }


def custody_of(connection: Connection, claim: Claim, *, now: datetime) -> Custody:
    """Read the chain of custody of one claim's parcel."""
    return _chains(connection, [claim], now=now)[claim.case_no][0]


def _chains(
    connection: Connection, claims: Sequence[Claim], *, now: datetime
) -> dict[str, tuple[Custody, ExceptionType]]:
    logs = events.custody_of_waybills(connection, {claim.waybill for claim in claims})
    return {
        claim.case_no: (chain_of_custody(logs.get(claim.waybill, []), now=now), EXCEPTION_OF[claim.event])
        for claim in claims
    }
