"""What becomes of a request about claims that the tasks do not take: what HTTP says, to partners and to claimants."""

from collections.abc import Iterator
from contextlib import contextmanager

from deployments.gateway.complaint_bodies import missing_told
from deployments.gateway.outcomes import failures_as_refusals
from deployments.gateway.refusal import Refusal
from tasks.claims.intake import KnownMatter
from tasks.claims.negotiating import OtherOffer
from tasks.claims.proving import NoCode, WrongCode
from tasks.claims.told import Incomplete
from tasks.digits import DoorClosed, NotShown
from tasks.stepping import NotAllowed

NO_SUCH = "there is no such claim"
TOO_OFTEN = "wrong digits were given too often about this number"
DOES_NOT_FIT = "按索赔目前的状态无法这样处理。 That does not fit how the claim stands now."
OTHER_OFFER = "方案已变更，请重新查询后再答复。 The offer has changed: please read it again before you answer."


@contextmanager
def refusals_told() -> Iterator[None]:
    """Turn what the tasks refuse into what HTTP says; anything else is a mistake and stays one.

    Raises:
        Refusal: with the status that says why.
        Unfit: something that must be told is missing.

    """
    with failures_as_refusals():
        try:
            yield
        except Incomplete as incomplete:
            raise missing_told(incomplete.missing) from incomplete
        except KnownMatter as known:
            raise Refusal(409, str(known)) from None


@contextmanager
def claimants_refusals() -> Iterator[None]:
    """Turn what the tasks refuse a claimant into what HTTP says; of the claim he hears nothing that he did not show.

    Raises:
        Refusal: with the status that says why.

    """
    with failures_as_refusals():
        try:
            yield
        except NotShown:
            raise Refusal(404, NO_SUCH) from None
        except DoorClosed as closed:
            raise Refusal(429, TOO_OFTEN, retry_after_seconds=closed.seconds) from None
        except WrongCode as wrong:
            raise Refusal(403, str(wrong)) from None
        except NoCode as none:
            raise Refusal(409, str(none)) from None
        except OtherOffer:
            raise Refusal(409, OTHER_OFFER) from None
        except NotAllowed:
            raise Refusal(409, DOES_NOT_FIT) from None
