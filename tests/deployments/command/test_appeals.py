"""`redress appeals`: from what the regulator forwards to the file, by people with a staff id."""

import json
from pathlib import Path
from typing import Any

import pytest
from appeals import COMPLETE, STAFF, a_forwarded_appeal, answered, hire, notices_of, registered, taken_up
from commands import Printed, Redress
from complaints import filed
from factories import a_registration, at
from standins import register

from store.unit_of_work import unit_of_work
from tasks import clock

BY = ("--staff", STAFF)
SECRETS = ("19900007777", "钱七")


@pytest.fixture(autouse=True)
def _desk(redress: Redress, monkeypatch: pytest.MonkeyPatch) -> None:
    del redress
    monkeypatch.setattr(clock, "now", lambda: at(0))
    register(a_registration())
    hire()


def written(folder: Path, told: Any) -> str:
    file = folder / "told.json"
    file.write_text(json.dumps(told, default=str), "utf-8")
    return str(file)


def given(redress: Redress, number: str, folder: Path, **changes: Any) -> Printed:
    return redress("appeals", "answer", number, written(folder, {**COMPLETE, **changes}), *BY)


class TestHelp:
    @pytest.mark.parametrize(
        "command",
        ["register", "list", "show", "link", "take-up", "progress", "answer", "return", "mediate", "opinion",
         "respond", "prolong", "close", "avoidance"],
    )  # fmt: skip
    def test_teaches_each_command_by_an_example(self, redress: Redress, command: str) -> None:
        assert f"redress appeals {command}" in redress("appeals", command, "--help").out


class TestRegister:
    def test_says_how_the_conditions_stand_and_what_is_owed(self, redress: Redress, tmp_path: Path) -> None:
        file = written(tmp_path, a_forwarded_appeal().model_dump(mode="json"))
        printed = redress("appeals", "register", file, *BY)

        assert printed.out.startswith("AP-20261120-000001 REGISTERED, complaint none\n")
        assert "不符合 not_met" in printed.out
        assert "2026-11-25 24:00 CST, carrier" in printed.out
        assert "(known before)" in redress("appeals", "register", file, *BY).out

    def test_shows_what_the_file_may_hold(self, redress: Redress) -> None:
        assert "regulator_no" in redress("appeals", "register", "--schema").json["properties"]

    @pytest.mark.parametrize(
        ("told", "said"),
        [
            ({}, "regulator: Field required"),
            ({"regulator": ""}, "regulator: "),
            ({"unknown": 1}, "unknown: Extra inputs"),
            ({"forwarded_at": "2026-11-21T12:00:00Z"}, "appealed first, then forwarded"),
            (
                {"complained_at": "2026-11-02T00:00:00Z", "complaint_answered_at": "2026-11-01T00:00:00Z"},
                "answered after",
            ),
        ],
        ids=["empty", "no regulator", "unknown field", "out of order", "answered before"],
    )
    def test_says_what_is_wrong_with_a_file(
        self, redress: Redress, tmp_path: Path, told: dict[str, Any], said: str
    ) -> None:
        whole = a_forwarded_appeal().model_dump(mode="json")
        printed = redress("appeals", "register", written(tmp_path, {**whole, **told} if told else {}), *BY)

        assert (printed.exit_code, said in printed.err) == (2, True)

    def test_refuses_without_a_file_a_readable_one_or_a_staff_id(self, redress: Redress, tmp_path: Path) -> None:
        file = written(tmp_path, a_forwarded_appeal().model_dump(mode="json"))
        huge = tmp_path / "huge.json"
        huge.write_bytes(b" " * 1_000_001)

        assert redress("appeals", "register").exit_code == 2
        assert redress("appeals", "register", file).exit_code == 2
        assert "cannot be read" in redress("appeals", "register", str(tmp_path / "none.json"), *BY).err
        assert "more than" in redress("appeals", "register", str(huge), *BY).err
        stranger = redress("appeals", "register", file, "--staff", "nobody")
        assert (stranger.exit_code, stranger.err.strip()) == (1, "redress: nobody is nobody who works here")


class TestList:
    def test_has_the_open_ones_with_what_is_owed_first(self, redress: Redress) -> None:
        number = registered().appeal.case_no

        assert number in redress("appeals", "list").out
        [listed] = redress("appeals", "list", "--json").json
        assert (listed["due_kind"], "appellant_key" in listed) == ("progress", False)

    def test_has_only_what_was_asked_for(self, redress: Redress) -> None:
        number = registered().appeal.case_no
        redress("appeals", "close", number, *BY, "--ending", "withdrawn")

        assert redress("appeals", "list").out.splitlines()[-1] == "No appeal."
        assert number in redress("appeals", "list", "--all").out
        assert number in redress("appeals", "list", "--state", "CLOSED").out
        assert number in redress("appeals", "list", "--waybill", "773000000001").out
        assert number not in redress("appeals", "list", "--complaint", "CP-20261101-000001").out
        assert "there is no state NOWHERE" in redress("appeals", "list", "--state", "NOWHERE").err


class TestShow:
    @pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["for people", "as JSON"])
    def test_tells_everything_and_masks_who_it_is_about(self, redress: Redress, arguments: list[str]) -> None:
        number = answered()
        printed = redress("appeals", "show", number, *arguments)

        assert all(word in printed.out for word in ("complained_first", "take_up", "199****7777", "邮政法 art. 65"))
        assert not [secret for secret in SECRETS if secret in printed.out]

    def test_says_when_there_is_none(self, redress: Redress) -> None:
        assert redress("appeals", "show", "AP-1").err == "redress: there is no appeal AP-1\n"


class TestSteps:
    def test_lead_from_taking_up_to_the_file(self, redress: Redress, tmp_path: Path) -> None:
        number = registered().appeal.case_no
        assert redress("appeals", "take-up", number, *BY).out.startswith(f"{number} is INVESTIGATING.\n")
        told = ("--progress", "正在查找", "--principle", "先行赔付", "--negotiation", "待答复")
        assert redress("appeals", "progress", number, *BY, *told, "--expected", "2026-11-30T18:00:00").exit_code == 0
        assert "2026-11-30 18:00" in notices_of(number, "appeal_document")[0]["body"]
        assert "一、事情经过：快件在中转场滞留" in given(redress, number, tmp_path).out
        returned = redress("appeals", "return", number, *BY, "--reason", "补充", "--answer-by", "2026-11-22T18:00:00")
        assert "2026-11-22 18:00 CST" in returned.out
        assert given(redress, number, tmp_path).exit_code == 0
        session = ("--held-at", "2026-11-20T10:00:00+08:00", "--mediator", "李调解", "--outcome", "agreed")
        assert redress("appeals", "mediate", number, *BY, *session).out == f"{number} is MEDIATING.\n"
        assert "反馈调解意见" in redress("appeals", "opinion", number, *BY, "--text", "建议赔偿").out
        assert redress("appeals", "respond", number, *BY, "--response", "agrees").exit_code == 0

        closed = redress("appeals", "close", number, *BY, "--ending", "concluded")
        assert closed.out == f"{number} is closed: concluded. Its file is kept until 2029-11-21.\n"
        assert redress("verify-history", number).out == "1 histories are whole.\n"
        assert "李调解" in redress("appeals", "show", number).out

    def test_list_what_an_answer_lacks(self, redress: Redress, tmp_path: Path) -> None:
        printed = given(redress, taken_up(), tmp_path, basis="", agreed=None)

        assert printed.exit_code == 1
        assert "lacks 处理依据 (basis); 是否与申诉人达成一致 (agreed)." in printed.err

    def test_show_what_an_answer_may_hold(self, redress: Redress) -> None:
        assert "evidence" in redress("appeals", "answer", "--schema").json["properties"]
        assert redress("appeals", "answer").exit_code == 2

    def test_refuse_a_report_without_words(self, redress: Redress) -> None:
        words = ("--progress", " ", "--principle", "x", "--negotiation", "x")

        assert redress("appeals", "progress", taken_up(), *BY, *words).exit_code == 2

    def test_prolong_where_a_text_knows_of_it(self, redress: Redress) -> None:
        theirs = registered(jurisdiction="CN-ZJ").appeal.case_no
        ours = registered(regulator_no="2").appeal.case_no

        assert redress("appeals", "prolong", theirs, *BY).exit_code == 0
        assert "no text of CN knows of it" in redress("appeals", "prolong", ours, *BY).err

    def test_link_a_complaint(self, redress: Redress) -> None:
        number = registered(waybill="", appellant={"phone": ""}).appeal.case_no
        complaint = filed().complaint_no

        assert f"{number} is linked to {complaint}." in redress("appeals", "link", number, complaint, *BY).out


class TestOwnRows:
    def test_that_cannot_be_used_are_told_in_one_line(
        self, redress: Redress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_APPEAL_RULES_FILE", str(tmp_path / "none.toml"))
        file = written(tmp_path, a_forwarded_appeal().model_dump(mode="json"))
        printed = redress("appeals", "register", file, *BY)

        assert printed.exit_code == 1
        assert "none.toml" in printed.err
        assert len(printed.err.splitlines()) == 1


class TestAvoidance:
    def test_says_of_how_many_and_by_which_moment(self, redress: Redress) -> None:
        assert redress("appeals", "avoidance", "--period", "2026-11").out == (
            "2026-11: 0 of 0 closed complaints without an appeal so far, no share.\n"
        )

    def test_names_what_it_counts(self, redress: Redress) -> None:
        complaint = filed().complaint_no
        registered(complaint_no=complaint)
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE complaint SET closed_at = opened_at, state = 'CLOSED'")
        printed = redress("appeals", "avoidance", "--period", "2026-11-20", "--numbers")

        assert printed.out.splitlines()[1:] == [f"  {complaint}"]
        assert redress("appeals", "avoidance", "--period", "2026-W47", "--json").json["followed"] == [complaint]

    def test_knows_no_such_period(self, redress: Redress) -> None:
        assert redress("appeals", "avoidance", "--period", "2026").exit_code == 2
