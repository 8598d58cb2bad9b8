"""The addresses that a supervisor comes back to: each filters by tags that runs really have."""

from pathlib import Path

import yaml

from deployments.engine.views import CLAIMS_TAG, DOCKET_TAG, VIEWS, views
from schemas.claims import Docket, DocketState
from tasks import clock
from tasks.claims.dockets import DecidedDockets

DEPLOYMENTS = Path(__file__).parents[3] / "deployments" / "prefect.yaml"


class TestViews:
    def test_show_suspended_runs_by_their_tags(self) -> None:
        assert views(4200)["claims and dockets"] == "http://127.0.0.1:4200/v2/runs?state=Suspended&tags=claims"
        assert views(4200).keys() == VIEWS.keys()

    def test_of_claims_find_every_run_in_which_one_is_decided(self) -> None:
        declared = yaml.safe_load(DEPLOYMENTS.read_text("utf-8"))["deployments"]

        tagged = {one["name"] for one in declared if {CLAIMS_TAG, "decision"} <= set(one["tags"])}

        assert tagged == {"settle_claim", "settle_docket"}

    def test_of_dockets_find_dockets(self) -> None:
        docket = Docket(docket_no="DK-20261128-000001", state=DocketState.WAITING, made_at=clock.now(), claims=())

        assert DOCKET_TAG in DecidedDockets().tags(docket)
