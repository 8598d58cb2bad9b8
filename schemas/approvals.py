"""What a supervisor fills in at a gate, who may approve, and what became of an answer."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.exceptions import Role


class Approval(BaseModel):
    """The form of a gate.

    Prefect checks only the JSON schema of an answer, so every limit here is a pattern. Decision and passcode have no
    default: an empty Resume is refused by the form.
    """

    decision: Literal["approve", "refuse"] = Field(description="同意 approve / 退回 refuse")
    passcode: str = Field(
        pattern=r"^[0-9]{6}$",
        description="动态口令：身份验证器上的六位数字 / the six digits of your authenticator",
    )
    staff_id: str = Field(pattern=r"^[a-z0-9-]{2,40}$", description="工号 / your staff id")
    amount: str = Field(
        default="",
        pattern=r"^([0-9]{1,9}(\.[0-9]{1,2})?)?$",
        description="赔偿金额，留空即按方案 / compensation; empty takes the plan's amount",
    )
    comment: str = Field(default="", max_length=500, description="意见 / comment; needed when you refuse")


class Via(StrEnum):
    """How a decision reached Redress."""

    RUN = "run"  # the Resume form of the suspended run
    COMMAND = "command"


class Staff(BaseModel):
    """A member of staff as the approval rules see one; the passcode secret stays in the store."""

    model_config = ConfigDict(frozen=True)

    staff_id: str
    name: str
    roles: frozenset[Role]
    amount_limit: Decimal
    currency: str = "CNY"
    ties: frozenset[str] = frozenset()  # outlets and payees that this person may not decide about (R86)
    active: bool = True
    locked_until: datetime | None = None


class Gate(BaseModel):
    """One question to a supervisor: which version of which plan, asked how often."""

    model_config = ConfigDict(frozen=True)

    gate_id: int
    case_no: str
    plan_version: int
    attempt: int  # how often it was asked, counting from 1; the form's key carries this number
    flow_run_id: str | None = None
    run_no: int = 1
    refusal: str = ""  # why the last answer was not accepted
    requested_at: datetime
    decided: bool = False


class Outcome(StrEnum):
    """What became of an answer."""

    APPROVED = "approved"
    REFUSED = "refused"  # the plan was sent back
    ASK_AGAIN = "ask_again"  # the answer was not acceptable; the gate stays open
    OVERTAKEN = "overtaken"  # somebody else decided, or the case moved on


class Ruling(BaseModel):
    """What became of an answer, with the sentence that the person gets to read."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    sentence: str
    attempt: int = 1


def gate_key(attempt: int) -> str:
    """Name the gate's form for the given attempt. Prefect loses a form whose key has any other character."""
    if attempt < 1:
        raise ValueError(f"attempts are counted from 1, not {attempt}")
    return f"approval-{attempt}"
