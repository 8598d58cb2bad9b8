"""What becomes of each claim of a docket (R86, R87)."""

from decimal import Decimal

import pytest
from claim_factories import DOCKET_NO, a_claim, a_claim_plan, a_docket, a_liability
from factories import a_payment, a_supervisor
from pydantic import ValidationError

from rules.claims.docketing import last_digits, names_wrong, sort_out, what_became_of
from rules.claims.lifecycle import LIFECYCLE, is_gathered, may_be_gathered
from rules.supervision.approvals import check_authority, still_owed
from schemas.approvals import DocketApproval
from schemas.claims import Command, DocketOutcome, Route, State
from schemas.complaints import PartyKind
from schemas.evidence import Completeness, EvidenceKind, MissingPiece
from schemas.exceptions import Role
from schemas.severity import Severity

COMPLETE = Completeness()
INCOMPLETE = Completeness(missing=(MissingPiece(EvidenceKind.PHOTO_LABEL, "sender"),))
FIRST, SECOND, THIRD, TWELFTH = (a_claim(number, route=Route.DOCKET, docket_no=DOCKET_NO) for number in (1, 2, 3, 12))
GATHERED = (FIRST, SECOND, THIRD, TWELFTH)


def an_answer(except_for="", **changes):
    told = {"decision": "approve", "staff_id": "sup-zhang", "passcode": "123456", "comment": ""}
    return DocketApproval(**{**told, "except_for": except_for, **changes})


def outcomes(answer=None, staff=None, *, now=(), found=None, docket=None):
    """Sort out the four claims, of which some stand otherwise now."""
    standing = {claim.case_no: claim for claim in (*GATHERED, *now)}
    papers = dict.fromkeys(standing, COMPLETE) | (found or {})
    decided = sort_out(docket or a_docket(*GATHERED), standing, papers, answer or an_answer(), staff or a_supervisor())
    return {int(one.claim.case_no[-6:]): (one.outcome.value, one.why) for one in decided}


def changed(claim=SECOND, **changes):
    return [claim.model_copy(update=changes)]


APPROVED = ("approved", "")


class TestExcepting:
    def test_nothing_approves_all(self):
        assert outcomes() == dict.fromkeys((1, 2, 3, 12), APPROVED)

    @pytest.mark.parametrize(
        "named",
        [
            "001 012", "000001,000012", " 001 ，012\n", "001、012；", "CL-20261120-000001 12",
            "001 001 012",
        ],
    )  # fmt: skip
    def test_those_that_are_named_leaves_the_others_approved(self, named):
        assert outcomes(an_answer(named)) == {
            1: ("excepted", ""), 2: APPROVED, 3: APPROVED, 12: ("excepted", ""),
        }  # fmt: skip

    @pytest.mark.parametrize("named", ["2", "7", "000007", "CL-20261120-000007", "001 7"])
    def test_none_or_several_of_them_is_asked_again(self, named):
        fault = names_wrong(a_docket(*GATHERED), an_answer(named))

        assert fault.code == "except_for"
        assert named.split()[-1] in fault.sentence

    def test_exactly_some_of_them_is_right(self):
        assert names_wrong(a_docket(*GATHERED), an_answer("001 12")) is None

    def test_matters_nothing_to_whoever_refuses_them_all(self):
        refused = an_answer("7", decision="refuse", comment="先复核")

        assert names_wrong(a_docket(*GATHERED), refused) is None
        assert outcomes(refused) == dict.fromkeys((1, 2, 3, 12), ("refused", ""))

    @pytest.mark.parametrize("named", ["all", "CL-1", "1.5", "CL-20261120-", "1/2"])
    def test_is_by_numbers_only(self, named):
        with pytest.raises(ValidationError):
            an_answer(named)

    def test_asks_for_no_amount(self):
        assert "amount" not in DocketApproval.model_json_schema()["properties"]
        with pytest.raises(ValidationError):
            an_answer(amount="5")

    def test_is_asked_for_in_the_order_in_which_people_fill_it_in(self):
        asked = DocketApproval.model_json_schema()

        assert list(asked["properties"]) == ["decision", "except_for", "comment", "staff_id", "passcode"]
        assert asked["required"] == ["decision", "staff_id", "passcode"]


class TestBarring:
    """Whoever may not decide about a claim does not decide about it in a docket either (R86)."""

    @pytest.mark.parametrize(
        ("staff", "now", "why"),
        [
            ({"ties": frozenset({"王五"})}, {"payee_name": "王五"}, "tied"),
            ({"ties": frozenset({"示例城西网点"})}, {"outlet": "示例城西网点"}, "tied"),
            ({}, {"handler": "sup-zhang"}, "investigator"),
        ],
    )
    def test_is_of_one_claim_and_not_of_the_others(self, staff, now, why):
        found = outcomes(staff=a_supervisor(**staff), now=changed(**now))

        assert found == {1: APPROVED, 2: ("barred", why), 3: APPROVED, 12: APPROVED}

    def test_is_of_whoever_is_to_answer_for_it(self):
        courier = a_liability(PartyKind.COURIER).parties[0].model_copy(update={"name": "sup-zhang"})

        found = outcomes(now=changed(liability=a_liability(parties=(courier,))))

        assert found == {1: APPROVED, 2: ("barred", "subject"), 3: APPROVED, 12: APPROVED}

    def test_is_by_the_persons_limit_for_each_claim(self):
        assert outcomes(staff=a_supervisor(amount_limit=Decimal(799)))[2] == ("barred", "limit")
        assert outcomes(staff=a_supervisor(amount_limit=Decimal(800)))[2] == APPROVED

    @pytest.mark.parametrize(
        ("now", "why"),
        [
            ({"plan": a_claim_plan(version=2)}, "changed"),
            ({"plan": None}, "changed"),
            ({"severity": Severity.CRITICAL}, "more_approvals"),
            ({"paid_elsewhere": (a_payment("800"),)}, "amount"),
        ],
    )
    def test_is_of_what_is_not_as_clear_any_more(self, now, why):
        assert outcomes(now=changed(**now))[2] == ("barred", why)

    def test_is_of_what_has_lost_a_paper_whatever_is_said_about_the_docket(self):
        found = outcomes(an_answer(comment="已电话核实"), found={SECOND.case_no: INCOMPLETE})

        assert found[2] == ("barred", "incomplete")

    def test_is_of_a_second_claim_about_the_same_parcel_which_is_paid_once(self):
        twin = {"waybill": FIRST.waybill}

        assert outcomes(now=changed(**twin)) == {
            1: APPROVED, 2: ("barred", "same_parcel"), 3: APPROVED, 12: APPROVED,
        }  # fmt: skip
        assert outcomes(an_answer("001"), now=changed(**twin))[2] == APPROVED

    def test_is_of_no_claim_that_is_about_no_known_parcel(self):
        nowhere = [*changed(waybill=""), *changed(THIRD, waybill="")]

        assert set(outcomes(now=nowhere).values()) == {APPROVED}

    def test_goes_before_what_is_named(self):
        assert outcomes(an_answer("002"), now=changed(handler="sup-zhang"))[2] == ("barred", "investigator")

    def test_is_of_everything_where_the_approver_has_no_role(self):
        assert set(outcomes(staff=a_supervisor(roles=frozenset())).values()) == {("barred", "role")}


class TestLeaving:
    @pytest.mark.parametrize("now", [{"state": State.CLOSED}, {"docket_no": ""}, {"docket_no": "DK-20261120-000002"}])
    def test_is_nothing_that_is_decided(self, now):
        assert set(outcomes(now=changed(**now))) == {1, 3, 12}

    def test_is_also_what_nobody_finds_any_more(self):
        docket = a_docket(*GATHERED, a_claim(99))

        assert set(outcomes(docket=docket)) == {1, 2, 3, 12}


class TestLastDigits:
    def test_are_as_many_as_tell_a_claim_from_the_others(self):
        docket = a_docket(a_claim(1), a_claim(12), a_claim(5012), a_claim(95012))

        assert list(last_digits(docket).values()) == ["001", "0012", "05012", "95012"]

    def test_are_the_whole_number_where_the_digits_alone_do_not(self):
        docket = a_docket(a_claim(1), a_claim(1000001))

        assert list(last_digits(docket).values()) == ["CL-20261120-000001", "1000001"]


class TestWhatBecameOf:
    def test_counts_what_was_approved_and_names_the_others(self):
        docket = a_docket(*GATHERED)
        outcome = [DocketOutcome.APPROVED, DocketOutcome.EXCEPTED, DocketOutcome.LEFT, DocketOutcome.APPROVED]
        claims = tuple(
            one.model_copy(update={"outcome": what}) for one, what in zip(docket.claims, outcome, strict=True)
        )

        said = what_became_of(docket.model_copy(update={"claims": claims}))

        assert said.startswith("同意 2/4 件 approved; 除外 excepted: CL-20261120-000002; ")
        assert said.endswith("withdrawn or changed meanwhile: CL-20261120-000003.")


class TestADocketAtItsGate:
    """A docket moves no money and is about nobody; each of its claims is held to its own rules."""

    def test_is_decided_by_one_supervisor(self):
        docket = a_docket(*GATHERED)

        assert still_owed(docket, amount=Decimal(0), given=[]) is Role.SUPERVISOR
        assert still_owed(docket, amount=Decimal(0), given=[Role.SUPERVISOR]) is None

    @pytest.mark.parametrize(
        ("staff", "code"),
        [
            ({}, None),
            ({"amount_limit": Decimal(0)}, None),
            ({"currency": "USD"}, None),
            ({"roles": frozenset()}, "role"),
        ],
    )
    def test_asks_for_a_role_alone(self, staff, code):
        docket = a_docket(*GATHERED)
        fault = check_authority(an_answer(), a_supervisor(**staff), docket, payee=docket.payee)

        assert (fault.code if fault else None) == code

    def test_has_the_currency_of_its_claims(self):
        assert a_docket(*GATHERED).currency == "CNY"
        assert a_docket().currency == ""
        assert a_docket().paid_before("CNY") == 0
        assert (a_docket().case_no, a_docket().opened_at) == (DOCKET_NO, FIRST.opened_at)


class TestMoves:
    def test_into_a_docket_are_made_once_with_what_is_clear(self):
        clear = a_claim(route=Route.DOCKET)

        assert may_be_gathered(clear) is None
        assert may_be_gathered(a_claim(route=Route.SINGLE)) == "it is decided by itself."
        assert may_be_gathered(FIRST) == f"it is in {DOCKET_NO}."

    def test_out_of_a_docket_are_made_with_what_is_in_one(self):
        assert is_gathered(FIRST) is None
        assert is_gathered(a_claim(route=Route.SINGLE)) is not None

    @pytest.mark.parametrize(
        ("command", "who"),
        [
            (Command.DOCKET, {Role.SYSTEM}),
            (Command.SINGLE_OUT, {Role.SYSTEM, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR}),
        ],
    )
    def test_leave_the_claim_waiting_and_are_made_by(self, command, who):
        [row] = [row for row in LIFECYCLE.rows if row.command is command]

        assert (row.origins, row.target, row.who) == (frozenset({State.AWAITING_APPROVAL}), None, who)
