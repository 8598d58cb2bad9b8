"""The file in which a carrier hands in its departments: what it may hold, and what its refusal names."""

import pytest

from rules.supervision import network_file
from rules.supervision.network_file import NetworkFileInvalid, read_departments
from schemas.network import Department, DepartmentKind

HEADER = "code,names,kind,parent,manager,contact,languages,active\n"
HEAD = "hq,示例总部,headquarters,,mgr-li,hq@example.test,zh|en,yes\n"


class TestReadDepartments:
    def test_reads_every_column(self):
        [head, province] = read_departments(HEADER + HEAD + "p-1,示例浙江省区|浙江,province,hq,sup-zhang,,,no\n")

        assert head == Department(
            code="hq", names=("示例总部",), kind=DepartmentKind.HEADQUARTERS, manager="mgr-li",
            contact="hq@example.test", languages=("zh", "en"),
        )  # fmt: skip
        assert (province.names, province.languages, province.active) == (("示例浙江省区", "浙江"), ("zh",), False)

    def test_needs_only_the_first_four_columns_in_any_order(self):
        [head] = read_departments("Kind,Parent,Code,Names\nheadquarters,,hq,示例总部\n")

        assert (head.code, head.manager, head.active) == ("hq", "", True)

    def test_forgives_a_byte_order_mark_blanks_and_empty_rows(self):
        assert (
            len(read_departments("\ufeff code , names ,kind,parent\r\n\r\n hq , 示例总部 ,headquarters,\r\n,,,\r\n"))
            == 1
        )

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            pytest.param("", "row 1: column code, names, kind, parent is missing", id="nothing"),
            pytest.param("code,names,kind\n", "row 1: column parent is missing", id="a column missing"),
            pytest.param("code,names,kind,parent,boss\n", "row 1, column 5: boss is none of", id="a strange column"),
            pytest.param(
                "code,names,kind,parent,\n", "row 1, column 5: an empty name is none of", id="a nameless column"
            ),
            pytest.param("code,names,kind,parent,code\n", "row 1, column 1: code stands twice", id="a column twice"),
            pytest.param(HEADER, "row 2: there is no department", id="a header alone"),
            pytest.param(HEADER + HEAD + "p-1,浙江\n", "row 3: 2 fields where the header has 8", id="a short row"),
            pytest.param(HEADER + 'hq,"示例', "row 2: unexpected end of data", id="an open quotation"),
            pytest.param(
                HEADER + "h q,总部,headquarters,,,,,\n", "row 2, column code: h q is no code", id="a bad code"
            ),
            pytest.param(HEADER + ",总部,headquarters,,,,,\n", "row 2, column code: nothing is no code", id="no code"),
            pytest.param(HEADER + "hq,|,headquarters,,,,,\n", "row 2, column names: no name is given", id="no name"),
            pytest.param(HEADER + "hq,总部,shop,,,,,\n", "row 2, column kind: shop is none of outlet", id="a bad kind"),
            pytest.param(
                HEADER + "hq,总部,headquarters,,李 四,,,\n",
                "row 2, column manager: 李 四 is no staff id",
                id="no staff id",
            ),
            pytest.param(
                HEADER + "hq,总部,headquarters,,,,zh|Chinese,\n",
                "row 2, column languages: Chinese is no",
                id="a language",
            ),
            pytest.param(
                HEADER + "hq,总部,headquarters,,,,,maybe\n", "row 2, column active: maybe is neither", id="yes or no"
            ),
            pytest.param(
                HEADER + HEAD + "o,网点,outlet,x,,,,\n",
                "row 3, column parent: o: its parent x is unknown",
                id="a parent",
            ),
            pytest.param(
                HEADER + HEAD + "a,甲,outlet,b,,,,\n" + "b,乙,outlet,a,,,,\n",
                "row 3, column parent: a: the chain above it ends in itself: a > b > a",
                id="a cycle",
            ),
            pytest.param(HEADER + HEAD + HEAD, "row 3, column code: hq: the code is given twice", id="a code twice"),
            pytest.param(
                HEADER + HEAD + "a,示例总部,outlet,hq,,,,\n",
                "row 2, column names: hq: the name 示例总部",
                id="a name twice",
            ),
        ],
    )
    def test_refuses_and_names_row_and_column_of(self, text, fault):
        with pytest.raises(NetworkFileInvalid) as refused:
            read_departments(text)

        assert fault in str(refused.value)

    def test_takes_only_so_many(self, monkeypatch):
        monkeypatch.setattr(network_file, "ROWS_MAX", 1)

        with pytest.raises(NetworkFileInvalid, match="row 3: more than 1 departments"):
            read_departments(HEADER + HEAD + "p-1,浙江,province,hq,,,,\n")
