"""What is told of a claim, as JSON or as a form in parts, read in full before any of it is used (R78).

In a form a field is named by its path (`claimant.phone`), one parcel's by `parcel.` before it (`parcel.lost_percent`),
and a file's field by the kind of evidence (`photo_detail`).
"""

import json
from typing import Any

from pydantic import Field, TypeAdapter

from deployments.gateway.reading import read
from deployments.gateway.refusal import Unfit
from deployments.gateway.uploads import FILES_MAX, SentFile, Upload, as_document, offered_file
from schemas.claim_doors import ClaimAddition, ClaimAnswer
from schemas.claims import ClaimChannel, ClaimForm
from schemas.evidence import OfferedPiece

PARCEL = "parcel"


class SentClaim(ClaimForm):
    """A claim in JSON, with its files."""

    evidence: tuple[SentFile, ...] = Field(default=(), max_length=FILES_MAX)


class SentAddition(ClaimAddition):
    """What is told of a claim later, in JSON, with its files."""

    evidence: tuple[SentFile, ...] = Field(default=(), max_length=FILES_MAX)


CLAIM = TypeAdapter(ClaimForm)
SENT = TypeAdapter(SentClaim)
ADDITION = TypeAdapter(ClaimAddition)
SENT_ADDITION = TypeAdapter(SentAddition)
ANSWER = TypeAdapter(ClaimAnswer)


def claim_in(upload: Upload) -> tuple[ClaimForm, list[OfferedPiece]]:
    """Read a claim and what came with it.

    Raises:
        Unfit: something in it is wrong.

    """
    if upload.document is None:
        return read(CLAIM, _as_json(upload)), _files(upload)
    sent = read(SENT, upload.document)
    form = ClaimForm.model_validate(sent.model_dump(exclude={"evidence"}, exclude_unset=True))
    return form, [file.offered() for file in sent.evidence]


def addition_in(upload: Upload) -> tuple[ClaimAddition, list[OfferedPiece]]:
    """Read what a claimant adds to his claim.

    Raises:
        Unfit: something in it is wrong.

    """
    if upload.document is None:
        return read(ADDITION, _as_json(upload)), _files(upload)
    sent = read(SENT_ADDITION, upload.document)
    told = ClaimAddition.model_validate(sent.model_dump(exclude={"evidence"}, exclude_unset=True))
    return told, [file.offered() for file in sent.evidence]


def page_claim_in(upload: Upload) -> tuple[ClaimForm, list[OfferedPiece]]:
    """Read a claim from the page that anybody may fill in: it names no account and no other case.

    Raises:
        Unfit: something in it is wrong.

    """
    fields = {name: value for name, value in upload.fields.items() if name != "channel"}
    if stray := sorted(name for name in fields if name.partition(".")[0] in {"payee", "origin_case", "taken_by"}):
        raise Unfit([{"at": name, "what": "it is not told here"} for name in stray])
    told = upload._replace(fields={**fields, "channel": ClaimChannel.WEBSITE.value})
    return read(CLAIM, _as_json(told)), _files(upload)


def _files(upload: Upload) -> list[OfferedPiece]:
    return [offered_file(part, kind=part.name) for part in upload.files]


def _as_json(upload: Upload) -> bytes:
    """Write a form as the JSON that it stands for; one parcel is told of by fields of its own."""
    root: dict[str, Any] = as_document(upload.fields)
    parcel = root.pop(PARCEL, None)
    if parcel is not None:
        if not isinstance(parcel, dict):
            raise Unfit([{"at": PARCEL, "what": "it should be told by its fields"}])
        root["parcels"] = [{"id": root.get("waybill", "1"), **parcel}]
    return json.dumps(root).encode()
