"""English wordings of what customs does with a parcel. A reason is given only where the text names it."""

from adapters.feeds.english.clauses import GAP
from adapters.feeds.wording import Wording
from schemas.tracking import Event, Reason

AT_CUSTOMS = (
    Wording(
        f"(?:duties|duty|tax(?:es)?|vat){GAP}{{0,30}}(?:unpaid|due|outstanding|required|payment|to be paid)"
        f"|(?:awaiting|pending|pay){GAP}{{0,20}}(?:duties|duty|tax)",
        Event.CUSTOMS_HELD,
        Reason.CUSTOMS_DUTIES,
        "Import duties are unpaid",
        words=("dut", "tax", "vat"),
    ),
    Wording(
        f"(?:customs|clearance|broker){GAP}{{0,60}}(?:document|paperwork|invoice|information|data)"
        f"|(?:missing|incomplete|additional|incorrect|awaiting){GAP}{{0,20}}(?:document|paperwork|invoice)",
        Event.CUSTOMS_HELD,
        Reason.CUSTOMS_DOCS,
        "Clearance waits for an invoice",
        words=("document", "paperwork", "invoice", "information", "data"),
    ),
    Wording(
        "customs (?:inspection|examination)|inspect(?:ed|ion) by customs|held for (?:\\w+ )?inspection",
        Event.CUSTOMS_HELD,
        Reason.CUSTOMS_INSPECTION,
        "Selected for customs inspection",
        words=("inspect", "examination"),
    ),
    Wording(
        "(?:customs|clearance) (?:is |was |processing )?(?:delay|delayed)",
        Event.CUSTOMS_HELD,
        Reason.CUSTOMS_DELAY,
        "Clearance delay at the airport",
        words=("delay",),
    ),
    Wording(
        "(?:held|detained|retained|seized|stopped) (?:by|at|in) (?:\\w+ )?customs"
        "|(?:customs|clearance) (?:hold|held|exception|failed|retention)",
        Event.CUSTOMS_HELD,
        Reason.UNKNOWN,
        "Detained by the customs of the destination",
        words=("customs", "clearance"),
    ),
    Wording(
        f"(?:customs|clearance){GAP}{{0,30}}(?:complete|cleared|released|finished|passed)"
        f"|(?:cleared|released){GAP}{{0,20}}customs|international shipment release",
        Event.CUSTOMS_RELEASED,
        None,
        "Customs clearance was completed",
        words=("complete", "cleared", "release", "finished", "passed"),
    ),
    Wording(
        "returned from (?:the )?(?:import |export )?customs",
        Event.CUSTOMS_RELEASED,
        None,
        "Item returned from import customs",
        words=("returned from",),
    ),
    Wording("customs|clearance", Event.CUSTOMS_PENDING, None, "Handed over to customs"),
)
