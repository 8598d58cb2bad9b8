"""Whom the service desk asks about a complaint, and what (R39): the departments that had to do with it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from rules.complaints.pack import COMPLAINT_PACK
from rules.complaints.wording import ACTION, MATTER
from rules.supervision.network import Network
from schemas.complaints import Complaint, ComplaintPlan, ComplaintType
from schemas.custody import Presumption, ResponsibleParty
from schemas.evidence import EvidenceKind
from schemas.inquiries import Node, Question
from schemas.network import DepartmentKind

NAME_LENGTH_MAX = 80
JOINT = 100_000
"""Rounds from here on ask whether a department agrees with a plan: the round is this and the plan's version."""

_WANTED: dict[ComplaintType, tuple[EvidenceKind, ...]] = {
    ComplaintType.DELAY: (EvidenceKind.SCAN_HISTORY,),
    ComplaintType.LOSS: (EvidenceKind.HANDOVER_LIST, EvidenceKind.CAMERA_RECORDING),
    ComplaintType.SHORT: (EvidenceKind.WEIGHT_AT_ACCEPTANCE, EvidenceKind.PHOTO_CONTENTS),
    ComplaintType.DAMAGE: (EvidenceKind.PHOTO_DETAIL, EvidenceKind.PACKAGING_AT_ACCEPTANCE),
    ComplaintType.MISDELIVERY: (EvidenceKind.SIGNATURE_PROOF,),
    ComplaintType.FALSE_SIGN: (EvidenceKind.SIGNATURE_PROOF,),
    ComplaintType.ATTITUDE: (EvidenceKind.CALL_RECORD, EvidenceKind.STATEMENT),
}
NODE_OF: dict[DepartmentKind, Node] = {
    DepartmentKind.OUTLET: Node.OUTLET,
    DepartmentKind.HUB: Node.SORTING_CENTRE,
    DepartmentKind.SORTING_CENTRE: Node.SORTING_CENTRE,
    DepartmentKind.LINE_HAUL: Node.LINE_HAUL,
    DepartmentKind.SUBCONTRACTOR: Node.SUBCONTRACTOR,
    DepartmentKind.CUSTOMS_BROKER: Node.CUSTOMS_BROKER,
}


class Asked(NamedTuple):
    """A place that is asked, and where it is written to."""

    node: Node
    name: str
    contact: str


def questions_about(
    complaint: Complaint, *, presumed: Presumption | None, network: Network, now: datetime
) -> Iterator[Question]:
    """Ask whoever is complained of, the outlet, and whoever is presumed to answer, each once."""
    zh, en = MATTER[complaint.type]
    what = (
        f"客户投诉{zh}，请核实经过并说明处理情况。 A customer complains about {en}: "
        "please find out what happened and say what was done."
    )
    for asked in places((complaint.subject, complaint.outlet), presumed, network):
        yield Question(
            case_no=complaint.case_no,
            waybill=complaint.waybill,
            node=asked.node,
            department=asked.name,
            contact=asked.contact,
            question=what,
            wanted=_WANTED.get(complaint.type, ()),
            due_at=now + _answer_within(complaint, now),
            round=complaint.version,
        )


def places(named: Iterable[str], presumed: Presumption | None, network: Network) -> Iterator[Asked]:
    """Give the places that are asked, each once: those named, and whoever of the carrier is presumed to answer."""
    held = presumed is not None and presumed.party is ResponsibleParty.CARRIER and presumed.holder
    told: set[str] = set()
    for name in (*named, held.place if held else ""):
        found = network.find(name) if name else None
        asked = found.name if found else name.strip()[:NAME_LENGTH_MAX].strip()
        if not asked or asked in told:
            continue
        told.add(asked)
        node = NODE_OF.get(found.kind, Node.OTHER) if found else Node.OUTLET
        yield Asked(node, asked, found.address if found else "")


def agreements_asked(
    complaint: Complaint, plan: ComplaintPlan, *, network: Network, now: datetime
) -> Iterator[Question]:
    """Ask each department that must agree whether it does (R42)."""
    said = "、".join(ACTION[item.action][0] for item in plan.actions)
    for name in plan.departments:
        found = network.find(name)
        yield Question(
            case_no=complaint.case_no,
            waybill=complaint.waybill,
            node=NODE_OF.get(found.kind, Node.OTHER) if found else Node.OUTLET,
            department=name[:NAME_LENGTH_MAX],
            contact=found.address if found else "",
            question=f"处理方案第 {plan.version} 版：{said}。贵部门是否同意？ Do you agree with this plan?",
            due_at=now + _answer_within(complaint, now),
            round=JOINT + plan.version,
        )


def _answer_within(complaint: Complaint, now: datetime) -> timedelta:
    return COMPLAINT_PACK.pick("answer_within", scope=complaint.severity.name.lower(), on=now.date()).hours
