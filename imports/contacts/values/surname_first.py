"""Whole names whose surname comes first, as the column's header or the mapping says: `DUPONT Jean`.

What tells where the first name begins, the surest first:

- a comma: `García López, Ana`
- capitals: `LE GOFF Yann`, `de la TOUR Zoé`
- particles: `de la Tour Zoé` (`name_words.PARTICLES`)
- two words are one of each

The rest is read by how many surnames the header speaks of (`apellidos`: two, else one), and is doubted: `Pérez Ruiz
Luis`, `Dupont Jean Pierre`. Where capitals say the opposite of the header (`Jean DUPONT`), they are followed, with a
doubt. A single word is taken for the surname, with a doubt.
"""

from typing import NamedTuple

import polars as pl

from imports.languages.name_words import PARTICLE, SMALL_PARTICLE

_CAPITALS = r"(?:\p{Lu}['’])?\p{Lu}[\p{Lu}\p{M}.'’\-]*[\p{Lu}\p{M}]"
_MIXED = r"[^ ]*\p{Ll}[^ ]*"
_BLOCK = rf"(?:(?:{PARTICLE}|{_CAPITALS}) )*{_CAPITALS}"
_SURNAME = rf"(?:{PARTICLE} )*[^ ]+"


class _Shape(NamedTuple):
    """A pattern with the groups `last` and `first`, and whether it leaves doubt."""

    pattern: str
    is_doubtful: bool


def _shapes(surnames: int) -> tuple[_Shape, ...]:
    several = rf"{_SURNAME}(?: {_SURNAME}){{{surnames - 1}}}"
    return (
        _Shape("^(?P<last>[^,]+), *(?P<first>[^,]+)$", is_doubtful=False),
        _Shape(rf"^(?P<last>{_BLOCK}) (?P<first>{_MIXED}(?: [^ ]+)*)$", is_doubtful=False),
        _Shape(rf"^(?P<first>{_MIXED}(?: {_MIXED})*) (?P<last>{_BLOCK})$", is_doubtful=True),
        _Shape(rf"^(?P<last>(?:{SMALL_PARTICLE} )+[^ ]+)(?P<first>)$", is_doubtful=False),
        _Shape(rf"^(?P<last>(?:{PARTICLE} )+[^ ]+) (?P<first>[^ ]+)$", is_doubtful=False),
        _Shape(f"^(?P<last>{PARTICLE}) (?P<first>[^ ]+)$", is_doubtful=True),
        _Shape("^(?P<last>[^ ]+) (?P<first>[^ ]+)$", is_doubtful=False),
        _Shape(rf"^(?P<last>{several}) (?P<first>.+)$", is_doubtful=True),
        _Shape(rf"^(?P<last>{_SURNAME}) (?P<first>.+)$", is_doubtful=True),
        _Shape("^(?P<last>[^ ,]+)(?P<first>)$", is_doubtful=True),
    )


def split_surname_first(names: pl.Expr, surnames: int) -> pl.Expr:
    """A struct of `last`, `first` and `doubtful` for names without titles; nulls where there are several commas.

    `surnames` is how many surnames there usually are.
    """
    last, first, doubtful = (pl.lit(None, kind) for kind in (pl.String, pl.String, pl.Boolean))
    for shape in reversed(_shapes(surnames)):
        fits = names.str.contains(shape.pattern)
        last = pl.when(fits).then(_group(names, shape.pattern, "last")).otherwise(last)
        first = pl.when(fits).then(_group(names, shape.pattern, "first")).otherwise(first)
        doubtful = pl.when(fits).then(pl.lit(shape.is_doubtful)).otherwise(doubtful)
    return pl.struct(last=last, first=first, doubtful=doubtful)


def _group(names: pl.Expr, pattern: str, group: str) -> pl.Expr:
    place = (
        1 if pattern.index(f"<{group}>") < pattern.index("<first>" if group == "last" else "<last>") else 2
    )
    return names.str.extract(pattern, place)
