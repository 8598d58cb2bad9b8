"""What a claimant may take with him: what he told, how his claim stands and why, what he was sent, as texts (R65).

The texts are in his language and hold nothing but what he told or was told. His own files go beside them; what
departments gave is not his.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from rules.claims import telling
from rules.claims.wording import EVENT
from rules.evidence import KIND
from rules.exceptions.wording import local_time
from rules.texts import Language
from schemas.claim_doors import ClaimStatus
from schemas.claims import ClaimForm, ParcelTold, Relation
from schemas.complaint_doors import Words
from schemas.evidence import Door, Evidence

BYTES_MAX = 100_000_000
"""Of the claimant's files together; those beyond are named and left out."""
TEXTS = {"claim": "1-claim-form.txt", "standing": "2-how-it-stands.txt", "told": "3-what-you-were-told.txt"}
CONTENTS = "contents.txt"
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


class Telling(NamedTuple):
    """One telling of a claim, and when."""

    told_at: datetime
    form: ClaimForm


class Chosen(NamedTuple):
    """The files that go along, and those that are too many bytes."""

    taken: list[Evidence]
    left: list[Evidence]


def own_pieces(pieces: Iterable[Evidence], *, bytes_max: int = BYTES_MAX) -> Chosen:
    """Choose what the claimant gave himself and nobody withdrew, in the order in which it came, up to a size."""
    chosen, size = Chosen([], []), 0
    for piece in pieces:
        if piece.door is not Door.CLAIMANT or not piece.counts:
            continue
        fits = size + piece.size_bytes <= bytes_max
        size += piece.size_bytes if fits else 0
        (chosen.taken if fits else chosen.left).append(piece)
    return chosen


def piece_name(piece: Evidence) -> str:
    """Name a file by its number and kind: what its sender called it is no safe name."""
    ending = _ENDING.search(piece.file_name)
    return f"evidence/{piece.evidence_id:08d}-{piece.kind.value}{ending[0].lower() if ending else ''}"


def texts_of(
    status: ClaimStatus, tellings: Sequence[Telling], language: Language, zone: tzinfo
) -> list[tuple[str, bytes]]:
    """Write the texts, each with its name; the same claim gives the same bytes."""
    written = {
        "claim": _tellings(tellings, language, zone),
        "standing": _standing(status, language, zone),
        "told": (f"{local_time(one.at, zone)}  {one.sentence}" for one in status.told),
    }
    return [(TEXTS[name], _text(f"{status.claim_no}", lines)) for name, lines in written.items()]


def contents_text(claim_no: str, taken: Sequence[Evidence], left: Sequence[tuple[Evidence, Words]]) -> bytes:
    """List the files with their hashes, and those that are left out with the reason."""
    lines = [f"{piece.sha256}  {piece_name(piece)}  {' '.join(KIND[piece.kind])}" for piece in taken]
    lines += [f"{'-' * 64}  {piece_name(piece)}  {why.zh} {why.en}" for piece, why in left]
    return _text(claim_no, lines)


def _text(title: str, lines: Iterable[str]) -> bytes:
    return "\n".join([title, "", *lines, ""]).encode()


def _said(language: Language, zh: str, en: str) -> str:
    return f"{en}: " if language == "en" else f"{zh}："


def _tellings(tellings: Sequence[Telling], language: Language, zone: tzinfo) -> Iterator[str]:
    for told_at, form in tellings:
        yield f"== {local_time(told_at, zone)}"
        said = EVENT[form.event]
        who = form.claimant
        for zh, en, value in (
            ("索赔人", "claimant", who.name),
            ("电话", "phone", who.phone),
            ("邮箱", "e-mail", who.email),
            (
                "与快件的关系",
                "relation",
                _word(telling.RELATION[Relation(who.relation)], language) if who.relation else "",
            ),
            ("运单号", "waybill", form.waybill),
            ("事由", "what happened", said.en if language == "en" else said.zh),
            ("日期", "day", form.happened_on.isoformat() if form.happened_on else ""),
            ("经过", "in your words", form.account),
            ("诉求金额", "asked for", f"{form.claimed} {form.currency}" if form.claimed is not None else ""),
            ("编号", "your number", form.reference),
        ):
            if value:
                yield _said(language, zh, en) + value
        for parcel in form.parcels:
            yield _said(language, "快件", "parcel") + _parcel(parcel)
        yield ""


def _word(told: tuple[str, str], language: Language) -> str:
    return told[language == "en"]


def _parcel(parcel: ParcelTold) -> str:
    told = parcel.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return ", ".join(f"{name} {value}" for name, value in told.items())


def _standing(status: ClaimStatus, language: Language, zone: tzinfo) -> Iterator[str]:
    def words(told: Words) -> str:
        return told.en if language == "en" else told.zh

    def line(zh: str, en: str, value: object) -> Iterator[str]:
        if value is not None and value != "":
            shown = local_time(value, zone) if isinstance(value, datetime) else value
            yield _said(language, zh, en) + str(shown)

    yield words(status.status)
    yield from line("收到时间", "received", status.received_at)
    yield from line("待补充", "still to be told", words(status.wanted) if status.wanted else None)
    yield from line("待提供材料", "papers wanted", words(status.papers) if status.papers else None)
    yield from line("材料期限", "papers by", status.papers_by)
    yield from line("预计答复", "proposal by", status.proposal_by)
    if status.offer is not None:
        yield from line("赔偿方案", "proposed", f"{status.offer.amount} {status.offer.currency}")
        yield from line("答复期限", "answer by", status.offer.answer_by)
        yield from (f"  {words(one)}" for one in status.offer.derivation)
    if status.denial is not None:
        yield from (f"  {words(one)}" for one in status.denial.reasons)
        yield from line("异议期限", "object by", status.denial.object_by)
    yield from line("约定金额", "agreed", f"{status.agreed} {status.currency}" if status.agreed is not None else None)
    yield from line("支付期限", "paid by", status.pay_by)
    yield from line("已支付", "paid", f"{status.paid} {status.currency}" if status.paid is not None else None)
    yield from line("收款账户", "account", status.account)
