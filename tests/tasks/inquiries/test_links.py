"""The keys of links: one signs, all are accepted, and none is told."""

import pytest

from tasks.inquiries.links import LinkKeysUnusable, link_keys, with_link

FIRST, SECOND = "the first key of links", "the second key of links"


class TestLinkKeys:
    def test_are_those_of_the_variable_and_its_companions_the_signing_one_first(self) -> None:
        environ = {"REDRESS_LINK_KEY__OLD": SECOND, "REDRESS_LINK_KEY": FIRST, "REDRESS_LINK_KEY__NONE": ""}

        assert link_keys(environ) == (FIRST.encode(), SECOND.encode())

    def test_come_from_the_secret_key_while_none_is_set_and_do_not_tell_it(self) -> None:
        [key] = link_keys({"REDRESS_SECRET_KEY": "a secret"})

        assert len(key) == 32
        assert b"a secret" not in key

    @pytest.mark.parametrize(
        ("environ", "named"),
        [
            ({}, "REDRESS_LINK_KEY"),
            ({"REDRESS_LINK_KEY": FIRST, "REDRESS_LINK_KEY__OLD": "short"}, "REDRESS_LINK_KEY__OLD"),
        ],
        ids=["nothing is set", "one is short"],
    )
    def test_are_refused_by_the_name_of_their_variable(self, environ: dict[str, str], named: str) -> None:
        with pytest.raises(LinkKeysUnusable, match=named) as told:
            link_keys(environ)

        assert "short" not in str(told.value)


class TestWithLink:
    def test_leaves_other_notices_as_they_are(self) -> None:
        assert with_link({"body": "hello", "to": "x"}) == {"body": "hello", "to": "x"}
