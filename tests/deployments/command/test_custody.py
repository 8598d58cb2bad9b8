"""`redress case`: who had the parcel, what is missing, who is presumed to answer, and what gives which points."""

from datetime import UTC, datetime, timedelta

import pytest
from commands import Redress
from custody_logs import FAR_HUB, HUB, a_whole_way, scan
from factories import a_registration, at
from standins import register, tell

from schemas.tracking import Event
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions

NOW = datetime.now(UTC).replace(microsecond=0)
WAY = [
    event.model_copy(update={"occurred_at": NOW - timedelta(hours=120) + (event.occurred_at - at(0))})
    for event in a_whole_way()[:4]
]


@pytest.fixture
def case_no(redress: Redress) -> str:
    """Open the case of a parcel that has not been heard of since a hub sent it."""
    del redress
    register(a_registration(promised_at=NOW + timedelta(hours=90), picked_up_at=WAY[0].occurred_at), at=NOW)
    tell(*WAY, at=NOW)
    return find_exceptions.fn().opened[0]


class TestParcelAtCustoms:
    def test_is_shown_with_the_office_that_holds_it(self, redress: Redress) -> None:
        register(a_registration(promised_at=NOW + timedelta(hours=90)), at=NOW)
        held = scan(Event.CUSTOMS_HELD, 0, location="上海市", occurred_at=NOW - timedelta(hours=1))
        tell(held.model_copy(update={"reason": "customs.docs"}), at=NOW)
        [case_no] = find_exceptions.fn().opened
        record_exceptions.fn()
        investigate_exceptions.fn()

        assert "held by 上海海关" in redress("case", case_no).out
        assert redress("case", case_no, "--json").json["case"]["customs_office"] == "上海海关"


class TestCase:
    def test_shows_custody_gap_presumption_and_points_to_people(self, redress: Redress, case_no: str) -> None:
        shown = redress("case", case_no).out

        assert f"有发未到：{HUB}发出后" in shown
        assert f"Presumed responsible: carrier, {HUB} (moderate). A person decides." in shown
        assert "presumption[sent_not_received]@" in shown
        assert "Gap in the chain of custody: sent, not received" in shown
        assert "points[custody_gap]@" in shown

    def test_has_the_same_in_json(self, redress: Redress, case_no: str) -> None:
        told = redress("case", case_no, "--json").json

        assert [holding["place"] for holding in told["custody"]["holdings"]][-1] == HUB
        assert [(gap["kind"], gap["other_place"], gap["until"]) for gap in told["custody"]["gaps"]] == [
            ("sent_not_received", FAR_HUB, None)
        ]
        assert (told["presumption"]["party"], told["presumption"]["final"]) == ("carrier", False)
        assert told["severity"]["score_now"] == sum(line["points"] for line in told["severity"]["derivation"])

    def test_shows_words_in_brackets_as_the_carrier_wrote_them(self, redress: Redress, case_no: str) -> None:
        tell(WAY[0].model_copy(update={"event_id": "bracketed", "text": "[/b]到达[bold]"}), at=NOW)

        assert "[/b]到达[bold]" in redress("case", case_no).out

    def test_shows_no_telephone_number(self, redress: Redress, case_no: str) -> None:
        assert "19900001234" not in redress("case", case_no).out
        assert "19900001234" not in redress("case", case_no, "--json").out
