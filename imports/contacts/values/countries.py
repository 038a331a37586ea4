"""Countries by code and by name, for the phone numbers of their rows.

The names are those of Unicode's CLDR, as Babel brings them: in the languages that contact files are written
in, and in each country's own. Letter case, accents, spaces and punctuation make no difference.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache

import phonenumbers
import polars as pl
from babel import Locale
from babel.core import get_global
from babel.localedata import exists

from imports.contacts.values.cells import trim
from imports.languages.country_names import AMBIGUOUS, SPELLINGS
from imports.languages.known_languages import LANGUAGES

REGIONS: frozenset[str] = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""The two-letter codes of all regions that have phone numbers."""

MIN_SPEAKERS_PERCENT = 5.0
"""How many of a country's people speak an official language that counts as its own."""

_SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"}
_WITHOUT_ACCENTS = {
    **{"ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"},
    "þ": "th",
}
_SAINT = r"\b(?:saint|sankt|sint)\b"
_SMALL_WORDS = r"^the\s|\s(?:and|und|et|y|e|en|i)\s"
_NOT_LETTERS = r"[^\p{L}]+"
_BEFORE_BRACKETS = re.compile(r"(.+?)\s*[(（].+[)）]")
_MAX_CHARS = 60
_NO_NAME = r"[0-9@]"


def read_region(country: pl.Expr) -> pl.Expr:
    """The two-letter codes of cells that hold countries by code or name; null for others, and for names that
    more than one country goes by."""
    return country.map_batches(_read_series, return_dtype=pl.String)


def _read_series(cells: pl.Series) -> pl.Series:
    distinct = cells.to_frame("cell").unique().drop_nulls()
    known = distinct.filter(
        (pl.col("cell").str.len_chars() <= _MAX_CHARS) & ~pl.col("cell").str.contains(_NO_NAME)
    ).with_columns(name=_folded(pl.col("cell")))
    known = known.filter(pl.col("name") != "")
    coded = _looked_up(known, _codes())
    # The names of all countries in all languages take a while to load, and files with codes need none.
    others = known.join(coded, on="cell", how="anti")
    found = coded if others.is_empty() else pl.concat([coded, _looked_up(others, region_names())])
    if found.is_empty():
        return pl.Series(cells.name, [None], dtype=pl.String).new_from_index(0, len(cells))
    return cells.replace_strict(found["cell"], found["region"], default=None, return_dtype=pl.String)


def _looked_up(cells: pl.DataFrame, regions: Mapping[str, str]) -> pl.DataFrame:
    region = pl.col("name").replace_strict(regions, default=None, return_dtype=pl.String)
    return cells.select("cell", region=region).drop_nulls()


@cache
def region_names() -> Mapping[str, str]:
    """The region of every name and code that belongs to one region alone, folded as cells are."""
    schema = {"region": pl.String, "name": pl.String}
    spellings = [(region, name) for region, names in SPELLINGS.items() for name in names]
    of_one = pl.col("region").n_unique() == 1
    known = _folded_names(pl.DataFrame(localized_names(), schema=schema, orient="row"))
    alone = (
        known.group_by("name")
        .agg(pl.col("region").first(), alone=of_one)
        .filter(pl.col("alone") & ~pl.col("name").is_in([name.lower() for name in AMBIGUOUS]))
    )
    besides = _folded_names(pl.DataFrame(spellings, schema=schema, orient="row"))
    return dict(
        [
            *alone.select("name", "region").iter_rows(),
            *besides.select("name", "region").iter_rows(),
            *_codes().items(),
        ]
    )


def _folded_names(names: pl.DataFrame) -> pl.DataFrame:
    """The names as `_folded` has them, umlauts with and without their e."""
    lower = pl.col("name").str.to_lowercase()
    spelt_out = names.with_columns(name=lower.str.replace_many(_SPELT_OUT))
    both = pl.concat([names, spelt_out])
    return both.with_columns(name=_folded(pl.col("name"))).filter(pl.col("name") != "")


@cache
def localized_names() -> tuple[tuple[str, str], ...]:
    """(region, name) in all languages, and the name without what follows it in brackets. They take half a second."""
    return tuple(_names())


def _names() -> Iterator[tuple[str, str]]:
    spoken_in = {region: _own_languages(region) for region in REGIONS}
    for language in {*LANGUAGES, *(language for spoken in spoken_in.values() for language in spoken)}:
        territories = Locale.parse(language).territories
        for region in REGIONS:
            if language not in LANGUAGES and language not in spoken_in[region]:
                continue
            name = territories.get(region, "")
            yield region, name
            if named := _BEFORE_BRACKETS.fullmatch(name):
                yield region, named[1]


def _own_languages(region: str) -> list[str]:
    return [
        language
        for language, facts in get_global("territory_languages").get(region, {}).items()
        if facts.get("official_status") in ("official", "de_facto_official")
        and facts.get("population_percent", 0) >= MIN_SPEAKERS_PERCENT
        and exists(language)
    ]


def _codes() -> dict[str, str]:
    """ISO 3166-1's two and three letters, in lower case."""
    three = {
        code.lower(): regions[0]
        for code, regions in get_global("territory_aliases").items()
        if len(code) == 3 and code.isalpha() and len(regions) == 1 and regions[0] in REGIONS
    }
    return three | {code.lower(): code for code in REGIONS} | {"uk": "GB"}


def _folded(cell: pl.Expr) -> pl.Expr:
    """Letters alone, in lower case and without accents; small words are left out."""
    words = trim(cell).str.to_lowercase().str.replace_all(_SAINT, "st").str.replace_all(_SMALL_WORDS, "")
    plain = words.str.replace_many(_WITHOUT_ACCENTS)
    return plain.str.normalize("NFKD").str.replace_all(_NOT_LETTERS, "")
