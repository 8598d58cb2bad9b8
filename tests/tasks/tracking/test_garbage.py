"""The search for cycles is put off for the block and never longer."""

import gc

import pytest

from tasks.tracking.garbage import cycles_left_alone


class TestCyclesLeftAlone:
    def test_puts_the_search_off_while_the_block_lasts(self) -> None:
        with cycles_left_alone():
            assert not gc.isenabled()
        assert gc.isenabled()

    def test_lets_it_go_on_after_an_error(self) -> None:
        with pytest.raises(OSError, match="full"), cycles_left_alone():
            raise OSError("full")
        assert gc.isenabled()

    def test_leaves_it_off_where_it_was_off(self) -> None:
        gc.disable()
        try:
            with cycles_left_alone():
                pass
            assert not gc.isenabled()
        finally:
            gc.enable()
