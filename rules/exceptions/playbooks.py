"""Which playbook counts for a case, and what its remedies cost (R13, R30).

The playbooks are data: `playbooks.toml` beside this module, with a carrier's own text over it where there is one
(playbook_data.py reads and checks them). Which remedy a case is at: remedies.py.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.playbook_data import Playbooks, PlaybookText, load_playbooks
from schemas.exceptions import ExceptionCase, ExceptionType, Measure
from schemas.playbooks import Mode, ParcelFacts, Playbook
from schemas.promises import LaneClass

_FILE = Path(__file__).with_name("playbooks.toml")
OWN = PlaybookText(_FILE.name, _FILE.read_text("utf-8"))
"""The playbooks that come with Redress."""

PLAYBOOKS = load_playbooks(OWN)


def playbook_for(
    type_: ExceptionType, *, mode: Mode = Mode.EXPRESS, facts: ParcelFacts | None = None, books: Playbooks = PLAYBOOKS
) -> Playbook:
    """Give the playbook for a type and a mode with those lines whose conditions the parcel meets.

    A parcel in air mode has an air leg. Evidence that two lines ask for is asked for once, mandatory if either says so;
    of two questions to one node the later counts.
    """
    known = facts or ParcelFacts()
    return _narrowed(books, type_, mode, known.model_copy(update={"air_leg": True}) if mode is Mode.AIR else known)


@lru_cache(maxsize=4096)
def _narrowed(books: Playbooks, type_: ExceptionType, mode: Mode, facts: ParcelFacts) -> Playbook:
    book = books.books[(type_, mode)]
    needs = sorted((need for need in book.evidence if facts.meet(need.when)), key=lambda need: not need.mandatory)
    kept = {(need.kind, need.of): need for need in reversed(needs)}
    asked = {question.to: question for question in book.questions if facts.meet(question.when)}
    return book.model_copy(
        update={
            "evidence": tuple(need for need in book.evidence if kept.get((need.kind, need.of)) is need),
            "questions": tuple(question for question in book.questions if asked.get(question.to) is question),
            "remedies": tuple(remedy for remedy in book.remedies if facts.meet(remedy.when)),
        }
    )


def parcel_facts(case: ExceptionCase, *, air_leg: bool = False, subcontracted: bool = False) -> ParcelFacts:
    """Say what a playbook's conditions need to know of a case; its way is not in the case and is told."""
    value = case.insured_amount or case.declared_value or Decimal(0)
    high = EXCEPTION_PACK.pick("value_from", scope="high_value", on=case.opened_at.date()).value
    return ParcelFacts(
        air_leg=air_leg,
        subcontracted=subcontracted,
        perishable=case.perishable,
        insured=bool(case.insured_amount),
        valuable=value >= high,
    )


def mode_of(
    *, product: str, lane: LaneClass = LaneClass.UNKNOWN, air_leg: bool = False, books: Playbooks = PLAYBOOKS
) -> Mode:
    """Say how a parcel travels: by what its product says, else by its lane, else by an air leg in its way."""
    if product in books.products:
        return books.products[product]
    if lane is LaneClass.INTERNATIONAL:
        return Mode.INTERNATIONAL
    return Mode.AIR if air_leg else Mode.EXPRESS


def estimated_cost(
    measures: Iterable[Measure], *, on: date, mode: Mode = Mode.EXPRESS, books: Playbooks = PLAYBOOKS
) -> Decimal:
    """Add up what measures cost the carrier on a day; what is paid to the customer comes on top.

    Raises:
        NoSuchRule: a measure has no cost on that day.
    """
    picked = (books.costs.pick(f"cost:{measure}", scope=mode.value, on=on) for measure in measures)
    return sum((rule.value for rule in picked), Decimal(0))
