"""What the log and the other cases say about a case: its chain of custody, who is presumed to answer, its weight.

Read on the fly and written nowhere: the log is append-only, and the same reading gives the same answer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from rules.exceptions.custody import chain_of_custody
from rules.exceptions.customs import office_holding
from rules.exceptions.presumption import presumption
from rules.exceptions.severity import custody_gap_of, derivation, repeat_windows
from schemas.custody import Custody, Presumption
from schemas.exceptions import ExceptionCase, ExceptionType
from schemas.weighing import PointsGiven, SeverityFacts
from store import repeats
from store.tracking import events
from store.unit_of_work import Connection


class Weighed(NamedTuple):
    """What is known of one case beyond the case itself."""

    custody: Custody
    presumption: Presumption
    facts: SeverityFacts
    derivation: tuple[PointsGiven, ...]
    customs_office: str = ""  # where customs holds the parcel

    @property
    def points(self) -> int:
        """What the derivation adds up to."""
        return sum(line.points for line in self.derivation)


def weigh(connection: Connection, cases: Sequence[ExceptionCase], *, now: datetime) -> dict[str, Weighed]:
    """Weigh many cases in two reads, by their numbers; a closed one as it stood when it was closed."""
    logs = events.custody_of_waybills(connection, {case.waybill for case in cases})
    of_waybill, of_consignee = repeat_windows(on=now)
    repeated = repeats.of_cases(
        connection, [case.case_no for case in cases], of_waybill=of_waybill, of_consignee=of_consignee
    )
    weighed = {}
    for case in cases:
        at = case.closed_at or now
        log = logs.get(case.waybill, [])
        custody = chain_of_custody(log, now=at)
        facts = SeverityFacts(repeats=repeated[case.case_no], custody_gap=custody_gap_of(custody))
        weighed[case.case_no] = Weighed(
            custody=custody,
            presumption=presumption(custody, type_=case.type, reason=case.reason),
            facts=facts,
            derivation=derivation(case, now=at, facts=facts),
            customs_office=office_holding(log) if case.type is ExceptionType.CUSTOMS_HELD else "",
        )
    return weighed
