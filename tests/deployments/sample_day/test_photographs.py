"""Photographs that are made up: JPEG as everybody reads it, each another one, the same for the same seed."""

from random import Random

import pytest

from adapters.vault.media import media_type_of
from deployments.sample_day.photographs import COLUMNS, ROWS, SQUARE, photograph
from schemas.evidence import MediaType


def squares_in(picture: bytes) -> list[int]:
    """Decode the levels of grey as the codes of the file say: 0 stays, 10 changes by the seven bits that follow."""
    scan = picture[picture.index(b"\xff\xda") + 10 : -2].replace(b"\xff\x00", b"\xff")
    bits = iter("".join(f"{byte:08b}" for byte in scan))
    level, levels = 0, []
    for _ in range(COLUMNS * ROWS):
        if next(bits) == "1":
            assert next(bits) == "0"
            value = int("".join(next(bits) for _ in range(7)), 2)
            level += value if value >= 64 else value - 127
        assert next(bits) == "0"
        levels.append(level)
    rest = "".join(bits)
    assert set(rest) <= {"1"}
    assert len(rest) < 8
    return levels


class TestPhotograph:
    def test_is_a_jpeg_of_a_few_hundred_bytes(self) -> None:
        picture = photograph("a crushed box", rng=Random(1))

        assert media_type_of(picture, declared="image/jpeg", file_name="box.jpg") is MediaType.JPEG
        assert len(picture) < 1000
        assert b"a crushed box" in picture

    def test_says_how_large_it_is(self) -> None:
        picture = photograph("", rng=Random(1))

        frame = picture[picture.index(b"\xff\xc0") + 5 :]
        assert (int.from_bytes(frame[:2]), int.from_bytes(frame[2:4])) == (ROWS * SQUARE, COLUMNS * SQUARE)

    @pytest.mark.parametrize("seed", range(50))
    def test_has_a_square_for_every_code_none_beyond_black_and_white(self, seed: int) -> None:
        levels = squares_in(photograph("", rng=Random(seed)))

        assert len(levels) == COLUMNS * ROWS
        assert len(set(levels)) > 3
        assert min(levels) >= -1024
        assert max(levels) <= 1023

    def test_is_the_same_for_the_same_seed_and_another_one_for_another(self) -> None:
        assert photograph("", rng=Random(1)) == photograph("", rng=Random(1)) != photograph("", rng=Random(2))
