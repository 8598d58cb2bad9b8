"""Whether a trouble that opened a case is over."""

from datetime import datetime

from schemas.exceptions import ExceptionType, Origin
from schemas.shipments import FINAL_PHASES, ShipmentState


def is_cured(state: ShipmentState, *, type_: ExceptionType, origin: Origin, since: datetime) -> bool:
    """Say whether what is known of the shipment now ends the trouble.

    A reported trouble is over when the fold no longer holds it: a later scan cured it, or the report was retracted.
    Silence is over when what was missing came. Cases that people opened are theirs to close,
    and a wish that was not kept stays unkept whatever comes later.
    """
    match origin:
        case Origin.REPORTED:
            return all(trouble.type is not type_ for trouble in state.troubles)
        case Origin.SILENCE if type_ is ExceptionType.DELAYED:
            return state.phase in FINAL_PHASES
        case Origin.SILENCE:
            return state.last_event_at is not None and state.last_event_at > since
    return False
