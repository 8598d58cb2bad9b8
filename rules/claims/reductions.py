"""What a carrier need not pay: exemptions and the fault of others.

Nothing of it counts before a person decided it, an exemption on evidence.
"""

from dataclasses import dataclass
from decimal import Decimal

from rules.claims.choosing import Chosen
from rules.claims.derivation import Derivation
from rules.claims.loss import ALL
from rules.claims.money import NOTHING, rounded
from rules.claims.wording import GROUND, PARTY, Said, figure
from rules.packs.kinds import ExemptWhen, ReduceByFault, Stage
from schemas.assessment import WHOLE, Exemption, FaultShare, Step
from schemas.complaints import PartyKind


@dataclass(frozen=True, slots=True)
class Reduced:
    """What is left for the goods, and whose shares were taken off."""

    goods: Decimal
    excused: frozenset[PartyKind]


def reduce_goods(derivation: Derivation, goods: Decimal) -> Reduced:
    """Take off what the carrier need not pay for the goods."""
    goods = _exempted(derivation, goods)
    excused: set[PartyKind] = set()
    rules = derivation.fitting(Stage.FAULT) if derivation.facts.faults else []
    taken = NOTHING
    for chosen in rules:
        assert isinstance(chosen.row, ReduceByFault)
        shares = [fault for fault in derivation.facts.faults if fault.kind in chosen.row.parties - excused]
        if not shares:
            derivation.skip(chosen, Said("没有属于这些责任方的比例", "no share lies with these parties"))
        elif undecided := [fault for fault in shares if not fault.decided_by]:
            _ask_who_decides(derivation, chosen, undecided)
        else:
            excused |= {fault.kind for fault in shares}
            taken += sum((fault.share for fault in shares), NOTHING)
            _tell(derivation, chosen, shares, left=rounded(goods * (WHOLE - taken) / WHOLE))
    return Reduced(rounded(goods * (ALL - taken / WHOLE)), frozenset(excused))


def _exempted(derivation: Derivation, goods: Decimal) -> Decimal:
    told = {exemption.kind: exemption for exemption in derivation.facts.exemptions}
    for chosen in derivation.fitting(Stage.EXEMPTION) if told else ():
        assert isinstance(chosen.row, ExemptWhen)
        exemption = told.get(chosen.row.ground)
        if exemption is None:
            derivation.skip(chosen, Said("没有主张此理由", "nobody relies on this ground"))
        elif not exemption.decided_by or not exemption.evidence:
            _ask_for_evidence(derivation, chosen, exemption)
        else:
            zh, en = GROUND[exemption.kind]
            derivation.add(
                Step.EXEMPTION,
                chosen,
                Said(
                    f"经{exemption.decided_by}认定为{zh}，货物不赔",
                    f"{exemption.decided_by} found {en}: nothing for the goods",
                ),
                amount=NOTHING,
                inputs={"exemptions.kind": exemption.kind, "exemptions.evidence": ", ".join(exemption.evidence)},
            )
            goods = NOTHING
    return goods


def _ask_for_evidence(derivation: Derivation, chosen: Chosen, exemption: Exemption) -> None:
    zh, en = GROUND[exemption.kind]
    derivation.skip(chosen, Said("尚无证据或未经人认定", "no evidence yet, or nobody decided it"))
    derivation.flag(
        "exemption_undecided", Said(f"免责理由“{zh}”待证据及认定", f"{en}: evidence and a decision are owed")
    )


def _ask_who_decides(derivation: Derivation, chosen: Chosen, shares: list[FaultShare]) -> None:
    derivation.skip(chosen, Said("责任比例未经人认定", "nobody decided the shares yet"))
    told_zh, told_en = _listed(shares)
    derivation.flag("fault_undecided", Said(f"责任比例待认定：{told_zh}", f"the shares are proposed only: {told_en}"))


def _tell(derivation: Derivation, chosen: Chosen, shares: list[FaultShare], *, left: Decimal) -> None:
    zh, en = _listed(shares)
    who = ", ".join(dict.fromkeys(fault.decided_by for fault in shares))
    derivation.add(
        Step.FAULT,
        chosen,
        Said(f"经{who}认定，减去{zh}", f"as {who} decided, less {en}"),
        amount=left,
        inputs={"faults": ", ".join(f"{fault.kind} {figure(fault.share)}%" for fault in shares)},
    )


def _listed(shares: list[FaultShare]) -> Said:
    return Said(
        "、".join(f"{PARTY[fault.kind].zh}{figure(fault.share)}%" for fault in shares),
        ", ".join(f"{PARTY[fault.kind].en} {figure(fault.share)}%" for fault in shares),
    )
