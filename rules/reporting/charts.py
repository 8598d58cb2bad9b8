"""Pictures that the reports draw alike: what is open by age, and the outlets to help by type."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from rules.privacy import mask_phones
from rules.reporting.ages import AGE_BANDS
from rules.reporting.waiting import WAITING_WORDS
from rules.reporting.words import words_for
from schemas.reporting import Chart, ChartKind, GroupCounts, Point, Words

TYPES_DRAWN = 6
OTHER_TYPES = "其他类型"


def waiting_chart(
    title: Words,
    waiting_by_age: Mapping[str, Sequence[tuple[str, int]]],
    bands: Mapping[str, Words] = AGE_BANDS,
) -> Chart:
    """Draw how long what is open has waited, and for whom."""
    return Chart(
        key="open",
        title=title,
        kind=ChartKind.STACKS,
        points=tuple(
            Point(bands[band].zh, WAITING_WORDS[waiting].zh, cases)
            for band in bands
            for waiting, cases in waiting_by_age.get(band, ())
        ),
    )


def outlets_by_type(
    outlets: Sequence[GroupCounts],
    types_of: Mapping[str, Sequence[tuple[str, int]]],
    codes: Mapping[str, Words],
) -> Iterator[Point]:
    """Take each outlet apart by the types that are most frequent among all of these, and one part for the others."""
    everywhere: Counter[str] = Counter()
    for group in outlets:
        everywhere.update(dict(types_of.get(group.group, ())))
    drawn = [type_ for type_, _ in everywhere.most_common(TYPES_DRAWN)]
    for group in outlets:
        of_outlet = dict(types_of.get(group.group, ()))
        place = mask_phones(group.group)
        for type_ in drawn:
            yield Point(place, words_for(type_, codes).zh, of_outlet.pop(type_, 0))
        yield Point(place, OTHER_TYPES, sum(of_outlet.values()))
