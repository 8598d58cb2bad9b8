"""The providers that can be asked, by the name that a feed's poll gives. Each is imported when it is first asked.

A new provider is a client in its own package and its line here (docs/adding-a-feed.md).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from inspect import signature
from types import MappingProxyType

import httpx

from adapters.feeds.asking import TIMEOUT_SECONDS, Client

PROVIDERS: Mapping[str, str] = MappingProxyType(
    {
        "aftership": "adapters.feeds.aftership.client:AftershipClient",
        "cainiao": "adapters.feeds.cainiao.client:CainiaoClient",
        "easypost": "adapters.feeds.easypost.client:EasyPostClient",
        "ems_cn": "adapters.feeds.ems_cn.client:EmsCnClient",
        "kdniao": "adapters.feeds.kdniao.client:KdniaoClient",
        "kuaidi100": "adapters.feeds.kuaidi100.client:Kuaidi100Client",
        "seventeentrack": "adapters.feeds.seventeentrack.client:SeventeentrackClient",
        "sf": "adapters.feeds.sf.client:SfClient",
        "zto": "adapters.feeds.zto.client:ZtoClient",
    }
)
"""Where each provider's client is: a class in its package, which takes its settings from the environment."""


class UnknownProvider(Exception):
    """A provider was named that there is no client for."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        """Name the provider that was asked for and those that there are."""
        super().__init__(f"there is no provider {name!r} to ask; there are {', '.join(sorted(known))}")
        self.name = name


@contextmanager
def client_of(provider: str) -> Iterator[Client]:
    """Make the client of a provider, with the account that the environment names; its connections end with the block.

    Raises:
        UnknownProvider: nothing asks a provider of that name.

    """
    where = PROVIDERS.get(provider)
    if where is None:
        raise UnknownProvider(provider, PROVIDERS)
    module, _, name = where.partition(":")
    made: Callable[..., Client] = getattr(import_module(module), name)
    with httpx.Client(timeout=TIMEOUT_SECONDS) as connection:
        keeps_one = "connection" in signature(made).parameters  # else it opens one for each question
        yield made(connection=connection) if keeps_one else made()
