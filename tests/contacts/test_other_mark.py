"""Numbers with another decimal mark than their column's are mended by one click, where they mean one number only."""

import pytest

from imports.contacts.mapping import Mapping
from imports.contacts.repairs.offered import OfferKind, repairs_offered
from tests.contacts.conftest import CATALOGUE, run_check

COLUMNS = ("Email", "Spend")


def offered(tmp_path, decimal, *cells):
    """What is suggested for the numbers that a column of this decimal mark does not read."""
    mapping = Mapping.from_json(
        {
            "matchIdentifier": "email",
            "columns": [
                {"column": "Email", "target": "identifiers.email"},
                {"column": "Spend", "target": "dataFields.SPEND", "decimal": decimal},
            ],
        }
    )
    rows = [(f"p{place}@example.com", cell) for place, cell in enumerate(cells)]
    run_check(tmp_path, COLUMNS, rows, mapping.to_json())
    tables = tmp_path / "staged", tmp_path / "issues"
    offers = repairs_offered(*tables, COLUMNS, mapping, CATALOGUE, "number_invalid", "Spend")
    return next((one for one in offers if one.kind is OfferKind.SUGGESTED), None)


@pytest.mark.parametrize(
    ("decimal", "cell", "becomes"),
    [
        (",", "106.46", "106,46"),
        (",", "106.46 €", "106,46 €"),
        (",", "1,250.5", "1.250,5"),
        (",", "-3.1415", "-3,1415"),
        (".", "106,46", "106.46"),
        (".", "1.250,50", "1,250.50"),
    ],
)
def test_what_can_mean_one_number_only_is_suggested(tmp_path, decimal, cell, becomes):
    found = offered(tmp_path, decimal, cell, cell, "lots", "7")
    assert (found.count, found.was, found.becomes) == (2, cell, becomes)


@pytest.mark.parametrize(
    ("decimal", "cell"),
    [(",", "0.500"), (",", "1234.567"), (",", "lots"), (",", "1.2.3"), (",", "12,34,567.5"), (".", "0,500")],
)
def test_nothing_is_guessed(tmp_path, decimal, cell):
    assert offered(tmp_path, decimal, cell) is None
