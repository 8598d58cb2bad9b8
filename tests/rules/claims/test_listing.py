"""The columns of a list of claims, in both languages, and what a row of it tells."""

import pytest

from rules.claims.listing import COLUMNS, WrongColumns, columns_of, shown_field, told_in
from schemas.assessment import ClaimEvent
from schemas.claims import Relation


class TestColumns:
    @pytest.mark.parametrize("place", [0, -1], ids=["in Chinese", "in English"])
    def test_are_known_by_their_names(self, place: int) -> None:
        assert columns_of([names[place] for names in COLUMNS.values()]) == list(COLUMNS)

    def test_are_known_in_capitals_too_and_may_have_no_name(self) -> None:
        assert columns_of(["WAYBILL", "", "Event"]) == ["waybill", "", "event"]

    @pytest.mark.parametrize(
        ("header", "why"),
        [
            (["运单号", "事由", "备用"], "nobody knows what column 3 is"),
            (["运单号", "waybill", "事由"], "two columns 运单号/单号/waybill"),
            (["运单号"], "no column 事由/索赔类型/event"),
            ([], "no column 运单号"),
        ],
    )
    def test_that_are_wrong_say_why(self, header: list[str], why: str) -> None:
        with pytest.raises(WrongColumns, match=why):
            columns_of(header)


def told(**cells: str) -> dict[str, object]:
    fields = {name.replace("__", "."): cell for name, cell in cells.items()}
    return told_in(list(fields), list(fields.values()))


class TestRow:
    def test_tells_the_parts_of_a_form(self) -> None:
        row = told(
            waybill="773000000001", event="丢失", claimant__name="赵六", claimant__relation="寄件人",
            parcel__value="100", payee__name="赵六", claimed="",
        )  # fmt: skip

        assert row == {
            "waybill": "773000000001",
            "event": ClaimEvent.LOSS,
            "claimant": {"name": "赵六", "relation": Relation.SENDER},
            "payee": {"name": "赵六"},
            "parcels": [{"id": "773000000001", "value": "100"}],
        }

    def test_without_a_waybill_has_a_parcel_of_its_own(self) -> None:
        assert told(waybill="", parcel__value="1")["parcels"] == [{"id": "1", "value": "1"}]

    def test_leaves_out_columns_without_a_name(self) -> None:
        assert told_in(["waybill", "", "event"], ["773000000001", "x", "loss"]) == {
            "waybill": "773000000001",
            "event": ClaimEvent.LOSS,
        }

    @pytest.mark.parametrize("event", list(ClaimEvent))
    def test_names_what_happened_by_its_code(self, event: ClaimEvent) -> None:
        assert told(event=event.value.upper()) == {"event": event}

    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("2026-11-19", "2026-11-19"), ("2026/11/9", "2026-11-09"), ("2026年1月9日", "2026-01-09"),
            ("46345", "2026-11-19"), ("yesterday", "yesterday"),
        ],
    )  # fmt: skip
    def test_says_the_day_as_people_and_workbooks_do(self, written: str, day: str) -> None:
        assert told(happened_on=written) == {"happened_on": day}

    @pytest.mark.parametrize(
        ("field", "written", "read"),
        [
            ("parcel.lost_percent", "40%", "40"), ("parcel.lost_percent", "40 ％", "40"),
            ("claimant.language", "英文", "en"), ("claimant.language", "fr", "fr"),
            ("claimant.relation", "邻居", "邻居"),
        ],
    )  # fmt: skip
    def test_is_read_in_its_own_words_and_else_left_for_the_form_to_refuse(
        self, field: str, written: str, read: str
    ) -> None:
        part, name = field.split(".")
        row = told_in([field], [written])

        assert (row["parcels"][0] if part == "parcel" else row[part])[name] == read


class TestShownField:
    @pytest.mark.parametrize(
        ("where", "shown"),
        [
            (("waybill",), "运单号/waybill"),
            (("parcels", 0, "lost_percent"), "损失比例/lost_percent"),
            (("claimant", "relation", "str-enum[Relation]"), "与快件的关系/relation"),
            (("surprise",), "surprise"),
        ],
    )
    def test_is_the_column_of_the_list(self, where: tuple[object, ...], shown: str) -> None:
        assert shown_field(where) == shown
