"""The one-time code that comes to a claimant's telephone before his word moves money (R79).

A code is good for what the claimant knows: another offer, an answer or an account makes it worthless, so that each
proves one word at most and nothing about what its receiver has not read. What the desk does meanwhile does not matter
to it. It is worked out from the installation's key and kept nowhere.
"""

from datetime import UTC, datetime, timedelta

from rules.change_requests.admission import CODE_LIVES
from rules.change_requests.wording import CODE_STANDS_HERE
from rules.exceptions.wording import Message
from rules.texts import Language
from schemas.claims import Claim, State

DIGITS = 6
CODES_MAX = 5
CODES_WITHIN = timedelta(days=1)
"""How many codes are sent about one claim: nobody's telephone is made to ring by who knows its last digits."""
ANSWERABLE = frozenset(State) - {State.CLOSED}
"""States in which a claimant's word can still change something."""


def period_of(at: datetime) -> int:
    """Number the period in which a code is made; it is good to the end of the next one."""
    return int((at - datetime(1970, 1, 1, tzinfo=UTC)) / CODE_LIVES)


def good_until(period: int) -> datetime:
    """Say until when a code of a period is good."""
    return datetime(1970, 1, 1, tzinfo=UTC) + (period + 2) * CODE_LIVES


def code_subject(claim: Claim, period: int) -> str:
    """Say what a code is worked out from, beside the key: the claim, what was said of it, and the period."""
    said = (claim.offered, claim.agreed_amount, claim.rounds, claim.payee_tail, claim.ending)
    return f"{claim.case_no}:{':'.join(map(str, said))}:{period}"


def code_in(digest: str) -> str:
    """Take a code's digits out of a keyed hash, of which they are as good as a random number."""
    return f"{int(digest, 16) % 10**DIGITS:0{DIGITS}d}"


def code_notice(claim: Claim, language: Language) -> Message:
    """Write the message that the code is put into; it says what it is for, so that nobody tells it to a stranger."""
    minutes = CODE_LIVES.seconds // 60
    if language == "en":
        return Message(
            subject=f"Your claim {claim.case_no}: code",
            body=f"Code {CODE_STANDS_HERE} for answering or naming an account in claim {claim.case_no}, good for "
            f"{minutes} minutes. Nobody of ours asks you for it: tell it to nobody.",
        )
    return Message(
        subject=f"您的索赔 {claim.case_no}：验证码",
        body=f"验证码 {CODE_STANDS_HERE}，{minutes} 分钟内有效，用于答复索赔 {claim.case_no} 或登记收款账户。"
        "我们的工作人员不会向您索要，请勿告知任何人。",
    )
