"""Outside parties, one package each: client (I/O), translate (pure), codes (tables), fake.

A client raises two kinds of error: `Unavailable`, where trying again may help, and `Refused`, where it will not.
"""


class Unavailable(RuntimeError):
    """The other side could not be reached or is busy: try again later."""


class Refused(RuntimeError):
    """The other side understood and said no: trying again will not help."""
