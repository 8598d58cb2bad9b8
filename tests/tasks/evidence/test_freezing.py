"""Freezing the log: later news of a parcel never changes what a decision rested on."""

import json

import pytest
from factories import a_piece, an_event, at, entered
from standins import open_case, tell

from schemas.evidence import Door, EvidenceKind, MediaType
from schemas.tracking import Event
from store import evidence
from store.cases import NoSuchCase
from store.unit_of_work import unit_of_work
from tasks.evidence import keeping
from tasks.evidence.freezing import freeze_tracking
from tasks.evidence.keeping import add_evidence, read_evidence

WAYBILL = "773000000001"


def freeze(case_no: str, *, by: str = "redress") -> int:
    return freeze_tracking({case_no: WAYBILL}, by=by)[case_no]


def frozen(evidence_id: int) -> list[str]:
    return [event["event"] for event in json.loads(read_evidence(evidence_id)[1])["events"]]


class TestFreezeTracking:
    def test_keeps_all_that_the_log_says_in_order(self, case_no: str) -> None:
        tell(an_event(Event.IN_TRANSIT, 1), an_event(Event.PICKED_UP, 0, location="广州"))

        piece, kept = read_evidence(freeze(case_no))

        content = json.loads(kept)
        assert content["waybill"] == WAYBILL
        assert [(event["event"], event["location"]) for event in content["events"]] == [
            ("PICKED_UP", "广州"), ("IN_TRANSIT", ""),
        ]  # fmt: skip
        assert content["events"][0]["occurred_at"] == "2026-11-20T04:00:00.000000+00:00"
        assert (piece.kind, piece.media_type, piece.door) == (
            EvidenceKind.TRACKING_SNAPSHOT, MediaType.JSON, Door.SYSTEM,
        )  # fmt: skip

    def test_is_not_changed_by_a_later_delivery(self, case_no: str) -> None:
        tell(an_event(Event.PICKED_UP, 0))
        before = freeze(case_no)

        tell(an_event(Event.DELIVERED, 5))
        after = freeze(case_no)

        assert frozen(before) == ["PICKED_UP"]
        assert frozen(after) == ["PICKED_UP", "DELIVERED"]

    def test_is_one_piece_as_long_as_there_is_no_news(self, case_no: str, stand_at: object) -> None:
        tell(an_event(Event.PICKED_UP, 0))
        first = freeze(case_no)

        stand_at(at(3))  # type: ignore[operator]
        assert freeze(case_no, by="ag-sun") == first

    def test_says_of_a_parcel_that_nobody_scanned_that_there_is_nothing(self, case_no: str) -> None:
        piece = freeze(case_no)

        assert frozen(piece) == []

    def test_counts_as_evidence(self, case_no: str) -> None:
        freeze(case_no)

        with unit_of_work() as connection:
            assert evidence.kinds_there(connection, [case_no]) == {case_no: {EvidenceKind.TRACKING_SNAPSHOT: 1}}

    def test_finds_room_where_others_gave_as_many_pieces_as_they_may(
        self, case_no: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(keeping, "PIECES_MAX", 1)
        add_evidence(case_no, [a_piece()], entered=entered())

        assert frozen(freeze(case_no)) == []

    def test_needs_each_of_the_cases(self, case_no: str) -> None:
        with pytest.raises(NoSuchCase, match="EX-0"):
            freeze_tracking({case_no: WAYBILL, "EX-0": WAYBILL}, by="redress")

    def test_keeps_of_each_case_what_the_log_says_of_its_own_parcel(self, case_no: str) -> None:
        other = open_case("773000000002")
        tell(an_event(Event.PICKED_UP, 0))
        tell(an_event(Event.DELIVERED, 1), waybill="773000000002")

        kept = freeze_tracking({case_no: WAYBILL, other: "773000000002"}, by="redress")

        assert {number: frozen(piece) for number, piece in kept.items()} == {
            case_no: ["PICKED_UP"], other: ["DELIVERED"],
        }  # fmt: skip

    def test_of_no_parcel_keeps_nothing(self) -> None:
        assert freeze_tracking({}, by="redress") == {}
