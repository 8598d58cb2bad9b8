"""Erasing what may be kept no longer of claims (个人信息保护法 art. 47): words and files go, the books stay."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from appeals import registered
from archives import all_sent
from claims import (
    ACCOUNT,
    PAPERS,
    claim_of,
    filed,
    papers_come,
    payouts_of,
    the_money_leaves,
    the_parcel_was_damaged,
    to_the_offer,
)
from complaints import commands_of, nothing_is_broken, staff_called
from factories import NOON, at
from payouts import balances, is_balanced
from sqlalchemy import text

from adapters import Unavailable
from adapters.payments.fake import StandInProvider
from rules.retention import ONE_YEAR_DAYS, THIRTY_YEARS_DAYS, THREE_YEARS_DAYS
from schemas.archives import HoldReason
from schemas.claims import Ending, State
from schemas.exceptions import Role
from store import claim_erasing, claim_forms
from store import claims as claim_store
from store.unit_of_work import unit_of_work
from tasks.claims import forgetting
from tasks.claims.forgetting import erase_expired_claims, erase_expired_payouts
from tasks.claims.intake import abandon_claim_drafts
from tasks.claims.negotiating import withdraw_claim
from tasks.claims.recovering import close_recovered_claims, recover_claims
from tasks.evidence.keeping import read_evidence

Stand = Callable[[datetime], None]
erase = erase_expired_claims.fn
forget_whom_paid = erase_expired_payouts.fn
CLOSED = at(24 * 10)
THREE_YEARS_ON = CLOSED + timedelta(days=THREE_YEARS_DAYS)
"""When the time of such a claim is over."""
NAMES = ("赵六", "19900005678", ACCOUNT, "瓷碗碎裂")


@pytest.fixture(autouse=True)
def parcel(stand_at: Stand, provider: StandInProvider) -> None:
    del stand_at, provider
    staff_called("ag-sun", Role.AGENT)
    the_parcel_was_damaged()


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    return tmp_path / "evidence"


@pytest.fixture
def paid(stand_at: Stand) -> str:
    """Give a claim that was paid at noon, and of which nobody owes anything ten days later."""
    number = filed().claim_no
    to_the_offer(number, NOON)
    the_money_leaves()
    recover_claims.fn(number)
    stand_at(CLOSED)
    close_recovered_claims.fn()
    assert claim_of(number).state is State.CLOSED
    all_sent(number)
    return number


def withdrawn(**told: Any) -> str:
    number = filed(**told).claim_no
    withdraw_claim(number, who="赵六", role=Role.CUSTOMER, why="快件找到了", channel="hotline")
    all_sent(number)
    return number


def in_vault(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def rows_of(table: str) -> str:
    with unit_of_work() as connection:
        return "\n".join(connection.execute(text(f"SELECT CAST(t AS text) FROM {table} t")).scalars())


def everything_on_file() -> str:
    """Write out every table but the parcel's own, to look whether somebody is still named anywhere."""
    with unit_of_work() as connection:
        tables = connection.execute(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'shipment%'")
        ).scalars()
        return "\n".join(rows_of(table) for table in tables.all())


def told_of(number: str) -> list[claim_forms.ToldForm]:
    with unit_of_work() as connection:
        return claim_forms.forms_of(connection, number)


class TestErasingAClaim:
    def test_waits_until_the_time_is_over(self, paid: str, stand_at: Stand, vault_folder: Path) -> None:
        before = in_vault(vault_folder)
        stand_at(THREE_YEARS_ON - timedelta(seconds=1))

        assert erase().claims == 0
        assert in_vault(vault_folder) == before
        assert told_of(paid)[0].content is not None

    def test_leaves_no_name_no_number_and_no_word_but_to_whom_it_was_paid(
        self, paid: str, stand_at: Stand, vault_folder: Path
    ) -> None:
        assert all(word in everything_on_file() for word in ("赵六", "19900005678", "瓷碗碎裂"))
        stand_at(THREE_YEARS_ON)

        erased = erase()

        assert (erased.claims, erased.records, erased.files) == (1, 1, len(PAPERS))
        left = everything_on_file().replace(rows_of("payout"), "")
        assert [word for word in NAMES if word in left] == []
        assert in_vault(vault_folder) == set()
        assert rows_of("claim_payee") == ""

    def test_leaves_the_claim_its_history_its_books_and_its_place_in_the_figures(
        self, paid: str, stand_at: Stand
    ) -> None:
        before = (commands_of(paid), balances(paid), standing_now(), claim_of(paid).agreed_amount)
        stand_at(THREE_YEARS_ON)

        erase()

        assert (commands_of(paid), balances(paid), standing_now(), claim_of(paid).agreed_amount) == before
        assert nothing_is_broken()
        assert is_balanced()

    def test_keeps_on_record_what_was_told_as_its_hash(self, paid: str, stand_at: Stand) -> None:
        [before] = told_of(paid)
        stand_at(THREE_YEARS_ON)

        erase()

        [after] = told_of(paid)
        assert (after.content, after.sha256) == (None, before.sha256)

    def test_is_done_once(self, paid: str, stand_at: Stand) -> None:
        del paid
        stand_at(THREE_YEARS_ON)
        erase()

        assert not any(erase().model_dump().values())

    def test_takes_many_in_batches(self, stand_at: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(forgetting, "BATCH", 2)
        for turn in range(5):
            withdrawn(waybill=f"77300000010{turn}")
        stand_at(NOON + timedelta(days=ONE_YEAR_DAYS))

        assert erase().claims == 5

    def test_keeps_for_a_shorter_time_what_was_taken_back(self, paid: str, stand_at: Stand) -> None:
        stand_at(NOON)
        taken_back = withdrawn(waybill="773000000009")
        stand_at(NOON + timedelta(days=ONE_YEAR_DAYS))

        assert erase().claims == 1
        assert told_of(taken_back)[0].content is None
        assert told_of(paid)[0].content is not None

    def test_takes_drafts_that_nobody_completed(self, stand_at: Stand) -> None:
        number = filed(keep_draft=True, account="").claim_no
        given_up = at(24 * 31)
        stand_at(given_up)
        abandon_claim_drafts.fn()
        all_sent(number)
        assert claim_of(number).ending == Ending.ABANDONED
        stand_at(given_up + timedelta(days=89))
        assert erase().claims == 0
        stand_at(given_up + timedelta(days=90))

        assert erase().claims == 1
        assert "19900005678" not in rows_of("claim_form")

    def test_leaves_open_claims_alone_however_old(self, stand_at: Stand) -> None:
        number = filed().claim_no
        stand_at(NOON + timedelta(days=10 * 366))

        assert erase().claims == 0
        assert claim_of(number).claimant_name == "赵六"

    def test_says_by_which_row_of_which_pack(self, paid: str, stand_at: Stand) -> None:
        stand_at(THREE_YEARS_ON)

        erase()

        assert f"{paid}," in rows_of("erasure")
        assert "keep_claim[*]@2012-05-01" in rows_of("erasure")

    def test_leaves_files_that_another_case_has(self, stand_at: Stand) -> None:
        first, other = filed().claim_no, filed(waybill="773000000009").claim_no
        papers_come(first)
        with unit_of_work() as connection:
            connection.execute(
                text(
                    "INSERT INTO evidence (case_no, kind, sha256, edition, size_bytes, media_type, file_name, "
                    "given_by, door, door_shown, received_at, note) SELECT :other, kind, sha256, 0, size_bytes, "
                    "media_type, '', '', door, door_shown, received_at, '' FROM evidence "
                    "WHERE case_no = :first AND kind = 'loss_list'"
                ),
                {"first": first, "other": other},
            )
            needed = connection.execute(
                text("SELECT evidence_id FROM evidence WHERE case_no = :no"), {"no": other}
            ).scalar_one()
        withdraw_claim(first, who="赵六", role=Role.CUSTOMER, why="快件找到了", channel="hotline")
        stand_at(NOON + timedelta(days=ONE_YEAR_DAYS))

        erased = erase()

        assert (erased.files, erased.files_kept) == (len(PAPERS) - 1, 1)
        assert read_evidence(needed)[1]

    def test_changes_nothing_while_the_vault_is_away(
        self, paid: str, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stand_at(THREE_YEARS_ON)
        monkeypatch.setenv("REDRESS_VAULT_URL", "sftp://carrier:x@127.0.0.1:9/in")

        with pytest.raises(Unavailable):
            erase()

        assert told_of(paid)[0].content is not None


def standing_now() -> dict[str, int]:
    with unit_of_work() as connection:
        return claim_store.standing(connection)


OPEN_CHARGE = (
    "INSERT INTO charge (key, claim_no, number, kind, party, share, amount, currency, state, noticed_at, object_until) "
    "VALUES (:no || '-C9', :no, 9, 'outlet', 'x', 100, 1, 'CNY', 'charged', now(), now())"
)
OPEN_INSURANCE = (
    "INSERT INTO insurance_case (claim_no, insurer, state, claimed, currency, opened_by, opened_at, state_since) "
    "VALUES (:no, 'x', 'preparing', 1, 'CNY', 'x', now(), now())"
)
OPEN_PAYOUT = (
    "INSERT INTO payout (key, claim_no, number, method, payee, account_sealed, account_tail, account_hash, amount, "
    "currency, reference, state, state_since, requested_by, requested_at) VALUES (:no || '-P9', :no, 9, 'bank_file', "
    "'x', 'x', '1', 'x', 1, 'CNY', 'x', 'requested', now(), 'x', now())"
)
CONTESTED = (
    "INSERT INTO consequence (case_no, kind, party, amount, state, proposed_at, contest_until) "
    "VALUES (:no, 'penalty', 'x', 1, 'contested', now(), now())"
)


class TestHolds:
    @pytest.fixture
    def taken_back(self) -> str:
        return withdrawn()

    def test_keep_what_is_appealed(self, taken_back: str, stand_at: Stand) -> None:
        registered(waybill="773000000001")
        stand_at(NOON + timedelta(days=ONE_YEAR_DAYS))

        assert erase().held == {taken_back: HoldReason.APPEAL}

    def test_keep_a_claim_until_the_later_one_about_its_parcel_is_erased(
        self, taken_back: str, stand_at: Stand
    ) -> None:
        stand_at(at(24))
        later = withdrawn(event="delay", parcels=[])
        stand_at(NOON + timedelta(days=ONE_YEAR_DAYS))
        assert erase().held == {taken_back: HoldReason.LATER_CLAIM}
        stand_at(at(24) + timedelta(days=ONE_YEAR_DAYS))
        erase()

        assert erase().claims == 1
        assert told_of(later)[0].content is told_of(taken_back)[0].content is None

    @pytest.mark.parametrize(
        ("statement", "reason"),
        [
            (OPEN_CHARGE, HoldReason.MONEY_OPEN),
            (OPEN_INSURANCE, HoldReason.MONEY_OPEN),
            (OPEN_PAYOUT, HoldReason.MONEY_OPEN),
            (CONTESTED, HoldReason.PENALTY_OPEN),
        ],
        ids=["what a party owes", "what an insurer is asked for", "a payout under way", "a penalty that is contested"],
    )
    def test_keep_what_is_not_over(self, taken_back: str, stand_at: Stand, statement: str, reason: HoldReason) -> None:
        with unit_of_work() as connection:
            connection.execute(text(statement), {"no": taken_back})
        stand_at(NOON + timedelta(days=ONE_YEAR_DAYS))

        assert erase().held == {taken_back: reason}
        assert told_of(taken_back)[0].content is not None

    def test_are_all_among_the_reasons_that_are_explained(self) -> None:
        assert set(claim_erasing.HOLDS) == {
            HoldReason.APPEAL, HoldReason.MONEY_OPEN, HoldReason.LATER_CLAIM, HoldReason.PENALTY_OPEN,
        }  # fmt: skip


class TestErasingAPayout:
    OVER = NOON + timedelta(days=THIRTY_YEARS_DAYS + ONE_YEAR_DAYS)

    def test_waits_for_thirty_years_after_the_year_in_which_it_was_paid(self, paid: str, stand_at: Stand) -> None:
        stand_at(self.OVER - timedelta(seconds=1))
        erase()

        assert forget_whom_paid().payouts == 0
        assert payouts_of(paid)[0].payee == "赵六"

    def test_leaves_what_the_books_need_and_nothing_of_the_payee(self, paid: str, stand_at: Stand) -> None:
        [before] = payouts_of(paid)
        stand_at(self.OVER)
        erase()

        assert forget_whom_paid().payouts == 1

        [after] = payouts_of(paid)
        assert after == before.model_copy(update={"payee": ""})
        assert (after.amount, after.currency, after.account_tail) == (Decimal(40), "CNY", ACCOUNT[-4:])
        assert [word for word in NAMES if word in everything_on_file()] == []
        assert "keep_payout[*]" in rows_of("erasure")
        assert is_balanced()
        assert nothing_is_broken()

    def test_is_done_once(self, paid: str, stand_at: Stand) -> None:
        del paid
        stand_at(self.OVER)
        forget_whom_paid()

        assert forget_whom_paid().payouts == 0

    def test_takes_many_in_batches(self, paid: str, stand_at: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(forgetting, "BATCH", 1)
        with unit_of_work() as connection:
            connection.execute(text(OPEN_PAYOUT.replace("requested', now()", "refused', '2026-11-20'")), {"no": paid})
        stand_at(self.OVER)

        assert forget_whom_paid().payouts == 2

    def test_waits_for_what_holds_its_claim(self, paid: str, stand_at: Stand) -> None:
        registered(waybill="773000000001")
        stand_at(self.OVER)

        erased = forget_whom_paid()

        assert (erased.payouts, erased.held) == (0, {paid: HoldReason.APPEAL})


def test_names_only_so_many_of_what_is_kept(stand_at: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "HELD_SHOWN_MAX", 1)
    numbers = [withdrawn(waybill=f"77300000010{turn}") for turn in range(2)]
    with unit_of_work() as connection:
        for number in numbers:
            connection.execute(text(CONTESTED), {"no": number})
    stand_at(NOON + timedelta(days=ONE_YEAR_DAYS))

    assert len(erase().held) == 1
