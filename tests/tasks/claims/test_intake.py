"""Taking claims in: one case for each matter, whole before anybody works on it, acknowledged at once (R78)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from claims import ACCOUNT, AGENT, a_form, claim_of, filed, the_parcel_was_damaged
from complaints import commands_of, nothing_is_broken, notices_of, the_network_is_on_file
from factories import NOON, a_registration, an_event, at
from samples import a_photo
from standins import register

from schemas.assessment import ClaimEvent
from schemas.claims import Claim, Command, Ending, State
from schemas.evidence import Door, Entered, EvidenceKind, OfferedPiece
from schemas.exceptions import Role
from schemas.severity import Severity
from schemas.tracking import Event
from store import claim_forms, evidence
from store import claims as claim_store
from store.case_history import history_of
from store.claims import Chosen
from store.requests import NamedRequest, OtherContent
from store.unit_of_work import Connection, unit_of_work
from tasks.claims.answering import file_as_anybody
from tasks.claims.intake import KnownMatter, abandon_claim_drafts, add_to_claim, file_claim, file_claims
from tasks.claims.timing import PROPOSAL, anchors_of, due
from tasks.claims.told import Incomplete, TakenIn

Stand = Callable[[datetime], None]
CLAIMANT = TakenIn("claimant", Role.CUSTOMER)
PICTURE = OfferedPiece(kind=EvidenceKind.PHOTO_WHOLE, content=a_photo(1), file_name="全景.jpg")
BY_THE_CLAIMANT = Entered(by="王五", door=Door.API, shown="website")


@pytest.fixture(autouse=True)
def parcel() -> None:
    the_parcel_was_damaged()


class TestAClaimToldInFull:
    def test_is_a_case_with_a_number_and_acknowledged_in_one_go(self):
        told = filed()

        assert (told.claim_no, told.state) == ("CL-20261120-000001", State.ACKNOWLEDGED)
        assert commands_of(told.claim_no) == ["file", "acknowledge"]
        assert nothing_is_broken()

    def test_is_answered_within_the_24_hours_of_the_standard(self):
        told = filed()

        anchors = anchors_of(claim_of(told.claim_no))
        assert anchors.facts["claim_answered_at"] == NOON == anchors.facts["claimed_at"]

    def test_has_thirty_days_for_its_proposal_and_a_promise_of_ten(self):
        told = filed()

        assert told.proposal_by == at(240)
        assert due(PROPOSAL, anchors_of(claim_of(told.claim_no))) == datetime.fromisoformat("2026-12-21T00:00+08:00")

    def test_has_sixty_days_for_its_proposal_once_the_parcel_is_booked_abroad(self):
        number = filed(waybill="773000000055").claim_no
        assert due(PROPOSAL, anchors_of(claim_of(number))) == datetime.fromisoformat("2026-12-21T00:00+08:00")

        register(a_registration(waybill="773000000055", origin_city="广州", destination_city="德国柏林"))

        assert due(PROPOSAL, anchors_of(claim_of(number))) == datetime.fromisoformat("2027-01-20T00:00+08:00")

    def test_names_the_papers_that_are_wanted(self):
        told = filed()

        photos = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL)
        assert told.papers == photos
        [notice] = notices_of(told.claim_no)
        assert "全景照片、破损细节照片、面单照片" in notice["body"]
        assert notice["body"] == told.sentence

    def test_answers_in_the_claimants_language(self):
        assert filed(claimant={"language": "en"}).sentence.startswith("We are sorry for the trouble.")

    def test_keeps_what_came_with_it(self):
        told = file_claim(a_form(), [PICTURE], taken=AGENT, given=BY_THE_CLAIMANT)

        assert [piece.kind for piece in told.attachments] == [EvidenceKind.PHOTO_WHOLE]
        assert EvidenceKind.PHOTO_WHOLE not in told.papers
        with unit_of_work() as connection:
            assert evidence.count(connection, told.claim_no) == 1

    def test_is_run_by_the_outlet_up_to_its_authority_and_by_headquarters_above(self):
        the_network_is_on_file()

        assert claim_of(filed().claim_no).assigned_to == "示例城东网点"
        assert claim_of(filed(event="loss", claimed=3001).claim_no).assigned_to == "示例总部"

    def test_is_the_worse_the_more_is_at_stake(self):
        assert claim_of(filed().claim_no).severity is Severity.MINOR
        large = claim_of(filed(event="loss", claimed=25_000).claim_no)
        assert (large.severity, large.is_major) == (Severity.CRITICAL, True)


class TestTheAccount:
    def test_stands_in_no_form_and_in_no_history(self):
        number = filed().claim_no

        with unit_of_work() as connection:
            [form] = claim_forms.forms_of(connection, number)
            assert form.content is not None
            assert form.content.payee is None
            assert ACCOUNT not in str(history_of(connection, number))
            assert claim_forms.payees_of(connection, [number])[number].account == ACCOUNT
        assert claim_of(number).payee_tail == ACCOUNT[-4:]

    def test_is_shown_by_nothing_that_is_printed(self):
        assert ACCOUNT not in repr(a_form())

    def test_of_another_is_not_taken_on_the_claimants_word(self):
        number = filed().claim_no
        other = a_form(payee={"name": "王五", "account": "6222020200119999999"})

        add_to_claim(number, other, taken=CLAIMANT)

        assert claim_of(number).payee_tail == ACCOUNT[-4:]
        assert "收款账户变更待核实" in notices_of(number, "department")[-1]["subject"]

    def test_of_another_is_taken_from_the_desk(self):
        number = filed().claim_no

        add_to_claim(number, a_form(payee={"name": "王五", "account": "6222020200119999999"}), taken=AGENT)

        assert claim_of(number).payee_tail == "9999"

    def test_that_comes_later_is_taken_from_who_has_proven_himself(self):
        number = filed(payee=None).claim_no

        add_to_claim(number, a_form(), taken=CLAIMANT)
        assert claim_of(number).payee_tail == ""

        add_to_claim(number, a_form(), taken=CLAIMANT, proven=True)

        assert claim_of(number).payee_tail == ACCOUNT[-4:]
        assert "将支付至尾号 3445 的账户" in notices_of(number)[-1]["body"]

    def test_of_another_with_the_same_ending_is_another(self):
        number = filed().claim_no

        add_to_claim(number, a_form(payee={"name": "王五", "account": "6222020200119993445"}), taken=CLAIMANT)

        assert claim_of(number).payee_name == "赵六"
        assert "收款账户变更待核实" in notices_of(number, "department")[-1]["subject"]

    def test_that_was_changed_is_sealed_in_the_history_by_its_hash(self):
        number = filed().claim_no
        add_to_claim(number, a_form(payee={"name": "赵六", "account": "6222020200119999999"}), taken=AGENT)

        with unit_of_work() as connection:
            last = history_of(connection, number)[-1]
        assert (last["details"]["payee"]["tail"], last["details"]["payee"]["before"]) == ("9999", "3445")
        assert "6222020200119999999" not in str(last)


class TestAClaimThatLacksSomething:
    def test_is_refused_with_what_is_missing(self):
        with pytest.raises(Incomplete) as refused:
            filed(account="", parcels=[])

        assert [field.at for field in refused.value.missing] == ["account", "parcels"]

    def test_is_kept_as_a_draft_where_that_is_asked_for(self):
        told = filed(account="", keep_draft=True)

        assert (told.state, [field.at for field in told.missing]) == (State.DRAFT, ["account"])
        assert "事情经过" in told.sentence

    def test_is_filed_once_what_was_missing_is_told(self):
        number = filed(account="", keep_draft=True).claim_no

        told = add_to_claim(number, a_form(), taken=CLAIMANT)

        assert told.state is State.ACKNOWLEDGED
        assert commands_of(number) == ["file", "complete", "acknowledge"]

    def test_stays_a_draft_as_long_as_something_is_missing(self):
        number = filed(account="", claimant={"phone": ""}, keep_draft=True).claim_no

        told = add_to_claim(number, a_form(account="碎了", claimant={"phone": ""}), taken=AGENT)

        assert (told.state, [field.at for field in told.missing]) == (State.DRAFT, ["claimant.phone"])

    def test_is_closed_when_nobody_completes_it_for_thirty_days(self, stand_at: Stand):
        number = filed(account="", keep_draft=True).claim_no
        stand_at(at(24 * 30))
        assert abandon_claim_drafts.fn() == []

        stand_at(at(24 * 30 + 1))

        assert abandon_claim_drafts.fn() == [number]
        assert claim_of(number).ending == Ending.ABANDONED


class TestTheSameMatter:
    def test_told_again_is_added_to_its_claim(self):
        number = filed().claim_no

        told = filed(claimed=35)

        assert (told.claim_no, told.known) == (number, True)
        assert claim_of(number).claimed == 35
        assert commands_of(number)[-1] == Command.ADD

    def test_of_another_claimant_is_a_claim_of_its_own(self):
        assert filed().claim_no != filed(claimant={"phone": "19900001234", "relation": "consignee"}).claim_no

    def test_about_another_event_is_a_claim_of_its_own(self):
        assert filed().claim_no != filed(event="delay").claim_no

    def test_is_a_new_claim_once_the_former_is_closed(self):
        number = filed(account="", keep_draft=True).claim_no
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'CLOSED', closed_at = now()")

        assert filed().claim_no != number

    def test_told_by_twenty_at_once_has_one_claim(self):
        told = []
        threads = [threading.Thread(target=lambda: told.append(filed().claim_no)) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(told) == 20
        assert len(set(told)) == 1

    def test_told_by_somebody_who_shows_nothing_changes_no_claim(self):
        number = filed().claim_no

        with pytest.raises(KnownMatter):
            file_claim(a_form(account="别的说法"), taken=CLAIMANT, only_new=True)

        assert commands_of(number) == ["file", "acknowledge"]

    def test_told_at_once_by_many_who_show_nothing_is_opened_by_one(self):
        def told(_: int) -> str:
            try:
                return file_as_anybody(a_form(payee=None)).claim_no
            except KnownMatter:
                return ""

        with ThreadPoolExecutor(8) as pool:
            [number] = [one for one in pool.map(told, range(8)) if one]

        assert commands_of(number) == ["file", "acknowledge"]

    def test_changes_what_is_asked_for_only_before_it_is_worked_out(self):
        number = filed().claim_no
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'OFFERED'")

        filed(claimed=99)

        assert claim_of(number).claimed == 40


class TestTheSameRequest:
    REQUEST = NamedRequest("website", "k-1", b"one")

    def test_is_answered_as_the_first_time_and_does_nothing(self):
        first = file_claim(a_form(), taken=AGENT, request=self.REQUEST)

        assert file_claim(a_form(), taken=AGENT, request=self.REQUEST) == first
        assert commands_of(first.claim_no) == ["file", "acknowledge"]

    def test_with_another_content_is_refused(self):
        file_claim(a_form(), taken=AGENT, request=self.REQUEST)

        with pytest.raises(OtherContent):
            file_claim(a_form(), taken=AGENT, request=self.REQUEST._replace(content=b"two"))


class TestAList:
    def test_is_taken_in_with_what_does_not_fit_named(self):
        waybills = [f"77300000{number:04d}" for number in range(1, 251)]
        forms = [a_form(waybill=waybill, event="loss", parcels=[]) for waybill in waybills]
        forms[7] = a_form(waybill="", event="loss")

        done = file_claims(forms, taken=AGENT)

        assert [place for place, one in enumerate(done) if isinstance(one, Incomplete)] == [7]
        filed_now = [one for one in done if not isinstance(one, Incomplete)]
        assert len({one.claim_no for one in filed_now}) == 249
        assert nothing_is_broken()

    def test_that_tells_a_matter_twice_makes_one_claim_of_it(self):
        first, again = file_claims([a_form(), a_form(claimed=Decimal(30))], taken=AGENT)

        assert not isinstance(first, Incomplete)
        assert not isinstance(again, Incomplete)
        assert (again.claim_no, again.known) == (first.claim_no, True)

    def test_locks_what_it_adds_to_in_the_order_of_the_numbers(self, monkeypatch: pytest.MonkeyPatch):
        forms = [a_form(claimant={"phone": f"1990000{number:04}"}) for number in range(3)]
        numbers = [one.claim_no for one in file_claims(forms, taken=AGENT) if not isinstance(one, Incomplete)]
        locked: list[list[str]] = []
        select = claim_store.select_claims

        def noting(connection: Connection, chosen: Chosen, *, lock: bool = False, **more: Any) -> list[Claim]:
            found = select(connection, chosen, lock=lock, **more)
            locked.extend([[claim.case_no for claim in found]] if lock else [])
            return found

        monkeypatch.setattr(claim_store, "select_claims", noting)
        file_claims(forms[::-1], taken=AGENT)

        assert locked[0] == sorted(numbers)

    def test_keeps_drafts_where_that_is_asked_for(self):
        [told] = file_claims([a_form(waybill="")], taken=AGENT, keep_drafts=True)

        assert not isinstance(told, Incomplete)
        assert told.state is State.DRAFT


def test_a_claim_about_a_parcel_that_nobody_booked_is_taken_in_all_the_same() -> None:
    told = filed(waybill="SF9999999999", event=ClaimEvent.LOSS, parcels=[])

    assert claim_of(told.claim_no).outlet == ""


def test_what_happened_to_the_parcel_is_read_with_it() -> None:
    assert claim_of(filed().claim_no).last_event == an_event(Event.DELIVERED).event.value
