"""The answer to a form, asked of a stand-in: that form's own, with the time at which the server recorded it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError
from standin_runs import StandInRuns

from adapters.runs.client import Answered, answer_to
from adapters.runs.forms import read_answer

RUN = str(uuid4())
AT = datetime(2026, 11, 20, 4, tzinfo=UTC)


class Slip(BaseModel):
    """A form of two fields."""

    model_config = ConfigDict(frozen=True)

    decision: str
    comment: str = ""


class TestAnswerTo:
    def test_is_none_while_nobody_has_answered(self, prefect: StandInRuns) -> None:
        prefect.forms[RUN, "suspended-approval-1-schema"] = "{}"

        assert answer_to("approval-1", RUN) is None

    def test_is_what_was_sent_and_when(self, prefect: StandInRuns) -> None:
        prefect.forms[RUN, "suspended-approval-1-response"] = '{"decision": "同意"}'

        assert answer_to("approval-1", RUN) == Answered({"decision": "同意"}, AT)

    def test_is_not_that_to_another_form_whose_name_begins_alike(self, prefect: StandInRuns) -> None:
        prefect.forms[RUN, "suspended-approval-1-response-2"] = '{"decision": "x"}'

        assert answer_to("approval-1", RUN) is None


class TestReadAnswer:
    def test_is_the_form_filled_in(self) -> None:
        assert read_answer(Slip, {"decision": "approve"}) == Slip(decision="approve")

    @pytest.mark.parametrize(
        "value", [{}, {"decision": 7}, {"decision": "approve", "more": 1}, "approve", None], ids=str
    )
    def test_refuses_what_is_none(self, value: object) -> None:
        with pytest.raises(ValidationError):
            read_answer(Slip, value)
