"""Claims in PostgreSQL: opened many at a time, chosen, locked, joined with what was told last and their proposal."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from claim_factories import a_claim_plan
from claims import a_form
from factories import NOON, a_registration, at
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from statements import statements

from rules.transitions import Move
from schemas.claims import Claim, ClaimForm, Command, Stage, State
from schemas.complaints import MissingField
from store import claim_forms, claims
from store.case_history import Signature, broken_histories, history_of
from store.case_moves import Change
from store.claims import CLAIMS, Chosen, Matter, NoSuchClaim, Opening
from store.plans import draft_plans
from store.tracking import shipments
from store.unit_of_work import unit_of_work

SIGN = Signature(who="ag-sun", role="agent", at=NOON, policy_version="test")
WAYBILL = "773000000001"
MISSING = MissingField(at="parcels", rule="R78", zh="损失部分", en="how much is gone")


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def an_opening(*missing: MissingField, columns: dict[str, Any] | None = None, **told: Any) -> Opening:
    form: ClaimForm = a_form(**told)
    held = {"claimed": form.claimed, "currency": form.currency, **(columns or {})}
    return Opening(form, missing, lambda _claim, _details: held, {"channel": form.channel.value})


def opened(connection: Connection, *missing: MissingField, when: datetime = NOON, **told: Any) -> Claim:
    sign = Signature(who="ag-sun", role="agent", at=when, policy_version="test")
    [claim] = claims.open_claims(connection, [an_opening(*missing, **told)], day="20261120", sign=sign)
    return claim


def moved(connection: Connection, claim: Claim, target: State, **updates: Any) -> Claim:
    """Bring a claim to a state, whatever the table of transitions says."""
    move: Move[State, Command, Stage] = Move(claim.state, Command.ASSIGN, target, Stage.ASSESSMENT)
    CLAIMS.apply(connection, [Change(case=claim, move=move, updates=updates)], sign=SIGN)
    return claims.one_claim(connection, claim.case_no)


def numbers(connection: Connection, limit: int = 500, after: str = "", **chosen: Any) -> list[str]:
    found = claims.select_claims(connection, Chosen(**chosen), limit=limit, after=after)
    return [one.case_no for one in found]


class TestOpenClaims:
    def test_gives_numbers_of_the_day_and_the_first_entry_of_a_sealed_history(self, connection: Connection) -> None:
        claim = opened(connection)

        assert claim.case_no == "CL-20261120-000001"
        assert (claim.state, claim.version) == (State.FILED, 1)
        [entry] = history_of(connection, claim.case_no)
        assert (entry["command"], entry["stage"]) == ("file", "INTAKE")
        assert broken_histories(connection) == (1, [])

    def test_of_what_lacks_something_is_a_draft(self, connection: Connection) -> None:
        claim = opened(connection, MISSING)

        assert (claim.state, claim.missing) == (State.DRAFT, ("parcels",))

    def test_seals_the_hash_of_what_was_told_and_no_word_of_it(self, connection: Connection) -> None:
        claim = opened(connection)

        [entry] = history_of(connection, claim.case_no)
        [form] = claim_forms.forms_of(connection, claim.case_no)
        assert entry["details"]["form"] == form.sha256
        assert "赵六" not in str(entry)

    def test_gives_many_in_order_each_with_its_own_telling(self, connection: Connection) -> None:
        openings = [an_opening(waybill=f"7730000001{place:02d}", claimed=place + 1) for place in range(40)]

        many = claims.open_claims(connection, openings, day="20261120", sign=SIGN)

        assert [claim.waybill for claim in many] == [one.form.waybill for one in openings]
        assert [claim.claimed for claim in many] == [Decimal(place + 1) for place in range(40)]
        assert {(claim.payee_name, claim.payee_tail) for claim in many} == {("赵六", "3445")}
        assert broken_histories(connection) == (40, [])

    def test_asks_as_often_for_many_as_for_one(self, connection: Connection) -> None:
        with statements() as of_one:
            claims.open_claims(connection, [an_opening()], day="20261120", sign=SIGN)
        with statements() as of_many:
            claims.open_claims(connection, [an_opening() for _ in range(60)], day="20261120", sign=SIGN)

        assert len(of_many) == len(of_one)

    def test_of_nothing_asks_nothing(self, connection: Connection) -> None:
        with statements() as made:
            assert claims.open_claims(connection, [], day="20261120", sign=SIGN) == []

        assert made == []


class TestOneClaim:
    def test_shows_the_parcel_where_it_is_on_file(self, connection: Connection) -> None:
        booked = a_registration(freight="12.50", insured=True, insured_amount="500", currency="HKD")
        shipments.register(connection, [booked], at=NOON)

        claim = opened(connection)

        assert (claim.outlet, claim.carrier) == ("示例城东网点", "shentong")
        assert (claim.freight, claim.insured_amount) == (Decimal("12.50"), Decimal(500))
        assert (claim.declared_value, claim.value_currency) == (Decimal(100), "HKD")

    def test_shows_nothing_of_a_parcel_that_nobody_booked(self, connection: Connection) -> None:
        claim = opened(connection)

        assert (claim.outlet, claim.declared_value, claim.value_currency) == ("", None, "CNY")

    def test_shows_what_was_told_last(self, connection: Connection) -> None:
        claim = opened(connection)
        later = a_form(account="又发现一只碗有裂纹", claimant={"phone": "19900008888"})
        claim_forms.add_forms(connection, [(claim.case_no, later, ())], at=at(1))

        claim = claims.one_claim(connection, claim.case_no)

        assert (claim.account, claim.claimant_phone) == ("又发现一只碗有裂纹", "19900008888")

    def test_is_refused_where_there_is_none(self, connection: Connection) -> None:
        with pytest.raises(NoSuchClaim, match="CL-20261120-000009"):
            claims.one_claim(connection, "CL-20261120-000009")


class TestDraftPlans:
    def test_appends_to_many_at_once_and_shows_the_newest(self, connection: Connection) -> None:
        first, second = [opened(connection).case_no for _ in range(2)]

        draft_plans(connection, [(first, a_claim_plan("800")), (second, a_claim_plan("90"))])
        draft_plans(connection, [(first, a_claim_plan("700", version=2))])

        assert [str(plan.amount) for plan in claims.plans_of(connection, first)] == ["800", "700"]
        newest = claims.select_claims(connection, Chosen(case_nos=[first, second]))
        assert [claim.plan.version for claim in newest if claim.plan] == [2, 1]
        assert newest[1].plan == a_claim_plan("90")

    def test_never_edits_one(self, connection: Connection) -> None:
        number = opened(connection).case_no
        draft_plans(connection, [(number, a_claim_plan())])

        with pytest.raises(IntegrityError), connection.begin_nested():
            draft_plans(connection, [(number, a_claim_plan("1"))])
        assert claims.plans_of(connection, number) == [a_claim_plan()]

    def test_of_nothing_does_nothing(self, connection: Connection) -> None:
        draft_plans(connection, [])


class TestSelectClaims:
    @pytest.mark.parametrize(
        ("columns", "chosen"),
        [
            ({"waybill": "773000000009"}, {"waybill": "773000000009"}),
            ({"claimant_key": "k"}, {"claimant_key": "k"}),
            ({"origin_case": "EX-1"}, {"origin_case": "EX-1"}),
            ({"reference": "R-7"}, {"reference": "R-7"}),
            ({"event": "loss"}, {"event": "loss"}),
            ({"assigned_to": "EAST"}, {"assigned_to": "EAST"}),
            ({"docket_no": "DK-1"}, {"docket_no": "DK-1"}),
            ({"escalation_level": 1}, {"escalation_level": 1}),
            ({"route": "docket"}, {"undocketed": True}),
        ],
        ids=lambda told: "" if not isinstance(told, dict) else "-".join(told),
    )
    def test_finds_by(self, connection: Connection, columns: dict[str, Any], chosen: dict[str, Any]) -> None:
        opened(connection)
        wanted = moved(connection, opened(connection), State.ASSESSED, **columns)

        assert numbers(connection, **chosen) == [wanted.case_no]

    @pytest.mark.parametrize(
        ("state", "column", "chosen"),
        [
            (State.OFFERED, "offer_due_at", "offer_due_by"),
            (State.DENIED, "offer_due_at", "offer_due_by"),
            (State.EVIDENCE, "evidence_due_at", "evidence_due_by"),
        ],
    )
    def test_finds_what_is_due_from_its_moment_on(
        self, connection: Connection, state: State, column: str, chosen: str
    ) -> None:
        claim = moved(connection, opened(connection), state, **{column: at(2)})

        assert numbers(connection, **{chosen: at(1.9)}) == []
        assert numbers(connection, **{chosen: at(2)}) == [claim.case_no]

    def test_finds_those_of_which_an_account_is_known(self, connection: Connection) -> None:
        known, unknown = opened(connection), opened(connection, payee=None)

        assert numbers(connection, payee_known=True) == [known.case_no]
        assert numbers(connection, payee_known=False) == [unknown.case_no]

    def test_goes_on_after_a_number(self, connection: Connection) -> None:
        first, second, third = [opened(connection).case_no for _ in range(3)]

        assert numbers(connection, limit=1, after=first) == [second]
        assert numbers(connection, after=second) == [third]

    def test_leaves_out_what_is_closed_where_only_open_ones_are_wanted(self, connection: Connection) -> None:
        opened_still = opened(connection)
        moved(connection, opened(connection), State.CLOSED, ending="settled")

        assert numbers(connection, open_only=True) == [opened_still.case_no]
        assert len(numbers(connection)) == 2

    def test_passes_over_what_another_transaction_moves(self, database: str) -> None:
        del database
        with unit_of_work() as connection:
            held, free = [opened(connection).case_no for _ in range(2)]
        with unit_of_work() as mover:
            claims.one_claim(mover, held, lock=True)
            with unit_of_work() as connection:
                found = claims.select_claims(connection, Chosen(states=[State.FILED]), lock=True)

        assert [claim.case_no for claim in found] == [free]


class TestOpenMatters:
    def test_gives_the_open_claim_of_each_matter(self, connection: Connection) -> None:
        known = moved(connection, opened(connection), State.FILED, claimant_key="k1")
        other = Matter(WAYBILL, "k1", "loss")
        mine = Matter(WAYBILL, "k1", "damage")

        assert claims.open_matters(connection, [mine, other]) == {mine: known.case_no}

    def test_leaves_out_what_is_closed(self, connection: Connection) -> None:
        moved(connection, opened(connection), State.CLOSED, claimant_key="k1")

        assert claims.open_matters(connection, [Matter(WAYBILL, "k1", "damage")]) == {}

    def test_takes_no_claim_for_the_same_whose_parcel_or_claimant_nobody_knows(self, connection: Connection) -> None:
        opened(connection, waybill="")

        assert claims.open_matters(connection, [Matter("", "", "damage")]) == {}


class TestEarlierClaims:
    def test_counts_those_of_each_claimant_since_then(self, connection: Connection) -> None:
        for when, key in ((at(-48), "k1"), (at(-1), "k1"), (NOON, "k1"), (NOON, "k2"), (NOON, "")):
            moved(connection, opened(connection, when=when), State.FILED, claimant_key=key)

        assert claims.earlier_claims(connection, ["k1", "k2", "k3", ""], since=at(-1)) == {"k1": 2, "k2": 1}


class TestStanding:
    def test_counts_by_state(self, connection: Connection) -> None:
        opened(connection)
        opened(connection, MISSING)
        opened(connection)

        assert claims.standing(connection) == {"FILED": 2, "DRAFT": 1}
