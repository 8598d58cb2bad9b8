"""Who may ask for which change, how he shows who he is, who decides, and whom it is ordered from."""

from decimal import Decimal

import pytest
from factories import NOON, a_change_request, a_parcel, a_supervisor, an_asked_change

from rules.change_requests import admission
from rules.change_requests.admission import (
    MAY_ASK,
    UNKNOWN,
    needs_four_eyes,
    phone_for_code,
    route_for,
    why_not_approver,
    why_not_changed,
    why_unproven,
)
from schemas.change_requests import Asker, ChangeField, Route
from schemas.exceptions import Role
from schemas.preferences import Goods
from schemas.shipments import Phase

NAME, PHONE, ADDRESS = ChangeField
NEW_PHONE = {PHONE: "19900007777"}


def refused_for(new, *, asked_by=Asker.SENDER, **parcel):
    why = why_not_changed(asked_by, new, a_parcel(**parcel))
    return why.code if why else None


class TestProof:
    def test_begins_with_the_tail_of_the_senders_phone(self):
        assert why_unproven(an_asked_change(), a_parcel()) is None

    @pytest.mark.parametrize(
        "parcel",
        [None, a_parcel(sender_phone="19900005679"), a_parcel(sender_phone=""), a_parcel(sender_phone="199****5678")],
        ids=["unknown waybill", "wrong tail", "no phone on file", "masked phone on file"],
    )
    def test_fails_alike_for_whatever_is_wrong(self, parcel):
        assert why_unproven(an_asked_change(), parcel) is UNKNOWN

    @pytest.mark.parametrize(("asked_by", "phone"), [(Asker.SENDER, "19900005678"), (Asker.CONSIGNEE, "19900001234")])
    def test_goes_on_with_a_code_to_the_phone_on_file_of_whoever_asks(self, asked_by, phone):
        assert phone_for_code(asked_by, a_parcel()) == phone

    def test_has_no_code_where_no_phone_is_on_file(self):
        assert phone_for_code(Asker.CONSIGNEE, a_parcel(consignee_phone="199****1234")) == ""


class TestChange:
    @pytest.mark.parametrize("field", list(ChangeField))
    def test_of_anything_may_be_asked_by_the_sender_until_delivery(self, field):
        new = {NAME: "钱七", PHONE: "19900007777", ADDRESS: "另一示例路 2 号"}[field]

        assert refused_for({field: new}) is None

    @pytest.mark.parametrize("phase", [Phase.DELIVERED, Phase.RETURNED, Phase.CANCELLED, Phase.RETURNING])
    def test_comes_too_late_for_a_parcel_that_is(self, phase):
        assert refused_for(NEW_PHONE, phase=phase) == "too_late"

    def test_of_name_and_phone_may_be_asked_by_the_consignee_and_no_other(self):
        assert MAY_ASK[Asker.CONSIGNEE] == {NAME, PHONE}
        assert refused_for(NEW_PHONE, asked_by=Asker.CONSIGNEE) is None
        assert refused_for({**NEW_PHONE, ADDRESS: "另一示例路 2 号"}, asked_by=Asker.CONSIGNEE) == "not_allowed"

    def test_needs_a_phone_that_is_one(self):
        assert refused_for({PHONE: "199****7777"}) == "phone"

    @pytest.mark.parametrize("new", [{PHONE: "+86 199 0000 1234"}, {NAME: "王五"}], ids=["phone", "name"])
    def test_is_none_where_that_is_on_file(self, new):
        assert refused_for(new) == "no_change"

    def test_is_declared_for_everybody_who_may_ask(self, monkeypatch):
        import runpy
        from enum import StrEnum

        import schemas.change_requests

        stray = StrEnum("Asker", {word.name: word.value for word in Asker} | {"STRAY": "stray"})
        monkeypatch.setattr(schemas.change_requests, "Asker", stray)
        with pytest.raises(ValueError, match="no change is declared for"):
            runpy.run_path(admission.__file__)


class TestFourEyes:
    VALUABLE = a_parcel(goods=Goods(declared_value=Decimal(3000)))

    def test_are_owed_for_another_phone_of_a_valuable_parcel(self):
        assert needs_four_eyes(NEW_PHONE, self.VALUABLE, at=NOON)

    @pytest.mark.parametrize(
        ("new", "parcel"), [({NAME: "钱七"}, VALUABLE), (NEW_PHONE, a_parcel())], ids=["another name", "a cheap parcel"]
    )
    def test_are_not_owed_for(self, new, parcel):
        assert not needs_four_eyes(new, parcel, at=NOON)

    def test_are_those_of_a_supervisor_or_manager(self):
        assert why_not_approver(a_change_request(), a_supervisor()) is None
        assert why_not_approver(a_change_request(), a_supervisor(roles=frozenset({Role.AGENT}))).code == "role"

    @pytest.mark.parametrize("taken", [{"vouched_by": "sup-zhang"}, {"taken_by": "sup-zhang"}])
    def test_are_not_the_eyes_that_took_it_in(self, taken):
        assert why_not_approver(a_change_request(**taken), a_supervisor()).code == "same_eyes"

    def test_are_not_tied_to_the_outlet(self):
        tied = a_supervisor(ties=frozenset({"示例城东网点"}))

        assert why_not_approver(a_change_request(), tied).code == "tied"


class TestRoute:
    @pytest.mark.parametrize("phase", [Phase.OUT_FOR_DELIVERY, Phase.AT_PICKUP_POINT])
    def test_leads_to_the_outlet_once_the_parcel_is(self, phase):
        assert route_for(a_parcel(phase=phase)) is Route.OUTLET

    def test_leads_to_the_desk_before(self):
        assert route_for(a_parcel()) is Route.CARRIER
