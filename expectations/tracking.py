"""The checks of incoming tracking records, one after another: the only place that says what a usable record is.

Nothing is carried out here. `frame` makes the columns, `judge` asks Great Expectations, `verdict` divides the rows.
An absent text is null in the columns, and an expectation about values passes over nulls: so each absence has an
expectation of its own, and a record is told once what is wrong with it.
"""

from datetime import UTC, datetime
from typing import Any

from expectations.gx import Column, great_expectations, gxe
from expectations.terms import duplicate, quarantine, stop, warn
from schemas.tracking import Event, Reason

READABLE = Column("unreadable").is_null()
TIME_WRITTEN = Column("occurred_text_length").is_not_null()
TIME_NOT_WRITTEN = Column("occurred_text_length").is_null()

FUTURE_SECONDS_MAX = 600
# Before this no carrier sent such feeds; a device that lost its clock shows 1970, 1980 or midnight of 2000 in China.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
TEXT_LENGTH_MAX = 2_000
RAW_CODE_LENGTH_MAX = 64
LOCATION_LENGTH_MAX = 200
# Patterns name what is forbidden rather than what is right: pandas hands a pattern to Python's engine or to RE2 as it
# sees fit, and the two differ on `$` before a newline and on what `\d` is, but not on a set of characters.
NOT_IN_A_WAYBILL = "[^0-9A-Za-z-]"


EXPECTATIONS = [
    # What the record is about.
    gxe.ExpectColumnValuesToBeNull(
        column="unreadable",
        **quarantine("unreadable", "The record is not laid out as this format says, so nothing in it can be read."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="waybill",
        row_condition=READABLE,
        **quarantine("waybill_missing", "The record does not say which waybill it is about."),
    ),
    gxe.ExpectColumnValuesToNotMatchRegex(
        column="waybill",
        regex=NOT_IN_A_WAYBILL,
        **quarantine("waybill_malformed", "The waybill number has characters other than 0-9, A-Z, a-z and hyphens."),
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="waybill",
        min_value=6,
        max_value=32,
        **quarantine("waybill_malformed", "The waybill number is shorter than 6 or longer than 32 characters."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="identity_length",
        row_condition=READABLE,
        **quarantine("identity_missing", "Nothing in the record tells it from another one of the same second."),
    ),
    # When it happened.
    gxe.ExpectColumnValuesToNotBeNull(
        column="occurred_at",
        row_condition=READABLE & TIME_NOT_WRITTEN,
        **quarantine("time_missing", "The record does not say when it happened."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="occurred_at",
        row_condition=TIME_WRITTEN,
        **quarantine("time_unreadable", "The record has a time, but not in a form that this feed is known to use."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="seconds_ahead",
        max_value=FUTURE_SECONDS_MAX,
        **quarantine("time_in_future", "The event is said to have happened over 10 minutes after it reached us."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="occurred_at",
        min_value=EARLIEST,
        **quarantine("time_too_old", "The event is said to have happened before 2000: a clock that was not set."),
    ),
    # What happened.
    gxe.ExpectColumnValuesToBeInSet(
        column="event",
        value_set=[event.value for event in Event],
        **quarantine("event_unknown", "The record was translated into an event that Redress does not have."),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="reason",
        value_set=[reason.value for reason in Reason],
        **quarantine("reason_unknown", "The record was translated into a reason that Redress does not have."),
    ),
    # What can be stored and shown.
    gxe.ExpectColumnValuesToBeBetween(
        column="raw_text_length",
        max_value=TEXT_LENGTH_MAX,
        **quarantine("text_too_long", "The carrier's text is longer than 2,000 characters."),
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="raw_code",
        max_value=RAW_CODE_LENGTH_MAX,
        **quarantine("raw_code_too_long", "The carrier's code is longer than 64 characters."),
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="location",
        max_value=LOCATION_LENGTH_MAX,
        **quarantine("location_too_long", "The place is longer than 200 characters."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="control_characters",
        max_value=0,
        **quarantine("control_character", "A text has invisible control characters, which the database may refuse."),
    ),
    # What came twice.
    gxe.ExpectColumnValuesToBeUnique(
        column="event_id",
        **duplicate("duplicate", "The same event is in the batch more than once; the first copy is used."),
    ),
    # What staff should look at.
    gxe.ExpectColumnValuesToBeInSet(
        column="confidence",
        value_set=["code", "text"],
        row_condition=READABLE,
        **warn("code_unknown", "Neither code nor text is in the mapping table; the record is used as an exception."),
    ),
]

# What each batch is judged by as a whole: `figures` makes one row of figures of it, `rules.tracking.baselines` the
# bounds from the feed's own history. A null passes: a batch that is too small for shares is not judged by them.
BATCH_EXPECTATIONS = [
    # A flood stops the feed: a resent history or a test system would open cases and write to customers by the thousand,
    # and a look costs less. A lull is told: the records that did come are good.
    gxe.ExpectColumnValuesToBeBetween(
        column="rows",
        max_value={"$PARAMETER": "rows_max"},
        **stop("row_count", "Far more records came within 24 hours than this feed has ever sent in a day."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="rows",
        min_value={"$PARAMETER": "rows_min"},
        **warn("row_count_low", "Far fewer records came within 24 hours than this feed usually sends."),
    ),
    # Codes that nobody knows stop the feed only where they are most of it: what the log holds once is not told again
    # after the mapping was mended, so a batch that is not understood is better held.
    gxe.ExpectColumnValuesToBeBetween(
        column="unknown_share",
        max_value={"$PARAMETER": "unknown_share_max"},
        **warn("code_unknown_share", "Many more codes than usual are unknown: the carrier may have changed its list."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="unknown_share",
        max_value={"$PARAMETER": "unknown_share_stop"},
        **stop("code_unknown_most", "Most codes are unknown: the carrier must have changed its list."),
    ),
    # The same for what cannot be used: one batch is easier to take in later than a thousand records in quarantine.
    gxe.ExpectColumnValuesToBeBetween(
        column="quarantine_share",
        max_value={"$PARAMETER": "quarantine_share_max"},
        **warn("quarantine_share", "Many more records than usual cannot be used: the format may have changed."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="quarantine_share",
        max_value={"$PARAMETER": "quarantine_share_stop"},
        **stop("quarantine_most", "Most records cannot be used: the format must have changed."),
    ),
    # Late news is news all the same, so lateness is only told.
    gxe.ExpectColumnValuesToBeBetween(
        column="late_median_seconds",
        max_value={"$PARAMETER": "late_median_seconds_max"},
        **warn("late_median", "News of parcels reaches us much later than it usually does."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="late_p95_seconds",
        max_value={"$PARAMETER": "late_p95_seconds_max"},
        **warn("late_p95", "The latest twentieth of the news reaches us much later than it usually does."),
    ),
]


def tracking_suite() -> Any:
    """Gather the checks of single records into a suite of Great Expectations."""
    return great_expectations.ExpectationSuite(name="tracking_records", expectations=EXPECTATIONS)


def batch_suite() -> Any:
    """Gather the checks of the batch as a whole into a suite of Great Expectations."""
    return great_expectations.ExpectationSuite(name="tracking_batch", expectations=BATCH_EXPECTATIONS)
