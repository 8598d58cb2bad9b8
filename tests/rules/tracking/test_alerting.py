"""What operations read about a feed."""

import pytest
from factories import NOON

from rules.tracking.alerting import alert_letter, shown_figure, silence_sentence, warning_sentence
from schemas.feed_health import OpenAlert
from schemas.quality import AlertKind
from tasks.settings import BusinessSettings

ZONE = BusinessSettings().zone


def an_alert(kind: AlertKind) -> OpenAlert:
    return OpenAlert(alert_id=1, feed="sf", kind=kind, told="It is so.", opened_at=NOON, last_at=NOON)


class TestAlertLetter:
    @pytest.mark.parametrize("kind", AlertKind)
    def test_names_feed_time_and_what_to_do_for(self, kind: AlertKind) -> None:
        letter = alert_letter(an_alert(kind), zone=ZONE)

        assert "sf" in letter.subject
        assert letter.body.startswith("2026-11-20 12:00 It is so.\n")
        assert letter.body.count("\n") == 2
        assert "{" not in letter.body

    def test_says_how_to_release_a_stopped_feed(self) -> None:
        assert "redress feeds release sf" in alert_letter(an_alert(AlertKind.STOPPED), zone=ZONE).body


class TestSentences:
    def test_say_since_when_a_feed_is_silent(self) -> None:
        told = silence_sentence(last_heard_at=NOON, pause_max=5_400, zone=ZONE)

        assert told == "Nothing came since 11-20 12:00; at this hour the feed is silent for 1 h 30 min at most."

    def test_say_what_was_seen_last(self) -> None:
        told = warning_sentence(AlertKind.QUARANTINE_SHARE, 0.314)

        assert told.endswith(": 31.4% in the last batch that was judged.")
        assert told[0].isupper()

    @pytest.mark.parametrize(
        ("kind", "observed", "shown"),
        [
            (AlertKind.QUARANTINE_SHARE, 0.314, "31.4%"),
            (AlertKind.LATE_P95, 7_260.0, "2 h 1 min"),
            (AlertKind.ROW_COUNT_LOW, 1_234.0, "1,234 records within 24 hours"),
        ],
        ids=["share", "span", "records"],
    )
    def test_write_figures_as_people_read_a(self, kind: AlertKind, observed: float, shown: str) -> None:
        assert shown_figure(kind, observed) == shown
