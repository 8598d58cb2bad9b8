"""What is said of a change: in both languages, with new values masked to everybody but the desk."""

import runpy
from enum import StrEnum

import pytest
from factories import a_change_request

import schemas.change_requests
from rules.change_requests import wording
from schemas.change_requests import ChangeField, Route

REQUEST = a_change_request(
    new={
        ChangeField.CONSIGNEE_NAME: "钱小七",
        ChangeField.CONSIGNEE_PHONE: "19900007777",
        ChangeField.CONSIGNEE_ADDRESS: "另一示例市另一示例路 22 号",
    }
)
SECRETS = ("钱小七", "19900007777", "另一示例路", "王五", "19900001234", "19900005678")
NOTICES = [
    wording.code_notice, wording.asked_notice, wording.done_notice, wording.not_done_notice, wording.guessing_notice,
    wording.supervisor_notice, wording.outlet_notice,
]  # fmt: skip


class TestNotice:
    @pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.__name__)
    def test_holds_no_value_in_full(self, notice):
        message = notice(REQUEST)

        assert not [secret for secret in SECRETS if secret in message.subject + message.body]

    @pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.__name__)
    def test_names_the_waybill_in_both_languages(self, notice):
        body = notice(REQUEST).body

        assert all("773000000001" in part for part in body.split("\n"))
        assert len(body.split("\n")) == 2

    def test_shows_enough_of_a_new_value_to_be_known_by_its_owner(self):
        body = wording.asked_notice(REQUEST).body

        assert "199****7777" in body
        assert "另一示例市另" in body

    def test_with_the_code_has_a_place_for_it(self):
        assert wording.CODE_STANDS_HERE in wording.code_notice(REQUEST).body


class TestInstruction:
    def test_tells_the_desk_everything_it_delivers_by(self):
        told = wording.instruction(REQUEST)

        assert all(value in told for value in REQUEST.new.values())

    def test_asks_the_outlet_to_try_when_the_parcel_is_out(self):
        assert "联系收派员" in wording.instruction(REQUEST.model_copy(update={"route": Route.OUTLET.value}))


class TestTable:
    def test_is_refused_when_a_field_has_no_words(self, monkeypatch):
        stray = StrEnum("ChangeField", {word.name: word.value for word in ChangeField} | {"STRAY": "stray"})
        monkeypatch.setattr(schemas.change_requests, "ChangeField", stray)

        with pytest.raises(ValueError, match="no words are declared for"):
            runpy.run_path(wording.__file__)
