"""Paying a claim: booked before it is ordered, and when it is answered, and paid once whatever the provider does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from cryptography.fernet import Fernet
from engine_under_test import wait_until
from factories import NOON, at
from payouts import ACCOUNT, CLAIM, agreed, balances, claim_number, is_balanced, wanted

from adapters import Unavailable
from adapters.payments.fake import Behaviour, StandInProvider
from adapters.payments.translate import Payment
from schemas.ledger import Account
from schemas.payments import Payout, PayoutState, ReversalReason
from store import ledger, outbox, payouts
from store.outbox import LEASE
from store.payouts import NoSuchPayout, RequestedOtherwise, Turn
from store.unit_of_work import unit_of_work
from tasks.claims.booking import BookingRefused
from tasks.claims.paying import (
    PayoutRefused,
    book_paid,
    request_payout,
    reverse_payout,
    settle_payouts,
    undo_request_payout,
)
from tasks.dispatch import payments
from tasks.dispatch.payments import ASK_AGAIN
from tasks.dispatch.sending import ATTEMPTS_MAX, send_all_but_money, send_outbox

Stand = Callable[[datetime], None]
KEY = f"{CLAIM}-P1"
OWED = {Account.TO_ALLOCATE: Decimal("120.00"), Account.CLAIMS_PAYABLE: Decimal("-120.00")}
IN_PAYMENT = {Account.TO_ALLOCATE: Decimal("120.00"), Account.IN_PAYMENT: Decimal("-120.00")}
PAID = {Account.TO_ALLOCATE: Decimal("120.00"), Account.CASH: Decimal("-120.00")}


def requested(**changes: object) -> Payout:
    agreed()
    return request_payout.fn(wanted(**changes), who="sup-wang")


def sent_and_settled() -> None:
    send_outbox.fn()
    settle_payouts.fn()
    assert is_balanced()


def payout(key: str = KEY) -> Payout:
    with unit_of_work() as connection:
        return payouts.one(connection, key)


def order(key: str = KEY) -> tuple[str, str]:
    with unit_of_work() as connection:
        [row] = [row for row in outbox.of_case(connection, CLAIM) if row["key"] == key]
    return row["status"], row["error"]


class TestRequest:
    def test_books_and_orders_in_one_transaction(self, provider: StandInProvider) -> None:
        assert requested().state is PayoutState.REQUESTED

        assert balances() == IN_PAYMENT
        assert order() == ("pending", "")
        assert provider.moved == []

    def test_puts_no_account_and_no_name_into_the_outbox(self, provider: StandInProvider) -> None:
        requested()

        with unit_of_work() as connection:
            assert [row["payload"] for row in outbox.of_case(connection, CLAIM)] == [{"payout": KEY}]

    def test_pays_no_more_than_was_agreed(self, provider: StandInProvider) -> None:
        agreed(amount="119.99")

        with pytest.raises(BookingRefused, match=r"has 119\.99 CNY in claims_payable, not 120\.00"):
            request_payout.fn(wanted(), who="sup-wang")

        with unit_of_work() as connection:
            assert payouts.of_claim(connection, CLAIM) == []

    def test_pays_no_other_currency_than_was_agreed(self, provider: StandInProvider) -> None:
        agreed(currency="USD")

        with pytest.raises(BookingRefused):
            request_payout.fn(wanted(), who="sup-wang")

    def test_pays_once_when_it_is_requested_by_many_at_once(self, provider: StandInProvider) -> None:
        agreed()

        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(lambda _: request_payout.fn(wanted(), who="sup-wang"), range(8)))
        sent_and_settled()

        assert {one.key for one in made} == {KEY}
        assert provider.moved == [KEY]

    def test_pays_the_half_of_it_once_when_two_ask_for_more_than_there_is(self, provider: StandInProvider) -> None:
        agreed()

        def ask(number: int) -> bool:
            try:
                request_payout.fn(wanted(number=number, amount=Decimal("70.00")), who="sup-wang")
            except BookingRefused:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(ask, range(1, 9))) == 1

    def test_refuses_another_account_under_the_same_number(self, provider: StandInProvider) -> None:
        requested()

        with pytest.raises(RequestedOtherwise):
            request_payout.fn(wanted(account="6222020200112233446"), who="sup-wang")


class TestSettle:
    def test_books_cash_when_the_provider_has_paid(self, provider: StandInProvider) -> None:
        requested()

        sent_and_settled()

        assert (payout().state, payout().provider_reference) == (PayoutState.PAID, "PAY-000001")
        assert payout().paid_at == NOON
        assert balances() == PAID

    def test_is_left_to_who_books_the_answer_by_whoever_only_sends_letters(self, provider: StandInProvider) -> None:
        requested()

        send_all_but_money.fn()

        assert (provider.moved, order()) == ([], ("pending", ""))

    def test_books_back_what_the_provider_refused_with_the_reason(self, provider: StandInProvider) -> None:
        provider.will(Behaviour.REFUSES)
        requested()

        sent_and_settled()

        assert payout().state is PayoutState.REFUSED
        assert payout().reason == "the provider refused: the account ****3445 is closed"
        assert balances() == OWED

    def test_lets_a_refused_payout_be_requested_anew_with_another_account(self, provider: StandInProvider) -> None:
        provider.will(Behaviour.REFUSES)
        requested()
        sent_and_settled()

        request_payout.fn(wanted(number=2, account="6222020200112233446"), who="sup-wang")
        sent_and_settled()

        assert provider.moved == [f"{CLAIM}-P2"]
        assert balances() == PAID

    def test_books_nothing_twice(self, provider: StandInProvider) -> None:
        requested()
        sent_and_settled()

        assert settle_payouts.fn() == {"payouts": 0, "reversals": 0}
        with unit_of_work() as connection:
            assert len(ledger.of_claim(connection, CLAIM)) == 3

    def test_of_a_claim_that_is_named_has_booked_all_when_it_returns(self, provider: StandInProvider) -> None:
        requested()
        send_outbox.fn()
        with ThreadPoolExecutor(1) as pool:
            with unit_of_work() as another:
                held = payouts.answered(another, state=PayoutState.REQUESTED, limit=1)
                assert settle_payouts.fn()["payouts"] == 0  # another books it, and nobody waits for him
                waiting = pool.submit(settle_payouts.fn, CLAIM)
                with pytest.raises(TimeoutError):
                    waiting.result(timeout=0.3)
                book_paid(another, [Turn(one.payout, PayoutState.PAID, "") for one in held], at=NOON)
            assert waiting.result(timeout=30)["payouts"] == 0

        assert payout().state is PayoutState.PAID
        assert balances() == PAID

    def test_leaves_the_claims_that_are_not_named(self, provider: StandInProvider) -> None:
        requested()
        send_outbox.fn()

        assert settle_payouts.fn("CL-20261120-000999")["payouts"] == 0
        assert payout().state is PayoutState.REQUESTED

    def test_books_many_in_batches(self, provider: StandInProvider, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tasks.claims.paying.AT_A_TIME", 3)
        claims = [claim_number(number) for number in range(7)]
        for claim_no in claims:
            request_payout.fn(wanted(agreed(claim_no)), who="sup-wang")
        send_outbox.fn()

        assert settle_payouts.fn()["payouts"] == 7
        assert is_balanced()


class TestUncertain:
    @pytest.mark.parametrize(
        "behaviour",
        [
            Behaviour.TIMES_OUT_AFTER_PAYING,
            Behaviour.BREAKS_AFTER_PAYING,
            Behaviour.ANSWERS_TWICE,
            Behaviour.ANSWERS_FOR_ANOTHER,
            Behaviour.WEIGHS,
        ],
    )
    def test_payout_is_asked_about_and_paid_once_when_the_provider(
        self, provider: StandInProvider, stand_at: Stand, behaviour: Behaviour
    ) -> None:
        provider.will(behaviour)
        requested()

        sent_and_settled()
        assert order()[0] == "uncertain"
        assert balances() == IN_PAYMENT
        stand_at(NOON + ASK_AGAIN)
        sent_and_settled()

        assert (provider.moved, provider.sent[KEY], provider.asked[KEY]) == ([KEY], 1, 1)
        assert order()[0] == "done"
        assert balances() == PAID

    def test_payout_is_sent_again_under_its_key_when_the_provider_does_not_know_it(
        self, provider: StandInProvider, stand_at: Stand
    ) -> None:
        provider.will(Behaviour.TIMES_OUT_BEFORE_PAYING)
        requested()
        sent_and_settled()

        stand_at(NOON + ASK_AGAIN)
        sent_and_settled()

        assert (provider.moved, provider.sent[KEY], provider.asked[KEY]) == ([KEY], 2, 1)
        assert balances() == PAID

    def test_payout_is_made_once_when_the_provider_pays_after_it_was_asked(
        self, provider: StandInProvider, stand_at: Stand
    ) -> None:
        provider.will(Behaviour.PAYS_LATE)
        requested()
        sent_and_settled()

        stand_at(NOON + ASK_AGAIN)
        sent_and_settled()  # it does not know of it yet, and gets it again under the same key
        wait_until(lambda: provider.sent[KEY] == 2 and provider.busy == 0, what="the first order to be carried out")

        assert provider.moved == [KEY]
        assert balances() == PAID

    def test_payout_is_not_asked_about_before_its_time(self, provider: StandInProvider, stand_at: Stand) -> None:
        provider.will(Behaviour.TIMES_OUT_AFTER_PAYING)
        requested()

        for seconds in (0, 30, 59):
            stand_at(NOON + timedelta(seconds=seconds))
            sent_and_settled()

        assert (provider.sent[KEY], provider.asked[KEY]) == (1, 0)

    def test_payout_stays_so_while_nobody_can_be_asked(
        self, provider: StandInProvider, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        provider.will(Behaviour.TIMES_OUT_AFTER_PAYING)
        requested()
        sent_and_settled()

        with monkeypatch.context() as away:
            away.setenv("REDRESS_PAYMENT_URL", "http://127.0.0.1:9")
            for minutes in range(1, 40):
                stand_at(NOON + minutes * ASK_AGAIN)
                sent_and_settled()
        assert order()[0] == "uncertain"
        stand_at(at(2))
        sent_and_settled()

        assert (provider.moved, provider.sent[KEY]) == ([KEY], 1)
        assert order()[0] == "done"

    def test_payout_of_another_amount_is_left_to_a_person(self, provider: StandInProvider, stand_at: Stand) -> None:
        provider.will(Behaviour.PAYS_ANOTHER_AMOUNT)
        requested()

        for minutes in range(3):
            stand_at(NOON + minutes * ASK_AGAIN)
            sent_and_settled()

        assert order() == ("uncertain", "the provider says it paid 121.00 CNY, not 120.00 CNY")
        assert balances() == IN_PAYMENT

    def test_payout_is_listed_as_such(self, provider: StandInProvider) -> None:
        provider.will(Behaviour.BREAKS_AFTER_PAYING)
        requested()
        sent_and_settled()

        with unit_of_work() as connection:
            [line] = payouts.listing(connection, uncertain=True)
        assert (line.key, line.order, line.account) == (KEY, "uncertain", "****3445")

    def test_payout_whose_sender_died_is_asked_about(
        self, provider: StandInProvider, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        requested()

        def die(*_asked: object, **_named: object) -> None:
            raise SystemError("killed")

        with monkeypatch.context() as dying:
            dying.setattr(outbox, "settle_many", die)
            with pytest.raises(SystemError):
                send_outbox.fn()
        stand_at(NOON + LEASE)
        sent_and_settled()

        assert (provider.moved, provider.sent[KEY], provider.asked[KEY]) == ([KEY], 1, 1)
        assert balances() == PAID

    def test_payout_is_settled_once_when_two_ask_at_once(self, provider: StandInProvider, stand_at: Stand) -> None:
        provider.will(Behaviour.TIMES_OUT_BEFORE_PAYING)
        requested()
        sent_and_settled()
        stand_at(NOON + ASK_AGAIN)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: send_outbox.fn(), range(4)))
        sent_and_settled()

        assert provider.moved == [KEY]
        assert balances() == PAID

    def test_answer_that_is_late_does_not_send_again_what_was_sent_since(
        self, provider: StandInProvider, stand_at: Stand
    ) -> None:
        provider.will(Behaviour.TIMES_OUT_BEFORE_PAYING)
        requested()
        sent_and_settled()
        with unit_of_work() as connection:
            late = outbox.in_doubt(connection, now=at(1), limit=10)
        stand_at(NOON + ASK_AGAIN)
        provider.will(Behaviour.TIMES_OUT_AFTER_PAYING)
        send_outbox.fn()  # asked, sent again, and uncertain again

        with unit_of_work() as connection:
            outbox.send_again(connection, late, at=at(1))

        assert order()[0] == "uncertain"
        assert provider.sent[KEY] == 2


class TestKeyThatIsMissing:
    @pytest.mark.parametrize("key", ["", Fernet.generate_key().decode()], ids=["none", "another"])
    def test_keeps_a_payout_waiting_until_it_is_back(
        self, provider: StandInProvider, stand_at: Stand, monkeypatch: pytest.MonkeyPatch, key: str
    ) -> None:
        requested()
        with monkeypatch.context() as without:
            without.setenv("REDRESS_SECRET_KEY", key)
            sent_and_settled()
        assert order()[0] == "pending"

        stand_at(at(1))
        sent_and_settled()

        assert provider.moved == [KEY]

    def test_keeps_nobody_from_asking_what_became_of_one(
        self, provider: StandInProvider, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        provider.will(Behaviour.TIMES_OUT_AFTER_PAYING)
        requested()
        sent_and_settled()

        monkeypatch.setenv("REDRESS_SECRET_KEY", "")
        stand_at(NOON + ASK_AGAIN)
        sent_and_settled()

        assert order()[0] == "done"


class TestAnswerThatNobodyForesaw:
    def test_leaves_the_payout_uncertain_and_the_others_asked_about(
        self, provider: StandInProvider, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = claim_number(2)
        provider.will(Behaviour.TIMES_OUT_AFTER_PAYING, times=2)
        requested()
        request_payout.fn(wanted(agreed(other)), who="sup-wang")
        sent_and_settled()
        ask = payments.client.ask

        def breaks_once(key: str) -> Payment:
            if key == KEY:
                raise ZeroDivisionError
            return ask(key)

        monkeypatch.setattr(payments.client, "ask", breaks_once)
        stand_at(NOON + ASK_AGAIN)
        sent_and_settled()

        assert order() == ("uncertain", "unforeseen: ZeroDivisionError")
        assert payout(f"{other}-P1").state is PayoutState.PAID


class TestProviderThatIsAway:
    @pytest.mark.parametrize(
        ("setting", "value"),
        [
            ("REDRESS_PAYMENT_URL", "http://127.0.0.1:9"),
            ("REDRESS_PAYMENT_URL", ""),
            ("REDRESS_PAYMENT_API_KEY", "one that it does not know"),
        ],
        ids=["nobody_listens", "no_address", "wrong_key"],
    )
    def test_never_has_a_payout_refused_however_long_it_lasts(
        self, provider: StandInProvider, stand_at: Stand, monkeypatch: pytest.MonkeyPatch, setting: str, value: str
    ) -> None:
        requested()
        with monkeypatch.context() as away:
            away.setenv(setting, value)
            for hours in range(ATTEMPTS_MAX + 2):
                stand_at(at(hours))
                sent_and_settled()
        assert (order()[0], payout().state, balances()) == ("pending", PayoutState.REQUESTED, IN_PAYMENT)

        stand_at(at(ATTEMPTS_MAX + 2))
        sent_and_settled()

        assert (provider.moved, balances()) == ([KEY], PAID)


class TestBusyProvider:
    def test_is_tried_again_and_paid_once(self, provider: StandInProvider, stand_at: Stand) -> None:
        provider.will(Behaviour.IS_BUSY, times=2)
        requested()

        for minutes in range(4):
            stand_at(NOON + timedelta(minutes=minutes))
            sent_and_settled()

        assert provider.moved == [KEY]
        assert balances() == PAID


class TestUndoRequest:
    def test_withdraws_what_has_not_left(self, provider: StandInProvider) -> None:
        requested()

        for _ in range(2):
            taken = undo_request_payout.fn(KEY, who="sup-wang", reason="the claim was withdrawn")
            assert taken is not None
            assert (taken.state, taken.reason) == (PayoutState.WITHDRAWN, "the claim was withdrawn")
        sent_and_settled()

        assert provider.sent[KEY] == 0
        assert balances() == OWED

    def test_is_nothing_where_nothing_was_requested(self, provider: StandInProvider) -> None:
        assert undo_request_payout.fn(KEY, who="sup-wang", reason="none") is None

    def test_is_refused_once_the_order_has_left(self, provider: StandInProvider) -> None:
        provider.will(Behaviour.TIMES_OUT_AFTER_PAYING)
        requested()
        send_outbox.fn()

        with pytest.raises(PayoutRefused, match="has left"):
            undo_request_payout.fn(KEY, who="sup-wang", reason="too late")
        assert balances() == IN_PAYMENT

    def test_is_refused_for_what_is_paid(self, provider: StandInProvider) -> None:
        requested()
        sent_and_settled()

        with pytest.raises(PayoutRefused, match="is paid"):
            undo_request_payout.fn(KEY, who="sup-wang", reason="too late")


class TestReverse:
    @pytest.fixture
    def paid(self, provider: StandInProvider) -> StandInProvider:
        requested()
        sent_and_settled()
        return provider

    def test_asks_the_money_back_and_books_it_when_it_is(self, paid: StandInProvider) -> None:
        asked = reverse_payout.fn(KEY, why=ReversalReason.WRONG_PAYEE, note="two of one name", who="mgr-zhao")
        assert (asked.state, balances()) == (PayoutState.REVERSING, PAID)
        sent_and_settled()

        assert (payout().state, payout().reason) == (PayoutState.REVERSED, "wrong_payee: two of one name")
        assert (paid.brought_back, balances()) == ([KEY], OWED)
        with unit_of_work() as connection:
            back = [one for one in ledger.of_claim(connection, CLAIM) if one.reverses]
        assert {(one.noted.who, one.noted.reason) for one in back} == {("mgr-zhao", "wrong_payee: two of one name")}

    def test_stays_paid_when_the_money_cannot_be_had_and_may_be_asked_again(self, paid: StandInProvider) -> None:
        paid.irreversible.add(KEY)
        reverse_payout.fn(KEY, why=ReversalReason.FRAUD, who="mgr-zhao")
        sent_and_settled()
        assert (payout().state, balances()) == (PayoutState.PAID, PAID)
        assert "withdrawn the money" in payout().reason

        paid.irreversible.clear()
        reverse_payout.fn(KEY, why=ReversalReason.FRAUD, who="mgr-zhao")
        sent_and_settled()

        assert (payout().state, balances()) == (PayoutState.REVERSED, OWED)

    def test_is_asked_for_until_the_provider_has_answered(
        self, paid: StandInProvider, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_asked: object, **_named: object) -> Payment:
            raise Unavailable("the provider answered 401")

        reverse_payout.fn(KEY, why=ReversalReason.FRAUD, who="mgr-zhao")
        with unit_of_work() as connection:
            connection.exec_driver_sql(
                "UPDATE outbox SET attempts = %s WHERE kind = 'payout_reversal'", (ATTEMPTS_MAX,)
            )
        with monkeypatch.context() as rotated:
            rotated.setattr(payments.client, "reverse", away)
            sent_and_settled()
        assert payout().state is PayoutState.REVERSING

        stand_at(NOON + timedelta(hours=2))
        sent_and_settled()

        assert payout().state is PayoutState.REVERSED

    def test_is_asked_for_as_often_as_before_when_a_person_asks_again(self, paid: StandInProvider) -> None:
        paid.irreversible.add(KEY)
        for _ in range(2):
            reverse_payout.fn(KEY, why=ReversalReason.FRAUD, who="mgr-zhao")
            sent_and_settled()

        with unit_of_work() as connection:
            tries = "SELECT attempts FROM outbox WHERE kind = 'payout_reversal'"
            assert connection.exec_driver_sql(tries).scalar_one() == 1

    def test_is_the_same_twice(self, paid: StandInProvider) -> None:
        for _ in range(2):
            reverse_payout.fn(KEY, why=ReversalReason.PAID_TWICE, who="mgr-zhao")
        sent_and_settled()
        reverse_payout.fn(KEY, why=ReversalReason.PAID_TWICE, who="mgr-zhao")
        sent_and_settled()

        assert (paid.brought_back, balances()) == ([KEY], OWED)

    def test_needs_words_for_another_reason(self, paid: StandInProvider) -> None:
        with pytest.raises(PayoutRefused, match="note"):
            reverse_payout.fn(KEY, why=ReversalReason.OTHER, who="mgr-zhao")

    def test_is_refused_for_what_is_not_paid(self, provider: StandInProvider) -> None:
        requested()

        with pytest.raises(PayoutRefused, match="is requested"):
            reverse_payout.fn(KEY, why=ReversalReason.FRAUD, who="mgr-zhao")
        with pytest.raises(NoSuchPayout):
            reverse_payout.fn("CL-20261128-000009-P1", why=ReversalReason.FRAUD, who="mgr-zhao")

    def test_lets_the_claim_be_paid_anew(self, paid: StandInProvider) -> None:
        reverse_payout.fn(KEY, why=ReversalReason.WRONG_PAYEE, who="mgr-zhao")
        sent_and_settled()

        request_payout.fn(wanted(number=2, payee="王小红"), who="sup-wang")
        sent_and_settled()

        assert balances() == PAID


class TestWhatIsWrittenDown:
    def test_never_has_the_account(
        self, provider: StandInProvider, stand_at: Stand, caplog: pytest.LogCaptureFixture
    ) -> None:
        for behaviour in (Behaviour.REFUSES, Behaviour.BREAKS_AFTER_PAYING):
            provider.will(behaviour)
        requested()
        sent_and_settled()
        request_payout.fn(wanted(number=2), who="sup-wang")
        sent_and_settled()

        with unit_of_work() as connection:
            rows = [
                str(row)
                for table in ("outbox", "payout", "booking", "booking_line")
                for row in connection.exec_driver_sql(f"SELECT {table}::text FROM {table}")
            ]
        assert not [row for row in rows if ACCOUNT in row]
        assert ACCOUNT not in caplog.text
