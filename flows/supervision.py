"""Chapter supervision: the clocks, the nightly escalation scan, the outbox, and the care for runs."""

from prefect import flow

from tasks.appeals.forgetting import erase_old_papers
from tasks.appeals.reminding import remind_appeals
from tasks.change_requests.carrying_out import settle_changes
from tasks.claims.escalation import escalate_overdue_claims, refresh_claim_clocks
from tasks.claims.paying import settle_payouts
from tasks.claims.reminding import remind_claim_handlers
from tasks.claims.settling import confirm_paid
from tasks.claims.telling import tell_waiting_claimants
from tasks.complaints.escalation import escalate_overdue_complaints
from tasks.complaints.feedback import tell_waiting_complainants
from tasks.complaints.refreshing import refresh_complaint_clocks
from tasks.complaints.reminding import remind_late_tasks
from tasks.dispatch.liveness import mend_gates, revive_lost_runs
from tasks.dispatch.sending import send_outbox
from tasks.exceptions.contacting import reach_customers
from tasks.exceptions.refreshing import refresh_clocks
from tasks.exceptions.telling import tell_waiting_customers
from tasks.inquiries.forgetting import forget_old_requests
from tasks.inquiries.reminding import remind_unanswered
from tasks.publishing import publish_counts, publish_rows
from tasks.supervision.escalation import escalate_overdue_cases


@flow(name="sweep_clocks")
def sweep_clocks() -> int:
    """Tell the first level of whatever has a clock that just ran out (R15), and remind whoever owes an answer.

    Customers whom nobody has reached are tried by their next channel (R113).
    """
    refresh_clocks()
    refresh_complaint_clocks()
    refresh_claim_clocks()
    contacted = reach_customers()
    if any(contacted):
        publish_counts(
            "customers-contacted",
            {"tried again": len(contacted.tried), "unreachable": len(contacted.unreachable)},
            description="Customers whom nobody had reached. 再次联系与视为无法联系",
        )
    tell_waiting_customers()
    tell_waiting_complainants()
    tell_waiting_claimants()
    late = remind_late_tasks()
    if late:
        publish_rows(
            "tasks-late", late, description="Left lying after complaints: late, not verified, not ruled about. 任务逾期"
        )
    nearly_due = remind_claim_handlers()
    if nearly_due:
        publish_rows(
            "claims-nearly-due", nearly_due, description="Claims of which a clock runs out soon. 理赔即将到期提醒"
        )
    reminded = remind_unanswered()
    if reminded:
        publish_rows("inquiries-reminded", reminded, description="Inquiries that nobody answered, and who was told.")
    owed = remind_appeals()
    if owed:
        publish_rows("appeals-due", owed, description="What is owed to the regulator, and who was told. 申诉时限提醒")
    escalated = (
        escalate_overdue_cases(unheard_only=True)
        .plus(escalate_overdue_complaints(unheard_only=True))
        .plus(escalate_overdue_claims(unheard_only=True))
    )
    if escalated.count:
        publish_rows(
            "clocks-run-out", escalated.lines, count=escalated.count,
            description="Cases whose clock ran out; the outlet was told.",
        )  # fmt: skip
    return escalated.count


@flow(name="escalate_overdue")
def escalate_overdue(look_ahead_hours: int = 0) -> int:
    """Escalate every case of any kind past its due time one level up, and list them: the nightly scan (R71).

    Args:
        look_ahead_hours: 连同未来若干小时内到期的案件，如节假日前 / also take the cases that will be due within so many
            hours, as before a holiday.
    """
    forget_old_requests()
    erase_old_papers()
    escalated = (
        escalate_overdue_cases(look_ahead_hours)
        .plus(escalate_overdue_complaints(look_ahead_hours))
        .plus(escalate_overdue_claims(look_ahead_hours))
    )
    ahead = f" or due within {look_ahead_hours} hours" if look_ahead_hours else ""
    publish_rows(
        "escalations", escalated.lines, count=escalated.count,
        description=f"Cases past their due time{ahead}, escalated by this run.",
    )  # fmt: skip
    return escalated.count


@flow(name="dispatch_outbox")
def dispatch_outbox() -> dict[str, int]:
    """Send what waits, settle change requests and payouts, and put right runs that died and gates nobody can answer."""
    done = {
        **revive_lost_runs(),
        **mend_gates(),
        "changes": settle_changes().ended,
        **send_outbox(),
        **settle_payouts(),
        "claims paid": len(confirm_paid()),
    }
    if any(done.values()):
        publish_counts("dispatch", done, description="Sent, waiting for another attempt, refused, put right.")
    return done
