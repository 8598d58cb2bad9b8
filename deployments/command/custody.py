"""The part of `redress case` about custody and severity: who had the parcel, what is missing, what gives which points.

Belongs here: what is read and printed of it. Does not belong here: what it comes to (`rules.exceptions`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from deployments.command.output import print_table

if TYPE_CHECKING:
    from schemas.exceptions import ExceptionCase
    from store.unit_of_work import Connection

Local = Callable[[datetime | None], str]


def custody_file(connection: "Connection", case: "ExceptionCase") -> dict[str, Any]:
    """Read the chain of custody, the presumption and the score of a case from the log as it is now."""
    from tasks import clock
    from tasks.exceptions.weighing import weigh

    weighed = weigh(connection, [case], now=clock.now())[case.case_no]
    return {
        "custody": weighed.custody.model_dump(),
        "presumption": weighed.presumption.model_dump(),
        "severity": {
            "score": case.severity_score,
            "score_now": weighed.points,
            "derivation": [line.model_dump() for line in weighed.derivation],
        },
    }


def print_custody(file: dict[str, Any], *, local: Local) -> None:
    """Print what `custody_file` read."""
    severity, custody, presumption = file["severity"], file["custody"], file["presumption"]
    print_table(
        ("points", "for", "rule"),
        [(line["points"], _said(line["sentence"]), line["rule"]) for line in severity["derivation"]],
        title=f"Severity: {severity['score']} points when it was weighed, {severity['score_now']} now",
    )
    print_table(
        ("holder", "where", "received", "sent", "to"),
        [
            (
                held["kind"].value,
                held["place"] or "?",
                local(held["received_at"]),
                local(held["sent_at"]),
                held["sent_to"],
            )
            for held in custody["holdings"]
        ],
        title="Custody",
    )
    print_table(
        ("gap", "since", "until", "what"),
        [
            (gap["kind"].value, local(gap["since"]), local(gap["until"]) or "open", _said(gap["sentence"]))
            for gap in custody["gaps"]
        ],
        title="Gaps",
    )
    holder = presumption["holder"]
    who = ", ".join([presumption["party"].value, *([holder["place"] or "?"] if holder else [])])
    print(f"Presumed responsible: {who} ({presumption['confidence'].value}). A person decides.")
    for ground in presumption["reasons"]:
        print(f"  because {_said(ground['sentence'])} [{ground['rule']}]")
    for evidence in presumption["rebutted_by"]:
        print(f"  rebutted by {_said(evidence)}")
    for limit in custody["limits"]:
        print(f"  not told: {_said(limit)}")


def _said(sentence: dict[str, str]) -> str:
    return f"{sentence['zh']} {sentence['en']}"
