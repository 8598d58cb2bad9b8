"""The numbers of cases: six digits at least, and as many as it takes once there are more than a million."""

from collections.abc import Callable

import pytest
from claims import filed
from complaints import filed as complaint_filed
from standins import open_case

from store.unit_of_work import unit_of_work


@pytest.mark.parametrize(
    ("sequence", "number_of"),
    [
        ("claim_number", lambda waybill: filed(waybill=waybill, keep_draft=True).claim_no),
        ("complaint_number", lambda waybill: complaint_filed(waybill=waybill).complaint_no),
        ("case_number", open_case),
    ],
)
def test_go_on_after_the_millionth(stand_at: object, sequence: str, number_of: Callable[[str], str]) -> None:
    del stand_at
    assert number_of("773000000001").endswith("-000001")

    with unit_of_work() as connection:
        connection.exec_driver_sql(f"SELECT setval('{sequence}', 999999)")

    assert number_of("773000000002").endswith("-1000000")
