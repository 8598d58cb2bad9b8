"""How a place is taken from a text."""

from adapters.feeds.place import place_named


class TestPlaceNamed:
    def test_takes_the_first_bracketed_name(self):
        assert place_named("快件离开 【临江中转场】 发往 【远山中转场】") == "临江中转场"

    def test_takes_square_brackets_too(self):
        assert place_named("[临江分拨中心]进行装车扫描") == "临江分拨中心"

    def test_finds_no_place_without_brackets(self):
        assert place_named("快件在途") == place_named("【】") == place_named("【未完") == ""
