"""The commands about positive feedback."""

from commands import Redress

TOLD = ("praise", "add", "冒雨送药上楼，电话 13900001234", "--outlet", "示例城东网点", "--channel", "at_the_door")


class TestAdd:
    def test_puts_it_on_file_with_who_took_it_down(self, redress: Redress) -> None:
        kept = redress(*TOLD, "--courier", "c-17", "--staff", "a-07", "--told-at", "2026-11-20 09:30", "--json").json

        assert (kept["channel"], kept["courier"], kept["taken_by"]) == ("at_the_door", "c-17", "a-07")
        assert kept["told_at"] == "2026-11-20T09:30:00+08:00"

    def test_refuses_no_words_and_what_was_told_tomorrow(self, redress: Redress) -> None:
        assert "words" in redress("praise", "add", "  ").err
        assert "has not come yet" in redress(*TOLD, "--told-at", "2999-01-01").err


class TestList:
    def test_shows_the_newest_first_without_phone_numbers(self, redress: Redress) -> None:
        redress(*TOLD, "--told-at", "2025-11-20")
        redress("praise", "add", "谢谢", "--told-at", "2025-11-21")

        told = redress("praise", "list", "--json").json

        assert [one["words"] for one in told] == ["谢谢", "冒雨送药上楼，电话 139****1234"]
        assert "谢谢" in redress("praise", "list").out

    def test_takes_an_outlet_a_day_and_a_bound(self, redress: Redress) -> None:
        redress(*TOLD, "--told-at", "2025-11-20")
        redress("praise", "add", "谢谢", "--told-at", "2025-11-21")

        assert len(redress("praise", "list", "--outlet", "示例城东网点", "--json").json) == 1
        assert len(redress("praise", "list", "--since", "2025-11-21", "--json").json) == 1
        assert "--limit is at least 1" in redress("praise", "list", "--limit", "0").err
