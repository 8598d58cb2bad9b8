"""The nightly comparison of payouts: what differs is an artifact of its run."""

from collections.abc import Callable
from datetime import date, datetime

from factories import at
from payouts import CLAIM, agreed, wanted
from prefect.client.orchestration import get_client

from adapters.payments.fake import StandInProvider
from flows.payments import reconcile_payments
from tasks.claims.paying import request_payout, settle_payouts
from tasks.dispatch.sending import send_outbox


class TestReconcilePayments:
    def test_lists_what_differs_without_an_account(
        self, provider: StandInProvider, stand_at: Callable[[datetime], None]
    ) -> None:
        agreed()
        request_payout.fn(wanted(), who="sup-wang")
        send_outbox.fn()
        settle_payouts.fn()
        provider.paid_at.clear()
        stand_at(at(24))

        assert reconcile_payments(date(2026, 11, 20)) == 1

        with get_client(sync_client=True) as client:
            shown = {artifact.key: str(artifact.data) for artifact in client.read_artifacts()}
        assert f"{CLAIM}-P1" in shown["payment-differences"]
        assert "not_in_statement" in shown["payment-differences"]
        assert "provider" in shown["payment-statements"]
        assert "6222" not in str(shown)
