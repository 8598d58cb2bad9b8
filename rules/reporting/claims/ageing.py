"""Open claims by how long they have waited, in which state and for whom (R84)."""

from rules.reporting.charts import waiting_chart
from rules.reporting.claims import words
from rules.reporting.claims.ages import AGE_BANDS
from rules.reporting.claims.counted import Counted
from rules.reporting.claims.figures import CLAIMS
from rules.reporting.figures import meanings_of
from rules.reporting.lists import BETWEEN, Wanted
from rules.reporting.tables import Classes, count_column
from rules.reporting.waiting import WAITING_WORDS
from rules.reporting.words import words_for, words_together
from schemas.claims import State
from schemas.reporting import Figure, Row, Section, Table, Words

OPEN_CLASSES: Classes = {
    "age": (Words("按已等待时长", "By age"), AGE_BANDS),
    "waiting_for": (Words("在等谁", "Waiting for whom"), WAITING_WORDS),
    "state": (Words("按状态", "By state"), words.STATE),
    "event": (Words("未结事故类型", "By event"), words.EVENT),
    "branch": (Words("未结经办部门", "By branch"), {}),
}
OPEN_COLUMNS = ("still_open", "overdue", "still_major")


def ageing_section(counted: Counted) -> Section:
    """Count what is still open by age and state together, and by other classes."""
    chart = waiting_chart(
        Words("未结索赔：已等待时长与在等谁", "Still open: how long, and waiting for whom"),
        counted.waiting_by_age,
        AGE_BANDS,
    )
    return Section(
        key="open",
        title=Words("未结索赔账龄", "Ageing of open claims"),
        tables=(_ages(counted), *counted.claims.class_tables(OPEN_CLASSES, names=OPEN_COLUMNS, which="open_")),
        charts=(chart,),
        about=meanings_of(OPEN_COLUMNS, CLAIMS),
    )


def _ages(counted: Counted) -> Table:
    states = [state.value for state in State if state.value in counted.ages_by_state]
    return Table(
        key="ages",
        title=Words("账龄与状态", "Ages by state"),
        about=Words("按提出以来的整日计", "by the full days since the claim was filed"),
        columns=tuple(count_column(band, name, compared=False) for band, name in AGE_BANDS.items()),
        rows=tuple(_age_row(counted, state) for state in states),
    )


def _age_row(counted: Counted, state: str) -> Row:
    cases = dict(counted.ages_by_state[state])
    figures = []
    for band in AGE_BANDS:
        name = words_together([(state, words.STATE), (band, AGE_BANDS)])
        list_of = Wanted(
            f"still_open-ages-{state}-{band}", name, cases.get(band, 0), "still_open", "state+age",
            BETWEEN.join((state, band)),
        )  # fmt: skip
        figures.append(Figure(value=cases.get(band, 0), cases=counted.claims.lists.key_in(list_of)))
    return Row(group=state, name=words_for(state, words.STATE), figures=tuple(figures))
