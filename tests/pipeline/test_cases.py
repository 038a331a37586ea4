"""Small files that went wrong elsewhere, each standing for a kind, from the upload to what Dotdigital has in the end.

They lie in `shared/cases` beside the checkout, with what is right in each; without that folder nothing is tested.
"""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"

pytestmark = pytest.mark.skipif(
    not CASES.is_dir(), reason="there is no folder shared/cases beside the checkout"
)


@dataclass(frozen=True)
class Case:
    """What is right in a file: what Dotdigital has of each contact in the end, by the local part of its address.

    Of each a few values, by their data field or identifier; None for one that must not be there. `codes` are those of
    the check that must be there, `problems` those of the reading.
    """

    contacts: dict[str, dict[str, Any]]
    codes: frozenset[str] = frozenset()
    problems: frozenset[str] = frozenset()
    rows: int | None = None
    options: tuple[str, ...] = ()
    region: str = "GB"
    mapping: dict[str, Any] | None = None
    ledger: dict[str, int] = field(default_factory=dict)


def mapped(match: str = "email", **targets: str | dict[str, Any]) -> dict[str, Any]:
    """A mapping of columns (underscores for spaces) to targets, or to targets with their settings."""
    columns = [
        {"column": column.replace("_", " "), **({"target": to} if isinstance(to, str) else to)}
        for column, to in targets.items()
    ]
    return {"matchIdentifier": match, "columns": columns}


STATUS_MAPPING = mapped(
    Email="identifiers.email",
    First_Name="dataFields.FIRSTNAME",
    Email_Status="channelProperties.email.status",
)

EXPECTED: dict[str, Case] = {
    "phones_mixed_regions.csv": Case(
        {
            "ann": {"mobileNumber": "12015550123"},
            "bob": {"mobileNumber": "12015550124"},
            "cam": {"mobileNumber": "14165550123"},
            "dee": {"mobileNumber": "16045550123"},
            "eve": {"mobileNumber": "447400123456"},
        },
        region="US",
    ),
    "phones_renumbered.csv": Case(
        {
            "a": {"mobileNumber": "525541637145"},
            "b": {"mobileNumber": "525541637146"},
            "d": {"mobileNumber": "525541637148"},
            "e": {"mobileNumber": "5491123017883"},
            "f": {"mobileNumber": "5491123017884"},
            "i": {"mobileNumber": None},
            "j": {"mobileNumber": "2250707123456"},
            "k": {"mobileNumber": None},
            "l": {"mobileNumber": "393471234567"},
            "o": {"mobileNumber": "79123456789"},
            "p": {"mobileNumber": None},
            "q": {"mobileNumber": "5511987654322"},
        },
        codes=frozenset({"phone_renumbered"}),
    ),
    "surname_first_fr.csv": Case(
        {
            "a": {"FIRSTNAME": "Jean", "LASTNAME": "DUPONT"},
            "b": {"FIRSTNAME": "Anne-Marie", "LASTNAME": "MARTIN"},
            "c": {"FIRSTNAME": "Yann", "LASTNAME": "LE GOFF"},
            "d": {"FIRSTNAME": "Zoé", "LASTNAME": "de la TOUR"},
        },
        codes=frozenset({"name_split"}),
    ),
    "surname_first_es.csv": Case(
        {
            "a": {"FIRSTNAME": "Ana", "LASTNAME": "García López"},
            "b": {"FIRSTNAME": "Luis", "LASTNAME": "Pérez Ruiz"},
        },
        codes=frozenset({"name_split"}),
    ),
    "shopify_orders.csv": Case(
        {
            "ada": {
                "FIRSTNAME": "Ada",
                "LASTNAME": "Abel",
                "CITY": "Leeds",
                "POSTCODE": "LS1 4AP",
                "mobileNumber": "447911123456",
            },
            "ben": {"FIRSTNAME": "Ben", "LASTNAME": "Brook", "CITY": "York", "POSTCODE": "YO1 7HH"},
        },
        ledger={"created": 2, "duplicate": 1},
    ),
    "shopify_customers_guarded.csv": Case(
        {
            "ada": {"POSTCODE": "LS1 4AP", "mobileNumber": "447911123456"},
            "ben": {"POSTCODE": "02138", "mobileNumber": "16174951000"},
            "cleo": {"POSTCODE": None, "mobileNumber": None},
        },
        codes=frozenset({"apostrophe_removed"}),
    ),
    "apostrophes.csv": Case(
        {
            "a": {"FIRSTNAME": "-Ada", "LASTNAME": "Abel", "POSTCODE": "1012 AB", "CITY": "s-Hertogenbosch"},
            "b": {"FIRSTNAME": "=Dan"},
            "c": {"FIRSTNAME": "@dale", "POSTCODE": "02138"},
            "d": {"FIRSTNAME": "+Eve", "POSTCODE": "LS1 4AP", "CITY": "Leeds"},
            "e": {"FIRSTNAME": None, "LASTNAME": None, "POSTCODE": "123", "CITY": "12345-678"},
        },
        codes=frozenset({"apostrophe_removed"}),
    ),
    "formulas_never_calculated.xlsx": Case(
        {"ada": {"CITY": None}},
        codes=frozenset({"formula_not_calculated"}),
        problems=frozenset({"formula_not_calculated"}),
        ledger={"created": 1, "rejected": 2},
    ),
    "two_people_a_row.csv": Case(
        {
            name: {"FIRSTNAME": None, "LASTNAME": None, "CITY": None, "mobileNumber": None}
            for name in ("ada", "ben")
        },
    ),
    "lead_ads_utf16.csv": Case(
        {
            "ada": {
                "mobileNumber": "447911123456",
                "POSTCODE": "LS1 4AP",
                "BIRTHDAY": "1985-05-17T00:00:00Z",
            },
            "josé": {"POSTCODE": "08001"},
            "ben": {"mobileNumber": "447911123457", "POSTCODE": "YO1 7HH"},
        },
        codes=frozenset({"prefix_removed"}),
        ledger={"created": 2, "refused": 1},
    ),
    "trailing_semicolons.csv": Case({"ada": {"LASTNAME": "Abel"}, "ben": {"LASTNAME": "Brook"}}),
    "one_line_of_another_encoding.csv": Case(
        {
            "ada": {"FIRSTNAME": "José", "LASTNAME": "Núñez"},
            "ben": {"FIRSTNAME": "Zoë", "LASTNAME": "Müller"},
            "cleo": {"FIRSTNAME": "Renée", "LASTNAME": "Dupont"},
        },
    ),
    "survey_two_headers.csv": Case(
        {"ada": {"mobileNumber": "447911123456"}, "ben": {"mobileNumber": None}}, rows=2
    ),
    "survey_three_headers.csv": Case(
        {"ada": {"FIRSTNAME": "Ada", "LASTNAME": "Abel"}, "ben": {"FIRSTNAME": "Ben", "LASTNAME": "Brook"}},
        rows=3,
    ),
    "report_footer.csv": Case(
        {"ada": {"mobileNumber": "447911123456"}, "ben": {}},
        rows=2,
        ledger={"created": 2, "blank": 2},
    ),
    "header_again_other_order.csv": Case(
        {
            "ada": {"FIRSTNAME": "Ada", "LASTNAME": "Abel"},
            "ben": {"FIRSTNAME": "Ben", "LASTNAME": "Brook"},
            "cleo": {"FIRSTNAME": "Cleo", "LASTNAME": "Clay"},
            "dan": {"FIRSTNAME": "Dan", "LASTNAME": "Dale"},
        },
        ledger={"created": 4},
    ),
    "real_and_text_dates.xlsx": Case(
        {
            "a": {"BIRTHDAY": "1984-02-11T00:00:00Z"},
            "b": {"BIRTHDAY": "1985-05-17T00:00:00Z"},
            "c": {"BIRTHDAY": "1990-07-08T00:00:00Z"},
            "d": {"BIRTHDAY": "1991-12-25T00:00:00Z"},
            "e": {"BIRTHDAY": "1970-01-30T00:00:00Z"},
        },
    ),
    "status_words.csv": Case({"u0": {}, "u5": {}}, mapping=STATUS_MAPPING),
}

MAILED = {"u0", "u5"}
"""Of the people of `status_words.csv`, those whose status is a word for somebody who may be mailed."""


def imported(name: str, tmp_path: Path) -> dict[str, Any]:
    """What `import_contacts` prints of a case."""
    case, out = EXPECTED[name], io.StringIO()
    options = [*case.options]
    if case.mapping is not None:
        mapping = tmp_path / "mapping.json"
        mapping.write_text(json.dumps(case.mapping))
        options.append(f"--mapping={mapping}")
    call_command(
        "import_contacts",
        str(CASES / name),
        "--account=Acme",
        "--user=alice",
        "--inline",
        *options,
        stdout=out,
        stderr=io.StringIO(),
    )
    return json.loads(out.getvalue())


def by_local_part(contacts: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {contact["identifiers"]["email"].partition("@")[0]: contact for contact in contacts}


def value_of(contact: dict[str, Any], name: str) -> Any:
    found = {**contact["identifiers"], **contact["dataFields"]}.get(name)
    return found.lstrip("+") if name == "mobileNumber" and found else found


def test_every_case_has_its_right_result():
    assert {path.name for path in CASES.iterdir() if path.suffix != ".md"} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_case_arrives_as_is_right(alice, account, sandbox, tmp_path, name):
    case = EXPECTED[name]
    account.phone_region = case.region
    account.save()

    result = imported(name, tmp_path)

    contacts = by_local_part(sandbox.contacts())
    found = {
        who: {one: value_of(contacts[who], one) for one in wanted}
        for who, wanted in case.contacts.items()
        if who in contacts
    }
    arrived = {who: wanted for who, wanted in case.contacts.items() if who != "josé"}
    assert found == arrived
    assert "\N{REPLACEMENT CHARACTER}" not in json.dumps(sandbox.contacts(), ensure_ascii=False)
    assert result["status"] == "finished"
    assert sum(result["ledger"].values()) == result["rows"]
    if case.ledger:
        assert {bucket: count for bucket, count in result["ledger"].items() if count} == case.ledger
    if case.rows is not None:
        assert result["reading"]["rows"] == case.rows
    assert case.codes <= set(result["issues"])
    assert case.problems <= {problem["code"] for problem in result["reading"]["problems"]}


def test_nobody_is_mailed_whose_status_says_no(alice, account, sandbox, tmp_path):
    imported("status_words.csv", tmp_path)

    contacts = by_local_part(sandbox.contacts())
    statuses = {who: contact["channelProperties"]["email"]["status"] for who, contact in contacts.items()}
    mailed = {who for who, status in statuses.items() if status in ("subscribed", "pendingOptIn")}
    assert mailed <= {*MAILED, "u9"}
    assert mailed >= MAILED
