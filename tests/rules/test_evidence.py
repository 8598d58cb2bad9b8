"""What a case lacks, how a file is called when it is shown, and how the log is frozen."""

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta, timezone

import pytest
from factories import a_need
from hypothesis import given
from hypothesis import strategies as st

from rules.evidence import (
    KIND,
    NODE,
    completeness,
    frozen_events,
    shown_file_name,
    what_is_missing,
    what_is_there,
)
from schemas.evidence import Completeness, EvidenceKind, MissingPiece
from schemas.inquiries import Node
from schemas.playbooks import EvidenceNeed

PANORAMA, DETAIL = EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL
CERTIFICATE = EvidenceKind.AIRLINE_CERTIFICATE
SCANS = EvidenceKind.SCAN_HISTORY
BY_AIR = a_need(CERTIFICATE, of=Node.AIRLINE)
JPG = ("jpg", "jpeg")


def found(
    *needs: EvidenceNeed,
    there: Collection[EvidenceKind] = (),
    waived: Collection[EvidenceKind] = (),
    scanned: bool = False,
) -> Completeness:
    return completeness(needs, there=dict.fromkeys(there, 1), waived=waived, scanned=scanned)


class TestCompleteness:
    def test_asks_for_nothing_where_nothing_is_needed(self) -> None:
        assert found().is_complete

    def test_names_what_is_not_there_in_the_playbook_s_order(self) -> None:
        told = found(a_need(PANORAMA), BY_AIR, a_need(DETAIL), there={PANORAMA})

        assert told.missing == (MissingPiece(CERTIFICATE, "airline"), MissingPiece(DETAIL, "outlet"))
        assert not told.is_complete

    def test_is_complete_when_all_of_it_is_there(self) -> None:
        assert found(BY_AIR, there={CERTIFICATE, DETAIL}) == Completeness(there={CERTIFICATE: 1, DETAIL: 1})

    def test_is_not_held_by_what_is_only_wished_for(self) -> None:
        told = found(a_need(DETAIL, of=Node.COURIER, mandatory=False))

        assert told.is_complete
        assert told.wished == (MissingPiece(DETAIL, "courier"),)

    def test_takes_a_kind_that_is_asked_for_twice_for_the_stricter_of_the_two(self) -> None:
        wished = a_need(DETAIL, of=Node.COURIER, mandatory=False)

        for needs in ((wished, a_need(DETAIL)), (a_need(DETAIL), wished)):
            told = found(*needs)
            assert (told.missing, told.wished) == ((MissingPiece(DETAIL, "outlet"),), ())

    def test_goes_on_without_what_was_waived_and_says_so(self) -> None:
        told = found(BY_AIR, a_need(DETAIL), waived={CERTIFICATE, DETAIL}, there={DETAIL})

        assert (told.missing, told.waived) == ((), (CERTIFICATE,))


class TestScanHistory:
    @pytest.mark.parametrize(
        ("there", "scanned"),
        [((), True), ((EvidenceKind.TRACKING_SNAPSHOT,), False), ((SCANS,), False)],
        ids=["the log has events", "the log is frozen", "somebody gave it"],
    )
    def test_is_there_when(self, there: Collection[EvidenceKind], scanned: bool) -> None:
        assert found(a_need(SCANS), there=there, scanned=scanned).is_complete

    def test_is_missing_of_a_parcel_of_which_nothing_is_known(self) -> None:
        assert found(a_need(SCANS, of=Node.CUSTOMER_SERVICE)).missing == (MissingPiece(SCANS, "customer_service"),)

    def test_is_not_counted_among_the_pieces_when_only_the_log_tells_it(self) -> None:
        assert found(a_need(SCANS), scanned=True).there == {}


class TestWhatIsMissing:
    def test_says_in_chinese_and_english_what_and_from_whom(self) -> None:
        told = found(a_need(DETAIL), BY_AIR)

        assert what_is_missing(told) == "缺少：破损细节照片（网点提供）、航空公司破损证明（航空公司提供）。"
        assert what_is_missing(told, "en") == (
            "Missing: a photograph of the damage from the outlet; the airline's damage certificate from the airline."
        )

    def test_says_nothing_when_nothing_mandatory_is_missing(self) -> None:
        assert what_is_missing(found(a_need(DETAIL, mandatory=False))) == ""

    def test_has_words_for_every_kind_and_every_node(self) -> None:
        assert set(KIND) == set(EvidenceKind)
        assert set(NODE) == set(Node)


class TestWhatIsThere:
    def test_counts_the_pieces_of_each_kind(self) -> None:
        told = what_is_there(Completeness(there={DETAIL: 2, CERTIFICATE: 1}))

        assert told == "破损细节照片 photo_detail ×2、航空公司破损证明 airline_certificate ×1"

    def test_says_nothing_where_there_is_none(self) -> None:
        assert what_is_there(Completeness()) == ""


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
