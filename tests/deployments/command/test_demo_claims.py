"""What people do with the claims of the demo's day: they end in every state in which a claim can rest."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from claim_cases import docket_of, gate_of
from claims import claim_of, payouts_of
from played_day import About, play, the_board
from workbooks import Opened

from deployments.command import demo_claims
from deployments.command.outcome import Failure
from deployments.sample_day import SampleDay, sample_day
from deployments.sample_day.claim_plots import Plot
from rules.reporting.telling import headline
from schemas.claims import DocketOutcome, DocketState, Ending, State
from schemas.exceptions import Role
from schemas.payments import PayoutState
from schemas.recovery import ChargeState
from store import charges, dockets
from store.case_history import broken_histories
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.reporting import writing
from tasks.reporting.writing import CLAIMS, Written, period_called, write_report
from tasks.settings import business_settings

MOVED_ON = {State.FILED, State.ACKNOWLEDGED, State.ASSESSMENT, State.ASSESSED, State.APPROVED, State.PAID}
"""States out of which the engine moves a claim by itself."""
RESTS_IN = {
    Plot.PAPERS_WANTED: State.EVIDENCE,
    Plot.IN_ENGLISH: State.AWAITING_APPROVAL,
    Plot.DRAFT: State.DRAFT,
    Plot.NO_ACCOUNT: State.AGREED,
    Plot.FOUR_EYES: State.AWAITING_APPROVAL,
    Plot.TWO_LEVELS: State.RECOVERING,
    Plot.THREE_LEVELS: State.AWAITING_APPROVAL,
    Plot.MAJOR: State.LIABILITY,
    Plot.BADLY_PACKED: State.LIABILITY,
    Plot.TOO_LATE: State.DENIED,
    Plot.EMPLOYEE: State.AWAITING_APPROVAL,
    Plot.TAKEN_BACK: State.CLOSED,
    Plot.SETTLED_PRIVATELY: State.CLOSED,
    Plot.SENT_BACK: State.NEEDS_OPERATOR,
    Plot.CLEAR_LATER: State.AWAITING_APPROVAL,
}
"""Where the claims of a plot wait when the day is over; those of the others in several states."""


@pytest.fixture(scope="module")
def home(shared_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    del shared_database
    with pytest.MonkeyPatch.context() as monkeypatch:
        folder = tmp_path_factory.mktemp("home")
        monkeypatch.setenv("REDRESS_HOME", str(folder))
        monkeypatch.setattr(writing, "draw", lambda charts: {chart.key: "<svg/>" for chart in charts if chart.points})
        yield folder


@pytest.fixture(scope="module")
def about(home: Path) -> About:
    """Play a day once, for all tests to look at."""
    del home
    day: SampleDay = sample_day(seed=7, parcels=1000, now=clock.now(), salt="pepper")
    return play(day)


@pytest.fixture(scope="module")
def written(about: About) -> Written:
    """Report on the day once it is over."""
    del about
    now = clock.now()
    today = now.astimezone(business_settings().zone).date().isoformat()
    return write_report(period_called(today, now=now), about=CLAIMS, folder=None, made_by="qc-li")


def states_of(about: About, plot: Plot) -> list[State]:
    return [claim_of(number).state for number in about[plot]]


class TestDay:
    def test_ends_with_claims_in_every_state_in_which_one_can_rest(self, about: About) -> None:
        board = the_board()

        assert {State(state) for state in board.claims} == set(State) - MOVED_ON
        assert sum(board.claims.values()) == sum(map(len, about.values()))

    @pytest.mark.parametrize(("plot", "state"), RESTS_IN.items())
    def test_leaves_each_claim_where_its_plot_says(self, about: About, plot: Plot, state: State) -> None:
        assert set(states_of(about, plot)) == {state}

    def test_ends_claims_by_payment_agreement_and_withdrawal(self, about: About) -> None:
        endings = {claim_of(number).ending for numbers in about.values() for number in numbers}

        assert endings == {"", Ending.SETTLED, Ending.WITHDRAWN, Ending.PRIVATELY_SETTLED}

    def test_has_one_offer_accepted_one_countered_and_one_waiting(self, about: About) -> None:
        accepted, countered, waiting = about[Plot.PARTLY_INSURED]

        assert claim_of(accepted).agreed_amount
        assert (claim_of(countered).state, claim_of(waiting).state) == (State.NEGOTIATION, State.OFFERED)

    def test_has_one_denial_stand_and_one_objected_to(self, about: About) -> None:
        denied, objected = (claim_of(number) for number in about[Plot.DOUBTED])

        assert (denied.state, objected.state) == (State.DENIED, State.LIABILITY)
        assert objected.liability is not None
        assert objected.liability.contested_by == "claimant"

    def test_leaves_a_person_to_say_whether_the_sender_packed_it_badly(self, about: About) -> None:
        [number] = about[Plot.BADLY_PACKED]

        liability = claim_of(number).liability
        assert liability is not None
        assert "sender" in {party.kind.value for party in liability.parties}
        assert not liability.is_decided


class TestSmallDay:
    def test_is_played_with_the_claims_that_it_has(self, database: str, home: Path) -> None:
        del database, home
        about = play(sample_day(seed=3, parcels=60, now=clock.now(), salt="pepper"))

        states = {claim_of(number).state for numbers in about.values() for number in numbers}
        assert not states & MOVED_ON
        assert State.AWAITING_APPROVAL in states


class TestSupervisors:
    def test_decide_a_docket_with_two_exceptions_and_leave_one_to_the_visitor(self, about: About) -> None:
        with unit_of_work() as connection:
            [waiting] = dockets.waiting(connection)
        assert {claim_of(number).docket_no for number in about[Plot.CLEAR_LATER]} == {waiting}

        decided = docket_of(waiting.rsplit("-", 1)[0] + "-000001")
        excepted = [one.case_no for one in decided.claims if one.outcome is DocketOutcome.EXCEPTED]
        assert decided.state is DocketState.DECIDED
        assert {one.outcome for one in decided.claims} == {DocketOutcome.APPROVED, DocketOutcome.EXCEPTED}
        assert [claim_of(number).state for number in excepted] == [State.AWAITING_APPROVAL] * 2

    def test_leave_large_claims_to_whoever_is_asked_next(self, about: About) -> None:
        [four_eyes], [three_levels] = about[Plot.FOUR_EYES], about[Plot.THREE_LEVELS]

        assert (gate_of(four_eyes).level, gate_of(three_levels).level) == (Role.SUPERVISOR, Role.DIRECTOR)
        assert [one.staff_id for one in gate_of(three_levels).given] == ["sup-zhang", "mgr-li"]

    def test_must_be_the_demos_own_people(self, about: About) -> None:
        with pytest.raises(Failure, match="sup-nobody is not one of the demo's people"):
            demo_claims._decide(about[Plot.FOUR_EYES][0], "sup-nobody", comment="")

    def test_are_told_when_their_answer_does_not_count(self, about: About) -> None:
        with pytest.raises(Failure, match="somebody else must too"):
            demo_claims._decide(about[Plot.FOUR_EYES][0], "sup-zhang", comment="again")


class TestMoney:
    def test_is_paid_by_the_bank_but_for_one_account_and_some_that_it_is_slow_with(self, about: About) -> None:
        made = [payout for numbers in about.values() for number in numbers for payout in payouts_of(number)]

        became = Counter(payout.state for payout in made)
        assert set(became) == {PayoutState.PAID, PayoutState.REFUSED, PayoutState.BATCHED}
        assert became[PayoutState.REFUSED] == 1
        assert became[PayoutState.PAID] > became[PayoutState.BATCHED]

    def test_is_charged_to_parties_of_which_one_objects_and_one_is_to_pay(self, about: About) -> None:
        with unit_of_work() as connection:
            [told] = charges.of_claims(connection, about[Plot.TWO_LEVELS]).values()

        assert [one.state for one in told] == [ChargeState.OBJECTED, ChargeState.CHARGED]

    def test_leaves_histories_that_are_whole(self, about: About) -> None:
        with unit_of_work() as connection:
            checked, wrong = broken_histories(connection, None)

        assert checked >= sum(map(len, about.values()))
        assert not wrong


class TestReport:
    def test_counts_what_the_board_counts(self, written: Written) -> None:
        states = the_board().claims

        counted = headline(written.report)
        filed = sum(states.values()) - states["DRAFT"]
        assert (counted["drafts"], counted["filed"]) == (states["DRAFT"], filed)
        assert (counted["closed"], counted["left_open"]) == (states["CLOSED"], filed - states["CLOSED"])

    def test_has_a_line_for_every_claim_in_its_workbook(self, written: Written) -> None:
        book = Opened(written.workbook)
        by_state = Counter(line["state"] for line in book.lines(book.names[-4]))

        assert written.page.is_file()
        assert by_state == the_board().claims
