"""How records become the columns of the suite."""

from datetime import timedelta, timezone

import pytest

from expectations.frame import CHECKED, checked_columns, record_frame
from rules.tracking.identity import event_id
from schemas.tracking import TrackingRecord


class TestTrackingTable:
    def test_has_one_row_per_record_in_their_order(self, make_record, received):
        table = checked_columns(record_frame([make_record(2), make_record(1)], received_at=[received] * 2))

        assert table["waybill"].to_list() == ["SF0000000002", "SF0000000001"]
        assert table.schema == CHECKED

    def test_has_its_columns_also_without_a_record(self):
        assert checked_columns(record_frame([], received_at=[])).schema == CHECKED

    def test_shows_an_absent_text_as_null(self, make_record, received):
        table = checked_columns(
            record_frame([make_record(waybill="", reason=None, raw_code="")], received_at=[received])
        )

        assert [table[name][0] for name in ("waybill", "reason", "raw_code")] == [None] * 3

    def test_has_no_event_id_where_waybill_or_time_is_absent(self, make_record, received):
        records = [make_record(waybill=""), make_record(occurred_at=None), make_record()]

        ids = checked_columns(record_frame(records, received_at=[received] * 3))["event_id"].to_list()

        assert ids[:2] == [None, None]
        assert len(ids[2]) == 32

    def test_names_each_event_as_the_rule_does(self, make_record, received):
        records = [
            make_record(n, identity=f"1\n{n}", occurred_at=received - timedelta(microseconds=n)) for n in range(3)
        ]

        ids = record_frame(records, received_at=[received] * 3)["event_id"].to_list()

        assert ids == [event_id(record).hex for record in records]

    def test_counts_the_seconds_between_receipt_and_event_across_zones(self, make_record, received):
        early = make_record(occurred_at=received - timedelta(hours=1))
        in_shanghai = received.astimezone(timezone(timedelta(hours=8)))

        assert checked_columns(record_frame([early], received_at=[in_shanghai]))["seconds_ahead"].to_list() == [-3600.0]

    @pytest.mark.parametrize(
        "field", [name for name, info in TrackingRecord.model_fields.items() if info.annotation in (str, str | None)]
    )
    def test_counts_the_control_characters_of_every_text_that_is_stored(self, make_record, received, field):
        table = checked_columns(record_frame([make_record(**{field: "found\x07"})], received_at=[received]))

        assert table["control_characters"].to_list() == [1]

    def test_puts_nul_for_half_a_surrogate_pair_and_leaves_other_rows_alone(self, make_record, received):
        records = [make_record(1, location="深\ud83d"), make_record(2), make_record(3, location="")]

        assert checked_columns(record_frame(records, received_at=[received] * 3))["location"].to_list() == [
            "深\0",
            "广东省深圳市",
            None,
        ]

    def test_refuses_another_number_of_times_than_of_records(self, make_record, received):
        with pytest.raises(ValueError, match="1 records came with 2 times"):
            checked_columns(record_frame([make_record()], received_at=[received] * 2))

    def test_refuses_a_time_of_receipt_without_a_zone(self, make_record, received):
        with pytest.raises(ValueError, match=r"receipt .* has no zone"):
            checked_columns(record_frame([make_record()], received_at=[received.replace(tzinfo=None)]))

    @pytest.mark.parametrize("waybill", ["SF12345678", ""])
    def test_refuses_a_time_without_a_zone(self, make_record, received, waybill):
        naive = make_record(4, waybill=waybill, occurred_at=received.replace(tzinfo=None))

        with pytest.raises(ValueError, match=r"data\[4\].*no zone"):
            checked_columns(record_frame([naive], received_at=[received]))
