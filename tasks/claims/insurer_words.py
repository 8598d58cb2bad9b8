"""What an insurer tells of a claim, in three steps, and what follows from it: accept, result, bill (R80).

What the insurer is expected to pay stands on its receivable. As soon as it says that it pays less, the receivable is
booked anew at that, and the rest is shared out among the parties.
"""

from datetime import datetime
from decimal import Decimal

from rules.claims import bookings
from rules.claims.bookings import reversal, reversal_key
from rules.claims.insurance import Word, ask_again_at, facts_of, says_the_same, turn_of, word_to
from schemas.claims import State
from schemas.insurers import InsurerBill, InsurerCallback
from schemas.ledger import Account, Booking, BookingEvent, Money, Noted
from schemas.recovery import INSURANCE_ENDED, InsuranceCase, InsuranceState
from store import claims as claim_store
from store import insurance, ledger, outbox
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.allocating import allocate
from tasks.claims.booking import book_all_within
from tasks.claims.insuring import claimed_key
from tasks.exceptions.by_hand import role_of
from tasks.stepping import NotAllowed

REST = "保险未赔付部分 what the insurer does not pay"


def hear_insurer(told: InsurerCallback, *, by: str) -> Word:
    """Take a step that an insurer tells, once, and say what becomes of it; `by` is who it came from.

    Raises:
        NoSuchInsurance: no insurer is asked about that claim.
    """
    now = clock.now()
    with unit_of_work() as connection:
        case = insurance.one_case(connection, told.claim_no, lock=True)
        known = insurance.events_of(connection, told.claim_no, event_id=told.event_id)
        if any(one.event_id == told.event_id and not says_the_same(one, told) for one in known):
            return Word(message="something else was told under this event_id")
        before = {one.step: one for one in known if one.claim_no == told.claim_no}
        word = word_to(case, told, before=before)
        if word.taken:
            _take(connection, case, told, by=by, now=now)
        return word


def enter_insurer_word(told: InsurerCallback, *, staff_id: str) -> Word:
    """Take what an insurer told the desk by telephone or letter, as if it had told it by wire.

    Raises:
        NotAllowed: nobody with that id works here, or the step cannot be taken now.
        NoSuchInsurance: no insurer is asked about that claim.
    """
    role_of(staff_id)
    word = hear_insurer(told, by=staff_id)
    if not (word.taken or word.repeated):
        raise NotAllowed(f"{told.claim_no}: {word.message}")
    return word


def _take(connection: Connection, case: InsuranceCase, told: InsurerCallback, *, by: str, now: datetime) -> None:
    insurance.add_event(connection, told, told_by=by, at=now)
    turn = turn_of(case, told)
    columns = {**facts_of(told), "contact_due_at": ask_again_at(now)}
    _turn(connection, case, turn.state, turn.expected, columns, cause=told.step.value, by=by, now=now)
    if isinstance(told, InsurerBill):
        money = Money(amount=told.amount, currency=case.currency)
        noted = Noted(at=now, who=by, reason=told.report_no or case.report_no)
        made = bookings.recovered(
            case.claim_no,
            money,
            Account.RECEIVABLE_FROM_INSURER,
            case.insurer,
            key=f"{case.claim_no}-I:recovered",
            noted=noted,
        )
        book_all_within(connection, [made])


def give_up_insurance(claim_no: str, *, why: str, staff_id: str) -> InsuranceCase:
    """End a case without the insurer: what it was asked for is shared out among the parties.

    Raises:
        NotAllowed: no reason is given, or the case has ended.
        NoSuchInsurance: no insurer is asked about it.
    """
    role_of(staff_id)
    if not why.strip():
        raise NotAllowed(f"{claim_no}: say why")
    now = clock.now()
    with unit_of_work() as connection:
        case = insurance.one_case(connection, claim_no, lock=True)
        if not case.is_open:
            raise NotAllowed(f"the insurer's case of {claim_no} is {case.state}")
        state = InsuranceState.GIVEN_UP
        _turn(connection, case, state, Decimal(0), {"refusal": why}, cause=state.value, by=staff_id, now=now)
        return insurance.one_case(connection, claim_no)


def _turn(
    connection: Connection,
    case: InsuranceCase,
    state: InsuranceState,
    expected: Decimal,
    columns: dict[str, object],
    *,
    cause: str,
    by: str,
    now: datetime,
) -> None:
    """Move a case, book the insurer's receivable anew where less is expected, and share the rest out."""
    ended = {"contact_due_at": None} if state in INSURANCE_ENDED else {}
    insurance.move(connection, case, state, {**columns, **ended}, at=now)
    if expected == case.expected:
        return
    ledger.lock_claims(connection, [case.claim_no])
    noted = Noted(at=now, who=by, reason=cause)
    standing = _standing_claim(connection, case)
    made = [reversal(standing, BookingEvent.BOOKING_REVERSED, noted=noted)]
    if expected:
        money = Money(amount=expected, currency=case.currency)
        made.append(
            bookings.claimed_from_insurer(case.claim_no, money, case.insurer, key=claimed_key(case, cause), noted=noted)
        )
    book_all_within(connection, made)
    claim = claim_store.one_claim(connection, case.claim_no)
    if claim.state is State.RECOVERING:  # of one that is not, recovery shares everything out
        shared = allocate(connection, [claim], why=REST, now=now)
        outbox.put(connection, shared[claim.case_no].letters)


def _standing_claim(connection: Connection, case: InsuranceCase) -> Booking:
    """Find the one booking of what the insurer is asked for that was not taken back."""
    made = [one for one in ledger.of_claim(connection, case.claim_no) if not one.reverses]
    ours = [one for one in made if one.key.startswith(claimed_key(case, ""))]
    taken_back = {one.key for one in ledger.by_keys(connection, [reversal_key(one.key) for one in ours])}
    [standing] = [one for one in ours if reversal_key(one.key) not in taken_back]
    return standing
