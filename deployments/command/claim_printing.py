"""How a claim and the derivation of its amount are printed for people.

Belongs here: tables and lines. Does not belong here: what is read of a claim (`tasks.claims.showing`).
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from deployments.command.evidence import print_waivers
from deployments.command.output import local, print_table

if TYPE_CHECKING:
    from schemas.claims import ClaimPlan

Language = Literal["zh", "en"]


def print_claim(found: dict[str, Any], zone: ZoneInfo) -> None:
    """Print what `tasks.claims.showing.claim_file` gave."""
    _print_head(found["claim"], found["proposals"])
    print_table(
        ("told at", "channel", "by", "who", "phone", "missing"),
        [
            (_at(row["told_at"], zone), row["channel"], row["taken_by"], *_teller(row["content"]),
             ", ".join(row["missing"]))
            for row in found["forms"]
        ],
        title="Forms",
    )  # fmt: skip
    _print_money(found, zone)
    print_table(
        ("clock", "中文", "due", "status"),
        [(row["clock"], row["title_zh"], _at(row["due_at"], zone), row["status"]) for row in found["clocks"]],
        title="Clocks",
    )
    _print_papers(found, zone)
    print_table(
        ("at", "stage", "command", "to", "who", "reason"),
        [
            (local(row["at"], zone), row["stage"], row["command"], row["to_state"], row["who"], row["reason"])
            for row in found["history"]
        ],
        title="History",
    )
    print_table(
        ("kind", "key", "status", "attempts", "error"),
        [(row["kind"], row["key"], row["status"], row["attempts"], row["error"]) for row in found["outbox"]],
        title="Sent",
    )


def _print_head(claim: dict[str, Any], proposals: list[dict[str, Any]]) -> None:
    ending = f": {claim['ending']}" if claim["ending"] else ""
    print(f"{claim['case_no']}  {claim['event']}  {claim['state']}{ending}  by {claim['channel']}")
    contact = claim["claimant_phone"] or claim["claimant_email"]
    print(f"  claimant {claim['claimant_name']} {contact}, {claim['relation']}".rstrip())
    if claim["waybill"]:
        print(f"  waybill {claim['waybill']} {claim['carrier']}".rstrip())
    if claim["account"]:
        print(f"  {claim['account']}")
    asked = f"{claim['claimed']} {claim['currency']}" if claim["claimed"] else "what is owed by the rules"
    print(f"  asks for {asked}; paid to {claim['payee_name'] or '?'} {claim['payee_tail']}".rstrip())
    print(f"  run by {claim['assigned_to'] or '?'}, handled by {claim['handler'] or 'nobody'}")
    if claim["missing"]:
        print(f"  missing: {', '.join(claim['missing'])}")
    if claim["liability"]:
        print(f"  {_liability(claim['liability'])}")
    for plan in proposals[-1:]:
        by = f", proposed by {plan['drafted_by']}" if plan["drafted_by"] else ""
        print(f"  proposal {plan['version']}: {plan['resolution']} {plan['amount']} {plan['currency']}{by}")


def _liability(liability: dict[str, Any]) -> str:
    """Say who answers by which share, and who decided and confirmed it or contests it."""
    parties = ", ".join(
        f"{party['kind']} {party['name']} {party['share']} %".replace("  ", " ") for party in liability["parties"]
    )
    said = [f"decided by {liability['decided_by']}" if liability["decided_by"] else "proposed"]
    if liability["confirmed_by"]:
        said.append(f"confirmed by {liability['confirmed_by']}")
    if liability["contested_by"]:
        said.append(f"contested by {liability['contested_by']}")
    return f"answers: {parties} ({', '.join(said)})"


def _teller(content: dict[str, Any] | None) -> tuple[str, str]:
    claimant = content["claimant"] if content else {"name": "(erased)", "phone": "", "email": ""}
    return claimant["name"], claimant["phone"] or claimant["email"]


def _print_money(found: dict[str, Any], zone: ZoneInfo) -> None:
    print_table(
        ("named at", "by", "amount", "state", "until", "note"),
        [
            (_at(row["made_at"], zone), row["by"], f"{row['amount']} {row['currency']}", row["state"],
             _at(row["until"], zone), row["note"])
            for row in found["offers"]
        ],
        title="Negotiation",
    )  # fmt: skip
    print_table(
        ("payout", "payee", "account", "amount", "state", "since", "reason"),
        [
            (row["key"], row["payee"], row["account"], f"{row['amount']} {row['currency']}", row["state"],
             _at(row["state_since"], zone), row["reason"])
            for row in found["payouts"]
        ],
        title="Payouts",
    )  # fmt: skip
    print_table(
        ("at", "booked", "account", "party", "amount"),
        [
            (_at(row["noted"]["at"], zone), row["event"], line["account"], line["party"],
             f"{line['amount']} {line['currency']}")
            for row in found["bookings"]
            for line in row["lines"]
        ],
        title="Ledger",
    )  # fmt: skip


def _print_papers(found: dict[str, Any], zone: ZoneInfo) -> None:
    print_table(
        ("id", "kind", "file", "given by", "at"),
        [
            (row["evidence_id"], row["kind"], row["file_name"], row["given_by"], _at(row["received_at"], zone))
            for row in found["evidence"]
        ],
        title="Evidence",
    )
    for one in found["missing"]:
        print(f"missing: {one['kind']} from {one['from_whom']}")
    print_waivers(found["waivers"], zone)
    print_table(
        ("inquiry", "asked of", "state", "due", "answers"),
        [
            (one["inquiry_no"], f"{one['node']}: {one['department']}", one["state"], _at(one["due_at"], zone),
             ", ".join(said["code"] for said in one["answered"]))
            for one in found["inquiries"]
        ],
        title="Inquiries",
    )  # fmt: skip


def _at(told: str | None, zone: ZoneInfo) -> str:
    return local(datetime.fromisoformat(told), zone) if told else ""


def print_derivation(plan: "ClaimPlan", language: Language) -> None:
    """Print how the amount of a proposal comes about: what the rules come to, and what a person proposes instead."""
    is_english = language == "en"
    for number, line in enumerate(plan.assessment.lines if plan.assessment else (), start=1):
        amount = f" = {line.amount}" if line.amount else ""
        print(f"{number}. {line.en if is_english else line.zh}{amount}")
        print(f"   {line.rule} ({line.source})")
    for open_ in plan.assessment.provisional if plan.assessment else ():
        print(f"{'Still open' if is_english else '待定'}: {open_.en if is_english else open_.zh}")
    if plan.drafted_by:
        print(f"{'Proposed by' if is_english else '人工拟定'}: {plan.drafted_by}")
    for ground in plan.grounds:
        print(f"{'Because' if is_english else '理由'}: {ground.en if is_english else ground.zh}")
    print(f"{'Proposal' if is_english else '方案'} {plan.version}: {_proposed(plan, language)}")


def _proposed(plan: "ClaimPlan", language: Language) -> str:
    from rules.claims.telling import RESOLUTION

    return f"{RESOLUTION[plan.resolution][language == 'en']} {plan.amount} {plan.currency}"
