"""How a book of wordings is tried."""

import time

import pytest

from adapters.feeds.wording import IdleWording, Phrasebook, Wording
from schemas.tracking import Event


def wording(pattern: str, event: Event = Event.HELD, *words: str) -> Wording:
    return Wording(pattern, event, None, pattern, words=words)


class TestPhrasebook:
    def test_takes_the_first_row_that_fits(self):
        book = Phrasebook((wording("not signed"), wording("signed", Event.DELIVERED)), essential=str)

        assert book.reading("it was not signed").event is Event.HELD
        assert book.reading("it was signed").event is Event.DELIVERED

    def test_says_nothing_about_what_no_row_says(self):
        assert Phrasebook((wording("signed"),), essential=str).reading("gibberish") is None

    def test_reads_only_what_is_essential(self):
        assert Phrasebook((wording("signed"),), essential=lambda text: "").reading("signed") is None

    def test_tries_a_row_once_however_many_of_its_words_are_there(self):
        book = Phrasebook((wording("a.b", Event.HELD, "a", "b"), wording("b", Event.DELIVERED)), essential=str)

        assert book.reading("b a").event is Event.DELIVERED

    def test_reads_only_the_beginning_of_an_endless_text(self):
        book = Phrasebook((wording("signed"),), essential=str)

        assert book.reading("x" * 2000 + "signed") is None


class TestWording:
    def test_takes_its_words_from_a_plain_pattern(self):
        assert wording("signed|accepted").cues == ("signed", "accepted")

    def test_refuses_pattern_syntax_without_words(self):
        with pytest.raises(IdleWording):
            Phrasebook((wording("sign(ed)?"),), essential=str)


class TestTimeTaken:
    @pytest.mark.parametrize("text", ["消毒" + "x" * 500_000, "请" * 500_000, "退回件" * 200_000, "【" * 500_000])
    def test_stays_small_for_hostile_texts(self, text):
        from adapters.feeds.chinese import CHINESE

        started = time.process_time()
        CHINESE.reading(text)

        assert time.process_time() - started < 1
