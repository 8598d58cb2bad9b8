"""Factories of invented EasyPost payloads, and a stand-in EasyPost over HTTP."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from standins import served

from adapters.feeds.easypost.client import EasyPostClient, EasyPostSettings
from adapters.feeds.easypost.fake import StandInEasyPost, easypost_app


@pytest.fixture
def detail() -> Callable[..., dict[str, Any]]:
    """Make one scan of a tracker."""

    def make(
        message: str = "Moving along", status: str = "in_transit", time: Any = "2026-03-01T08:00:00Z", **fields: Any
    ) -> dict[str, Any]:
        place = {"object": "TrackingLocation", "city": "Sampleton", "state": None, "country": "XX", "zip": None}
        plain = {"object": "TrackingDetail", "message": message, "description": "", "status": status}
        return {**plain, "status_detail": None, "datetime": time, "tracking_location": place, **fields}

    return make


@pytest.fixture
def tracker() -> Callable[..., dict[str, Any]]:
    """Make a tracker with its scans."""

    def make(*details: Any, **fields: Any) -> dict[str, Any]:
        plain = {"id": "trk_example1", "object": "Tracker", "tracking_code": "EP0000000001", "carrier": "SamplePost"}
        return {**plain, "status": "in_transit", "est_delivery_date": None, "tracking_details": list(details), **fields}

    return make


@pytest.fixture
def queried() -> Callable[..., bytes]:
    """Make the body of an answer: one tracker alone, or a page of several or none."""

    def make(*trackers: Any, alone: bool = False) -> bytes:
        return json.dumps(trackers[0] if alone else {"trackers": list(trackers), "has_more": False}).encode()

    return make


@pytest.fixture
def pushed() -> Callable[..., bytes]:
    """Make the body of a pushed event."""

    def make(result: Any, description: str = "tracker.updated", **fields: Any) -> bytes:
        plain = {"id": "evt_example1", "object": "Event", "description": description, "status": "pending"}
        return json.dumps({**plain, "previous_attributes": {}, "result": result, **fields}).encode()

    return make


@pytest.fixture
def easypost() -> Iterator[StandInEasyPost]:
    """Make a stand-in EasyPost, which lets go of whoever still waits for it at the end."""
    easypost = StandInEasyPost()
    yield easypost
    easypost.answers.set()


@pytest.fixture
def ask(easypost: StandInEasyPost) -> Iterator[Callable[..., EasyPostClient]]:
    """Serve the stand-in, and make clients for it."""
    with served(easypost_app(easypost)) as url:

        def make(**settings: Any) -> EasyPostClient:
            told = {"url": f"{url}/v2", "api_key": easypost.api_key, **settings}
            return EasyPostClient(EasyPostSettings(**told))

        yield make
        easypost.answers.set()
