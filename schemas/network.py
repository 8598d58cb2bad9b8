"""The carrier's own departments (网络): who belongs to whom, who leads it, and who takes a case over."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from schemas.custody import Sentence


class DepartmentKind(StrEnum):
    """What a department is."""

    OUTLET = "outlet"
    HUB = "hub"
    LINE_HAUL = "line_haul"
    SORTING_CENTRE = "sorting_centre"
    CUSTOMS_BROKER = "customs_broker"
    PROVINCE = "province"
    HEADQUARTERS = "headquarters"
    SUBCONTRACTOR = "subcontractor"


class Department(BaseModel):
    """One department. Its first name is the one it is called by; scans may know it by any of them."""

    model_config = ConfigDict(frozen=True)

    code: str
    names: tuple[str, ...]
    kind: DepartmentKind
    parent: str = ""  # the code of the department above
    manager: str = ""  # a staff id
    contact: str = ""  # where its notices go
    languages: tuple[str, ...] = ("zh",)
    active: bool = True

    @property
    def name(self) -> str:
        """What it is called by."""
        return self.names[0]

    @property
    def address(self) -> str:
        """Where it is written to."""
        return self.contact or self.name


class PassedOver(BaseModel):
    """A department that was not asked, and why."""

    model_config = ConfigDict(frozen=True)

    code: str
    sentence: Sentence


class Assignment(BaseModel):
    """Who takes a case, and why. Without a network on file there is only an address, as before."""

    model_config = ConfigDict(frozen=True)

    department: Department | None = None
    person: str = ""  # the manager's staff id; empty where the department has none on file
    address: str
    sentence: Sentence
    passed_over: tuple[PassedOver, ...] = ()


class RoutedCase(BaseModel):
    """What of a case decides who takes it."""

    model_config = ConfigDict(frozen=True)

    outlet: str = ""  # the one that delivers, or where the parcel is
    place: str = ""  # where it was last seen
    subject: str = ""  # the department whose conduct the case is about, by code or name
    subject_people: frozenset[str] = frozenset()  # staff ids whose conduct it is about
    investigator: str = ""
    payee: str = ""
