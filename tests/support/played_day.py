"""The claims of a sample day in a test's database: told as the gateway takes them, carried on by the flow's steps."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from pydantic import TypeAdapter
from standins import register

from deployments.command import demo, demo_claims
from deployments.command.demo_claims import About, Engine
from deployments.gateway.claim_bodies import claim_in
from deployments.gateway.uploads import Upload
from deployments.sample_day import Post, SampleDay
from deployments.sample_day.claims import BOOKED, CLAIMED, CLAIMED_LATER
from deployments.sample_day.registrations import registration
from schemas.evidence import Door, Entered
from schemas.exceptions import Role
from schemas.inquiries import GivenAnswer
from schemas.shipments import ShipmentRegistration
from store.board import Board, board
from store.requests import NamedRequest
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.assessing import assess_claims
from tasks.claims.dockets import gather_dockets
from tasks.claims.evidence import complete_evidence, gather_evidence
from tasks.claims.intake import file_claim
from tasks.claims.liability import establish_liability, settle_liability
from tasks.claims.offering import offer_claims
from tasks.claims.recovering import close_recovered_claims, recover_claims
from tasks.claims.settling import confirm_paid, pay_claims
from tasks.claims.told import Incomplete, TakenIn
from tasks.claims.triaging import triage_claims
from tasks.inquiries.answering import answer_inquiry

BOOKINGS = TypeAdapter(list[ShipmentRegistration])
GATEWAY = TakenIn("gateway", Role.CUSTOMER)
STEPS = (
    gather_evidence, complete_evidence, establish_liability, settle_liability, assess_claims, triage_claims,
    gather_dockets, offer_claims, pay_claims, confirm_paid, recover_claims, close_recovered_claims,
)  # fmt: skip
"""What `handle_claims` does, but for what leaves the house."""


def book(day: SampleDay) -> None:
    """Book the parcels of the day, and put the demo's people and departments on file."""
    register(*BOOKINGS.validate_python([registration(telling) for telling in day.tellings]), at=clock.now())
    demo._ensure_sample_staff()
    demo._ensure_sample_network()


def send(posts: Iterable[Post]) -> list[int]:
    """Take posts in as their doors do, and give the status of each answer."""
    return [_door(post)(post) for post in posts]


def _door(post: Post) -> Callable[[Post], int]:
    doors = {"/shipments": _booked, "/inquiries": _answered, "/claims": _claimed}
    return next(door for path, door in doors.items() if post.path.startswith(path))


def _booked(post: Post) -> int:
    register(*BOOKINGS.validate_json(post.body), at=clock.now())
    return 201


def _answered(post: Post) -> int:
    answer = GivenAnswer.model_validate_json(post.body)
    entered = Entered(by=answer.answered_by, door=Door.API, shown="outlet")
    answer_inquiry(post.path.split("/")[2], answer, entered=entered)
    return 200


def _claimed(post: Post) -> int:
    form, pieces = claim_in(Upload(post.body, {}, []))
    given = Entered(by="gateway", door=Door.CLAIMANT, shown="sample")
    named = NamedRequest("api sample claims", post.headers["Idempotency-Key"], sha256(post.body).digest())
    try:
        filed = file_claim(
            form, pieces, taken=GATEWAY, given=given, keep_draft="draft=true" in post.path, request=named
        )
    except Incomplete:
        return 422
    return 202 if filed.missing else 200 if filed.known else 201


def carry_on() -> None:
    """Carry every claim on as far as it goes without a person."""
    for _ in range(2):
        for step in STEPS:
            step.fn()


def play(day: SampleDay) -> About:
    """Have the day's claims come in and people work on them, as the demo does; give their numbers by plot."""
    book(day)

    def carried(is_so: Callable[[], bool]) -> None:
        carry_on()
        assert is_so()

    engine = Engine(send=lambda posts: _nothing(send(posts)), carry_on=carried)
    send(_of_waves(day, BOOKED, CLAIMED))
    carry_on()
    about = demo_claims.numbers_of(day.plots)
    for act in (
        demo_claims.departments_and_desk, demo_claims.supervisors, demo_claims.claimants, demo_claims.bank,
        demo_claims.parties,
    ):  # fmt: skip
        act(about, engine)
    send(_of_waves(day, CLAIMED_LATER))
    carry_on()
    return demo_claims.numbers_of(day.plots)


def _nothing(_: object) -> None:
    return None


def _of_waves(day: SampleDay, *waves: int) -> Sequence[Post]:
    return [post for post in day.claims if post.wave in waves]


def the_board() -> Board:
    """Read the board."""
    with unit_of_work() as connection:
        return board(connection)
