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
surname; surnames first without a comma in Latin script; two people in one cell; companies. A first name of
several words looks like a whole name, so that only one of a single word is what splitting it gives back.
"""

from typing import Literal

import polars as pl

from imports.contacts.values.cells import answer
from imports.contacts.values.texts import clean_text
from imports.contacts.values.ways import in_steps

NamePart = Literal["firstName", "lastName"]

PARTICLES: dict[str, str] = {
    "de": "von, vom, zu, zum, zur, und zu, von und zu, von der, von dem, von den, auf der",
    "nl": (
        "van, van de, van den, van der, van het, van 't, van ’t, de, den, der, in 't, ter, ten, te, op "
        "de, op den, op 't, uit de, uit den, in de, in den, aan de, vander"
    ),
    "fr": "de, de la, du, des, le, la",
    "es": "de, de la, de las, de los, del",
    "it": "di, de, del, della, dello, dei, degli, dalla, dal, da",
    "pt": "da, das, do, dos, de",
    "en": "st., st, saint, ap, af, bin, ibn",
}
"""Language -> what begins a surname of several words; in lower case. Polish has none."""

SMALL_PARTICLES = ("e", "y")
"""Portuguese and Spanish "and", as capitals initials of somebody's middle name."""

TITLES: dict[str, str] = {
    "any": "dr, prof, professor, dr med, dr jur, dr phil, dr rer nat",
    "en": "mr, mrs, ms, miss, mx, sir, dame, lady, lord, rev, reverend, doctor",
    "de": "herr, herrn, frau, fräulein, dipl-ing, dipl-kfm, doktor, familie",
    "fr": "monsieur, madame, mademoiselle, mme, mlle, maître, docteur",
    "es": "señor, señora, señorita, sr, sra, srta, dña, doña, doctor, doctora, dra",
    "it": "signor, signora, signorina, sig.ra, sig.na, dott, dott.ssa",
    "nl": "dhr, mevr, mevrouw, meneer, mw, de heer, drs",
    "pl": "pan, pani, inż, mgr, hab",
    "pt": "senhor, senhora, sr, sra, sr.a, srª, dona, doutor, doutora",
}
"""Language -> what stands in front of a name; in lower case, without the dots at the ends of words."""

SUFFIXES = (
    "jr, jnr, junior, sr, snr, senior, ii, iii, iv, phd, ph.d, md, m.d, mba, esq, esquire, bsc, "
    "b.sc, msc, m.sc, llb, ll.b, llm, ll.m, dds, cpa, obe, mbe, cbe, dipl-ing, filho, neto, fils"
)
"""What stands behind a name and is none of it; in lower case, without dots at the end."""

TITLES_WITH_DOT = "arch, avv, capt, eng, fr, hr, ing, ir, lic, m, mag, me, mm, sig"
"""What is a title with a dot, and may be a name without. `M.` is Monsieur, and now and then an initial."""


def _any_of(*lists: str) -> str:
    """A pattern for the words of comma-separated lists, the longest first, with or without their dots."""
    words = {word for words in lists for word in words.split(", ")}
    patterns = (
        word.replace(".", "[.]?").replace("'", "['’]").replace(" ", "[.]? ").replace("-", "[.]?-? ?")
        for word in sorted(words, key=lambda word: (-len(word), word))
    )
    return f"(?:{'|'.join(patterns)})"


_TITLE_WORD = rf"{_any_of(*TITLES.values())}[.]?|{_any_of(TITLES_WITH_DOT)}[.]"
_TITLE = rf"(?i)^(?:(?:{_TITLE_WORD}) )+"
_SUFFIX = _any_of(SUFFIXES)
_SUFFIX_AFTER_COMMA = rf"(?i)(?:, ?(?:{_SUFFIX}[.]?|{_TITLE_WORD}))+$"
# "Carlos Junior" keeps its only surname.
_SUFFIX_AFTER_NAME = rf"(?i)^([^ ]+ .*?[^ ,])(?: {_SUFFIX}[.]?)+$"
_PARTICLE = rf"(?:{_any_of(*PARTICLES.values())}|(?-i:{'|'.join(SMALL_PARTICLES)}))"
_SMALL_PARTICLE_FIRST = rf"^{_PARTICLE} .*[^ ]$"
_LAST_WORD = rf"(?i)^(?P<first>.*?[^ ]) (?P<last>(?:{_PARTICLE} )*[^ ]+)$"
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


def split_name(cells: pl.Expr, part: NamePart) -> pl.Expr:
    """The first or the last name in cells that hold both; blank where there is none.

    The code `name_split` tells that more than this part stood in the cell, the doubt `name_ambiguous` that a
    middle word may belong to the other part, or that several commas keep the cell whole. The module says what
    is known of names, and what is not.
    """
    whole, value, text = pl.col("whole"), pl.col("value"), pl.col("text").struct.field
    is_ambiguous = (
        (_SHAPE == "moreWords") & _WORDS("first").str.contains(" ", literal=True)
    ) | _BARE.str.contains(",.*,")
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
        {"value": _pick(part)},
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
