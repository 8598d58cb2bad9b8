"""Whether a trouble that was found deserves a case, given the cases its waybill has had."""

from collections.abc import Iterable

from schemas.exceptions import ClosingReason, ExceptionCase, Origin, Trouble


def deserves_case(trouble: Trouble, former: Iterable[ExceptionCase]) -> bool:
    """Say whether no case of this type is open and none has dealt with this trouble already.

    A case that was remedied has dealt with everything up to its closing, so a failure after the remedy opens a new one.
    A cured case, and silence, have dealt with what began when they did.
    """
    for case in former:
        if case.type is not trouble.type:
            continue
        if case.closed_at is None or case.trigger == trouble.trigger:
            return False
        if trouble.origin is Origin.SILENCE or case.closing_reason == ClosingReason.CURED:
            if case.troubled_since >= trouble.since:
                return False
        elif case.closed_at >= trouble.latest:
            return False
    return True
