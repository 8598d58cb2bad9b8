"""Outside parties, one package each: client (I/O), translate (pure), codes (tables), fake.

A client raises two kinds of error: `Unavailable`, where trying again may help, and `Refused`, where it will not. One
that pays raises a third: `Uncertain`, where trying again might pay twice.
"""


class Unavailable(RuntimeError):
    """The other side could not be reached or is busy: try again later."""


class Refused(RuntimeError):
    """The other side understood and said no: trying again will not help."""


class Uncertain(RuntimeError):
    """The other side may have done it or not: ask it, and do not repeat it."""
