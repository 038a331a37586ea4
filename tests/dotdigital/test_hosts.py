from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital.errors import EndpointRefusedError
from imports.dotdigital.hosts import DISCOVERY_ENDPOINT, REGIONAL_HOSTS, normalise_endpoint, read_host_port

# What endpoints are made of, and what breaks them.
PIECES = (
    *("http", "https", "://", ":", "/", "@", "?", "#", "\\", ".", "443", "80", "[", "]", "%2e"),
    *("r1-api.dotdigital.com", "localhost", "8010", "example.org", " ", "\t"),
)
EXTRAS = ["localhost:8010", "sandbox.example", "[::1]:8010"]


@pytest.mark.parametrize(
    ("given_endpoint", "normalised"),
    [
        ("https://r1-api.dotdigital.com", "https://r1-api.dotdigital.com"),
        ("https://r2-api.dotdigital.com/", "https://r2-api.dotdigital.com"),
        ("  HTTPS://R3-API.Dotdigital.com:443/ ", "https://r3-api.dotdigital.com"),
        ("r1-api.dotdigital.com", "https://r1-api.dotdigital.com"),
        ("http://localhost:8010/", "http://localhost:8010"),
        ("https://LOCALHOST:8010", "https://localhost:8010"),
        ("http://sandbox.example", "http://sandbox.example"),
        ("https://sandbox.example:443", "https://sandbox.example"),
        ("http://[::1]:8010", "http://[::1]:8010"),
    ],
)
def test_normalises_an_allowed_endpoint(given_endpoint: str, normalised: str) -> None:
    assert normalise_endpoint(given_endpoint, EXTRAS) == normalised


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "https://",
        "http://r1-api.dotdigital.com",
        "https://r1-api.dotdigital.com:8443",
        "https://r4-api.dotdigital.com",
        "https://r1-api.dotdigital.com.example.org",
        "https://r1-api.dotdigital.com@example.org",
        "https://user:password@r1-api.dotdigital.com",
        "https://example.org#r1-api.dotdigital.com",
        "https://example.org?r1-api.dotdigital.com",
        "https://example.org\\@r1-api.dotdigital.com",
        "https://r1-api.dotdigital.com/v2",
        "https://r1-api.dotdigital.com.",
        "https://r1-api.dot\ndigital.com",
        "https://r1-api.dotdigital.com:99999",
        "https://r1-api.dotdigital.com:0",
        "https://r1-api.dotdigitaℓ.com",
        "ftp://r1-api.dotdigital.com",
        "file:///etc/hosts",
        "http://localhost:8011",
        "http://localhost",
        "http://sandbox.example:8010",
        "http://[::1",
    ],
)
def test_refuses_every_other_endpoint(endpoint: str) -> None:
    with pytest.raises(EndpointRefusedError):
        normalise_endpoint(endpoint, EXTRAS)


@pytest.mark.parametrize("entry", ["", "http://localhost", "localhost:port", "a@b:1", "a/b", ":80"])
def test_an_extra_host_that_cannot_be_read_is_a_mistake_of_the_caller(entry: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_host_port(entry)


def test_blank_extra_hosts_are_passed_over() -> None:
    assert normalise_endpoint(DISCOVERY_ENDPOINT, ["", " "]) == DISCOVERY_ENDPOINT


@given(
    st.one_of(
        st.text(),
        st.builds(
            "".join,
            st.lists(
                st.sampled_from(PIECES),
                max_size=8,
            ),
        ),
    )
)
def test_whatever_is_given_only_allowed_hosts_come_out_and_they_come_out_again(endpoint: str) -> None:
    try:
        normalised = normalise_endpoint(endpoint, EXTRAS)
    except EndpointRefusedError:
        return
    parts = urlsplit(normalised)
    assert normalised == f"{parts.scheme}://{parts.netloc}"
    assert parts.hostname in (*REGIONAL_HOSTS, "localhost", "sandbox.example", "::1")
    assert parts.scheme == "https" or parts.hostname not in REGIONAL_HOSTS
    assert normalise_endpoint(normalised, EXTRAS) == normalised
