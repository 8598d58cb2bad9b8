"""What it takes before something is done with a claim: each guard, and the sentence with which it refuses."""

from decimal import Decimal
from typing import Any

import pytest
from claim_factories import a_claim, a_claim_plan, a_denial, a_liability
from hypothesis import given
from hypothesis import strategies as st

from rules.claims import lifecycle
from rules.claims.liability import contested
from rules.claims.lifecycle import COUNTERS_MAX, LIFECYCLE, OBJECTIONS_MAX, REDUCING, needs_a_person
from rules.transitions import Move, Refusal
from schemas.claims import Command, Liability, Resolution, Route, State
from schemas.complaints import PartyKind
from schemas.exceptions import Role

amounts = st.decimals("0", "5000", places=2)
DOCKETED = {"route": Route.DOCKET, "docket_no": "DK-20261120-000001"}


def ask(state: State, command: Command, *, role: Role = Role.SYSTEM, **changes: Any) -> Move | Refusal:
    return LIFECYCLE.advance(state, command, role=role, facts=a_claim(**changes))


class TestGuard:
    @pytest.mark.parametrize(
        ("state", "command", "role", "changes", "sentence"),
        [
            pytest.param(
                State.DRAFT, Command.COMPLETE, Role.CUSTOMER, {"missing": ("waybill", "parcels")},
                "waybill, parcels missing.", id="file what lacks something",
            ),
            pytest.param(
                State.FILED, Command.ACKNOWLEDGE, Role.SYSTEM, {"missing": ("account",)}, "account missing.",
                id="acknowledge what lacks something",
            ),
            pytest.param(
                State.LIABILITY, Command.CONTEST, Role.AGENT, {"liability": None}, "nobody has proposed who answers.",
                id="contest what nobody proposed",
            ),
            pytest.param(
                State.LIABILITY, Command.CONFIRM_LIABILITY, Role.AGENT, {"liability": None},
                "nobody has decided who answers.", id="confirm what nobody proposed",
            ),
            pytest.param(
                State.LIABILITY, Command.CONFIRM_LIABILITY, Role.AGENT, {}, "nobody has decided who answers.",
                id="confirm what nobody decided",
            ),
            pytest.param(
                State.ASSESSED, Command.REQUEST_APPROVAL, Role.SYSTEM, {"plan": None}, "nothing is proposed.",
                id="ask about nothing",
            ),
            pytest.param(
                State.AWAITING_APPROVAL, Command.APPROVE, Role.SUPERVISOR, {"plan": None}, "nothing is proposed.",
                id="approve nothing",
            ),
            pytest.param(
                State.AWAITING_APPROVAL, Command.ENDORSE, Role.SUPERVISOR, {"plan": None}, "nothing is proposed.",
                id="endorse nothing",
            ),
            pytest.param(
                State.AWAITING_APPROVAL, Command.DOCKET, Role.SYSTEM, {"route": Route.SINGLE},
                "it is decided by itself.", id="gather what is not clear",
            ),
            pytest.param(
                State.AWAITING_APPROVAL, Command.DOCKET, Role.SYSTEM, DOCKETED, "it is in DK-20261120-000001.",
                id="gather twice",
            ),
            pytest.param(
                State.AWAITING_APPROVAL, Command.SINGLE_OUT, Role.SYSTEM, {"route": Route.SINGLE},
                "it is decided by itself already.", id="single out what is decided by itself",
            ),
            pytest.param(
                State.APPROVED, Command.OFFER, Role.SYSTEM, {"plan": None}, "no payment is proposed.",
                id="offer nothing",
            ),
            pytest.param(
                State.APPROVED, Command.OFFER, Role.SYSTEM, {"plan": a_denial()}, "no payment is proposed.",
                id="offer a denial",
            ),
            pytest.param(
                State.APPROVED, Command.DENY, Role.SYSTEM, {}, "no denial is proposed.", id="deny what is to be paid"
            ),
            pytest.param(
                State.APPROVED, Command.AGREE_AS_CLAIMED, Role.SYSTEM, {"plan": a_denial()},
                "no payment is proposed.", id="agree on a denial",
            ),
            pytest.param(
                State.APPROVED, Command.AGREE_AS_CLAIMED, Role.SYSTEM, {"plan": None}, "no payment is proposed.",
                id="agree on nothing",
            ),
            pytest.param(
                State.APPROVED, Command.AGREE_AS_CLAIMED, Role.SYSTEM, {"claimed": Decimal(801)},
                "it is less than what was asked for: the claimant decides.", id="agree on less than was asked for",
            ),
            pytest.param(
                State.APPROVED, Command.AGREE_AS_CLAIMED, Role.SYSTEM, {"claimed": None},
                "it is less than what was asked for: the claimant decides.", id="agree where nobody named an amount",
            ),
            pytest.param(
                State.OFFERED, Command.COUNTER, Role.CUSTOMER, {"rounds": COUNTERS_MAX},
                "3 amounts were named: a person settles it.", id="bargain without end",
            ),
            pytest.param(
                State.DENIED, Command.OBJECT, Role.CUSTOMER, {"objections": OBJECTIONS_MAX},
                "2 objections were heard.", id="object without end",
            ),
            pytest.param(
                State.APPROVED, Command.OFFER, Role.SYSTEM, {"currency": "USD"},
                "CNY is proposed and USD is claimed.", id="offer in another currency",
            ),
            pytest.param(
                State.LIABILITY, Command.PROPOSE, Role.AGENT, {"is_major": True},
                "it is a major accident: two people settle who answers (R82).", id="propose about a major accident",
            ),
            pytest.param(
                State.LIABILITY, Command.PROPOSE, Role.AGENT,
                {"liability": contested(Liability(), by="城东", why="不是我们")},
                "城东 contests who answers: a person decides.", id="propose what is contested",
            ),
            pytest.param(
                State.NEGOTIATION, Command.OFFER_AGAIN, Role.AGENT, {"offered": None}, "nothing was offered.",
                id="offer no amount",
            ),
            pytest.param(
                State.NEGOTIATION, Command.OFFER_AGAIN, Role.AGENT, {"offered": Decimal(1), "plan": None},
                "nothing was offered.", id="offer without an approval",
            ),
            pytest.param(
                State.NEGOTIATION, Command.OFFER_AGAIN, Role.AGENT, {"offered": Decimal("800.01")},
                "800.01 is more than the 800 that were approved.", id="offer more than was approved",
            ),
            pytest.param(
                State.OFFERED, Command.ACCEPT, Role.CUSTOMER, {"offered": None}, "nothing is offered.",
                id="accept nothing",
            ),
            pytest.param(
                State.AGREED, Command.PAY, Role.SYSTEM, {"payee_tail": ""}, "no account is known.",
                id="pay to nobody",
            ),
            pytest.param(
                State.LIABILITY, Command.WITHDRAW, Role.CUSTOMER, {"paid_amount": Decimal(1)},
                "money was paid for it.", id="take back what was paid",
            ),
            pytest.param(
                State.LIABILITY, Command.SETTLE_PRIVATELY, Role.AGENT, {"paid_amount": Decimal(1)},
                "money was paid for it.", id="settle privately what was paid",
            ),
        ],
    )  # fmt: skip
    def test_refuses_to(self, state, command, role, changes, sentence):
        asked = ask(state, command, role=role, **changes)

        assert asked == Refusal(f"claim: {command.value} is not possible yet: {sentence}")

    @pytest.mark.parametrize(
        ("state", "command", "role", "changes"),
        [
            pytest.param(
                State.AWAITING_APPROVAL, Command.SINGLE_OUT, Role.SYSTEM, DOCKETED, id="take a claim out of a docket"
            ),
            pytest.param(
                State.APPROVED, Command.DENY, Role.SYSTEM, {"plan": a_denial(resolution=Resolution.TIME_BAR)},
                id="tell that it came too late",
            ),
            pytest.param(
                State.APPROVED, Command.AGREE_AS_CLAIMED, Role.SYSTEM, {"claimed": Decimal(799)},
                id="agree on more than was asked for, where the law asks for it",
            ),
            pytest.param(
                State.OFFERED, Command.COUNTER, Role.CUSTOMER, {"rounds": COUNTERS_MAX - 1}, id="bargain a last time"
            ),
            pytest.param(
                State.NEGOTIATION, Command.OFFER_AGAIN, Role.AGENT, {"offered": Decimal(800)},
                id="offer all that was approved",
            ),
        ],
    )  # fmt: skip
    def test_lets_somebody(self, state, command, role, changes):
        assert isinstance(ask(state, command, role=role, **changes), Move)

    @given(amounts, amounts)
    def test_never_offers_more_than_was_approved(self, approved, offered):
        asked = ask(
            State.NEGOTIATION, Command.OFFER_AGAIN, role=Role.AGENT, plan=a_claim_plan(str(approved)), offered=offered
        )

        assert isinstance(asked, Move) == (offered <= approved)


def why(**changes: Any) -> str | None:
    return needs_a_person(a_claim(**changes))


class TestWhoAnswers:
    def test_is_settled_by_nobody_where_the_carrier_bears_it(self):
        assert why() is None

    def test_needs_a_proposal(self):
        assert why(liability=None) == "nobody has proposed who answers."

    def test_is_for_a_person_where_a_party_contests_it(self):
        contested = a_liability(contested_by="示例城东网点")

        assert why(liability=contested) == "示例城东网点 contests it: a person decides."

    @pytest.mark.parametrize("kind", list(PartyKind))
    def test_is_for_a_person_where_the_claimant_would_be_paid_less_for_it(self, kind):
        """Only a person says of a sender, a consignee or force majeure that they answer (R55, R85)."""
        assert (why(liability=a_liability(kind)) is not None) == (kind in REDUCING)
        assert why(liability=a_liability(kind, decided_by="ag-sun")) is None

    def test_of_a_major_accident_is_decided_by_one_and_confirmed_by_another(self):
        decided = a_liability(decided_by="ag-sun")
        confirmed = a_liability(decided_by="ag-sun", confirmed_by="sup-li")

        assert why(is_major=True) == "it is a major accident: a person decides (R82)."
        assert why(is_major=True, liability=decided) == "it is a major accident: a second person confirms it (R82)."
        assert why(is_major=True, liability=confirmed) is None

    def test_holds_the_amount_back_until_it_is_settled(self):
        refused = ask(State.LIABILITY, Command.SETTLE_LIABILITY, is_major=True)

        assert isinstance(refused, Refusal)
        assert isinstance(ask(State.LIABILITY, Command.SETTLE_LIABILITY), Move)


class TestStates:
    def test_are_told_apart_by_whether_money_is_owed(self):
        owed, not_owed = lifecycle.WITH_MONEY, lifecycle.BEFORE_AGREEMENT

        assert owed | not_owed | {State.DRAFT, State.CLOSED} == set(State)
        assert not owed & not_owed
