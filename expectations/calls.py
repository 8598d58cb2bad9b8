"""The checks of the call centre's records, one after another: the only place that says what a usable call is.

Nothing is carried out here. `call_frame` makes the columns, `judge` asks Great Expectations, `verdict` divides rows.
An absent text is null, and an expectation about values passes over nulls: so each absence has one of its own.
"""

from typing import Any

from expectations.gx import Column, great_expectations, gxe
from expectations.terms import duplicate, quarantine
from expectations.tracking import EARLIEST, FUTURE_SECONDS_MAX, READABLE
from schemas.calls import Direction, HungUpBy, Medium

NAME_LENGTH_MAX = 64
RINGS_MAX = 100
CALL_SECONDS_MAX = 86_400
"""No call lasts a day; a message that waits so long was left by somebody who never came back."""
STARTED_NOT_WRITTEN = Column("started_at_text_length").is_null()
STARTED_WRITTEN = Column("started_at_text_length").is_not_null()
ANSWERED_WRITTEN = Column("answered_at_text_length").is_not_null()
ENDED_WRITTEN = Column("ended_at_text_length").is_not_null()
RINGS_WRITTEN = Column("rings_text_length").is_not_null()
BY_PHONE = Column("medium") == Medium.PHONE.value

EXPECTATIONS = [
    # What the row is about.
    gxe.ExpectColumnValuesToBeNull(
        column="unreadable",
        **quarantine("unreadable", "The line cannot be taken apart into the columns of its header."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="centre",
        row_condition=READABLE,
        **quarantine("centre_missing", "The row does not say which call centre it comes from."),
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="centre",
        max_value=NAME_LENGTH_MAX,
        **quarantine("centre_too_long", "The centre's name is longer than 64 characters."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="call_id",
        row_condition=READABLE,
        **quarantine("call_id_missing", "The row has no number that tells it from another call."),
    ),
    gxe.ExpectColumnValueLengthsToBeBetween(
        column="call_id",
        max_value=NAME_LENGTH_MAX,
        **quarantine("call_id_too_long", "The call's number is longer than 64 characters."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="medium",
        row_condition=READABLE,
        **quarantine("medium_unknown", "The row does not say whether it is a call or a message."),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="medium",
        value_set=[medium.value for medium in Medium],
        **quarantine("medium_unknown", "The medium is neither phone nor online."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="direction",
        row_condition=READABLE,
        **quarantine("direction_unknown", "The row does not say who called whom."),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="direction",
        value_set=[direction.value for direction in Direction],
        **quarantine("direction_unknown", "The direction is neither in nor out."),
    ),
    # When it was.
    gxe.ExpectColumnValuesToNotBeNull(
        column="started_at",
        row_condition=READABLE & STARTED_NOT_WRITTEN,
        **quarantine("start_missing", "The row does not say when it began."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="started_at",
        row_condition=STARTED_WRITTEN,
        **quarantine("time_unreadable", "When it began is in no form that is a time."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="answered_at",
        row_condition=ANSWERED_WRITTEN,
        **quarantine("time_unreadable", "When it was answered is in no form that is a time."),
    ),
    gxe.ExpectColumnValuesToNotBeNull(
        column="ended_at",
        row_condition=ENDED_WRITTEN,
        **quarantine("time_unreadable", "When it ended is in no form that is a time."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="seconds_ahead",
        max_value=FUTURE_SECONDS_MAX,
        **quarantine("time_in_future", "It is said to have been over 10 minutes after the file was read."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="started_at",
        min_value=EARLIEST,
        **quarantine("time_too_old", "It is said to have begun before 2000: a clock that was not set."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="seconds_to_answer",
        min_value=0,
        **quarantine("times_in_disorder", "It was answered before it began."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="seconds_to_end",
        min_value=0,
        **quarantine("times_in_disorder", "It ended before it was answered, or before it began."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="seconds_in_all",
        max_value=CALL_SECONDS_MAX,
        row_condition=BY_PHONE,
        **quarantine("lasts_too_long", "The call is said to have lasted over a day: a clock that was set in between."),
    ),
    # How it went.
    gxe.ExpectColumnValuesToNotBeNull(
        column="rings",
        row_condition=RINGS_WRITTEN,
        **quarantine("rings_unreadable", "How often it rang is no number."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="rings",
        max_value=RINGS_MAX,
        **quarantine("rings_unreadable", "It is said to have rung more than 100 times."),
    ),
    gxe.ExpectColumnValuesToBeInSet(
        column="hung_up_by",
        value_set=[who.value for who in HungUpBy],
        **quarantine("hung_up_by_unknown", "Who hung up is neither agent nor caller nor system."),
    ),
    # What can be stored and shown.
    gxe.ExpectColumnValuesToBeBetween(
        column="queue_length",
        max_value=NAME_LENGTH_MAX,
        **quarantine("name_too_long", "The queue's name is longer than 64 characters."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="agent_length",
        max_value=NAME_LENGTH_MAX,
        **quarantine("name_too_long", "The agent's number is longer than 64 characters."),
    ),
    gxe.ExpectColumnValuesToBeBetween(
        column="control_characters",
        max_value=0,
        **quarantine("control_character", "A text has invisible control characters, which the database may refuse."),
    ),
    # What came twice.
    gxe.ExpectColumnValuesToBeUnique(
        column="call",
        **duplicate("duplicate", "The same call is in the batch more than once; the first copy is used."),
    ),
]


def call_suite() -> Any:
    """Gather the checks of calls into a suite of Great Expectations."""
    return great_expectations.ExpectationSuite(name="calls", expectations=EXPECTATIONS)
