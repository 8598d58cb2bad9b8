"""How findings divide a batch."""

from typing import Any

import pytest

from expectations.verdict import ChecksBroken, Finding, check_rows, divide
from schemas.quality import ExpectationResult, Severity, Verdict


def finding(severity: Severity, *rows: int, reason: str = "wrong", success: bool | None = None) -> Finding:
    result = ExpectationResult(
        expectation="expect_something",
        column="waybill",
        severity=severity,
        reason_code=reason,
        evaluated=10,
        failed=len(rows),
        success=not rows if success is None else success,
    )
    return Finding(result=result, rows=rows, told=f"{reason}: it is not as it should be.")


def quarantine(*rows: int, reason: str = "wrong") -> Finding:
    return finding(Severity.QUARANTINE, *rows, reason=reason)


def copies(*rows: int) -> Finding:
    return finding(Severity.DUPLICATE, *rows, reason="duplicate")


class TestDivide:
    def test_leaves_a_row_that_nothing_found_fault_with(self):
        assert divide([quarantine(1)], event_ids=["a", "b", "c"]).clean == (0, 2)

    def test_names_the_reasons_of_a_row_in_order_and_each_once(self):
        found = [quarantine(0, reason="late"), quarantine(0, reason="early"), quarantine(0, reason="late")]

        assert divide(found, event_ids=["a"]).quarantined == {0: ("early", "late")}

    def test_keeps_the_first_of_several_copies(self):
        verdict = divide([copies(0, 1, 3, 4, 5)], event_ids=["a", "b", "c", "a", "b", "a"])

        assert (verdict.clean, verdict.duplicate) == ((0, 1, 2), (3, 4, 5))

    def test_keeps_the_second_copy_where_the_first_cannot_be_used(self):
        verdict = divide([copies(0, 1, 2), quarantine(0)], event_ids=["a", "a", "a"])

        assert (verdict.clean, verdict.duplicate, set(verdict.quarantined)) == ((1,), (2,), {0})

    def test_quarantines_a_copy_that_is_wrong_as_well(self):
        verdict = divide([copies(0, 1), quarantine(1)], event_ids=["a", "a"])

        assert (verdict.clean, verdict.duplicate, set(verdict.quarantined)) == ((0,), (), {1})

    def test_sets_nothing_aside_for_a_warning(self):
        verdict = divide([finding(Severity.WARN, 0)], event_ids=["a"])

        assert (verdict.clean, verdict.stopped) == ((0,), None)

    def test_says_why_a_batch_is_stopped_and_divides_it_all_the_same(self):
        stop = finding(Severity.STOP, reason="row_count", success=False)

        verdict = divide([stop, quarantine(0)], event_ids=["a", "b"])

        assert verdict.stopped == "row_count: it is not as it should be."
        assert (verdict.clean, set(verdict.quarantined)) == ((1,), {0})

    def test_refuses_a_row_that_the_batch_does_not_have(self):
        with pytest.raises(ChecksBroken, match="1 rows were read"):
            divide([quarantine(7)], event_ids=["a"])


class TestCheckRows:
    @pytest.mark.parametrize(
        "rows",
        [
            pytest.param({"clean": (0,)}, id="nowhere"),
            pytest.param({"clean": (0, 1), "duplicate": (1,)}, id="in two places"),
            pytest.param({"clean": (0, 0)}, id="twice in one place"),
            pytest.param({"clean": (0, 2)}, id="not of this batch"),
        ],
    )
    def test_refuses_a_row_that_is(self, rows: dict[str, Any]):
        nothing: dict[str, Any] = {"clean": (), "duplicate": (), "quarantined": {}, "stopped": None, "results": ()}

        with pytest.raises(ChecksBroken, match="2 rows were read"):
            check_rows(Verdict(**nothing | rows), read=2)
