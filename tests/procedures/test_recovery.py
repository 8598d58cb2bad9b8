"""追偿 in the words of the manual: from the claimant being paid to nobody owing anything for it any more (R79, R80).

The claimant is paid by the brand; whom it is taken from inside is another matter, and takes weeks. Told on a stand-in
insurer and a real PostgreSQL, with what must not happen.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from payouts import is_balanced
from recovering import (
    APPROVER,
    EAST,
    HUB,
    PARTNER,
    books_of,
    charges_of,
    moment,
    on_file,
    paid_claim,
    share,
    state_of,
    unknown,
)
from standins import QuietHerald, served

from adapters.insurer.fake import Behaviour, StandInInsurer
from deployments.gateway.app import gateway_app
from deployments.gateway.settings import GatewaySettings
from schemas.claims import Ending, State
from schemas.complaints import PartyKind
from schemas.evidence import EvidenceKind, Waiver
from schemas.exceptions import Role
from store import case_history, claims, evidence, ledger
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.charging import object_to_charge, rule_charge, settle_charges
from tasks.claims.collecting import record_recovery, settlement_of, write_off_charge
from tasks.claims.insuring import overdue_insurer_contacts, submit_to_insurers
from tasks.claims.recovering import close_recovered_claims, recover_claims
from tasks.dispatch.sending import send_outbox
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]


@pytest.fixture(autouse=True)
def _desk(stand_at: Stand) -> None:
    """Have those on file who deal with it."""
    del stand_at
    on_file("fin-li")
    on_file("sup-wang", Role.SUPERVISOR)
    on_file("sup-east", Role.SUPERVISOR, ties=frozenset({EAST}))
    on_file(APPROVER, Role.MANAGER)


def test_a_claim_is_taken_back_from_those_who_answer_for_it(stand_at: Stand, notices: Notices) -> None:
    # 客户已获赔 1,000 元：城东网点 40%，华东分拨 30%，合作方 20%，余下 10% 查无责任方。
    claim = paid_claim(
        share(EAST, "40"),
        share(HUB, "30", PartyKind.SORTING_CENTRE),
        share(PARTNER, "20", PartyKind.PARTNER),
        unknown("10"),
    )
    east, hub, partner = (f"{claim}-C{number}" for number in (1, 2, 3))

    # 通知责任人赔偿金额 (R79). What lies with nobody is the carrier's own loss, approved by whoever approved the plan.
    recover_claims.fn()
    send_outbox.fn()
    assert sorted(notice["to"] for notice in notices()) == sorted([EAST, HUB, PARTNER])
    assert "400.00 CNY" in next(notice["body"] for notice in notices() if notice["to"] == EAST)
    assert books_of(claim) == {"to_allocate": "900.00", "loss": "100.00"}
    with unit_of_work() as connection:
        assert {one.noted.approved_by for one in ledger.of_claim(connection, claim)} == {"", APPROVER}

    # Nothing is in anybody's settlement while it may be objected to.
    assert settlement_of("2026-11") == []
    assert settle_charges.fn() == []

    # Two object in time; the outlet's own supervisor and whoever investigated may not rule (R86).
    stand_at(moment(3))
    object_to_charge(hub, by=HUB, words="交接时封签完好")
    object_to_charge(partner, by=PARTNER, words="我方未接手此件")
    with pytest.raises(NotAllowed, match="investigated"):
        rule_charge(hub, upheld=False, ruling="x", staff_id=on_file("ag-sun", Role.SUPERVISOR))
    rule_charge(hub, upheld=False, ruling="监控显示交接完好", staff_id="sup-wang")
    rule_charge(partner, upheld=True, ruling="有交接签字", staff_id="sup-wang")
    send_outbox.fn()
    assert [notice["to"] for notice in notices()[3:]] == [HUB, PARTNER]

    # The third said nothing within its week, and too late is too late.
    stand_at(moment(7.1))
    with pytest.raises(NotAllowed, match="the time to object is over"):
        object_to_charge(east, by=EAST, words="太晚")
    assert settle_charges.fn() == [east]
    assert charges_of(claim) == [
        (EAST, "400.00", "charged"), (HUB, "300.00", "lifted"), (PARTNER, "200.00", "charged"),
        ("", "100.00", "written_off"),
    ]  # fmt: skip
    assert [(one.party, one.charged) for one in settlement_of("2026-11")] == [(EAST, 400), (PARTNER, 200)]
    assert close_recovered_claims.fn() == []

    # The outlet pays with its settlement; the partner pays part, and the rest is written off with approval.
    stand_at(moment(20))
    record_recovery.fn(east, reference="2026-11", staff_id="fin-li")
    record_recovery.fn(partner, reference="dividend", staff_id="fin-li", amount=Decimal("50.00"))
    with pytest.raises(NotAllowed, match="somebody else approves it"):
        write_off_charge.fn(partner, why="破产", staff_id="sup-wang", approved_by="sup-wang")
    write_off_charge.fn(partner, why="破产", staff_id="fin-li", approved_by="sup-wang")

    # Nobody owes anything any more, and only now it is closed.
    assert close_recovered_claims.fn() == [claim]
    assert books_of(claim) == {"loss": "550.00"}
    assert [(one.party, one.closing) for one in settlement_of("2026-12")] == [(EAST, 0), (PARTNER, 0)]
    with unit_of_work() as connection:
        closed = claims.one_claim(connection, claim)
        assert case_history.broken_histories(connection, claim) == (1, [])
    assert (closed.state, closed.ending) == (State.CLOSED, Ending.SETTLED)
    assert is_balanced()


def test_an_insurer_pays_part_and_the_party_bears_the_rest(
    stand_at: Stand, insurer: StandInInsurer, notices: Notices
) -> None:
    # 保险公司承保，每案免赔 200 元。 The insurer is asked first; the party is told of what it never pays.
    stand_at(datetime.now(UTC))  # what an insurer signs is signed for now
    claim = paid_claim(share(EAST, "100"))
    recover_claims.fn(claim)
    assert charges_of(claim) == [(EAST, "200.00", "noticed")]

    # Its papers must be there; the invoice is let go without by a person.
    assert submit_to_insurers.fn() == []
    with unit_of_work() as connection:
        waiver = Waiver(
            case_no=claim, kind=EvidenceKind.VALUE_PROOF, who="sup-wang", why="保险公司已有", at=clock.now()
        )
        evidence.waive(connection, waiver)
    assert submit_to_insurers.fn() == [claim]
    send_outbox.fn()
    assert [one.claim_no for one in insurer.claims.values()] == [claim]

    # 定期联系 (R80): after a week of silence the desk should ask.
    week_later = clock.now() + timedelta(days=7)
    stand_at(week_later)
    assert [case.claim_no for case in overdue_insurer_contacts.fn()] == [claim]
    stand_at(week_later - timedelta(days=7))

    # It grants half, pays half of that, and tells everything twice and the wrong way round.
    for behaviour in (
        Behaviour.GRANTS_PART, Behaviour.PAYS_LESS, Behaviour.CALLS_TWICE, Behaviour.CALLS_OUT_OF_ORDER,
    ):  # fmt: skip
        insurer.will(behaviour)
    with served(gateway_app(GatewaySettings(), QuietHerald())) as gateway:
        answers = insurer.call_back(gateway, claim)
        assert httpx.post(f"{gateway}/insurer/callbacks", json={}).status_code == 401
    assert {answer.repeated for answer in answers} == {answer.retry for answer in answers} == {True, False}

    # 800 were asked, 400 granted, 200 paid: what it did not grant and what it did not pay fall to the outlet.
    assert books_of(claim) == {"to_allocate": "800.00"}
    assert charges_of(claim) == [
        (EAST, "200.00", "noticed"), (EAST, "400.00", "noticed"), (EAST, "200.00", "noticed"),
    ]  # fmt: skip
    assert overdue_insurer_contacts.fn() == []

    # The outlet pays all three.
    stand_at(week_later + timedelta(days=1))
    for key in settle_charges.fn():
        record_recovery.fn(key, reference="settlement", staff_id="fin-li")
    assert close_recovered_claims.fn() == [claim]
    assert books_of(claim) == {}
    send_outbox.fn()
    assert [notice["to"] for notice in notices()] == [EAST] * 3
    assert is_balanced()


def test_a_clear_claim_that_lies_with_nobody_ends_by_itself() -> None:
    claim = paid_claim(unknown("100"))

    recover_claims.fn()
    close_recovered_claims.fn()

    assert state_of(claim) is State.CLOSED
    assert books_of(claim) == {"loss": "1000.00"}
