"""Whether ports are free, and who has them if not."""

import os
import socket

import psutil
import pytest

from deployments.engine.ports import PortClaim, PortTaken, is_taken, require_free


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class TestRequireFree:
    def test_accepts_a_port_on_which_nobody_listens(self, free_port):
        require_free([PortClaim(free_port, "REDRESS_GATEWAY_PORT")])

    def test_names_the_port_its_holder_and_the_variable_to_set(self, listener):
        with pytest.raises(PortTaken) as taken:
            require_free([PortClaim(listener, "REDRESS_GATEWAY_PORT")])

        holder = f"{psutil.Process().name()} (process {os.getpid()})"
        assert str(taken.value) == (
            f"port {listener} is taken by {holder}: end it, or set REDRESS_GATEWAY_PORT to a free port"
        )

    def test_sees_a_listener_on_all_addresses(self):
        with socket.create_server(("0.0.0.0", 0)) as server:
            assert is_taken(server.getsockname()[1])

    def test_takes_no_notice_of_a_connection_that_is_merely_closing(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            with socket.create_connection(("127.0.0.1", port)):
                accepted, _ = server.accept()
                accepted.close()  # the side that closes first keeps the port in TIME_WAIT

        assert not is_taken(port)
