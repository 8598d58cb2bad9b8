"""From the call to the archive and to its end: what closes, what is kept, and what is erased when its time is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from archives import read_json, unpacked
from complaints import complaint_of, customer_says, filed, nodes_answer, supervisor_answers, the_desk_works
from factories import a_registration, an_event, at
from networks import HEAD, HUB, OUTLET, PROVINCE
from sqlalchemy import text
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from schemas.archives import Lack
from schemas.complaints import State
from schemas.tracking import Event
from store import network
from store.case_history import broken_histories
from store.unit_of_work import unit_of_work
from tasks.complaints.archive_reading import read_archive
from tasks.complaints.archiving import archive_complaints
from tasks.complaints.by_hand import report_task
from tasks.retention import erase_expired

Stand = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def carrier(
    stand_at: Stand, desk: StandInDesk, notices: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del stand_at, desk, notices
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    with unit_of_work() as connection:
        network.replace(connection, [HEAD, PROVINCE, OUTLET, HUB], at=at(0))


def agreed(stand_at: Stand) -> str:
    """Take a late parcel's complaint from the call to the customer's agreement, and give its number."""
    register(a_registration(promised_at=at(-24)))
    tell(an_event(Event.PICKED_UP, -72), an_event(Event.ARRIVED_OUTLET, -30, location="示例城东网点"))
    number = filed().complaint_no
    the_desk_works()
    nodes_answer(number)
    the_desk_works()
    stand_at(at(1))
    supervisor_answers(number, at(1))
    the_desk_works()
    customer_says(number, agrees=True)
    return number


def open_tasks(number: str) -> list[int]:
    with unit_of_work() as connection:
        rows = connection.execute(
            text("SELECT action_id FROM complaint_action WHERE case_no = :no AND state = 'open'"), {"no": number}
        )
        return list(rows.scalars())


class TestArchiveOfAComplaint:
    def test_is_made_once_nothing_is_left_and_erased_when_its_time_is_over(self, stand_at: Stand) -> None:
        number = agreed(stand_at)
        assert {one.lack for one in archive_complaints.fn().missing[number]} <= {
            Lack.NOTICES_UNDER_WAY, Lack.TASKS_OPEN,
        }  # fmt: skip
        assert complaint_of(number).state is State.CONCLUDED  # complete, or it does not close

        for task in open_tasks(number):
            report_task(task, done=True, note="已完成", staff_id="ag-sun")
        the_desk_works()
        assert archive_complaints.fn().missing == {}
        assert complaint_of(number).state is State.CLOSED
        target = BytesIO()
        read_archive(number, target)
        files = unpacked(target.getvalue())
        assert [name for name in files if name.startswith("2-verification/IQ-")]
        assert read_json(files, "3-plan/approvals.json")["decisions"][0]["staff_id"] == "sup-zhang"
        sent = read_json(files, "4-communication/sent.json")["sent"]
        purposes = [item["payload"]["purpose"] for item in sent if item["kind"] == "notice"]
        assert "intake-1" in purposes
        assert any(purpose.startswith("result") for purpose in purposes)

        stand_at(at(1) + timedelta(days=1096))
        with unit_of_work() as connection:
            connection.execute(text("UPDATE consequence SET state = 'confirmed'"))
        assert erase_expired.fn().complaints == 1
        assert complaint_of(number).customer_name == ""
        with unit_of_work() as connection:
            assert broken_histories(connection, number) == (1, [])
