"""Third parties' payloads beside the project: there is none of ZTO's own, and nobody else's may be taken for one."""

from pathlib import Path

import pytest

from adapters.feeds.registry import FORMATS, recognise

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)


class TestEveryPayloadOfOthers:
    def test_is_not_taken_for_ztos(self):
        others = [path for path in FEEDS.glob("*/*") if path.parent.name != "zto_trace"]

        assert others
        assert not [path.name for path in others if recognise(path.read_bytes()) == FORMATS["zto_trace"].name]

    def test_of_ztos_parcels_belongs_to_who_told_it(self):
        told = {path.name: recognise(path.read_bytes()) for path in FEEDS.glob("*/zto_*")}

        assert told == {
            "zto_out_for_delivery_state0.json": "kuaidi100_query",
            "zto_wrapped_int_codes.json": "kdniao_track",
        }
