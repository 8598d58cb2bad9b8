"""The run in which a supervisor decides: what it is created with, and what is kept of the log before."""

from pathlib import Path
from typing import Any

import pytest
from factories import NOON, a_registration, an_event, at
from standins import register, tell

from adapters import Unavailable
from adapters.runs import client as runs
from schemas.evidence import Evidence, EvidenceKind
from schemas.tracking import Event, Reason
from store import evidence, outbox
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.dispatch import senders
from tasks.dispatch.sending import send_due
from tasks.exceptions.carrying import carry_to_orders
from tasks.exceptions.detection import find_exceptions


class Created:
    """What Prefect was asked for."""

    def __init__(self) -> None:
        self.forms: list[str] = []
        self.files: list[str] = []

    def start_suspended(self, **asked: Any) -> str:
        self.forms.append(asked["description"])
        return f"run-{len(self.forms)}"

    def attach_markdown(self, flow_run_id: str, *, markdown: str, **_named: str) -> None:
        del flow_run_id
        self.files.append(markdown)


@pytest.fixture
def created(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Created:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    asked = Created()
    monkeypatch.setattr(runs, "start_suspended", asked.start_suspended)
    monkeypatch.setattr(runs, "attach_markdown", asked.attach_markdown)
    return asked


@pytest.fixture
def case_no(created: Created) -> str:
    """Bring a damaged parcel's case to its gate."""
    del created
    register(a_registration())
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason=Reason.CARRIER_DAMAGED.value))
    [number] = find_exceptions.fn().opened
    carry_to_orders.fn()
    return number


def snapshots(case_no: str) -> list[Evidence]:
    with unit_of_work() as connection:
        pieces = evidence.of_case(connection, case_no)
    return [piece for piece in pieces if piece.kind is EvidenceKind.TRACKING_SNAPSHOT]


def asked_for_again() -> None:
    """Have the run asked for as after a crash between creating it and noting that."""
    with unit_of_work() as connection:
        connection.exec_driver_sql("UPDATE outbox SET status = 'pending', not_before = now() - interval '99 years'")


class TestStartRun:
    def test_freezes_the_log_before_the_form_is_written(self, case_no: str, created: Created) -> None:
        send_due(kinds=[Kind.START_RUN])

        [snapshot] = snapshots(case_no)
        assert (snapshot.given_by, snapshot.received_at) == ("redress", NOON)
        assert "轨迹快照 tracking_snapshot ×1" in created.forms[0]

    def test_keeps_one_snapshot_however_often_it_is_asked_for(self, case_no: str, created: Created) -> None:
        send_due(kinds=[Kind.START_RUN])
        asked_for_again()
        send_due(kinds=[Kind.START_RUN])

        assert len(created.forms) == 2
        assert len(snapshots(case_no)) == 1

    def test_leaves_what_was_frozen_as_it_was_when_the_parcel_is_delivered(self, case_no: str) -> None:
        send_due(kinds=[Kind.START_RUN])
        before = snapshots(case_no)

        tell(an_event(Event.DELIVERED, 1), at=at(1))

        assert snapshots(case_no) == before

    def test_shows_a_short_form_and_attaches_the_whole_case(self, case_no: str, created: Created) -> None:
        send_due(kinds=[Kind.START_RUN])

        [form], [file] = created.forms, created.files
        assert "Timeline" not in form
        assert file.startswith(form)
        assert "## 经过 Timeline" in file

    def test_is_tried_again_when_the_vault_is_away(
        self, case_no: str, created: Created, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def away(*_asked: str, **_named: str) -> None:
            raise Unavailable("the vault is away")

        monkeypatch.setattr(senders, "freeze_tracking", away)

        assert send_due(kinds=[Kind.START_RUN])["waiting"] == 1
        assert created.forms == []
        with unit_of_work() as connection:
            [asked] = [row for row in outbox.of_case(connection, case_no) if row["kind"] == Kind.START_RUN]
        assert asked["status"] == "pending"
