"""E-mail addresses: what is valid, what is repaired, what is refused."""

import pytest

from imports.contacts.emails import clean_email
from tests.contacts.conftest import clean


@pytest.mark.parametrize(
    "address",
    [
        "ann@example.com",
        "Ann.O'Neill+news@Shop.Example.co.uk",
        "a@b.example.org",
        "jürgen@bücher.example.de",
        "用户@例子.公司",
        "x" * 64 + "@example.com",
        "ann@xn--bcher-kva.example.com",
        "ann@1.2.example.com",
    ],
)
def test_valid_address_is_sent_as_typed(address):
    assert clean(clean_email, address) == [(address, None)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (" ann@example.com\u00a0", "spaces_trimmed"),
        ("mailto:ann@example.com?subject=Hi", "email_repaired"),
        ("Ann Lee <ann@example.com>", "email_repaired"),
        ("<ann@example.com>;", "email_repaired"),
        ("ann@example.com.", "email_repaired"),
        ("ann@exa\u200bmple.com", "email_repaired"),
        ('"ann@example.com"', "email_repaired"),
        ("(ann@example.com)", "email_repaired"),
    ],
)
def test_damaged_address_is_repaired_with_a_note(cell, code):
    assert clean(clean_email, cell) == [("ann@example.com", code)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("ann.example.com", "email_without_at"),
        ("ann@@example.com", "email_two_ats"),
        ("ann@example.com; bob@example.com", "email_several"),
        ("ann lee@example.com", "email_spaces"),
        ("@example.com", "email_local_part"),
        (".ann@example.com", "email_local_part"),
        ("ann..lee@example.com", "email_local_part"),
        ("ann(at)x@example.com", "email_local_part"),
        ("x" * 65 + "@example.com", "email_too_long"),
        ("ann@" + "x" * 64 + ".com", "email_too_long"),
        ("ann@" + "x." * 120 + "example.com", "email_too_long"),
        ("ann@example", "email_domain"),
        ("ann@-example.com", "email_domain"),
        ("ann@example..com", "email_domain"),
        ("ann@192.168.0.1", "email_domain"),
        ("ann@[192.168.0.1]", "email_domain"),
        ("ann@exa_mple.com", "email_domain"),
        ("ann@ab--cd.com", "email_domain"),
        ("ann@host.local", "email_domain"),
        ("n/a", "placeholder"),
    ],
)
def test_address_that_cannot_be_used(cell, code):
    assert clean(clean_email, cell) == [(None, code)]
