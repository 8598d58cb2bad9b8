"""What a supervisor reads above the form of a docket: a line for each claim, and how to name those he excepts (R87)."""

from collections.abc import Iterator, Mapping

from rules.claims.docketing import SAID, last_digits, what_became_of
from rules.claims.form_text import liable, safe
from rules.claims.wording import EVENT
from rules.evidence import what_is_there
from schemas.claims import Claim, Docket, DocketState
from schemas.evidence import Completeness

HOW = (
    "同意即按拟赔金额逐件批准；在“除外”中写末几位的索赔单独审批。 To approve is to approve each as proposed; those "
    "whose last digits stand under Except for are decided by themselves."
)

COLUMNS = "| 末位 digits | 事由 event | 拟赔 amount | 索赔 claimed | 运单 waybill | 责任 liable | 证据 evidence |"


def docket_text(docket: Docket, claims: Mapping[str, Claim], found: Mapping[str, Completeness], *, refusal: str) -> str:
    """Write in markdown what stands above the form of a docket; nobody's name or number is among it.

    Of one that is decided it says what became of each claim, in the place of how to decide.
    """
    total = sum(one.amount for one in docket.claims)
    is_decided = docket.state is not DocketState.WAITING
    return "\n".join(
        (
            *((f"**⚠️ 上次提交未被接受 not accepted: {refusal}**", "") if refusal and not is_decided else ()),
            f"### {docket.docket_no} · 快速理赔 {len(docket.claims)} 件 clear claims · {total} {docket.currency}",
            "",
            what_became_of(docket) if is_decided else HOW,
            "",
            f"{COLUMNS}{' 结果 outcome |' if is_decided else ''}",
            f"{'|---' * 7}{'|---' * is_decided}|",
            *(f"| {' | '.join(cells)} |" for cells in _rows(docket, claims, found)),
        )
    )


def _rows(docket: Docket, claims: Mapping[str, Claim], found: Mapping[str, Completeness]) -> Iterator[tuple[str, ...]]:
    digits = last_digits(docket)
    for one in docket.claims:
        claim = claims[one.case_no]
        yield (
            digits[one.case_no],
            " ".join(EVENT[claim.event]),
            str(one.amount),
            str(claim.claimed),
            safe(claim.waybill),
            "; ".join(party for party, _ in liable(claim.liability)) or "—",
            safe(what_is_there(found[one.case_no])),
            *((" ".join(SAID[one.outcome]),) if one.outcome else ()),
        )
