"""The departments on file: handed in as a whole, never forgotten."""

import pytest
from factories import NOON, at
from networks import HEAD, OUTLET, PROVINCE, a_department
from sqlalchemy import text

from rules.supervision.network import NetworkInvalid
from store import network as network_store
from store.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("database")


def hand_in(*departments, hours: float = 0):
    with unit_of_work() as connection:
        return network_store.replace(connection, departments, at=at(hours))


def on_file():
    with unit_of_work() as connection:
        return network_store.listing(connection)


class TestReplace:
    def test_puts_departments_on_file_as_they_were_given(self):
        branch = a_department("o-2", "二号网点", "2 号", parent="p-1", manager="ag-1", contact="2@example.test",
                              languages=("zh", "en"), active=False)  # fmt: skip

        assert hand_in(HEAD, PROVINCE, OUTLET, branch) == (4, 0, 0, 0)
        assert on_file() == sorted([HEAD, PROVINCE, OUTLET, branch], key=lambda item: item.code)

    def test_changes_nothing_when_the_same_is_handed_in_again(self):
        hand_in(HEAD, PROVINCE, OUTLET)

        assert hand_in(HEAD, PROVINCE, OUTLET) == (0, 0, 0, 3)

    def test_counts_what_is_new_changed_and_gone(self):
        hand_in(HEAD, PROVINCE, OUTLET)

        assert hand_in(HEAD, PROVINCE.model_copy(update={"manager": "sup-li"}), a_department("o-9", "九号网点")) == (
            1, 1, 1, 1,
        )  # fmt: skip

    def test_keeps_what_is_gone_out_of_the_network_and_in_the_table(self):
        hand_in(HEAD, PROVINCE, OUTLET)
        hand_in(HEAD, PROVINCE, a_department("o-9", OUTLET.name), hours=1)

        assert [item.code for item in on_file()] == ["hq", "o-9", "p-1"]
        with unit_of_work() as connection:
            kept = connection.execute(text("SELECT retired_at FROM department WHERE code = 'o-1'")).scalar_one()
            assert network_store.network(connection).find(OUTLET.name).code == "o-9"
        assert kept == at(1)

    def test_takes_back_what_was_gone(self):
        hand_in(HEAD, PROVINCE, OUTLET)
        hand_in(HEAD, PROVINCE)

        assert hand_in(HEAD, PROVINCE, OUTLET) == (1, 0, 0, 2)
        assert OUTLET in on_file()

    def test_refuses_what_is_no_tree_and_keeps_what_there_was(self):
        hand_in(HEAD, PROVINCE)

        with pytest.raises(NetworkInvalid, match="o-1: its parent p-1 is unknown"):
            hand_in(HEAD, OUTLET)
        assert len(on_file()) == 2

    def test_takes_thousands_of_departments_at_once(self):
        many = [a_department(f"o-{number}", f"{number}号网点", parent="hq") for number in range(2500)]

        assert hand_in(HEAD, *many).added == 2501
        assert len(on_file()) == 2501


class TestNetwork:
    def test_is_empty_before_any_was_handed_in(self):
        with unit_of_work() as connection:
            assert network_store.network(connection).departments == ()

    def test_says_when_a_department_was_changed(self):
        hand_in(HEAD)

        with unit_of_work() as connection:
            assert connection.execute(text("SELECT changed_at FROM department")).scalar_one() == NOON
