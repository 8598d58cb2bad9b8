"""Connections to Prefect's API that are kept between calls: setting a client up takes longer than most calls do.

A client is lent to one thread at a time. The errors of what is done with it become the two kinds that adapters raise.
"""

import atexit
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.context import SyncClientContext
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.settings import get_current_settings

from adapters import Refused, Unavailable

KEPT_MAX = 32
"""Clients that nobody uses and that are kept all the same: two for each run that a worker executes at a time."""

_Where = tuple[str | None, str, str]
_kept: dict[_Where, deque[SyncPrefectClient]] = {}


class PrefectAway(Unavailable):
    """Prefect's server cannot be reached, or is busy."""


@contextmanager
def api() -> Iterator[SyncPrefectClient]:
    """Lend a client for Prefect's API.

    Raises:
        Refused: the API said no.
        PrefectAway: it cannot be reached, or is busy. A client without an answer is not used again.
    """
    where = _where()
    client = _taken_from(_kept.setdefault(where, deque()))
    try:
        with failures_told():
            yield client
    except (Refused, PrefectAway) as error:
        answered = isinstance(error.__cause__, PrefectHTTPStatusError | ObjectNotFound)
        (_keep(where, client) if answered else _end(client))
        raise
    except RuntimeError as error:
        _end(client)
        raise PrefectAway(f"Prefect's API cannot be reached: {error}") from error
    except BaseException:
        _end(client)
        raise
    else:
        _keep(where, client)


@contextmanager
def lent_to_the_engine() -> Iterator[SyncPrefectClient]:
    """Let Prefect's engine execute a run with a kept client, where it would set up one for each run.

    What a client costs most is a context for TLS, also where it talks to its own machine.

    Raises:
        PrefectAway: no client can be set up.
    """
    where = _where()
    client = _taken_from(_kept.setdefault(where, deque()))
    context = SyncClientContext.model_construct(client=client)
    context._context_stack = 1  # noqa: SLF001  # it is entered: whoever enters it once more neither starts nor ends the client
    before = SyncClientContext.__var__.set(context)
    try:
        yield client
    finally:
        SyncClientContext.__var__.reset(before)
        _keep(where, client)


@contextmanager
def failures_told() -> Iterator[None]:
    """Turn what Prefect's clients raise into the two kinds of error that adapters raise.

    Raises:
        Refused: the API said no.
        PrefectAway: it cannot be reached, or is busy.
    """
    try:
        yield
    except PrefectHTTPStatusError as error:
        status = error.response.status_code
        sentence = f"Prefect's API answered {status}: {error.response.text[:300]}"
        raise (PrefectAway if status >= 500 or status == 429 else Refused)(sentence) from error
    except ObjectNotFound as error:
        raise Refused(f"Prefect does not know it: {error}") from error
    except httpx.TransportError as error:
        raise PrefectAway(f"Prefect's API cannot be reached: {error}") from error


def _where() -> _Where:
    """Say what a client depends on; a test, or a command, may turn to another server."""
    settings = get_current_settings().api
    secrets = (settings.auth_string, settings.key)
    auth, key = (secret.get_secret_value() if secret else "" for secret in secrets)
    return settings.url, auth, key


def _taken_from(kept: deque[SyncPrefectClient]) -> SyncPrefectClient:
    try:
        return kept.pop()
    except IndexError:
        pass
    try:  # with settings of its own, for inside a run Prefect would give the run's client, which ends with the run
        return get_client(sync_client=True, httpx_settings={"headers": {}}).__enter__()
    except RuntimeError as error:
        raise PrefectAway(f"Prefect's API cannot be reached: {error}") from error


def _keep(where: _Where, client: SyncPrefectClient) -> None:
    kept = _kept[where]
    if where[0] is None or len(kept) >= KEPT_MAX:  # without an address each client starts a server of its own
        _end(client)
        return
    # One that has reached its server once would go on trying for a minute when it no longer does.
    client._client._has_connected = False  # type: ignore[attr-defined]  # noqa: SLF001
    kept.append(client)


def _end(client: SyncPrefectClient) -> None:
    client.__exit__(None, None, None)


@atexit.register
def close_all() -> None:
    """End the clients that are kept."""
    for kept in _kept.values():
        while kept:
            _end(kept.pop())
