"""What evidence a case still lacks, in words for people; how evidence is named and frozen (R12 to R14).

Which kinds a type of case asks for is the playbook's business. Nothing here reads a file.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rules.privacy import mask_phones
from rules.tables import require_words
from schemas.evidence import Completeness, EvidenceKind, MissingPiece
from schemas.inquiries import Node
from schemas.playbooks import EvidenceNeed

KIND: dict[EvidenceKind, tuple[str, str]] = {
    EvidenceKind.PHOTO_WHOLE: ("全景照片", "a photograph of the whole parcel"),
    EvidenceKind.PHOTO_DETAIL: ("破损细节照片", "a photograph of the damage"),
    EvidenceKind.PHOTO_LABEL: ("面单照片", "a photograph of the label"),
    EvidenceKind.PHOTO_CONTENTS: ("内件照片", "a photograph of the contents"),
    EvidenceKind.PACKAGING_AT_ACCEPTANCE: ("收件包装记录", "the record of the packaging at acceptance"),
    EvidenceKind.WEIGHT_AT_ACCEPTANCE: ("收件重量", "the weight at acceptance"),
    EvidenceKind.WEIGHT_NOW: ("现重量", "the weight now"),
    EvidenceKind.INSPECTION_AT_DOOR: ("当面验视记录", "the record of the inspection at the door"),
    EvidenceKind.TEMPERATURE_RECORD: ("温控记录", "the temperature record"),
    EvidenceKind.AIRLINE_CERTIFICATE: ("航空公司破损证明", "the airline's damage certificate"),
    EvidenceKind.HANDOVER_LIST: ("交接清单", "the handover list"),
    EvidenceKind.SCAN_HISTORY: ("轨迹记录", "the scan history"),
    EvidenceKind.SCANNER_LOG: ("扫描设备日志", "the scanner's log"),
    EvidenceKind.CAMERA_RECORDING: ("监控录像", "the camera recording"),
    EvidenceKind.VALUE_PROOF: ("价值证明", "a proof of the value"),
    EvidenceKind.REPAIR_QUOTE: ("维修报价", "a quote for the repair"),
    EvidenceKind.LOSS_LIST: ("损失清单", "the list of what is missing or broken"),
    EvidenceKind.SIGNATURE_PROOF: ("签收底单", "the proof of the signature"),
    EvidenceKind.LOCKER_RECORD: ("投柜记录", "the locker's record"),
    EvidenceKind.CONSENT_RECORD: ("同意记录", "the record of the consent"),
    EvidenceKind.CALL_RECORD: ("通话记录", "the record of the call"),
    EvidenceKind.MESSAGE_RECORD: ("短信记录", "the record of the message"),
    EvidenceKind.ADDRESS_PROOF: ("地址核对照片", "the photograph of the address"),
    EvidenceKind.CUSTOMER_STATEMENT: ("客户陈述", "the customer's statement"),
    EvidenceKind.SENDER_INSTRUCTION: ("寄件人处理意见", "the sender's instruction"),
    EvidenceKind.ASSIGNMENT_OF_CLAIM: ("索赔权转让书", "the sender's assignment of the claim"),
    EvidenceKind.REFUSAL_STATEMENT: ("拒收说明", "the statement about the refusal"),
    EvidenceKind.CUSTOMS_NOTICE: ("海关通知", "the notice of customs"),
    EvidenceKind.CUSTOMS_DOCUMENTS: ("清关资料", "the papers for customs"),
    EvidenceKind.OFFICIAL_NOTICE: ("官方公告", "the official notice"),
    EvidenceKind.STATEMENT: ("情况说明", "a statement"),
    EvidenceKind.TRACKING_SNAPSHOT: ("轨迹快照", "the snapshot of the tracking events"),
    EvidenceKind.OTHER: ("其他材料", "other material"),
}
NODE: dict[Node, tuple[str, str]] = {
    Node.OUTLET: ("网点", "the outlet"),
    Node.LINE_HAUL: ("干线运输", "the line-haul"),
    Node.SORTING_CENTRE: ("分拣中心", "the sorting centre"),
    Node.SUBCONTRACTOR: ("外包服务商", "the subcontractor"),
    Node.COURIER: ("收派员", "the courier"),
    Node.AIRLINE: ("航空公司", "the airline"),
    Node.CUSTOMS_BROKER: ("报关行", "the customs broker"),
    Node.ORIGIN_OUTLET: ("收件网点", "the outlet of origin"),
    Node.PICKUP_POINT: ("代收点或快递柜", "the pickup point"),
    Node.CUSTOMER_SERVICE: ("客服", "customer service"),
    Node.SENDER: ("寄件人", "the sender"),
    Node.CONSIGNEE: ("收件人", "the consignee"),
    Node.WAREHOUSE: ("仓库", "the warehouse"),
    Node.OTHER: ("其他环节", "another handling point"),
}
FILE_NAME_LENGTH_MAX = 80
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

_NOT_SHOWN = re.compile(r"[\s\x00-\x1f\x7f\"'<>:|?*`]+")
for _table, _words in ((KIND, EvidenceKind), (NODE, Node)):
    require_words(_table, _words)


def completeness(
    needs: Sequence[EvidenceNeed],
    *,
    there: Mapping[EvidenceKind, int],
    waived: Collection[EvidenceKind] = (),
    scanned: bool = False,
) -> Completeness:
    """Compare what a playbook asks for with what is there, in the playbook's order (R13).

    A piece that somebody withdrew is not there. A kind that is waived and there is simply there. The scan history (R12)
    is there when the log has events of the parcel (`scanned`), or has been frozen as evidence.
    """
    in_hand = set(there)
    if scanned or EvidenceKind.TRACKING_SNAPSHOT in there:
        in_hand.add(EvidenceKind.SCAN_HISTORY)
    by_weight = sorted(needs, key=lambda need: need.mandatory)  # of two needs of one kind the mandatory one counts
    asked = {need.kind: need for need in by_weight}
    lacking = [asked[kind] for kind in dict.fromkeys(need.kind for need in needs) if kind not in in_hand]
    return Completeness(
        there=dict(there),
        missing=tuple(_missing(need) for need in lacking if need.mandatory and need.kind not in waived),
        wished=tuple(_missing(need) for need in lacking if not need.mandatory),
        waived=tuple(need.kind for need in lacking if need.mandatory and need.kind in waived),
    )


def _missing(need: EvidenceNeed) -> MissingPiece:
    return MissingPiece(need.kind, need.of)


def what_is_missing(found: Completeness, language: str = "zh") -> str:
    """Say in a sentence what mandatory evidence is missing and from whom; empty when none is."""
    if found.is_complete:
        return ""
    if language == "en":
        return f"Missing: {'; '.join(f'{_kind(piece, 1)} from {_source(piece, 1)}' for piece in found.missing)}."
    return f"缺少：{'、'.join(f'{_kind(piece, 0)}（{_source(piece, 0)}提供）' for piece in found.missing)}。"


def _kind(piece: MissingPiece, language: int) -> str:
    return KIND[piece.kind][language]


def _source(piece: MissingPiece, language: int) -> str:
    return NODE[Node(piece.from_whom)][language]


def what_is_there(found: Completeness) -> str:
    """Name each kind of evidence that is there with how many pieces of it count; empty when there is none."""
    return "、".join(f"{KIND[kind][0]} {kind.value} ×{count}" for kind, count in found.there.items())


def shown_file_name(given: str, *, endings: Sequence[str]) -> str:
    """Make a name that can be shown and downloaded: no path, no control or direction marks, no phone number.

    It ends as files of its kind do, whatever it was called.
    """
    bare = unicodedata.normalize("NFC", re.split(r"[/\\]", given)[-1])
    visible = "".join(sign for sign in bare if unicodedata.category(sign) not in UNSEEN)
    name = mask_phones(_NOT_SHOWN.sub("_", visible).strip("._ "))
    stem, _, ending = name.rpartition(".")
    kept = stem if ending.lower() in endings else name
    return f"{kept[:FILE_NAME_LENGTH_MAX] or 'evidence'}.{endings[0]}"


def frozen_events(waybill: str, events: Iterable[Mapping[str, Any]]) -> bytes:
    """Write what the log says of a parcel as canonical JSON: the same log gives the same bytes.

    When it was frozen is no part of it, so that a log that has not changed is the same piece of evidence.
    """
    written = {
        "waybill": waybill,
        "events": [{name: _plain(value) for name, value in event.items()} for event in events],
    }
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
