"""Who takes a case (R54, R70, R71, R82, R86): the local outlet first, then its province, then headquarters.

Belongs here: the order in which departments are asked, and who must not be. Does not belong here: what a network must
be like (`network`), or who may approve which amount (`approvals`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from rules.exceptions.pack import EXCEPTION_PACK
from rules.supervision.network import Network
from schemas.approvals import Staff
from schemas.custody import Presumption, ResponsibleParty, Sentence
from schemas.network import Assignment, Department, DepartmentKind, PassedOver, RoutedCase
from schemas.severity import Severity

HEADQUARTERS_WORD = "headquarters"

WHY: dict[str, tuple[str, str]] = {
    "subject": (
        "{name} 是案件所涉部门，由其主管直接处理（R54）",
        "The case is about {name}: its supervisor handles it (R54)",
    ),
    "outlet": ("由当地网点 {name} 首先处理（R70）", "The local outlet {name} is asked first (R70)"),
    "province": (
        "网点未登记，由所在省区 {name} 处理（R71）",
        "The outlet is not on file: its province {name} takes it (R71)",
    ),
    "headquarters": (
        "网点与省区均未登记，由总部 {name} 处理（R71）",
        "Neither outlet nor province is on file: headquarters {name} take it (R71)",
    ),
    "above": ("{name} 为上一级（R71）", "{name} is the next level above (R71)"),
    "nobody": (
        "网络中无人可回避冲突后接手，由总部指定",
        "Nobody in the network is free of conflicts: headquarters appoint somebody",
    ),
    "no_network": ("网络未登记，按网点名称通知", "No network is on file: the outlet is told by its name"),
    "second": ("重大案件由第二人 {name} 复核（R82）", "A major case is confirmed by a second person, of {name} (R82)"),
}
CONFLICT: dict[str, tuple[str, str]] = {
    "subject": ("其主管本人为当事人", "its manager is whom the case is about"),
    "investigator": ("其主管为调查人", "its manager is the investigator"),
    "payee": ("其主管为收款人", "its manager is the payee"),
    "tied": ("其主管与相关网点或收款人有关联", "its manager is tied to the outlet or the payee"),
    "inactive": ("其主管已停用", "its manager is no longer active"),
    "no_manager": ("未登记主管", "it has no manager on file"),
}


OPERATING = frozenset(
    {DepartmentKind.OUTLET, DepartmentKind.HUB, DepartmentKind.SORTING_CENTRE, DepartmentKind.LINE_HAUL}
)
"""Departments that handle parcels (操作部门); partners, brokers and offices above them do not."""


def subject_of(presumed: Presumption, network: Network) -> str:
    """Name the department that a case is about (R54): who is presumed to answer, where it is an operating one on file.

    Empty where nobody is presumed, where it is no part of the carrier, and where the log names it by no name on file.
    """
    if presumed.party is not ResponsibleParty.CARRIER or presumed.holder is None:
        return ""
    found = network.find(presumed.holder.place)
    return found.name if found is not None and found.kind in OPERATING else ""


def interests_of(case: RoutedCase, network: Network) -> frozenset[str]:
    """Name the outlets and payees that whoever takes the case must not be tied to, by all their names (R86)."""
    interests = {name for name in (case.outlet, case.subject, case.payee) if name}
    departments = [found for name in interests if (found := network.find(name)) is not None]
    return frozenset(interests.union(*({item.code, *item.names} for item in departments)))


def conflict(person: str, case: RoutedCase, *, staff: Staff | None, interests: frozenset[str]) -> str | None:
    """Give the reason for which somebody must not take the case (R86), or None."""
    if person in case.subject_people:
        return "subject"
    if person == case.investigator:
        return "investigator"
    if case.payee and case.payee in {person, staff.name if staff else ""}:
        return "payee"
    if staff is None:
        return None  # nobody enrolled the manager; nothing is known against him
    if staff.ties & interests:
        return "tied"
    return None if staff.active else "inactive"


def owner_of(case: RoutedCase, network: Network, *, people: Mapping[str, Staff]) -> Assignment:
    """Say who takes a case: the first department upwards whose manager has no conflict of interest."""
    if not network.departments:
        address = f"outlet:{case.outlet}" if case.outlet else HEADQUARTERS_WORD
        return Assignment(address=address, sentence=_said(WHY["no_network"]))
    why, start = _first(case, network)
    asked = network.upwards(start) if start else ()
    return _take(case, asked, why=why, people=people, interests=interests_of(case, network))


def second_person(
    case: RoutedCase, network: Network, *, first: Assignment, people: Mapping[str, Staff]
) -> Assignment | None:
    """Say who confirms a major case beside the one who takes it (R82); None where no network is on file."""
    if first.department is None:
        return None
    above = network.upwards(first.department)
    asked = (department for department in above if department.manager not in {"", first.person})
    return _take(case, asked, why="second", people=people, interests=interests_of(case, network))


def is_major(*, severity: Severity, amount: Decimal, on: date) -> str | None:
    """Give the rule by which a second person must confirm the case (R82), or None."""
    for scope, value in (("severity", Decimal(severity.value)), ("amount", amount)):
        rule = EXCEPTION_PACK.pick("major_from", scope=scope, on=on)
        if value >= rule.value:
            return rule.reference
    return None


def escalation_chain(case: RoutedCase, network: Network) -> tuple[Department, ...]:
    """Give the three levels that hear of a case that was left lying (R71); none where no network is on file.

    A level that the network lacks is taken by the one above it.
    """
    _, start = _first(case, network)
    head = network.headquarters
    if start is None or head is None:
        return ()
    above = list(network.upwards(start))
    province = next((item for item in above if item.kind is DepartmentKind.PROVINCE), head)
    return above[0], province, head


def _first(case: RoutedCase, network: Network) -> tuple[str, Department | None]:
    """Find the department that is asked first, and why it is."""
    for why, named in (("subject", case.subject), ("outlet", case.outlet), ("outlet", case.place)):
        if named and (found := network.find(named)) is not None:
            return why, found
    for place in (case.subject, case.outlet, case.place):
        if (province := network.province_of(place)) is not None:
            return "province", province
    return "headquarters", network.headquarters


def _take(
    case: RoutedCase,
    asked: Iterable[Department],
    *,
    why: str,
    people: Mapping[str, Staff],
    interests: frozenset[str],
) -> Assignment:
    passed: list[PassedOver] = []
    for department in asked:
        found = _against(department, case, why=why, people=people, interests=interests)
        if found is None:
            return Assignment(
                department=department,
                person=department.manager,
                address=department.address,
                sentence=_because(WHY["above" if passed and why != "second" else why], department.name, passed),
                passed_over=tuple(passed),
            )
        passed.append(PassedOver(code=department.code, sentence=_said(CONFLICT[found])))
    sentence = _because(WHY["nobody"], "", passed)
    return Assignment(address=HEADQUARTERS_WORD, sentence=sentence, passed_over=tuple(passed))


def _against(
    department: Department, case: RoutedCase, *, why: str, people: Mapping[str, Staff], interests: frozenset[str]
) -> str | None:
    """Say what speaks against a department: its manager's interest, or, where it is the subject, that it has none."""
    if department.manager:
        return conflict(department.manager, case, staff=people.get(department.manager), interests=interests)
    is_subject = why == "subject" and case.subject in {department.code, *department.names}
    return "no_manager" if is_subject else None


def _because(words: tuple[str, str], name: str, passed: Iterable[PassedOver]) -> Sentence:
    """Say why this department, and why none below it."""
    said = _said(words, name=name)
    skipped = [*_skipped(passed)]
    if not skipped:
        return said
    return Sentence(
        zh=f"{said.zh}；{'；'.join(zh for zh, _ in skipped)}", en=f"{said.en}; {'; '.join(en for _, en in skipped)}"
    )


def _skipped(passed: Iterable[PassedOver]) -> Iterator[tuple[str, str]]:
    for item in passed:
        yield f"越过 {item.code}：{item.sentence.zh}", f"{item.code} was passed over: {item.sentence.en}"


def _said(words: tuple[str, str], **facts: str) -> Sentence:
    return Sentence(zh=words[0].format(**facts), en=words[1].format(**facts))
