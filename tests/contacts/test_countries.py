"""Countries by code and by name, in the languages and spellings of contact files."""

import polars as pl
import pytest
from babel import Locale

from imports.contacts.values.countries import REGIONS, read_region, region_names
from imports.languages.country_names import AMBIGUOUS, SPELLINGS
from imports.languages.known_languages import LANGUAGES


def read(*cells: str) -> list[str | None]:
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    return frame.select(read_region(pl.col("cell"))).to_series().to_list()


@pytest.mark.parametrize(
    ("region", "cells"),
    [
        (
            "GB",
            ["GB", "gb", " GBR ", "UK", "U.K.", "England", "Great Britain", "Großbritannien", "Royaume-Uni"],
        ),
        ("DE", ["DE", "DEU", "Germany", "DEUTSCHLAND", "BRD", "Allemagne", "Alemania", "Germania", "Niemcy"]),
        ("DE", ["Duitsland", "Alemanha"]),
        ("AT", ["Österreich", "Osterreich", "Oesterreich", "O\u0308sterreich", "Autriche"]),
        ("ES", ["España", "Espana", "ESPAÑA", "Spanien", "Hiszpania"]),
        ("NL", ["Netherlands", "The Netherlands", "Holland", "Niederlande", "Pays-Bas"]),
        (
            "US",
            [
                "USA",
                "U.S.A.",
                "United States of America",
                "États-Unis",
                "Estados Unidos",
                "Stany Zjednoczone",
            ],
        ),
        ("CI", ["Côte d'Ivoire", "Côte d’Ivoire", "cote divoire", "Ivory Coast", "Elfenbeinküste"]),
        ("TT", ["Trinidad & Tobago", "Trinidad and Tobago", "Trinidad und Tobago"]),
        ("LC", ["St. Lucia", "Saint Lucia"]),
        ("GR", ["Ελλάδα", "ΕΛΛΑΔΑ", "Griechenland"]),
        ("RU", ["Россия", "россия", "Russian Federation"]),
        ("JP", ["日本", "Japan"]),
        ("CZ", ["Česko", "Cesko", "Czech Republic", "Tschechien"]),
        ("PL", ["Polska", "Poland", "Polen"]),
        ("DK", ["Danmark", "Dänemark", "Daenemark"]),
        ("HK", ["Hong Kong", "Hongkong"]),
        ("MM", ["Myanmar", "Burma", "Myanmar (Burma)"]),
    ],
)
def test_country_in_many_spellings(region, cells):
    assert read(*cells) == [region] * len(cells)


@pytest.mark.parametrize(
    "cell", ["", "  ", "Atlantis", "276", "49", "+49", "EU", "XX", "the", "a@example.com"]
)
def test_what_is_no_country(cell):
    assert read(cell) == [None]


@pytest.mark.parametrize("cell", [*AMBIGUOUS, "Saint Martin"])
def test_name_of_two_countries_is_nobodys(cell):
    assert read(cell) == [None]


def test_every_region_by_its_codes():
    assert read(*sorted(REGIONS)) == sorted(REGIONS)
    assert read(*(region.lower() for region in sorted(REGIONS))) == sorted(REGIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_region_by_its_name(language):
    territories = Locale.parse(language).territories
    names = {region: territories[region] for region in sorted(REGIONS) if region != "MF"}
    found = dict(zip(names, read(*names.values()), strict=True))
    assert {region: names[region] for region in names if found[region] not in (region, None)} == {}
    assert {region for region in names if found[region] is None} <= {"CG", "CD", "SX", "MF"}


def test_every_spelling_is_its_regions():
    for region, spellings in SPELLINGS.items():
        assert read(*spellings) == [region] * len(spellings)


def test_rows_keep_their_order_and_blanks():
    cells = ["France", "", "nowhere", "france", "DE"] * 50
    assert read(*cells) == ["FR", None, None, "FR", "DE"] * 50


def test_no_rows_are_no_regions():
    assert read() == []


def test_names_are_not_loaded_for_codes_and_blank_cells():
    region_names.cache_clear()

    assert read("GB", "deu", "", " ", "-") == ["GB", "DE", None, None, None]

    assert region_names.cache_info().currsize == 0
