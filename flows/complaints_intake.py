"""Chapter complaints, intake: what customers write to the mailbox (R31). Other doors are the gateway's."""

from prefect import flow

from schemas.complaint_doors import MailKind, MailReport
from tasks.complaints.mailbox import fetch_mails, mail_rows
from tasks.publishing import COMPLAINT_FILED, announce, publish_rows


@flow(name="fetch_complaint_mail")
def fetch_complaint_mail() -> MailReport:
    """Take in what waits in the mailbox, and wake whoever handles complaints."""
    report = fetch_mails()
    if report.mails or report.stopped:
        publish_rows("complaint-mail", mail_rows(report), description="Mails that this run dealt with.")
    if any(mail.kind in {MailKind.FILED, MailKind.JOINED} for mail in report.mails):
        announce(COMPLAINT_FILED)
    return report
