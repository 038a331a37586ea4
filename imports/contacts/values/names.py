"""Whole names in one cell, cut into first name and last name.

What is a rule:

- `Lee, Ann`: what stands before the only comma is the last name.
- Without a comma, the last word is the last name, together with the particles right before it (`van der`,
  `de la`, `von`, `di`, ...; `PARTICLES`), in any letter case. At least one word is left for the first name,
  so that `Van Morrison` is Van.
- Where a small particle begins the cell (`van der Berg`), all of it is the last name.
- In Chinese characters, kana and Hangul the family name comes first: `李 小龙`. Without a space such a name is
  left whole, as first name.
- One word is a first name; behind a form of address (`Herr Müller`) it is a last name.
- Titles and forms of address in front and degrees and generations behind are dropped (`TITLES`, `SUFFIXES`).

What cannot be known: whether a middle word is a second given name (`Mary Ann Lee`) or a first surname (`José
García López`), which the last-word rule gets wrong and for which the cell is doubted; whether one word is a
surname; surnames first without a comma in Latin script, unless the header says so (`surname_first`) or capitals
make it likely, which is doubted; two people in one cell; companies. A first name of
several words looks like a whole name, so that only one of a single word is what splitting it gives back.
"""

from typing import Literal

import polars as pl

from imports.contacts.values.cells import answer
from imports.contacts.values.surname_first import split_surname_first
from imports.contacts.values.texts import clean_text
from imports.contacts.values.ways import in_steps
from imports.languages.name_words import (
    PARTICLE,
    SMALL_PARTICLE,
    SUFFIXES,
    TITLES,
    TITLES_WITH_DOT,
    any_of,
)

NamePart = Literal["firstName", "lastName"]

_TITLE_WORD = rf"{any_of(TITLES)}[.]?|{any_of(TITLES_WITH_DOT)}[.]"
_TITLE = rf"(?i)^(?:(?:{_TITLE_WORD}) )+"
_SUFFIX = any_of(SUFFIXES)
_SUFFIX_AFTER_COMMA = rf"(?i)(?:, ?(?:{_SUFFIX}[.]?|{_TITLE_WORD}))+$"
# "Carlos Junior" keeps its only surname.
_SUFFIX_AFTER_NAME = rf"(?i)^([^ ]+ .*?[^ ,])(?: {_SUFFIX}[.]?)+$"
_SMALL_PARTICLE_FIRST = rf"^{SMALL_PARTICLE} .*[^ ]$"
_LAST_WORD = rf"^(?P<first>.*?[^ ]) (?P<last>(?:{PARTICLE} )*[^ ]+)$"
# A block of capitals before other words is how lists write a surname that comes first.
_CAPITALS_FIRST = r"^(?:[^ ]* )*\p{Lu}[\p{Lu}'’.\-]+\p{Lu} [^ ]*\p{Ll}"
_EAST_ASIAN_WORD = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー・]+"
_EAST_ASIAN = f"^{_EAST_ASIAN_WORD} {_EAST_ASIAN_WORD}$"

_BARE, _SHAPE = pl.col("bare"), pl.col("shape")
_BY_COMMA, _BY_SPACE, _WORDS = (pl.col(name).struct.field for name in ("by_comma", "by_space", "words"))
_NOTHING = pl.lit("")
_PARTS: dict[str, dict[NamePart, pl.Expr]] = {
    "comma": {
        "firstName": _BY_COMMA("field_1").str.strip_chars(" ").str.replace(_TITLE, ""),
        "lastName": _BY_COMMA("field_0"),
    },
    "familyFirst": {"firstName": _BY_SPACE("field_1"), "lastName": _BY_SPACE("field_0")},
    "surname": {"firstName": _NOTHING, "lastName": _BARE},
    "twoWords": {"firstName": _BY_SPACE("field_0"), "lastName": _BY_SPACE("field_1")},
    "moreWords": {"firstName": _WORDS("first"), "lastName": _WORDS("last")},
    "uncut": {"firstName": _BARE, "lastName": _NOTHING},
}
"""Shape of a name -> where its parts are."""


def _without_titles(whole: pl.Expr) -> pl.Expr:
    untitled = whole.str.replace(_TITLE, "").str.replace(_SUFFIX_AFTER_COMMA, "")
    bare = untitled.str.replace(_SUFFIX_AFTER_NAME, "${1}").str.strip_chars(" ,")
    return pl.when(bare == "").then(whole).otherwise(bare)


def _shape(whole: pl.Expr, bare: pl.Expr) -> pl.Expr:
    commas = bare.str.count_matches(",", literal=True)
    spaces = bare.str.count_matches(" ", literal=True)
    return (
        pl.when(commas == 1)
        .then(pl.lit("comma"))
        .when(commas > 1)
        .then(pl.lit("uncut"))
        .when(spaces == 0)
        .then(pl.when(whole.str.contains(_TITLE)).then(pl.lit("surname")).otherwise(pl.lit("uncut")))
        .when(bare.str.contains(_SMALL_PARTICLE_FIRST))
        .then(pl.lit("surname"))
        .when(spaces > 1)
        .then(pl.lit("moreWords"))
        .when(bare.str.contains(_EAST_ASIAN))
        .then(pl.lit("familyFirst"))
        .otherwise(pl.lit("twoWords"))
    )


def _pick(part: NamePart) -> pl.Expr:
    picked = pl.lit(None, pl.String)
    for shape, parts in _PARTS.items():
        picked = pl.when(shape == _SHAPE).then(parts[part]).otherwise(picked)
    stripped = picked.str.strip_chars(" ")
    return pl.when(stripped != "").then(stripped)


def split_name(cells: pl.Expr, part: NamePart, surnames_first: int = 0) -> pl.Expr:
    """The first or the last name in cells that hold both; blank where there is none.

    `surnames_first` is 0 where the first name comes first, else how many surnames usually come before it.

    The code `name_split` tells that more than this part stood in the cell, the doubt `name_ambiguous` that a
    middle word may belong to the other part, or that several commas keep the cell whole. The module says what
    is known of names, and what is not.
    """
    whole, value, text = pl.col("whole"), pl.col("value"), pl.col("text").struct.field
    is_ambiguous = (
        ((_SHAPE == "moreWords") & _WORDS("first").str.contains(" ", literal=True))
        | (_SHAPE.is_in(["moreWords", "twoWords"]) & _BARE.str.contains(_CAPITALS_FIRST))
        | _BARE.str.contains(",.*,")
    )
    picked = _pick(part)
    if surnames_first:
        ordered = pl.col("ordered").struct.field
        is_single = (_SHAPE == "surname") & ~_BARE.str.contains(" ", literal=True)
        is_ordered = (
            ordered("doubtful").is_not_null()
            & (_SHAPE != "familyFirst")
            & ~is_single
            & ~_BARE.str.contains(",.*,")
        )
        in_order = ordered("first" if part == "firstName" else "last").str.strip_chars(" ")
        picked = pl.when(is_ordered).then(pl.when(in_order != "").then(in_order)).otherwise(picked)
        is_ambiguous = pl.when(is_ordered).then(ordered("doubtful")).otherwise(is_ambiguous)
    return in_steps(
        cells,
        {"text": clean_text(pl.col("cell"))},
        {"whole": text("value").str.replace_all(r"\s{2,}|[^\S ]", " ").fill_null("")},
        {"bare": _without_titles(whole)},
        {"shape": _shape(whole, _BARE)},
        {
            "by_comma": pl.when(_SHAPE == "comma").then(_BARE).str.split_exact(",", 1),
            "by_space": pl.when(_SHAPE.is_in(["twoWords", "familyFirst"]))
            .then(_BARE)
            .str.split_exact(" ", 1),
            "words": pl.when(_SHAPE == "moreWords").then(_BARE).str.extract_groups(_LAST_WORD),
        },
        {"ordered": split_surname_first(_BARE, surnames_first)} if surnames_first else {},
        {"value": picked},
        {
            "answer": answer(
                value,
                pl.when(value != whole)
                .then(pl.lit("name_split"))
                .when(value.is_not_null() | text("value").is_null())
                .then(text("code"))
                .otherwise(pl.lit("name_part_missing")),
                pl.when(value.is_not_null() & is_ambiguous).then(pl.lit("name_ambiguous")),
            )
        },
    )
