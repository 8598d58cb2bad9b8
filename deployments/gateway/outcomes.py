"""What becomes of a request for inquiries or evidence that the tasks do not take: what HTTP says, and people read."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse

from adapters import Refused, Unavailable
from adapters.vault.client import TooLarge
from adapters.vault.media import Unacceptable
from deployments.gateway.keeper import AWAY_SECONDS
from deployments.gateway.pages import told_page
from deployments.gateway.refusal import CLOSED_SECONDS, Refusal
from store.cases import NoSuchCase
from store.inquiries import NoSuchInquiry
from store.requests import OtherContent
from store.unit_of_work import DatabaseAway, failures_told
from tasks.evidence.keeping import TooMuchEvidence
from tasks.inquiries.answering import ForeignEvidence, NotTaken

logger = logging.getLogger(__name__)


class Told(Exception):
    """The end of a request, with what a person is told in Chinese and in English."""

    def __init__(self, words: tuple[str, str], status: int) -> None:
        """Keep the words."""
        super().__init__(words[1])
        self._words = words
        self._status = status

    @property
    def page(self) -> HTMLResponse:
        """Tell a person."""
        return told_page(*self._words, status=self._status)

    @property
    def document(self) -> JSONResponse:
        """Tell a program."""
        return JSONResponse({"detail": self._words[1], "detail_zh": self._words[0]}, self._status)


def database_told(work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Do work with the database, and tell one that is away from a mistake."""
    with failures_told():
        return work(*arguments, **named)


@contextmanager
def failures_as_refusals() -> Iterator[None]:
    """Turn what the tasks refuse into what HTTP says; anything else is a mistake and stays one.

    Raises:
        Told: nothing is taken at this inquiry any more.
        Refusal: with the status that says why.

    """
    try:
        yield
    except (NoSuchInquiry, NoSuchCase) as missing:
        raise Refusal(404, str(missing)) from missing
    except NotTaken as late:
        raise Told((late.chinese, late.english), 410) from late
    except (ForeignEvidence, OtherContent) as wrong:
        raise Refusal(422, str(wrong)) from wrong
    except TooMuchEvidence as full:
        raise Refusal(409, str(full)) from full
    except TooLarge as large:
        raise Refusal(413, str(large)) from large
    except Unacceptable as unacceptable:
        raise Refusal(415, str(unacceptable)) from unacceptable
    except DatabaseAway:
        raise Refusal(503, "the database is away", retry_after_seconds=AWAY_SECONDS) from None
    except Unavailable as away:
        logger.warning("Evidence could not be kept: %s", away)
        raise Refusal(503, "evidence cannot be kept just now", retry_after_seconds=AWAY_SECONDS) from away
    except Refused as refused:
        logger.error("Evidence could not be kept: %s", refused)  # noqa: TRY400  # it says what somebody must set
        raise Refusal(503, "evidence cannot be kept just now", retry_after_seconds=CLOSED_SECONDS) from refused
