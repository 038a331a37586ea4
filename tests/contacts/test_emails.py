"""E-mail addresses: what is valid, what is repaired, what is refused, and what is doubted."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from imports.contacts.values.emails import ROLES, clean_email
from imports.contacts.values.mail_domains import WELL_KNOWN, slip_of
from tests.contacts.conftest import clean
from tests.contacts.laws import CELLS, answers, assert_cleaning_twice_is_cleaning_once


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
        "ann@example.technology",
        "ann@a--b.example.com",
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
        ("'ann@example.com", "email_repaired"),
        ("ann＠example.com", "email_repaired"),
        ("ann@example．com", "email_repaired"),
        ("ann@example。com", "email_repaired"),
        ("ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ", "email_repaired"),
    ],
)
def test_damaged_address_is_repaired_with_a_note(cell, code):
    assert clean(clean_email, cell) == [("ann@example.com", code)]


def test_letters_with_accents_of_their_own_are_composed_without_a_note():
    assert clean(clean_email, "rene\u0301@example.com") == [("ren\u00e9@example.com", None)]


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
        ("\u0301ann@example.com", "email_local_part"),
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
        ("ann@☃.example.com", "email_domain"),
        ("ann@xn--a.example.com", "email_domain"),
        ("n/a", "placeholder"),
    ],
)
def test_address_that_cannot_be_used(cell, code):
    assert clean(clean_email, cell) == [(None, code)]


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "gamil.com",
            "gmial.com",
            "gmai.com",
            "gmaill.com",
            "gmail.co",
            "gmail.con",
            "gmail.cm",
            "GMAIL.CON",
        ),
        *("hotmial.com", "hotmal.com", "yahooo.com", "outlok.fr", "web.ed", "gxm.de", "gmx.dee", "aol.con"),
        *("t-onlin.de", "orange.rf", "wanado.fr"),
    ],
)
def test_slip_in_a_well_known_domain_is_doubted_and_sent(domain):
    assert answers(clean_email, f"info@{domain}") == [(f"info@{domain}", None, "email_domain_typo")]


@pytest.mark.parametrize(
    "domain",
    [
        *("gmail.com", "gmx.de", "gmx.net", "mail.de", "ymail.com", "live.de", "email.com", "cloud.com"),
        *(
            "example.com",
            "hotmail.dk",
            "laposte.net",
            "wep.de",
            "gmx.be",
            "love.com",
            "mymail.com",
            "ann.gmail.de",
        ),
    ],
)
def test_domain_of_its_own_is_not_doubted(domain):
    assert answers(clean_email, f"ann@{domain}") == [(f"ann@{domain}", None, None)]


@pytest.mark.parametrize(
    "local_part", ["info", "Info", "SALES", "noreply", "no-reply", "kontakt", "compta", "biuro", "ventas"]
)
def test_address_of_an_office_is_doubted_and_sent(local_part):
    address = f"{local_part}@example.com"
    assert answers(clean_email, address) == [(address, None, "email_role")]


@pytest.mark.parametrize("local_part", ["infos", "anna.sales", "kontakt1", "noxreply"])
def test_address_of_a_person_is_not_doubted(local_part):
    assert answers(clean_email, f"{local_part}@example.com")[0][2] is None


def test_every_role_is_a_local_part_in_lower_case():
    roles = [role for names in ROLES.values() for role in names.split()]
    assert all(clean(clean_email, f"{role}@example.com")[0][1] is None for role in roles)
    assert roles == [role.lower() for role in roles]


LETTERS = "abcdefghijklmnopqrstuvwxyz.-0123456789"


@given(
    domain=st.sampled_from(sorted(WELL_KNOWN)),
    place=st.integers(0, 20),
    letter=st.sampled_from(LETTERS),
    slip=st.sampled_from(["left out", "put in", "changed", "swapped"]),
)
def test_every_slip_that_is_told_is_found_in_a_column(domain, place, letter, slip):
    before, at, after = domain[:place], domain[place : place + 1], domain[place + 1 :]
    slipped = {
        "left out": before + after,
        "put in": before + letter + at + after,
        "changed": before + letter + after,
        "swapped": before + after[:1] + at + after[1:],
    }[slip]
    [(value, _, doubt)] = answers(clean_email, f"ann@{slipped}")
    if value is not None:
        assert (doubt == "email_domain_typo") == (slip_of(value.partition("@")[2]) is not None)


def is_valid(address: str) -> bool:
    try:
        validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        return False
    return True


# Characters that Unicode got after Python's tables are assigned to one side and not to the other.
ASSIGNED = st.characters(codec="utf-8", exclude_categories=["Cs", "Cn"])
PIECES = st.one_of(
    st.text(st.sampled_from("abcXYZ019.-_+'@ \"()<>!#"), max_size=8),
    st.text(ASSIGNED, max_size=4),
    st.sampled_from(
        ["xn--", "xn--bcher-kva", "bücher", "例子", "אב", "1", "com", "de", "test", "local", "x" * 63]
    ),
)
LOCAL_PARTS = st.one_of(PIECES, st.lists(PIECES, max_size=3).map(".".join))
DOMAINS = st.lists(PIECES, min_size=1, max_size=4).map(".".join)
ADDRESSES = st.one_of(
    st.emails(), st.builds("{}@{}".format, LOCAL_PARTS, DOMAINS), st.lists(PIECES, max_size=5).map("".join)
)


@given(ADDRESSES)
@example("a@℡.com")
@example("a@b.①com")
@example("a@1.אב.com")
@example("a@אב.1.com")
@example("a@xn--4dbc.1.com")
@example("a@x․com")
@example("a\u037eb@example.com")
@example("a@" + "例" * 60 + ".com")
@example("x" * 64 + "@" + ".".join(["y" * 60] * 3) + ".com")
@example("例" * 60 + "@" + ".".join(["xn--fsq"] * 10) + ".com")
def test_what_email_validator_takes_is_taken_and_what_is_sent_it_takes(address):
    """The same syntax as email-validator's with `strict`, which holds local parts to 64 characters. What it
    refuses may be repaired: then it takes what is sent."""
    [(value, code, _)] = answers(clean_email, address)
    if is_valid(address):
        assert value is not None, code
    if value is not None:
        assert is_valid(value)


@given(st.lists(st.one_of(CELLS, ADDRESSES), min_size=1, max_size=20))
def test_cleaning_twice_is_cleaning_once(cells):
    assert_cleaning_twice_is_cleaning_once(clean_email, cells)


@given(st.lists(st.one_of(CELLS, ADDRESSES), min_size=1, max_size=10))
def test_a_cell_is_cleaned_alike_alone_and_among_others(cells):
    assert answers(clean_email, *cells) == [answer for cell in cells for answer in answers(clean_email, cell)]
