"""Chapter analysis and reports: what happened in a day, a week or a month, for those who answer for it."""

from typing import Literal

from prefect import flow

from rules.reporting import claims, complaints, exceptions
from schemas.reporting import PeriodKind
from tasks.reporting.showing import publish_report
from tasks.reporting.writing import write_report_about


@flow(name="report_exceptions")
def report_exceptions(period: Literal["day", "week", "month"] = "day", ending: str = "", signed_by: str = "") -> str:
    """Report on the exceptions of the last finished period, or of the one that the day `ending` lies in (R21)."""
    written = write_report_about(exceptions.NAME, PeriodKind(period), ending=ending, signed_by=signed_by)
    publish_report(written)
    return written.address


@flow(name="report_complaints")
def report_complaints(period: Literal["day", "week", "month"] = "week", ending: str = "", signed_by: str = "") -> str:
    """Report on the complaints of the last finished period, or of the one that the day `ending` lies in (R57, R100)."""
    written = write_report_about(complaints.NAME, PeriodKind(period), ending=ending, signed_by=signed_by)
    publish_report(written)
    return written.address


@flow(name="report_claims")
def report_claims(period: Literal["day", "week", "month"] = "month", ending: str = "", signed_by: str = "") -> str:
    """Report on the claims of the last finished period, or of the one that the day `ending` lies in (R78 to R88)."""
    written = write_report_about(claims.NAME, PeriodKind(period), ending=ending, signed_by=signed_by)
    publish_report(written)
    return written.address
