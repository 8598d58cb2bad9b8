"""What a claimant answers and adds himself (R79): he shows his number, and a code where money moves."""

from collections.abc import Sequence

from schemas.claim_doors import Answer, ClaimAddition, ClaimAnswer, ClaimStatus
from schemas.claims import Claim, ClaimantTold, ClaimChannel, ClaimForm, Filed
from schemas.evidence import Door, Entered, OfferedPiece
from schemas.exceptions import Role
from store import claim_forms, requests
from store import claims as claim_store
from store.requests import NamedRequest
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.intake import add_to_claim, file_claim
from tasks.claims.negotiating import CLAIMANT, accept_offer, counter_offer, object_to_denial, withdraw_claim
from tasks.claims.proving import WrongCode, code_is_right
from tasks.claims.standing import shown_claim, status_now
from tasks.claims.told import TakenIn, matter_of
from tasks.digits import NotShown

CHANNEL = "gateway"
TAKEN = TakenIn(CLAIMANT, Role.CUSTOMER)
GIVEN = Entered(by=CLAIMANT, door=Door.CLAIMANT)
NOT_SHOWN = "there is no claim with this number that somebody with these digits filed"
KNOWN = (
    "该索赔已登记，请凭编号和手机尾号查询或补充。 "
    "This claim is on file already: ask about it or add to it with its number and the end of your phone number."
)
WRONG_CODE = "验证码不正确或已失效，请重新获取。 The code is not right or has run out; ask for another."


class KnownMatter(RuntimeError):
    """The matter has an open claim already, and whoever tells of it has not shown that he is its claimant."""


def file_as_anybody(
    form: ClaimForm, pieces: Sequence[OfferedPiece] = (), *, request: NamedRequest | None = None
) -> Filed:
    """Take in a claim from somebody who shows nothing: it opens one, and changes none that there is.

    Raises:
        KnownMatter: there is one already.
        Incomplete, OtherContent, Unacceptable, TooLarge, TooMuchEvidence, Unavailable, Refused: as for any claim.
    """
    with unit_of_work() as connection:
        answered = requests.answered_before(connection, request)
        if answered is None and claim_store.open_matters(connection, [matter_of(form)]):
            raise KnownMatter(KNOWN)
    return file_claim(form, pieces, taken=TAKEN, given=GIVEN, request=request)


def answer_claim(number: str, digits: str, answer: ClaimAnswer) -> ClaimStatus:
    """Take down what a claimant says, and tell how his claim stands then. A code is used up by the answer.

    Raises:
        NotShown: there is none, or the digits are not those of its claimant's telephone.
        DoorClosed: wrong digits or codes were given too often.
        WrongCode: the code is not right, or the claim has changed since it was sent.
        OtherOffer: another amount is offered than the one he accepts.
        NotAllowed: what he says does not fit how the claim stands.
    """
    now = clock.now()
    with unit_of_work() as connection:
        claim = shown_claim(connection, number, digits, now=now)
        proven = claim is not None and code_is_right(connection, claim, answer.code, now=now)
    if claim is None:
        raise NotShown(NOT_SHOWN)
    if not proven:
        raise WrongCode(WRONG_CODE)
    _take_down(claim, answer)
    with unit_of_work() as connection:
        return status_now(connection, claim_store.one_claim(connection, number), now=now)


def _take_down(claim: Claim, answer: ClaimAnswer) -> None:
    number, reasons, amount = claim.case_no, answer.reasons, answer.amount
    match answer.answer:
        case Answer.ACCEPT:
            accept_offer(number, note=reasons, offered=amount, who=TAKEN.by, role=TAKEN.role, channel=CHANNEL)
        case Answer.COUNTER:
            assert amount is not None  # the answer's own rule
            counter_offer(number, amount=amount, reasons=reasons, who=TAKEN.by, role=TAKEN.role, channel=CHANNEL)
        case Answer.OBJECT:
            object_to_denial(number, reasons=reasons, who=TAKEN.by, role=TAKEN.role, channel=CHANNEL)
        case Answer.WITHDRAW:
            withdraw_claim(number, why=reasons, who=TAKEN.by, role=TAKEN.role, channel=CHANNEL)


def add_as_claimant(
    number: str,
    digits: str,
    told: ClaimAddition,
    pieces: Sequence[OfferedPiece] = (),
    *,
    request: NamedRequest | None = None,
) -> Filed:
    """Add to a claim what its claimant tells of it now: what was missing, an account, files.

    Raises:
        NotShown, DoorClosed: as for an answer.
        WrongCode: he names an account, and the code is not right.
        NotAllowed: it is closed.
        OtherContent, Unacceptable, TooLarge, TooMuchEvidence, Unavailable, Refused: as for a new one.
    """
    now = clock.now()
    with unit_of_work() as connection:
        claim = shown_claim(connection, number, digits, now=now)
        answered = requests.answered_before(connection, request) if claim is not None else None
        needs_code = told.payee is not None and answered is None
        proven = claim is not None and (not needs_code or code_is_right(connection, claim, told.code, now=now))
        form = _form(connection, claim, told) if claim is not None else None
    if claim is None or form is None:
        raise NotShown(NOT_SHOWN)
    if answered is not None:
        return Filed.model_validate(answered)
    if not proven:
        raise WrongCode(WRONG_CODE)
    return add_to_claim(number, form, pieces, taken=TAKEN, given=GIVEN, request=request, proven=True)


def _form(connection: Connection, claim: Claim, told: ClaimAddition) -> ClaimForm:
    """Write an addition as a form; who he is and which parcel it is about only where nobody has told it yet."""
    before = claim_forms.last_forms(connection, [claim.case_no]).get(claim.case_no)
    claimant = before.claimant if before else ClaimantTold()
    said = told.model_dump(include={"happened_on", "account", "parcels", "claimed", "payee"}, exclude_none=True)
    if told.waybill and not claim.waybill:
        said["waybill"] = told.waybill
    new = {"name": "" if claimant.name else told.name, "relation": "" if claimant.relation else told.relation}
    return ClaimForm(channel=ClaimChannel.WEBSITE, event=claim.event, claimant=ClaimantTold(**new), **said)
