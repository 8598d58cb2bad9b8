"""The payment provider: whatever it does, the client says paid, refused, not done or uncertain, and never guesses."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from fastapi import FastAPI, Response
from standins import served

from adapters import Refused, Unavailable, Uncertain
from adapters.payments.client import ask, pay, reverse, statement
from adapters.payments.fake import Behaviour, StandInProvider, provider_app
from adapters.payments.settings import PaymentSettings
from adapters.payments.translate import Payment, PaymentOrder
from schemas.ledger import Period
from schemas.payments import PaymentStatus, PayoutMethod

KEY = "CL-20261128-000001-P1"
API_KEY = "a key of the test"
ACCOUNT = "6222020200112233445"


@pytest.fixture
def provider() -> StandInProvider:
    return StandInProvider(api_key=API_KEY, hold_seconds=0.6, slow_seconds=0.1)


@pytest.fixture
def settings(provider: StandInProvider) -> Iterator[PaymentSettings]:
    with served(provider_app(provider)) as url:
        yield PaymentSettings(payment_url=url, payment_api_key=API_KEY, payment_timeout_seconds=0.3)


def order(amount: str = "120.00") -> PaymentOrder:
    return PaymentOrder(payee="王小明", account=ACCOUNT, amount=Decimal(amount), currency="CNY", reference="理赔款")


class TestPay:
    def test_gives_the_providers_word_that_it_paid(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        payment = pay(order(), key=KEY, settings=settings)

        assert (payment.status, payment.amount, payment.reference) == (
            PaymentStatus.PAID,
            Decimal("120.00"),
            "PAY-000001",
        )

    def test_pays_once_for_one_key(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        first, again = (pay(order(), key=KEY, settings=settings) for _ in range(2))

        assert first == again
        assert provider.moved == [KEY]

    def test_waits_for_a_slow_provider(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        provider.will(Behaviour.IS_SLOW)

        assert pay(order(), key=KEY, settings=settings).status is PaymentStatus.PAID

    @pytest.mark.parametrize(
        ("behaviour", "moved"),
        [
            (Behaviour.TIMES_OUT_AFTER_PAYING, 1),
            (Behaviour.TIMES_OUT_BEFORE_PAYING, 0),
            (Behaviour.BREAKS_AFTER_PAYING, 1),
            (Behaviour.ANSWERS_TWICE, 1),
            (Behaviour.ANSWERS_FOR_ANOTHER, 1),
            (Behaviour.PAYS_ANOTHER_AMOUNT, 1),
            (Behaviour.WEIGHS, 0),
        ],
    )
    def test_is_uncertain_when_the_provider(
        self, provider: StandInProvider, settings: PaymentSettings, behaviour: Behaviour, moved: int
    ) -> None:
        provider.will(behaviour)

        with pytest.raises(Uncertain):
            pay(order(), key=KEY, settings=settings)

        assert len(provider.moved) == moved
        assert provider.sent[KEY] == 1

    def test_is_refused_with_the_reason_and_without_the_account(
        self, provider: StandInProvider, settings: PaymentSettings
    ) -> None:
        provider.will(Behaviour.REFUSES)

        with pytest.raises(Refused, match=r"the account \*\*\*\*3445 is closed"):
            pay(order(), key=KEY, settings=settings)
        with pytest.raises(Refused):
            pay(order(), key=KEY, settings=settings)

    def test_is_put_off_by_a_busy_provider(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        provider.will(Behaviour.IS_BUSY)

        with pytest.raises(Unavailable, match="429"):
            pay(order(), key=KEY, settings=settings)

    def test_is_put_off_when_the_provider_does_not_know_us(
        self, provider: StandInProvider, settings: PaymentSettings
    ) -> None:
        provider.api_key = "another"

        with pytest.raises(Unavailable, match="401"):
            pay(order(), key=KEY, settings=settings)

    def test_is_put_off_when_nobody_listens(self) -> None:
        with pytest.raises(Unavailable, match="ConnectError"):
            pay(order(), key=KEY, settings=PaymentSettings(payment_url="http://127.0.0.1:9"))

    def test_is_put_off_without_a_provider(self) -> None:
        with pytest.raises(Unavailable, match="REDRESS_PAYMENT_URL"):
            pay(order(), key=KEY, settings=PaymentSettings(payment_url=""))


def answering(status: int, body: str) -> FastAPI:
    """Be something that is no provider: a proxy, a wrong address."""
    app = FastAPI()
    answer = Response(body, status_code=status, media_type="application/json", headers={"location": "/elsewhere"})
    app.api_route("/{path:path}", methods=["GET", "POST"])(lambda path: answer)
    return app


NO_PROVIDER = [
    (200, "{}"), (201, "paid"), (302, ""), (400, '{"detail": "no"}'), (404, '{"detail": "Not Found"}'),
    (404, '{"key": "another", "status": "unknown"}'), (200, f'{{"key": "{KEY}", "status": "unknown"}}'),
    (409, f'{{"key": "{KEY}", "status": "pending"}}'), (422, '{"key": "another", "status": "refused"}'),
    (500, ""), (502, ""), (503, ""), (504, ""),
]  # fmt: skip


class TestSomethingElseThatAnswers:
    @pytest.mark.parametrize(("status", "body"), NO_PROVIDER)
    def test_is_never_taken_for_a_payment_or_a_refusal(self, status: int, body: str) -> None:
        with served(answering(status, body)) as url, pytest.raises(Uncertain):
            pay(order(), key=KEY, settings=PaymentSettings(payment_url=url))

    @pytest.mark.parametrize(("status", "body"), [item for item in NO_PROVIDER if item[0] != 409])
    def test_is_never_taken_for_the_word_that_there_is_no_payment(self, status: int, body: str) -> None:
        with served(answering(status, body)) as url, pytest.raises(Unavailable):
            ask(KEY, settings=PaymentSettings(payment_url=url))


class TestAsk:
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
    def test_tells_of_a_payment_whose_answer_was_lost(
        self, provider: StandInProvider, settings: PaymentSettings, behaviour: Behaviour
    ) -> None:
        provider.will(behaviour)
        with pytest.raises(Uncertain):
            pay(order(), key=KEY, settings=settings)

        assert ask(KEY, settings=settings).status is PaymentStatus.PAID
        assert provider.moved == [KEY]

    def test_tells_that_there_is_no_payment(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        assert ask(KEY, settings=settings).status is PaymentStatus.UNKNOWN

    def test_tells_of_a_refusal_without_the_account(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        provider.will(Behaviour.REFUSES)
        with pytest.raises(Refused):
            pay(order(), key=KEY, settings=settings)

        told = ask(KEY, settings=settings)
        assert told.status is PaymentStatus.REFUSED
        assert ACCOUNT not in told.reason


class TestReverse:
    def test_brings_the_money_back_once(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        pay(order(), key=KEY, settings=settings)

        first, again = (reverse(KEY, reason="wrong_payee", settings=settings) for _ in range(2))

        assert first == again
        assert provider.brought_back == [KEY]
        assert ask(KEY, settings=settings).status is PaymentStatus.REVERSED

    def test_is_refused_where_it_cannot_be(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        pay(order(), key=KEY, settings=settings)
        provider.irreversible.add(KEY)

        with pytest.raises(Refused, match="withdrawn"):
            reverse(KEY, reason="fraud", settings=settings)
        with pytest.raises(Refused, match="unknown"):
            reverse("CL-20261128-000002-P1", reason="fraud", settings=settings)

    @pytest.mark.parametrize(
        ("status", "body"), [(200, "{}"), (500, ""), (202, f'{{"key":"{KEY}","status":"pending"}}')]
    )
    def test_is_asked_again_when_it_is_not_said(self, status: int, body: str) -> None:
        with served(answering(status, body)) as url, pytest.raises(Unavailable):
            reverse(KEY, reason="fraud", settings=PaymentSettings(payment_url=url))


NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = Period(since=NOW, until=NOW + timedelta(days=1))


class TestStatement:
    def test_lists_what_was_paid_in_a_period_page_by_page(
        self, provider: StandInProvider, settings: PaymentSettings
    ) -> None:
        provider.now = lambda: NOW
        keys = [f"CL-20261128-{number:06d}-P1" for number in range(205)]
        for key in keys:
            provider.take(key, order())
        provider.now = lambda: DAY.until
        provider.take("later", order())

        assert [line.key for line in statement(DAY, settings=settings)] == keys
        assert next(iter(statement(DAY, settings=settings))).at == NOW

    @pytest.mark.parametrize("body", ["{}", "[]", "paid"])
    def test_that_cannot_be_read_is_none(self, body: str) -> None:
        with served(answering(200, body)) as url, pytest.raises(Unavailable, match="cannot be read"):
            list(statement(DAY, settings=PaymentSettings(payment_url=url)))

    def test_that_does_not_end_is_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("adapters.payments.client.PAGES_MAX", 3)
        body = '{"payments": [], "next": "k"}'
        with served(answering(200, body)) as url, pytest.raises(Unavailable, match="more than 3 pages"):
            list(statement(DAY, settings=PaymentSettings(payment_url=url)))


class TestWhatIsPrinted:
    @pytest.mark.parametrize("shown", [repr, str], ids=["repr", "str"])
    def test_shows_neither_account_nor_payee_nor_key(self, shown: Callable[[object], str]) -> None:
        told = shown(order()) + shown(PaymentSettings(payment_api_key=API_KEY))

        assert not [secret for secret in (ACCOUNT, "王小明", API_KEY) if secret in told]

    def test_of_the_stand_in_needs_its_key(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        assert httpx.get(f"{settings.payment_url}/payments/{KEY}").status_code == 401

    def test_can_be_told_how_to_behave_over_http(self, provider: StandInProvider, settings: PaymentSettings) -> None:
        url = f"{settings.payment_url}/behaviour/{KEY}?behaviour=refuses"
        httpx.put(url, headers={"X-API-Key": API_KEY}).raise_for_status()

        assert provider.behaves == {KEY: [Behaviour.REFUSES]}


class TestSettings:
    def test_send_payouts_to_the_bank_without_a_provider(self) -> None:
        assert PaymentSettings(payment_url="").method is PayoutMethod.BANK_FILE
        assert PaymentSettings(payment_url="http://127.0.0.1:9").method is PayoutMethod.PROVIDER

    def test_say_nothing_of_a_payment_that_is_another_one(self) -> None:
        assert Payment(key=KEY, status=PaymentStatus.PAID).amount == 0
