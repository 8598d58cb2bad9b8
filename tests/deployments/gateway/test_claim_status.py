"""What a claimant reads of his claim, and what he may take with him: what he told and was told, nothing else (R65)."""

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from claimants import TAIL, answer, denied, offered
from claims import ACCOUNT, AGENT, a_form, claim_of, filed, the_parcel_was_damaged, to_the_gate
from factories import at
from samples import a_photo

from adapters.vault.fake import MemoryVault
from rules.claims import claimant_papers
from rules.digits import WRONG_TRIES_MAX
from schemas.evidence import Door, Entered, EvidenceKind, OfferedPiece
from store.outbox import Kind
from tasks.claims import papers as papers_task
from tasks.claims.intake import add_to_claim, file_claim
from tasks.dispatch.sending import send_due
from tasks.evidence.keeping import add_evidence, withdraw_evidence

Gateway = Callable[..., httpx.Client]
BY_THE_CLAIMANT = Entered(by="赵六", door=Door.CLAIMANT)
INSIDE = ("ag-sun", "sup-zhang", "示例城东网点", "outlet", "19900005678", ACCOUNT)
"""What a claimant need not read of his own claim: who works on it, who answers for it, his numbers in full."""


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: object, notices: object) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    the_parcel_was_damaged()


def ask(client: httpx.Client, number: str, digits: str = "5678") -> httpx.Response:
    return client.get(f"/claims/{number}/status", headers={"X-Phone-Digits": digits.encode()})


def a_piece(kind: EvidenceKind, *, file_name: str = "照片.jpg") -> OfferedPiece:
    return OfferedPiece(kind=kind, content=a_photo(list(EvidenceKind).index(kind) + 900), file_name=file_name)


def unzipped(client: httpx.Client, number: str) -> dict[str, bytes]:
    reply = client.get(f"/claims/{number}/papers.zip", headers=TAIL).raise_for_status()
    with zipfile.ZipFile(io.BytesIO(reply.content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


class TestStatusAskedOften:
    def test_is_told_a_number_of_times_a_minute_for_each_claim(self, gateway: Gateway) -> None:
        client = gateway(claim_status_per_minute_max=2)
        number, other = filed().claim_no, filed(waybill="773100000002").claim_no

        *told, refused = [ask(client, number) for _ in range(3)]

        assert [reply.status_code for reply in told] == [200, 200]
        assert (refused.status_code, int(refused.headers["Retry-After"]) in range(1, 31)) == (429, True)
        assert ask(client, other).status_code == 200

    def test_is_used_up_by_nobody_who_shows_other_digits(self, gateway: Gateway) -> None:
        client = gateway(claim_status_per_minute_max=1)
        number = filed().claim_no

        assert {ask(client, number, "0000").status_code for _ in range(3)} == {404}
        assert ask(client, number).status_code == 200


class TestStatus:
    def test_is_told_in_words_with_what_is_wanted_and_promised(self, client: httpx.Client) -> None:
        number = filed().claim_no

        reply = ask(client, number)

        assert reply.status_code == 200
        assert reply.json() == {
            "claim_no": number,
            "received_at": "2026-11-20T04:00:00Z",
            "status": {"zh": "已受理", "en": "it was acknowledged"},
            "wanted": None,
            "papers": {
                "zh": "全景照片、破损细节照片、面单照片",
                "en": "a photograph of the whole parcel, a photograph of the damage, a photograph of the label",
            },
            "papers_by": None,
            "proposal_by": "2026-11-30T04:00:00Z",
            "offer": None,
            "denial": None,
            "agreed": None,
            "pay_by": None,
            "paid": None,
            "currency": "CNY",
            "account": "****3445",
            "account_wanted": False,
            "told": [],
        }

    def test_of_a_draft_says_what_is_still_to_be_told(self, client: httpx.Client) -> None:
        number = filed(keep_draft=True, account="").claim_no

        assert ask(client, number).json()["wanted"] == {"zh": "事情经过", "en": "what happened"}

    def test_tells_an_offer_with_its_derivation_line_by_line(self, client: httpx.Client) -> None:
        said = ask(client, offered()).json()["offer"]

        assert (said["amount"], said["currency"], said["answer_by"]) == ("40.00", "CNY", "2026-11-30T04:00:00Z")
        assert len(said["derivation"]) == 2
        assert any("民法典" in line["zh"] for line in said["derivation"])
        assert all(line["zh"] and line["en"] for line in said["derivation"])

    def test_tells_nothing_of_an_amount_that_nobody_has_approved(self, client: httpx.Client) -> None:
        number = filed(claimed=90).claim_no
        to_the_gate(number)

        said = ask(client, number)

        assert claim_of(number).plan is not None
        assert (said.json()["offer"], "40.00" in said.text) == (None, False)

    def test_tells_a_denial_with_its_reasons(self, client: httpx.Client) -> None:
        said = ask(client, denied()).json()["denial"]

        assert said["reasons"] == [{"zh": "包装不符合约定", "en": "it was not packed as agreed"}]
        assert said["object_by"] == "2026-12-20T04:00:00Z"

    def test_tells_what_is_agreed_and_that_an_account_is_wanted(self, client: httpx.Client) -> None:
        number = offered(payee=None)
        answer(client, number, "accept", amount="40").raise_for_status()

        said = ask(client, number).json()

        assert (said["agreed"], said["account"], said["account_wanted"]) == ("40.00", "", True)
        assert said["pay_by"] is not None

    def test_tells_the_history_of_what_he_was_told(self, client: httpx.Client) -> None:
        number = offered()
        client.post(f"/claims/{number}/code", headers=TAIL).raise_for_status()
        send_due(kinds=[Kind.NOTICE, Kind.CODE])

        told = ask(client, number).json()["told"]

        assert [one["at"] for one in told] == ["2026-11-20T04:00:00Z"] * 2
        assert "方案" in told[1]["sentence"] or "赔偿" in told[1]["sentence"]
        assert not [one for one in told if "验证码" in one["sentence"]]

    def test_holds_nothing_of_who_works_on_it_and_no_number_in_full(self, client: httpx.Client) -> None:
        number = offered()
        send_due(kinds=[Kind.NOTICE])

        said = ask(client, number).text

        assert not [secret for secret in INSIDE if secret in said]

    def test_tells_nobody_whether_the_number_or_the_digits_are_wrong(self, client: httpx.Client) -> None:
        number = filed().claim_no

        replies = [ask(client, *asked) for asked in (
            (number, "5679"), (number, ""), (number, "56788"), (number, "٥٦٧٨"),
            ("CL-20261120-000099", "5678"), ("CL-1", "5678"), ("CP-20261120-000001", "5678"),
        )]  # fmt: skip

        assert {(reply.status_code, reply.text) for reply in replies} == {(404, replies[0].text)}

    def test_takes_the_digits_in_a_link_where_only_something_is_read(self, client: httpx.Client) -> None:
        number = filed().claim_no

        statuses = [
            client.request(method, f"/claims/{number}/{door}?tail=5678").status_code
            for method, door in (("GET", "status"), ("GET", "papers.zip"), ("POST", "code"))
        ]

        assert statuses == [200, 200, 404]

    def test_is_told_to_nobody_who_left_no_number(self, client: httpx.Client) -> None:
        number = filed(claimant={"phone": "", "email": "zhaoliu@example.com"}).claim_no

        assert [ask(client, number, digits).status_code for digits in ("5678", "0000")] == [404, 404]

    def test_is_told_to_nobody_whose_number_was_put_right(self, client: httpx.Client) -> None:
        number = filed().claim_no
        add_to_claim(number, a_form(claimant={"phone": "19900001234"}), taken=AGENT)

        assert [ask(client, number, digits).status_code for digits in ("5678", "1234")] == [404, 200]

    @pytest.mark.parametrize("known", [True, False], ids=["a number that there is", "a number that nobody has"])
    def test_is_closed_for_a_day_after_so_many_wrong_digits(
        self, client: httpx.Client, stand_at: Callable[[datetime], None], *, known: bool
    ) -> None:
        number = filed().claim_no if known else "CL-20261120-000099"

        tried = [ask(client, number, f"{digits:04}").status_code for digits in range(WRONG_TRIES_MAX)]
        closed = ask(client, number)

        assert tried == [404] * WRONG_TRIES_MAX
        assert (closed.status_code, closed.headers["Retry-After"]) == (429, str(24 * 3600))
        assert client.get(f"/claims/{number}/papers.zip", headers=TAIL).status_code == 429
        stand_at(at(24))
        assert ask(client, number).status_code == (200 if known else 404)

    def test_is_tried_by_many_at_once_no_more_often_than_by_one(self, client: httpx.Client) -> None:
        number = filed().claim_no

        with ThreadPoolExecutor(8) as together:
            replies = [*together.map(lambda digits: ask(client, number, f"{digits:04}").status_code, range(40))]

        assert Counter(replies) == {404: WRONG_TRIES_MAX, 429: 40 - WRONG_TRIES_MAX}


class TestPapers:
    def test_are_his_form_how_it_stands_what_he_was_told_and_his_files(self, client: httpx.Client) -> None:
        number = file_claim(
            a_form(claimed=90), [a_piece(EvidenceKind.PHOTO_DETAIL, file_name="../../碎片.jpg")], taken=AGENT,
            given=BY_THE_CLAIMANT,
        ).claim_no  # fmt: skip
        send_due(kinds=[Kind.NOTICE])

        files = unzipped(client, number)

        [picture] = [name for name in files if name.startswith("evidence/")]
        assert set(files) == {*claimant_papers.TEXTS.values(), picture, "contents.txt"}
        assert picture.endswith("-photo_detail.jpg")
        assert files[picture] == a_photo(list(EvidenceKind).index(EvidenceKind.PHOTO_DETAIL) + 900)
        assert "经过：开箱发现两只瓷碗碎裂" in files["1-claim-form.txt"].decode()
        assert "已受理" in files["2-how-it-stands.txt"].decode()
        assert "2026-11-20 12:00" in files["3-what-you-were-told.txt"].decode()
        assert picture in files["contents.txt"].decode()

    def test_tell_the_derivation_in_the_claimant_s_language(self, client: httpx.Client) -> None:
        number = offered(claimant={"language": "en"})

        said = unzipped(client, number)["2-how-it-stands.txt"].decode()

        assert "proposed: 40.00 CNY" in said
        assert "answer by: 2026-11-30" in said

    def test_hold_nothing_that_others_gave(self, client: httpx.Client) -> None:
        number = filed().claim_no
        for kind, entered in (
            (EvidenceKind.CAMERA_RECORDING, Entered(by="示例城东网点", door=Door.API, shown="OUTLET")),
            (EvidenceKind.HANDOVER_LIST, Entered(by="示例城东网点", door=Door.LINK, shown="IQ-1")),
            (EvidenceKind.STATEMENT, Entered(by="ag-sun", door=Door.COMMAND)),
            (EvidenceKind.SCAN_HISTORY, Entered(by="redress", door=Door.SYSTEM)),
        ):
            add_evidence(number, [a_piece(kind)], entered=entered)

        files = unzipped(client, number)

        assert not [name for name in files if name.startswith("evidence/")]
        assert not [
            secret for secret in (b"IQ-1", b"ag-sun", "示例城东网点".encode()) if secret in b"".join(files.values())
        ]

    def test_hold_nothing_that_was_withdrawn_and_no_account(self, client: httpx.Client) -> None:
        number = filed().claim_no
        [given] = add_evidence(number, [a_piece(EvidenceKind.OTHER)], entered=BY_THE_CLAIMANT)
        withdraw_evidence(given.evidence_id, who="ag-sun", why="看错了")

        files = unzipped(client, number)

        assert not [name for name in files if name.startswith("evidence/")]
        assert ACCOUNT.encode() not in b"".join(files.values())

    def test_are_the_same_bytes_each_time(self, client: httpx.Client) -> None:
        number = offered()
        add_evidence(number, [a_piece(EvidenceKind.OTHER)], entered=BY_THE_CLAIMANT)

        first, second = (client.get(f"/claims/{number}/papers.zip", headers=TAIL).content for _ in range(2))

        assert first == second

    def test_say_what_is_too_large_together_and_what_the_vault_does_not_give(
        self, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = filed().claim_no
        add_evidence(number, [a_piece(EvidenceKind.OTHER)], entered=BY_THE_CLAIMANT)
        vault = MemoryVault()
        vault.is_away = True
        monkeypatch.setattr(papers_task, "FileVault", lambda: vault)

        files = unzipped(client, number)

        assert not [name for name in files if name.startswith("evidence/")]
        assert "it cannot be read just now" in files["contents.txt"].decode()

    def test_are_given_a_few_times_a_minute(self, gateway: Gateway) -> None:
        client = gateway(papers_per_minute_max=2)
        number = filed().claim_no

        statuses = [client.get(f"/claims/{number}/papers.zip", headers=TAIL).status_code for _ in range(3)]

        assert statuses == [200, 200, 429]

    def test_are_named_after_the_claim_and_kept_by_no_cache(self, client: httpx.Client) -> None:
        number = filed().claim_no

        reply = client.get(f"/claims/{number}/papers.zip", headers=TAIL)

        assert reply.headers["Content-Type"] == "application/zip"
        assert reply.headers["Content-Disposition"] == f'attachment; filename="{number}.zip"'
        assert reply.headers["Cache-Control"] == "no-store"
