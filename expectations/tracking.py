"""The checks of incoming tracking records, one after another: the only place that says what a usable record is.

Nothing is carried out here. `frame` makes the columns, `judge` asks Great Expectations, `verdict` divides the rows.
An absent text is null in the columns, and an expectation about values passes over nulls: so each absence has an
expectation of its own, and a record is told once what is wrong with it.
"""

from datetime import UTC, datetime
from typing import Any

from expectations.gx import Column, great_expectations, gxe
from schemas.quality import Severity
from schemas.tracking import Event, Reason

# Great Expectations knows three severities, Redress four: its own stands in the expectation's meta.
_SEVERITY = {
    Severity.STOP: "critical",
    Severity.QUARANTINE: "warning",
    Severity.DUPLICATE: "info",
    Severity.WARN: "info",
}

READABLE = Column("unreadable").is_null()
TIME_WRITTEN = Column("occurred_text").is_not_null()
TIME_NOT_WRITTEN = Column("occurred_text").is_null()

FUTURE_SECONDS_MAX = 600
# Before this no carrier sent such feeds; a device that lost its clock shows 1970, 1980 or midnight of 2000 in China.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
TEXT_LENGTH_MAX = 2_000
RAW_CODE_LENGTH_MAX = 64
LOCATION_LENGTH_MAX = 200
# Patterns name what is forbidden rather than what is right: pandas hands a pattern to Python's engine or to RE2 as it
# sees fit, and the two differ on `$` before a newline and on what `\d` is, but not on a set of characters.
NOT_IN_A_WAYBILL = "[^0-9A-Za-z-]"
CONTROL_CHARACTER = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"  # tab and line ends are text


def _terms(severity: Severity, reason_code: str, notes: str) -> dict[str, Any]:
    meta = {"severity": severity.value, "reason_code": reason_code, "notes": notes}
    return {"severity": _SEVERITY[severity], "meta": meta}


def _stop(reason_code: str, notes: str) -> dict[str, Any]:
    return _terms(Severity.STOP, reason_code, notes)


def _quarantine(reason_code: str, notes: str) -> dict[str, Any]:
    return _terms(Severity.QUARANTINE, reason_code, notes)


def _duplicate(reason_code: str, notes: str) -> dict[str, Any]:
    return _terms(Severity.DUPLICATE, reason_code, notes)


def _warn(reason_code: str, notes: str) -> dict[str, Any]:
    return _terms(Severity.WARN, reason_code, notes)


EXPECTATIONS = [
    # What the record is about.
    gxe.ExpectColumnValuesToBeNull(
        column="unreadable",
        **_quarantine("unreadable", "The record is not laid out as this format says, so nothing in it can be read."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="waybill",
        row_condition=READABLE,
        **_quarantine("waybill_missing", "The record does not say which waybill it is about."),
    ),
    gxe.ExpectColumnValuesToNotMatchRegex(
        column="waybill",
        regex=NOT_IN_A_WAYBILL,
        **_quarantine("waybill_malformed", "The waybill number has characters other than 0-9, A-Z, a-z and hyphens."),
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="waybill",
        min_value=6,
        max_value=32,
        **_quarantine("waybill_malformed", "The waybill number is shorter than 6 or longer than 32 characters."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="identity",
        row_condition=READABLE,
        **_quarantine("identity_missing", "Nothing in the record tells it from another one of the same second."),
    ),
    # When it happened.
    gxe.ExpectColumnValuesToNotBeNull(
        column="occurred_at",
        row_condition=READABLE & TIME_NOT_WRITTEN,
        **_quarantine("time_missing", "The record does not say when it happened."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="occurred_at",
        row_condition=TIME_WRITTEN,
        **_quarantine("time_unreadable", "The record has a time, but not in a form that this feed is known to use."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="seconds_ahead",
        max_value=FUTURE_SECONDS_MAX,
        **_quarantine("time_in_future", "The event is said to have happened over 10 minutes after it reached us."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="occurred_at",
        min_value=EARLIEST,
        **_quarantine("time_too_old", "The event is said to have happened before 2000: a clock that was not set."),
    ),
    # What happened.
    gxe.ExpectColumnValuesToBeInSet(
        column="event",
        value_set=[event.value for event in Event],
        **_quarantine("event_unknown", "The record was translated into an event that Redress does not have."),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="reason",
        value_set=[reason.value for reason in Reason],
        **_quarantine("reason_unknown", "The record was translated into a reason that Redress does not have."),
    ),
    # What can be stored and shown.
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="raw_text",
        max_value=TEXT_LENGTH_MAX,
        **_quarantine("text_too_long", "The carrier's text is longer than 2,000 characters."),
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="raw_code",
        max_value=RAW_CODE_LENGTH_MAX,
        **_quarantine("raw_code_too_long", "The carrier's code is longer than 64 characters."),
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="location",
        max_value=LOCATION_LENGTH_MAX,
        **_quarantine("location_too_long", "The place is longer than 200 characters."),
    ),
    gxe.ExpectColumnValuesToNotMatchRegex(
        column="stored_text",
        regex=CONTROL_CHARACTER,
        **_quarantine("control_character", "A text has invisible control characters, which the database may refuse."),
    ),
    # What came twice.
    gxe.ExpectColumnValuesToBeUnique(
        column="event_id",
        **_duplicate("duplicate", "The same event is in the batch more than once; the first copy is used."),
    ),
    # What staff should look at.
    gxe.ExpectColumnValuesToBeInSet(
        column="confidence",
        value_set=["code", "text"],
        row_condition=READABLE,
        **_warn("code_unknown", "Neither code nor text is in the mapping table; the record is used as an exception."),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="confidence",
        value_set=["code", "text"],
        row_condition=READABLE,
        mostly={"$PARAMETER": "known_share_min"},
        **_warn("code_unknown_share", "Many more codes than usual are unknown: the carrier may have changed its list."),
    ),
    # The batch as a whole.
    gxe.ExpectTableRowCountToBeBetween(
        min_value={"$PARAMETER": "rows_min"},
        max_value={"$PARAMETER": "rows_max"},
        **_stop("row_count", "The batch has far fewer or far more records than this feed is known to send."),
    ),
]


def tracking_suite() -> Any:
    """Gather the checks into a suite of Great Expectations."""
    return great_expectations.ExpectationSuite(name="tracking_records", expectations=EXPECTATIONS)
