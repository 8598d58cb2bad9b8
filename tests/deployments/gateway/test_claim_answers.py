"""What a claimant adds and answers himself: he shows his digits, and a code before money moves (R79)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from claimants import TAIL, answer, code_for, code_of, denied, offered
from claims import ACCOUNT, claim_of, filed, the_parcel_was_damaged
from complaints import commands_of, notices_of, staff_called
from factories import NOON, at
from samples import a_photo
from standins import QuietHerald

from schemas.claims import State
from schemas.evidence import Door, Evidence
from store import evidence, outbox
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.claims.evidence import gather_evidence
from tasks.claims.negotiating import offer_again
from tasks.dispatch.sending import send_due
from tasks.publishing import CLAIM_FILED

PICTURE = {"photo_detail": ("碎片.jpg", a_photo(7), "image/jpeg")}
OTHER_ACCOUNT = "6222020200119999999"


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: object, database: str) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    the_parcel_was_damaged()


def pieces_of(number: str) -> list[Evidence]:
    with unit_of_work() as connection:
        return evidence.of_case(connection, number)


def add(client: httpx.Client, number: str, **told: Any) -> httpx.Response:
    return client.post(f"/claims/{number}", json=told, headers=TAIL)


class TestAdding:
    def test_is_for_who_shows_the_claimant_s_digits(self, client: httpx.Client) -> None:
        number = filed().claim_no

        statuses = [
            client.post(f"/claims/{number_}", json={"account": "x"}, headers=headers).status_code
            for number_, headers in (
                (number, {}), (number, {"X-Phone-Digits": "9999"}), ("CL-20261120-000099", TAIL), ("CL-1", TAIL),
            )
        ]  # fmt: skip

        assert statuses == [404] * 4
        assert commands_of(number) == ["file", "acknowledge"]

    def test_takes_more_files(self, client: httpx.Client) -> None:
        number = filed().claim_no

        reply = client.post(f"/claims/{number}", files=PICTURE, headers=TAIL)

        assert (reply.status_code, reply.json()["papers"]) == (200, ["photo_whole", "photo_label"])
        assert [(piece.door, piece.given_by) for piece in pieces_of(number)] == [(Door.CLAIMANT, "claimant")]

    def test_changes_neither_who_claims_nor_for_what_parcel(self, client: httpx.Client) -> None:
        number = filed().claim_no

        told = {"name": "王五", "relation": "consignee", "waybill": "773000000009", "claimed": "55.50"}

        reply = add(client, number, **told, code=code_for(client, number))

        claim = claim_of(number)
        assert reply.status_code == 200
        assert (claim.claimant_name, claim.relation, claim.waybill) == ("赵六", "sender", "773000000001")
        assert claim.claimed == Decimal("55.50")

    @pytest.mark.parametrize("field", ["phone", "claimant", "event", "channel", "currency"])
    def test_knows_no_field_by_which_a_code_could_be_led_astray(self, client: httpx.Client, field: str) -> None:
        number = filed().claim_no

        reply = add(client, number, **{field: "19900009999"})

        assert (reply.status_code, [fault["at"] for fault in reply.json()["detail"]]) == (422, [field])

    def test_takes_an_account_with_a_code(self, client: httpx.Client, caplog: pytest.LogCaptureFixture) -> None:
        number = filed(payee=None).claim_no
        payee = {"name": "赵六", "account": ACCOUNT}

        without = add(client, number, payee=payee)
        wrong = add(client, number, payee=payee, code="000000")
        right = add(client, number, payee=payee, code=code_for(client, number))

        assert [without.status_code, wrong.status_code, right.status_code] == [422, 403, 200]
        assert claim_of(number).payee_tail == ACCOUNT[-4:]
        assert ACCOUNT not in without.text + wrong.text + right.text + caplog.text

    @pytest.mark.parametrize(
        ("field", "value"),
        [("claimed", "99.00"), ("parcels", [{"id": "1", "lost_percent": 90}]), ("relation", "consignee")],
    )
    def test_takes_what_changes_the_amount_with_a_code(self, client: httpx.Client, field: str, value: object) -> None:
        number = filed().claim_no

        without = add(client, number, **{field: value})
        wrong = add(client, number, **{field: value}, code="000000")
        right = add(client, number, **{field: value}, code=code_for(client, number))

        assert [without.status_code, wrong.status_code, right.status_code] == [422, 403, 200]
        assert commands_of(number).count("add") == 1

    def test_uses_a_code_up_with_an_amount(self, client: httpx.Client) -> None:
        number = filed().claim_no
        code = code_for(client, number)

        replies = [add(client, number, claimed=amount, code=code).status_code for amount in ("55.50", "99.00")]

        assert replies == [200, 403]
        assert claim_of(number).claimed == Decimal("55.50")

    def test_takes_what_happened_without_a_code(self, client: httpx.Client) -> None:
        number = filed().claim_no

        assert add(client, number, account="碎了三只", happened_on="2026-11-18").status_code == 200

    def test_has_the_desk_look_at_an_account_in_place_of_another(self, client: httpx.Client) -> None:
        number = filed().claim_no
        payee = {"name": "赵六", "account": OTHER_ACCOUNT}

        reply = add(client, number, payee=payee, code=code_for(client, number))

        assert (reply.status_code, claim_of(number).payee_tail) == (200, ACCOUNT[-4:])
        assert "收款账户变更待核实" in str(notices_of(number, audience="department"))

    def test_of_a_closed_claim_is_over(self, client: httpx.Client) -> None:
        number = filed().claim_no
        answer(client, number, "withdraw").raise_for_status()

        assert add(client, number, account="还有").status_code == 409


class TestCode:
    def test_goes_to_the_claimant_s_telephone_and_is_shown_to_nobody(self, client: httpx.Client) -> None:
        number = filed().claim_no

        reply = client.post(f"/claims/{number}/code", headers=TAIL)
        send_due(kinds=[Kind.CODE])

        assert reply.status_code == 200
        assert (reply.json()["sent_to"], reply.json()["good_until"]) == ("199****5678", "2026-11-20T04:20:00Z")
        assert code_of(number) not in reply.text

    def test_asked_for_again_is_the_same_and_one_message(self, client: httpx.Client) -> None:
        number = filed().claim_no

        assert code_for(client, number) == code_for(client, number)
        with unit_of_work() as connection:
            assert outbox.statuses(connection, [number], kind=Kind.CODE) == {number: {"pending": 1}}

    def test_is_good_for_ten_to_twenty_minutes(
        self, client: httpx.Client, stand_at: Callable[[datetime], None]
    ) -> None:
        number = filed().claim_no
        stand_at(NOON + timedelta(minutes=9))
        code = code_for(client, number)

        stand_at(NOON + timedelta(minutes=20))
        assert answer(client, number, "withdraw", code=code).status_code == 403
        stand_at(NOON + timedelta(minutes=19, seconds=59))
        assert answer(client, number, "withdraw", code=code).status_code == 200

    def test_is_worthless_once_something_else_is_offered(self, client: httpx.Client) -> None:
        number = offered()
        answer(client, number, "counter", amount="60", reasons="发票为 60 元").raise_for_status()
        code = code_for(client, number)
        offer_again(number, amount=Decimal(39), staff_id=staff_called("ag-sun"))

        assert answer(client, number, "accept", amount="39.00", code=code).status_code == 403

    def test_is_good_still_when_only_the_desk_has_moved(self, client: httpx.Client) -> None:
        number = filed(payee=None).claim_no
        code = code_for(client, number)
        gather_evidence.fn()

        reply = add(client, number, payee={"name": "赵六", "account": ACCOUNT}, code=code)

        assert (reply.status_code, claim_of(number).payee_tail) == (200, ACCOUNT[-4:])

    def test_is_used_up_by_its_answer(self, client: httpx.Client) -> None:
        number = offered()
        code = code_for(client, number)
        said = {"amount": "60", "reasons": "发票为 60 元", "code": code}

        statuses = [answer(client, number, "counter", **said).status_code for _ in range(2)]

        assert statuses == [200, 403]

    def test_is_of_one_claim(self, client: httpx.Client) -> None:
        number, other = filed().claim_no, filed(waybill="773000000002").claim_no

        assert answer(client, number, "withdraw", code=code_for(client, other)).status_code == 403

    def test_may_be_tried_five_times(self, client: httpx.Client, stand_at: Callable[[datetime], None]) -> None:
        number = filed().claim_no
        code = code_for(client, number)
        wrong = [f"{(int(code) + n) % 1_000_000:06}" for n in range(1, 7)]

        tried = [answer(client, number, "withdraw", code=one).status_code for one in wrong]
        right = answer(client, number, "withdraw", code=code)

        assert tried == [403] * 5 + [429]
        assert (right.status_code, right.headers["Retry-After"]) == (429, str(24 * 3600))
        stand_at(at(24))
        assert answer(client, number, "withdraw").status_code == 200

    def test_is_sent_five_times_a_day_at_most(self, client: httpx.Client, stand_at: Callable[[datetime], None]) -> None:
        number = filed().claim_no

        statuses = []
        for asked in range(6):
            stand_at(NOON + timedelta(minutes=10 * asked))
            statuses.append(client.post(f"/claims/{number}/code", headers=TAIL).status_code)

        assert statuses == [200] * 5 + [409]

    def test_is_sent_to_nobody_who_does_not_show_the_digits(self, client: httpx.Client) -> None:
        number = filed().claim_no

        assert client.post(f"/claims/{number}/code", headers={"X-Phone-Digits": "9999"}).status_code == 404
        with unit_of_work() as connection:
            assert outbox.statuses(connection, [number], kind=Kind.CODE) == {}


class TestAnswering:
    def test_accepts_what_is_offered(self, client: httpx.Client, herald: QuietHerald) -> None:
        number = offered()

        reply = answer(client, number, "accept", amount="40.00")

        claim = claim_of(number)
        assert (reply.status_code, claim.state, claim.agreed_amount) == (200, State.AGREED, Decimal(40))
        assert (reply.json()["agreed"], reply.json()["account"]) == ("40.00", "****3445")
        assert CLAIM_FILED in herald.events

    def test_accepts_no_other_amount_than_is_offered(self, client: httpx.Client) -> None:
        number = offered()

        reply = answer(client, number, "accept", amount="90.00")

        assert (reply.status_code, claim_of(number).state) == (409, State.OFFERED)
        assert "方案已变更" in reply.json()["detail"]

    def test_asks_for_another_amount_with_reasons(self, client: httpx.Client) -> None:
        number = offered()

        reply = answer(client, number, "counter", amount="60", reasons="发票为 60 元")

        claim = claim_of(number)
        assert (reply.status_code, claim.state, claim.rounds) == (200, State.NEGOTIATION, 1)
        assert reply.json()["status"]["zh"] == "正在研究您的意见"

    def test_objects_to_a_denial(self, client: httpx.Client) -> None:
        number = denied()

        reply = answer(client, number, "object", reasons="包装符合约定，见照片")

        assert (reply.status_code, claim_of(number).state) == (200, State.LIABILITY)

    def test_takes_the_claim_back(self, client: httpx.Client) -> None:
        number = filed().claim_no

        reply = answer(client, number, "withdraw")

        assert (reply.status_code, reply.json()["status"]["en"]) == (200, "you took it back")
        assert claim_of(number).state is State.CLOSED

    @pytest.mark.parametrize(
        ("said", "more"),
        [
            ("accept", {"amount": "40.00"}),
            ("counter", {"amount": "60", "reasons": "x"}),
            ("object", {"reasons": "x"}),
        ],
    )
    def test_that_does_not_fit_how_the_claim_stands_is_refused(
        self, client: httpx.Client, said: str, more: dict[str, str]
    ) -> None:
        number = filed().claim_no

        assert answer(client, number, said, **more).status_code == 409
        assert commands_of(number) == ["file", "acknowledge"]

    def test_of_more_rounds_than_there_are_goes_to_a_person(self, client: httpx.Client) -> None:
        number = offered()

        statuses = [answer(client, number, "counter", amount=f"{60 + n}", reasons="x").status_code for n in range(5)]

        assert statuses == [200, 200, 200, 200, 409]
        assert claim_of(number).state is State.NEEDS_OPERATOR

    @pytest.mark.parametrize(
        "said",
        [
            {},
            {"answer": "accept"},
            {"answer": "accept", "code": "123456"},
            {"answer": "accept", "amount": "40", "code": "12345"},
            {"answer": "accept", "amount": "40", "code": "１２３４５６"},
            {"answer": "counter", "amount": "60", "code": "123456"},
            {"answer": "counter", "amount": "0", "reasons": "x", "code": "123456"},
            {"answer": "counter", "amount": "NaN", "reasons": "x", "code": "123456"},
            {"answer": "object", "code": "123456"},
            {"answer": "withdraw", "amount": "1", "code": "123456"},
            {"answer": "approve", "code": "123456"},
            {"answer": "withdraw", "code": "123456", "surprise": 1},
            [],
        ],
        ids=str,
    )
    def test_that_is_none_is_refused(self, client: httpx.Client, said: Any) -> None:
        number = offered()

        assert client.post(f"/claims/{number}/answer", json=said, headers=TAIL).status_code == 422
        assert claim_of(number).state is State.OFFERED
