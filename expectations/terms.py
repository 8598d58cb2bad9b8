"""What follows when an expectation is not met, as its meta says it. No expectation belongs here."""

from typing import Any

from schemas.quality import Severity

# Great Expectations knows three severities, Redress four: its own stands in the expectation's meta.
_SEVERITY = {
    Severity.STOP: "critical",
    Severity.QUARANTINE: "warning",
    Severity.DUPLICATE: "info",
    Severity.WARN: "info",
}


def _terms(severity: Severity, reason_code: str, notes: str) -> dict[str, Any]:
    meta = {"severity": severity.value, "reason_code": reason_code, "notes": notes}
    return {"severity": _SEVERITY[severity], "meta": meta}


def stop(reason_code: str, notes: str) -> dict[str, Any]:
    """Hold the whole batch where it is not met."""
    return _terms(Severity.STOP, reason_code, notes)


def quarantine(reason_code: str, notes: str) -> dict[str, Any]:
    """Set a row aside that does not meet it."""
    return _terms(Severity.QUARANTINE, reason_code, notes)


def duplicate(reason_code: str, notes: str) -> dict[str, Any]:
    """Keep the first copy of a row."""
    return _terms(Severity.DUPLICATE, reason_code, notes)


def warn(reason_code: str, notes: str) -> dict[str, Any]:
    """Tell staff; set nothing aside."""
    return _terms(Severity.WARN, reason_code, notes)
