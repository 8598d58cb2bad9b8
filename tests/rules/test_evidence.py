"""What a case lacks, how a file is called when it is shown, and how the log is frozen."""

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.evidence import KIND, NODE, completeness, frozen_events, shown_file_name, source, what_is_missing
from schemas.evidence import Completeness, EvidenceKind, MissingPiece, RequiredPiece
from schemas.inquiries import Node

PANORAMA, DETAIL = EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL
CERTIFICATE = EvidenceKind.AIRLINE_CERTIFICATE
BY_AIR = RequiredPiece(kind=CERTIFICATE, from_whom="airline")
JPG = ("jpg", "jpeg")


def required(
    *pieces: RequiredPiece,
    there: Collection[EvidenceKind] = (),
    waived: Collection[EvidenceKind] = (),
) -> Completeness:
    return completeness(pieces, there=there, waived=waived)


class TestCompleteness:
    def test_asks_for_nothing_where_nothing_is_required(self) -> None:
        assert required().is_complete

    def test_names_what_is_not_there_in_the_playbook_s_order(self) -> None:
        found = required(RequiredPiece(kind=PANORAMA), BY_AIR, RequiredPiece(kind=DETAIL), there={PANORAMA})

        assert found.missing == (MissingPiece(CERTIFICATE, "airline"), MissingPiece(DETAIL, ""))
        assert not found.is_complete

    def test_is_complete_when_all_of_it_is_there(self) -> None:
        assert required(BY_AIR, there={CERTIFICATE, DETAIL}) == Completeness()

    def test_leaves_out_a_piece_whose_condition_does_not_hold(self) -> None:
        assert required(BY_AIR.model_copy(update={"applies": False})).is_complete

    def test_is_not_held_by_what_is_only_wished_for(self) -> None:
        found = required(RequiredPiece(kind=DETAIL, mandatory=False, from_whom="courier"))

        assert found.is_complete
        assert found.wished == (MissingPiece(DETAIL, "courier"),)

    def test_takes_a_piece_that_is_asked_for_twice_for_the_stricter_of_the_two(self) -> None:
        wished = RequiredPiece(kind=DETAIL, mandatory=False)

        for pieces in ((wished, RequiredPiece(kind=DETAIL)), (RequiredPiece(kind=DETAIL), wished)):
            found = required(*pieces)
            assert (found.missing, found.wished) == ((MissingPiece(DETAIL, ""),), ())

    def test_goes_on_without_what_was_waived_and_says_so(self) -> None:
        found = required(BY_AIR, RequiredPiece(kind=DETAIL), waived={CERTIFICATE, DETAIL}, there={DETAIL})

        assert (found.missing, found.waived) == ((), (CERTIFICATE,))


class TestWhatIsMissing:
    def test_says_in_chinese_and_english_what_and_from_whom(self) -> None:
        found = required(RequiredPiece(kind=DETAIL), BY_AIR, RequiredPiece(kind=PANORAMA, from_whom="示例城东网点"))

        assert (
            what_is_missing(found)
            == "缺少：破损细节照片、航空公司破损证明（航空公司提供）、全景照片（示例城东网点提供）。"
        )
        assert what_is_missing(found, "en") == (
            "Missing: a photograph of the damage; the airline's damage certificate from the airline; "
            "a photograph of the whole parcel from 示例城东网点."
        )

    def test_says_nothing_when_nothing_holds_the_case(self) -> None:
        assert what_is_missing(required(RequiredPiece(kind=DETAIL, mandatory=False))) == ""

    def test_has_words_for_every_kind_and_every_node(self) -> None:
        assert set(KIND) == set(EvidenceKind)
        assert set(NODE) == set(Node)
        assert [source(node, "en") for node in Node] == [NODE[node][1] for node in Node]


class TestShownFileName:
    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("box.jpg", "box.jpg"),
            ("BOX.JPEG", "BOX.jpg"),
            ("box", "box.jpg"),
            ("box.jpg.exe", "box.jpg.exe.jpg"),
            ("../../etc/passwd", "passwd.jpg"),
            ("C:\\Users\\me\\破损 1.jpg", "破损_1.jpg"),
            ("a\0b\r\nc.jpg", "abc.jpg"),
            ("\u202egpj.exe", "gpj.exe.jpg"),
            ('a"<b>|c?.jpg', "a_b_c_.jpg"),
            ("王五 19900001234.jpg", "王五_199****1234.jpg"),
            ("...", "evidence.jpg"),
            ("", "evidence.jpg"),
            (".jpg", "evidence.jpg"),
            ("长" * 300, "长" * 80 + ".jpg"),
        ],
    )
    def test_holds_nothing_that_misleads(self, given: str, shown: str) -> None:
        assert shown_file_name(given, endings=JPG) == shown

    @given(name=st.text(max_size=120))
    def test_is_a_plain_name_whatever_was_given(self, name: str) -> None:
        shown = shown_file_name(name, endings=JPG)

        assert shown.endswith(".jpg")
        assert not set(shown) & set("/\\\0\n\r\"'<>:|?*")
        assert not shown.startswith(".")


class TestFrozenEvents:
    def test_are_the_same_bytes_for_the_same_log(self) -> None:
        shanghai = datetime(2026, 11, 20, 12, tzinfo=timezone(timedelta(hours=8)))
        event = {"event": "DELIVERED", "occurred_at": shanghai, "location": "广州"}
        again = {"occurred_at": shanghai.astimezone(UTC), "location": "广州", "event": "DELIVERED"}

        assert frozen_events("773", [event]) == frozen_events("773", [again])
        assert json.loads(frozen_events("773", [event])) == {
            "waybill": "773",
            "events": [{"event": "DELIVERED", "occurred_at": "2026-11-20T04:00:00.000000+00:00", "location": "广州"}],
        }
