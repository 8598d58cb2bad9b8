"""`redress network`: handing the departments in and listing them."""

from pathlib import Path

import pytest
from commands import Redress

from deployments.command import demo

HEADER = "code,names,kind,parent,manager,contact\n"
FILE = HEADER + "hq,示例总部,headquarters,,mgr-li,hq@example.test\np-1,示例浙江省区|浙江,province,hq,,\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "departments.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


class TestNetworkImport:
    def test_puts_the_departments_on_file_and_names_managers_whom_nobody_enrolled(
        self, redress: Redress, file: Path
    ) -> None:
        done = redress("network", "import", str(file))

        assert done.exit_code == 0
        assert "2 added, 0 changed, 0 retired, 0 unchanged." in done.out
        assert "1 managers are not on file as staff" in done.out
        assert "mgr-li" in done.out

    def test_says_what_changed_the_second_time(self, redress: Redress, file: Path) -> None:
        redress("network", "import", str(file))
        file.write_text(HEADER + "hq,示例总部,headquarters,,,\n", encoding="utf-8")

        assert "0 added, 1 changed, 1 retired, 0 unchanged." in redress("network", "import", str(file)).out

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            (FILE.replace(",province,", ",state,"), "row 3, column kind: state is none of outlet"),
            (FILE.replace("parent", "above"), "row 1: column parent is missing"),
            (FILE.replace("province,hq", "province,x"), "row 3, column parent: p-1: its parent x is unknown"),
        ],
    )
    def test_refuses_a_wrong_file_in_one_line_and_keeps_what_there_was(
        self, redress: Redress, file: Path, text: str, fault: str
    ) -> None:
        redress("network", "import", str(file))
        file.write_text(text, encoding="utf-8")

        refused = redress("network", "import", str(file))

        assert refused.exit_code == 2
        assert fault in refused.err
        assert refused.err.count("\n") == 1
        assert len(redress("network", "list", "--json").json) == 2

    def test_refuses_what_is_no_text_and_what_is_not_there(self, redress: Redress, file: Path) -> None:
        file.write_bytes(b"\xff\xfe")

        assert "is not UTF-8: byte 0" in redress("network", "import", str(file)).err
        assert redress("network", "import", str(file.with_name("none.csv"))).exit_code == 2


class TestNetworkList:
    def test_shows_each_department_with_those_above_it(self, redress: Redress, file: Path) -> None:
        redress("network", "import", str(file))

        shown = redress("network", "list").out

        assert "示例浙江省区 | 浙江" in shown
        assert "2 departments." in shown

    def test_shows_only_what_is_below_one(self, redress: Redress, file: Path) -> None:
        redress("network", "import", str(file))

        assert [row["code"] for row in redress("network", "list", "--under", "浙江", "--json").json] == ["p-1"]
        assert redress("network", "list", "--under", "海南").exit_code == 1

    def test_shows_none_where_none_was_handed_in(self, redress: Redress) -> None:
        assert redress("network", "list", "--json").json == []


class TestSampleNetwork:
    """What `redress demo` puts on file."""

    def test_is_there_after_the_demo_and_replaces_nobodys_own(self, redress: Redress, file: Path) -> None:
        redress("network", "import", str(file))
        demo._ensure_sample_network()
        assert len(redress("network", "list", "--json").json) == 2

    def test_is_put_on_file_where_there_is_none(self, redress: Redress) -> None:
        redress("network", "list")
        demo._ensure_sample_network()
        demo._ensure_sample_network()

        assert {row["kind"] for row in redress("network", "list", "--json").json} >= {
            "headquarters",
            "province",
            "outlet",
        }
