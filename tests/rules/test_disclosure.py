"""Which fields of a case may go to whom (R65)."""

import runpy
from datetime import datetime
from enum import StrEnum

import pytest
from factories import NOON, a_case

import schemas.disclosure
from rules import disclosure
from rules.disclosure import ALLOWED, BY_TYPE, CLASS_OF, DENIED, TREATMENT, disclosed, treatment
from schemas.disclosure import Audience, DataClass, Treatment
from schemas.exceptions import ExceptionCase, ExceptionType

OUTSIDE = sorted(set(Audience) - {Audience.DEPARTMENT})
ABOUT_THE_CASE = [Audience.CUSTOMER, Audience.OUTLET, Audience.DEPARTMENT, Audience.REGULATOR]
AGAINST_THE_OUTLET = [ExceptionType.FALSE_SIGN, ExceptionType.UNAUTHORISED_LOCKER, ExceptionType.TRACKING_UNTRUE]
SOMEWHERE = [ExceptionType.LOST, ExceptionType.SHORT]


def fields_of(*classes: DataClass) -> list[str]:
    return [field for field, class_ in CLASS_OF.items() if class_ in classes]


class TestLists:
    def test_are_the_four_classes_each_of_the_requirement(self):
        assert len(ALLOWED) == len(DENIED) == 4
        assert not ALLOWED & DENIED

    @pytest.mark.parametrize("class_", DataClass)
    def test_have_a_field_of(self, class_):
        assert fields_of(class_)

    @pytest.mark.parametrize("field", ExceptionCase.model_fields)
    def test_have_a_class_for_every_field_of_a_case(self, field):
        assert field in CLASS_OF

    @pytest.mark.parametrize("audience", Audience)
    @pytest.mark.parametrize("field", fields_of(*ALLOWED))
    def test_let_what_is_published_go_to_anybody(self, field, audience):
        assert disclosed({field: "95543"}, to=audience) == {field: "95543"}

    @pytest.mark.parametrize("audience", OUTSIDE)
    @pytest.mark.parametrize("field", fields_of(*DENIED))
    @pytest.mark.parametrize("type_", [None, *ExceptionType])
    def test_let_nothing_internal_out(self, type_, field, audience):
        assert treatment(field, to=audience, type_=type_) is Treatment.DROP

    @pytest.mark.parametrize("audience", Audience)
    @pytest.mark.parametrize("field", fields_of(DataClass.OTHER_CUSTOMER))
    def test_let_nothing_about_another_customer_go_anywhere(self, field, audience):
        assert disclosed({field: "vip"}, to=audience) == {}

    @pytest.mark.parametrize("audience", Audience)
    def test_drop_a_field_that_they_do_not_know(self, audience):
        assert disclosed({"shoe_size": "43"}, to=audience) == {}

    def test_say_for_every_class_and_audience_what_becomes_of_it(self):
        told = {
            (class_, audience): TREATMENT[class_].get(audience, Treatment.DROP)
            for class_ in DataClass
            for audience in Audience
        }

        shown = {pair for pair, what in told.items() if what is Treatment.SHOW}
        masked = {pair for pair, what in told.items() if what is Treatment.MASK}
        assert masked == {(DataClass.PERSON, Audience.CUSTOMER), (DataClass.PERSON, Audience.OUTLET)}
        assert shown == (
            {(class_, audience) for class_ in ALLOWED for audience in Audience}
            | {
                (class_, audience)
                for class_ in (DataClass.OUTCOME, DataClass.GOODS, DataClass.VALUE, DataClass.WAY)
                for audience in ABOUT_THE_CASE
            }
            | {(class_, Audience.DEPARTMENT) for class_ in (DENIED - {DataClass.OTHER_CUSTOMER}) | {DataClass.HANDLING}}
        )


class TestPublic:
    def test_learns_nothing_of_a_case(self):
        assert set(disclosed(a_case().model_dump(), to=Audience.PUBLIC)) == {"outlet"}


class TestPerson:
    @pytest.mark.parametrize("audience", [Audience.CUSTOMER, Audience.OUTLET])
    def test_is_masked_for(self, audience):
        shown = disclosed({"consignee_name": "王五", "sender_phone": "19900001234"}, to=audience)

        assert shown == {"consignee_name": "王*", "sender_phone": "199****1234"}

    @pytest.mark.parametrize("audience", [Audience.DEPARTMENT, Audience.REGULATOR, Audience.PUBLIC])
    def test_is_left_out_for(self, audience):
        assert disclosed({"consignee_name": "王五", "consignee_phone": "19900001234"}, to=audience) == {}

    @pytest.mark.parametrize("audience", Audience)
    def test_is_never_told_where_he_lives(self, audience):
        assert disclosed({"consignee_address": "示例路 1 号", "sender_address": "示例路 2 号"}, to=audience) == {}

    @pytest.mark.parametrize("type_", ExceptionType)
    def test_is_left_out_for_an_outlet_whose_own_scan_is_the_subject(self, type_):
        shown = disclosed({"type": type_, "consignee_phone": "19900001234"}, to=Audience.OUTLET)

        assert ("consignee_phone" in shown) == (type_ not in AGAINST_THE_OUTLET)


class TestValue:
    @pytest.mark.parametrize("type_", ExceptionType)
    def test_is_left_out_for_an_outlet_that_may_have_the_parcel(self, type_):
        shown = disclosed({"type": type_.value, "declared_value": 100}, to=Audience.OUTLET)

        assert ("declared_value" in shown) == (type_ not in SOMEWHERE)

    def test_is_for_no_other_rule_by_type(self):
        assert {(type_, class_) for type_, class_, _ in BY_TYPE} == {
            *((type_, DataClass.PERSON) for type_ in AGAINST_THE_OUTLET),
            *((type_, DataClass.VALUE) for type_ in SOMEWHERE),
        }


class TestText:
    @pytest.mark.parametrize("audience", ABOUT_THE_CASE)
    def test_never_shows_a_phone_number(self, audience):
        assert disclosed({"progress": "已联系 19900001234"}, to=audience) == {"progress": "已联系 199****1234"}

    @pytest.mark.parametrize("field", ["waybill", "case_no", "link"])
    def test_shows_a_number_that_names_the_case_whole(self, field):
        assert disclosed({field: "19900001234"}, to=Audience.CUSTOMER) == {field: "19900001234"}

    def test_leaves_what_is_no_text_as_it_is(self):
        shown = disclosed({"opened_at": NOON, "amount": 17}, to=Audience.REGULATOR)

        assert isinstance(shown["opened_at"], datetime)
        assert shown["amount"] == 17


class TestTable:
    def test_is_refused_when_a_class_has_no_treatment(self, monkeypatch):
        stray = StrEnum("DataClass", {**{word.name: word.value for word in DataClass}, "STRAY": "stray"})
        monkeypatch.setattr(schemas.disclosure, "DataClass", stray)

        with pytest.raises(ValueError, match=r"no treatment is declared for \[.*STRAY"):
            runpy.run_path(disclosure.__file__)

    @pytest.mark.parametrize("class_", sorted(DENIED))
    def test_is_refused_when_it_lets_something_internal_out(self, class_):
        with pytest.raises(ValueError, match=f"{class_} never leaves the company, and goes to"):
            disclosure.check({**TREATMENT, class_: {Audience.REGULATOR: Treatment.SHOW}}, {})

    def test_is_refused_when_a_type_lets_something_internal_out(self):
        loophole = {(ExceptionType.LOST, DataClass.STAFF_CONTACT, Audience.CUSTOMER): Treatment.MASK}

        with pytest.raises(ValueError, match="staff_contact never leaves the company"):
            disclosure.check(TREATMENT, loophole)
