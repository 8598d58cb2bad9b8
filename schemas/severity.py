"""How bad a case is, whatever it is about."""

from enum import IntEnum


class Severity(IntEnum):
    """How bad it is; SEVERE and above is reported to the manager and the customer at once (R11)."""

    MINOR = 1
    ORDINARY = 2
    SEVERE = 3
    CRITICAL = 4
