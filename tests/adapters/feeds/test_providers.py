"""The contract of every provider that can be asked, told to its stand-in over HTTP."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from standins import served

from adapters import Refused, Unavailable
from adapters.feeds.aftership.fake import StandInAftership, aftership_app
from adapters.feeds.asking import Client, Number
from adapters.feeds.cainiao.fake import StandInCainiao, cainiao_app
from adapters.feeds.easypost.fake import StandInEasyPost, easypost_app
from adapters.feeds.ems_cn.fake import StandInEmsCn, ems_cn_app
from adapters.feeds.kdniao.fake import StandInKdniao, kdniao_app
from adapters.feeds.kuaidi100.fake import StandInKuaidi100, kuaidi100_app
from adapters.feeds.providers import PROVIDERS, UnknownProvider, client_of
from adapters.feeds.registry import FORMATS, translate
from adapters.feeds.seventeentrack.fake import StandInSeventeentrack, seventeentrack_app
from adapters.feeds.sf.fake import StandInSf, sf_app
from adapters.feeds.zto.fake import StandInZto, zto_app

WAYBILL = "773000000001"
WHEN = "2026-11-19 09:12:45"


@dataclass(frozen=True)
class Case:
    """One provider's stand-in that knows WAYBILL, and the account that it accepts."""

    standin: Any
    app: Callable[[Any], FastAPI]
    path: str
    account: dict[str, str]  # variables, without what they all begin with
    wrong: dict[str, str] = field(default_factory=dict)  # of the account; empty where there is none
    prefix: str = ""
    carrier: str = ""
    refuses_in_words: bool = False  # it refuses an account in an answer that only its translation reads


def cases() -> dict[str, Case]:
    kdniao_trace = {"AcceptTime": WHEN, "AcceptStation": "【临江市】已揽收", "Location": "临江市", "Action": "1"}
    zto_scan = {"scanType": "收件", "scanDate": WHEN, "desc": "【临江市】已揽收", "scanSite": {"name": "临江网点"}}
    cainiao_parcel = {
        "mailNo": WAYBILL, "status": "PICKEDUP",
        "detailList": [{
            "time": 1_795_050_765_000, "timeStr": WHEN, "timeZone": "GMT+8", "desc": "Picked up",
            "standerdDesc": "Picked up", "actionCode": "PU_PICKUP_SUCCESS",
        }],
    }  # fmt: skip
    tracker = {
        "id": "trk_example", "object": "Tracker", "tracking_code": WAYBILL, "carrier": "SamplePost",
        "status": "in_transit", "tracking_details": [{
            "object": "TrackingDetail", "datetime": "2026-11-19T09:12:45Z", "message": "Picked up",
            "status": "in_transit", "status_detail": "arrived_at_facility", "source": "SamplePost",
            "tracking_location": {"city": "LINJIANG"},
        }],
    }  # fmt: skip
    return {
        "aftership": Case(StandInAftership(), aftership_app, "", {"API_KEY": "example-key"}, {"API_KEY": "another"}),
        "cainiao": Case(StandInCainiao({WAYBILL: cainiao_parcel}), cainiao_app, "/global/detail.json", {}),
        "easypost": Case(
            StandInEasyPost(trackers=[tracker]), easypost_app, "/v2", {"API_KEY": "EZTK-example"},
            {"API_KEY": "another"},
        ),
        "ems_cn": Case(
            StandInEmsCn(traces={WAYBILL: [(WHEN, "LINJIANG", "Posting")]}), ems_cn_app,
            "/partner/api/public/p/track/query", {"AUTHENTICATE": "example_key"}, {"AUTHENTICATE": "another"},
            refuses_in_words=True,
        ),
        "kdniao": Case(
            StandInKdniao("1000000", "example-key", {WAYBILL: [kdniao_trace]}), kdniao_app,
            "/Ebusiness/EbusinessOrderHandle.aspx", {"EBUSINESS_ID": "1000000", "APP_KEY": "example-key"},
            {"APP_KEY": "another"}, carrier="STO",
        ),
        "kuaidi100": Case(
            StandInKuaidi100(), kuaidi100_app, "/poll/query.do", {"CUSTOMER": "EXAMPLE-CUSTOMER", "KEY": "example-key"},
            {"KEY": "another"}, carrier="shentong",
        ),
        "seventeentrack": Case(
            StandInSeventeentrack(), seventeentrack_app, "", {"KEY": "example-key"}, {"KEY": "another"},
            prefix="REDRESS_17TRACK_",
        ),
        "sf": Case(
            StandInSf(), sf_app, "/std/service", {"PARTNER_ID": "EXAMPLE-PARTNER", "CHECKWORD": "example-checkword"},
            {"CHECKWORD": "another"},
        ),
        "zto": Case(
            StandInZto("example", "example-secret", {WAYBILL: [zto_scan]}), zto_app, "",
            {"APP_KEY": "example", "APP_SECRET": "example-secret"}, {"APP_SECRET": "another"},
        ),
    }  # fmt: skip


def with_account(names: set[str]) -> list[str]:
    return sorted(name for name in names if cases()[name].account)


@pytest.fixture
def case(provider: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    case = cases()[provider]
    with served(case.app(case.standin)) as url:
        set_account(monkeypatch, provider, case, {**case.account, "URL": url + case.path})
        yield case


def set_account(monkeypatch: pytest.MonkeyPatch, provider: str, case: Case, account: dict[str, str]) -> None:
    for name, value in account.items():
        monkeypatch.setenv(f"{case.prefix or f'REDRESS_{provider.upper()}_'}{name}", value)


def asked(provider: str, case: Case, count: int = 1) -> bytes:
    with client_of(provider) as client:
        return client.ask([Number(WAYBILL, case.carrier, "1234")] * count)


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
class TestEveryProvider:
    def test_answers_whoever_has_the_right_account_in_the_format_that_it_names(self, provider: str, case: Case) -> None:
        with client_of(provider) as client:
            translation = translate(client.format_name, asked(provider, case))

        assert translation.answer == "ok"
        assert translation.records
        assert all(record.occurred_at and record.waybill == WAYBILL for record in translation.records)

    def test_is_unavailable_while_it_is_busy(self, provider: str, case: Case) -> None:
        if hasattr(case.standin, "busy_for"):
            case.standin.busy_for = 1
        else:
            case.standin.status = 503

        with pytest.raises(Unavailable):
            asked(provider, case)

    def test_is_unavailable_when_nobody_listens(
        self, provider: str, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_account(monkeypatch, provider, case, {"URL": "http://127.0.0.1:9"})

        with pytest.raises(Unavailable, match="cannot be reached"):
            asked(provider, case)

    @pytest.mark.parametrize("nonsense", [b"\xff\xfe nonsense", b"[1, 2", b'"text"', b"[]"], ids=repr)
    def test_has_nonsense_kept_as_it_came(self, provider: str, case: Case, nonsense: bytes) -> None:
        case.standin.nonsense = nonsense

        answer = asked(provider, case)

        assert answer == nonsense or json.loads(answer)  # or kept inside an envelope with the number that was asked for

    def test_never_shows_its_secret(self, provider: str, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        set_account(monkeypatch, provider, case, {"URL": "http://127.0.0.1:9"})

        with pytest.raises(Unavailable) as trouble:
            asked(provider, case)

        assert not [value for value in case.account.values() if value in str(trouble.value)]

    def test_keeps_its_limits_within_reason(self, provider: str, case: Case) -> None:
        with client_of(provider) as client:
            limits, format_name = client.limits, client.format_name

        assert format_name in FORMATS
        assert limits.numbers_max >= 1
        assert limits.same_number_seconds >= 60
        assert limits.requests_per_second > 0

    def test_takes_as_many_numbers_as_it_says(self, provider: str, case: Case) -> None:
        with client_of(provider) as client:
            assert asked(provider, case, client.limits.numbers_max)


@pytest.mark.parametrize("provider", with_account(set(PROVIDERS)))
class TestAnAccount:
    def test_that_is_wrong_is_refused(self, provider: str, case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
        set_account(monkeypatch, provider, case, case.wrong)

        if case.refuses_in_words:
            with client_of(provider) as client:
                said = translate(client.format_name, asked(provider, case))
            assert (said.records, said.answer != "ok") == ((), True)
        else:
            with pytest.raises(Refused):
                asked(provider, case)

    def test_that_is_missing_is_refused_with_the_names_of_its_variables(
        self, provider: str, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        set_account(monkeypatch, provider, case, dict.fromkeys(case.account, ""))

        with pytest.raises(Refused, match="set REDRESS_"):
            asked(provider, case)


class TestProviders:
    def test_are_all_held_to_the_contract(self) -> None:
        assert set(cases()) == set(PROVIDERS)

    def test_are_all_those_that_there_is_a_client_for(self) -> None:
        here = Path(__import__("adapters.feeds").feeds.__path__[0])

        assert {file.parent.name for file in here.glob("*/client.py")} == set(PROVIDERS)

    def test_refuse_a_name_that_is_none_of_theirs(self) -> None:
        with pytest.raises(UnknownProvider, match="kuaidi100"), client_of("kuaidi"):
            pass

    def test_offer_what_a_client_must(self) -> None:
        with client_of("kuaidi100") as client:
            offered: Client = client

        assert callable(offered.ask)
