"""Penalties and rewards (R89): proposed, contested by their party (投诉澄清免责), and ruled about."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from rules.complaints.consequences import (
    amount_refused,
    by_person,
    contest_refused,
    no_longer_due,
    penalties,
    ruling_refused,
    tied_to_party,
)
from rules.exceptions.lifecycle import APPROVERS
from rules.exceptions.wording import local_time
from schemas.complaints import Complaint, Consequence, ConsequenceKind, ConsequenceState
from store import agents, consequences, outbox
from store import complaints as complaint_store
from store import network as network_store
from store import staff as staff_store
from store.outbox import Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.letters import penalty_letter
from tasks.exceptions.by_hand import role_of
from tasks.settings import business_settings
from tasks.stepping import NotAllowed

RECONSIDERED = "核实结论已变更。 What was found has changed."


def propose_penalties(connection: Connection, complaint: Complaint, now: datetime) -> list[Letter]:
    """Propose the penalties that follow from what was found (R51, R89), and give the letters to their parties."""
    proposed = consequences.propose(connection, list(penalties(complaint, now=now)))
    return list(penalty_letters(complaint, proposed, now))


def penalty_letters(complaint: Complaint, proposed: Iterable[Consequence], now: datetime) -> Iterator[Letter]:
    """Tell each party of its penalty, and until when it may clear itself."""
    zone = business_settings().zone
    for one in proposed:
        yield penalty_letter(
            complaint,
            number=one.consequence_id,
            to=one.party,
            penalty=f"{one.amount} {one.currency}",
            due_at=local_time(one.contest_until, zone),
            now=now,
        )


def lift_penalties(connection: Connection, complaint: Complaint, *, by: str, now: datetime) -> None:
    """Lift what was proposed by rule for those who no longer answer, as a person found (R55, R89)."""
    kept = consequences.of_case(connection, complaint.case_no)
    for one in no_longer_due(kept, complaint, now=now):
        consequences.rule(
            connection, one.consequence_id, state=ConsequenceState.LIFTED, by=by, ruling=RECONSIDERED, at=now
        )


def propose_consequence(
    case_no: str, *, kind: ConsequenceKind, party: str, amount: Decimal, why: str, staff_id: str
) -> Consequence:
    """Propose a penalty or a reward beside those that follow by rule (R89, R99); the party may contest a penalty.

    Raises:
        NotAllowed: this person may not, no reason is given, the amount is none, or the case has one of the kind for the
            party already.
        NoSuchComplaint: there is none with that number.
    """
    if role_of(staff_id) not in APPROVERS:
        raise NotAllowed(f"{staff_id} is no supervisor")
    if not why.strip():
        raise NotAllowed(f"{case_no}: say what the {kind.value} is for")
    if refused := amount_refused(amount):
        raise NotAllowed(f"{case_no}: {refused}")
    now = clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no)
        wanted = by_person(complaint, kind=kind, party=party, amount=amount, why=why, now=now)
        proposed = consequences.propose(connection, [wanted])
        if not proposed:
            raise NotAllowed(f"{case_no} has a {kind.value} for {party} already")
        if kind is ConsequenceKind.PENALTY:
            outbox.put(connection, penalty_letters(complaint, proposed, now))
        return proposed[0]


def contest_penalty(number: int, *, words: str, by: str) -> Consequence:
    """Record that a party clears itself of a penalty (投诉澄清免责); on file stays who said so, and his words.

    Raises:
        NotAllowed: the time for it is over, somebody ruled about it, no reason is given, or who says so is not on file.
        NoSuchConsequence: there is none with that number.
    """
    if not words.strip():
        raise NotAllowed(f"penalty {number}: say why it does not lie with you")
    with unit_of_work() as connection:
        one = consequences.one_consequence(connection, number)
        if not _is_on_file(connection, by):
            raise NotAllowed(f"penalty {number}: {by} is neither a staff id on file nor a department of the network")
        if why := contest_refused(one, now=clock.now()):
            raise NotAllowed(f"penalty {number}: {why}")
        consequences.contest(connection, number, by=by, words=words)
        return consequences.one_consequence(connection, number)


def _is_on_file(connection: Connection, name: str) -> bool:
    return (
        staff_store.one(connection, name) is not None
        or agents.one(connection, name) is not None
        or network_store.network(connection).find(name) is not None
    )


def rule_penalty(number: int, *, upheld: bool, ruling: str, staff_id: str) -> Consequence:
    """Rule whether a penalty stays or is lifted, after its party could clear itself (R85, R89).

    Raises:
        NotAllowed: the party may still clear itself, somebody ruled before, this person may not, or no reason is given.
        NoSuchConsequence: there is none with that number.
    """
    if role_of(staff_id) not in APPROVERS:
        raise NotAllowed(f"{staff_id} is no supervisor")
    if not ruling.strip():
        raise NotAllowed(f"penalty {number}: say why")
    now = clock.now()
    with unit_of_work() as connection:
        one = consequences.one_consequence(connection, number)
        if why := _ruler_refused(connection, one, staff_id) or ruling_refused(one, now=now):
            raise NotAllowed(f"penalty {number}: {why}")
        state = ConsequenceState.CONFIRMED if upheld else ConsequenceState.LIFTED
        consequences.rule(connection, number, state=state, by=staff_id, ruling=ruling, at=now)
        return consequences.one_consequence(connection, number)


def _ruler_refused(connection: Connection, one: Consequence, staff_id: str) -> str | None:
    """Say why this person may not rule about a party; of a person who is no agent, the complaint's outlet counts."""
    network, agent = network_store.network(connection), agents.one(connection, one.party)
    department = network.find(one.party)
    if department is None:
        home = agent.department if agent else complaint_store.one_complaint(connection, one.case_no).outlet
        department = network.find(home)
    names = {one.party, *((department.code, *department.names) if department else ())}
    ruler = staff_store.one(connection, staff_id)
    return tied_to_party(staff_id, ties=ruler.ties if ruler else frozenset(), names=names)
