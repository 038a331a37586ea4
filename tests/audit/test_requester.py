"""From where an act came: the address that our own proxies have seen, and a name that hides nothing."""

import pytest
from django.test import RequestFactory

from portal.requester import AGENT_MAX_CHARS, address_of, requester_of

PASSED = "198.51.100.1, 203.0.113.7, 10.0.0.2"


def asked(address: str = "10.0.0.1", passed: str = PASSED, agent: str = ""):
    return RequestFactory().get(
        "/", REMOTE_ADDR=address, headers={"X-Forwarded-For": passed, "User-Agent": agent}
    )


def test_without_a_proxy_nobody_says_where_they_are(settings):
    settings.BEHIND_PROXY = False
    assert address_of(asked()) == "10.0.0.1"


@pytest.mark.parametrize(("hops", "address"), [(1, "10.0.0.2"), (2, "203.0.113.7"), (4, "10.0.0.1")])
def test_behind_proxies_it_is_what_the_outermost_has_seen(hops, address, settings):
    settings.BEHIND_PROXY, settings.PROXY_HOPS = True, hops
    assert address_of(asked()) == address


@pytest.mark.parametrize(
    ("told", "address"),
    [
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("2001:DB8::7", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("<script>", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_addresses_are_read_however_they_are_written(told, address, settings):
    settings.BEHIND_PROXY = True
    assert address_of(asked(passed=told)) == address


@pytest.mark.parametrize("address", ["", "socket", "a:b:c"])
def test_what_is_no_address_is_none(address, settings):
    settings.BEHIND_PROXY = False
    assert address_of(asked(address)) == ""


def test_a_browser_says_what_it_is_in_few_words():
    told = requester_of(asked(agent="Browser \u202egpj.exe" + "x" * 500)).agent
    assert told.startswith("Browser gpj.exe")
    assert len(told) == AGENT_MAX_CHARS
