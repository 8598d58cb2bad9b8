"""What people do with the claims of the demo's day: departments, the desk, supervisors, claimants, parties, the bank.

Each takes the steps that commands take; between them the engine carries the claims on. So the day ends with claims in
every state in which one can rest; what is left waits for whoever looks at the demo. Import it once the engine's
environment was entered.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from adapters.payments.settings import PaymentSettings
from deployments.command.outcome import Failure
from deployments.sample_day.answers import answer_post
from deployments.sample_day.bank import results_of
from deployments.sample_day.claim_plots import Plot
from deployments.sample_day.claims import DESTINATION
from deployments.sample_day.posts import Post
from schemas.approvals import Outcome, Ruling, Via
from schemas.claims import Claim, Docket, PrivateParty, Resolution, State
from schemas.complaints import LiableParty, PartyKind
from schemas.ledger import Money
from schemas.recovery import Charge, ChargeState
from store import approvals, charges, dockets, inquiries
from store import claims as claim_store
from store import staff as staff_store
from store.claims import Chosen
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.batching import gather_batches, take_in_results
from tasks.claims.by_hand import confirm_liability, decide_liability, propose_by_hand
from tasks.claims.charging import object_to_charge, rule_charge
from tasks.claims.collecting import record_recovery
from tasks.claims.negotiating import accept_offer, counter_offer, object_to_denial, withdraw_claim
from tasks.claims.private import settle_privately
from tasks.dispatch.sending import send_due
from tasks.exceptions.by_hand import role_of
from tasks.settings import as_set_now, business_settings
from tasks.supervision.gate import rule_on
from tasks.supervision.passcodes import passcode_at
from tasks.supervision.procedures import procedure_of

SUPERVISOR, MANAGER = "sup-zhang", "mgr-li"
AGENT, SECOND_AGENT = "ag-sun", "ag-he"
LINE_HAUL = "示例干线车队"
LIABLE = (
    LiableParty(kind=PartyKind.OUTLET, name=DESTINATION, share=Decimal(60), basis="卸车操作不当"),
    LiableParty(kind=PartyKind.LINE_HAUL, name=LINE_HAUL, share=Decimal(40), basis="车厢内固定不牢"),
)
EXCEPTED_MAX = 2

About = Mapping[Plot, Sequence[str]]
"""The numbers of the day's claims by what is to become of them."""
PHONE = "phone"


class Engine(NamedTuple):
    """What the play needs of a running engine."""

    send: Callable[[Sequence[Post]], None]
    """Send posts to the gateway."""
    carry_on: Callable[[Callable[[], bool]], None]
    """Wake it, and wait until nothing moves by itself any more and this is so."""


def departments_and_desk(about: About, engine: Engine) -> None:
    """Answer what was asked of departments, say who answers for major accidents, and propose what the desk doubts."""
    asked = _asked(_all(about))
    badly_packed = frozenset(about.get(Plot.BADLY_PACKED, ()))
    engine.send([_answer(one, badly_packed=one.case_no in badly_packed) for one in asked])
    for number in (*about.get(Plot.TWO_LEVELS, ()), *about.get(Plot.THREE_LEVELS, ())):
        decide_liability(number, parties=LIABLE, note="装卸监控显示两处均有责任", staff_id=AGENT)
        confirm_liability(number, note="已复看监控", staff_id=SECOND_AGENT)
    for number in about.get(Plot.DOUBTED, ()):
        propose_by_hand(
            number,
            resolution=Resolution.DENY,
            amount=Decimal(0),
            reasons="签收底单显示收件人当面验视无误后签收",
            reasons_en="The proof of delivery shows that the consignee looked at it and found nothing wrong.",
            staff_id=AGENT,
        )
    waiting = frozenset(one.case_no for one in asked)
    engine.carry_on(lambda: not _in_states(waiting, State.EVIDENCE))


def supervisors(about: About, engine: Engine) -> None:
    """Decide the dockets, one of them with exceptions, and some claims by themselves; leave the others waiting."""
    _decide_dockets(about)
    singly = (Plot.PARTLY_INSURED, Plot.DOUBTED, Plot.TOO_LATE, Plot.FOUR_EYES, Plot.TWO_LEVELS, Plot.THREE_LEVELS)
    for number in (number for plot in singly for number in about.get(plot, ())):
        _decide(number, SUPERVISOR, comment="已核对材料")
    for number in (*about.get(Plot.TWO_LEVELS, ()), *about.get(Plot.THREE_LEVELS, ())):
        _decide(number, MANAGER, comment="同意")
    for number in about.get(Plot.SENT_BACK, ()):
        _decide(number, SUPERVISOR, decision="refuse", comment="少件数量与发件清单不符，请再核实")
    engine.carry_on(_at_once)


def claimants(about: About, engine: Engine) -> None:
    """Have one offer accepted and another countered, one denial objected to, and two claims ended by agreement."""
    offered = about.get(Plot.PARTLY_INSURED, ())
    for number in offered[:1]:
        accept_offer(number, who=AGENT, role=role_of(AGENT), channel=PHONE)
    for number in offered[1:2]:
        amount = (_claim(number).offered or Decimal(0)) + 60
        reasons = "包装费和上门取件费也应赔"
        counter_offer(number, amount=amount, reasons=reasons, who=AGENT, role=role_of(AGENT), channel=PHONE)
    for number in about.get(Plot.DOUBTED, ())[1:]:
        object_to_denial(number, reasons="签收人不是我", who=AGENT, role=role_of(AGENT), channel=PHONE)
    for number in about.get(Plot.TAKEN_BACK, ()):
        withdraw_claim(number, why="快件已找到", who=AGENT, role=role_of(AGENT), channel=PHONE)
    for number in about.get(Plot.SETTLED_PRIVATELY, ()):
        claim = _claim(number)
        settle_privately(
            party=PrivateParty.DRIVER,
            name="示例司机乙",
            money=Money(amount=claim.claimed or Decimal(50), currency=claim.currency),
            on=clock.now().astimezone(business_settings().zone).date(),
            staff_id=AGENT,
            claim_no=number,
        )
    engine.carry_on(_at_once)


def bank(about: About, engine: Engine) -> None:
    """Give what is to be paid to the bank, which pays most, refuses an account, and is slow with a few."""
    del about  # the bank does not know whose money it is
    made = gather_batches.fn(who=AGENT)
    send_due(kinds=[Kind.PAYOUT_BATCH])
    folder = as_set_now(PaymentSettings).folder
    for batch in made:
        results = folder / f"{batch.batch_no}-results.csv"
        results.write_text(results_of((folder / batch.file_name).read_text("utf-8")), "utf-8")
        take_in_results.fn(results)
    engine.carry_on(_at_once)


def parties(about: About, engine: Engine) -> None:
    """Have one party object to its charge, another one's charge become final, and a third pay what it owes."""
    told = [one for one in _charges(_all(about)) if one.state is ChargeState.NOTICED]
    for one in told[:1]:
        object_to_charge(one.key, by=one.party, words="卸车前外箱已变形，有交接照片")
    for one in told[1:3]:
        object_to_charge(one.key, by=one.party, words="并非本部门操作")
        rule_charge(one.key, upheld=True, ruling="监控显示由其操作", staff_id=MANAGER)
    for one in told[2:3]:
        record_recovery.fn(one.key, reference="样例结算单", staff_id=AGENT)
    settled = [one.claim_no for one in told[2:3]]
    engine.carry_on(lambda: not _in_states(settled, State.RECOVERING))


def numbers_of(plots: Mapping[str, Plot]) -> dict[Plot, list[str]]:
    """Find the claims of a day by their claimants' own numbers of them."""
    about: dict[Plot, list[str]] = {}
    with unit_of_work() as connection:
        for reference, plot in plots.items():
            found = claim_store.select_claims(connection, Chosen(reference=reference))
            about.setdefault(plot, []).extend(claim.case_no for claim in found)
    return about


def _at_once() -> bool:
    return True


def _all(about: About) -> list[str]:
    return [number for numbers in about.values() for number in numbers]


def _claim(number: str) -> Claim:
    with unit_of_work() as connection:
        return claim_store.one_claim(connection, number)


def _in_states(numbers: Iterable[str], *states: State) -> list[str]:
    chosen = Chosen(case_nos=list(numbers), states=states)
    with unit_of_work() as connection:
        return [claim.case_no for claim in claim_store.select_claims(connection, chosen)]


class _Asked(NamedTuple):
    """A question that a department was asked about a claim."""

    case_no: str
    inquiry_no: str
    department: str


def _asked(numbers: Sequence[str]) -> list[_Asked]:
    with unit_of_work() as connection:
        found = inquiries.of_cases(connection, numbers)
    return [_Asked(one.case_no, one.inquiry_no, one.department) for mine in found.values() for one in mine]


def _answer(asked: _Asked, *, badly_packed: bool) -> Post:
    code, words = (
        ("packaging_poor", "收件时外包装单薄，已提醒寄件人")
        if badly_packed
        else ("sent_on", "已按时交下一环节，有交接记录")
    )
    return answer_post(asked.inquiry_no, asked.department, code, words)


def _decide(
    number: str,
    staff_id: str,
    *,
    decision: Literal["approve", "refuse"] = "approve",
    comment: str,
    except_for: str = "",
) -> Ruling:
    """Take the decision that somebody owes, with the passcode that his authenticator shows now.

    Raises:
        Failure: he is not one of the demo's people, nothing is to be decided, or his answer does not count.
    """
    now = clock.now()
    with unit_of_work() as connection:
        secret = staff_store.secret_of(connection, staff_id, sample_only=True)
        gate = approvals.current_gate(connection, number)
    if secret is None:
        raise Failure(f"{staff_id} is not one of the demo's people, who decide about its claims")
    if gate is None:
        raise Failure(f"{number} has no decision to be taken")
    told = {"decision": decision, "passcode": passcode_at(secret, now), "staff_id": staff_id, "comment": comment}
    form = procedure_of(number).form
    answer = form.model_validate(told | {"except_for": except_for} if except_for else told)
    ruling = rule_on(number, gate.plan_version, answer, step=gate.step, via=Via.COMMAND, answered_at=now)
    if ruling.outcome in {Outcome.ASK_AGAIN, Outcome.OVERTAKEN}:
        raise Failure(f"{number}: {ruling.sentence}")
    return ruling


def _decide_dockets(about: About) -> None:
    """Approve the dockets of the day, and have some claims of the largest decided by themselves."""
    mine = frozenset(_all(about))
    found = sorted(_waiting_dockets(mine), key=lambda docket: len(docket.claims), reverse=True)
    for place, docket in enumerate(found):
        clear = [one.case_no for one in docket.claims if one.case_no in about.get(Plot.CLEAR, ())]
        excepted = clear[: min(EXCEPTED_MAX, len(clear) // 2)] if not place else []
        _decide(docket.docket_no, SUPERVISOR, comment="已逐件核对", except_for=", ".join(excepted))


def _waiting_dockets(numbers: frozenset[str]) -> list[Docket]:
    with unit_of_work() as connection:
        found = [dockets.one_docket(connection, one) for one in dockets.waiting(connection)]
    return [docket for docket in found if not numbers.isdisjoint(one.case_no for one in docket.claims)]


def _charges(numbers: Sequence[str]) -> list[Charge]:
    with unit_of_work() as connection:
        found = charges.of_claims(connection, numbers)
    return [one for mine in found.values() for one in mine]
