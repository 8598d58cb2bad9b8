"""The ledger in the database: it balances whoever writes, nothing in it is changed, and sums are made by SQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from factories import NOON, at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payouts import CLAIM, money
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError

from rules.claims import bookings
from rules.claims.bookings import balances, reversal, stands
from schemas.ledger import Account, Booking, Noted
from store import ledger
from store.ledger import BookedOtherwise, NothingToReverse
from store.unit_of_work import unit_of_work

NOTED = Noted(at=NOON, who="sup-wang", reason="agreed by telephone")


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def agreement(key: str = "k", amount: str = "120.00", claim_no: str = CLAIM, at: datetime = NOON) -> Booking:
    return bookings.claim_agreed(claim_no, money(amount), key=key, noted=NOTED.model_copy(update={"at": at}))


def booked(*made: Booking) -> None:
    with unit_of_work() as connection:
        ledger.book(connection, made)


def raw(*statements: str) -> None:
    with unit_of_work() as connection:
        for statement in statements:
            connection.execute(text(statement))


HEAD = (
    "INSERT INTO booking (key, event, claim_no, line_count, at, who) "
    "VALUES ('raw', 'claim_agreed', 'CL-1', {lines}, now(), 'x')"
)
LINE = (
    "INSERT INTO booking_line (booking_id, line, account, currency, amount) "
    "SELECT booking_id, {line}, 'cash', '{currency}', {amount} FROM booking WHERE key = '{key}'"
)


def raw_line(line: int, amount: str, currency: str = "CNY", key: str = "raw") -> str:
    return LINE.format(line=line, amount=amount, currency=currency, key=key)


class TestBook:
    def test_keeps_a_booking_as_it_was_made(self, connection: Connection) -> None:
        made = agreement()

        assert ledger.book(connection, [made]) == 1
        assert ledger.of_claim(connection, CLAIM) == [made]

    def test_books_an_event_once_however_often_it_is_told(self, connection: Connection) -> None:
        ledger.book(connection, [agreement()])

        assert ledger.book(connection, [agreement(), agreement("other")]) == 1
        assert [one.key for one in ledger.of_claim(connection, CLAIM)] == ["k", "other"]

    def test_refuses_something_else_under_the_same_key(self, connection: Connection) -> None:
        ledger.book(connection, [agreement()])

        with pytest.raises(BookedOtherwise, match="k is booked"):
            ledger.book(connection, [agreement(amount="120.01")])

    def test_books_an_event_once_when_many_book_it_at_once(self, database: str) -> None:
        def book(_turn: int) -> int:
            with unit_of_work() as connection:
                return ledger.book(connection, [agreement()])

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(book, range(8))) == 1

    def test_books_nothing_of_nothing(self, connection: Connection) -> None:
        assert ledger.book(connection, []) == 0

    def test_reverses_only_what_was_booked(self, connection: Connection) -> None:
        with pytest.raises(NothingToReverse, match="nothing was booked as k"):
            ledger.book(connection, [reversal(agreement(), noted=NOTED)])

    def test_reverses_a_booking_to_nothing(self, connection: Connection) -> None:
        back = reversal(agreement(), noted=NOTED)
        ledger.book(connection, [agreement()])
        ledger.book(connection, [back])

        assert ledger.by_keys(connection, ["k:reversed"]) == [back]
        assert ledger.balances_of(connection, [CLAIM]) == []

    def test_reverses_a_booking_once(self, database: str) -> None:
        booked(agreement())
        booked(reversal(agreement(), noted=NOTED))
        again = reversal(agreement(), noted=NOTED).model_copy(update={"key": "by another name"})

        with pytest.raises(IntegrityError, match="uq_booking_reverses"):
            booked(again)


class TestRawSql:
    @pytest.mark.parametrize(
        ("lines", "said"),
        [
            ([raw_line(1, "1.00"), raw_line(2, "-0.99")], "does not balance"),
            ([raw_line(1, "1.00"), raw_line(2, "-1.00", "USD")], "does not balance"),
            ([raw_line(1, "1.00")], "it has 1 lines and says 2"),
            ([], "it has 0 lines and says 2"),
            ([raw_line(1, "1.00"), raw_line(2, "-1.00"), raw_line(3, "1.00"), raw_line(4, "-1.00")], "it has 4 lines"),
        ],
        ids=["a cent short", "two currencies", "one line", "no line", "more than it says"],
    )
    def test_commits_no_booking_that_does_not_balance(self, database: str, lines: list[str], said: str) -> None:
        with pytest.raises(IntegrityError, match=said):
            raw(HEAD.format(lines=2), *lines)

        with unit_of_work() as connection:
            assert ledger.by_keys(connection, ["raw"]) == []

    def test_commits_one_that_does(self, database: str) -> None:
        raw(HEAD.format(lines=2), raw_line(1, "1.00"), raw_line(2, "-1.00"))

    def test_adds_no_line_to_a_booking_that_was_made(self, database: str) -> None:
        booked(agreement())

        with pytest.raises(IntegrityError, match="it has 4 lines and says 2"):
            raw(raw_line(3, "5.00", key="k"), raw_line(4, "-5.00", key="k"))

    def test_makes_no_line_that_moves_nothing(self, database: str) -> None:
        with pytest.raises(IntegrityError, match="ck_booking_line_moves"):
            raw(HEAD.format(lines=2), raw_line(1, "0"), raw_line(2, "0"))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE booking SET reason = 'x'",
            "UPDATE booking_line SET amount = amount * 2",
            "UPDATE booking_line SET account = 'loss' WHERE false",
            "DELETE FROM booking_line",
            "DELETE FROM booking",
            "TRUNCATE booking, booking_line CASCADE",
        ],
    )
    def test_changes_and_deletes_nothing(self, database: str, statement: str) -> None:
        booked(agreement())

        with pytest.raises(IntegrityError, match="never changed"):
            raw(statement)

        with unit_of_work() as connection:
            assert ledger.of_claim(connection, CLAIM) == [agreement()]

    @pytest.mark.parametrize(
        ("amount", "of"), [("60.00", "k"), ("-120.00", "k:reversed")], ids=["half of it", "a reversal"]
    )
    def test_reverses_nothing_but_a_whole_booking(self, database: str, amount: str, of: str) -> None:
        booked(agreement())
        booked(reversal(agreement(), noted=NOTED))
        booked(agreement("second"))
        wrong = of.replace("k", "second") if of == "k" else of

        with pytest.raises(IntegrityError, match="does not take back"):
            raw(
                "INSERT INTO booking (key, event, claim_no, line_count, at, who, reverses) "
                f"SELECT 'raw', 'x', claim_no, 2, now(), 'x', booking_id FROM booking WHERE key = '{wrong}'",
                "INSERT INTO booking_line (booking_id, line, account, currency, amount) SELECT b.booking_id, v.* "
                f"FROM booking b, (VALUES (1, 'claims_payable', 'CNY', {amount}), "
                f"(2, 'to_allocate', 'CNY', -({amount}))) AS v WHERE b.key = 'raw'",
            )


class TestSums:
    @pytest.fixture
    def settled(self, connection: Connection) -> Connection:
        """Settle a claim of which a party owes 80, the insurer 30, and 10 are lost."""
        noted = NOTED.model_copy(update={"approved_by": "mgr-zhao"})
        outlet, insurer = Account.RECEIVABLE_FROM_PARTY, Account.RECEIVABLE_FROM_INSURER
        december = noted.model_copy(update={"at": datetime(2026, 11, 30, 16, 0, tzinfo=UTC)})  # midnight in Shanghai
        ledger.book(
            connection,
            [
                agreement(),
                bookings.payout_requested(CLAIM, money("120.00"), key="o", noted=noted),
                bookings.payout_paid(CLAIM, money("120.00"), key="p", noted=noted),
                bookings.charged_to_party(CLAIM, money("80.00"), "城东网点", key="c", noted=noted),
                bookings.claimed_from_insurer(CLAIM, money("30.00"), "示例财险", key="i", noted=noted),
                bookings.written_off(CLAIM, money("10.00"), Account.TO_ALLOCATE, key="w", noted=noted),
                bookings.recovered(CLAIM, money("50.00"), outlet, "城东网点", key="r", noted=december),
                bookings.recovered(CLAIM, money("30.00"), insurer, "示例财险", key="s", noted=december),
            ],
        )
        return connection

    def test_of_a_claim_are_those_of_its_bookings(self, settled: Connection) -> None:
        read = stands(ledger.balances_of(settled, [CLAIM]))

        assert read == balances(ledger.of_claim(settled, CLAIM))
        assert {place.account: amount for place, amount in read.items()} == {
            Account.CASH: Decimal("-40.00"),
            Account.RECEIVABLE_FROM_PARTY: Decimal("30.00"),
            Account.LOSS: Decimal("10.00"),
        }

    def test_of_a_party_are_as_of_a_moment(self, settled: Connection) -> None:
        def owed(until: datetime) -> list[tuple[str, Decimal]]:
            found = ledger.balances_by_party(settled, Account.RECEIVABLE_FROM_PARTY, until=until)
            return [(one.party, one.balance) for one in found]

        assert owed(at(1)) == [("城东网点", Decimal("80.00"))]
        assert owed(at(24 * 30)) == [("城东网点", Decimal("30.00"))]

    def test_of_a_month_are_those_of_the_zone(self, settled: Connection) -> None:
        found = ledger.movements_by_month(settled, zone="Asia/Shanghai", account=Account.RECEIVABLE_FROM_PARTY)

        assert [(one.month, one.party, one.balance) for one in found] == [
            ("2026-11", "城东网点", Decimal("80.00")), ("2026-12", "城东网点", Decimal("-50.00")),
        ]  # fmt: skip
        assert not ledger.movements_by_month(
            settled, zone="UTC", account=Account.RECEIVABLE_FROM_PARTY, party="城西网点"
        )

    def test_of_all_accounts_come_to_nothing(self, settled: Connection) -> None:
        trial = ledger.trial_balance(settled)

        assert sum(line.debits for line in trial) == sum(line.credits for line in trial) == Decimal("560.00")
        assert sum(one.balance for one in ledger.balances_by_account(settled, until=at(10_000))) == 0
        assert ledger.unbalanced(settled) == {}


class TestAnyHistory:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.sampled_from(["CNY", "USD"]), st.integers(1, 10**9), st.booleans()), max_size=8))
    def test_leaves_the_ledger_balanced(self, database: str, drawn: list[tuple[str, int, bool]]) -> None:
        with unit_of_work() as connection:
            known = len(ledger.of_claim(connection, CLAIM))
            made = [
                bookings.claim_agreed(
                    CLAIM, money(f"{cents / 100:.2f}", currency), key=f"{known}-{number}", noted=NOTED
                )
                for number, (currency, cents, _) in enumerate(drawn)
            ]
            ledger.book(connection, made)
            taken_back = [reversal(one, noted=NOTED) for one, (_, _, back) in zip(made, drawn, strict=True) if back]
            ledger.book(connection, taken_back)

        with unit_of_work() as connection:
            assert ledger.unbalanced(connection) == {}
            assert stands(ledger.balances_of(connection, [CLAIM])) == balances(ledger.of_claim(connection, CLAIM))
