"""Web addresses, held against JSON schema's format `uri` and the standard library."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imports.contacts.values.web_addresses import clean_url
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, answers, assert_cleaning_twice_is_cleaning_once

URI = Draft202012Validator({"format": "uri"}, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://example.com/sign-up?from=shop#top",
        "HTTPS://Example.com/",
        "https://example.com:8443/a%20b",
        "https://localhost/form",
        "https://192.0.2.1/form",
        "https://[2001:db8::1]:80/form",
        "https://xn--bcher-kva.example/",
    ],
)
def test_url_is_sent_as_it_stands(url):
    assert clean(clean_url, url) == [(url, None)]


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (" https://example.com ", "https://example.com", "spaces_trimmed"),
        ("example.com/form", "https://example.com/form", "url_scheme_added"),
        ("www.example.com", "https://www.example.com", "url_scheme_added"),
        ("//example.com/form", "https://example.com/form", "url_scheme_added"),
        ("example.com:8000/form", "https://example.com:8000/form", "url_scheme_added"),
        ("https://bücher.example/größe", "https://xn--bcher-kva.example/gr%C3%B6%C3%9Fe", "url_encoded"),
        ("https://example.com/a|b?c=[d]", "https://example.com/a%7Cb?c=%5Bd%5D", "url_encoded"),
        ("https://example.com/100%", "https://example.com/100%25", "url_encoded"),
        ("<https://example.com>", "https://example.com", "url_unwrapped"),
        ('"https://example.com"', "https://example.com", "url_unwrapped"),
        ("https://exam\u200bple.com", "https://example.com", "url_unwrapped"),
    ],
)
def test_url_is_repaired_with_a_note(cell, value, code):
    assert clean(clean_url, cell) == [(value, code)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("https://exam ple.com", "url_spaces"),
        ("https://a.com https://b.com", "url_spaces"),
        ("ftp://example.com", "url_scheme"),
        ("mailto:ann@example.com", "url_scheme"),
        ("javascript:alert(1)", "url_scheme"),
        ("example.com", "url_invalid"),
        ("form.html", "url_invalid"),
        ("the form", "url_spaces"),
        ("form", "url_invalid"),
        ("1/2", "url_invalid"),
        ("https://", "url_invalid"),
        ("https:///form", "url_invalid"),
        ("https://example..com", "url_invalid"),
        ("https://-example.com", "url_invalid"),
        ("https://example.com:99999/", "url_invalid"),
        ("https://ann:secret@example.com/", "url_invalid"),
        ("https://" + "x" * 64 + ".com/", "url_invalid"),
        ("n/a", "placeholder"),
        ("", None),
    ],
)
def test_url_that_cannot_be_used(cell, code):
    assert clean(clean_url, cell) == [(None, code)]


URLS = st.one_of(
    CELLS,
    st.builds(
        "{}{}{}{}".format,
        st.sampled_from(["https://", "http://", "HTTP://", "www.", "//", ""]),
        st.sampled_from(["example.com", "bücher.example", "[::1]", "1.2.3.4:80", "a_b.c", "x.y:", "例え.jp"]),
        st.sampled_from(["", "/", "?", "#", "/a?b#c"]),
        st.text(max_size=10),
    ),
    st.text(st.sampled_from("htps:/.?#[]@%0Aa"), max_size=15).map("http://x".__add__),
)


@given(URLS)
def test_what_is_sent_is_a_uri_with_a_host(cell):
    [(value, _, _)] = answers(clean_url, cell)
    if value is not None:
        assert URI.is_valid(value)
        parts = urlsplit(value)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert parts.port is None or 0 <= parts.port <= 65_535
        assert parts.username is None


@given(st.lists(URLS, min_size=1, max_size=10))
def test_cleaning_twice_is_cleaning_once(cells):
    assert_cleaning_twice_is_cleaning_once(clean_url, cells)
