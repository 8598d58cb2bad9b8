"""What a supervisor fills in at a gate, who may approve, and what became of an answer."""

import re
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from schemas.exceptions import Role
from schemas.severity import Severity


class DecidablePlan(Protocol):
    """What of a plan a decision is about, whatever the procedure."""

    @property
    def version(self) -> int:
        """Which edition of the case's plans it is."""

    @property
    def amount(self) -> Decimal:
        """What is paid if it is approved as it stands."""

    @property
    def currency(self) -> str:
        """In which currency."""

    @property
    def pays(self) -> bool:
        """True when money goes out once it is approved, however much."""


class Decidable(Protocol):
    """What of a case the rules of approval read, whatever the procedure."""

    @property
    def case_no(self) -> str:
        """Its number."""

    @property
    def severity(self) -> Severity:
        """How bad it is."""

    @property
    def opened_at(self) -> datetime:
        """When it was opened; the figures of that day count."""

    @property
    def investigator(self) -> str:
        """Who looked into it, and may not decide about it."""

    @property
    def subject_people(self) -> frozenset[str]:
        """Staff ids of those whose conduct it is about, who may not decide about it either."""

    @property
    def payee(self) -> str:
        """Who gets what is paid."""

    @property
    def waybill(self) -> str:
        """The parcel that it is about; empty where it is about none."""

    @property
    def outlet(self) -> str:
        """Whose conduct it may be about."""

    @property
    def currency(self) -> str:
        """In which currency its values are."""

    @property
    def insured_amount(self) -> Decimal | None:
        """For how much the parcel is insured."""

    @property
    def declared_value(self) -> Decimal | None:
        """What was declared to be its value."""

    def paid_before(self, currency: str) -> Decimal:
        """Sum what was ordered to be paid for the parcel before."""

    @property
    def plan(self) -> DecidablePlan | None:
        """The newest plan."""


class Approval(BaseModel):
    """The form of a gate, in the order in which a supervisor fills it in: the passcode last, because it changes.

    Prefect checks only the JSON schema of an answer, so every limit here is a pattern. Decision, staff id and passcode
    have no default: an empty Resume is refused by the form. The form's text fields take several lines, so blanks and
    line ends around a value are forgiven.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    decision: Literal["approve", "refuse"] = Field(title="决定 Decision", description="同意 approve / 退回 refuse")
    amount: str = Field(
        default="",
        pattern=r"^\s*([0-9]{1,9}(\.[0-9]{1,2})?)?\s*$",
        title="赔偿金额 Amount",
        description="留空即按方案 / leave it empty to take the plan's compensation",
    )
    comment: str = Field(
        default="",
        max_length=500,
        title="意见 Comment",
        description="退回时、或证据不齐仍同意赔付时必填 / needed to refuse, and to pay while evidence is missing",
    )
    staff_id: str = Field(
        pattern=r"^\s*[a-z0-9-]{2,40}\s*$", title="工号 Staff id", description="审批人本人的工号 / your own"
    )
    passcode: str = Field(
        pattern=r"^\s*[0-9]{6}\s*$",
        title="动态口令 Passcode",
        description="身份验证器上的六位数字，每次审批只能用一次 / the six digits of your authenticator, good for once",
    )


def _signature_last(schema: dict[str, Any]) -> None:
    fields = schema["properties"]
    for name in ("comment", "staff_id", "passcode"):
        fields[name] = fields.pop(name)


class DocketApproval(Approval):
    """The form of a docket: all of its claims are approved as proposed, but for those that are named.

    An amount of its own has only a claim that is decided by itself, so that the form does not ask for one.
    """

    model_config = ConfigDict(json_schema_extra=_signature_last)

    amount: SkipJsonSchema[Literal[""]] = ""
    except_for: str = Field(
        default="",
        max_length=1000,
        pattern=r"^[\s,，、;；]*((CL-[0-9]{8}-)?[0-9]{1,12}([\s,，、;；]+|$))*$",
        title="除外 Except for",
        description="须单独审批的索赔单号或末几位，以空格或逗号分隔 / numbers or last digits of claims to single out",
    )

    comment: str = Field(
        default="", max_length=500, title="意见 Comment", description="退回时必填 / needed to refuse all of them"
    )

    @property
    def excepted(self) -> tuple[str, ...]:
        """Give what was named, each once."""
        return tuple(dict.fromkeys(re.findall(r"[A-Z0-9-]+", self.except_for)))


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


class Given(BaseModel):
    """An approval that was given at an earlier step of the same decision."""

    model_config = ConfigDict(frozen=True)

    staff_id: str
    role: Role


class Gate(BaseModel):
    """One question to an approver: which version of which plan, the how-manieth approval of it, asked how often."""

    model_config = ConfigDict(frozen=True)

    gate_id: int
    case_no: str
    plan_version: int
    step: int = 1  # 2 where a second person must approve
    level: Role = Role.SUPERVISOR  # who must approve at least
    given: tuple[Given, ...] = ()  # by whom it was approved at the steps before
    attempt: int  # how often it was asked, counting from 1; the form's key carries this number
    form_kept: int = 1  # the attempt whose form is known to be there; a first form is stored before its run is known
    flow_run_id: str | None = None
    run_no: int = 1
    owed_for: str = ""  # the reason code for which somebody must decide
    refusal: str = ""  # why the last answer was not accepted
    requested_at: datetime
    decided: bool = False


class Outcome(StrEnum):
    """What became of an answer."""

    APPROVED = "approved"
    ENDORSED = "endorsed"  # approved, and somebody else must approve too
    REFUSED = "refused"  # the plan was sent back
    ASK_AGAIN = "ask_again"  # the answer was not acceptable; the gate stays open
    OVERTAKEN = "overtaken"  # somebody else decided, or the case moved on


class Ruling(BaseModel):
    """What became of an answer, with the sentence that the person gets to read."""

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    sentence: str
    attempt: int = 1
    decided_before: bool = False  # what it says was decided by another answer than this one


OVERDUE_TAG = "overdue"
"""The tag of a run whose decision has waited too long."""


def level_tag(level: Role) -> str:
    """Name the tag of runs that wait for somebody of this level."""
    return f"level:{level.value}"


def severity_tag(severity: Severity) -> str:
    """Name the tag of runs about cases of this severity."""
    return f"severity:{severity.name}"


def gate_key(attempt: int) -> str:
    """Name the gate's form for the given attempt. Prefect loses a form whose key has any other character."""
    if attempt < 1:
        raise ValueError(f"attempts are counted from 1, not {attempt}")
    return f"approval-{attempt}"
