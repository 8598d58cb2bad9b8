"""What a claimant takes home: his own files, what he told and what he was told, the same bytes each time (R65)."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from factories import NOON, at

from rules.claims.claimant_papers import Telling, contents_text, own_pieces, piece_name, texts_of
from schemas.claim_doors import ClaimStatus, ToldDenial, ToldOffer, ToldOnce
from schemas.claims import ClaimForm
from schemas.complaint_doors import Words
from schemas.evidence import Door, Evidence, EvidenceKind, MediaType, Withdrawal

ZONE = ZoneInfo("Asia/Shanghai")
STATUS = ClaimStatus(
    claim_no="CL-20261120-000001", received_at=NOON, status=Words(zh="已受理", en="it was acknowledged")
)
FULL = STATUS.model_copy(
    update={
        "wanted": Words(zh="运单号", en="the waybill"),
        "papers": Words(zh="面单照片", en="a photograph of the label"),
        "papers_by": at(168),
        "proposal_by": at(240),
        "offer": ToldOffer(
            amount=Decimal(40), currency="CNY", answer_by=at(240), derivation=(Words(zh="损失 40", en="loss 40"),)
        ),
        "denial": ToldDenial(reasons=(Words(zh="包装不符", en="not packed as agreed"),), object_by=at(720)),
        "agreed": Decimal(40),
        "pay_by": at(480),
        "paid": Decimal(40),
        "account": "****3445",
        "told": (ToldOnce(at=NOON, sentence="已受理您的索赔"),),
    }
)
FORM = ClaimForm.model_validate(
    {
        "channel": "website", "waybill": "773000000001", "event": "damage", "account": "碎了", "claimed": "60",
        "claimant": {"name": "赵六", "phone": "19900005678", "email": "z@example.com", "relation": "sender"},
        "happened_on": "2026-11-19", "reference": "A-1", "parcels": [{"id": "1", "lost_percent": 40}],
    }
)  # fmt: skip
BARE = ClaimForm.model_validate({"channel": "website", "event": "loss"})


def piece(number: int = 1, **told: Any) -> Evidence:
    return Evidence.model_validate(
        {
            "evidence_id": number, "case_no": "CL-20261120-000001", "kind": EvidenceKind.PHOTO_DETAIL,
            "sha256": "ab" * 32, "size_bytes": 100, "media_type": MediaType.JPEG, "file_name": "碎片.JPG",
            "given_by": "claimant", "door": Door.CLAIMANT, "received_at": NOON, **told,
        }
    )  # fmt: skip


class TestOwnPieces:
    @pytest.mark.parametrize("door", [door for door in Door if door is not Door.CLAIMANT])
    def test_are_none_that_came_by_another_door(self, door: Door) -> None:
        assert own_pieces([piece(door=door)]) == ([], [])

    def test_are_none_that_were_withdrawn(self) -> None:
        withdrawn = piece(withdrawal=Withdrawal(who="ag-sun", why="看错了", at=NOON))

        assert own_pieces([withdrawn]) == ([], [])

    def test_are_as_many_as_fit(self) -> None:
        first, large, last = piece(1), piece(2, size_bytes=300), piece(3)

        assert own_pieces([first, large, last], bytes_max=200) == ([first, last], [large])


class TestPieceName:
    @pytest.mark.parametrize(
        ("file_name", "named"),
        [
            ("碎片.JPG", "evidence/00000001-photo_detail.jpg"),
            ("../../etc/passwd", "evidence/00000001-photo_detail"),
            ("a.tar/../x", "evidence/00000001-photo_detail"),
            ("", "evidence/00000001-photo_detail"),
        ],
    )
    def test_is_safe_whatever_the_file_was_called(self, file_name: str, named: str) -> None:
        assert piece_name(piece(file_name=file_name)) == named


class TestTexts:
    def test_say_in_chinese_what_was_told_and_how_it_stands(self) -> None:
        claim, standing, told = (text.decode() for _, text in texts_of(FULL, [Telling(NOON, FORM)], "zh", ZONE))

        for line in (
            "== 2026-11-20 12:00", "索赔人：赵六", "与快件的关系：寄件人", "事由：损毁", "经过：碎了",
            "诉求金额：60 CNY", "快件：id 1, lost_percent 40",
        ):  # fmt: skip
            assert line in claim
        for line in ("赔偿方案：40 CNY", "  损失 40", "  包装不符", "已支付：40 CNY", "收款账户：****3445"):
            assert line in standing
        assert "2026-11-20 12:00  已受理您的索赔" in told

    def test_say_it_in_english(self) -> None:
        claim, standing, _ = (text.decode() for _, text in texts_of(FULL, [Telling(NOON, FORM)], "en", ZONE))

        assert "relation: sender" in claim
        assert "what happened: damage" in claim
        for line in ("it was acknowledged", "still to be told: the waybill", "  loss 40", "  not packed as agreed"):
            assert line in standing

    def test_leave_out_what_is_not_there(self) -> None:
        claim, standing, _ = (text.decode() for _, text in texts_of(STATUS, [Telling(NOON, BARE)], "en", ZONE))

        assert [line for line in claim.splitlines() if ": " in line] == ["what happened: loss"]
        assert [line for line in standing.splitlines() if ": " in line] == ["received: 2026-11-20 12:00"]


class TestContents:
    def test_name_each_file_with_its_hash_and_why_another_is_not_there(self) -> None:
        why = Words(zh="文件过大，未包含", en="left out: too large together")

        said = contents_text("CL-20261120-000001", [piece(1)], [(piece(2), why)]).decode()

        assert f"{'ab' * 32}  evidence/00000001-photo_detail.jpg" in said
        assert "evidence/00000002-photo_detail.jpg  文件过大，未包含 left out: too large together" in said
