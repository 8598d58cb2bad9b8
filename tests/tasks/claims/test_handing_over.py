"""Who handles a claim: an agent of the department that runs it, else of the desk, and never whom it is about."""

from decimal import Decimal

import pytest
from claims import claim_of, filed, the_desk_works, the_parcel_was_damaged
from complaint_factories import an_agent
from complaints import commands_of, nothing_is_broken, notices_of, staff_called, the_desk_has, the_network_is_on_file
from sqlalchemy import text

from schemas.claims import Claim, Command, State
from schemas.complaints import LiableParty, PartyKind
from schemas.exceptions import Role
from store.unit_of_work import unit_of_work
from tasks.claims.by_hand import assign_claim, decide_liability
from tasks.claims.evidence import gather_evidence
from tasks.claims.handing_over import reassign_claims
from tasks.claims.letters import MANAGER
from tasks.complaints.desk import put_agent

OUTLET = "示例城东网点"


@pytest.fixture(autouse=True)
def network(stand_at: object) -> None:
    del stand_at
    the_network_is_on_file()
    the_parcel_was_damaged()


def gathered(**told: object) -> Claim:
    number = filed(**told).claim_no
    gather_evidence.fn()
    return claim_of(number)


class TestAtGathering:
    def test_is_an_agent_of_the_department_that_runs_it(self) -> None:
        the_desk_has(an_agent("ag-desk"), an_agent("ag-east", department=OUTLET))

        claim = gathered()

        assert (claim.assigned_to, claim.handler, claim.state) == (OUTLET, "ag-east", State.EVIDENCE)

    def test_is_an_agent_of_the_desk_where_the_department_has_none(self) -> None:
        the_desk_has(an_agent("ag-desk"), an_agent("ag-hub", department="杭州转运中心"))

        assert gathered().handler == "ag-desk"

    def test_is_who_has_the_least_to_do_claims_and_complaints_together(self) -> None:
        the_desk_has(an_agent("ag-li"), an_agent("ag-sun"))

        handlers = [gathered(waybill=f"77300000010{turn}").handler for turn in range(4)]

        assert sorted(handlers) == ["ag-li", "ag-li", "ag-sun", "ag-sun"]

    def test_shares_out_the_claims_of_one_pass(self) -> None:
        the_desk_has(an_agent("ag-li"), an_agent("ag-sun"))
        numbers = [filed(waybill=f"77300000010{turn}").claim_no for turn in range(4)]

        gather_evidence.fn()

        assert sorted(claim_of(number).handler for number in numbers) == ["ag-li", "ag-li", "ag-sun", "ag-sun"]

    def test_speaks_the_claimants_language(self) -> None:
        the_desk_has(an_agent("ag-li"), an_agent("ag-wang", languages=("zh", "en"), cases=9))

        assert gathered(claimant={"language": "en"}).handler == "ag-wang"

    def test_is_nobody_where_nobody_fits_and_the_desk_is_told_once(self) -> None:
        the_desk_has(an_agent("ag-li", on_duty=False))

        claim = gathered()

        assert claim.handler == ""
        told = [one for one in notices_of(claim.case_no, "department") if "无合适理赔员" in one["subject"]]
        assert [one["to"] for one in told] == [MANAGER]

    def test_is_nobody_and_nobody_is_told_where_no_agents_are_on_file(self) -> None:
        claim = gathered()

        assert claim.handler == ""
        assert not [one for one in notices_of(claim.case_no, "department") if "无合适理赔员" in one["subject"]]

    def test_stays_whom_a_person_chose_before(self) -> None:
        the_desk_has(an_agent("ag-li"), an_agent("ag-sun"))
        number = filed().claim_no
        staff_called("ag-li", Role.AGENT)
        assign_claim(number, to="ag-sun", staff_id="ag-li")
        gather_evidence.fn()

        assert claim_of(number).handler == "ag-sun"


class TestReassigning:
    def test_hands_on_what_is_whose_who_went_off_duty(self) -> None:
        the_desk_has(an_agent("ag-li"))
        number = gathered().case_no
        the_desk_has(an_agent("ag-li", on_duty=False), an_agent("ag-sun"))

        assert reassign_claims.fn() == [number]
        assert (claim_of(number).handler, commands_of(number)[-1]) == ("ag-sun", Command.ASSIGN)
        assert reassign_claims.fn() == []
        assert nothing_is_broken()

    def test_finds_somebody_for_what_nobody_had(self) -> None:
        number = gathered().case_no
        the_desk_has(an_agent("ag-sun"))

        assert reassign_claims.fn() == [number]
        assert claim_of(number).handler == "ag-sun"

    def test_leaves_what_fits_nobody_with_whom_it_is(self) -> None:
        the_desk_has(an_agent("ag-li"))
        number = gathered().case_no
        put_agent(an_agent("ag-li", on_duty=False))

        assert reassign_claims.fn() == []
        assert claim_of(number).handler == "ag-li"

    def test_takes_it_from_the_courier_who_is_to_answer_for_it(self) -> None:
        the_desk_has(an_agent("ag-li"))
        number = gathered().case_no
        the_desk_has(an_agent("ag-sun", cases_max=1))
        with unit_of_work() as connection:
            connection.execute(
                text("UPDATE claim SET liability = CAST(:told AS jsonb) WHERE case_no = :no"),
                {"no": number, "told": '{"parties": [{"kind": "courier", "name": "ag-li", "share": "100"}]}'},
            )

        assert reassign_claims.fn() == [number]
        assert claim_of(number).handler == "ag-sun"

    def test_leaves_it_with_the_person_who_took_it_up_and_is_no_agent(self) -> None:
        the_desk_has(an_agent("ag-li"))
        number = gathered().case_no
        with unit_of_work() as connection:
            connection.execute(text("UPDATE claim SET handler = 'sup-zhang'"))

        assert reassign_claims.fn() == []
        assert claim_of(number).handler == "sup-zhang"

    def test_leaves_what_is_not_gathered_yet_and_what_is_closed(self) -> None:
        filed()
        the_desk_has(an_agent("ag-li"))
        closed = filed(waybill="773000000009").claim_no
        with unit_of_work() as connection:
            connection.execute(
                text("UPDATE claim SET state = 'CLOSED', closed_at = now() WHERE case_no = :no"), {"no": closed}
            )

        assert reassign_claims.fn() == []


class TestWhoeverDecidesWhoAnswers:
    def test_works_on_it_beside_its_handler_and_neither_may_approve_it(self) -> None:
        """调查人不能审批同一案件 (R86)."""
        the_desk_has(an_agent("ag-li"), an_agent("ag-sun", on_duty=False))
        number = gathered().case_no
        the_desk_works()
        staff_called("ag-sun", Role.AGENT)
        party = LiableParty(kind=PartyKind.OUTLET, name=OUTLET, share=Decimal(100))

        after = decide_liability(number, parties=[party], note="交接记录", staff_id="ag-sun")

        assert (after.handler, after.workers) == ("ag-li", {"ag-li", "ag-sun"})
