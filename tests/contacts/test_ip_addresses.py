"""IP addresses, held against JSON schema's formats `ipv4` and `ipv6`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imports.contacts.values.ip_addresses import clean_ip_address
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, answers, assert_cleaning_twice_is_cleaning_once

IP_ADDRESS = Draft202012Validator(
    {"anyOf": [{"format": "ipv4"}, {"format": "ipv6"}]}, format_checker=Draft202012Validator.FORMAT_CHECKER
)


@pytest.mark.parametrize(
    "address",
    ["192.0.2.10", "0.0.0.0", "255.255.255.255", "::1", "2001:db8::1", "2001:DB8::1", "::ffff:1.2.3.4"],
)
def test_address_is_sent_as_it_stands(address):
    assert clean(clean_ip_address, address) == [(address, None)]


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        (" 192.0.2.10\u00a0", "192.0.2.10", "spaces_trimmed"),
        ("192.0.2.10:8080", "192.0.2.10", "ip_unwrapped"),
        ("[2001:db8::1]", "2001:db8::1", "ip_unwrapped"),
        ("[2001:db8::1]:443", "2001:db8::1", "ip_unwrapped"),
        ("fe80::1%eth0", "fe80::1", "ip_unwrapped"),
        ("'192.0.2.10'", "192.0.2.10", "ip_unwrapped"),
        ("192.0.\u200b2.10", "192.0.2.10", "ip_unwrapped"),
    ],
)
def test_address_is_repaired_with_a_note(cell, value, code):
    assert clean(clean_ip_address, cell) == [(value, code)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("192.0.2.10, 198.51.100.1", "ip_several"),
        ("192.0.2.10;198.51.100.1", "ip_several"),
        ("2001:db8::1 2001:db8::2", "ip_several"),
        ("192.0.2.xxx", "ip_anonymised"),
        ("192.0.2.X", "ip_anonymised"),
        ("192.0.2.*", "ip_anonymised"),
        ("192.0.x.x", "ip_anonymised"),
        ("2001:db8::xxxx", "ip_anonymised"),
        ("192.000.002.010", "ip_leading_zeros"),
        ("01.2.3.4", "ip_leading_zeros"),
        ("192.0.2.256", "ip_invalid"),
        ("192.0.2", "ip_invalid"),
        ("192.0.2.0/24", "ip_invalid"),
        ("3221225994", "ip_invalid"),
        ("localhost", "ip_invalid"),
        ("n/a", "placeholder"),
        ("", None),
    ],
)
def test_address_that_cannot_be_used(cell, code):
    assert clean(clean_ip_address, cell) == [(None, code)]


ADDRESSES = st.one_of(
    CELLS,
    st.ip_addresses().map(str),
    st.builds("{}{}".format, st.ip_addresses(), st.text(st.sampled_from(":%]0189ax,. "), max_size=5)),
    st.text(st.sampled_from("0123456789.:x[]"), max_size=20),
)


@given(ADDRESSES)
def test_what_is_sent_is_an_address_and_an_address_is_sent(cell):
    [(value, code, _)] = answers(clean_ip_address, cell)
    if IP_ADDRESS.is_valid(cell):
        assert (value, code) == (cell, None)
    if value is not None:
        assert IP_ADDRESS.is_valid(value)


@given(st.lists(ADDRESSES, min_size=1, max_size=10))
def test_cleaning_twice_is_cleaning_once(cells):
    assert_cleaning_twice_is_cleaning_once(clean_ip_address, cells)
