"""Whether the engine's ports are free, and who has them if not."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

from deployments.engine import EngineError

LOOPBACK = "127.0.0.1"


class PortTaken(EngineError):
    """Somebody else listens on a port that the engine needs; the message says who and what to do."""


@dataclass(frozen=True)
class PortClaim:
    """A port, and the variable that moves it."""

    number: int
    variable: str


def require_free(claims: Iterable[PortClaim]) -> None:
    """Make sure that nobody listens on the ports.

    Raises:
        PortTaken: naming the first port, its holder where the system tells, and the variable to set.
    """
    for claim in claims:
        if is_taken(claim.number):
            holder = holder_of(claim.number) or "another process"
            raise PortTaken(f"port {claim.number} is taken by {holder}: end it, or set {claim.variable} to a free port")


def is_taken(number: int) -> bool:
    """Tell whether a server could not listen on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        if probe.connect_ex((LOOPBACK, number)) == 0:
            return True  # on some systems binding beside a listener on all addresses succeeds
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: old connections are no reason
        try:
            probe.bind((LOOPBACK, number))
        except OSError:
            return True
    return False


def holder_of(number: int) -> str | None:
    """Name the process that listens on a port, as far as the system tells this user."""
    try:
        for connection in psutil.net_connections("tcp"):
            listens = connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr.port == number
            if listens and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass
    return None
