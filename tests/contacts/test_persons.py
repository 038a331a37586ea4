"""A suggestion by a header is held against the column's values, and against the person that it speaks of."""

import pytest

from imports.contacts.suggestions.profiles import profile
from imports.contacts.suggestions.suggested_mapping import suggest_mapping
from imports.contacts.targets import TargetCatalogue
from imports.languages.concepts import person_of
from tests.contacts.conftest import staged_table

CATALOGUE = TargetCatalogue.from_account(
    data_fields=[
        (name, "String")
        for name in ("FIRSTNAME", "LASTNAME", "CITY", "POSTCODE", "COUNTRY", "ADDRESS", "COMPANY")
    ]
)
EMAILS = ("ada@example.com", "ben@example.org")
PHONES = ("+447911123456", "+33612345678")
SPLIT = ("dataFields.FIRSTNAME", "dataFields.LASTNAME")


def suggested(tmp_path, columns):
    """Column -> its targets and the reason."""
    headers = list(columns)
    rows = list(zip(*columns.values(), strict=True))
    found = suggest_mapping(
        profile(staged_table(tmp_path / "staged", rows, len(headers)), headers), CATALOGUE
    )
    return {one.column: (one.targets, one.words) for one in found.columns}


def targets(tmp_path, columns):
    return {column: found for column, (found, _) in suggested(tmp_path, columns).items() if found}


@pytest.mark.parametrize(
    ("header", "values", "word"),
    [
        ("Name", ("#1001", "#1002"), "codes"),
        ("Name", ("SO-1001", "SO-1002"), "codes"),
        ("First name", ("1001", "1002"), "numbers"),
        ("First name", ("#1001", "#1002"), "codes"),
        ("Last name", ("ada@example.com", "ben@example.org"), "e-mail"),
        ("City", ("2024-03-14", "2024-03-15"), "dates"),
        ("Postcode", ("ada@example.com", "ben@example.org"), "e-mail"),
        ("Address", ("192.0.2.1", "192.0.2.2"), "IP"),
        ("Company", ("https://example.com/a", "https://example.org/b"), "web"),
        ("Phone", ("call after six", "none yet"), "phone"),
        ("Email", ("no address", "none yet"), "e-mail"),
    ],
)
def test_header_whose_values_say_otherwise_is_not_preselected(tmp_path, header, values, word):
    found, reason = suggested(tmp_path, {header: values, "Mail": EMAILS})[header]
    assert not found
    assert reason.startswith("Its name fits, but ")
    assert word in reason


@pytest.mark.parametrize(
    ("header", "values", "target"),
    [
        ("First name", ("U0", "Ann2"), ("dataFields.FIRSTNAME",)),
        ("Company", ("3M", "7 Eleven"), ("dataFields.COMPANY",)),
        ("Name", ("Ann Lee", "#1002 Ben"), SPLIT),
        ("Postcode", ("75001", "1012 AB"), ("dataFields.POSTCODE",)),
    ],
)
def test_digits_in_words_say_nothing(tmp_path, header, values, target):
    assert targets(tmp_path, {header: values, "Email": EMAILS})[header] == target


def test_customers_address_does_not_get_the_recipients_name(tmp_path):
    columns = {
        "Customer Email": EMAILS,
        "Recipient First Name": ("Zed", "Zoe"),
        "Recipient Last Name": ("Zimmer", "Zola"),
        "Recipient City": ("Paris", "Bath"),
        "Recipient Phone": PHONES,
    }
    found = suggested(tmp_path, columns)
    assert targets(tmp_path, columns) == {"Customer Email": ("identifiers.email",)}
    assert found["Recipient City"][1] == (
        "It is about another person than “Customer Email”, by which the contact is found."
    )


def test_recipients_address_gets_the_recipients_name(tmp_path):
    columns = {
        "Recipient Email": EMAILS,
        "Customer First Name": ("A", "B"),
        "Recipient First Name": ("Zed", "Zoe"),
    }
    assert targets(tmp_path, columns) == {
        "Recipient Email": ("identifiers.email",),
        "Recipient First Name": ("dataFields.FIRSTNAME",),
    }


def test_billing_person_is_one_person(tmp_path):
    columns = {
        "Name": ("#1001", "#1002"),
        "Email": EMAILS,
        "Billing Name": ("Ada Abel", "Ben Brook"),
        "Billing Phone": (PHONES[0], ""),
        "Billing City": ("Leeds", "York"),
        "Billing Zip": ("", ""),
        "Shipping Name": ("Zed Zimmer", "Ben Brook"),
        "Shipping City": ("Paris", "York"),
        "Shipping Zip": ("75001", "YO1 7HH"),
        "Phone": ("", PHONES[1]),
    }
    assert targets(tmp_path, columns) == {
        "Email": ("identifiers.email",),
        "Billing Name": SPLIT,
        "Billing Phone": ("identifiers.mobileNumber",),
        "Billing City": ("dataFields.CITY",),
    }


@pytest.mark.parametrize(
    ("mail", "own", "other"),
    [
        ("Rechnung E-Mail", "Rechnung Vorname", "Lieferadresse Vorname"),
        ("E-mail facturation", "Prénom facturation", "Prénom livraison"),
        ("Correo cliente", "Nombre cliente", "Nombre destinatario"),
        ("E-mail cliente", "Nome cliente", "Nome destinatario"),
        ("E-mail klant", "Voornaam klant", "Voornaam ontvanger"),
        ("Buyer email", "Buyer first name", "Attendee first name"),
    ],
)
def test_persons_in_other_languages(tmp_path, mail, own, other):
    assert person_of(mail) == person_of(own) == "buyer"
    assert person_of(other) in ("recipient", "guest")
    found = targets(tmp_path, {mail: EMAILS, other: ("Zed", "Zoe"), own: ("Ada", "Ben")})
    assert other not in found


def test_columns_that_name_nobody_are_the_contacts(tmp_path):
    columns = {"Email": EMAILS, "First Name": ("Ada", "Ben"), "Shipping City": ("Paris", "Bath")}
    assert targets(tmp_path, columns)["Shipping City"] == ("dataFields.CITY",)
    assert targets(tmp_path, columns)["First Name"] == ("dataFields.FIRSTNAME",)


@pytest.mark.parametrize(
    "header", ["Spouse First Name", "Emergency Contact Phone", "Sales Rep Email", "Parent Email"]
)
def test_others_are_nobodys_contact(tmp_path, header):
    values = EMAILS if "Email" in header else PHONES if "Phone" in header else ("Zed", "Zoe")
    assert header not in targets(tmp_path, {"Email": EMAILS, header: values})
