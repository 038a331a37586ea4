"""Small files that went wrong elsewhere, each standing for a kind, from the upload to what Dotdigital has in the end.

They lie in `tests/cases`; what is right in each is said here.
"""

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

CASES = Path(__file__).resolve().parents[1] / "cases"


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
            "nora": {"mobileNumber": "12125550142"},
            "otto": {"mobileNumber": "16465550143"},
            "pia": {"mobileNumber": "14165550144"},
            "quin": {"mobileNumber": "16045550145"},
            "rosa": {"mobileNumber": "442079460123"},
        },
        region="US",
    ),
    "phones_renumbered.csv": Case(
        {
            "a": {"mobileNumber": "523338256144"},
            "b": {"mobileNumber": "523338256145"},
            "d": {"mobileNumber": "523338256147"},
            "e": {"mobileNumber": "5491134125583"},
            "f": {"mobileNumber": "5491134125584"},
            "i": {"mobileNumber": None},
            "j": {"mobileNumber": "2250505123457"},
            "k": {"mobileNumber": None},
            "l": {"mobileNumber": "393387654321"},
            "o": {"mobileNumber": "79162345678"},
            "p": {"mobileNumber": None},
            "q": {"mobileNumber": "5521987651235"},
        },
        codes=frozenset({"phone_renumbered"}),
    ),
    "surname_first_fr.csv": Case(
        {
            "a": {"FIRSTNAME": "Paul", "LASTNAME": "LEROUX"},
            "b": {"FIRSTNAME": "Marie-Claire", "LASTNAME": "PETIT"},
            "c": {"FIRSTNAME": "Loïc", "LASTNAME": "LE BIHAN"},
            "d": {"FIRSTNAME": "Inès", "LASTNAME": "de la MOTTE"},
        },
        codes=frozenset({"name_split"}),
    ),
    "surname_first_es.csv": Case(
        {
            "a": {"FIRSTNAME": "Lucía", "LASTNAME": "Romero Vega"},
            "b": {"FIRSTNAME": "Diego", "LASTNAME": "Castro Molina"},
        },
        codes=frozenset({"name_split"}),
    ),
    "shopify_orders.csv": Case(
        {
            "nora": {
                "FIRSTNAME": "Nora",
                "LASTNAME": "Quill",
                "CITY": "Derby",
                "POSTCODE": "DE1 2QY",
                "mobileNumber": "442079460111",
            },
            "otto": {"FIRSTNAME": "Otto", "LASTNAME": "Reed", "CITY": "Ripon", "POSTCODE": "HG4 1QT"},
        },
        ledger={"created": 2, "duplicate": 1},
    ),
    "shopify_customers_guarded.csv": Case(
        {
            "nora": {"POSTCODE": "DE1 2QY", "mobileNumber": "442079460111"},
            "otto": {"POSTCODE": "02118", "mobileNumber": "16175550146"},
            "petra": {"POSTCODE": None, "mobileNumber": None},
        },
        codes=frozenset({"apostrophe_removed"}),
    ),
    "apostrophes.csv": Case(
        {
            "a": {"FIRSTNAME": "-Nora", "LASTNAME": "Quill", "POSTCODE": "7041 AB", "CITY": "s-Heerenberg"},
            "b": {"FIRSTNAME": "=Otto"},
            "c": {"FIRSTNAME": "@petra", "POSTCODE": "02118"},
            "d": {"FIRSTNAME": "+Rosa", "POSTCODE": "DE1 2QY", "CITY": "Derby"},
            "e": {"FIRSTNAME": None, "LASTNAME": None, "POSTCODE": "321", "CITY": "76543-210"},
        },
        codes=frozenset({"apostrophe_removed"}),
    ),
    "formulas_never_calculated.xlsx": Case(
        {"nora": {"CITY": None}},
        codes=frozenset({"formula_not_calculated"}),
        problems=frozenset({"formula_not_calculated"}),
        ledger={"created": 1, "rejected": 2},
    ),
    "two_people_a_row.csv": Case(
        {
            name: {"FIRSTNAME": None, "LASTNAME": None, "CITY": None, "mobileNumber": None}
            for name in ("nora", "otto")
        },
    ),
    "lead_ads_utf16.csv": Case(
        {
            "nora": {
                "mobileNumber": "442079460111",
                "POSTCODE": "DE1 2QY",
                "BIRTHDAY": "1981-05-17T00:00:00Z",
            },
            "íñigo": {"POSTCODE": "09003"},
            "otto": {"mobileNumber": "442079460112", "POSTCODE": "HG4 1QT"},
        },
        codes=frozenset({"prefix_removed"}),
        ledger={"created": 2, "refused": 1},
    ),
    "trailing_semicolons.csv": Case({"nora": {"LASTNAME": "Quill"}, "otto": {"LASTNAME": "Reed"}}),
    "one_line_of_another_encoding.csv": Case(
        {
            "nora": {"FIRSTNAME": "Nória", "LASTNAME": "Quílez"},
            "otto": {"FIRSTNAME": "Jürgen", "LASTNAME": "Größe"},
            "petra": {"FIRSTNAME": "Hélène", "LASTNAME": "Delaître"},
        },
    ),
    "survey_two_headers.csv": Case(
        {"nora": {"mobileNumber": "442079460111"}, "otto": {"mobileNumber": None}}, rows=2
    ),
    "survey_three_headers.csv": Case(
        {
            "nora": {"FIRSTNAME": "Nora", "LASTNAME": "Quill"},
            "otto": {"FIRSTNAME": "Otto", "LASTNAME": "Reed"},
        },
        rows=3,
    ),
    "report_footer.csv": Case(
        {"nora": {"mobileNumber": "442079460111"}, "otto": {}},
        rows=2,
        ledger={"created": 2, "blank": 2},
    ),
    "header_again_other_order.csv": Case(
        {
            "nora": {"FIRSTNAME": "Nora", "LASTNAME": "Quill"},
            "otto": {"FIRSTNAME": "Otto", "LASTNAME": "Reed"},
            "petra": {"FIRSTNAME": "Petra", "LASTNAME": "Stone"},
            "rosa": {"FIRSTNAME": "Rosa", "LASTNAME": "Umber"},
        },
        ledger={"created": 4},
    ),
    "real_and_text_dates.xlsx": Case(
        {
            "a": {"BIRTHDAY": "1983-03-12T00:00:00Z"},
            "b": {"BIRTHDAY": "1986-06-18T00:00:00Z"},
            "c": {"BIRTHDAY": "1992-09-07T00:00:00Z"},
            "d": {"BIRTHDAY": "1990-12-24T00:00:00Z"},
            "e": {"BIRTHDAY": "1971-01-31T00:00:00Z"},
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
    assert {path.name for path in CASES.iterdir()} == set(EXPECTED)


@pytest.mark.once
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
    arrived = {who: wanted for who, wanted in case.contacts.items() if who != "íñigo"}
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
