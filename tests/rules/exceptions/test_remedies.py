"""What is done about an exception, in which order, and what is offered to the customer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from factories import NOON, a_case, a_plan, at

from rules.exceptions.playbook_data import PlaybookText, load_playbooks
from rules.exceptions.playbooks import OWN, playbook_for
from rules.exceptions.remedies import IRREVERSIBLE, ROUNDS_MAX, draft_plan, is_completely_delayed, with_amount
from schemas.exceptions import ExceptionType, Measure, Plan
from schemas.playbooks import Mode, ParcelFacts

INSTANT = timedelta(microseconds=1)
CAN_BE_COMPLETELY_DELAYED = {ExceptionType.DELAYED, ExceptionType.NO_SCAN}


IN_TURN: dict[ExceptionType, list[str]] = {
    ExceptionType.DAMAGED: [
        "INSPECT_AND_PHOTOGRAPH, COMPENSATE",
        "INSPECT_AND_PHOTOGRAPH, REPACK, REDELIVER",
        "INSPECT_AND_PHOTOGRAPH, RETURN_TO_SENDER",
    ],
    ExceptionType.LOST: ["SEARCH_PARCEL, COMPENSATE", "SEARCH_PARCEL"],
    ExceptionType.SHORT: ["SEARCH_PARCEL, COMPENSATE", "SEARCH_PARCEL"],
    ExceptionType.DELAYED: ["RUSH_DELIVERY", "SEARCH_PARCEL"],
    ExceptionType.NO_SCAN: ["TRACE_INQUIRY", "SEARCH_PARCEL"],
    ExceptionType.MISROUTED: ["REROUTE, RUSH_DELIVERY", "SEARCH_PARCEL"],
    ExceptionType.RETURNED: ["CONTACT_CONSIGNEE", "RETURN_TO_SENDER"],
    ExceptionType.FORWARDED: ["TRACE_INQUIRY", "CONTACT_CONSIGNEE, FORWARD_PARCEL"],
    ExceptionType.ADDRESS_ERROR: [
        "CONTACT_CONSIGNEE, CORRECT_ADDRESS",
        "CONTACT_CONSIGNEE, FORWARD_PARCEL",
        "RETURN_TO_SENDER",
    ],
    ExceptionType.UNREACHABLE: ["CONTACT_CONSIGNEE, REDELIVER", "RETURN_TO_SENDER"],
    ExceptionType.REFUSED: ["CONTACT_CONSIGNEE, RETURN_TO_SENDER", "REDELIVER"],
    ExceptionType.UNCOLLECTED: ["CONTACT_CONSIGNEE", "RETURN_TO_SENDER"],
    ExceptionType.HELD_AT_OUTLET: ["RELEASE_FROM_OUTLET", "RUSH_DELIVERY"],
    ExceptionType.OUT_OF_AREA: ["REROUTE", "CONTACT_CONSIGNEE, FORWARD_PARCEL", "RETURN_TO_SENDER"],
    ExceptionType.CUSTOMS_HELD: ["CLEAR_CUSTOMS", "RETURN_TO_SENDER"],
    ExceptionType.WEATHER_BACKLOG: ["RUSH_DELIVERY"],
    ExceptionType.FALSE_SIGN: ["APOLOGISE, CONTACT_CONSIGNEE, SEARCH_PARCEL", "SEARCH_PARCEL, COMPENSATE"],
    ExceptionType.UNAUTHORISED_LOCKER: ["APOLOGISE, CONTACT_CONSIGNEE", "APOLOGISE, REDELIVER"],
    ExceptionType.TRACKING_UNTRUE: ["TRACE_INQUIRY, APOLOGISE", "SEARCH_PARCEL, CONTACT_CONSIGNEE"],
    ExceptionType.DELIVERY_TROUBLE: ["TRACE_INQUIRY, CONTACT_CONSIGNEE"],
}


def plans_in_turn(type_: ExceptionType, **changes):
    """Draft plan after plan for one case, as if each was sent back."""
    case = a_case(**{"type": type_, "rounds": 0, "plan": None, **changes})
    while (plan := draft_plan(case, now=NOON)) is not None:
        yield plan
        case = case.model_copy(update={"plan": plan, "rounds": case.rounds + 1})


def told(plans) -> list[str]:
    """Name the measures of each plan."""
    return [", ".join(plan.measures) for plan in plans]


class TestRemedies:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_fit_into_the_rounds_and_never_repeat_for(self, type_):
        remedies = [remedy.measures for remedy in playbook_for(type_).remedies]

        assert len(set(remedies)) == len(remedies) <= ROUNDS_MAX

    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_propose_money_exactly_where_they_compensate_for(self, type_):
        for remedy in playbook_for(type_).remedies:
            assert remedy.compensates == (Measure.COMPENSATE in remedy.measures)

    def test_that_nobody_can_take_back_are_known(self):
        assert {Measure.RETURN_TO_SENDER, Measure.COMPENSATE} == IRREVERSIBLE


class TestPlan:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_takes_the_remedies_one_after_the_other_and_then_leaves_it_to_a_person_for(self, type_):
        assert told(plans_in_turn(type_)) == IN_TURN[type_]

    def test_is_never_drafted_beyond_the_rounds(self):
        assert draft_plan(a_case(rounds=ROUNDS_MAX), now=NOON) is None

    def test_has_the_next_version(self):
        assert [plan.version for plan in plans_in_turn(ExceptionType.DAMAGED)] == [1, 2, 3]

    def test_follows_the_newest_version_even_when_that_was_amended(self):
        assert draft_plan(a_case(plan=a_plan(version=5)), now=NOON).version == 6

    def test_cites_the_remedy_that_it_took(self):
        assert [plan.basis[0] for plan in plans_in_turn(ExceptionType.LOST)] == ["remedy:LOST#1", "remedy:LOST#2"]

    @pytest.mark.parametrize(("reason", "cause"), [("carrier.damaged", "carrier.damaged"), ("", "unknown")])
    def test_names_the_cause(self, reason, cause):
        assert draft_plan(a_case(reason=reason), now=NOON).cause == cause


class TestSendersWay:
    RULES = ("messages_apart[*]@2022-03-01", "silence[*]@2022-03-01")

    def test_is_the_playbooks_return_to_him_with_the_rules_that_it_rests_on(self):
        case = a_case(type=ExceptionType.ADDRESS_ERROR, rounds=1)

        plan = draft_plan(case, now=NOON, senders_way=self.RULES)

        assert plan.measures == (Measure.RETURN_TO_SENDER,)
        assert plan.basis == ("remedy:ADDRESS_ERROR#2", *self.RULES)

    def test_is_not_proposed_again_once_it_was_planned(self):
        back = a_plan(measures=(Measure.RETURN_TO_SENDER,))

        plan = draft_plan(a_case(type=ExceptionType.REFUSED, rounds=1, plan=back), now=NOON, senders_way=self.RULES)

        assert told([plan]) == ["REDELIVER"]
        assert plan.basis == ("remedy:REFUSED#2",)

    def test_is_the_usual_one_where_the_playbook_has_no_return(self):
        case = a_case(type=ExceptionType.MISROUTED, rounds=0, plan=None)

        assert told([draft_plan(case, now=NOON, senders_way=self.RULES)]) == ["REROUTE, RUSH_DELIVERY"]


class TestCompensation:
    @pytest.mark.parametrize(
        ("insured", "declared", "amount", "basis"),
        [
            pytest.param("300", "100", "300", "value:insured", id="the insured amount"),
            pytest.param(None, "100", "100", "value:declared", id="the declared value, uninsured"),
            pytest.param("0", "100", "100", "value:declared", id="the declared value, insured for nothing"),
            pytest.param(None, None, "0", "value:none", id="nothing, where no value is on file"),
        ],
    )
    def test_is(self, insured, declared, amount, basis):
        plan = draft_plan(a_case(rounds=0, insured_amount=insured, declared_value=declared), now=NOON)

        assert (plan.amount, plan.basis[-1]) == (Decimal(amount), basis)

    def test_is_in_the_currency_of_the_shipment(self):
        assert draft_plan(a_case(rounds=0, currency="EUR"), now=NOON).currency == "EUR"

    def test_is_nothing_for_a_remedy_without_it(self):
        plan = draft_plan(a_case(rounds=1, insured_amount=Decimal(300)), now=NOON)

        assert plan.amount == 0
        assert not any(reference.startswith("value:") for reference in plan.basis)


class TestEstimatedCost:
    def test_is_what_the_measures_cost_and_leaves_the_compensation_apart(self):
        plan = draft_plan(a_case(rounds=0, insured_amount=Decimal(300)), now=NOON)

        assert (plan.estimated_cost, plan.cost_currency, plan.amount) == (Decimal("13.00"), "CNY", Decimal(300))

    def test_is_in_the_carriers_currency_whatever_the_shipments(self):
        plan = draft_plan(a_case(rounds=0, currency="EUR"), now=NOON)

        assert (plan.currency, plan.cost_currency) == ("EUR", "CNY")

    def test_follows_the_mode(self):
        plan = draft_plan(a_case(rounds=2), now=NOON, mode=Mode.LTL)

        assert plan.measures == (Measure.INSPECT_AND_PHOTOGRAPH, Measure.RETURN_TO_SENDER)
        assert plan.estimated_cost == Decimal("153.00")
        assert plan.basis[0] == "remedy:DAMAGED/ltl#3"

    def test_is_nothing_for_a_plan_that_was_stored_before_there_were_costs(self):
        stored = {"version": 1, "measures": ["REROUTE"], "amount": "0", "currency": "CNY", "basis": [], "cause": ""}

        assert Plan.model_validate(stored).estimated_cost == 0


class TestCarriersOwnPlaybooks:
    BOOKS = load_playbooks(
        OWN,
        PlaybookText(
            "own.toml",
            """
            [DAMAGED]
            remedies = [
                { measures = ["APOLOGISE"] },
                { measures = ["COMPENSATE"], when = ["insured"] },
                { measures = ["RETURN_TO_SENDER"] },
            ]
            complete_delay = { measures = ["COMPENSATE"] }
            """,
        ),
    )

    @pytest.mark.parametrize(("insured", "second"), [("500", "COMPENSATE"), (None, "RETURN_TO_SENDER")])
    def test_count_with_those_remedies_that_are_open_to_the_parcel(self, insured, second):
        plan = draft_plan(a_case(rounds=1, insured_amount=insured), now=NOON, books=self.BOOKS)

        assert told([plan]) == [second]

    def test_count_the_facts_that_are_told_before_those_of_the_case(self):
        facts = ParcelFacts(insured=True)

        assert told([draft_plan(a_case(rounds=1), now=NOON, books=self.BOOKS, facts=facts)]) == ["COMPENSATE"]

    def test_may_compensate_a_complete_delay_of_another_type(self):
        case = a_case(rounds=0, plan=None, promised_at=at(-1000))

        assert told([draft_plan(case, now=NOON, books=self.BOOKS)]) == ["COMPENSATE"]
        assert told([draft_plan(case, now=NOON)]) == ["INSPECT_AND_PHOTOGRAPH, COMPENSATE"]


class TestCompleteDelay:
    @pytest.mark.parametrize(("same_city", "days"), [(True, 3), (False, 7)], ids=["same city", "elsewhere"])
    def test_begins_when_the_last_calendar_day_has_passed(self, same_city, days):
        case = a_case(type=ExceptionType.DELAYED, promised_at=NOON, same_city=same_city)

        assert not is_completely_delayed(case, now=at(24 * days))
        assert is_completely_delayed(case, now=at(24 * days) + INSTANT)

    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_is_for_parcels_that_are_late_or_silent_and_not_for_others(self, type_):
        case = a_case(type=type_, promised_at=at(-1000))

        assert is_completely_delayed(case, now=NOON) == (type_ in CAN_BE_COMPLETELY_DELAYED)

    def test_is_never_without_a_promise(self):
        assert not is_completely_delayed(a_case(type=ExceptionType.DELAYED, promised_at=None), now=NOON)

    @pytest.mark.parametrize("type_", sorted(CAN_BE_COMPLETELY_DELAYED))
    def test_compensates_first_and_goes_on_with_the_usual_remedies(self, type_):
        compensation, *others = plans_in_turn(type_, promised_at=at(-1000))

        assert told([compensation]) == ["SEARCH_PARCEL, COMPENSATE"]
        assert compensation.amount == Decimal(100)
        assert told(others) == IN_TURN[type_]

    @pytest.mark.parametrize(
        ("same_city", "rule"), [(True, "complete_delay[same_city]@2012-05-01"), (False, "complete_delay[*]@2012-05-01")]
    )
    def test_cites_the_rule_that_it_was_counted_by(self, same_city, rule):
        case = a_case(type=ExceptionType.DELAYED, promised_at=at(-1000), same_city=same_city, rounds=0)

        assert rule in draft_plan(case, now=NOON).basis

    @pytest.mark.parametrize("rounds", [1, 2])
    def test_that_comes_about_between_two_plans_is_compensated_in_the_next(self, rounds):
        rush = a_plan(basis=(f"remedy:DELAYED#{rounds}",))
        case = a_case(type=ExceptionType.DELAYED, promised_at=at(-1000), rounds=rounds, plan=rush)

        assert Measure.COMPENSATE in draft_plan(case, now=NOON).measures

    def test_that_comes_about_between_two_plans_repeats_none_of_them(self):
        late = a_case(type=ExceptionType.DELAYED, promised_at=at(-24 * 6), rounds=0, plan=None)
        drafted = []
        for day in (0, 2, 3):
            drafted.append(draft_plan(late, now=at(24 * day)))
            late = late.model_copy(update={"plan": drafted[-1], "rounds": late.rounds + 1})

        assert told(drafted) == ["RUSH_DELIVERY", "SEARCH_PARCEL, COMPENSATE", "SEARCH_PARCEL"]


class TestWithAmount:
    @pytest.mark.parametrize(
        ("shown", "amount", "does"),
        [
            pytest.param(
                (Measure.REPACK, Measure.COMPENSATE), "30", (Measure.REPACK, Measure.COMPENSATE), id="another"
            ),
            pytest.param((Measure.REPACK, Measure.COMPENSATE), "0", (Measure.REPACK,), id="nothing"),
            pytest.param((Measure.REPACK,), "30", (Measure.REPACK, Measure.COMPENSATE), id="where none was planned"),
        ],
    )
    def test_pays_exactly_where_an_approver_names_something(self, shown, amount, does):
        plan = with_amount(a_plan(measures=shown), Decimal(amount), by="sup-zhang")

        assert (plan.measures, plan.amount, plan.version) == (does, Decimal(amount), 2)
        assert plan.basis[-1] == "amount:sup-zhang"
        assert plan.pays == bool(plan.amount)
