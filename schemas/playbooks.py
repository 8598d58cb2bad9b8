"""Playbooks (处理规范): what is collected, asked, proposed and said about each type of exception (R13, R30).

The vocabulary and the shape of a playbook. What stands in one is data: rules/exceptions/playbooks.toml.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.evidence import EvidenceKind
from schemas.exceptions import ExceptionType, Measure
from schemas.inquiries import Node

REMEDIES_MAX = 3
"""Remedies of one playbook, and so plans drafted for one case before a person takes over."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Hours = Annotated[Decimal, Field(gt=0, le=24 * 60)]


class Mode(StrEnum):
    """How the parcel travels; a mode's playbook differs from that of express only in what it says."""

    EXPRESS = "express"
    LTL = "ltl"
    AIR = "air"
    INTERNATIONAL = "international"


class Condition(StrEnum):
    """What must hold of a parcel for a line of a playbook to count."""

    AIR_LEG = "air_leg"
    PERISHABLE = "perishable"
    VALUABLE = "valuable"
    INSURED = "insured"
    SUBCONTRACTED = "subcontracted"


class ClosedBy(StrEnum):
    """What it takes to close a case after its result was told (R17)."""

    ACCEPTANCE = "acceptance"
    SILENCE = "silence"


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(_Line):
    """A text in both languages."""

    zh: Words
    en: Words


class ParcelFacts(_Line):
    """What is known of a parcel; a field for each condition."""

    air_leg: bool = False
    perishable: bool = False
    valuable: bool = False
    insured: bool = False
    subcontracted: bool = False

    def meet(self, conditions: tuple[Condition, ...]) -> bool:
        """Say whether all of the conditions hold."""
        return all(getattr(self, condition.value) for condition in conditions)


class EvidenceNeed(_Line):
    """One piece of evidence to collect. A case lacks it until it is there if it is mandatory."""

    kind: EvidenceKind
    of: Node  # from whom it comes
    mandatory: bool = False
    when: tuple[Condition, ...] = ()
    source: Words  # the requirement or rule that asks for it


class Question(_Line):
    """What is asked of one node, and how long it may take to answer."""

    to: Node
    within_hours: Hours
    when: tuple[Condition, ...] = ()
    zh: Words
    en: Words


class Remedy(_Line):
    """One way to put it right: measures that go together."""

    measures: Annotated[tuple[Measure, ...], Field(min_length=1)]
    when: tuple[Condition, ...] = ()

    @property
    def compensates(self) -> bool:
        """Say whether money goes with it: the parcel's value is proposed, which the approver may lower."""
        return Measure.COMPENSATE in self.measures


class Texts(_Line):
    """Which text goes out on which occasion, by the name of its template."""

    opened: Words  # to the customer, before he notices
    update: Words  # to the customer, while it goes on
    result: Words  # to the customer: what was decided and done
    explained: Words  # to the customer who does not agree: reasons, and the way to the regulator
    cured: Words  # to the customer who had heard of it: it is over
    department: Words
    question: Words  # to a node
    reminder: Words  # to a node that has not answered


class Closing(_Line):
    """How a case may be closed: the customer's recorded acceptance, or his silence for a declared time."""

    by: ClosedBy
    after_hours: Hours | None = None

    @model_validator(mode="after")
    def _silence_lasts(self) -> "Closing":
        if (self.by is ClosedBy.SILENCE) != (self.after_hours is not None):
            raise ValueError("silence needs after_hours, and only silence has it")
        return self


class Playbook(_Line):
    """How one type of exception is handled in one mode."""

    type: ExceptionType
    mode: Mode = Mode.EXPRESS
    title: Bilingual
    evidence: Annotated[tuple[EvidenceNeed, ...], Field(min_length=1)]
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    remedies: Annotated[tuple[Remedy, ...], Field(min_length=1, max_length=REMEDIES_MAX)]
    complete_delay: Remedy | None = None  # what comes first once the parcel may be treated as lost
    clock_profile: str = ""  # under which a case begins; empty: the installation's
    update_hours: Hours  # the customer and the departments hear of it at least so often (R16)
    texts: Texts
    closing: Closing

    @property
    def mandatory(self) -> tuple[EvidenceNeed, ...]:
        """List the evidence without which a case is incomplete."""
        return tuple(need for need in self.evidence if need.mandatory)
