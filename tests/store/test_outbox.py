"""The outbox: one item for each key, sent once where that can be, never blindly repeated where it cannot."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from factories import NOON, at
from sqlalchemy import Connection

from store import outbox
from store.outbox import LEASE, Item, Kind, Letter, Settled, Waiting
from store.unit_of_work import unit_of_work


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def a_letter(key: str = "EX-1:order", kind: Kind = Kind.WORK_ORDER, **changes: object) -> Letter:
    values = {"kind": kind, "key": key, "case_no": "EX-1", "payload": {"say": "hello"}, "not_before": NOON, **changes}
    return Letter(**values)  # type: ignore[arg-type]


def claimed(connection: Connection, hours: float = 0) -> list[Item]:
    return outbox.claim(connection, kinds=list(Kind), now=at(hours), limit=10)


def status(connection: Connection) -> list[str]:
    return [row["status"] for row in outbox.of_case(connection, "EX-1")]


class TestPut:
    def test_keeps_one_item_for_each_key(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter(), a_letter(payload={"say": "again"})])

        assert [row["payload"] for row in outbox.of_case(connection, "EX-1")] == [{"say": "hello"}]

    def test_keeps_what_is_said_to_the_letter(self, connection: Connection) -> None:
        payload = {"say": "破损 'quoted' \\ {braces}\n\t\"end\"", "none": None, "many": [1, "二"]}

        outbox.put(connection, [a_letter(payload=payload)])

        assert [row["payload"] for row in outbox.of_case(connection, "EX-1")] == [payload]

    def test_anew_sends_again_what_was_refused_and_leaves_what_is_on_its_way(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter("refused"), a_letter("on its way")])
        refused, _ = claimed(connection)
        outbox.settle_many(connection, [Settled(refused.id, arrived=False, error="no")], at=NOON)

        changed = outbox.put_anew(connection, [a_letter("refused"), a_letter("on its way"), a_letter("new")])

        assert changed == 2
        assert status(connection) == ["pending", "sending", "pending"]


class TestClaim:
    def test_takes_an_item_once(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter()])

        assert [item.key for item in claimed(connection)] == ["EX-1:order"]
        assert claimed(connection) == []

    def test_leaves_what_is_not_due(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter(not_before=at(1))])

        assert claimed(connection, hours=0.9) == []
        assert len(claimed(connection, hours=1)) == 1

    def test_takes_only_the_named_kinds_and_cases(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter("one"), a_letter("two", Kind.NOTICE), a_letter("three", case_no="EX-2")])

        found = outbox.claim(connection, kinds=[Kind.WORK_ORDER], now=NOON, limit=10, case_nos=["EX-2"])

        assert [item.key for item in found] == ["three"]

    def test_takes_so_many_of_each_kind_those_due_longest_first(self, connection: Connection) -> None:
        letters = [
            a_letter(f"{kind}-{hours}", kind, not_before=at(-hours))
            for kind in (Kind.NOTICE, Kind.WORK_ORDER)
            for hours in (1, 3, 2)
        ]
        outbox.put(connection, letters)

        found = outbox.claim(connection, kinds=[Kind.NOTICE, Kind.WORK_ORDER], now=NOON, limit=2)

        assert {item.key for item in found} == {"notice-3", "notice-2", "work_order-3", "work_order-2"}

    def test_never_gives_one_item_to_two_dispatchers(self, database: str) -> None:
        del database
        with unit_of_work() as connection:
            outbox.put(connection, [a_letter("one"), a_letter("two")])

        with unit_of_work() as first, unit_of_work() as second:
            taken = outbox.claim(first, kinds=list(Kind), now=NOON, limit=1)
            others = outbox.claim(second, kinds=list(Kind), now=NOON, limit=10)

        assert {item.key for item in taken}.isdisjoint(item.key for item in others)
        assert len(taken) + len(others) == 2


class TestRecoverCutOff:
    @pytest.mark.parametrize(
        ("kind", "becomes"),
        [
            (Kind.WORK_ORDER, "pending"),
            (Kind.START_RUN, "pending"),
            (Kind.CANCEL_RUN, "pending"),
            (Kind.PAYOUT_BATCH, "pending"),
            (Kind.PAYOUT_REVERSAL, "pending"),
            (Kind.NOTICE, "uncertain"),
            (Kind.PAYOUT, "uncertain"),
        ],
        ids=str,
    )
    def test_repeats_only_what_the_other_side_can_tell_from_a_repetition(
        self, connection: Connection, kind: Kind, becomes: str
    ) -> None:
        outbox.put(connection, [a_letter(kind=kind)])
        claimed(connection)

        outbox.recover_cut_off(connection, now=NOON + LEASE)

        assert status(connection) == [becomes]

    def test_leaves_what_is_being_sent(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter()])
        claimed(connection)

        assert outbox.recover_cut_off(connection, now=NOON + LEASE - timedelta(seconds=1)) == {}


class TestSettle:
    def test_keeps_the_answer(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter()])
        [item] = claimed(connection)

        outbox.settle_many(connection, [Settled(item.id, arrived=True, answer={"reference": "WO-1"})], at=NOON)

        assert [row["answer"] for row in outbox.of_case(connection, "EX-1")] == [{"reference": "WO-1"}]

    def test_does_not_touch_an_item_that_was_recovered_meanwhile(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter(kind=Kind.NOTICE)])
        [item] = claimed(connection)
        outbox.recover_cut_off(connection, now=NOON + LEASE)

        outbox.settle_many(connection, [Settled(item.id, arrived=True)], at=NOON)

        assert status(connection) == ["uncertain"]

    def test_puts_an_item_back_until_its_next_attempt(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter()])
        [item] = claimed(connection)

        outbox.put_back(connection, [Waiting(item.id, error="busy", not_before=at(1))])

        assert claimed(connection) == []
        assert [item.attempts for item in claimed(connection, hours=1)] == [2]

    def test_settles_many_each_in_its_own_way(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter("one"), a_letter("two"), a_letter("three")])
        one, two, three = claimed(connection)

        outbox.settle_many(
            connection,
            [Settled(one.id, arrived=True, answer={"reference": "WO-1"}), Settled(two.id, arrived=False, error="no")],
            at=NOON,
        )
        outbox.put_back(connection, [Waiting(three.id, error="busy", not_before=at(1))])

        rows = outbox.of_case(connection, "EX-1")
        assert [(row["status"], row["error"]) for row in rows] == [("done", ""), ("failed", "no"), ("pending", "busy")]

    def test_lets_go_of_what_was_not_begun_as_if_it_had_not_been_claimed(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter()])
        [item] = claimed(connection)

        outbox.give_up_claim(connection, [item.id])

        assert [item.attempts for item in claimed(connection)] == [1]


class TestUndeliveredNotices:
    def result(self, **changes: object) -> Letter:
        return a_letter(kind=Kind.NOTICE, payload={"purpose": "result"}, **changes)

    def test_counts_a_notice_that_waits_for_the_morning_as_told(self, connection: Connection) -> None:
        outbox.put(connection, [self.result(not_before=at(8))])

        assert outbox.undelivered_notices(connection, ["EX-1"], now=NOON) == {}

    def test_waits_for_one_that_is_due(self, connection: Connection) -> None:
        outbox.put(connection, [self.result()])

        assert outbox.undelivered_notices(connection, ["EX-1"], now=NOON) == {"EX-1": "waiting"}

    def test_tells_of_one_that_will_never_arrive(self, connection: Connection) -> None:
        outbox.put(connection, [self.result()])
        [item] = claimed(connection)
        outbox.settle_many(connection, [Settled(item.id, arrived=False, error="no such channel")], at=NOON)

        assert outbox.undelivered_notices(connection, ["EX-1"], now=NOON) == {"EX-1": "failed"}


class TestUncertainPayout:
    """What can be asked about is: it is not sent again before the other side has said that it does not know it."""

    @pytest.fixture
    def doubted(self, connection: Connection) -> Item:
        outbox.put(connection, [a_letter(kind=Kind.PAYOUT)])
        [item] = claimed(connection)
        outbox.put_in_doubt(connection, [Waiting(item.id, "it did not answer", at(1))])
        return item

    def test_is_sent_by_nobody(self, connection: Connection, doubted: Item) -> None:
        assert status(connection) == ["uncertain"]
        assert claimed(connection, hours=9) == []

    def test_is_asked_about_from_its_time_on(self, connection: Connection, doubted: Item) -> None:
        assert outbox.in_doubt(connection, now=at(0.9), limit=10) == []
        assert outbox.in_doubt(connection, now=at(1), limit=10) == [doubted]

    def test_is_asked_about_when_its_sender_was_cut_off(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter(kind=Kind.PAYOUT), a_letter("told", kind=Kind.NOTICE)])
        claimed(connection)

        assert outbox.recover_cut_off(connection, now=NOON + LEASE) == {"uncertain": 2}
        assert [item.kind for item in outbox.in_doubt(connection, now=NOON + LEASE, limit=10)] == [Kind.PAYOUT]

    def test_is_not_asked_about_while_a_lost_runs_request_may_be_under_way(self, connection: Connection) -> None:
        outbox.put(connection, [a_letter(kind=Kind.PAYOUT)])
        outbox.claim(connection, kinds=[Kind.PAYOUT], now=NOON, limit=1, flow_run_id="lost")
        outbox.recover_cut_off(connection, now=NOON, flow_run_ids={"lost"})

        assert status(connection) == ["uncertain"]
        assert outbox.in_doubt(connection, now=NOON + LEASE - timedelta(seconds=1), limit=10) == []
        assert len(outbox.in_doubt(connection, now=NOON + LEASE, limit=10)) == 1

    @pytest.mark.parametrize(("arrived", "becomes"), [(True, "done"), (False, "failed")], ids=["arrived", "refused"])
    def test_is_settled_by_what_the_other_side_says(
        self, connection: Connection, doubted: Item, arrived: bool, becomes: str
    ) -> None:
        said = Settled(doubted.id, arrived=arrived, answer={"reference": "PAY-1"} if arrived else {}, error="why")

        outbox.settle_doubts(connection, [doubted], [said], at=at(2))

        [row] = outbox.of_case(connection, "EX-1")
        assert (row["status"], row["done_at"]) == (becomes, at(2))

    def test_is_sent_again_when_the_other_side_does_not_know_it(self, connection: Connection, doubted: Item) -> None:
        outbox.send_again(connection, [doubted], at=at(2))

        assert [item.attempts for item in claimed(connection, hours=2)] == [2]

    def test_waits_when_it_was_asked_about_in_vain(self, connection: Connection, doubted: Item) -> None:
        outbox.doubt_still(connection, [Waiting(doubted.id, "away", at(3))])

        assert outbox.in_doubt(connection, now=at(2), limit=10) == []
        assert status(connection) == ["uncertain"]

    def test_is_not_moved_by_an_answer_to_an_earlier_question(self, connection: Connection, doubted: Item) -> None:
        outbox.send_again(connection, [doubted], at=at(2))
        [again] = claimed(connection, hours=2)
        outbox.put_in_doubt(connection, [Waiting(again.id, "again", at(3))])

        outbox.send_again(connection, [doubted], at=at(4))
        outbox.settle_doubts(connection, [doubted], [Settled(doubted.id, arrived=False)], at=at(4))

        assert status(connection) == ["uncertain"]

    def test_is_not_doubted_once_it_is_settled(self, connection: Connection, doubted: Item) -> None:
        outbox.settle_doubts(connection, [doubted], [Settled(doubted.id, arrived=True)], at=at(2))

        outbox.doubt_still(connection, [Waiting(doubted.id, "away", at(3))])
        outbox.put_in_doubt(connection, [Waiting(doubted.id, "away", at(3))])

        assert status(connection) == ["done"]
