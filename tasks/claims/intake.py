"""Stage INTAKE (受理): what is told becomes a claim, or is added to the one that the matter has (R78).

The form is kept whole before anybody works on it. One that lacks something is refused with what is missing, or kept as
a draft; one that is told in full is acknowledged in the same transaction, with the papers that are wanted.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from prefect import task

from rules.claims import telling
from rules.claims.form import completed, missing_fields, wanted_fields
from rules.claims.lifecycle import BEFORE_PROPOSAL
from rules.claims.pack import CLAIM_PACK
from rules.clocks.anchors import advance
from rules.exceptions.wording import local_time
from schemas.claims import Claim, ClaimForm, Command, Ending, Filed, State
from schemas.complaints import MissingField
from schemas.evidence import Entered, EvidenceKind, OfferedPiece
from schemas.exceptions import Role
from store import claim_forms, outbox, requests
from store import claims as claim_store
from store.claims import Chosen, Matter, Opening
from store.evidence import Kept
from store.keyed import keyed_hash
from store.outbox import Letter
from store.requests import NamedRequest
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.evidence import completeness_of_claims
from tasks.claims.letters import MANAGER, claimant_letters, department_letter, language_of
from tasks.claims.moving import Step, cases_after, signature, step_in_batches, take_steps
from tasks.claims.timing import PROMISE, anchors_of, clock_columns, due, told
from tasks.claims.told import Desk, Incomplete, TakenIn, desk_for, matter_of, signed, told_columns, weighed
from tasks.complaints.told import taken_in_at
from tasks.evidence.keeping import attach_pieces, keep_pieces
from tasks.exceptions.timing import entry_of
from tasks.settings import business_settings

KNOWN = (
    "该索赔已登记，请凭编号和手机尾号查询或补充。 "
    "This claim is on file already: ask about it or add to it with its number and the end of your phone number."
)
OPEN_TO_TELLING = BEFORE_PROPOSAL - {State.ASSESSED} | {State.DRAFT}
"""States in which what is told changes what is worked out; afterwards it is talked about."""
TOGETHER = 200
"""Claims of a list that are taken in in one transaction."""


class KnownMatter(RuntimeError):
    """The matter has an open claim already, and whoever tells of it has not shown that he is its claimant."""


def file_claim(
    form: ClaimForm,
    pieces: Sequence[OfferedPiece] = (),
    *,
    taken: TakenIn,
    given: Entered | None = None,
    keep_draft: bool = False,
    only_new: bool = False,
    request: NamedRequest | None = None,
) -> Filed:
    """Take in a claim and keep what came with it; when this returns, both are committed.

    What is told of a matter that has an open claim is added to it, unless it is to be `only_new`. The same request
    twice is answered as the first time and does nothing.

    Raises:
        KnownMatter: it is to be only new, and the matter has an open claim; nothing is changed.
        Incomplete: something that must be told is missing, and no draft is wanted; nothing is kept.
        OtherContent: the request's name was used for another one.
        Unacceptable, TooLarge, TooMuchEvidence: a file is no evidence as it is, or is one too many; nothing is kept.
        Unavailable, Refused: the vault does not take it.
    """
    with unit_of_work() as connection:
        if (answered := requests.answered_before(connection, request)) is not None:
            return Filed.model_validate(answered)
    missing = missing_fields(form)
    if missing and not keep_draft and not _is_known(form):
        raise Incomplete(missing)
    kept = keep_pieces(pieces)
    now = clock.now()
    with unit_of_work() as connection:

        def work() -> dict[str, Any]:
            [filed] = _take_in(connection, [form], taken, keep_drafts=keep_draft, only_new=only_new, now=now)
            return _with_pieces(connection, filed, kept, given).model_dump(mode="json")

        answer = requests.once(connection, request, work, at=now)
    return Filed.model_validate(answer)


def file_claims(
    forms: Sequence[ClaimForm], *, taken: TakenIn, keep_drafts: bool = False, named: Sequence[NamedRequest] = ()
) -> list[Filed | Incomplete]:
    """Take in the claims of a list, some hundred in a transaction; give what became of each, in order.

    One that lacks something and is not to be kept as a draft is given back with what is missing; the others are filed,
    and the name of each is on record with it where they have names.
    """
    done: list[Filed | Incomplete] = []
    for start in range(0, len(forms), TOGETHER):
        some = forms[start : start + TOGETHER]
        lacking = {place: Incomplete(missing) for place, form in enumerate(some) if (missing := missing_fields(form))}
        refused = {} if keep_drafts else lacking
        usable = [form for place, form in enumerate(some) if place not in refused]
        with unit_of_work() as connection:
            filed = iter(_take_in(connection, usable, taken, keep_drafts=keep_drafts, now=clock.now()))
            became = [refused[place] if place in refused else next(filed) for place in range(len(some))]
            names = zip(named[start : start + TOGETHER], became, strict=False)
            noted = [(name, one.model_dump(mode="json")) for name, one in names if isinstance(one, Filed)]
            requests.note(connection, noted, at=clock.now())
            done += became
    return done


def _with_pieces(connection: Connection, filed: Filed, kept: Sequence[Kept], given: Entered | None) -> Filed:
    """Attach what came with a telling, and say which papers are still wanted then."""
    if not kept or given is None:
        return filed
    attached = attach_pieces(connection, filed.claim_no, kept, entered=given)
    papers = _wanted(connection, [claim_store.one_claim(connection, filed.claim_no)])[filed.claim_no]
    return filed.model_copy(update={"attachments": attached, "papers": papers})


def add_to_claim(
    case_no: str,
    form: ClaimForm,
    pieces: Sequence[OfferedPiece] = (),
    *,
    taken: TakenIn,
    given: Entered | None = None,
    request: NamedRequest | None = None,
    proven: bool = False,
) -> Filed:
    """Add to a claim what was missing or is told now, and what came with it.

    An account is taken from the desk, and from a claimant who has proven himself (`proven`).

    Raises:
        NoSuchClaim: there is none with that number.
        OtherContent: the request's name was used for another one.
        Unacceptable, TooLarge, TooMuchEvidence, Unavailable, Refused: as for a new one.
    """
    kept = keep_pieces(pieces)
    now = clock.now()
    with unit_of_work() as connection:

        def work() -> dict[str, Any]:
            claim = claim_store.one_claim(connection, case_no, lock=True)
            filed = _add(connection, claim, signed(form, taken, now), taken, now, proven=proven)
            return _with_pieces(connection, filed, kept, given).model_dump(mode="json")

        answer = requests.once(connection, request, work, at=now)
    return Filed.model_validate(answer)


def _is_known(form: ClaimForm) -> bool:
    """Say whether the matter has an open claim, to which less need be told."""
    with unit_of_work() as connection:
        return bool(claim_store.open_matters(connection, [matter_of(form)]))


def _take_in(
    connection: Connection, forms: Sequence[ClaimForm], taken: TakenIn, *, keep_drafts: bool, now: datetime,
    only_new: bool = False,
) -> list[Filed]:  # fmt: skip
    """Open a claim for each new matter, and add to the others what is told now; those are locked in their order."""
    written = [signed(form, taken, now) for form in forms]
    matters = [matter_of(form) for form in written]
    claim_store.lock_matters(connection, [matter.waybill for matter in matters])
    known = claim_store.open_matters(connection, matters)
    if known and only_new:
        raise KnownMatter(KNOWN)
    if known:
        claim_store.select_claims(connection, Chosen(case_nos=known.values()), limit=len(known), lock=True)
    new: dict[Matter | int, int] = {}  # what tells no matter is a claim of its own
    for place, matter in enumerate(matters):
        if matter not in known:
            new.setdefault(matter if matter.waybill and matter.claimant_key else place, place)
    places = list(new.values())
    opened = _open(connection, [written[place] for place in places], taken, keep_drafts=keep_drafts, now=now)
    filed = dict(zip(places, opened, strict=True))
    numbers = known | {matters[place]: one.claim_no for place, one in filed.items()}
    for place, form in enumerate(written):
        if place not in filed:
            claim = claim_store.one_claim(connection, numbers[matters[place]], lock=True)
            filed[place] = _add(connection, claim, form, taken, now)
    return [filed[place] for place in range(len(written))]


def _open(
    connection: Connection, forms: Sequence[ClaimForm], taken: TakenIn, *, keep_drafts: bool, now: datetime
) -> list[Filed]:
    desk = desk_for(connection, forms, now=now)
    sign = signature(taken.by, taken.role, now)
    openings = [_opening(form, desk, now, keep_draft=keep_drafts) for form in forms]
    day = now.astimezone(business_settings().zone).strftime("%Y%m%d")
    claims = claim_store.open_claims(connection, openings, day=day, sign=sign)
    return _acknowledge(connection, claims, now)


def _opening(form: ClaimForm, desk: Desk, now: datetime, *, keep_draft: bool) -> Opening:
    missing = missing_fields(form)
    assert keep_draft or not missing  # whoever calls has refused it
    claimed_at = taken_in_at(form.taken_at, now)

    def columns(opened: Claim, details: dict[str, Any]) -> dict[str, Any]:
        told_now = told_columns(form)
        known = opened.model_copy(update={**told_now, "relation": form.claimant.relation or opened.relation})
        found = weighed(known, desk, on=now.date())
        details["severity"] = found.severity.name
        entry = entry_of(at=now, command=Command.FILE, state=opened.state, reason="", details=details)
        return {**clock_columns(advance(anchors_of(opened), entry)), **told_now, **found.columns}

    details = {"facts": {"claimed_at": claimed_at}, "channel": form.channel.value}
    return Opening(form, missing, columns, details)


def _acknowledge(connection: Connection, claims: Sequence[Claim], now: datetime) -> list[Filed]:
    """Tell each claimant what became of his claim, and give the same to whoever took it in (R37, R50)."""
    wanted = _wanted(connection, claims)
    full = [claim for claim in claims if claim.state is State.FILED]
    moved = cases_after(take_steps(connection, _acknowledging(full, wanted, now), now=now), now=now)
    after = {claim.case_no: claim for claim in moved}
    drafts = [claim for claim in claims if claim.state is State.DRAFT]
    outbox.put(connection, [letter for claim in drafts for letter in _incomplete_letters(claim, now)])
    return [_filed(after.get(claim.case_no, claim), wanted[claim.case_no], now) for claim in claims]


def _acknowledging(
    claims: Sequence[Claim], wanted: dict[str, tuple[EvidenceKind, ...]], now: datetime
) -> Iterator[Step]:
    settings = business_settings()
    for claim in claims:
        reads_at = settings.after_quiet_hours(now) if claim.claimant_address else None
        facts = told(reads_at, known=anchors_of(claim), claim_answered_at=reads_at or now)
        letters = claimant_letters(
            claim,
            "acknowledged",
            purpose="acknowledged",
            now=now,
            papers=telling.papers_in_words(wanted[claim.case_no], language_of(claim)),
            proposal_by=_promised(claim),
        )
        if claim.assigned_to:
            letters.append(department_letter(claim, about="新索赔", purpose="filed", to=claim.assigned_to, now=now))
        yield Step(
            claim,
            Command.ACKNOWLEDGE,
            reason="acknowledged",
            updates={"customer_told_at": claim.customer_told_at or reads_at},
            details={"facts": facts, "wanted": [kind.value for kind in wanted[claim.case_no]]},
            letters=letters,
        )


def _wanted(connection: Connection, claims: Sequence[Claim]) -> dict[str, tuple[EvidenceKind, ...]]:
    """Give the papers that each claim still needs."""
    found = completeness_of_claims(connection, claims)
    return {number: tuple(piece.kind for piece in one.missing) for number, one in found.items()}


def _incomplete_letters(claim: Claim, now: datetime) -> list[outbox.Letter]:
    language = language_of(claim)
    wanted = _in_words(wanted_fields(claim.missing), english=language == "en")
    return claimant_letters(claim, "incomplete", purpose="incomplete", now=now, wanted=wanted)


def _in_words(missing: Sequence[MissingField], *, english: bool) -> str:
    return ("、", ", ")[english].join(field.en if english else field.zh for field in missing)


def _promised(claim: Claim) -> str:
    """Word by when a proposal is promised, after the quiet hours: nobody is written to in them."""
    at = due(PROMISE, anchors_of(claim))
    settings = business_settings()
    return local_time(settings.after_quiet_hours(at), settings.zone) if at is not None else ""


def _filed(claim: Claim, papers: tuple[EvidenceKind, ...], now: datetime, *, known: bool = False) -> Filed:
    language = language_of(claim)
    missing = wanted_fields(claim.missing)
    text = "incomplete" if claim.state is State.DRAFT else "added" if known else "acknowledged"
    message = telling.write(
        text,
        claim,
        language,
        hotline=business_settings().hotline,
        wanted=_in_words(missing, english=language == "en"),
        papers=telling.papers_in_words(papers, language),
        proposal_by=_promised(claim),
    )
    promised = due(PROMISE, anchors_of(claim))
    return Filed(
        claim_no=claim.case_no,
        state=claim.state,
        known=known,
        sentence=message.body,
        proposal_by=promised if promised is not None and promised > now else None,
        missing=missing,
        papers=papers,
    )


def _add(
    connection: Connection, claim: Claim, form: ClaimForm, taken: TakenIn, now: datetime, *, proven: bool = False
) -> Filed:
    """Add what is told now to a claim; a draft is filed and acknowledged once nothing is missing.

    What is asked for changes only before anybody worked out what is owed: afterwards it is a counter-offer. What the
    engine tells by itself only fills in what nobody has told. An account is taken from the desk, and from a claimant
    who has proven himself where none is known; of any other the desk hears.
    """
    before = claim_forms.last_forms(connection, [claim.case_no]).get(claim.case_no)
    merged = _merged(before, form, by_engine=taken.role is Role.SYSTEM)
    missing = missing_fields(merged)
    [digest] = claim_forms.add_forms(connection, [(claim.case_no, merged, missing)], at=now)
    details: dict[str, Any] = {"form": digest, "missing": [field.at for field in missing]}
    letters = list(_take_payee(connection, claim, form, taken, now, proven=proven, details=details))
    claim = claim_store.one_claim(connection, claim.case_no)
    completes = claim.state is State.DRAFT and not missing
    updates: dict[str, Any] = {}
    if claim.state in OPEN_TO_TELLING:
        updates = told_columns(merged)
        known = claim.model_copy(update={**updates, "relation": merged.claimant.relation or claim.relation})
        found = weighed(known, desk_for(connection, [merged], now=now), on=now.date())
        updates |= found.columns
        details["severity"] = found.severity.name
    elif form.claimed is not None and form.claimed != claim.claimed:
        to = claim.assigned_to or MANAGER
        letters.append(department_letter(claim, about="索赔金额有变，请联系索赔人", purpose="amount", to=to, now=now))
    step = Step(
        claim,
        Command.COMPLETE if completes else Command.ADD,
        reason="told_in_full" if completes else "told_again",
        updates=updates,
        details=details,
        letters=letters,
    )
    take_steps(connection, [step], now=now, who=taken.by, role=taken.role)
    after = claim_store.one_claim(connection, claim.case_no)
    if completes:
        return _acknowledge(connection, [after], now)[0]
    return _filed(after, _wanted(connection, [after])[after.case_no], now, known=True)


def _merged(before: ClaimForm | None, form: ClaimForm, *, by_engine: bool) -> ClaimForm:
    if before is None:
        return form
    return completed(form, before) if by_engine else completed(before, form)


def _take_payee(
    connection: Connection, claim: Claim, form: ClaimForm, taken: TakenIn, now: datetime, *, proven: bool,
    details: dict[str, Any],
) -> Iterator[Letter]:  # fmt: skip
    """Take down whom to pay where whoever tells it may, and tell the claimant; else tell the desk."""
    told_now = form.payee
    if told_now is None or claim_forms.same_payee(connection, claim.case_no, told_now):
        return
    if taken.role in {Role.CUSTOMER, Role.SYSTEM} and (claim.payee_tail or not proven):
        to, about = claim.assigned_to or MANAGER, "收款账户变更待核实" if claim.payee_tail else "收款账户待核实"
        yield department_letter(claim, about=about, purpose="account", to=to, now=now)
        return
    claim_forms.add_payees(connection, [(claim.case_no, told_now)], by=taken.by, at=now)
    details["payee"] = {
        "tail": told_now.account[-4:],
        "account": keyed_hash("payout account", told_now.account),
        "before": claim.payee_tail,
    }
    known = claim.model_copy(update={"payee_tail": told_now.account[-4:]})
    yield from claimant_letters(known, "payee", purpose="payee", now=now)


@task
def abandon_claim_drafts() -> list[str]:
    """Close the drafts that nobody completed in time."""
    within = CLAIM_PACK.pick("abandon_draft", on=clock.now().date()).hours
    chosen = Chosen(states=frozenset({State.DRAFT}), opened_before=clock.now() - within)
    return step_in_batches(chosen, _abandon)


def _abandon(_connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    for claim in claims:
        reasons = telling.ENDING[Ending.ABANDONED][language_of(claim) == "en"]
        letters = claimant_letters(claim, "ended", purpose="ended", now=now, reasons=reasons)
        yield Step(
            claim, Command.ABANDON, reason="not_completed", updates={"ending": Ending.ABANDONED}, letters=letters
        )
