"""Which rows go where, given what Great Expectations found. Decides nothing about data; needs no Great Expectations."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.quality import ExpectationResult, Severity, Verdict


class ChecksBroken(Exception):
    """The checks themselves failed, so nothing is known of the data: hold the batch, and blame no sender."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one expectation found in one batch."""

    result: ExpectationResult
    rows: tuple[int, ...]  # the rows that failed it
    told: str  # what it means and what was seen, for the sentence that stops a batch


def divide(findings: Sequence[Finding], *, event_ids: Sequence[str | None]) -> Verdict:
    """Send every row to clean, duplicate or quarantined, and say whether the batch is stopped.

    Of several copies of an event the first that is not quarantined stays: a copy that cannot be used must not take a
    good one with it.

    Raises:
        ChecksBroken: the rows do not add up.
    """
    quarantined = _quarantined(findings)
    duplicate = _later_copies(findings, event_ids=event_ids, without=quarantined)
    stopped = [finding.told for finding in findings if _stops(finding)]
    verdict = Verdict(
        clean=tuple(row for row in range(len(event_ids)) if row not in quarantined and row not in duplicate),
        duplicate=tuple(sorted(duplicate)),
        quarantined={row: tuple(sorted(quarantined[row])) for row in sorted(quarantined)},
        stopped="; ".join(stopped) or None,
        results=tuple(finding.result for finding in findings),
    )
    check_rows(verdict, read=len(event_ids))
    return verdict


def check_rows(verdict: Verdict, *, read: int) -> None:
    """Check the verdict against the batch: read = clean + duplicate + quarantined, to the row.

    Raises:
        ChecksBroken: a row is nowhere, in two places, or not of this batch.
    """
    judged = sorted((*verdict.clean, *verdict.duplicate, *verdict.quarantined))
    if judged != list(range(read)):
        raise ChecksBroken(
            f"{read} rows were read, but {len(verdict.clean)} are clean, {len(verdict.duplicate)} duplicate and "
            f"{len(verdict.quarantined)} quarantined, or not the same rows"
        )


def _stops(finding: Finding) -> bool:
    return finding.result.severity is Severity.STOP and not finding.result.success


def _quarantined(findings: Sequence[Finding]) -> dict[int, set[str]]:
    reasons: dict[int, set[str]] = {}
    for finding in findings:
        if finding.result.severity is Severity.QUARANTINE:
            for row in finding.rows:
                reasons.setdefault(row, set()).add(finding.result.reason_code)
    return reasons


def _later_copies(
    findings: Sequence[Finding], *, event_ids: Sequence[str | None], without: dict[int, set[str]]
) -> set[int]:
    # Great Expectations names every copy, the first one too; which of them stays is decided here.
    copies = {row for finding in findings if finding.result.severity is Severity.DUPLICATE for row in finding.rows}
    kept: set[str | None] = set()
    later = set()
    for row in sorted(copies - without.keys()):
        if event_ids[row] in kept:
            later.add(row)
        kept.add(event_ids[row])
    return later
