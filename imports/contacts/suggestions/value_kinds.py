"""What values can be: how many of a column's fit each kind, every different value being asked once.

The kinds are those that the types of values declare. A type is asked only about values that a cheap pattern does not
rule out for it.
"""

import polars as pl

from imports.contacts.value_types.registry import VALUE_TYPES
from imports.contacts.value_types.value_type import TIMES, VALUE, ValueKind
from imports.messages import gettext_noop

CODE = ValueKind(
    "code",
    r"^[^\p{L}]+$|^#?\s?[A-Z]{0,5}[-_/. ]?[0-9]{3,}(?:[-_/.][A-Z0-9]+)*$",
    not_words=gettext_noop("Its name fits, but its values are numbers or codes, such as those of orders."),
)
"""The number of something, and no word: "#1001", "SO-1001", "2024/17". No type wants it."""

KINDS: tuple[ValueKind, ...] = (CODE, *(kind for one in VALUE_TYPES for kind in one.kinds))
LOOKS: tuple[tuple[str, str], ...] = tuple(
    (kind.name, kind.looks_like) for kind in sorted(KINDS, key=lambda kind: -kind.telling) if kind.looks_like
)
"""The kinds that most of a column's values may fit, the most telling first, and what it then looks like."""

_SHAPES = {kind.name: kind.shape for kind in KINDS if kind.shape}

# Longer ones are of no kind.
_MAX_CHARS = max(one.limit.max_chars for one in VALUE_TYPES if one.limit)


def count_kinds(values: pl.DataFrame) -> dict[str, int]:
    """How often values of each kind come. `values` has VALUE and TIMES."""
    values = values.filter(VALUE.str.len_chars() <= _MAX_CHARS)
    told = values.select(
        TIMES.filter(VALUE.str.contains(shape)).sum().alias(kind) for kind, shape in _SHAPES.items()
    )
    counts: dict[str, int] = told.row(0, named=True)
    for one in VALUE_TYPES:
        counts |= one.count(values)
    return counts
