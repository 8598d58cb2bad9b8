"""Pictures: drawn in a process of their own, readable without a network."""

import sys
from xml.etree import ElementTree as ET

import pytest
from reports import a_chart

from adapters.reports.drawing import NotDrawn, draw
from schemas.reporting import ChartKind, Point


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


class TestDraw:
    def test_gives_an_svg_for_each_kind_of_chart_with_its_places_and_series(self) -> None:
        charts = [a_chart(key=kind.value, kind=kind) for kind in ChartKind]

        pictures = draw(charts)

        assert list(pictures) == ["lines", "bars", "stacks"]
        for svg in pictures.values():
            assert {"破损件", "丢失件", "上期", "本期"} <= set(texts(svg))
            assert "http" not in svg.replace("http://www.w3.org/", "")

    def test_draws_names_from_outside_as_text(self) -> None:
        [svg] = draw([a_chart(points=(Point("<script>alert(1)</script>", "a & b", 1),))]).values()

        assert "<script>alert(1)</script>" in texts(svg)
        assert "<script" not in svg

    def test_keeps_the_order_in_which_places_first_come(self) -> None:
        points = tuple(Point(place, "本期", 1) for place in ("丙", "甲", "乙"))

        [svg] = draw([a_chart(points=points)]).values()

        assert [text for text in texts(svg) if text in "甲乙丙" and text] == ["丙", "甲", "乙"]

    def test_draws_nothing_of_a_chart_without_points(self) -> None:
        assert draw([a_chart(points=())]) == {}


class TestADrawerThatFails:
    def test_is_told_with_what_it_said(self) -> None:
        broken = (sys.executable, "-c", "raise SystemExit('no fonts at all')")

        with pytest.raises(NotDrawn, match="status 1: no fonts at all"):
            draw([a_chart()], command=broken)

    def test_is_not_waited_for_without_end(self) -> None:
        endless = (sys.executable, "-c", "import sys; sys.stdin.read(); import threading; threading.Event().wait()")

        with pytest.raises(NotDrawn, match=r"within 0\.5 seconds"):
            draw([a_chart()], command=endless, seconds_max=0.5)
