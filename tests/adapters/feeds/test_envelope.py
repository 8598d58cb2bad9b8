"""How the known part of a payload is found."""

import json

from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of


def is_wanted(node: dict) -> bool:
    return "wanted" in node


class TestFind:
    def test_gives_the_path_through_objects_and_lists(self):
        document = {"result": [{"a": 1}, {"list": {"wanted": 1}}]}

        assert list(find(document, is_wanted)) == [("result[1].list", {"wanted": 1})]

    def test_gives_an_empty_path_for_the_document_itself(self):
        assert list(find({"wanted": 1}, is_wanted)) == [("", {"wanted": 1})]

    def test_gives_the_place_in_a_document_that_is_a_list(self):
        assert list(find([1, {"wanted": 1}], is_wanted)) == [("[1]", {"wanted": 1})]

    def test_does_not_look_inside_what_it_found(self):
        assert len(list(find({"wanted": {"wanted": 1}}, is_wanted))) == 1

    def test_opens_a_document_sent_as_text_only_in_the_named_fields(self):
        document = {"inner": json.dumps({"wanted": 1}), "other": json.dumps({"wanted": 2})}

        assert list(find(document, is_wanted, openers={"inner": json.loads})) == [("inner", {"wanted": 1})]

    def test_leaves_text_alone_that_is_no_document(self):
        def refuse(text: str) -> object:
            raise UnreadableEnvelope("not_json", "body", text)

        assert list(find({"inner": "plain words"}, is_wanted, openers={"inner": refuse})) == []

    def test_stops_at_the_given_depth(self):
        document = {"a": {"b": {"wanted": 1}}}

        assert list(find(document, is_wanted, levels=1)) == []
        assert len(list(find(document, is_wanted, levels=2))) == 1


class TestEntries:
    def test_numbers_the_entries_of_a_list(self):
        assert entries({"data": ["x", "y"]}, "data", "lastResult") == [
            ("lastResult.data[0]", "x"),
            ("lastResult.data[1]", "y"),
        ]

    def test_takes_one_entry_that_was_sent_without_its_list(self):
        assert entries({"data": {"k": 1}}, "data", "") == [("data", {"k": 1})]

    def test_finds_nothing_where_nothing_is_listed(self):
        assert entries({"data": None}, "data", "") == entries({"data": ""}, "data", "") == entries({}, "data", "") == []


class TestTextOf:
    def test_takes_codes_written_as_numbers(self):
        assert text_of(501) == "501"

    def test_strips_text(self):
        assert text_of(" 深圳\t") == "深圳"

    def test_finds_no_text_in_what_is_no_scalar(self):
        assert text_of(None) == text_of(True) == text_of(["x"]) == text_of({}) == ""
