"""The page: everything inside, nothing asked of another host, every figure a way to its cases."""

import re
from html.parser import HTMLParser

import pytest
from factories import at
from reports import a_line, a_report, a_table

from adapters.reports.page import html_page
from schemas.reporting import Figure, Report, Row, Words

NAMES: dict[str, dict[str, str]] = {
    "type": {"DAMAGED": "破损件"}, "cause": {"carrier.damaged": "运输破损"}, "severity": {"3": "严重"},
    "closing_reason": {"remedied": "已补救"}, "waiting_for": {"supervisor": "主管审批"},
}  # fmt: skip
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def page(report: Report) -> str:
    return html_page(report, pictures={"types": SVG}, names=NAMES)


class Seen(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.sources: list[str] = []
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.links += [found["href"] or ""] if "href" in found else []
        self.sources += [found["src"] or ""] if "src" in found else []
        if tag not in {"meta", "img", "br", "link"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


class TestPage:
    def test_asks_nobody_for_anything_and_runs_nothing(self) -> None:
        seen = Seen(page(a_report()))

        assert not {"script", "link", "iframe", "object", "form"} & set(seen.tags)
        assert all(source.startswith("data:image/svg+xml;base64,") for source in seen.sources)
        assert all(link.startswith("#") for link in seen.links)
        assert len(seen.sources) == 1
        assert "default-src 'none'" in page(a_report())

    def test_closes_whatever_it_opens(self) -> None:
        assert Seen(page(a_report())).open == []

    def test_is_in_chinese_with_english_beside_it(self) -> None:
        html = page(a_report())

        assert '<html lang="zh">' in html
        assert "异常件分析报告 <small>Analysis of exceptions</small>" in html
        assert "Noto Sans CJK SC" in html

    def test_says_who_made_it_when_and_who_answers_for_it(self) -> None:
        html = page(a_report())

        assert "2026-11-21 12:00 · redress" in html
        assert "<dd>王主管</dd>" in html

    def test_tells_times_in_the_zone_of_the_business(self) -> None:
        assert "2026-11-20 00:00 – 2026-11-21 00:00 (Asia/Shanghai)" in page(a_report())
        assert "<td>11-20 12:00</td>" in page(a_report())

    def test_prints(self) -> None:
        assert "@media print" in page(a_report())


class TestFigure:
    def test_leads_to_its_list_and_from_there_to_its_case(self) -> None:
        seen = Seen(page(a_report()))

        assert "#list-opened" in seen.links
        assert "list-opened" in seen.ids
        assert "#EX-20261120-000001" in seen.links
        assert "EX-20261120-000001" in seen.ids

    def test_leads_nowhere_that_does_not_exist(self) -> None:
        seen = Seen(page(a_report()))

        assert {link.removeprefix("#") for link in seen.links} - set(seen.ids) == {"top-of-nothing"}  # closes a list

    def test_says_how_many_cases_are_not_listed_and_how_to_find_them(self) -> None:
        html = page(a_report())

        assert "另有 1 件 more" in html
        assert "<code>opened = 1</code>" in html

    def test_stands_beside_the_one_of_the_period_before(self) -> None:
        html = page(a_report())

        assert re.search(r'>1</a>\s*</td><td class="n before">3</td><td class="n before">−2</td>', html)

    def test_of_nothing_is_a_dash_without_a_link(self) -> None:
        row = Row(group="A", name=Words("甲", "a"), figures=(Figure(value=None, cases="opened"), Figure(value=None)))

        html = page(a_report(a_table(rows=(row,)), sections=a_report(a_table(rows=(row,))).sections[1:]))

        assert "—" in html
        assert 'href="#list-opened"' not in html


class TestNamesFromOutside:
    @pytest.mark.parametrize("name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}"])
    def test_are_text_whatever_they_hold(self, name: str) -> None:
        row = Row(group=name, name=Words(name, name), figures=(Figure(value=1), Figure(value=None)), texts=())

        html = page(a_report(a_table(rows=(row,)), cases=(a_line(outlet=name, lane=name, cause=name),)))

        seen = Seen(html)
        assert "script" not in seen.tags
        assert len(seen.sources) == 1
        assert ">49<" not in html


class TestCase:
    def test_that_was_resolved_late_is_marked(self) -> None:
        assert '<td class="bad">11-20 19:00</td>' in page(a_report())

    def test_that_is_open_says_for_whom_it_waits_and_that_it_is_overdue(self) -> None:
        line = a_line(closed_at=None, state="AWAITING_APPROVAL", waiting_for="supervisor", counted=["overdue"])

        assert "主管审批，已超时" in page(a_report(cases=(line,)))


class TestEmptyReport:
    def test_says_so(self) -> None:
        html = page(a_report(a_table(rows=()), behind=(), cases=(), cases_total=0))

        assert "There was no case in this period." in html
        assert "无 none" in html

    def test_draws_nothing_and_says_so(self) -> None:
        assert "nothing to draw" in html_page(a_report(), pictures={}, names=NAMES)


class TestUnfinishedReport:
    def test_says_where_its_figures_end(self) -> None:
        assert "The period is not over" in page(a_report(made_at=at(0)))
        assert "The period is not over" not in page(a_report())
