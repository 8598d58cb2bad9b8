"""What the archive of a complaint must hold, by how it ended; how it is written, and how an altered byte is found."""

import json
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest
from archives import FINDING, PLAN, a_telling
from factories import NOON

from rules.complaints.archive import NEEDED, Contents, archive_number, incomplete_lines, missing_of
from rules.complaints.archive_documents import (
    HISTORY,
    documents_of,
    evidence_name,
    files_of,
    shown_giver,
    written,
)
from rules.complaints.archive_index import INDEX, PAGE, faults_in, index_bytes, index_of, page_bytes
from rules.history import FIRST, entry_hash
from schemas.archives import Archiving, Lack, Part
from schemas.channels import Channel as ContactChannel
from schemas.channels import ContactAttempt, Contacted
from schemas.complaints import (
    Action,
    ActionState,
    ActionTask,
    Channel,
    Command,
    Complaint,
    ComplaintType,
    Ending,
    Finding,
    State,
    Validity,
)  # fmt: skip
from schemas.evidence import Door, Evidence, EvidenceKind, MediaType, Withdrawal
from schemas.inquiries import Answer, AnswerCode, Inquiry, InquiryState, Node

NUMBER = "CP-20261120-000001"
SENT = {"kind": "notice", "payload": {"audience": "customer"}, "status": "done"}
WAY = (
    Command.RECEIVE, Command.HAND_OFF, Command.VERIFY, Command.ESTABLISH, Command.DECIDE_FINDING, Command.PLAN,
    Command.ADOPT, Command.CARRY_OUT, Command.CONFIRM_CARRIED_OUT, Command.FEED_BACK,
)  # fmt: skip


def entries(*commands: Command, reason: str = "a reason") -> list[dict[str, Any]]:
    """Seal a history of these steps; the last one concludes."""
    head, sealed = FIRST, []
    for place, command in enumerate(commands, start=1):
        last = place == len(commands)
        entry = {
            "case_no": NUMBER, "seq": place, "at": NOON.isoformat(), "command": command.value,
            "from_state": "FED_BACK" if last else "", "to_state": "CONCLUDED" if last else "FED_BACK",
            "stage": "", "who": "", "role": "", "reason": reason if last else "", "note": "", "policy_version": "",
            "details": {}, "updates": {"ending": "accepted"} if last else {},
        }  # fmt: skip
        head = entry_hash(head, entry if entry["updates"] else {k: v for k, v in entry.items() if k != "updates"})
        sealed.append({**entry, "hash": head.hex()})
    return sealed


def a_complaint(**changes: Any) -> Complaint:
    return Complaint(**{
        "case_no": NUMBER, "type": ComplaintType.DELAY, "channel": Channel.HOTLINE, "state": State.CONCLUDED,
        "version": 11, "finding": FINDING, "opened_at": NOON, "state_since": NOON, "ending": Ending.ACCEPTED,
        "customer_name": "钱七", **changes,
    })  # fmt: skip


def contents(ending: Ending = Ending.ACCEPTED, **changes: Any) -> Contents:
    """Make what is on record of a complaint that lacks nothing."""
    needed = NEEDED[ending]
    objected = (Command.OBJECT,) if needed.objected else ()
    steps = (*WAY, *objected, needed.by) if needed.decided else (Command.RECEIVE, needed.by)
    whole: dict[str, Any] = {
        "complaint": a_complaint(ending=ending),
        "tellings": [a_telling()],
        "history": entries(*steps),
        "plans": [{"version": 1, "content": PLAN.model_dump(mode="json"), "created_at": NOON}]
        if needed.decided
        else [],
        "sent": [SENT],
    }
    return Contents(**{**whole, **changes})


def lacks(found: Contents) -> list[Lack]:
    return [missing.lack for missing in missing_of(found)]


def a_task(state: ActionState) -> ActionTask:
    return ActionTask(
        action_id=1, case_no=NUMBER, plan_version=1, action=Action.APOLOGISE, owner="x", due_at=NOON, state=state
    )


class TestMissing:
    @pytest.mark.parametrize("ending", NEEDED)
    def test_is_nothing_of_a_whole_complaint_that_ended(self, ending):
        assert lacks(contents(ending)) == []

    def test_is_told_in_both_languages_in_the_order_of_the_parts(self):
        found = missing_of(Contents(a_complaint(finding=None)))

        assert [missing.part for missing in found] == sorted((missing.part for missing in found), key=list(Part).index)
        assert found[0].zh == "没有完整的投诉记录"
        assert found[0].en == "there is no record of what was told"

    @pytest.mark.parametrize(
        ("changes", "lack"),
        [
            ({"tellings": []}, Lack.NO_RECORD),
            ({"tellings": [a_telling(content=None)]}, Lack.NO_RECORD),
            ({"tellings": [a_telling(missing=("customer.name",))]}, Lack.NO_RECORD),
            ({"complaint": a_complaint(finding=None)}, Lack.NO_FINDING),
            ({"complaint": a_complaint(finding=Finding(validity=Validity.VALID))}, Lack.NO_FINDING),
            ({"plans": []}, Lack.NO_PLAN),
            ({"history": entries(Command.FEED_BACK, Command.ACCEPT)}, Lack.NOT_APPROVED),
            ({"history": entries(Command.APPROVE, Command.ACCEPT)}, Lack.NO_RESULT_TOLD),
            ({"history": entries(*WAY, Command.CONCLUDE)}, Lack.NO_WORD),
            ({"complaint": a_complaint(ending="")}, Lack.NO_ENDING),
            ({"complaint": a_complaint(ending=Ending.ABANDONED)}, Lack.NO_ENDING),
            ({"sent": []}, Lack.NOT_TOLD),
            ({"sent": [{**SENT, "status": "withdrawn"}]}, Lack.NOT_TOLD),
            ({"sent": [SENT, {**SENT, "status": "pending"}]}, Lack.NOTICES_UNDER_WAY),
            ({"sent": [SENT, {**SENT, "payload": {}, "status": "sending"}]}, Lack.NOTICES_UNDER_WAY),
            ({"tasks": [a_task(ActionState.OPEN)]}, Lack.TASKS_OPEN),
        ],
    )
    def test_names(self, changes, lack):
        assert lacks(contents(**changes)) == [lack]

    def test_is_not_a_notice_where_somebody_was_spoken_to(self):
        spoken = ContactAttempt(channel=ContactChannel.VOICE_CALL, at=NOON, outcome=Contacted.REACHED, by="ag-sun")

        assert lacks(contents(sent=[], contacts=[spoken])) == []

    @pytest.mark.parametrize("state", sorted(set(ActionState) - {ActionState.OPEN}))
    def test_is_no_task_that_is(self, state):
        assert lacks(contents(tasks=[a_task(state)])) == []

    def test_is_the_objection_of_whoever_was_explained_to_without_agreeing(self):
        assert lacks(contents(Ending.EXPLAINED, history=entries(*WAY, Command.EXPLAIN))) == [Lack.NO_WORD]

    @pytest.mark.parametrize("ending", [Ending.AT_ONCE, Ending.WITHDRAWN])
    def test_is_a_reason_where_there_is_no_plan(self, ending):
        history = entries(Command.RECEIVE, NEEDED[ending].by, reason="")

        assert lacks(contents(ending, history=history)) == [Lack.NO_REASON]

    def test_is_the_finding_of_what_was_answered_at_once_and_not_of_what_was_taken_back(self):
        unfound = {"finding": None}

        at_once = contents(Ending.AT_ONCE, complaint=a_complaint(ending=Ending.AT_ONCE, **unfound))
        assert lacks(at_once) == [Lack.NO_FINDING]
        assert lacks(contents(Ending.WITHDRAWN, complaint=a_complaint(ending=Ending.WITHDRAWN, **unfound))) == []

    def test_passes_by_itself_only_where_somebody_else_acts(self):
        found = missing_of(contents(tasks=[a_task(ActionState.OPEN)], sent=[]))

        assert [(missing.lack, missing.passes) for missing in found] == [
            (Lack.TASKS_OPEN, True), (Lack.NOT_TOLD, False),
        ]  # fmt: skip


class TestIncompleteLines:
    def test_name_what_somebody_must_see_to_and_not_what_passes(self):
        found = missing_of(contents(tasks=[a_task(ActionState.OPEN)], sent=[]))

        assert incomplete_lines(Archiving(missing={NUMBER: found})) == [
            {
                "complaint": NUMBER,
                "part": "沟通记录",
                "missing": "没有与客户沟通的记录 nothing on record was told to the customer",
            }
        ]


class TestArchiveNumber:
    def test_is_the_complaints_own_with_the_edition(self):
        assert archive_number(NUMBER, edition=2) == "AR-20261120-000001-2"


def a_piece(**changes: Any) -> Evidence:
    return Evidence(**{
        "evidence_id": 7, "case_no": NUMBER, "kind": EvidenceKind.PHOTO_DETAIL, "sha256": "ab" * 32, "size_bytes": 3,
        "media_type": MediaType.JPEG, "file_name": "钱七 13800001111.JPG", "given_by": "李四", "door": Door.LINK,
        "received_at": NOON, **changes,
    })  # fmt: skip


def an_inquiry() -> Inquiry:
    return Inquiry(
        inquiry_no="IQ-20261120-000001", case_no=NUMBER, waybill="", node=Node.OUTLET, department="示例城东网点",
        contact="", question="?", wanted=(), round=1, asked_by="redress", asked_at=NOON, due_at=NOON,
        state=InquiryState.ANSWERED,
    )  # fmt: skip


def an_answer() -> Answer:
    return Answer(
        answer_id=1, inquiry_no="IQ-20261120-000001", code=AnswerCode.NOT_HERE, text="", evidence_ids=(),
        answered_by="ag-sun", door=Door.COMMAND, answered_at=NOON, late=False,
    )  # fmt: skip


class TestDocuments:
    @pytest.mark.parametrize("ending", NEEDED)
    def test_are_at_least_one_of_each_part(self, ending):
        assert {document.part for document in documents_of(contents(ending))} == set(Part)

    def test_are_the_same_bytes_for_the_same_contents(self):
        assert documents_of(contents()) == documents_of(contents())

    def test_are_there_without_a_finding(self):
        names = [document.name for document in documents_of(contents(complaint=a_complaint(finding=None)))]

        assert "2-verification/finding.json" not in names

    def test_tell_what_was_asked_and_answered(self):
        found = contents(inquiries=[an_inquiry()], answers={"IQ-20261120-000001": [an_answer()]})

        [told] = [one for one in documents_of(found) if "IQ-" in one.name]
        assert json.loads(told.content)["answers"][0]["code"] == "not_here"
        assert told.given_by == "示例城东网点"

    def test_write_times_in_one_zone_and_amounts_as_they_stand(self):
        value = {"at": NOON.astimezone(tz=None), "amount": Decimal("1.50"), "zh": "字"}

        assert written(value) == '{\n "amount": "1.50",\n "at": "2026-11-20T04:00:00+00:00",\n "zh": "字"\n}\n'.encode()


class TestFiles:
    def test_are_listed_by_name_with_hash_and_size(self):
        found = contents(evidence=[a_piece(), a_piece(evidence_id=8, withdrawal=Withdrawal(who="x", why="y", at=NOON))])

        files = files_of(found, documents_of(found))

        assert [file.name for file in files] == sorted(file.name for file in files)
        photo, withdrawn = [file for file in files if "evidence/" in file.name]
        assert (photo.sha256, photo.size_bytes, photo.given_by) == ("ab" * 32, 3, "李*")
        assert "已撤回" in withdrawn.about

    def test_call_evidence_by_its_number(self):
        assert evidence_name(a_piece()) == "2-verification/evidence/00000007.jpg"
        assert evidence_name(a_piece(file_name="none")) == "2-verification/evidence/00000007"


class TestShownGiver:
    @pytest.mark.parametrize(
        ("giver", "shown"),
        [
            ("ag-sun", "ag-sun"),
            ("redress", "redress"),
            ("示例城东网点", "示例城东网点"),
            ("李四", "李*"),
            ("Li Si", "L****"),
            ("Qian", "Q***"),
            ("网点 13800001111", "网点 138****1111"),
        ],
    )
    def test_is_masked_where_it_is_or_looks_like_a_person(self, giver, shown):
        assert shown_giver(giver, frozenset({"Qian"})) == shown


def an_index(found: Contents) -> Any:
    return index_of(found, files_of(found, documents_of(found)), edition=1, time_zone="Asia/Shanghai")


class TestIndex:
    def test_names_no_one_in_full(self):
        told = index_bytes(an_index(contents())).decode() + page_bytes(an_index(contents())).decode()

        assert "钱*" in told
        assert "钱七" not in told

    def test_is_a_page_in_both_languages_with_every_file(self):
        index = an_index(contents())

        page = page_bytes(index).decode()
        assert "## 3. 处理方案 The plan and its approval" in page
        assert all(file.sha256 in page for file in index.files)
        assert "2026-11-20 12:00" in page

    def test_says_on_its_page_why_there_is_no_plan(self):
        index = an_index(contents(Ending.WITHDRAWN, history=entries(Command.RECEIVE, Command.WITHDRAW, reason="a|b")))

        assert "无方案 no plan: a\\|b" in page_bytes(index).decode()


def bundled(found: Contents, *, packing: int = ZIP_STORED, **changes: bytes | None) -> BytesIO:
    """Write an archive; a change gives a file other content, or leaves it out."""
    index = an_index(found)
    files = {document.name: document.content for document in documents_of(found)}
    files |= {INDEX: index_bytes(index), PAGE: page_bytes(index)}
    target = BytesIO()
    with ZipFile(target, "w", packing) as bundle:
        for name, content in {**files, **changes}.items():
            if content is not None:
                bundle.writestr(name, content)
    return BytesIO(target.getvalue())


def names_of(faults: list[Any]) -> list[str]:
    return [fault.name for fault in faults]


class TestFaults:
    @pytest.mark.parametrize("ending", NEEDED)
    def test_are_none_in_an_archive_as_it_was_made(self, ending):
        assert faults_in(bundled(contents(ending))) == []

    def test_are_found_in_every_single_byte_that_is_altered(self):
        whole = bundled(contents(Ending.WITHDRAWN)).getvalue()
        from hashlib import sha256

        digest = sha256(whole).hexdigest()
        for place in range(0, len(whole), 7):
            altered = bytearray(whole)
            altered[place] ^= 0x55
            assert faults_in(BytesIO(bytes(altered)), digest=digest)

    def test_are_found_in_the_content_of_any_file_without_the_hash_of_the_whole(self):
        found = contents()
        whole = bundled(found).getvalue()
        for document in documents_of(found):
            place = whole.index(document.content)
            altered = bytearray(whole)
            altered[place] ^= 1
            assert document.name in names_of(faults_in(BytesIO(bytes(altered))))

    def test_name_a_file_that_was_replaced(self):
        name = "5-feedback/feedback.json"
        [document] = [one for one in documents_of(contents()) if one.name == name]
        other = document.content.replace(b"accept", b"object")

        assert faults_in(bundled(contents(), **{name: other})) == [(name, "it was altered")]

    @pytest.mark.parametrize(
        ("changes", "name"),
        [
            ({"5-feedback/feedback.json": None}, "5-feedback/feedback.json"),
            ({"5-feedback/feedback.json": b"short"}, "5-feedback/feedback.json"),
            ({"extra": b""}, "extra"),
            ({INDEX: None}, INDEX),
            ({INDEX: b"{}"}, INDEX),
            ({PAGE: None}, PAGE),
            ({PAGE: b"# another"}, PAGE),
        ],
    )
    def test_name(self, changes, name):
        assert names_of(faults_in(bundled(contents(), **changes))) == [name]

    def test_are_found_in_an_index_that_is_written_otherwise(self):
        rewritten = index_bytes(an_index(contents())) + b" "

        assert names_of(faults_in(bundled(contents(), **{INDEX: rewritten}))) == [INDEX]

    def test_are_found_in_an_index_that_names_a_place_without_time(self):
        nowhere = an_index(contents()).model_copy(update={"time_zone": "Nowhere/Land"})

        assert names_of(faults_in(bundled(contents(), **{INDEX: index_bytes(nowhere)}))) == [INDEX]

    def test_are_found_where_a_part_is_missing(self):
        index = an_index(contents())
        less = index.model_copy(update={"files": tuple(one for one in index.files if one.part is not Part.FEEDBACK)})
        files = {INDEX: index_bytes(less), PAGE: page_bytes(less), "5-feedback/feedback.json": None}

        assert faults_in(bundled(contents(), **files)) == [("feedback", "the part is missing")]

    @pytest.mark.parametrize("what", ["entry", "head", "cut off", "no JSON"])
    def test_are_found_in_a_history_that_does_not_agree_with_its_hashes(self, what):
        found = contents()
        history = [dict(entry) for entry in found.history]
        if what == "entry":
            history[2]["who"] = "somebody else"
        if what == "head":
            history[-1]["hash"] = "00" * 32
        content = written(history[:-1] if what == "cut off" else history) if what != "no JSON" else b"{"
        index = an_index(found)
        from hashlib import sha256

        files = tuple(
            one.model_copy(update={"sha256": sha256(content).hexdigest(), "size_bytes": len(content)})
            if one.name == HISTORY
            else one
            for one in index.files
        )
        other = index.model_copy(update={"files": files})
        forged = {HISTORY: content, INDEX: index_bytes(other), PAGE: page_bytes(other)}

        assert names_of(faults_in(bundled(found, **forged))) == [HISTORY]

    def test_are_found_where_a_name_comes_twice(self):
        target = bundled(contents())
        with ZipFile(target, "a") as bundle, pytest.warns(UserWarning, match="Duplicate"):
            bundle.writestr(PAGE, b"another")

        assert ("", "two files have the same name") in faults_in(target)

    def test_are_found_in_what_is_packed(self):
        assert INDEX in names_of(faults_in(bundled(contents(), packing=ZIP_DEFLATED)))

    def test_are_found_in_what_is_no_archive(self):
        [fault] = faults_in(BytesIO(b"no ZIP at all"))

        assert fault.name == ""
        assert "cannot be read" in fault.what
