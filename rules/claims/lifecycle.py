"""The transition table of claims (R78 to R86, R56). The stages are those in which a claims desk works."""

from decimal import Decimal

from rules.exceptions.lifecycle import APPROVERS, STAFF, SYSTEM, WORD
from rules.transitions import Rows, TransitionTable
from schemas.claims import Claim, Command, Resolution, Route, Stage, State
from schemas.complaints import PartyKind
from schemas.exceptions import Role

COUNTERS_MAX = 3
"""Counter-offers of a claimant before a person settles how it goes on."""
OBJECTIONS_MAX = 2
"""Objections to denials that are looked at again."""

OPEN_STATES = frozenset(State) - {State.CLOSED}
TOLD_STATES = OPEN_STATES - {State.DRAFT}
BEFORE_PROPOSAL = frozenset(
    {State.FILED, State.ACKNOWLEDGED, State.EVIDENCE, State.LIABILITY, State.ASSESSMENT, State.ASSESSED}
)
UNDECIDED = BEFORE_PROPOSAL | {State.AWAITING_APPROVAL, State.NEEDS_OPERATOR}
"""States in which nothing that was decided stands."""
TALKING = frozenset({State.OFFERED, State.NEGOTIATION})
BEFORE_AGREEMENT = UNDECIDED | {State.APPROVED, State.DENIED} | TALKING
"""States of claims of which no money is owed yet."""
WITH_MONEY = frozenset({State.AGREED, State.PAYING, State.PAID, State.RECOVERING})
ANYBODY = STAFF | SYSTEM

DENIALS = frozenset({Resolution.DENY, Resolution.TIME_BAR})
CLAIMANT_SIDE = frozenset({PartyKind.SENDER, PartyKind.CONSIGNEE})
REDUCING = CLAIMANT_SIDE | {PartyKind.FORCE_MAJEURE}
"""Parties whose share is not paid: only a person says that it lies with them (R55, R85)."""


def is_told_in_full(claim: Claim) -> str | None:
    """Ask for everything that must be told."""
    return f"{', '.join(claim.missing)} missing." if claim.missing else None


def has_liability(claim: Claim) -> str | None:
    """Ask for a proposal of who answers (R40)."""
    return None if claim.liability is not None else "nobody has proposed who answers."


def needs_a_person(claim: Claim) -> str | None:
    """Say why a person must settle who answers; None when nobody must (R40, R82, R85)."""
    liability = claim.liability
    if liability is None:
        return "nobody has proposed who answers."
    if liability.contested_by:
        return f"{liability.contested_by} contests it: a person decides."
    if any(party.kind in REDUCING for party in liability.parties) and not liability.is_decided:
        return "it is proposed to pay less for whose fault it is: a person decides."
    if claim.is_major and not liability.is_decided:
        return "it is a major accident: a person decides (R82)."
    if claim.is_major and not liability.confirmed_by:
        return "it is a major accident: a second person confirms it (R82)."
    return None


def may_be_confirmed(claim: Claim) -> str | None:
    """Confirm only what somebody decided (R82)."""
    liability = claim.liability
    return None if liability is not None and liability.is_decided else "nobody has decided who answers."


def has_plan(claim: Claim) -> str | None:
    """Ask for a proposal, and that nobody contests who answers, nor a major accident lacks its two people (R82)."""
    return "nothing is proposed." if claim.plan is None else major_is_settled(claim)


def major_is_settled(claim: Claim) -> str | None:
    """Ask of a major accident, and of what is contested, that people settled who answers before money is spoken of."""
    liability = claim.liability
    if liability is not None and liability.contested_by:
        return f"{liability.contested_by} contests who answers: a person decides."
    if claim.is_major and (liability is None or not liability.is_decided or not liability.confirmed_by):
        return "it is a major accident: two people settle who answers (R82)."
    return None


def may_be_gathered(claim: Claim) -> str | None:
    """Gather only what was found to be clear, and once (R87)."""
    if claim.route is not Route.DOCKET:
        return "it is decided by itself."
    return f"it is in {claim.docket_no}." if claim.docket_no else None


def is_gathered(claim: Claim) -> str | None:
    """Take only out of a docket what is in one, or was to be."""
    return None if claim.route is Route.DOCKET else "it is decided by itself already."


def proposes_payment(claim: Claim) -> str | None:
    """Offer only what was approved to be paid."""
    if claim.plan is None or claim.plan.resolution is not Resolution.PAY:
        return "no payment is proposed."
    if claim.plan.currency != claim.currency:
        return f"{claim.plan.currency} is proposed and {claim.currency} is claimed."
    return None


def proposes_denial(claim: Claim) -> str | None:
    """Deny only what somebody approved to be denied, or to be barred by time."""
    return None if claim.plan is not None and claim.plan.resolution in DENIALS else "no denial is proposed."


def is_all_that_was_asked(claim: Claim) -> str | None:
    """Agree without asking only where the claimant gets all that he asked for."""
    if proposes_payment(claim) is not None or claim.plan is None:
        return "no payment is proposed."
    if claim.claimed is None or claim.plan.amount < claim.claimed:
        return "it is less than what was asked for: the claimant decides."
    return None


def stays_within_approval(claim: Claim) -> str | None:
    """Offer no more than was approved (R56)."""
    if claim.plan is None or claim.offered is None:
        return "nothing was offered."
    if claim.offered > claim.plan.amount:
        return f"{claim.offered} is more than the {claim.plan.amount} that were approved."
    return None


def has_counters_left(claim: Claim) -> str | None:
    """Bound the rounds of negotiation."""
    return None if claim.rounds < COUNTERS_MAX else f"{COUNTERS_MAX} amounts were named: a person settles it."


def has_objections_left(claim: Claim) -> str | None:
    """Bound how often a denial is looked at again; after that the regulator is the way."""
    return None if claim.objections < OBJECTIONS_MAX else f"{OBJECTIONS_MAX} objections were heard."


def was_offered(claim: Claim) -> str | None:
    """Accept only what was offered and stands."""
    return None if claim.offered is not None else "nothing is offered."


def knows_whom_to_pay(claim: Claim) -> str | None:
    """Ask for an account."""
    return None if claim.payee_tail else "no account is known."


def is_not_paid(claim: Claim) -> str | None:
    """Leave a claim that was paid to its recovery."""
    return "money was paid for it." if claim.paid_amount > Decimal(0) else None


_row = Rows[State, Command, Stage, Role, Claim](SYSTEM)
_S, _C, _G = State, Command, Stage

LIFECYCLE = TransitionTable(
    "claim",
    (
        # 受理 INTAKE
        _row(_S.DRAFT, _C.COMPLETE, _S.FILED, _G.INTAKE, ANYBODY | WORD, is_told_in_full),
        _row(_S.DRAFT, _C.ABANDON, _S.CLOSED, _G.INTAKE, ANYBODY),
        _row(OPEN_STATES, _C.ADD, None, _G.INTAKE, ANYBODY | WORD),
        _row(_S.FILED, _C.ACKNOWLEDGE, _S.ACKNOWLEDGED, _G.INTAKE, ANYBODY, is_told_in_full),
        # 取证 EVIDENCE
        _row(_S.ACKNOWLEDGED, _C.GATHER, _S.EVIDENCE, _G.EVIDENCE),
        _row(_S.EVIDENCE, _C.COMPLETE_EVIDENCE, _S.LIABILITY, _G.EVIDENCE, ANYBODY),
        # 定责 LIABILITY
        _row(_S.LIABILITY, _C.ESTABLISH, None, _G.LIABILITY),
        _row(
            BEFORE_PROPOSAL - {_S.FILED, _S.ASSESSMENT, _S.ASSESSED} | {_S.NEEDS_OPERATOR},
            _C.DECIDE_LIABILITY, None, _G.LIABILITY, STAFF,
        ),
        _row(
            frozenset({_S.ASSESSMENT, _S.ASSESSED, _S.AWAITING_APPROVAL}),
            _C.DECIDE_LIABILITY, _S.LIABILITY, _G.LIABILITY, STAFF,
        ),
        _row(
            BEFORE_PROPOSAL | {_S.NEEDS_OPERATOR},
            _C.CONFIRM_LIABILITY, None, _G.LIABILITY, STAFF, may_be_confirmed,
        ),
        _row(frozenset({_S.LIABILITY, _S.NEEDS_OPERATOR}), _C.CONTEST, None, _G.LIABILITY, ANYBODY, has_liability),
        _row(
            frozenset({_S.ASSESSMENT, _S.ASSESSED, _S.AWAITING_APPROVAL}),
            _C.CONTEST, _S.LIABILITY, _G.LIABILITY, ANYBODY, has_liability,
        ),
        _row(_S.LIABILITY, _C.SETTLE_LIABILITY, _S.ASSESSMENT, _G.LIABILITY, SYSTEM, needs_a_person),
        # 核定 ASSESSMENT
        _row(
            frozenset({_S.FILED, _S.ACKNOWLEDGED, _S.EVIDENCE, _S.LIABILITY, _S.ASSESSMENT}),
            _C.STATE_FACTS, None, _G.ASSESSMENT, STAFF,
        ),
        _row(
            frozenset({_S.ASSESSED, _S.AWAITING_APPROVAL, _S.NEEDS_OPERATOR}),
            _C.STATE_FACTS, _S.LIABILITY, _G.ASSESSMENT, STAFF,
        ),
        _row(_S.ASSESSMENT, _C.ASSESS, _S.ASSESSED, _G.ASSESSMENT),
        _row(
            frozenset(
                {_S.LIABILITY, _S.ASSESSMENT, _S.ASSESSED, _S.AWAITING_APPROVAL, _S.NEEDS_OPERATOR} | TALKING
            ),
            _C.PROPOSE, _S.ASSESSED, _G.ASSESSMENT, STAFF, major_is_settled,
        ),
        _row(_S.ASSESSED, _C.REQUEST_APPROVAL, _S.AWAITING_APPROVAL, _G.ASSESSMENT, SYSTEM, has_plan),
        _row(_S.AWAITING_APPROVAL, _C.DOCKET, None, _G.ASSESSMENT, SYSTEM, may_be_gathered),
        _row(_S.AWAITING_APPROVAL, _C.SINGLE_OUT, None, _G.ASSESSMENT, APPROVERS | SYSTEM, is_gathered),
        _row(_S.AWAITING_APPROVAL, _C.ENDORSE, None, _G.ASSESSMENT, APPROVERS, has_plan),
        _row(_S.AWAITING_APPROVAL, _C.APPROVE, _S.APPROVED, _G.ASSESSMENT, APPROVERS, has_plan),
        _row(_S.AWAITING_APPROVAL, _C.REFUSE, _S.NEEDS_OPERATOR, _G.ASSESSMENT, APPROVERS),
        _row(frozenset({_S.ASSESSED, _S.AWAITING_APPROVAL}), _C.RECONSIDER, _S.ASSESSMENT, _G.ASSESSMENT, ANYBODY),
        # 协商 NEGOTIATION
        _row(_S.APPROVED, _C.OFFER, _S.OFFERED, _G.NEGOTIATION, SYSTEM, proposes_payment),
        _row(_S.APPROVED, _C.AGREE_AS_CLAIMED, _S.AGREED, _G.NEGOTIATION, SYSTEM, is_all_that_was_asked),
        _row(_S.APPROVED, _C.DENY, _S.DENIED, _G.NEGOTIATION, SYSTEM, proposes_denial),
        _row(TALKING, _C.COUNTER, _S.NEGOTIATION, _G.NEGOTIATION, WORD, has_counters_left),
        _row(_S.NEGOTIATION, _C.OFFER_AGAIN, _S.OFFERED, _G.NEGOTIATION, STAFF, stays_within_approval),
        _row(TALKING | {_S.NEEDS_OPERATOR}, _C.ACCEPT, _S.AGREED, _G.NEGOTIATION, WORD, was_offered),
        _row(_S.DENIED, _C.OBJECT, _S.LIABILITY, _G.NEGOTIATION, WORD, has_objections_left),
        # 支付 PAYMENT
        _row(_S.AGREED, _C.PAY, _S.PAYING, _G.PAYMENT, SYSTEM, knows_whom_to_pay),
        _row(_S.PAYING, _C.CONFIRM_PAID, _S.PAID, _G.PAYMENT),
        _row(_S.PAYING, _C.PAYMENT_FAILED, _S.AGREED, _G.PAYMENT),
        _row(frozenset({_S.PAID, _S.RECOVERING, _S.CLOSED}), _C.PAYMENT_FAILED, _S.AGREED, _G.PAYMENT),
        _row(
            frozenset({_S.PAYING, _S.PAID, _S.RECOVERING, _S.CLOSED}),
            _C.TAKE_MONEY_BACK, _S.NEEDS_OPERATOR, _G.PAYMENT,
        ),
        # 追偿 RECOVERY
        _row(_S.PAID, _C.RECOVER, _S.RECOVERING, _G.RECOVERY),
        _row(frozenset({_S.PAID, _S.RECOVERING, _S.DENIED, _S.APPROVED}), _C.CLOSE, _S.CLOSED, _G.RECOVERY),
        _row(
            frozenset({_S.PAID, _S.RECOVERING, _S.CLOSED}), _C.REOPEN, _S.LIABILITY, _G.LIABILITY, ANYBODY | WORD,
        ),
        # across the stages
        _row(BEFORE_AGREEMENT | {_S.DRAFT}, _C.WITHDRAW, _S.CLOSED, _G.NEGOTIATION, WORD, is_not_paid),
        _row(
            BEFORE_AGREEMENT, _C.SETTLE_PRIVATELY, _S.CLOSED, _G.NEGOTIATION, STAFF, is_not_paid,
        ),
        _row(TOLD_STATES, _C.TELL_CUSTOMER, None, _G.NEGOTIATION, ANYBODY),
        _row(OPEN_STATES, _C.ESCALATE, None, _G.ASSESSMENT),
        _row(BEFORE_AGREEMENT - {_S.NEEDS_OPERATOR}, _C.HAND_OVER, _S.NEEDS_OPERATOR, _G.ASSESSMENT, ANYBODY),
        _row(_S.NEEDS_OPERATOR, _C.TAKE_UP, _S.LIABILITY, _G.ASSESSMENT, STAFF),
        _row(TOLD_STATES, _C.ASSIGN, None, _G.ASSESSMENT, ANYBODY),
        _row(OPEN_STATES, _C.PAUSE, None, _G.EVIDENCE, ANYBODY),
        _row(OPEN_STATES, _C.RELEASE, None, _G.EVIDENCE, ANYBODY),
        _row(OPEN_STATES, _C.CHANGE_PROFILE, None, _G.EVIDENCE, STAFF),
    ),
)  # fmt: skip
