"""Proving a claimant by a one-time code to his telephone, as change requests do, before his word moves money."""

from datetime import datetime
from hashlib import sha256

from rules.change_requests.lifecycle import TRIES_MAX
from rules.claims.proving import (
    ANSWERABLE,
    CODES_MAX,
    CODES_WITHIN,
    code_in,
    code_notice,
    code_subject,
    good_until,
    period_of,
)  # fmt: skip
from rules.phones import normalised_phone
from rules.privacy import mask_phone
from schemas.channels import Channel
from schemas.claim_doors import CodeSent
from schemas.claims import Claim
from store import outbox
from store.keyed import keyed_hash, seal
from store.outbox import Kind, Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.letters import language_of
from tasks.claims.standing import shown_claim
from tasks.digits import NotShown, is_right


class NoCode(RuntimeError):
    """No code is sent: the claim is closed, has no telephone that one could reach, or had too many."""


class WrongCode(RuntimeError):
    """The code is not right, has run out, or was for what is no longer so."""


def send_code(number: str, digits: str) -> CodeSent:
    """Send a code to the telephone on file of a claim's claimant, whose last digits whoever asks has shown.

    Asked again within its time it is the same code, and no second message.

    Raises:
        NotShown: there is none, or the digits are not those of its claimant's telephone.
        DoorClosed: wrong digits were given too often.
        NoCode: the claim is closed, or too many codes were asked for.
    """
    now = clock.now()
    with unit_of_work() as connection:
        claim = shown_claim(connection, number, digits, now=now)
        if claim is not None:
            return _sent(connection, claim, now)
    raise NotShown("there is no claim with this number that somebody with these digits filed")


def _sent(connection: Connection, claim: Claim, now: datetime) -> CodeSent:
    if claim.state not in ANSWERABLE or not normalised_phone(claim.claimant_phone):
        raise NoCode("索赔已办结，或没有可接收验证码的电话。 It is closed, or has no phone that a code could reach.")
    period = period_of(now)
    letter = _letter(claim, period, now)
    items = outbox.of_case(connection, claim.case_no)
    codes = [item for item in items if item["kind"] == Kind.CODE and item["created_at"] > now - CODES_WITHIN]
    if len(codes) >= CODES_MAX and letter.key not in {item["key"] for item in codes}:
        raise NoCode("今日验证码发送次数已达上限，请拨打客服热线。 Too many codes today; please call the hotline.")
    outbox.put(connection, [letter])
    return CodeSent(claim_no=claim.case_no, sent_to=mask_phone(claim.claimant_phone), good_until=good_until(period))


def _letter(claim: Claim, period: int, now: datetime) -> Letter:
    """Write the message, to go out at any hour: somebody waits for it. The code lies sealed until it is sent."""
    payload = {
        "audience": "customer",
        "purpose": "code",
        "to": claim.claimant_phone,
        "shown_to": mask_phone(claim.claimant_phone),
        "channel": Channel.SMS.value,
        **code_notice(claim, language_of(claim)).model_dump(),
        "sealed": seal(_code(claim, period)),
    }
    named = sha256(code_subject(claim, period).encode()).hexdigest()[:16]
    return Letter(Kind.CODE, f"{claim.case_no}:code-{named}", claim.case_no, payload, now)


def code_is_right(connection: Connection, claim: Claim, code: str, *, now: datetime) -> bool:
    """Say whether this is a code for what is known of the claim now; a wrong one is counted once this is committed.

    Raises:
        DoorClosed: too many wrong ones were given.
    """
    period = period_of(now)
    good = [_code(claim, period), _code(claim, period - 1)]
    return is_right(connection, f"{claim.case_no} code", code, expected=good, now=now, tries_max=TRIES_MAX)


def _code(claim: Claim, period: int) -> str:
    return code_in(keyed_hash("claim code", code_subject(claim, period)))
