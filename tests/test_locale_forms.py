"""Numbers, lists and names of countries inside of sentences follow the language of the reader."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from imports.files.file_refusals import CATALOGUE
from imports.locale_forms import country_name, listed, number, one_of
from imports.messages import Message
from imports.templatetags.portal import numbers_listed
from imports.views.mapping.option_lists import zone_options

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en-gb", ("1,234,567", "a, b and c", "a, b or c", "Germany")),
        ("de", ("1.234.567", "a, b und c", "a, b oder c", "Deutschland")),
        ("xx", ("1,234,567", "a, b and c", "a, b or c", "Germany")),
    ],
)
def test_each_language_has_its_own(language, forms):
    with translation.override(language):
        assert (number(1_234_567), listed("abc"), one_of("abc"), country_name("DE")) == forms


@pytest.mark.parametrize(("language", "place"), [("en-gb", "Vienna"), ("de", "Wien")])
def test_time_zones_are_called_by_places_in_the_language_no_two_of_an_area_alike(language, place):
    with translation.override(language):
        options = zone_options("Europe/Vienna")

    assert f'<option value="Europe/Vienna" selected>{place}</option>' in options
    for area in options.split("<optgroup")[1:]:
        places = re.findall(r"<option[^>]*>([^<]+)</option>", area)
        assert len(places) == len({*places})


def test_a_stored_message_is_written_in_the_language_it_is_read_in():
    names = ["a.csv", "b.csv", Message("more_files", {"count": 1_998})]
    told = Message("several_files", {"archive": "ZIP", "count": 2_000, "names": names})
    stored = Message.from_json(told.to_json())

    assert CATALOGUE.sentence(stored) == "This ZIP archive holds 2,000 files: a.csv, b.csv and 1,998 more."
    with translation.override("de"):
        assert (
            CATALOGUE.sentence(stored)
            == "Dieses ZIP-Archiv enthält 2.000\N{NO-BREAK SPACE}Dateien: a.csv, b.csv und 1.998 weitere."
        )


def test_what_an_older_version_stored_as_text_is_shown_as_it_is():
    stored = Message.from_json({"code": "no_such_sheet", "params": {"sheet": "A", "sheets": "B, C"}})

    assert CATALOGUE.remedy(stored) == "Choose one of its sheets: B, C."


def test_pages_make_numbers_and_lists_nowhere_else():
    own = re.compile(r"intcomma|, \{% endif %\}|\{% endif %\}, ")
    sources = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "imports").rglob("*.py")]
    assert [str(path) for path in sources if own.search(path.read_text(encoding="utf-8"))] == []


def test_numbers_of_rows_are_one_phrase():
    with translation.override("de"):
        assert numbers_listed([1, 2_000, 3], 5) == "1, 2.000 und 3"
        assert numbers_listed([1, 2, 3], 2) == "1, 2 und …"
