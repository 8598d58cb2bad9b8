"""Reading the file of a claim (案卷): all that is on record about it, for whoever decides."""

from rules.claims.form_text import balance_lines, offer_lines, rule_lines
from rules.exceptions.case_file import CaseFile, write_case_file
from schemas.claims import Claim
from schemas.evidence import Completeness
from store import claim_offers, ledger
from store import evidence as evidence_store
from store import inquiries as inquiry_store
from store.case_history import history_of
from store.inquiries import Chosen
from store.tracking import events
from store.unit_of_work import Connection
from tasks import clock
from tasks.claims.custody import custody_of, presumed_of
from tasks.claims.timing import readings
from tasks.inquiries.showing import INQUIRIES_SHOWN_MAX, with_answers
from tasks.settings import business_settings


def claim_file_of(connection: Connection, claim: Claim, *, found: Completeness, form: str) -> str:
    """Write all that is on record about a claim now, as markdown that begins with what stands above its form."""
    now, zone = clock.now(), business_settings().zone
    asked = inquiry_store.listing(connection, Chosen(case_no=claim.case_no), limit=INQUIRIES_SHOWN_MAX)
    file = CaseFile(
        form=form,
        history=history_of(connection, claim.case_no),
        events=events.history_of(connection, claim.waybill) if claim.waybill else [],
        clocks=readings(claim, now=now),
        evidence=evidence_store.of_case(connection, claim.case_no),
        found=found,
        waivers=evidence_store.waivers_of(connection, [claim.case_no]).get(claim.case_no, []),
        custody=custody_of(connection, claim, now=now),
        presumption=presumed_of(connection, [claim], now=now)[claim.case_no],
        asked=with_answers(connection, asked),
        further={
            "规则 Rules": rule_lines(claim.plan),
            "协商 Offers": offer_lines(claim_offers.offers_of(connection, claim.case_no), zone=zone),
            "账目 Ledger": balance_lines(ledger.balances_of(connection, [claim.case_no])),
        },
    )
    return write_case_file(file, zone=zone)
