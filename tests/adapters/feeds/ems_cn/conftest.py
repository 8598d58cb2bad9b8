"""Factories of invented China EMS payloads, and a stand-in China EMS over HTTP."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest
from standins import served

from adapters.feeds.ems_cn.client import EmsCnClient, EmsCnSettings
from adapters.feeds.ems_cn.fake import StandInEmsCn, ems_cn_app


@pytest.fixture
def trace() -> Callable[..., str]:
    """Make the XML of one trace."""

    def make(
        remark: str = "到达处理中心", time: str = "2026-03-01 08:00:00", address: str = "LinJiangShi 99900000"
    ) -> str:
        fields = {"acceptTime": time, "acceptAddress": address, "remark": remark}
        return f"<trace>{''.join(f'<{name}>{escape(text)}</{name}>' for name, text in fields.items())}</trace>"

    return make


@pytest.fixture
def answered() -> Callable[..., str]:
    """Make the XML of an answer."""

    def make(*traces: str) -> str:
        return f"<traces>{''.join(traces)}</traces>"

    return make


@pytest.fixture
def kept() -> Callable[..., bytes]:
    """Make what the client keeps: an answer with the number that was asked for."""

    def make(answer: str, number: str = "LK000000001CN") -> bytes:
        return json.dumps({"mailnum": number, "answer": answer}, ensure_ascii=False).encode()

    return make


@pytest.fixture
def ems() -> Iterator[StandInEmsCn]:
    """Make a stand-in China EMS, which lets go of whoever still waits for it at the end."""
    ems = StandInEmsCn()
    yield ems
    ems.answers.set()


@pytest.fixture
def ask(ems: StandInEmsCn) -> Iterator[Callable[..., EmsCnClient]]:
    """Serve the stand-in, and make clients for it."""
    with served(ems_cn_app(ems)) as url:

        def make(**settings: Any) -> EmsCnClient:
            told = {"url": f"{url}/partner/api/public/p/track/query", "authenticate": ems.authenticate, **settings}
            return EmsCnClient(EmsCnSettings(**told))

        yield make
        ems.answers.set()
