"""The case file: everything on record about a case, readable, bounded, without what its reader may not know."""

from datetime import timedelta, timezone
from typing import Any

import pytest
from custody_logs import HUB, a_whole_way, scan
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.case_file import LINES_MAX, CaseFile, write_case_file
from rules.exceptions.custody import chain_of_custody
from rules.exceptions.presumption import presumption
from schemas.clocks import ClockKind, ClockReading, ClockStatus
from schemas.custody import Custody, Presumption
from schemas.evidence import Completeness, Door, Evidence, EvidenceKind, MediaType, MissingPiece, Waiver, Withdrawal
from schemas.exceptions import ExceptionType
from schemas.inquiries import AnswerCode, Inquiry, InquiryState, Node, WeighedAnswer
from schemas.tracking import Event

SHANGHAI = timezone(timedelta(hours=8))
NOTHING = Custody(as_of=NOON)
HEADINGS = [
    "经过 Timeline", "物流轨迹 Tracking", "时效 Clocks", "证据 Evidence", "保管链 Custody", "责任推定 Presumption",
    "协查 Inquiries",
]  # fmt: skip


def written(custody: Custody = NOTHING, presumed: Presumption | None = None, **changes: Any) -> str:
    empty: dict[str, Any] = {
        "form": "### EX-20261120-000001", "history": (), "events": (), "clocks": (), "evidence": (),
        "found": Completeness(), "waivers": (), "asked": (),
    }  # fmt: skip
    presumed = presumed or presumption(custody, type_=ExceptionType.LOST)
    file = CaseFile(**{**empty, "custody": custody, "presumption": presumed, **changes})
    return write_case_file(file, zone=SHANGHAI)


def section(heading: str, text: str) -> str:
    return text.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "at": NOON, "who": "sup-zhang", "command": "approve", "to_state": "APPROVED", "reason": "approve",
        "note": "属实", **changes,
    }  # fmt: skip


def an_event(**changes: Any) -> dict[str, Any]:
    return {
        "occurred_at": NOON, "event": "ARRIVED_HUB", "reason": "", "location": "",
        "raw_text": "【杭州转运中心】派件员张三 19900005678 已收件", **changes,
    }  # fmt: skip


def a_piece(**changes: Any) -> Evidence:
    return Evidence(
        **{
            "evidence_id": 1, "case_no": "EX-20261120-000001", "kind": EvidenceKind.PHOTO_DETAIL, "sha256": "ab" * 32,
            "size_bytes": 10, "media_type": MediaType.JPEG, "file_name": "box.jpg", "given_by": "李四",
            "door": Door.API, "received_at": NOON, "note": "外箱", **changes,
        }
    )  # fmt: skip


def a_waiver(**changes: Any) -> Waiver:
    return Waiver(
        **{
            "case_no": "EX-20261120-000001", "kind": EvidenceKind.AIRLINE_CERTIFICATE, "who": "sup-zhang",
            "why": "航空公司已停业", "at": NOON, **changes,
        }
    )  # fmt: skip


def an_inquiry(**changes: Any) -> Inquiry:
    return Inquiry(
        **{
            "inquiry_no": "IQ-20261120-000001", "case_no": "EX-20261120-000001", "waybill": "773000000001",
            "node": Node.OUTLET, "department": "城东网点", "contact": "城东网点", "question": "请核实破损情况。",
            "wanted": (), "round": 1, "asked_by": "redress", "asked_at": NOON, "due_at": at(2),
            "state": InquiryState.ANSWERED, **changes,
        }
    )  # fmt: skip


def an_answer(**changes: Any) -> WeighedAnswer:
    return WeighedAnswer(
        **{
            "answer_id": 1, "inquiry_no": "IQ-20261120-000001", "code": AnswerCode.CAME_DAMAGED, "text": "有照片",
            "evidence_ids": (), "answered_by": "李四", "door": Door.LINK, "answered_at": at(1), "late": False,
            "first": True, "contradicts": False, **changes,
        }
    )  # fmt: skip


def a_clock(**changes: Any) -> ClockReading:
    return ClockReading(
        **{
            "clock": "first_response", "title_zh": "初步回应", "title_en": "first response", "kind": ClockKind.INTERNAL,
            "status": ClockStatus.OVERDUE, "started_at": NOON, "due_at": at(2), "met_at": None, "paused": timedelta(0),
            "zone": "Asia/Shanghai", "provisional": False, "rule": "seed-outlet", "source": "R25", "verified": "",
            "explanation": (), **changes,
        }
    )  # fmt: skip


class TestWriteCaseFile:
    def test_begins_with_what_stands_above_the_form(self) -> None:
        assert written().startswith("### EX-20261120-000001\n")

    def test_has_its_sections_in_both_languages_also_where_there_is_nothing_to_say(self) -> None:
        text = written()

        assert [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")] == HEADINGS
        assert all(section(heading, text).strip() == "无 none" for heading in HEADINGS if "Presumption" not in heading)

    def test_tells_who_did_what_when_and_why(self) -> None:
        text = section("经过 Timeline", written(history=[entry()]))

        assert "| 2026-11-20 12:00 | sup-zhang | approve | APPROVED | approve 属实 |" in text

    def test_tells_the_scans_with_their_station_and_without_the_words_that_name_a_courier(self) -> None:
        text = section("物流轨迹 Tracking", written(events=[an_event()]))

        assert f"| 2026-11-20 12:00 | ARRIVED\\_HUB | — | {HUB} |" in text
        assert "张三" not in text

    @pytest.mark.parametrize(
        ("status", "due_at", "shown"),
        [
            (ClockStatus.OVERDUE, at(2), "2026-11-20 14:00 | 已超时 overdue"),
            (ClockStatus.STOPPED, None, "— | 已暂停 stopped"),
        ],
    )
    def test_tells_how_each_clock_stands(self, status: ClockStatus, due_at: Any, shown: str) -> None:
        text = section("时效 Clocks", written(clocks=[a_clock(status=status, due_at=due_at)]))

        assert f"| 初步回应 first response | 2026-11-20 12:00 | {shown} |" in text

    def test_tells_what_evidence_came_from_whom_under_which_hash(self) -> None:
        text = section("证据 Evidence", written(evidence=[a_piece()]))

        assert (
            "| 破损细节照片 a photograph of the damage | 李四 (api) | 2026-11-20 12:00 | abababababab | 外箱 |" in text
        )

    def test_says_which_evidence_was_withdrawn_and_why(self) -> None:
        gone = a_piece(withdrawal=Withdrawal(who="ag-sun", why="另一件", at=NOON))

        assert "已撤回 withdrawn: 另一件" in section("证据 Evidence", written(evidence=[gone]))

    def test_says_what_evidence_is_missing_and_what_was_waived_by_whom(self) -> None:
        found = Completeness(missing=(MissingPiece(EvidenceKind.PHOTO_WHOLE, "outlet"),))

        text = section("证据 Evidence", written(found=found, waivers=[a_waiver()]))

        assert "- 缺少：全景照片（网点提供）。 Missing: a photograph of the whole parcel from the outlet." in text
        assert "航空公司破损证明 the airline's damage certificate，sup-zhang 2026-11-20 12:00: 航空公司已停业" in text

    def test_tells_who_had_the_parcel_when_and_where_a_scan_is_missing(self) -> None:
        custody = chain_of_custody(a_whole_way()[:4], now=at(120))

        text = section("保管链 Custody", written(custody))

        assert f"| {HUB} {HUB} | 2026-11-20 16:00 | 2026-11-20 18:00 |" in text
        assert f"- 有发未到：{HUB}发出后" in text
        assert "未结束 open" in text

    def test_says_until_when_a_scan_was_missing(self) -> None:
        custody = chain_of_custody([*a_whole_way()[:1], *a_whole_way()[4:]], now=at(120))

        assert "– 2026-11-21" in section("保管链 Custody", written(custody))

    def test_tells_who_is_presumed_to_answer_why_and_what_would_rebut_it(self) -> None:
        text = section("责任推定 Presumption", written(chain_of_custody(a_whole_way()[:4], now=at(120))))

        assert f"- 承运方 the carrier, {HUB} {HUB}: 依据一般 moderate。由人判定。 A person decides." in text
        assert "- 理由 because: 有发未到" in text
        assert "- 可推翻 rebutted by: 有双方签字的交接单" in text
        assert "- 无从得知 not told:" in text

    def test_presumes_nobody_where_the_log_is_thin(self) -> None:
        text = section("责任推定 Presumption", written(chain_of_custody([scan(Event.DELIVERED, 0)], now=at(1))))

        assert "- 不明 unknown: 没有依据 none。" in text

    def test_tells_what_was_asked_of_whom_and_what_was_answered(self) -> None:
        text = section("协查 Inquiries", written(asked=[(an_inquiry(), [an_answer()])]))

        assert "网点 the outlet: 城东网点 | 请核实破损情况。 | 2026-11-20 14:00 | 已回复 was answered" in text
        assert "到达时已破损 It was damaged when it came: 有照片 (李四, 2026-11-20 13:00)" in text

    def test_marks_an_answer_that_came_late_and_one_that_contradicts_the_first(self) -> None:
        later = an_answer(code=AnswerCode.DAMAGED_HERE, text="", late=True, contradicts=True)

        text = section("协查 Inquiries", written(asked=[(an_inquiry(), [an_answer(), later])]))

        assert (
            "在本处破损 It was damaged here (李四, 2026-11-20 13:00, 逾期 late, 前后矛盾 contradicts the first)" in text
        )

    def test_shows_no_phone_number_whoever_wrote_it(self) -> None:
        phone = "19900001234"

        text = written(
            history=[entry(note=phone)],
            evidence=[a_piece(given_by=phone, note=phone)],
            waivers=[a_waiver(why=phone)],
            asked=[(an_inquiry(question=phone), [an_answer(text=phone)])],
        )

        assert phone not in text
        assert text.replace("\\", "").count("199****1234") == 6

    @given(st.text(max_size=60))
    def test_lets_no_text_from_outside_add_a_line_or_a_cell(self, outside: str) -> None:
        def shown(text: str) -> str:
            return written(
                history=[entry(note=text)],
                events=[an_event(location=text, raw_text="")],
                evidence=[a_piece(given_by=text, note=text)],
                asked=[(an_inquiry(department=text, question=text), [an_answer(text=text, answered_by=text)])],
            )

        told, plain = shown(outside), shown("x")

        assert len(told.splitlines()) == len(plain.splitlines())
        assert told.replace("\\|", "").count("|") == plain.count("|")

    def test_shows_the_newest_lines_of_a_long_history_and_says_so(self) -> None:
        history = [entry(who=f"ag-{number:03}") for number in range(LINES_MAX + 34)]

        text = section("经过 Timeline", written(history=history))

        assert ("ag-033" in text, "ag-034" in text, "ag-133" in text) == (False, True, True)
        assert f"仅列最近 {LINES_MAX} 条，共 134 条。 The newest {LINES_MAX} of 134." in text
