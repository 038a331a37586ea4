"""What is offered for the cells of a column with a problem, with how many it is for and one of them."""

from dataclasses import replace

import pytest

from imports.contacts.check_request import CheckRequest
from imports.contacts.mapping import Mapping
from imports.contacts.repairs.offered import OfferKind, distinct_cells, repairs_offered
from imports.contacts.repairs.repair_types import LeaveOutProblem, UseInstead
from imports.contacts.setting_trials import (
    ReadOtherwise,
    SettingOffer,
    likely_regions,
    settings_of,
    settings_offered,
    with_column_setting,
)
from tests.contacts.conftest import CATALOGUE, run_check

COLUMNS = ("Email", "Mobile", "Born", "Spend", "Name")
MAPPING = Mapping.from_json(
    {
        "matchIdentifier": "email",
        "columns": [
            {"column": "Email", "target": "identifiers.email"},
            {"column": "Mobile", "target": "identifiers.mobileNumber"},
            {"column": "Born", "target": "dataFields.BIRTHDAY", "format": "%m/%d/%Y"},
            {"column": "Spend", "target": "dataFields.SPEND"},
            {"column": "Name", "target": "dataFields.FIRSTNAME"},
        ],
    }
)
ROWS = [
    ("ann@gamil.com", "0650 1234567", "31/12/1980", "1.250,50", "J&ouml;rg"),
    ("bob@gamil.com", "0650 1234568", "30/11/1981", "3,5", "Bob "),
    ("cy@@example.com", "07400 604986", "01/02/1982", "7", "Cy"),
    ("info@example.com", "12", "nonsense", "lots", "N/A"),
]


@pytest.fixture
def tables(tmp_path):
    run_check(tmp_path, COLUMNS, ROWS, MAPPING.to_json())
    return tmp_path / "staged", tmp_path / "issues"


def request_of(tables, **options):
    """What the check was asked for that has written these tables."""
    staged, issues = tables
    asked = CheckRequest(staged, COLUMNS, MAPPING, CATALOGUE, staged.with_name("prepared"), issues)
    return replace(asked, **options)


@pytest.fixture
def offers(tables):
    return lambda code, column: {
        one.kind: one for one in repairs_offered(*tables, COLUMNS, MAPPING, CATALOGUE, code, column)
    }


def test_a_slip_of_a_domain_is_mended_by_one_click(offers):
    found = offers("email_domain_typo", "Email")
    suggested = found[OfferKind.SUGGESTED]
    assert (suggested.count, suggested.row) == (2, 2)
    assert (suggested.was, suggested.becomes) == ("ann@gamil.com", "ann@gmail.com")
    assert suggested.repair == UseInstead("Email", "email_domain_typo", "suggested")
    assert set(found) == {OfferKind.SUGGESTED, OfferKind.REPLACE, OfferKind.LEAVE_OUT, OfferKind.AS_IT_IS}
    assert found[OfferKind.LEAVE_OUT].repair == LeaveOutProblem("Email", "email_domain_typo")


def test_what_contacts_are_matched_by_is_never_offered_to_be_blank(offers):
    assert set(offers("email_two_ats", "Email")) == {OfferKind.REPLACE}


def test_a_value_that_is_left_out_may_be_blank_or_its_row_left_out(offers):
    found = offers("date_invalid", "Born")
    assert {OfferKind.REPLACE, OfferKind.BLANK, OfferKind.LEAVE_OUT} == set(found)
    assert (found[OfferKind.BLANK].was, found[OfferKind.BLANK].becomes) == ("nonsense", "")


def test_garbled_text_is_offered_as_it_was_meant(offers):
    found = offers("text_entities", "Name")
    assert found[OfferKind.SUGGESTED].becomes == "Jörg"
    assert OfferKind.CASE in found


@pytest.mark.parametrize(
    ("code", "column"),
    [("match_identifier_missing", "Email"), ("email_formatted", "Email"), ("email_two_ats", "Nickname")],
)
def test_nothing_is_offered_for_whole_rows_for_what_is_unknown_and_for_no_column(offers, code, column):
    assert offers(code, column) == {}


def test_the_different_cells_of_a_column_are_counted(tmp_path):
    rows = [("a@example.com", "", "", "", name) for name in ("UK", " UK", "uk", "GB", "")]
    run_check(tmp_path, COLUMNS, rows, MAPPING.to_json())
    found = distinct_cells(tmp_path / "staged", tmp_path / "issues", COLUMNS, "Name", None, 2)
    assert found == ([("UK", 2), ("", 1)], 4)


def test_the_different_cells_with_a_problem_are_counted(tables):
    assert distinct_cells(*tables, COLUMNS, "Born", "date_invalid", 10) == ([("nonsense", 1)], 1)


@pytest.mark.parametrize(
    ("code", "column", "key", "value", "becomes"),
    [
        ("number_invalid", "Spend", "decimal", ",", "1250.5"),
        ("date_impossible", "Born", "format", "%d/%m/%Y", "1980-12-31"),
    ],
)
def test_another_setting_is_offered_where_more_can_be_read_by_it(tables, code, column, key, value, becomes):
    found = settings_offered(request_of(tables, default_region="AT"), code, column)
    offer = next(one for one in found if (one.key, one.value) == (key, value))
    assert offer.count >= 1
    assert offer.becomes.startswith(becomes)
    changed = with_column_setting(MAPPING, CATALOGUE, column, key, value)
    assert {one.column: one.settings.get(key) for one in changed.columns if key in one.settings}[
        column
    ] == value


def test_a_country_is_offered_for_phone_numbers(tmp_path):
    rows = [(f"p{place}@example.com", f"0650 12345{place:02}", "", "", "") for place in range(5)]
    run_check(tmp_path, COLUMNS, rows, MAPPING.to_json(), default_region="GB")
    code = next(
        iter(set(run_check(tmp_path, COLUMNS, rows, MAPPING.to_json(), default_region="GB").issues["code"]))
    )
    tables = tmp_path / "staged", tmp_path / "issues"
    found = settings_offered(request_of(tables, default_region="GB"), code, "Mobile")
    assert "AT" in [one.value for one in found]
    assert all(one.count == 5 and one.broken == 0 for one in found)


def test_a_setting_that_is_read_row_by_row_is_left_alone(tables):
    mapping = Mapping.from_json(
        {
            **MAPPING.to_json(),
            "columns": [
                {"column": "Email", "target": "identifiers.email"},
                {"column": "Mobile", "target": "identifiers.mobileNumber", "region": {"column": "Name"}},
            ],
        }
    )
    assert settings_offered(request_of(tables, mapping=mapping), "phone_too_short", "Mobile") == []
    assert settings_of(mapping, CATALOGUE, "Mobile") == []  # so that nobody starts a process to try some


def test_countries_are_those_in_which_numbers_are_their_own():
    assert likely_regions(["01512 3456789", "no number", ""])[:2] == ["CN", "DE"]  # mobile numbers in both
    assert set(likely_regions(["+44 7400 604986"])) <= {"GB", "GG", "IM", "JE"}
    assert likely_regions(["12"]) == []


class TestWhatIsFineNow:
    """A setting is of the whole column: what it would make of values that can be read now is told, too."""

    MAPPING = Mapping.from_json(
        {
            "matchIdentifier": "email",
            "columns": [
                {"column": "Email", "target": "identifiers.email"},
                {"column": "Born", "target": "dataFields.BIRTHDAY", "format": "%m/%d/%Y"},
                {"column": "Spend", "target": "dataFields.SPEND", "decimal": ","},
            ],
        }
    )

    @pytest.fixture
    def offered(self, tmp_path):
        def offer(code, column, *cells):
            place = COLUMNS.index(column)
            rows = [
                (f"p{number}@example.com", *("",) * (place - 1), cell, *("",) * (len(COLUMNS) - place - 1))
                for number, cell in enumerate(cells)
            ]
            run_check(tmp_path, COLUMNS, rows, self.MAPPING.to_json())
            tables = tmp_path / "staged", tmp_path / "issues"
            return settings_offered(request_of(tables, mapping=self.MAPPING), code, column)

        return offer

    def test_thousands_that_would_become_fractions_are_counted_with_an_example(self, offered):
        (offer,) = offered("number_invalid", "Spend", "1.234", "1.234", "106.46", "7")
        assert (offer.value, offer.count, offer.broken) == (".", 1, 0)
        assert offer.changed == ReadOtherwise(2, 2, "1.234", "1234", "1.234")

    def test_nothing_is_offered_that_harms_more_than_it_mends(self, offered):
        assert offered("number_invalid", "Spend", "1.234", "1.234", "106.46", "7.5", "12,5") == []

    def test_days_that_would_become_months_are_counted_with_an_example(self, offered):
        found = offered("date_impossible", "Born", "31/12/1980", "30/11/1981", "01/02/1982", "03/03/1983")
        offer = next(one for one in found if one.value == "%d/%m/%Y")
        assert (offer.count, offer.broken) == (2, 0)
        assert (offer.changed.count, offer.changed.row, offer.changed.cell) == (1, 4, "01/02/1982")
        assert (offer.changed.now[:10], offer.changed.then[:10]) == ("1982-01-02", "1982-02-01")

    @pytest.mark.parametrize(
        ("key", "is_worthwhile"), [("region", False), ("decimal", True), ("format", True)]
    )
    def test_numbers_of_one_column_may_be_of_several_countries(self, key, is_worthwhile):
        changed = ReadOtherwise(4, 2, "cell", "now", "then")
        assert SettingOffer(key, "x", 3, 2, "a", "b", 0, True, changed).is_worthwhile is is_worthwhile
