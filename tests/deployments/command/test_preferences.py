"""`redress preferences`: the number is typed in and shown masked; nothing said is lost."""

import io

import pytest
from commands import Redress

PHONE = "199 0000 1234"


class TestSet:
    def test_takes_down_everything_that_is_named(self, redress: Redress) -> None:
        printed = redress(
            "preferences", "set", PHONE, "--place", "一楼保安室", "--window", "mon-fri 08:00-10:00", "--window",
            "sat,sun 14:00-18:00", "--call-first", "--never-locker", "--inspect", "--segment", "elderly",
            "--language", "en", "--staff", "ag-sun",
        )  # fmt: skip

        assert (printed.exit_code, printed.err) == (0, "")
        rows = redress("preferences", "list", PHONE, "--json").json["preferences"]
        assert {row["kind"]: row["asked"] for row in rows} == {
            "PLACE": "一楼保安室", "TIME_WINDOW": "mon tue wed thu fri 08:00-10:00, sat sun 14:00-18:00",
            "CALL_FIRST": "yes", "NEVER_LOCKER": "yes", "INSPECT_FACE_TO_FACE": "yes", "CHANNEL_SEGMENT": "elderly",
            "LANGUAGE": "en",
        }  # fmt: skip
        assert {(row["taken_by"], row["door"]) for row in rows} == {("ag-sun", "command")}

    def test_asks_for_the_number_where_no_shell_keeps_it(
        self, redress: Redress, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PHONE}\n"))
        redress("preferences", "set", "--never-locker")

        assert len(redress("preferences", "list", PHONE, "--json").json["preferences"]) == 1

    def test_holds_until_it_is_said_to(self, redress: Redress) -> None:
        redress("preferences", "set", PHONE, "--never-locker", "--until", "2020-01-01")

        [row] = redress("preferences", "list", PHONE, "--json").json["preferences"]
        assert row["in_force"] is False

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            ([PHONE], "it should set or withdraw something"),
            (["nobody at home", "--never-locker"], "the phone number is none"),
            ([PHONE, "--window", "someday 08:00-10:00"], "write it as"),
            ([PHONE, "--window", "mon 10:00-08:00"], "write it as"),
            ([PHONE, "--place", " "], "preferences.0.PLACE.place"),
        ],
        ids=["nothing", "no number", "no day", "backwards", "no place"],
    )
    def test_says_what_is_wrong(self, redress: Redress, arguments: list[str], said: str) -> None:
        printed = redress("preferences", "set", *arguments)

        assert printed.exit_code == 1
        assert said in printed.err
        assert PHONE not in printed.err


class TestList:
    def test_shows_the_number_masked_and_what_is_in_force(self, redress: Redress) -> None:
        redress("preferences", "set", PHONE, "--place", "前台，电话 19900001234")
        redress("preferences", "set", PHONE, "--place", "保安室")

        printed = redress("preferences", "list", PHONE)

        assert printed.exit_code == 0
        assert "199****1234" in printed.out
        assert "19900001234" not in printed.out
        assert [line.split()[0] for line in printed.out.splitlines() if "保安室" in line] == ["*"]

    def test_refuses_what_is_no_number(self, redress: Redress) -> None:
        assert redress("preferences", "list", "nobody").exit_code == 1


class TestWithdraw:
    def test_ends_it_and_keeps_it_on_file(self, redress: Redress) -> None:
        redress("preferences", "set", PHONE, "--never-locker")
        assert redress("preferences", "withdraw", PHONE, "--kind", "NEVER_LOCKER").out == "Version 2: NEVER_LOCKER.\n"

        rows = redress("preferences", "list", PHONE, "--json").json["preferences"]
        assert [(row["asked"], row["in_force"]) for row in rows] == [("yes", False), ("withdrawn", False)]

    def test_says_when_nothing_was_in_force(self, redress: Redress) -> None:
        assert "nothing was in force" in redress("preferences", "withdraw", PHONE, "--kind", "PLACE").out

    def test_says_which_kinds_there_are(self, redress: Redress) -> None:
        printed = redress("preferences", "withdraw", PHONE, "--kind", "SOMETHING")

        assert printed.exit_code == 1
        assert "NEVER_LOCKER" in printed.err
