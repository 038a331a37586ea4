import socket

import pytest

from portal.launch.launch_errors import ConfigurationError
from portal.launch.ports import LOOPBACK, Listener, ensure_free, read_listener
from tests.environment import free_port


def test_port_that_is_not_set_has_its_default() -> None:
    assert read_listener({}, "PORT") == Listener("PORT", LOOPBACK, 8000)
    assert read_listener({"PORT": " "}, "PORT").port == 8000


def test_port_is_read_from_its_own_variable() -> None:
    assert read_listener({"PORT": "1", "SANDBOX_PORT": "9010"}, "SANDBOX_PORT").port == 9010


@pytest.mark.parametrize("value", ["http", "-1", "0", "65536", "80.5"])
def test_value_that_is_no_port_is_named(value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"PORT is '{value}'"):
        read_listener({"PORT": value}, "PORT")


def test_free_port_is_accepted() -> None:
    ensure_free([Listener("PORT", LOOPBACK, free_port())])


def test_port_in_use_names_the_variable_to_set() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]

        with pytest.raises(ConfigurationError, match=rf"Port {port} is in use .* make run SANDBOX_PORT=\d+"):
            ensure_free([Listener("SANDBOX_PORT", LOOPBACK, port)])


def test_port_given_twice_names_both_variables() -> None:
    port = free_port()

    with pytest.raises(ConfigurationError, match=f"PORT and SANDBOX_PORT are both {port}"):
        ensure_free([Listener("PORT", LOOPBACK, port), Listener("SANDBOX_PORT", LOOPBACK, port)])


def test_foreign_address_is_refused_by_name() -> None:
    # An address of TEST-NET-1 (RFC 5737), which no machine has.
    with pytest.raises(ConfigurationError, match=r"HOST is '192\.0\.2\.1'"):
        ensure_free([Listener("PORT", "192.0.2.1", free_port())])


def test_wildcard_address_is_visited_on_loopback() -> None:
    listener = Listener("PORT", "0.0.0.0", 8000)

    assert listener.visitable.authority == "127.0.0.1:8000"
    assert not listener.is_local


def test_ipv6_address_is_written_in_brackets() -> None:
    listener = Listener("PORT", "::1", 8000)

    assert listener.authority == "[::1]:8000"
    assert listener.is_local
