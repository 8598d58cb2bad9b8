"""The nightly recovery: what is final is booked, what is settled is closed, and whom to ask is an artifact."""

from collections.abc import Callable
from datetime import datetime

from prefect.client.orchestration import get_client
from recovering import EAST, HUB, INSURER, moment, on_file, paid_claim, share, state_of, unknown

from flows.recovery import recover_money
from schemas.claims import State
from tasks.claims.charging import object_to_charge
from tasks.claims.insuring import open_insurance
from tasks.claims.recovering import recover_claims


class TestRecoverMoney:
    def test_takes_each_step_and_lists_what_people_owe(self, stand_at: Callable[[datetime], None]) -> None:
        stand_at(moment(0))
        on_file("ag-wu")
        insured, charged, lost = (
            paid_claim(share(EAST, "100")),
            paid_claim(share(HUB, "100")),
            paid_claim(unknown("100")),
        )
        objected = paid_claim(share(EAST, "100"))
        open_insurance(insured, insurer=INSURER, staff_id="ag-wu")
        recover_claims.fn()
        object_to_charge(f"{objected}-C1", by=EAST, words="封签完好")
        stand_at(moment(8))

        assert recover_money() == {
            "charges made final": 1,
            "submitted to insurers": 0,
            "claims closed": 1,
            "insurers to ask": 1,
            "charges to rule": 1,
        }

        assert (state_of(lost), state_of(charged)) == (State.CLOSED, State.RECOVERING)
        with get_client(sync_client=True) as client:
            shown = {artifact.key: str(artifact.data) for artifact in client.read_artifacts()}
        assert insured in shown["insurers-to-ask"]
        assert f"{objected}-C1" in shown["charges-to-rule"]
        assert "charges made final" in shown["recovery"]
