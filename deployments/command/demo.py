"""The demo: start everything, send a sample day through the gateway, show the board and what to click.

Belongs here: the order of the demo and its words. Does not belong here: what the day holds (`deployments.sample_day`),
what people do with its claims (`demo_claims`), or how the engine is started (`deployments.engine`).
"""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from cyclopts import App

from deployments.command import engine
from deployments.command.installation import enter
from deployments.command.outcome import Failure
from deployments.command.output import console, print_json, print_table

if TYPE_CHECKING:
    from deployments.sample_day import Post, SampleDay
    from deployments.settings import EngineSettings
    from store.board import Board

SETTLE_SECONDS_MAX = 420
LOOK_EVERY_SECONDS = 1.0


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    app.command(demo)
    app.command(show_board, name="board")


def demo(*, parcels: int = 2000, seed: int = 1, again: bool = False) -> None:
    """Start everything in the background, send a sample day over HTTP, and show what came of it.

    Invented parcels of several carriers, with their duplicates, disorder, late events and malformed records. A second
    `redress demo` only shows the board; with `--again` it sends another day.

    - `redress demo`
    - `redress demo --parcels 500 --again --seed 7`

    Args:
        parcels: How many parcels the day has.
        seed: Which day.
        again: Send a day even though one was sent before.
    """
    engine.up(detach=True)
    settings = enter()
    _ensure_sample_staff()
    _ensure_sample_network()
    if again or not _was_sent():
        _send_day(settings, parcels=parcels, seed=seed)
    else:
        print("The sample day is here already; `redress demo --again` sends another one.")
    _print_board(_settle(settings), settings)


def _was_sent() -> bool:
    from store.tracking.quality import totals
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        return bool(totals(connection)["read"])


def _ensure_sample_staff() -> None:
    """Put the demo's invented supervisors, manager, director and two agents of the service desk on file."""
    from schemas.agents import Agent
    from schemas.approvals import Staff
    from schemas.exceptions import Role
    from store import agents
    from store import staff as staff_store
    from store.unit_of_work import unit_of_work
    from tasks.supervision.passcodes import new_secret

    people = (
        Staff(staff_id="sup-zhang", name="张三", roles=frozenset({Role.SUPERVISOR}), amount_limit=Decimal(3000)),
        Staff(staff_id="sup-wu", name="吴五", roles=frozenset({Role.SUPERVISOR}), amount_limit=Decimal(5000)),
        Staff(staff_id="mgr-li", name="李四", roles=frozenset({Role.MANAGER}), amount_limit=Decimal(100000)),
        Staff(staff_id="dir-qian", name="钱六", roles=frozenset({Role.DIRECTOR}), amount_limit=Decimal(1000000)),
        Staff(staff_id="ag-sun", name="孙一", roles=frozenset({Role.AGENT}), amount_limit=Decimal(0)),
        Staff(staff_id="ag-he", name="何二", roles=frozenset({Role.AGENT}), amount_limit=Decimal(0)),
    )
    desk = (
        Agent(staff_id="ag-sun", tier=3, languages=("zh", "en"), cases_max=200),
        Agent(staff_id="ag-he", tier=1, cases_max=200),
    )
    with unit_of_work() as connection:
        for person in people:
            if staff_store.one(connection, person.staff_id) is None:
                staff_store.add(connection, person, secret=new_secret(), sample=True)
        if not agents.listing(connection):
            for agent in desk:
                agents.put(connection, agent, at=datetime.now(UTC))


def _ensure_sample_network() -> None:
    """Put the demo's invented departments on file, unless somebody has put others there."""
    from deployments.sample_day.network import network_csv
    from rules.supervision.network_file import read_departments
    from store import network
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        if not network.listing(connection):
            network.replace(connection, read_departments(network_csv()), at=datetime.now(UTC))


def _send_day(settings: "EngineSettings", *, parcels: int, seed: int) -> None:
    """Have the day happen: parcels and their trouble, complaints and what departments answer, claims and people."""
    from deployments.engine.credentials import read_credentials
    from deployments.sample_day import sample_day

    salt = read_credentials(settings).kuaidi100_salt
    day = sample_day(seed=seed, parcels=parcels, now=datetime.now(UTC), salt=salt)
    _send(settings, day.posts, wave=1, what="the day")
    _settle(settings)  # what comes late comes after the cases were opened
    _send(settings, day.posts, wave=2, what="what comes late")
    _settle(settings)
    _send(settings, day.complaints, wave=3, what="what customers complain of")
    _settle(settings)
    _answer_for_departments(settings, seed=seed)
    _work_on_claims(settings, day)


def _send(settings: "EngineSettings", posts: "Sequence[Post]", *, wave: int, what: str) -> None:
    """Send a wave of posts to the gateway, as the systems outside would."""
    from deployments.engine.credentials import read_credentials
    from deployments.sample_day.send import GatewayUnreachable, PostRefused, send

    address = f"http://127.0.0.1:{settings.gateway_port}"
    try:
        report = send(posts, address, read_credentials(settings).api_key, wave=wave, progress=console())
    except (PostRefused, GatewayUnreachable) as failed:
        raise Failure(str(failed)) from failed
    refused = ", ".join(f"{count} with {status}" for status, count in sorted(report.refused.items())) or "none"
    print(f"Sent {what}: {report.accepted} posts accepted, refused as they should be: {refused}.")


def _answer_for_departments(settings: "EngineSettings", *, seed: int) -> None:
    """Answer some of what departments were asked about complaints, through the gateway, as their own systems would."""
    from random import Random

    from deployments.sample_day.answers import WAVE, answer_posts
    from schemas.complaints import COMPLAINT_PREFIX
    from schemas.inquiries import InquiryState
    from store import inquiries
    from store.inquiries import Chosen
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        waiting = inquiries.listing(connection, Chosen(state=InquiryState.OPEN), limit=10_000)
    asked = [(one.inquiry_no, one.department) for one in waiting if one.case_no.startswith(COMPLAINT_PREFIX)]
    posts = answer_posts(asked, rng=Random(f"{seed}/answers"))  # noqa: S311  # a sample, not a secret
    _send(settings, posts, wave=WAVE, what=f"what departments answer to {len(asked)} questions about complaints")


def _work_on_claims(settings: "EngineSettings", day: "SampleDay") -> None:
    """Send what customers claim, and have people work on it until claims stand in every state."""
    from deployments.command import demo_claims
    from deployments.sample_day.answers import WAVE
    from deployments.sample_day.claims import BOOKED, CLAIMED, CLAIMED_LATER

    engine = demo_claims.Engine(
        send=lambda posts: _send(settings, posts, wave=WAVE, what="what departments answer about claims"),
        carry_on=lambda is_so: _carry_on(settings, is_so),
    )
    _send(settings, day.claims, wave=BOOKED, what="the consignments of which some were damaged")
    _send(settings, day.claims, wave=CLAIMED, what="what customers claim")
    _settle(settings)
    about = demo_claims.numbers_of(day.plots)
    demo_claims.departments_and_desk(about, engine)
    demo_claims.supervisors(about, engine)
    demo_claims.claimants(about, engine)
    demo_claims.bank(about, engine)
    demo_claims.parties(about, engine)
    _send(settings, day.claims, wave=CLAIMED_LATER, what="what customers claim later")
    print("People decided, answered and paid: claims stand in every state now.")


def _carry_on(settings: "EngineSettings", is_so: Callable[[], bool]) -> None:
    """Wake the engine, and wait until it has done what it can and this is so."""
    from adapters import Refused, Unavailable
    from adapters.runs.client import announce
    from tasks.publishing import CLAIM_FILED

    try:
        announce(CLAIM_FILED, resource="redress.command", payload={})
    except (Unavailable, Refused) as failure:
        raise Failure(f"the engine does not answer: {failure}; see the logs in {settings.logs}") from failure
    _settle(settings, is_so)


def _settle(settings: "EngineSettings", is_so: Callable[[], bool] = lambda: True) -> "Board":
    """Wait until the engine has moved everything that it can move without a person, and this is so."""
    from store.board import board
    from store.unit_of_work import unit_of_work

    until = time.monotonic() + SETTLE_SECONDS_MAX
    calm = 0
    with console().status("Working ...") as spinner:
        while True:
            with unit_of_work() as connection:
                now = board(connection)
            calm = calm + 1 if now.under_way == 0 and is_so() else 0
            if calm >= 2:
                return now
            if time.monotonic() > until:
                raise Failure(
                    f"{now.under_way} things still move after {SETTLE_SECONDS_MAX} s; see the logs in {settings.logs}"
                )
            told = sum(now.states.values()) + sum(now.complaints.values()) + sum(now.claims.values())
            spinner.update(f"Working: {now.under_way} things under way, {told} cases ...")
            time.sleep(LOOK_EVERY_SECONDS)


def show_board(*, json: bool = False) -> None:
    """Show where everything stands: records read, cases by state, runs that wait for a supervisor.

    Args:
        json: Print JSON.
    """
    settings = enter()
    from store.board import board
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        now = board(connection)
    if json:
        print_json({**now._asdict(), "waiting": [run._asdict() for run in now.waiting]})
    else:
        _print_board(now, settings)


def _print_board(now: "Board", settings: "EngineSettings") -> None:
    from schemas.severity import Severity

    told = now.tracking
    print()
    print(
        f"Events: {told['read']} read = {told['clean']} clean + {told['duplicate']} duplicate "
        f"+ {told['quarantined']} quarantined"
    )
    if told["reasons"]:
        print("  quarantined for: " + ", ".join(f"{reason} {times}" for reason, times in told["reasons"].items()))
    print_table(("state", "cases"), sorted(now.states.items()), title="Exceptions 异常件")
    print_table(("state", "complaints"), sorted(now.complaints.items()), title="Complaints 投诉")
    print_table(("state", "claims"), sorted(now.claims.items()), title="Claims 理赔")
    if now.appeals:
        print_table(("state", "appeals"), sorted(now.appeals.items()), title="Appeals 申诉")
    address = f"http://127.0.0.1:{settings.prefect_port}"
    print_table(
        ("case", "type", "severity", "amount", "decision owed for", "address"),
        [
            (run.case_no, run.type, Severity(run.severity).name, run.amount, run.owed_for,
             f"{address}/v2/runs/flow-run/{run.flow_run_id}")
            for run in now.waiting
        ],
        title=f"{now.waiting_runs} runs wait for a supervisor; the gravest of each kind:",
    )  # fmt: skip
    today = datetime.now(settings.zone).date().isoformat()
    print(_NEXT.format(address=address, notices=settings.notices, today=today))


_NEXT = """
What to do next
  1. Open one of the addresses above. In the run's "..." menu choose Resume and read the case.
  2. Get a passcode:  .venv/bin/redress passcode sup-zhang   (may approve up to 3,000 CNY; mgr-li up to 100,000)
  3. Fill in: decision approve, a comment that says why you pay without the evidence that is missing (of exceptions
     nobody sends photographs in the demo), staff id sup-zhang, the passcode. Submit. From 1,000 CNY a second person is
     asked (mgr-li). Within seconds the plan is carried out and the customer told:
     .venv/bin/redress cases --state FED_BACK
  4. Start the nightly scan by hand: {address}/v2/deployments, escalate_overdue, Run, look_ahead_hours 24.
  5. Complaints: .venv/bin/redress complaint list; runs named CP-... wait in the UI; a light one ends in one call:
     .venv/bin/redress complaint resolve CP-... --staff ag-sun --solution "..."
  6. Claims: the run named DK-... asks about several small ones at once: approve them, except for those that you name.
     Of those named CL-... one waits for the director (dir-qian), one for a second supervisor (sup-wu).
     .venv/bin/redress claims; .venv/bin/redress report claims --period {today}; docs/operations.md#claims-and-dockets
  7. What customers and departments were told: {notices}
  Stop with `make down`; `make demo` goes on where it stood.
"""
