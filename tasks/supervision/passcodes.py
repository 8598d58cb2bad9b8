"""One-time passcodes (TOTP, RFC 6238): enrolment, and which time step an answer's passcode belongs to."""

import hmac
from datetime import datetime

import pyotp

ISSUER = "Redress"
WINDOW = 1
"""Steps of 30 s by which an authenticator's clock may differ."""


def new_secret() -> str:
    """Make a secret for somebody's authenticator."""
    return pyotp.random_base32()


def enrolment_uri(staff_id: str, secret: str) -> str:
    """Give the address that an authenticator reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=staff_id, issuer_name=ISSUER)


def passcode_at(secret: str, moment: datetime) -> str:
    """Give the passcode that an authenticator shows at that moment."""
    return pyotp.TOTP(secret).at(moment)


def matching_step(secret: str, passcode: str, *, at: datetime) -> int | None:
    """Give the time step whose passcode this is, near the moment of the answer; None when it is wrong.

    Every candidate is compared, in constant time, so that the answer does not tell how near a guess was.
    """
    totp = pyotp.TOTP(secret)
    step = totp.timecode(at)
    found = None
    for candidate in range(step - WINDOW, step + WINDOW + 1):
        if hmac.compare_digest(totp.generate_otp(candidate), passcode):
            found = candidate
    return found
